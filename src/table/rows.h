/* table/rows.h: a block of rows as a source hands them out: text fields, column by column. The bytes belong to the
 * block, or to pages that it holds, and live until it is filled again.
 *
 *     cells:  [column 0: row 0, row 1, ... row count-1 | column 1: ...]    stride = capacity
 */
#ifndef LKA_TABLE_ROWS_H
#define LKA_TABLE_ROWS_H

#include "base/memory.h"
#include "base/text.h"
#include "table/read_page.h"

enum { LKA_BLOCK_ROWS = 4096 };

/* Which of a source's files a row stands in. */
struct lka_origin {
    const char *file;
    uint32_t index;
};

struct lka_rows {
    size_t count;
    size_t capacity;        /* at most so many rows are put in */
    size_t columns;         /* of the selection, in the order of lka_source_select */
    struct lka_span *cells; /* columns x capacity */
    uint64_t *lines;        /* 1-based line where the row begins */
    uint64_t first;         /* number of rows handed out before this block, over all files */
    const char *file;       /* for messages; a block never spans two files; owned by the source */
    uint32_t file_index;    /* 0 for the source's first file */
    /* Of each row, where rows were appended, since these may come from several files; else NULL. */
    struct lka_origin *origins;
    /* 1-based field number in the file of each column; the source's, until it selects again; NULL: not known. */
    const size_t *fields;
    struct lka_span *raw;   /* the whole row as it stood, without its newline */
    bool padded;            /* of each cell LKA_TEXT_PADDING bytes can be read (base/short_text.h) */
    struct lka_arena arena; /* holds bytes that stand in no page */
    struct lka_read_page **pages;
    size_t page_count;
    size_t page_capacity;
};

/* An empty block for `columns` columns and up to `capacity` rows. */
lka_status lka_rows_init(struct lka_rows *rows, size_t columns, size_t capacity, struct lka_error *error);
void lka_rows_release(struct lka_rows *rows);
void lka_rows_clear(struct lka_rows *rows); /* no rows, no bytes; the memory stays */

/* The block's cells point into the page. */
lka_status lka_rows_hold(struct lka_rows *rows, struct lka_read_page *page, struct lka_error *error);

/* The bytes of both change sides. */
void lka_rows_swap_bytes(struct lka_rows *a, struct lka_rows *b);

static inline struct lka_span lka_cell(const struct lka_rows *rows, size_t column, size_t row)
{
    return rows->cells[column * rows->capacity + row];
}

static inline struct lka_origin lka_row_origin(const struct lka_rows *rows, size_t row)
{
    return rows->origins ? rows->origins[row] : (struct lka_origin){rows->file, rows->file_index};
}

/* Appends a copy of row `row` of `from` (bytes copied too); grows if it is full. Of the same columns; where `from` has
 * fewer, those behind them are empty. */
lka_status lka_rows_append(struct lka_rows *rows, const struct lka_rows *from, size_t row, struct lka_error *error);

#endif
