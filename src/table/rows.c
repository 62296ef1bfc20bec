#include "table/rows.h"

#include "base/error.h"

static lka_status make_room(struct lka_rows *rows, size_t capacity, struct lka_error *error)
{
    struct lka_span *cells;
    LKA_TRY(LKA_NEW(cells, rows->columns * capacity, error));
    uint64_t *lines = lka_resize(rows->lines, capacity, sizeof *lines);
    if (lines) {
        rows->lines = lines;
    }
    struct lka_span *raw = lka_resize(rows->raw, capacity, sizeof *raw);
    if (raw) {
        rows->raw = raw;
    }
    struct lka_origin *origins = rows->origins ? lka_resize(rows->origins, capacity, sizeof *origins) : NULL;
    if (origins) {
        rows->origins = origins;
    }
    if (!lines || !raw || !origins != !rows->origins) {
        lka_free(cells);
        return lka_fail_memory(error, capacity * sizeof *raw);
    }
    for (size_t c = 0; c < rows->columns && rows->count > 0; c++) {
        memcpy(cells + c * capacity, rows->cells + c * rows->capacity, rows->count * sizeof *cells);
    }
    lka_free(rows->cells);
    rows->cells = cells;
    rows->capacity = capacity;
    return LKA_OK;
}

lka_status lka_rows_init(struct lka_rows *rows, size_t columns, size_t capacity, struct lka_error *error)
{
    *rows = (struct lka_rows){.columns = columns, .file = ""};
    lka_status status = make_room(rows, capacity, error);
    if (status != LKA_OK) {
        lka_rows_release(rows);
    }
    return status;
}

static void let_pages_go(struct lka_rows *rows)
{
    for (size_t i = 0; i < rows->page_count; i++) {
        lka_read_page_release(rows->pages[i]);
    }
    rows->page_count = 0;
}

void lka_rows_release(struct lka_rows *rows)
{
    lka_free(rows->cells);
    lka_free(rows->lines);
    lka_free(rows->raw);
    lka_free(rows->origins);
    lka_arena_release(&rows->arena);
    let_pages_go(rows);
    lka_free(rows->pages);
    *rows = (struct lka_rows){0};
}

void lka_rows_clear(struct lka_rows *rows)
{
    rows->count = 0;
    rows->padded = false;
    lka_free(rows->origins);
    rows->origins = NULL;
    lka_arena_rewind(&rows->arena);
    let_pages_go(rows);
}

lka_status lka_rows_hold(struct lka_rows *rows, struct lka_read_page *page, struct lka_error *error)
{
    if (rows->page_count > 0 && rows->pages[rows->page_count - 1] == page) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&rows->pages, &rows->page_capacity, rows->page_count + 1, sizeof *rows->pages, error));
    lka_read_page_hold(page);
    rows->pages[rows->page_count++] = page;
    return LKA_OK;
}

void lka_rows_swap_bytes(struct lka_rows *a, struct lka_rows *b)
{
    struct lka_rows held = *a;
    a->arena = b->arena;
    a->pages = b->pages;
    a->page_count = b->page_count;
    a->page_capacity = b->page_capacity;
    b->arena = held.arena;
    b->pages = held.pages;
    b->page_count = held.page_count;
    b->page_capacity = held.page_capacity;
}

static bool copy_span(struct lka_arena *arena, struct lka_span from, struct lka_span *to)
{
    *to = (struct lka_span){"", 0};
    if (from.length == 0) {
        return true;
    }
    char *bytes = lka_arena_take(arena, from.length);
    if (!bytes) {
        return false;
    }
    memcpy(bytes, from.text, from.length);
    *to = (struct lka_span){bytes, from.length};
    return true;
}

static lka_status note_origins(struct lka_rows *rows, struct lka_error *error)
{
    struct lka_origin *origins;
    LKA_TRY(LKA_NEW(origins, rows->capacity, error));
    for (size_t row = 0; row < rows->count; row++) {
        origins[row] = (struct lka_origin){rows->file, rows->file_index};
    }
    rows->origins = origins;
    return LKA_OK;
}

lka_status lka_rows_append(struct lka_rows *rows, const struct lka_rows *from, size_t row, struct lka_error *error)
{
    if (rows->count == rows->capacity) {
        LKA_TRY(make_room(rows, rows->capacity * 2 + 16, error));
    }
    if (!rows->origins) {
        LKA_TRY(note_origins(rows, error));
    }
    size_t at = rows->count;
    bool copied = copy_span(&rows->arena, from->raw[row], &rows->raw[at]);
    for (size_t c = 0; c < rows->columns; c++) {
        struct lka_span cell = c < from->columns ? lka_cell(from, c, row) : (struct lka_span){"", 0};
        copied = copied && copy_span(&rows->arena, cell, &rows->cells[c * rows->capacity + at]);
    }
    if (!copied) {
        return lka_fail_memory(error, from->raw[row].length);
    }
    rows->padded = false;
    rows->lines[at] = from->lines[row];
    rows->origins[at] = lka_row_origin(from, row);
    rows->fields = from->fields;
    rows->count++;
    return LKA_OK;
}
