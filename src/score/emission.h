/* score/emission.h: from the selection to the file: rows by rank, each with its reasons, and what the top is like. */
#ifndef LKA_SCORE_EMISSION_H
#define LKA_SCORE_EMISSION_H

#include "score/packing.h"
#include "score/selection.h"
#include "train/model.h"

struct lka_emission {
    struct lka_selection *selection; /* finished; a row's fields: the id, the carried ones, then the packed row */
    struct lka_ranked *ranked;
    const struct lka_model *model;
    const struct lka_packing *packing; /* NULL: rows have no such field, and get no reasons */
    size_t reasons;                    /* of a row at most */
    size_t threads;
    const struct lka_session *session;
    uint64_t *histogram; /* rows of the top by feature and code are added here; NULL without packing */
};

lka_status lka_emit(const struct lka_emission *emission, const struct lka_ranked_total *total, struct lka_error *error);

#endif
