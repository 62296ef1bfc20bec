/* train/shared.h: the columns that seeds and pool have in common: what can be learned from. */
#ifndef LKA_TRAIN_SHARED_H
#define LKA_TRAIN_SHARED_H

#include "table/schema.h"

/* The pool's columns that the seeds have too. A role other than feature, in either table, wins; a type that the user
 * gave counts for both. LKA_DATA if no feature is among them: `what` names the first table then ("seeds"). */
lka_status lka_shared_columns(const struct lka_schema *seeds, const struct lka_schema *pool, const char *what,
                              struct lka_schema *shared, struct lka_error *error);

/* The names of the features of `from` that `in` lacks. */
lka_status lka_lonely_columns(const struct lka_schema *from, const struct lka_schema *in, json_t **names,
                              struct lka_error *error);

#endif
