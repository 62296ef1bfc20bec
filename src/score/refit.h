/* score/refit.h: the same training again, on other columns or other seeds: a model of the family and the settings that
 * a model has, and of the flags that its card tells, from the files that it is evaluated on. */
#ifndef LKA_SCORE_REFIT_H
#define LKA_SCORE_REFIT_H

#include "source/open.h"
#include "train/model.h"

struct lka_refit {
    const struct lka_options *options; /* of evaluate: seeds, pool, where and the flags of reading */
    const struct lka_model *model;
    const struct lka_list *without; /* columns to leave out besides; may be empty */
    const char *rule;               /* only seeds (of a CRM: contacts) that meet it; NULL: all */
    const struct lka_session *session;
    int64_t draw; /* of the seeds, by number; 0: all of them, once */
};

/* LKA_USAGE for columns that the model does not read. */
lka_status lka_refit_check(const struct lka_refit *refit, struct lka_error *error);
lka_status lka_refit_train(const struct lka_refit *refit, struct lka_model **model, struct lka_error *error);

#endif
