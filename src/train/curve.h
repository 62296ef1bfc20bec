/* train/curve.h: would more seeds help? The learning curve at two points: how well held-out seeds are found by a model
 * of all the other seeds, and by one of half of them. By the family `centroid`, which is the cheapest; what it gains
 * from twice the seeds, a richer family gains at least about. */
#ifndef LKA_TRAIN_CURVE_H
#define LKA_TRAIN_CURVE_H

#include "base/interval.h"
#include "train/learning.h"

struct lka_curve_point {
    double seeds; /* that a model learned from, on average */
    double auc;
    double recall;                       /* in the top 5% */
    struct lka_interval recall_interval; /* Wilson */
};

struct lka_curve {
    bool known; /* false where a fold has no seed or nobody else in it */
    struct lka_curve_point half;
    struct lka_curve_point all;
    double gain; /* of AUC, all against half: paired by held-out seed */
    struct lka_interval gain_interval;
};

lka_status lka_curve_measure(const struct lka_learning *learning, struct lka_curve *curve, struct lka_error *error);

#endif
