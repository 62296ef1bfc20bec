/* score/score_many.h: one pool ranked by several models in one pass, into a directory. */
#ifndef LKA_SCORE_SCORE_MANY_H
#define LKA_SCORE_SCORE_MANY_H

#include "score/inputs.h"
#include "score/model_list.h"

/* `options` is of lka_score_params' table. *document is the stage's, with "out". Errors as of lka_score, LKA_USAGE for
 * what has no meaning with several models. */
lka_status lka_score_many(const struct lka_options *options, const struct lka_list *paths, const char *models,
                          const struct lka_session *session, json_t **document, struct lka_error *error);

#endif
