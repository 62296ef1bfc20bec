/* train/members.h: the cross-fitted members of a model, and what their held-out scores say. */
#ifndef LKA_TRAIN_MEMBERS_H
#define LKA_TRAIN_MEMBERS_H

#include "train/learning.h"
#include "train/metrics.h"
#include "train/model.h"

/* How many members there are to fit: one a fold, or two where seeds have members of their own (train/model.h). That is
 * for two files, where the pool was learned from, and not for families whose members join into one model to score with:
 * these can be so many that each holds out few seeds. */
size_t lka_members_fitted(const struct lka_learning *learning, const struct lka_model_family *family, size_t folds);

/* Fits them side by side into model->members, member f on the rows outside fold f, or on all seeds and the others outside
 * it; sets model->fold_key to one of 16 keys, the one that spreads the seeds over the folds most evenly. `converged` counts
 * those that did.
 *
 * With learning->bags above 1 a member is the mean of so many fits, each on all its seeds and on half of its others,
 * picked by a keyed hash of the id: bagging over samples of the background (Mordelet, Vert 2014), halves without
 * replacement, which do what bootstraps do (Buehlmann, Yu 2002). A family that averages keeps one model a member.
 * Fewer than 100 others are not halved. */
lka_status lka_members_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                           const struct lka_options *options, size_t folds, struct lka_model *model, size_t *converged,
                           struct lka_error *error);

/* In whose fold no seed fell: they judge none. */
size_t lka_members_without_seeds(const struct lka_learning *learning, const struct lka_model *model);

/* Every row of the block scored by the member that holds out its fold, seeds and others. */
lka_status lka_members_score(const struct lka_learning *learning, const struct lka_model *model, double *scores,
                             struct lka_error *error);

/* What those scores say: */
struct lka_held_out {
    struct lka_ranking ranking; /* the seeds among the pool sample; with a CRM those reactivated among all reached */
    struct lka_ranking in_pool; /* with a CRM and a pool: those reactivated among the pool sample; else no positives */
};
lka_status lka_members_evaluate(const struct lka_learning *learning, const struct lka_model *model,
                                struct lka_held_out *held_out, struct lka_error *error);

#endif
