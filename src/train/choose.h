/* train/choose.h: which family, and which of its settings: by repeated cross-fitting (train/compare.h), without labels.
 *
 * Settings of one family are compared by held-out deviance where its scores are log odds, else by AUC; the families'
 * chosen settings are compared by AUC. (Deviance is the steadiest with few seeds; see docs/train.md for figures.)
 * Differences are paired by fold; their standard error uses the corrected variance of Nadeau and Bengio (2003), since
 * the training sets overlap. Among the candidates within one standard error of the best, the simplest is taken (Breiman
 * et al. 1984): candidates are listed from the simplest. Of the families whose scores are log odds a blend is made
 * (train/blended.h), and taken, unless another family leads it by more than one standard error. Under 200 seeds
 * families are not compared: from 100 on the default blend is taken, of logistic and small trees, with fewer logistic.
 */
#ifndef LKA_TRAIN_CHOOSE_H
#define LKA_TRAIN_CHOOSE_H

#include "train/compare.h"

struct lka_choice {
    struct lka_candidate *candidates; /* from the simplest */
    size_t count;
    size_t chosen;
    size_t runs;      /* folds x repeats; 0 if there was nothing to choose */
    size_t runner_up; /* the best of the other families' chosen settings; `count` if there is none */
    bool close;       /* the runner-up is within one standard error */
    double
        lead; /* how much greater the chosen one's held-out AUC is than the runner-up's, paired by fold; below 0 where the */
    double lead_error; /* simpler one was taken. Its standard error */
    char why[256];     /* for the card */
    bool cut;          /* time was over before everything was tried */
    bool by_default;   /* seeds are too few to compare families: the default blend is taken */
    char *of;          /* the families of the blend, with the settings chosen for them; NULL where there is none */
};

struct lka_choose_options {
    const char *family;         /* "auto" or a name */
    const struct lka_list *set; /* family.param=value */
    size_t folds;
    size_t repeats;
    double until; /* of lka_seconds: the search ends then; 0: no limit */
};

/* LKA_USAGE for a setting that no family has. */
lka_status lka_choose(const struct lka_learning *learning, const struct lka_choose_options *options,
                      struct lka_choice *choice, struct lka_error *error);
/* The candidates that would be compared, and no fit. */
lka_status lka_choose_list(const struct lka_learning *learning, const struct lka_choose_options *options,
                           struct lka_choice *choice, struct lka_error *error);
void lka_choice_release(struct lka_choice *choice);

/* [{"family", "setting", "fits", "auc", "recall_1", "recall_5", "deviance", "behind", "standard_error"}] */
json_t *lka_choice_json(const struct lka_choice *choice);

/* Of candidates that are only listed: {"families": [{"family", "settings"}], "fits_at_most"}, the members' among
 * them. */
json_t *lka_choice_plan_json(const struct lka_choice *choice, size_t runs, size_t members);

#endif
