/* score/widening.h: what an audience gains and loses as it widens from 1% to 10% of the pool. */
#ifndef LKA_SCORE_WIDENING_H
#define LKA_SCORE_WIDENING_H

#include "train/metrics.h"

enum { LKA_REACHES = 10 };

struct lka_reach_step {
    double share; /* of the pool: 1%, 2%, ... 10% */
    uint64_t people;
    double similarity; /* of the audience: mean share of the held-out seeds that its people score above, ties half */
    double similarity_last; /* of its last person */
    double recall;          /* of the held-out seeds (the cumulative gain) */
    struct lka_interval recall_interval;
    double lift;
    double slice_lift; /* of the people that this step added */
};

/* Held-out seeds and pool, both ascending. */
void lka_widen(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
               struct lka_reach_step steps[LKA_REACHES]);

json_t *lka_widening_json(const struct lka_reach_step steps[LKA_REACHES]); /* NULL when memory is short */

#endif
