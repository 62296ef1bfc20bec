/* score/many.h: one block of a pool, scored by many models: each distinct column is encoded once, linear models of one
 * plan go side by side in panels (score/panel.h), every other model by its own path.
 *
 * A linear model's hits are scored again, in float64, by the model as where it is alone (lka_model_score_rows), so that
 * whoever is above its threshold has the very bits that the model alone would give.
 */
#ifndef LKA_SCORE_MANY_H
#define LKA_SCORE_MANY_H

#include "features/shared.h"
#include "score/model_list.h"
#include "score/panel.h"
#include "score/pipeline.h"

#include <stdatomic.h>

/* A model, and what of its rows is wanted. */
struct lka_contender {
    const struct lka_listed_model *listed;
    const struct lka_model *model;
    size_t view;       /* of the plans */
    bool panelled;     /* rows below the threshold are not wanted */
    bool active;       /* its rows are wanted in this pass */
    atomic_ullong key; /* panelled: rows behind this key are not wanted. It only ever falls. */
};

/* Linear models of one plan that were learned from by the same rule: who was seen, and into which fold they fell. */
struct lka_panel_group {
    struct lka_panel_shape shape;
    size_t view;
    uint64_t sample_key;
    uint64_t fold_key;
    size_t folds;
    uint64_t highest; /* sample threshold of its models */
    size_t *contenders;
    size_t count;
    struct lka_panel *panels;
    size_t panel_count;
};

struct lka_many {
    struct lka_contender *contenders;
    size_t count;
    struct lka_shared_plans plans;
    ptrdiff_t **cells; /* by whole and column */
    struct lka_panel_group *groups;
    size_t group_count;
};

/* A row that a panelled model wants. */
struct lka_many_hit {
    uint32_t row; /* of the eligible ones */
    uint32_t contender;
    double score;
};

/* A block that went through, by eligible row. */
struct lka_many_block {
    const struct lka_many *of;
    struct lka_shared_block encoded;
    struct lka_span *ids;
    struct lka_span *learned_as; /* as of lka_row_state_of */
    double **scores;             /* by contender: of every row; NULL: it is panelled */
    struct lka_many_hit *hits;
    size_t hit_count;
    size_t hit_capacity;
    struct lka_panel_rows *group_rows; /* by group */
    struct lka_panel_hits found;
    uint64_t *hashes; /* of the ids, by the group's sample key */
    uint8_t *member;  /* by the group's fold key */
    uint32_t *listed;
    double *picked_scores;
};

/* The plans, the panels. `may_panel`: no more rows are wanted of a linear model than those above a threshold. The
 * models live as long. */
lka_status lka_many_init(struct lka_many *many, const struct lka_model_list *list, bool may_panel,
                         struct lka_error *error);
/* Selects the plans' columns. */
lka_status lka_many_bind(struct lka_many *many, struct lka_binding *binding, struct lka_error *error);
void lka_many_release(struct lka_many *many); /* {0} is fine */

lka_status lka_many_block_new(const struct lka_many *many, size_t capacity, struct lka_many_block **block,
                              struct lka_error *error);
void lka_many_block_free(struct lka_many_block *block); /* NULL is fine */

/* What lka_scored_work does for one model; `scored` has its lists of rows, and no scores. */
lka_status lka_many_work(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_arena *scratch,
                         struct lka_error *error);

/* Of rows that are encoded and picked already; `ids` by row. For measurements. */
lka_status lka_many_score(struct lka_many_block *block, const struct lka_span *ids, size_t count,
                          struct lka_arena *scratch, struct lka_error *error);

/* Rows of a block that suit so many features and models. */
size_t lka_many_block_rows(const struct lka_many *many);

#endif
