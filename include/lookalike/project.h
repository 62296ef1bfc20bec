/* lookalike/project.h: several stages in one go. */
#ifndef LOOKALIKE_PROJECT_H
#define LOOKALIKE_PROJECT_H

#include "lookalike/score.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike match`: train on --seeds and --pool, then score the pool: the main job in one command. The pool is read
 * twice (stdin is spooled). --save-model keeps the model. *summary holds the documents of train and score;
 * free it with lka_free. Errors as of lka_train and lka_score. */
LKA_API extern const struct lka_param_table lka_match_params;
LKA_API LKA_MUST_USE lka_status lka_match(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
