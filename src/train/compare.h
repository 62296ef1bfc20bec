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
    double behind;         /* the best of its comparison - this one, in its measure */
    double standard_error; /* of `behind` */
};

/* What a family's settings are compared by: held-out deviance where its scores are log odds, else AUC. More is better. */
double lka_candidate_worth(const struct lka_candidate *candidate, const struct lka_fold_result *result);

/* Fills `mean` and `folds` (folds x repeats of them) of every candidate that is tried; those of a family stand together. */
lka_status lka_compare(const struct lka_learning *learning, size_t folds, size_t repeats,
                       struct lka_candidate *candidates, size_t count, struct lka_error *error);

#endif
