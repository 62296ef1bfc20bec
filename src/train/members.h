/* train/members.h: the cross-fitted members of a model, and what their held-out scores say. */
#ifndef LKA_TRAIN_MEMBERS_H
#define LKA_TRAIN_MEMBERS_H

#include "train/learning.h"
#include "train/metrics.h"
#include "train/model.h"

/* Fits member 0 .. folds-1 side by side, member f on the rows outside fold f, into model->members; sets model->fold_key
 * to one of 16 keys, the one that spreads the seeds over the folds most evenly. `converged` counts those that did. */
lka_status lka_members_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                           const struct lka_options *options, size_t folds, struct lka_model *model, size_t *converged,
                           struct lka_error *error);

/* Every row scored by the member that did not see it; the seeds ranked among the pool sample. */
lka_status lka_members_evaluate(const struct lka_learning *learning, const struct lka_model *model,
                                struct lka_ranking *ranking, struct lka_error *error);

#endif
