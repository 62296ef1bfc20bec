/* train/blended.h: what the default blend is made of, as its parameter `of` has it.
 *
 * Averaging the settings that cannot be told apart errs less than picking one of them, and less than the simplest of
 * them, which is behind on average. So the parts are those within one standard error of the best (held-out deviance),
 * all with the same weight; but no setting of a family that is more complex than the best of that family: where few splits
 * do, more of them learn chance. Trees vary with the draw of rows and columns that they are grown from: a setting of trees
 * comes in as often as makes three forests, each with a seed of its own.
 */
#ifndef LKA_TRAIN_BLENDED_H
#define LKA_TRAIN_BLENDED_H

#include "train/choose.h"

/* Whether its scores can stand beside others' by their deviance. */
bool lka_blended_may_be(const struct lka_candidate *candidate);

/* Of families named that cannot be trained here: the blend passes them over. */
void lka_blended_warn(const char *of, const struct lka_session *session);

/* "logistic:l2=20;forest:depth=3,trees=80;..." from what was compared; `winners` are the settings chosen of each
 * family: of one whose members join into one model it alone comes in, since it varies little. */
lka_status lka_blended_choose(const struct lka_choice *choice, const size_t *winners, size_t families, size_t folds,
                              const struct lka_list *set, char **of, size_t *parts, struct lka_error *error);

/* With seeds too few to compare by: the candidate chosen, and two forests of small trees. */
lka_status lka_blended_by_default(const struct lka_candidate *chosen, const struct lka_list *set, char **of,
                                  struct lka_error *error);

#endif
