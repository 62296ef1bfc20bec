/* score/truth.h: a table that says who in a pool is positive: the pool's id and `label` (0 or 1). Kept as hashes. */
#ifndef LKA_SCORE_TRUTH_H
#define LKA_SCORE_TRUTH_H

#include "base/hash.h"
#include "source/open.h"

struct lka_truth_map;

/* Reads a table to its end. LKA_USAGE without a column `label`, LKA_DATA for a label that is neither 0 nor 1 and for an
 * id that comes twice. */
lka_status lka_truth_map_read(const struct lka_table *table, struct lka_truth_map **map, struct lka_error *error);
void lka_truth_map_free(struct lka_truth_map *map);
/* False if the truth does not know the id. */
bool lka_truth_map_label(const struct lka_truth_map *map, struct lka_span id, bool *label);

#endif
