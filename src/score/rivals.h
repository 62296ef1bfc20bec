/* score/rivals.h: what each of several models keeps of the rows that come, and its ranking in the end, which is the
 * same to the byte as where the model is alone: the rows that it may want go through the selection and the emission
 * that it has then.
 *
 *   panelled    a shortlist (24 bytes a row); who is in it stands in the row store, once for all models
 *   others      the selection itself, as alone
 */
#ifndef LKA_SCORE_RIVALS_H
#define LKA_SCORE_RIVALS_H

#include "score/many.h"
#include "score/packing.h"
#include "score/row_store.h"
#include "score/selection.h"
#include "score/shortlist.h"

/* One model's. */
struct lka_rival {
    struct lka_contender *contender;
    struct lka_shortlist shortlist;   /* panelled */
    struct lka_selection *selection;  /* others */
    struct lka_selection_options own; /* as where the model is alone, but for the memory */
};

struct lka_rivals {
    struct lka_many *many;
    struct lka_rival *items;
    const struct lka_ranked *carried; /* which columns are carried */
    const struct lka_binding *binding;
    struct lka_packing *packings; /* by view */
    struct lka_packing *wholes;   /* by whole: how rows are kept */
    bool packing;                 /* rows come with their codes */
    struct lka_row_store *store;
    uint64_t *places; /* of the block's rows in the store; UINT64_MAX: not there */
    uint64_t *ties;   /* of the block's rows by `tie_key`, that of the first model and mostly of all */
    uint64_t tie_key;
    uint32_t *picked; /* rows of a block that a selection wants */
    struct lka_span *fields;
    struct lka_text learned;
    char *packed; /* room for one row's codes */
    uint64_t eligible;
};

/* `wanted`: top, explore, memory (of all together), directory, most, again. `seed`: for exploring; NULL: each model's
 * own. */
lka_status lka_rivals_init(struct lka_rivals *rivals, struct lka_many *many, const struct lka_selection_options *wanted,
                           const uint64_t *seed, const struct lka_ranked *carried, const struct lka_binding *binding,
                           bool packing, size_t block_rows, struct lka_error *error);
void lka_rivals_release(struct lka_rivals *rivals); /* {0} is fine */

/* Whether a linear model's rows are wanted only above a threshold. */
bool lka_rivals_may_panel(const struct lka_selection_options *wanted);

/* In the order of the file. `first`: in the first pass. */
lka_status lka_rivals_take(struct lka_rivals *rivals, const struct lka_scored *block, bool first,
                           struct lka_error *error);

/* After a pass: whether some models must see the rows again; only those are active then. */
lka_status lka_rivals_retry(struct lka_rivals *rivals, bool *again, struct lka_error *error);

/* After the last pass. */
lka_status lka_rivals_finish(struct lka_rivals *rivals, struct lka_error *error);
/* A model's rows, with their packed codes behind where there are any, in a selection that is the caller's. Several
 * threads may take those of different models. */
lka_status lka_rivals_select(struct lka_rivals *rivals, size_t index, struct lka_selection **selection,
                             struct lka_error *error);

#endif
