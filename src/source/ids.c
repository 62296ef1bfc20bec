#include "source/ids.h"

#include "base/error.h"
#include "base/memory.h"

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

lka_status lka_ids_add(struct lka_ids *ids, const struct lka_rows *rows, size_t row, struct lka_span id,
                       struct lka_error *error)
{
    return ids->unique
               ? lka_unique_add(ids->unique, id, lka_place(lka_row_origin(rows, row).index, rows->lines[row]), error)
               : LKA_OK;
}

static lka_status collect_block(struct lka_ids *ids, const struct lka_rows *rows, size_t id_cell,
                                struct lka_error *error)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct lka_span id = lka_cell(rows, id_cell, row);
        if (id.length > 0) {
            LKA_TRY(lka_ids_add(ids, rows, row, id, error));
        }
    }
    return LKA_OK;
}

static lka_status read_ids(struct lka_ids *ids, struct lka_source *source, struct lka_rows *rows, size_t id_cell,
                           const struct lka_session *session, struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        LKA_TRY(collect_block(ids, rows, id_cell, error));
        struct lka_source_counts counts = lka_source_counts(source);
        LKA_TRY(lka_step(session, "check ids", counts.bytes, counts.total_bytes, error));
    } while (rows->count > 0);
    return LKA_OK;
}

lka_status lka_ids_scan(struct lka_ids *ids, struct lka_source *source, size_t columns, size_t id_cell,
                        const struct lka_session *session, struct lka_error *error)
{
    struct lka_rows rows;
    LKA_TRY(lka_rows_init(&rows, columns, LKA_BLOCK_ROWS, error));
    lka_status status = read_ids(ids, source, &rows, id_cell, session, error);
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

static const struct lka_duplicate *repetition_of(const struct lka_ids *ids, const struct lka_rows *rows, size_t row)
{
    if (!ids || ids->repeated_count == 0) {
        return NULL;
    }
    struct lka_duplicate wanted = {.place = lka_place(lka_row_origin(rows, row).index, rows->lines[row])};
    return bsearch(&wanted, ids->repeated, ids->repeated_count, sizeof wanted, by_place);
}

bool lka_ids_bad(const struct lka_ids *ids, const struct lka_rows *rows, size_t row, struct lka_span id)
{
    return id.length == 0 || repetition_of(ids, rows, row) != NULL;
}

static void describe_repetition(const struct lka_duplicate *repetition, const struct lka_source *source,
                                struct lka_error *problem)
{
    lka_fail_at(problem, LKA_DATA, lka_source_file(source, lka_place_file(repetition->place)),
                lka_place_line(repetition->place), 0,
                "an id appears twice: this row repeats the one of %s line %llu (***); ids must be unique",
                lka_source_file(source, lka_place_file(repetition->first)),
                (unsigned long long)lka_place_line(repetition->first));
}

void lka_ids_describe(const struct lka_ids *ids, const struct lka_source *source, const struct lka_rows *rows,
                      size_t row, struct lka_span id, struct lka_error *problem)
{
    if (id.length == 0) {
        lka_fail_at(problem, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], 0,
                    "the row's id is empty; every row needs one");
    } else {
        describe_repetition(repetition_of(ids, rows, row), source, problem);
    }
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
    describe_repetition(&ids->repeated[0], source, error);
    return LKA_DATA;
}
