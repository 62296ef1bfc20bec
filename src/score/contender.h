/* score/contender.h: one of the models that score a pool in one pass, and what of its rows is wanted. */
#ifndef LKA_SCORE_CONTENDER_H
#define LKA_SCORE_CONTENDER_H

#include "train/model.h"

#include <stdatomic.h>

struct lka_contender {
    const struct lka_model *model;
    size_t view;       /* of the plans */
    bool panelled;     /* rows below the threshold are not wanted */
    bool active;       /* its rows are wanted in this pass */
    atomic_ullong key; /* panelled: rows behind this key are not wanted. It only ever falls. */
};

/* Who each of a block's rows is: its id, and under which id it was learned from, as lka_row_state_of (score/row_state.h) tells it. */
struct lka_row_ids {
    const struct lka_span *ids;
    const struct lka_span *learned_as;
};

static inline struct lka_span lka_row_id(const struct lka_row_ids *rows, size_t row)
{
    return rows->learned_as[row].length > 0 ? rows->learned_as[row] : rows->ids[row];
}

static inline bool lka_row_is_seed(const struct lka_row_ids *rows, size_t row)
{
    return rows->learned_as[row].text != NULL;
}

/* -0 becomes 0, as where the model is alone. */
static inline lka_status lka_finish_score(double *score, struct lka_error *error)
{
    if (*score != *score) {
        return lka_fail(error, LKA_DATA, "a model gives a row no score (not a number): the model file is damaged");
    }
    *score += 0.0;
    return LKA_OK;
}

#endif
