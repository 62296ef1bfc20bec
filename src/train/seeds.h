/* train/seeds.h: which rows of a pool are seeds: by equal id when both id columns have the same name or --same-ids is
 * given, else by normalised e-mail if both tables have one, else not at all, with a warning. */
#ifndef LKA_TRAIN_SEEDS_H
#define LKA_TRAIN_SEEDS_H

#include "base/hash.h"
#include "table/rows.h"
#include "table/schema.h"

struct lka_seed_set;

/* An empty set. `how` is decided from the two schemas. */
lka_status lka_seed_set_new(const struct lka_schema *seeds, const struct lka_schema *pool, bool same_ids,
                            struct lka_seed_set **set, struct lka_error *error);
void lka_seed_set_free(struct lka_seed_set *set);
enum lka_seed_match { LKA_SEEDS_BY_ID, LKA_SEEDS_BY_EMAIL, LKA_SEEDS_UNMATCHED };
enum lka_seed_match lka_seed_set_how(const struct lka_seed_set *set);
lka_status lka_seed_set_add(struct lka_seed_set *set, struct lka_span id, struct lka_span email,
                            struct lka_error *error);
/* The id under which the person is a seed: that of the seeds' table (perhaps empty). Its text is NULL for nobody.
 * LKA_MEMORY only. Thread-safe. */
lka_status lka_seed_set_find(const struct lka_seed_set *set, struct lka_span id, struct lka_span email,
                             struct lka_span *seed, struct lka_error *error);

#endif
