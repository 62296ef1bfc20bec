/* train/power.h: how much of a correction is worth its variance.
 *
 * Weights that make the reached stand for others are right on average, and cost: a few rows count for many. Where the
 * family can express the response they bring nothing, since it is then the same whoever was reached; where it can't,
 * they decide which people it is fitted for. Shimodaira (2000) raises them to a power between 0 and 1; the power is
 * chosen by importance-weighted cross-validation (Sugiyama, Krauledat, Mueller 2007): fitted with the power's weights,
 * judged on held-out rows by the whole ones; the smallest power within one standard error of the best.
 */
#ifndef LKA_TRAIN_POWER_H
#define LKA_TRAIN_POWER_H

#include "train/compare.h"

enum { LKA_POWERS = 3 };
extern const double lka_powers[LKA_POWERS]; /* ascending, from 0 */

struct lka_power_choice {
    size_t chosen;
    double worth[LKA_POWERS];          /* minus the mean held-out deviance */
    double behind[LKA_POWERS];         /* the best's - this one's */
    double standard_error[LKA_POWERS]; /* of `behind` (Nadeau, Bengio 2003) */
};

/* `weights[p]` are those of power p, by row of the block; learning->judging the whole ones. learning->weight is
 * changed, and left at the chosen one's. */
lka_status lka_power_choose(struct lka_learning *learning, double *const *weights, size_t folds, size_t repeats,
                            struct lka_power_choice *choice, struct lka_error *error);

#endif
