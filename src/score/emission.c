#include "score/emission.h"

#include "base/memory.h"
#include "base/session.h"
#include "score/reasons.h"

/* Rows that wait for their reasons. Their fields are copies: the selection gives one row at a time. */
struct batch {
    const struct lka_emission *emission;
    size_t fields; /* of a row, but for the packed one */
    size_t count;
    struct lka_ranked_row rows[LKA_REASONS_ROWS];
    const char *packed[LKA_REASONS_ROWS];
    struct lka_arena arena;
    struct lka_reasons *reasons;
    struct lka_block one; /* to count a row's codes */
};

static lka_status copy_row(struct batch *batch, const struct lka_ranked_row *row, struct lka_error *error)
{
    size_t count = batch->fields + 1;
    size_t size = count * sizeof *row->fields;
    for (size_t f = 0; f < count; f++) {
        size += row->fields[f].length;
    }
    struct lka_span *fields = lka_arena_take(&batch->arena, size);
    if (!fields) {
        return lka_fail_memory(error, size);
    }
    char *bytes = (char *)(fields + count);
    for (size_t f = 0; f < count; f++) {
        fields[f] = (struct lka_span){bytes, row->fields[f].length};
        if (fields[f].length > 0) {
            memcpy(bytes, row->fields[f].text, fields[f].length);
        }
        bytes += fields[f].length;
    }
    batch->packed[batch->count] = fields[batch->fields].text;
    batch->rows[batch->count] = *row;
    batch->rows[batch->count++].fields = fields;
    return LKA_OK;
}

/* Explored people are no part of the top, unless they are of both. */
static void count_top(struct batch *batch, size_t row)
{
    uint64_t *histogram = batch->emission->histogram;
    if (strcmp(batch->rows[row].source, "explore") == 0) {
        return;
    }
    lka_unpack(batch->emission->packing, batch->packed[row], &batch->one, 0);
    for (size_t f = 0; f < batch->one.space->count; f++) {
        histogram[lka_block_codes(&batch->one, f)[0]]++;
        histogram += batch->one.space->features[f].codes;
    }
}

static lka_status write_batch(struct batch *batch, const struct lka_ranked_total *total, struct lka_error *error)
{
    LKA_TRY(lka_reasons_find(batch->reasons, batch->packed, batch->count, error));
    for (size_t i = 0; i < batch->count; i++) {
        batch->rows[i].reasons = lka_reasons_of(batch->reasons, i);
        count_top(batch, i);
        LKA_TRY(lka_ranked_write(batch->emission->ranked, &batch->rows[i], total, error));
    }
    batch->count = 0;
    lka_arena_rewind(&batch->arena);
    return LKA_OK;
}

static lka_status take_row(struct batch *batch, const struct lka_ranked_row *row, const struct lka_ranked_total *total,
                           struct lka_error *error)
{
    struct lka_ranked *ranked = batch->emission->ranked;
    if (!batch->emission->packing) {
        LKA_TRY(lka_ranked_write(ranked, row, total, error));
    } else {
        LKA_TRY(copy_row(batch, row, error));
        LKA_TRY(batch->count == LKA_REASONS_ROWS ? write_batch(batch, total, error) : LKA_OK);
    }
    return ranked->rows % LKA_BLOCK_ROWS == 0 ? lka_step(batch->emission->session, "write", ranked->rows, 0, error)
                                              : LKA_OK;
}

static lka_status emit_rows(struct batch *batch, const struct lka_ranked_total *total, struct lka_error *error)
{
    bool found = true;
    while (found) {
        struct lka_ranked_row row;
        LKA_TRY(lka_selection_next(batch->emission->selection, &row, &found, error));
        LKA_TRY(found ? take_row(batch, &row, total, error) : LKA_OK);
    }
    return batch->count > 0 ? write_batch(batch, total, error) : LKA_OK;
}

static lka_status prepare(struct batch *batch, struct lka_error *error)
{
    const struct lka_emission *emission = batch->emission;
    if (!emission->packing) {
        return LKA_OK;
    }
    LKA_TRY(lka_block_init(&batch->one, emission->packing->space, 1, error));
    return lka_reasons_new(emission->model, emission->packing, emission->reasons, emission->threads, &batch->reasons,
                           error);
}

lka_status lka_emit(const struct lka_emission *emission, const struct lka_ranked_total *total, struct lka_error *error)
{
    struct batch *batch;
    LKA_TRY(LKA_NEW(batch, 1, error));
    batch->emission = emission;
    batch->fields = emission->ranked->count + 1;
    lka_status status = prepare(batch, error);
    if (status == LKA_OK) {
        status = emit_rows(batch, total, error);
    }
    lka_reasons_free(batch->reasons);
    lka_block_release(&batch->one);
    lka_arena_release(&batch->arena);
    lka_free(batch);
    return status;
}
