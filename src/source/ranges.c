#include "source/ranges.h"

#include "base/error.h"
#include "source/reading.h"

enum {
    FIRST_GUESS = 64,      /* bytes of a row, before any was read */
    BEHIND = 1 << 11,      /* bytes read behind a cut: most rows that begin in it end there */
    BEHIND_MOST = 1 << 23, /* what is longer is read one after the other, in pieces */
};

/* ---- taking ----------------------------------------------------------------------------------- */

static bool is_ranged(const struct lka_source *source)
{
    return source->is_open && !source->failed && !source->filter && !source->options.keep_rows && !source->alone &&
           !source->bad_waits && source->reader.scan.kernel;
}

static size_t mean_row(const struct lka_source *source)
{
    return source->ranged_rows > 0 ? (size_t)(source->ranged_bytes / source->ranged_rows) : FIRST_GUESS;
}

/* Nine tenths of what the rows would take at the mean length so far. */
static size_t bytes_of(const struct lka_source *source, size_t rows)
{
    return rows * mean_row(source) / 10 * 9 + 1;
}

static void begin_cutting(struct lka_source *source)
{
    struct lka_lines *lines = &source->reader.lines;
    struct lka_cutting *cutting = &source->cutting;
    uint64_t at = lka_lines_leave(lines);
    *cutting = (struct lka_cutting){true, at, at, lka_digest_length(source->digest) - lines->digested - at};
}

static bool take_cut(struct lka_source *source, size_t most, struct lka_range *range)
{
    const struct lka_lines *lines = &source->reader.lines;
    struct lka_cutting *cutting = &source->cutting;
    uint64_t size = lka_stream_size(lines->stream);
    if (!cutting->on) {
        if (lka_stream_position(lines->stream) - (lines->end - lines->at) >= size) {
            return false;
        }
        begin_cutting(source);
    }
    if (cutting->next >= size) {
        return false;
    }
    uint64_t to = size - cutting->next > most ? cutting->next + most : size;
    range->is_cut = true;
    range->cut = (struct lka_cut){cutting->next, to, cutting->base};
    cutting->next = to;
    return true;
}

/* The bytes at hand up to their last newline; 0: there is none. */
static size_t whole_lines(const struct lka_lines *lines, size_t most)
{
    size_t left = lines->end - lines->at;
    const char *from = lines->bytes + lines->at;
    const char *last = left > 0 ? memrchr(from, '\n', left < most ? left : most) : NULL;
    return last ? (size_t)(last - from) + 1 : 0;
}

static bool take_bytes(struct lka_source *source, size_t most, struct lka_range *range)
{
    struct lka_lines *lines = &source->reader.lines;
    size_t length = whole_lines(lines, most);
    if (length == 0) {
        struct lka_span bytes;
        size_t more = lines->end - lines->at + 1;
        length = lka_lines_peek(lines, more, &bytes, NULL) == LKA_OK ? whole_lines(lines, most) : 0;
    }
    if (length == 0) {
        return false;
    }
    lka_read_page_hold(lines->page);
    range->page = lines->page;
    range->bytes = lines->bytes + lines->at;
    range->length = length;
    lines->at += length;
    lines->searched = lines->searched > lines->at ? lines->searched : lines->at;
    lka_lines_mark(lines);
    return true;
}

bool lka_source_range(struct lka_source *source, size_t rows, struct lka_range *range)
{
    lka_range_release(range);
    if (!is_ranged(source)) {
        return false;
    }
    lka_scan_forget(&source->reader.scan);
    size_t most = bytes_of(source, rows);
    bool took = lka_stream_is_flat(source->reader.lines.stream) ? take_cut(source, most, range)
                                                                : take_bytes(source, most, range);
    source->alone = !took;
    source->started |= took;
    return took;
}

void lka_range_release(struct lka_range *range)
{
    lka_read_page_release(range->page);
    *range = (struct lka_range){.own = range->own, .sums = range->sums, .sum_capacity = range->sum_capacity};
}

void lka_range_free(struct lka_range *range)
{
    lka_range_release(range);
    lka_read_page_release(range->own);
    lka_free(range->sums);
    *range = (struct lka_range){0};
}

/* ---- a cut's bytes ---------------------------------------------------------------------------- */

/* A page of its own that nobody else holds. What it held is not kept. */
static lka_status make_page(struct lka_range *range, size_t capacity, struct lka_error *error)
{
    if (range->own && range->own->capacity >= capacity && !lka_read_page_is_shared(range->own)) {
        return LKA_OK;
    }
    lka_read_page_release(range->own);
    range->own = lka_read_page_new(capacity);
    return range->own ? LKA_OK : lka_fail_memory(error, capacity);
}

/* Where the last row ends: with the first newline at or behind the byte before `to`, or with the file's last one. NULL: there is
 * none, or more of the file must be seen. */
static const char *end_of(const char *bytes, size_t size, size_t got, bool all)
{
    const char *newline = memchr(bytes + size - 1, '\n', got - (size - 1));
    return newline || !all ? newline : memrchr(bytes, '\n', got);
}

/* The bytes of a cut and what most likely holds the end of its last row; more, if it does not. *found is false where
 * the file ends before the cut does, or no newline is near. */
static lka_status read_cut(struct lka_range *range, const struct lka_stream *stream, bool *found,
                           struct lka_error *error)
{
    const struct lka_cut *cut = &range->cut;
    size_t size = (size_t)(cut->to - cut->from) + 1; /* with the byte before */
    size_t behind = BEHIND;
    const char *end = NULL;
    size_t got = 0;
    for (bool all = false; !all && !end && behind <= BEHIND_MOST; behind *= 4) {
        LKA_TRY(make_page(range, size + behind + LKA_LINES_SLACK, error));
        got = lka_stream_read_at(stream, cut->from - 1, range->own->bytes, size + behind);
        all = got < size + behind;
        end = got < size ? NULL : end_of(range->own->bytes, size, got, all);
    }
    *found = end != NULL;
    if (end) {
        const char *begin = (const char *)memchr(range->own->bytes, '\n', got) + 1;
        lka_read_page_hold(range->own);
        range->page = range->own;
        range->bytes = begin;
        range->length = (size_t)(end + 1 - begin);
        range->offset = cut->from - 1 + (uint64_t)(begin - range->own->bytes);
    }
    return LKA_OK;
}

static lka_status sum_cut(struct lka_range *range, struct lka_error *error)
{
    size_t blocks = range->length / LKA_DIGEST_BLOCK;
    LKA_TRY(lka_reserve(&range->sums, &range->sum_capacity, blocks, sizeof *range->sums, error));
    lka_digest_sums(range->cut.base + range->offset, range->bytes, range->length, range->sums);
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

void lka_range_reader_release(struct lka_range_reader *reader)
{
    lka_scan_release(&reader->reader.scan);
    *reader = (struct lka_range_reader){0};
}

static lka_status scan(struct lka_reader *reader, const struct lka_source *source, struct lka_range *range,
                       struct lka_rows *rows, bool *right, struct lka_error *error)
{
    rows->file = source->reader.file;
    rows->file_index = (uint32_t)source->current;
    rows->fields = source->selection.fields;
    rows->padded = true;
    reader->options = source->reader.options;
    reader->out_of_memory = false;
    size_t at = (size_t)(range->bytes - range->page->bytes);
    reader->lines = (struct lka_lines){
        .page = range->page, .bytes = range->page->bytes, .at = at, .end = at + range->length, .ended = true};
    lka_scan_forget(&reader->scan);
    lka_reader_target(reader, &source->schema, &source->selection, rows);
    lka_status status = lka_reader_scan(reader, error);
    *right = reader->lines.at == reader->lines.end;
    range->newlines = reader->lines.line;
    return status;
}

lka_status lka_range_read(struct lka_range_reader *own, const struct lka_source *source, struct lka_range *range,
                          struct lka_rows *rows, bool *right, struct lka_error *error)
{
    struct lka_reader *reader = &own->reader;
    if (!reader->scan.kernel) {
        lka_scan_open(&reader->scan, source->options.kind);
    }
    lka_rows_clear(rows);
    if (range->is_cut) {
        LKA_TRY(read_cut(range, source->reader.lines.stream, right, error));
        if (!*right) {
            return LKA_OK;
        }
    }
    LKA_TRY(scan(reader, source, range, rows, right, error));
    return range->is_cut && *right ? sum_cut(range, error) : LKA_OK;
}

/* ---- and then --------------------------------------------------------------------------------- */

static void digest_cut(struct lka_source *source, const struct lka_range *range)
{
    struct lka_lines *lines = &source->reader.lines;
    size_t known = lines->digested < range->length ? lines->digested : range->length;
    if (known == 0) {
        lka_digest_add_summed(source->digest, range->bytes, range->length, range->sums);
    } else {
        lka_digest_add(source->digest, range->bytes + known, range->length - known);
        lines->digested -= known;
    }
}

bool lka_source_accept(struct lka_source *source, const struct lka_range *range, struct lka_rows *rows)
{
    struct lka_lines *lines = &source->reader.lines;
    if (range->is_cut) {
        if (range->offset != source->cutting.done) {
            return false;
        }
        source->cutting.done += range->length;
        digest_cut(source, range);
    }
    for (size_t row = 0; row < rows->count; row++) {
        rows->lines[row] += lines->line;
    }
    lines->line += range->newlines;
    rows->first = source->rows;
    source->rows += rows->count;
    source->ranged_rows += rows->count;
    source->ranged_bytes += range->length;
    return true;
}

lka_status lka_source_put_back(struct lka_source *source, const struct lka_range *ranges, size_t count,
                               struct lka_error *error)
{
    source->alone = true;
    if (source->cutting.on) {
        return LKA_OK;
    }
    struct lka_lines *lines = &source->reader.lines;
    struct lka_text bytes = {0};
    for (size_t i = 0; i < count; i++) {
        lka_text_append(&bytes, ranges[i].bytes, ranges[i].length);
    }
    lka_text_append(&bytes, lines->bytes + lines->at, lines->end - lines->at);
    lka_status status = bytes.failed ? lka_fail_memory(error, bytes.capacity)
                                     : lka_lines_put_back(lines, bytes.bytes, bytes.length, error);
    lka_text_release(&bytes);
    lka_scan_forget(&source->reader.scan);
    return status;
}

lka_status lka_source_end_cutting(struct lka_source *source, struct lka_error *error)
{
    if (!source->cutting.on) {
        return LKA_OK;
    }
    source->cutting.on = false;
    return lka_lines_return(&source->reader.lines, source->cutting.done, error);
}
