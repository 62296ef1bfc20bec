/* Rows from the index of a text: the fields that somebody wants, copied into the block. */
#include "source/reader.h"

#include "base/error.h"
#include "base/memory.h"

enum {
    REACH = 1 << 14,      /* bytes indexed at a time: they and their index stay in the nearest cache */
    REACH_MOST = 1 << 24, /* a row that is longer is libcsv's */
};

/* One row, seen through the index. */
struct seen_row {
    const char *text;     /* of the index */
    const uint32_t *ends; /* of its fields */
    uint32_t start;
    uint32_t stop; /* its newline */
};

static lka_status index_more(struct lka_scan *scan, const char *text, size_t left, char separator,
                             struct lka_error *error)
{
    scan->row = 0;
    for (;;) {
        size_t length = left < scan->reach ? left : scan->reach;
        size_t capacity = scan->index.capacity;
        LKA_TRY(lka_reserve(&scan->index.ends, &capacity, lka_scan_room(length), sizeof(uint32_t), error));
        capacity = scan->index.capacity;
        LKA_TRY(lka_reserve(&scan->index.rows, &capacity, lka_scan_room(length), sizeof(uint32_t), error));
        scan->index.capacity = capacity;
        scan->kernel(text, length, separator, &scan->index);
        if (scan->index.row_count > 0 || length == left || scan->reach >= REACH_MOST) {
            return LKA_OK;
        }
        scan->reach *= 2;
    }
}

/* A field's bytes without the quotes around it. */
static inline struct lka_span field_of(const struct seen_row *row, size_t column)
{
    uint32_t start = column ? row->ends[column - 1] + 1 : row->start;
    uint32_t end = row->ends[column];
    end -= end == row->stop && end > start && row->text[end - 1] == '\r';
    bool quoted = end > start && row->text[start] == '"';
    return (struct lka_span){row->text + start + quoted, end - start - 2 * (uint32_t)quoted};
}

/* May write and read up to LKA_LINES_SLACK bytes more. */
static inline void copy_field(char *to, struct lka_span field)
{
    memcpy(to, field.text, 16);
    if (field.length > 16) {
        memcpy(to + 16, field.text + 16, 16);
        if (field.length > 32) {
            memcpy(to + 32, field.text + 32, field.length - 32);
        }
    }
}

/* In a quoted field every quote is doubled. An unquoted one has none. */
static uint32_t undouble(char *bytes, uint32_t length)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < length; i++) {
        bytes[kept++] = bytes[i];
        i += bytes[i] == '"';
    }
    return kept;
}

/* What the wanted fields of a row take at most. */
static size_t wanted_bytes(const struct lka_selection *selection, const struct seen_row *row)
{
    size_t bytes = 0;
    for (size_t i = 0; i < selection->column_count; i++) {
        bytes += field_of(row, selection->columns[i]).length;
    }
    return bytes;
}

/* The sum is only made where the row as a whole does not fit: of a wide row few fields may be wanted. */
static bool make_room(struct lka_reader *reader, const struct seen_row *row)
{
    size_t whole = row->stop - row->start + LKA_LINES_SLACK;
    return whole <= reader->slab_left ||
           lka_reader_make_room(reader, wanted_bytes(reader->selection, row) + LKA_LINES_SLACK);
}

static inline void put_cells(struct lka_reader *reader, size_t column, struct lka_span field)
{
    struct lka_rows *rows = reader->rows;
    const struct lka_selection *selection = reader->selection;
    for (int32_t cell = selection->first[column]; cell >= 0; cell = selection->next[cell]) {
        rows->cells[(size_t)cell * rows->capacity + rows->count] = field;
    }
}

/* False if a field is not UTF-8. */
static bool take_fields(struct lka_reader *reader, const struct seen_row *row, char *to)
{
    const struct lka_selection *selection = reader->selection;
    const struct lka_scan_index *index = &reader->scan.index;
    for (size_t i = 0; i < selection->column_count; i++) {
        size_t column = selection->columns[i];
        struct lka_span field = field_of(row, column);
        if (field.length == 0) {
            put_cells(reader, column, (struct lka_span){"", 0});
            continue;
        }
        if (index->high && !lka_utf8_valid(field)) {
            return false;
        }
        copy_field(to, field);
        field.text = to;
        if (index->doubled && memchr(to, '"', field.length)) {
            field.length = undouble(to, field.length);
        }
        put_cells(reader, column, field);
        to += field.length;
    }
    reader->slab_left -= (size_t)(to - reader->slab);
    reader->slab = to;
    return true;
}

static uint64_t lines_of(const struct seen_row *row, bool inner)
{
    uint64_t lines = 1;
    const char *end = row->text + row->stop;
    const char *at = row->text + row->start;
    while (inner && (at = memchr(at, '\n', (size_t)(end - at)))) {
        lines++;
        at++;
    }
    return lines;
}

/* False if the row is for libcsv, or memory is short. */
static bool take_row(struct lka_reader *reader, const struct seen_row *row, size_t fields)
{
    size_t length = row->stop - row->start;
    if (fields != reader->schema->count || length > reader->options.max_field) {
        return false;
    }
    if (!make_room(reader, row) || !take_fields(reader, row, reader->slab)) {
        return false;
    }
    reader->row_line = reader->lines.line;
    reader->lines.line += lines_of(row, reader->scan.index.inner);
    reader->lines.at += length + 1;
    lka_reader_count(reader);
    return !reader->out_of_memory;
}

/* The rows that the index holds. */
static void take_rows(struct lka_reader *reader)
{
    struct lka_scan *scan = &reader->scan;
    struct lka_lines *lines = &reader->lines;
    const struct lka_scan_index *index = &scan->index;
    const struct lka_rows *rows = reader->rows;
    while (scan->row < index->row_count && rows->count < rows->capacity) {
        size_t first = scan->row > 0 ? index->rows[scan->row - 1] : 0;
        size_t last = index->rows[scan->row];
        struct seen_row row = {lines->bytes + scan->base, index->ends + first, (uint32_t)(lines->at - scan->base),
                               index->ends[last - 1]};
        lka_lines_mark(lines);
        if (!take_row(reader, &row, last - first)) {
            scan->stuck = true;
            break;
        }
        scan->row++;
    }
    lines->searched = lines->searched > lines->at ? lines->searched : lines->at;
}

lka_status lka_reader_scan(struct lka_reader *reader, struct lka_error *error)
{
    struct lka_scan *scan = &reader->scan;
    struct lka_lines *lines = &reader->lines;
    while (scan->kernel && !scan->stuck && reader->rows->count < reader->rows->capacity) {
        if (scan->row == scan->index.row_count) {
            scan->base = lines->at;
            LKA_TRY(
                index_more(scan, lines->bytes + lines->at, lines->end - lines->at, reader->options.separator, error));
            if (scan->index.row_count == 0) {
                break;
            }
        }
        take_rows(reader);
    }
    return reader->out_of_memory ? lka_fail_memory(error, LKA_LINES_SLACK) : LKA_OK;
}

void lka_scan_open(struct lka_scan *scan, enum lka_reader_kind kind)
{
    *scan = (struct lka_scan){.kernel = lka_scan_kernel_of(kind), .reach = REACH};
}

void lka_scan_forget(struct lka_scan *scan)
{
    scan->row = scan->index.row_count = 0;
    scan->stuck = false;
}

void lka_scan_release(struct lka_scan *scan)
{
    lka_free(scan->index.ends);
    lka_free(scan->index.rows);
}
