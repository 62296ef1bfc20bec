/* simulate/world_reader.h: the parts of reading a world file. Each part reads one section, complains about what is
 * wrong and goes on; a section that is absent has been complained about already. */
#ifndef LKA_SIMULATE_WORLD_READER_H
#define LKA_SIMULATE_WORLD_READER_H

#include "simulate/document.h"
#include "simulate/world.h"

struct lka_world_reader {
    struct lka_document document;
    struct lka_world *world;
    const struct lka_yaml_node *attribute_keys[LKA_ATTRIBUTES_MAX]; /* where each attribute stands */
    double missing[LKA_IDENTIFIER_COUNT + LKA_ATTRIBUTES_MAX];      /* share by column, before age and source */
    struct lka_response *effects;                                   /* whose effects are being read ... */
    const char *effects_part;                                       /* ... and in which section */
    bool short_of_memory; /* reading stops where it can, and fails at the end */
};

/* Zeroed memory that lives as long as the world; NULL when memory is short (and short_of_memory is set). */
void *lka_world_take(struct lka_world_reader *reader, size_t count, size_t size);
const char *lka_world_copy(struct lka_world_reader *reader, const char *text);

/* The text as a CSV field with the comma behind it. False, with a problem, if it is too long or empty. */
bool lka_world_slot(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                    const char *text, struct lka_slot *slot);

void lka_world_read_personas(struct lka_world_reader *reader, const struct lka_yaml_node *node);
void lka_world_read_attributes(struct lka_world_reader *reader, const struct lka_yaml_node *node);
/* These come after the attributes, which they speak of. */
void lka_world_read_regions(struct lka_world_reader *reader, const struct lka_yaml_node *node);
void lka_world_read_consents(struct lka_world_reader *reader, const struct lka_yaml_node *node);
void lka_world_read_missing(struct lka_world_reader *reader,
                            const struct lka_yaml_node *node); /* NULL: nothing is missing */
void lka_world_read_response(struct lka_world_reader *reader, const struct lka_yaml_node *node);
/* The effects of attributes, by value: for the response, and for what else follows from attributes. Nodes may be
 * NULL. */
void lka_world_read_effects(struct lka_world_reader *reader, const struct lka_yaml_node *categories,
                            const struct lka_yaml_node *numbers, const char *part, struct lka_response *response);
/* What only `simulate crm` needs (simulate/brand.h): each section may be NULL, as all of its keys have defaults. */
void lka_world_read_brand(struct lka_world_reader *reader, const struct lka_yaml_node *const *sections);
/* What names and addresses need to know of the values of language, gender and email_domain, looked up once. */
void lka_world_note_values(struct lka_world_reader *reader);

#endif
