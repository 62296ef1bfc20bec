#include "score/ids.h"

#include "base/error.h"
#include "base/memory.h"
#include "score/pipeline.h"

#include <stdlib.h>

enum { UNIQUE_MEMORY = 16 << 20 };

lka_status lka_ids_init(struct lka_ids *ids, const char *directory, struct lka_error *error)
{
    *ids = (struct lka_ids){0};
    return lka_unique_new(UNIQUE_MEMORY, directory, &ids->unique, error);
}

void lka_ids_release(struct lka_ids *ids)
{
    lka_unique_free(ids->unique);
    lka_free(ids->repeated);
    *ids = (struct lka_ids){0};
}

static lka_status add(struct lka_ids *ids, const struct lka_rows *rows, size_t row, struct lka_span id,
                      struct lka_error *error)
{
    return ids->unique ? lka_unique_add(ids->unique, id, lka_place(rows->file_index, rows->lines[row]), error) : LKA_OK;
}

static lka_status collect_block(struct lka_ids *ids, const struct lka_rows *rows, size_t id_cell,
                                struct lka_error *error)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct lka_span id = lka_cell(rows, id_cell, row);
        if (id.length > 0) {
            LKA_TRY(add(ids, rows, row, id, error));
        }
    }
    return LKA_OK;
}

static lka_status read_ids(struct lka_ids *ids, const struct lka_binding *binding, struct lka_source *source,
                           struct lka_rows *rows, const struct lka_session *session, struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        LKA_TRY(collect_block(ids, rows, binding->id, error));
        struct lka_source_counts counts = lka_source_counts(source);
        LKA_TRY(lka_step(session, "check ids", counts.bytes, counts.total_bytes, error));
    } while (rows->count > 0);
    return LKA_OK;
}

lka_status lka_ids_scan(struct lka_ids *ids, const struct lka_binding *binding, struct lka_source *source,
                        const struct lka_session *session, struct lka_error *error)
{
    struct lka_rows rows;
    LKA_TRY(lka_rows_init(&rows, binding->count, LKA_BLOCK_ROWS, error));
    lka_status status = read_ids(ids, binding, source, &rows, session, error);
    lka_rows_release(&rows);
    LKA_TRY(status);
    if (ids->unique) {
        LKA_TRY(lka_unique_finish(ids->unique, &ids->repeated, &ids->repeated_count, error));
        lka_unique_free(ids->unique);
        ids->unique = NULL;
    }
    return lka_source_rewind(source, error);
}

static int by_place(const void *a, const void *b)
{
    uint64_t x = ((const struct lka_duplicate *)a)->place;
    uint64_t y = ((const struct lka_duplicate *)b)->place;
    return (x > y) - (x < y);
}

const struct lka_duplicate *lka_ids_repetition(const struct lka_ids *ids, const struct lka_rows *rows, size_t row)
{
    if (ids->repeated_count == 0) {
        return NULL;
    }
    struct lka_duplicate wanted = {.place = lka_place(rows->file_index, rows->lines[row])};
    return bsearch(&wanted, ids->repeated, ids->repeated_count, sizeof wanted, by_place);
}

static void describe(const struct lka_duplicate *repetition, const struct lka_source *source,
                     struct lka_error *problem)
{
    lka_fail_at(problem, LKA_DATA, lka_source_file(source, lka_place_file(repetition->place)),
                lka_place_line(repetition->place), 0,
                "an id appears twice: this row repeats the one of %s line %llu (***); ids must be unique",
                lka_source_file(source, lka_place_file(repetition->first)),
                (unsigned long long)lka_place_line(repetition->first));
}

static lka_status reject(const struct lka_ids *ids, struct lka_source *source, const struct lka_binding *binding,
                         const struct lka_scored *block, size_t row, const struct lka_error *encoding,
                         struct lka_error *error)
{
    struct lka_error problem = {0};
    const struct lka_duplicate *repetition = lka_ids_repetition(ids, &block->rows, row);
    if (lka_cell(&block->rows, binding->id, row).length == 0) {
        lka_fail_at(&problem, LKA_DATA, block->rows.file, block->rows.lines[row], 0,
                    "the row's id is empty; every row needs one");
    } else if (repetition) {
        describe(repetition, source, &problem);
    } else if (encoding) {
        problem = *encoding;
    }
    return lka_source_reject(source, &block->rows, row, &problem, error);
}

lka_status lka_ids_account(struct lka_ids *ids, struct lka_source *source, const struct lka_binding *binding,
                           const struct lka_scored *block, struct lka_error *error)
{
    const struct lka_problems *problems = &block->problems;
    size_t at = 0;
    for (size_t row = 0; row < block->rows.count; row++) {
        bool broken = at < problems->count && problems->items[at].row == row;
        const struct lka_error *encoding = broken ? &problems->items[at].error : NULL;
        at += broken;
        if (block->state[row] == LKA_ROW_REJECTED) {
            LKA_TRY(reject(ids, source, binding, block, row, encoding, error));
        } else {
            LKA_TRY(add(ids, &block->rows, row, lka_cell(&block->rows, binding->id, row), error));
        }
    }
    return LKA_OK;
}

lka_status lka_ids_check(struct lka_ids *ids, const struct lka_source *source, struct lka_error *error)
{
    if (!ids->unique) {
        return LKA_OK;
    }
    LKA_TRY(lka_unique_finish(ids->unique, &ids->repeated, &ids->repeated_count, error));
    if (ids->repeated_count == 0) {
        return LKA_OK;
    }
    describe(&ids->repeated[0], source, error);
    return LKA_DATA;
}
