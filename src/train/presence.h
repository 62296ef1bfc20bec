/* train/presence.h: are two sets of rows told apart by which cells are empty, and by nothing else? People do not choose
 * which cells are filled; systems do. So what tells seeds from pool this way is where a row came from. */
#ifndef LKA_TRAIN_PRESENCE_H
#define LKA_TRAIN_PRESENCE_H

#include "train/learning.h"
#include "train/metrics.h"

struct lka_presence {
    struct lka_ranking seeds;  /* seeds against the others */
    struct lka_ranking halves; /* the others cut in two by a hash of their ids: what .5 looks like in these data */
    size_t columns;            /* that have empty cells; without any both rankings are all 0 */
};

/* Naive Bayes over "is it empty" by column; each row is scored by what the other folds say. */
lka_status lka_presence_measure(const struct lka_learning *learning, const struct lka_plan *plan,
                                struct lka_presence *presence, struct lka_error *error);

#endif
