/* One block of the pipeline, from text to scores. */
#include "score/scored.h"

#include "base/error.h"
#include "base/memory.h"
#include "score/many.h"
#include "score/row_state.h"

void lka_bench_release(struct lka_bench *bench)
{
    lka_arena_release(&bench->scratch);
    lka_range_reader_release(&bench->reader);
    lka_free(bench->histogram);
}

lka_status lka_bench_init(struct lka_bench *bench, const struct lka_pipeline *pipeline, struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(pipeline->model->plan);
    return pipeline->histogram ? LKA_NEW(bench->histogram, lka_histogram_size(space), error) : LKA_OK;
}

lka_status lka_scored_init(struct lka_scored *scored, const struct lka_pipeline *pipeline, struct lka_error *error)
{
    LKA_TRY(lka_rows_init(&scored->rows, pipeline->binding->count, pipeline->block_rows, error));
    const struct lka_space *space = lka_plan_space(pipeline->model->plan);
    if (pipeline->many) {
        LKA_TRY(lka_many_block_new(pipeline->many, pipeline->block_rows, &scored->many, error));
    } else {
        LKA_TRY(lka_block_init(&scored->block, space, pipeline->block_rows, error));
    }
    LKA_TRY(LKA_NEW(scored->state, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->bars, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->eligible, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->member, pipeline->block_rows, error));
    return LKA_NEW(scored->scores, pipeline->block_rows, error);
}

void lka_scored_release(struct lka_scored *scored)
{
    lka_rows_release(&scored->rows);
    lka_block_release(&scored->block);
    lka_many_block_free(scored->many);
    lka_free(scored->state);
    lka_free(scored->bars);
    lka_free(scored->eligible);
    lka_free(scored->member);
    lka_free(scored->scores);
    lka_problems_release(&scored->problems);
}

static void take_eligible(const struct lka_pipeline *pipeline, struct lka_scored *scored, size_t row,
                          struct lka_span learned_as)
{
    bool is_seed = learned_as.text != NULL;
    struct lka_span id = learned_as.length > 0 ? learned_as : lka_cell(&scored->rows, pipeline->binding->id, row);
    scored->member[scored->eligible_count] = (uint8_t)lka_model_member(pipeline->model, id, is_seed);
}

/* Whether every row may be ranked that has an id. */
static bool asks_nothing(const struct lka_pipeline *pipeline)
{
    const struct lka_consent *consent = &pipeline->binding->consent;
    return (!pipeline->ids || pipeline->ids->repeated_count == 0) && consent->count == 0 && !consent->too_many &&
           !pipeline->eligibility && !pipeline->seeds && !pipeline->all_seeds;
}

static bool all_have_ids(const struct lka_pipeline *pipeline, const struct lka_rows *rows)
{
    uint32_t shortest = UINT32_MAX;
    for (size_t row = 0; row < rows->count; row++) {
        uint32_t length = lka_cell(rows, pipeline->binding->id, row).length;
        shortest = length < shortest ? length : shortest;
    }
    return shortest > 0;
}

/* What sort_out does of rows that may all be ranked. */
static void take_all(const struct lka_pipeline *pipeline, struct lka_scored *scored)
{
    memset(scored->state, LKA_ROW_ELIGIBLE, scored->rows.count);
    memset(scored->bars, LKA_BAR_NONE, scored->rows.count);
    for (size_t row = 0; row < scored->rows.count; row++) {
        take_eligible(pipeline, scored, row, (struct lka_span){NULL, 0});
        scored->eligible[scored->eligible_count++] = (uint32_t)row;
    }
}

/* Gives every row its state, and lists the eligible ones. */
static lka_status sort_out(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_error *error)
{
    scored->eligible_count = 0;
    if (scored->problems.count == 0 && asks_nothing(pipeline) && all_have_ids(pipeline, &scored->rows)) {
        take_all(pipeline, scored);
        return LKA_OK;
    }
    return lka_sort_out(pipeline, scored, take_eligible, error);
}

size_t lka_histogram_size(const struct lka_space *space)
{
    size_t size = 0;
    for (size_t f = 0; f < space->count; f++) {
        size += space->features[f].codes;
    }
    return size;
}

enum { FEW_CODES = 64, SIDE_BY_SIDE = 4 };

/* Where the same few counters come again and again, each increment waits for the one before: so each has several. */
static void count_few(const uint16_t *codes, size_t count, uint64_t by, uint64_t *histogram, size_t kinds)
{
    uint32_t counts[SIDE_BY_SIDE][FEW_CODES] = {0};
    size_t i = 0;
    for (; i + SIDE_BY_SIDE <= count; i += SIDE_BY_SIDE) {
        for (size_t side = 0; side < SIDE_BY_SIDE; side++) {
            counts[side][codes[i + side]]++;
        }
    }
    for (; i < count; i++) {
        counts[0][codes[i]]++;
    }
    for (size_t code = 0; code < kinds; code++) {
        histogram[code] += by * ((uint64_t)counts[0][code] + counts[1][code] + counts[2][code] + counts[3][code]);
    }
}

void lka_scored_count(const struct lka_block *block, uint64_t by, uint64_t *histogram)
{
    for (size_t f = 0; f < block->space->count; f++) {
        const uint16_t *codes = lka_block_codes(block, f);
        size_t kinds = block->space->features[f].codes;
        if (kinds <= FEW_CODES) {
            count_few(codes, block->count, by, histogram, kinds);
        } else {
            for (size_t i = 0; i < block->count; i++) {
                histogram[codes[i]] += by;
            }
        }
        histogram += kinds;
    }
}

static lka_status check_scores(struct lka_scored *scored, struct lka_error *error)
{
    for (size_t i = 0; i < scored->eligible_count; i++) {
        double score = scored->scores[i];
        if (score != score) {
            return lka_fail_at(error, LKA_DATA, scored->rows.file, scored->rows.lines[scored->eligible[i]], 0,
                               "the model gives this row no score (not a number): the model file is damaged");
        }
        scored->scores[i] = score + 0.0; /* -0 becomes 0: one number, one place in the order */
    }
    return LKA_OK;
}

lka_status lka_scored_account(const struct lka_scored *block, struct lka_ids *ids, struct lka_source *source,
                              const struct lka_binding *binding, struct lka_error *error)
{
    const struct lka_problems *problems = &block->problems;
    size_t at = 0;
    if (block->eligible_count == block->rows.count && !ids->unique) {
        return LKA_OK;
    }
    for (size_t row = 0; row < block->rows.count; row++) {
        struct lka_span id = lka_cell(&block->rows, binding->id, row);
        bool broken = at < problems->count && problems->items[at].row == row;
        if (block->state[row] != LKA_ROW_REJECTED) {
            LKA_TRY(lka_ids_add(ids, &block->rows, row, id, error));
            continue;
        }
        struct lka_error problem = {0};
        if (lka_ids_bad(ids, &block->rows, row, id)) {
            lka_ids_describe(ids, source, &block->rows, row, id, &problem);
        } else {
            problem = problems->items[at].error;
        }
        LKA_TRY(lka_source_reject(source, &block->rows, row, &problem, error));
        at += broken;
    }
    return LKA_OK;
}

lka_status lka_scored_work(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_bench *bench,
                           struct lka_error *error)
{
    if (pipeline->many) {
        return lka_many_work(pipeline, scored, &bench->scratch, error);
    }
    LKA_TRY(lka_plan_encode(pipeline->model->plan, &scored->rows, pipeline->binding->plan_cell, &scored->block,
                            &scored->problems, error));
    LKA_TRY(sort_out(pipeline, scored, error));
    if (scored->eligible_count < scored->rows.count) {
        /* In place: a row only ever moves towards the start. */
        lka_block_gather(&scored->block, &scored->block, scored->eligible, scored->eligible_count);
    }
    if (scored->eligible_count == 0) {
        return LKA_OK;
    }
    LKA_TRY(
        lka_model_score_by(pipeline->model, &scored->block, scored->member, &bench->scratch, scored->scores, error));
    LKA_TRY(check_scores(scored, error));
    if (bench->histogram) {
        lka_scored_count(&scored->block, 1, bench->histogram);
    }
    return LKA_OK;
}
