/* train/odds.h: the cross-fitted log odds that a row belongs to one set of rows rather than to another: reached or not,
 * of the pool or of the CRM. A logistic model over the plan's features, its penalty chosen by held-out deviance; every
 * row is scored by the member that did not see it, so that no row explains itself. */
#ifndef LKA_TRAIN_ODDS_H
#define LKA_TRAIN_ODDS_H

#include "train/learning.h"
#include "train/metrics.h"

struct lka_odds_sets {
    const uint32_t *rows; /* of the block: those of the one set, then those of the other */
    size_t ones;          /* at least 10 of each */
    size_t zeros;
    const double *weight; /* by place in `rows` */
    const char *purpose;  /* makes folds and random numbers its own */
};

struct lka_odds {
    double *log_odds; /* by place in `rows` */
    struct lka_ranking ranking;
};

lka_status lka_odds_learn(const struct lka_learning *learning, const struct lka_odds_sets *sets, struct lka_odds *odds,
                          struct lka_error *error);
void lka_odds_release(struct lka_odds *odds);

#endif
