#include "source/ranges.h"

#include "base/error.h"
#include "source/reading.h"

enum { FIRST_GUESS = 64 }; /* bytes of a row, before any was read */

/* ---- taking ----------------------------------------------------------------------------------- */

static bool is_ranged(const struct lka_source *source)
{
    return source->is_open && !source->failed && !source->filter && !source->options.keep_rows && !source->alone &&
           source->reader.scan.kernel;
}

/* Nine tenths of what the rows would take at the mean length so far. */
static size_t bytes_of(const struct lka_source *source, size_t rows)
{
    size_t mean = source->ranged_rows > 0 ? (size_t)(source->ranged_bytes / source->ranged_rows) : FIRST_GUESS;
    return rows * mean / 10 * 9 + 1;
}

/* The bytes at hand up to their last newline; 0: there is none. */
static size_t whole_lines(const struct lka_lines *lines, size_t most)
{
    size_t left = lines->end - lines->at;
    const char *from = lines->bytes + lines->at;
    const char *last = left > 0 ? memrchr(from, '\n', left < most ? left : most) : NULL;
    return last ? (size_t)(last - from) + 1 : 0;
}

bool lka_source_range(struct lka_source *source, size_t rows, struct lka_range *range)
{
    struct lka_lines *lines = &source->reader.lines;
    *range = (struct lka_range){0};
    if (!is_ranged(source)) {
        return false;
    }
    lka_scan_forget(&source->reader.scan);
    size_t most = bytes_of(source, rows);
    size_t length = whole_lines(lines, most);
    if (length == 0) {
        struct lka_span bytes;
        size_t more = lines->end - lines->at + 1;
        length = lka_lines_peek(lines, more, &bytes, NULL) == LKA_OK ? whole_lines(lines, most) : 0;
    }
    if (length == 0) {
        source->alone = true;
        return false;
    }
    lka_read_page_hold(lines->page);
    *range = (struct lka_range){lines->page, lines->bytes + lines->at, length, lines->line};
    lines->line += lka_count_newlines(range->bytes, length);
    lines->at += length;
    lines->searched = lines->searched > lines->at ? lines->searched : lines->at;
    lka_lines_mark(lines);
    source->started = true;
    return true;
}

void lka_range_release(struct lka_range *range)
{
    lka_read_page_release(range->page);
    *range = (struct lka_range){0};
}

/* ---- reading ---------------------------------------------------------------------------------- */

void lka_range_reader_release(struct lka_range_reader *reader)
{
    lka_scan_release(&reader->reader.scan);
    *reader = (struct lka_range_reader){0};
}

lka_status lka_range_read(struct lka_range_reader *own, const struct lka_source *source, const struct lka_range *range,
                          struct lka_rows *rows, bool *right, struct lka_error *error)
{
    struct lka_reader *reader = &own->reader;
    if (!reader->scan.kernel) {
        lka_scan_open(&reader->scan, source->options.kind);
    }
    lka_rows_clear(rows);
    rows->file = source->reader.file;
    rows->file_index = (uint32_t)source->current;
    rows->fields = source->selection.fields;
    rows->padded = true;
    reader->options = source->reader.options;
    reader->out_of_memory = false;
    size_t at = (size_t)(range->bytes - range->page->bytes);
    reader->lines = (struct lka_lines){.page = range->page,
                                       .bytes = range->page->bytes,
                                       .at = at,
                                       .end = at + range->length,
                                       .line = range->line,
                                       .ended = true};
    lka_scan_forget(&reader->scan);
    lka_reader_target(reader, &source->schema, &source->selection, rows);
    lka_status status = lka_reader_scan(reader, error);
    *right = reader->lines.at == reader->lines.end;
    return status;
}

/* ---- and then --------------------------------------------------------------------------------- */

void lka_source_accept(struct lka_source *source, const struct lka_range *range, struct lka_rows *rows)
{
    rows->first = source->rows;
    source->rows += rows->count;
    source->ranged_rows += rows->count;
    source->ranged_bytes += range->length;
}

lka_status lka_source_put_back(struct lka_source *source, const struct lka_range *ranges, size_t count,
                               struct lka_error *error)
{
    struct lka_lines *lines = &source->reader.lines;
    struct lka_text bytes = {0};
    for (size_t i = 0; i < count; i++) {
        lka_text_append(&bytes, ranges[i].bytes, ranges[i].length);
    }
    lka_text_append(&bytes, lines->bytes + lines->at, lines->end - lines->at);
    lka_status status = bytes.failed ? lka_fail_memory(error, bytes.capacity)
                                     : lka_lines_put_back(lines, bytes.bytes, bytes.length, ranges[0].line, error);
    lka_text_release(&bytes);
    lka_scan_forget(&source->reader.scan);
    source->alone = true;
    return status;
}
