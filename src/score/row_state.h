/* score/row_state.h: what is to become of a pool's rows: ranked, or why not. */
#ifndef LKA_SCORE_ROW_STATE_H
#define LKA_SCORE_ROW_STATE_H

#include "score/pipeline.h"

/* Whether a row may be ranked, as far as the row itself tells; `bar`: why not, where it is barred. `learned_as` is the
 * id that it has among the seeds; its text is NULL if it is none. LKA_MEMORY, and errors as of lka_eligibility_of. */
lka_status lka_row_state_of(const struct lka_pipeline *pipeline, const struct lka_rows *rows, size_t row,
                            enum lka_row_state *state, enum lka_bar *bar, struct lka_span *learned_as,
                            struct lka_error *error);

/* An eligible row, in the order of the rows; its place is the block's `eligible_count`, which the caller then counts up. */
typedef void lka_take_row(const struct lka_pipeline *pipeline, struct lka_scored *scored, size_t row,
                          struct lka_span learned_as);

/* Gives every row of a block its state and its bar, from what lka_row_state_of says and what could not be encoded, and
 * lists the eligible ones: `take` keeps what else is wanted of them. */
lka_status lka_sort_out(const struct lka_pipeline *pipeline, struct lka_scored *scored, lka_take_row *take,
                        struct lka_error *error);

#endif
