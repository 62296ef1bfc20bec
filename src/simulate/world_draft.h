/* simulate/world_draft.h: an attribute while it is read from a world file. */
#ifndef LKA_SIMULATE_WORLD_DRAFT_H
#define LKA_SIMULATE_WORLD_DRAFT_H

#include "simulate/world_reader.h"

/* Scaled values stay below 2^29, so that twice one minus another never overflows an int32_t. */
#define LKA_VALUE_MAX 500000000.0

/* Rows of tilts have `width` numbers: one factor a value, or {factor, shift}. */
struct lka_draft {
    struct lka_world_reader *reader;
    struct lka_attribute *attribute;
    char part[80]; /* "attributes.device", for messages */
    size_t width;
    double *base;     /* weights, or knots */
    double *personas; /* rows */
    double *pool;     /* one row */
    double *given;    /* rows */
};

static inline bool lka_attribute_is_choice(const struct lka_attribute *attribute)
{
    return attribute->kind == LKA_KIND_CATEGORY || attribute->kind == LKA_KIND_LIST;
}

/* Reads the tilts (each node may be NULL: neutral then) of a draft whose base is there, and makes the attribute's
 * tables. */
void lka_draft_tilt(struct lka_draft *draft, const struct lka_yaml_node *personas, const struct lka_yaml_node *pool,
                    const struct lka_yaml_node *given);
void lka_draft_tables(struct lka_draft *draft, const struct lka_yaml_node *node);

#endif
