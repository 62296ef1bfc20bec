/* train/compare.h: what candidates are worth on rows that they did not see.
 *
 * Each candidate is fitted K x repeats times on the rows outside a fold and judged on the held-out seeds and pool rows.
 * The settings of a family are tried from the simplest on; once two in a row were worse than the best so far, the rest,
 * which cost the most to fit, are left out.
 */
#ifndef LKA_TRAIN_COMPARE_H
#define LKA_TRAIN_COMPARE_H

#include "train/learning.h"

/* What one fold said. */
struct lka_fold_result {
    bool known; /* false where the fold had no seed or no pool row */
    double auc;
    double recall_1;
    double recall_5;
    double deviance; /* mean log loss of a held-out row; NaN where scores are no log odds */
};

struct lka_candidate {
    const struct lka_model_family *family;
    struct lka_options *options;
    const char *setting;         /* "l2=10"; "" for the family's defaults */
    struct lka_fold_result mean; /* over folds and repeats; not known if it was not tried */
    struct lka_fold_result *folds;
    size_t fits;           /* that it cost */
    double behind;         /* the best of its comparison - this one, in its measure */
    double standard_error; /* of `behind` */
};

/* What a family's settings are compared by: held-out deviance where its scores are log odds, else AUC. More is
 * better. */
double lka_candidate_worth(const struct lka_candidate *candidate, const struct lka_fold_result *result);

typedef double (*lka_measure)(const struct lka_candidate *candidate, const struct lka_fold_result *result);

/* How far a candidate is behind the best in a measure, and the standard error of that: differences are paired by
 * run. */
void lka_candidate_fall_behind(struct lka_candidate *candidate, const struct lka_candidate *best, lka_measure measured,
                               size_t runs, size_t folds);

struct lka_compare_options {
    size_t folds;
    size_t repeats;
    double until; /* of lka_seconds: no candidate but the first is begun after it; 0: no limit */
    bool *cut;    /* set where that left a candidate or a repeat out */
};

/* Fills `mean` and `folds` (folds x repeats of them) of every candidate that is tried; those of a family stand
 * together. All are compared on one repeat, and what is more than two standard errors behind the best of its family
 * then is not repeated (successive halving: Jamieson and Talwalkar 2016). */
lka_status lka_compare(const struct lka_learning *learning, const struct lka_compare_options *options,
                       struct lka_candidate *candidates, size_t count, struct lka_error *error);

#endif
