/* table/design.h: features as the columns of a dense matrix, for families that think in vectors.
 *
 * A NUMBER feature gives its standardised value, then a missing indicator if missing values occurred;
 * with `bins`, also one indicator a quantile bin. A CODE feature gives one indicator a code (code 0 only if missing
 * values occurred); a code of two states (list items, booleans without missing) gives one.
 * An indicator column is centred and scaled by the family as it needs; here it is 0 or 1.
 */
#ifndef LKA_TABLE_DESIGN_H
#define LKA_TABLE_DESIGN_H

#include "table/block.h"

struct lka_design_column {
    uint32_t feature;
    uint32_t code; /* the code whose indicator this is; unused for a value */
    bool is_value; /* the standardised value */
};

struct lka_design {
    struct lka_design_column *columns;
    size_t count;
};

lka_status lka_design_init(struct lka_design *design, const struct lka_space *space, bool bins,
                           struct lka_error *error);
void lka_design_release(struct lka_design *design);

/* Row-major: out[i * design->count + j] for the `count` rows of `block` picked by `rows` (NULL: the first
 * `count` rows). */
void lka_design_fill(const struct lka_design *design, const struct lka_block *block, const uint32_t *rows, size_t count,
                     double *out);

#endif
