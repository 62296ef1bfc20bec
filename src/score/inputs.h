/* score/inputs.h: what score and explain open: the model, the pool, and the seeds to leave out. */
#ifndef LKA_SCORE_INPUTS_H
#define LKA_SCORE_INPUTS_H

#include "score/model_list.h"
#include "source/open.h"
#include "train/model.h"
#include "train/seeds.h"

struct lka_score_inputs {
    struct lka_model *model;
    bool lent; /* the model is somebody else's */
    struct lka_table pool;
    struct lka_seed_set *seeds; /* NULL without --seeds */
};

/* Opens the table whose files are the values of `key`: the id column is that of --id, of a role, or else the one that
 * the model was trained with. Rejected rows go to a file named after `out` ("score" for stdout); NULL: they are
 * written nowhere. */
lka_status lka_score_table_open(const struct lka_options *options, const struct lka_model *model, const char *key,
                                const char *out, struct lka_table *table, struct lka_error *error);

/* Opens the model `path`. Reads pool, seeds, same-ids, and what lka_table_open reads, by key; where, too, if there is
 * an `out`: who explains looks at rows that the rule leaves out, and gives it to the source later. */
lka_status lka_score_inputs_open(struct lka_score_inputs *inputs, const char *path, const struct lka_options *options,
                                 const char *out, bool twice, const struct lka_session *session,
                                 struct lka_error *error);
/* The same for several models, which stay the caller's: inputs->model is the first of them. What cannot be opened a
 * second time is copied. LKA_USAGE if they were trained with different id columns, and no flag says which one it is. */
lka_status lka_score_inputs_open_for(struct lka_score_inputs *inputs, const struct lka_model_list *models,
                                     const struct lka_options *options, const struct lka_session *session,
                                     struct lka_error *error);
void lka_score_inputs_close(struct lka_score_inputs *inputs); /* {0} is fine */

/* A truth: by the id column of the pool that the model learned from. */
lka_status lka_score_truth_open(const struct lka_options *options, const struct lka_model *model, char *path,
                                struct lka_table *table, struct lka_error *error);

#endif
