/* train/reach.h: who could be reached, and what follows for those who were.
 *
 * A reactivation is seen only of people who were reached, and reach depends on what they are like (labels selected at
 * random given the features). e(x) = P(reached | x) is learned from all contacts, cross-fitted, and a reached contact
 * counts P(reached) / e(x), the stabilised inverse propensity: then those who were reached stand for all contacts. What
 * is below a floor counts as the floor: .1, the rule of thumb of Crump, Hotz, Imbens, Mitnik (2009), or a fifth of the
 * mean where fewer than half were reached. (They leave such people out; cutting the weight keeps them, and bounds the
 * variance, which a few of them would otherwise make: Li, Morgan, Zaslavsky 2018.)
 */
#ifndef LKA_TRAIN_REACH_H
#define LKA_TRAIN_REACH_H

#include "train/learning.h"
#include "train/metrics.h"

#include <jansson.h>

struct lka_reach {
    bool known;     /* false where everybody was reached, or too few were not to learn from */
    double share;   /* of the contacts, reached */
    double floor;   /* e(x) below it counts as it */
    size_t floored; /* reached contacts of whom that is so */
    double auc;     /* of e(x), held out: .5 if reach depends on nothing that is known */
    json_t *never;  /* [{"feature", "value", "people"}]: values of which nobody was reached; of 100 people at least */
};

/* Multiplies the weight of every reached contact (by row of the block) by its reach weight. */
lka_status lka_reach_weigh(const struct lka_learning *learning, const struct lka_plan *plan, double *weight,
                           struct lka_reach *reach, struct lka_error *error);
void lka_reach_release(struct lka_reach *reach);

/* NULL when memory is short. */
json_t *lka_reach_json(const struct lka_reach *reach);

#endif
