/* Rows from the index of a text: the fields that somebody wants, copied into the block. */
#include "source/reader.h"

#include "base/error.h"
#include "base/memory.h"

enum {
    REACH = 1 << 14,      /* bytes indexed at a time: they and their index stay in the nearest cache */
    REACH_MOST = 1 << 24, /* a row that is longer is libcsv's */
};

static lka_status make_index_room(struct lka_scan *scan, size_t length, struct lka_error *error)
{
    struct lka_scan_index *index = &scan->index;
    size_t capacity = index->capacity;
    LKA_TRY(lka_reserve(&scan->ends, &capacity, lka_scan_room(length) + 1, sizeof *scan->ends, error));
    scan->ends[0] = UINT32_MAX; /* the place before the text */
    index->ends = scan->ends + 1;
    capacity = index->capacity;
    LKA_TRY(lka_reserve(&index->rows, &capacity, lka_scan_room(length) + 1, sizeof *index->rows, error));
    index->capacity = capacity;
    return LKA_OK;
}

static lka_status index_more(struct lka_scan *scan, const char *text, size_t left, char separator,
                             struct lka_error *error)
{
    scan->row = 0;
    for (;;) {
        size_t length = left < scan->reach ? left : scan->reach;
        LKA_TRY(make_index_room(scan, length, error));
        scan->kernel(text, length, separator, &scan->index);
        if (scan->index.row_count > 0 || length == left || scan->reach >= REACH_MOST) {
            return LKA_OK;
        }
        scan->reach *= 2;
    }
}

/* In a quoted field every quote is doubled. */
static uint32_t undouble(char *bytes, struct lka_span field)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < field.length; i++) {
        bytes[kept++] = field.text[i];
        i += field.text[i] == '"';
    }
    return kept;
}

/* A copy of a field in which quotes may be doubled. */
static bool copy_plain(struct lka_reader *reader, struct lka_span *field)
{
    if (field->length == 0 || !memchr(field->text, '"', field->length)) {
        return true;
    }
    if (!lka_reader_make_room(reader, field->length)) {
        return false;
    }
    char *bytes = reader->slab;
    *field = (struct lka_span){bytes, undouble(bytes, *field)};
    reader->slab += field->length;
    reader->slab_left -= field->length;
    return true;
}

/* A column's fields without the quotes around them. What ends a field is no quote, so that an empty one has none. */
static inline __attribute__((always_inline)) void take_fields(const struct lka_scan_run *run, const uint32_t *ends,
                                                              size_t stride, bool last, struct lka_span *cells)
{
    const char *text = run->text;
    size_t count = run->count;
    for (size_t row = 0; row < count; row++, ends += stride) {
        uint32_t start = lka_end_behind(ends[-1]);
        uint32_t end = lka_end_place(ends[0]);
        if (last) {
            end -= end > start && text[end - 1] == '\r';
        }
        uint32_t quoted = text[start] == '"';
        cells[row].text = text + (start + quoted);
        cells[row].length = end - start - 2 * quoted;
    }
}

static void take_column(const struct lka_scan_run *run, size_t column, struct lka_span *cells)
{
    if (column + 1 == run->fields) {
        take_fields(run, run->ends + column, run->fields, true, cells);
    } else {
        take_fields(run, run->ends + column, run->fields, false, cells);
    }
}

/* Most columns are wanted: whole rows at a time cost less. */
static bool is_for_rows(const struct lka_reader *reader, const struct lka_scan_run *run)
{
    return reader->scan.index.marked && reader->selection->column_count * 2 > run->fields;
}

/* Where the fields of each column go, those that nobody wants all to one place. */
static lka_status aim(struct lka_reader *reader, const struct lka_scan_run *run, struct lka_error *error)
{
    struct lka_scan *scan = &reader->scan;
    struct lka_rows *rows = reader->rows;
    const struct lka_selection *selection = reader->selection;
    size_t columns = (run->fields + LKA_SCAN_TOGETHER - 1) / LKA_SCAN_TOGETHER * LKA_SCAN_TOGETHER;
    LKA_TRY(lka_reserve(&scan->to, &scan->to_capacity, columns, sizeof *scan->to, error));
    LKA_TRY(lka_reserve(&scan->spare, &scan->spare_capacity, run->count, sizeof *scan->spare, error));
    for (size_t c = 0; c < columns; c++) {
        int32_t cell = c < run->fields ? selection->first[c] : -1;
        scan->to[c] = cell < 0 ? scan->spare : rows->cells + (size_t)cell * rows->capacity + rows->count;
    }
    return LKA_OK;
}

static bool take_fields_of_all(struct lka_reader *reader, const struct lka_scan_run *run)
{
    const struct lka_selection *selection = reader->selection;
    struct lka_rows *rows = reader->rows;
    size_t done = 0; /* columns that are */
    if (is_for_rows(reader, run)) {
        if (aim(reader, run, NULL) != LKA_OK) {
            return false;
        }
        lka_scan_take_avx512(run, reader->scan.to);
        done = run->fields - 1;
    }
    for (size_t i = 0; i < selection->column_count; i++) {
        size_t column = selection->columns[i];
        if (column >= done) {
            take_column(run, column, rows->cells + (size_t)selection->first[column] * rows->capacity + rows->count);
        }
    }
    return true;
}

static bool take_columns(struct lka_reader *reader, const struct lka_scan_run *run)
{
    struct lka_rows *rows = reader->rows;
    const struct lka_selection *selection = reader->selection;
    if (!take_fields_of_all(reader, run)) {
        return false;
    }
    for (size_t i = 0; i < selection->column_count; i++) {
        int32_t cell = selection->first[selection->columns[i]];
        struct lka_span *cells = rows->cells + (size_t)cell * rows->capacity + rows->count;
        for (size_t row = 0; reader->scan.index.doubled && row < run->count; row++) {
            if (!copy_plain(reader, &cells[row])) {
                return false;
            }
        }
        while ((cell = selection->next[cell]) >= 0) {
            memcpy(rows->cells + (size_t)cell * rows->capacity + rows->count, cells, run->count * sizeof *cells);
        }
    }
    return true;
}

/* Lines and raw text of the rows, which then are the block's. */
static void count_rows(struct lka_reader *reader, const struct lka_scan_run *run)
{
    struct lka_rows *rows = reader->rows;
    uint64_t line = reader->lines.line;
    uint32_t start = lka_end_behind(run->ends[-1]);
    for (size_t row = 0; row < run->count; row++) {
        uint32_t stop = lka_end_place(run->ends[row * run->fields + run->fields - 1]);
        size_t at = rows->count + row;
        rows->raw[at] = reader->options.keep_rows ? lka_without_newline(run->text + start, stop + 1 - start)
                                                  : (struct lka_span){"", 0};
        rows->lines[at] = line++;
        if (reader->scan.index.inner) {
            line += lka_count_newlines(run->text + start, stop - start);
        }
        start = stop + 1;
    }
    rows->count += run->count;
    reader->lines.line = line;
}

/* False if a field that is wanted is not UTF-8. A row that is UTF-8 as a whole is so in each field, which ASCII
 * separates. */
static bool is_text(const struct lka_reader *reader, const struct lka_scan_run *run)
{
    uint32_t start = lka_end_behind(run->ends[-1]);
    uint32_t stop = lka_end_place(run->ends[run->count * run->fields - 1]);
    if (!reader->scan.index.high || reader->options.any_bytes ||
        lka_utf8_valid((struct lka_span){run->text + start, stop - start})) {
        return true;
    }
    for (size_t row = 0; row < run->count; row++) {
        for (size_t i = 0; i < reader->selection->column_count; i++) {
            const uint32_t *ends = run->ends + row * run->fields + reader->selection->columns[i];
            uint32_t from = lka_end_behind(ends[-1]);
            if (!lka_utf8_valid((struct lka_span){run->text + from, lka_end_place(ends[0]) - from})) {
                return false;
            }
        }
    }
    return true;
}

/* False if one of the rows is for libcsv, or memory is short. */
static bool take_run(struct lka_reader *reader, const struct lka_scan_run *run)
{
    struct lka_lines *lines = &reader->lines;
    if (!is_text(reader, run)) {
        return false;
    }
    if (lka_rows_hold(reader->rows, lines->page, NULL) != LKA_OK || !take_columns(reader, run)) {
        reader->out_of_memory = true;
        return false;
    }
    uint32_t stop = lka_end_place(run->ends[run->count * run->fields - 1]);
    count_rows(reader, run);
    lines->at = reader->scan.base + stop + 1;
    lka_lines_mark(lines);
    lines->searched = lines->searched > lines->at ? lines->searched : lines->at;
    reader->scan.row += run->count;
    return true;
}

/* How many of the next rows have all their fields and are not too long; at most `most`. */
static size_t good_rows(const struct lka_reader *reader, size_t first, size_t most)
{
    const struct lka_scan_index *index = &reader->scan.index;
    size_t fields = reader->schema->count;
    size_t end = first;
    size_t good = 0;
    for (; good < most && index->rows[reader->scan.row + good] == end + fields; good++, end += fields) {
        const uint32_t *ends = index->ends + end;
        uint32_t start = lka_end_behind(ends[-1]);
        if (lka_end_place(ends[fields - 1]) - start > reader->options.max_field) {
            break;
        }
    }
    return good;
}

/* The rows that the index holds: together, or if one of them is odd, one by one up to it. */
static void take_rows(struct lka_reader *reader)
{
    struct lka_scan *scan = &reader->scan;
    const struct lka_scan_index *index = &scan->index;
    const struct lka_rows *rows = reader->rows;
    size_t first = scan->row > 0 ? index->rows[scan->row - 1] : 0;
    size_t room = rows->capacity - rows->count;
    size_t left = index->row_count - scan->row;
    size_t most = left < room ? left : room;
    struct lka_scan_run run = {reader->lines.bytes + scan->base, index->ends + first, reader->schema->count,
                               good_rows(reader, first, most)};
    scan->stuck = run.count < most;
    if (run.count == 0 || take_run(reader, &run)) {
        return;
    }
    scan->stuck = true;
    for (size_t count = run.count; count > 0 && !reader->out_of_memory; count--, run.ends += run.fields) {
        run.count = 1;
        if (!take_run(reader, &run)) {
            return;
        }
    }
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
    lka_free(scan->to);
    lka_free(scan->spare);
    lka_free(scan->ends);
    lka_free(scan->index.rows);
}
