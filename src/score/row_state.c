#include "score/row_state.h"

lka_status lka_row_state_of(const struct lka_pipeline *pipeline, const struct lka_rows *rows, size_t row,
                            enum lka_row_state *state, enum lka_bar *bar, struct lka_span *learned_as,
                            struct lka_error *error)
{
    const struct lka_binding *binding = pipeline->binding;
    struct lka_span id = lka_cell(rows, binding->id, row);
    *learned_as = (struct lka_span){NULL, 0};
    *bar = LKA_BAR_NONE;
    if (lka_ids_bad(pipeline->ids, rows, row, id)) {
        *state = LKA_ROW_REJECTED;
        return LKA_OK;
    }
    /* Whoever did not agree to profiling is compared with nothing, not even with the seeds. */
    if (!lka_consent_granted(&binding->consent, rows, 0, row)) {
        *state = LKA_ROW_NO_CONSENT;
        return LKA_OK;
    }
    if (pipeline->eligibility) {
        LKA_TRY(lka_eligibility_of(pipeline->eligibility, rows, row, bar, error));
        if (*bar != LKA_BAR_NONE) {
            *state = LKA_ROW_BARRED;
            return LKA_OK;
        }
    }
    if (pipeline->all_seeds) {
        *learned_as = id;
    } else if (pipeline->seeds) {
        struct lka_span none = {"", 0};
        struct lka_span email = binding->email == LKA_NO_COLUMN ? none : lka_cell(rows, (size_t)binding->email, row);
        LKA_TRY(lka_seed_set_find(pipeline->seeds, id, email, learned_as, error));
    }
    *state = learned_as->text && !pipeline->keep_seeds ? LKA_ROW_SEED : LKA_ROW_ELIGIBLE;
    return LKA_OK;
}

lka_status lka_sort_out(const struct lka_pipeline *pipeline, struct lka_scored *scored, lka_take_row *take,
                        struct lka_error *error)
{
    const struct lka_problems *problems = &scored->problems;
    size_t problem = 0;
    scored->eligible_count = 0;
    for (size_t row = 0; row < scored->rows.count; row++) {
        struct lka_span learned_as;
        enum lka_row_state state;
        enum lka_bar bar;
        LKA_TRY(lka_row_state_of(pipeline, &scored->rows, row, &state, &bar, &learned_as, error));
        if (problem < problems->count && problems->items[problem].row == row) {
            problem++;
            state = LKA_ROW_REJECTED;
        }
        scored->bars[row] = (uint8_t)bar;
        scored->state[row] = (uint8_t)state;
        if (state == LKA_ROW_ELIGIBLE) {
            take(pipeline, scored, row, learned_as);
            scored->eligible[scored->eligible_count++] = (uint32_t)row;
        }
    }
    return LKA_OK;
}
