/* score/many.h: one block of a pool, scored by many models: each distinct column is encoded once, linear models of one
 * plan go side by side in panels (score/panel.h), every other model by its own path. */
#ifndef LKA_SCORE_MANY_H
#define LKA_SCORE_MANY_H

#include "features/shared.h"
#include "score/model_list.h"
#include "score/panel_group.h"
#include "score/pipeline.h"

struct lka_many {
    struct lka_contender *contenders;
    size_t count;
    struct lka_shared_plans plans;
    ptrdiff_t **cells; /* by whole and column */
    struct lka_panel_groups groups;
};

/* A block that went through, by eligible row. */
struct lka_many_block {
    const struct lka_many *of;
    struct lka_shared_block encoded;
    struct lka_span *ids;
    struct lka_span *learned_as; /* as of lka_row_state_of */
    double **scores;             /* by contender: of every row; NULL: it is panelled */
    struct lka_panel_pass pass;  /* and what panelled ones want */
    uint8_t *member;
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

/* Of rows that are encoded and picked already, with their ids. For measurements. */
lka_status lka_many_score(struct lka_many_block *block, size_t count, struct lka_arena *scratch,
                          struct lka_error *error);

/* Rows of a block that suit so many features and models. */
size_t lka_many_block_rows(const struct lka_many *many);

#endif
