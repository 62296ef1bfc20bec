/* Several files as one run of rows; once or twice. */
#include "source/reading.h"

#include "base/error.h"
#include "source/packing.h"
#include "source/ranges.h"
#include "source/unique.h"

enum { READ_SIZE = 1 << 18, MAX_FIELD = 1 << 20 };

/* ---- opening ---------------------------------------------------------------------------------- */

static lka_status check_options(const struct lka_source_options *options, struct lka_error *error)
{
    unsigned char c = (unsigned char)options->separator;
    if (c >= 0x80 || c == '"' || c == '\n' || c == '\r') {
        return lka_fail(error, LKA_USAGE,
                        "the separator is byte 0x%02X; any ASCII character but quote, CR and LF is allowed", c);
    }
    if (options->max_field >= UINT32_MAX) {
        return lka_fail(error, LKA_USAGE, "max-field is %zu; at most %u is allowed", options->max_field,
                        UINT32_MAX - 1);
    }
    return LKA_OK;
}

static lka_status take_options(struct lka_source *source, const struct lka_source_options *options,
                               struct lka_error *error)
{
    LKA_TRY(check_options(options, error));
    if (options->temporary_directory) {
        source->temporary_directory = lka_copy_string(options->temporary_directory);
        if (!source->temporary_directory) {
            return lka_fail_memory(error, strlen(options->temporary_directory) + 1);
        }
    }
    LKA_TRY(lka_rejected_init(&source->rejected, options->rejected, options->max_bad_rows, source->inputs.count > 1,
                              error));
    source->twice = options->twice;
    source->options = (struct lka_reader_options){
        .separator = options->separator,
        .max_field = options->max_field ? options->max_field : MAX_FIELD,
        .read_size = options->read_size ? options->read_size : READ_SIZE,
        .any_bytes = options->any_bytes,
        .keep_rows = lka_rejected_allows_any(&source->rejected),
        .temporary_directory = source->temporary_directory,
        .kind = options->reader,
        .threads = options->threads,
    };
    return LKA_OK;
}

/* Every file must have the header of the first. */
static lka_status compare_headers(const struct lka_source *source, const struct lka_schema *other,
                                  const char *other_file, struct lka_error *error)
{
    const struct lka_schema *first = &source->schema;
    const char *first_file = source->inputs.items[0].name;
    char seen[64];
    char wanted[64];
    for (size_t i = 0; i < first->count && i < other->count; i++) {
        struct lka_span name = lka_span_of(other->columns[i].name);
        struct lka_span expected = lka_span_of(first->columns[i].name);
        if (!lka_span_equal(name, expected)) {
            return lka_fail_at(error, LKA_DATA, other_file, 1, i + 1,
                               "column %s where %.200s has %s; all files must have the same header",
                               lka_show(name, false, seen), first_file, lka_show(expected, false, wanted));
        }
    }
    if (other->count != first->count) {
        bool fewer = other->count < first->count;
        size_t at = fewer ? other->count : first->count;
        const char *name = fewer ? first->columns[at].name : other->columns[at].name;
        return lka_fail_at(error, LKA_DATA, other_file, 1, at + 1,
                           "%zu columns where %.200s has %zu: %s is %s; all files must have the same header",
                           other->count, first_file, first->count, lka_show(lka_span_of(name), false, seen),
                           fewer ? "missing" : "new");
    }
    return LKA_OK;
}

static lka_status open_current(struct lka_source *source, struct lka_error *error)
{
    struct lka_input *input = &source->inputs.items[source->current];
    struct lka_schema schema = {0};
    LKA_TRY(lka_reader_open(&source->reader, input, &source->options, source->digest, &schema, error));
    source->is_open = true;
    if (source->schema.count == 0) {
        source->schema = schema;
        return LKA_OK;
    }
    lka_status status = compare_headers(source, &schema, input->name, error);
    if (status != LKA_OK && source->current == 0) {
        status = lka_fail_at(error, LKA_DATA, input->name, 1, 0,
                             "the header changed between the first and the second reading");
    }
    lka_schema_release(&schema);
    return status;
}

lka_status lka_source_open(const char *const *paths, size_t count, const struct lka_source_options *options,
                           struct lka_source **source, struct lka_error *error)
{
    *source = NULL;
    struct lka_source *opened;
    LKA_TRY(LKA_NEW(opened, 1, error));
    lka_status status = lka_inputs_init(&opened->inputs, paths, count, options->twice, error);
    if (status == LKA_OK) {
        status = take_options(opened, options, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(opened->marks, opened->inputs.count, error);
    }
    if (status == LKA_OK) {
        status = lka_digest_new(&opened->digest, error);
    }
    if (status == LKA_OK) {
        status = open_current(opened, error);
    }
    if (status == LKA_OK) {
        status = lka_source_select(opened, NULL, 0, error);
    }
    if (status != LKA_OK) {
        lka_source_close(opened);
        return status;
    }
    *source = opened;
    return LKA_OK;
}

lka_status lka_source_finish(struct lka_source *source, struct lka_error *error)
{
    return lka_rejected_finish(&source->rejected, source->ended, error);
}

void lka_source_close(struct lka_source *source)
{
    if (!source) {
        return;
    }
    lka_status status = lka_source_finish(source, NULL);
    (void)status; /* who wants to know calls finish before */
    if (source->is_open) {
        lka_reader_release(&source->reader);
    }
    lka_rejected_release(&source->rejected);
    lka_inputs_release(&source->inputs);
    lka_schema_release(&source->schema);
    lka_selection_release(&source->selection);
    lka_filter_free(source->filter);
    lka_digest_free(source->digest);
    lka_free(source->marks);
    lka_free(source->temporary_directory);
    lka_free(source);
}

const struct lka_schema *lka_source_schema(const struct lka_source *source)
{
    return &source->schema;
}

const char *lka_source_name(const struct lka_source *source)
{
    return source->inputs.items[0].name;
}

const char *lka_source_file(const struct lka_source *source, uint32_t file_index)
{
    return source->inputs.items[file_index].name;
}

bool lka_source_reads(const struct lka_source *source, const char *path)
{
    for (size_t i = 0; i < source->inputs.count; i++) {
        if (strcmp(path, "-") != 0 && lka_output_same(source->inputs.items[i].path, path)) {
            return true;
        }
    }
    return false;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* The bad row that the reader met: left out in silence if it was before, else rejected if that is allowed. */
static lka_status leave_out(struct lka_source *source, uint64_t place, struct lka_error *error)
{
    struct lka_rejected *rejected = &source->rejected;
    const struct lka_error *problem = &source->reader.problem;
    if (!lka_rejected_allows_any(rejected)) {
        return lka_rejected_add(rejected, place, LKA_SPAN(""), problem, error);
    }
    struct lka_span raw;
    LKA_TRY(lka_reader_resume(&source->reader, &raw, error));
    return lka_rejected_before(rejected, place) ? LKA_OK : lka_rejected_add(rejected, place, raw, problem, error);
}

/* Takes out, of the rows from `first` on, those that were rejected in an earlier pass. */
static void drop_rejected(struct lka_source *source, struct lka_rows *rows, size_t first)
{
    size_t kept = first;
    for (size_t row = first; row < rows->count && source->rejected.sorted > 0; row++) {
        if (lka_rejected_before(&source->rejected, lka_place((uint32_t)source->current, rows->lines[row]))) {
            continue;
        }
        for (size_t c = 0; c < rows->columns && kept < row; c++) {
            rows->cells[c * rows->capacity + kept] = rows->cells[c * rows->capacity + row];
        }
        rows->lines[kept] = rows->lines[row];
        rows->raw[kept++] = rows->raw[row];
    }
    rows->count = source->rejected.sorted > 0 ? kept : rows->count;
}

/* Puts rows of the current file into the block until it is full; *more is false at the end of the file. */
static lka_status fill_from_file(struct lka_source *source, struct lka_rows *rows, bool *more, struct lka_error *error)
{
    *more = true;
    if (source->bad_waits) {
        return leave_out(source, lka_place((uint32_t)source->current, source->reader.row_line), error);
    }
    while (rows->count < rows->capacity) {
        size_t first = rows->count;
        LKA_TRY(lka_reader_scan(&source->reader, error));
        drop_rejected(source, rows, first);
        if (rows->count > first) {
            continue;
        }
        enum lka_reader_result result;
        LKA_TRY(lka_reader_next(&source->reader, &result, error));
        if (result == LKA_READER_END) {
            *more = false;
            break;
        }
        uint64_t place = lka_place((uint32_t)source->current, source->reader.row_line);
        source->bad_waits = result == LKA_READER_BAD_ROW && rows->count > 0 &&
                            !lka_rejected_allows_any(&source->rejected);
        if (source->bad_waits) {
            break;
        }
        if (result == LKA_READER_BAD_ROW) {
            LKA_TRY(leave_out(source, place, error));
        } else if (lka_rejected_before(&source->rejected, place)) {
            rows->count--;
        }
    }
    return LKA_OK;
}

/* The files must be the same in every pass. */
static lka_status check_digest(struct lka_source *source, struct lka_error *error)
{
    struct mark now;
    lka_digest_hex(source->digest, now.hex);
    if (source->current >= source->marked) {
        source->marks[source->current] = now;
        source->marked = source->current + 1;
        return LKA_OK;
    }
    if (strcmp(now.hex, source->marks[source->current].hex) != 0) {
        return lka_fail_at(error, LKA_DATA, source->inputs.items[source->current].name, 0, 0,
                           "changed between the first and the second reading (digest %s, then %s); run again when "
                           "nothing writes to it",
                           source->marks[source->current].hex, now.hex);
    }
    return LKA_OK;
}

static void close_current(struct lka_source *source)
{
    if (source->is_open) {
        source->bytes_before += lka_stream_position(source->reader.lines.stream);
        lka_reader_release(&source->reader);
        source->is_open = false;
    }
}

static lka_status next_file(struct lka_source *source, struct lka_error *error)
{
    LKA_TRY(check_digest(source, error));
    close_current(source);
    if (source->current + 1 == source->inputs.count) {
        source->ended = true;
        return LKA_OK;
    }
    source->current++;
    return open_current(source, error);
}

static lka_status read_block(struct lka_source *source, struct lka_rows *rows, struct lka_error *error)
{
    while (source->is_open && rows->count == 0) {
        lka_reader_target(&source->reader, &source->schema, &source->selection, rows);
        rows->file = source->reader.file;
        rows->file_index = (uint32_t)source->current;
        rows->fields = source->selection.fields;
        rows->padded = true;
        bool more;
        LKA_TRY(fill_from_file(source, rows, &more, error));
        if (rows->count == 0 && !more) {
            LKA_TRY(next_file(source, error));
        }
    }
    return LKA_OK;
}

static lka_status check_rows(const struct lka_source *source, const struct lka_rows *rows, struct lka_error *error)
{
    if (source->failed) {
        return lka_fail(error, LKA_USAGE, "a source can only be closed after an error");
    }
    if (rows->columns != source->selection.cells || rows->capacity == 0) {
        return lka_fail(error, LKA_USAGE, "a block of %zu columns and %zu rows for a selection of %zu columns",
                        rows->columns, rows->capacity, source->selection.cells);
    }
    return LKA_OK;
}

/* Where somebody has come to with writing, a row is broken: that they write is then what is said. */
static lka_status told_of(const struct lka_source *source, lka_status status, struct lka_error *error)
{
    bool changed = status == LKA_DATA && source->is_open &&
                   lka_stream_unchanged(source->reader.lines.stream, error) != LKA_OK;
    return changed ? LKA_DATA : status;
}

/* Block after block until one has a row that meets the rule. */
static lka_status read_filtered(struct lka_source *source, struct lka_rows *rows, struct lka_error *error)
{
    struct lka_rows *all;
    do {
        LKA_TRY(lka_filter_target(source->filter, rows, &all, error));
        LKA_TRY(read_block(source, all, error));
        LKA_TRY(lka_filter_pass(source->filter, rows, &source->left_out, error));
    } while (rows->count == 0 && all->count > 0);
    return LKA_OK;
}

lka_status lka_source_next(struct lka_source *source, struct lka_rows *rows, struct lka_error *error)
{
    LKA_TRY(check_rows(source, rows, error));
    lka_rows_clear(rows);
    rows->first = source->rows;
    source->started = true;
    source->alone = false;
    lka_status status = lka_source_end_cutting(source, error);
    if (status == LKA_OK) {
        status = lka_source_filters(source) ? read_filtered(source, rows, error) : read_block(source, rows, error);
    }
    source->rows += rows->count;
    source->failed = status != LKA_OK;
    return told_of(source, status, error);
}

bool lka_source_again(const struct lka_source *source)
{
    for (size_t i = 0; i < source->inputs.count; i++) {
        if (!source->inputs.items[i].again && !source->twice) {
            return false;
        }
    }
    return true;
}

lka_status lka_source_rewind(struct lka_source *source, struct lka_error *error)
{
    for (size_t i = 0; i < source->inputs.count; i++) {
        struct lka_input *input = &source->inputs.items[i];
        if (!input->again && !source->twice) {
            return lka_fail_at(error, LKA_USAGE, input->name, 0, 0,
                               "can be read only once, and it wasn't opened to be read twice");
        }
    }
    if (source->is_open) {
        lka_lines_stop(&source->reader.lines);
        LKA_TRY(lka_stream_drain(source->reader.lines.stream, error));
    }
    close_current(source);
    source->cutting.on = false;
    source->bad_waits = false;
    lka_rejected_rewind(&source->rejected);
    lka_digest_reset(source->digest);
    source->current = 0;
    source->bytes_before = 0;
    source->rows = 0;
    source->left_out = 0;
    source->started = false;
    lka_status status = open_current(source, error);
    source->failed = status != LKA_OK;
    return status;
}

lka_status lka_source_reject(struct lka_source *source, const struct lka_rows *rows, size_t row,
                             const struct lka_error *problem, struct lka_error *error)
{
    uint32_t file = lka_row_origin(rows, row).index;
    uint64_t place = lka_place(file, rows->lines[row]);
    lka_status status = lka_rejected_add(&source->rejected, place, rows->raw[row], problem, error);
    return file == source->current ? told_of(source, status, error) : status;
}

/* ---- facts ------------------------------------------------------------------------------------ */

struct lka_source_counts lka_source_counts(const struct lka_source *source)
{
    struct lka_source_counts counts = {
        .rows = source->rows,
        .left_out = source->left_out,
        .rejected = source->rejected.count,
        .bytes = source->bytes_before,
    };
    if (source->is_open) {
        counts.bytes += source->cutting.on ? source->cutting.next : lka_stream_position(source->reader.lines.stream);
    }
    for (size_t i = 0; i < source->inputs.count; i++) {
        if (!source->inputs.items[i].again) {
            counts.total_bytes = 0;
            break;
        }
        counts.total_bytes += source->inputs.items[i].size;
    }
    return counts;
}

/* What was read and not handed out yet is not counted, but where it is decompressed beside. */
size_t lka_source_about_rows(const struct lka_source *source)
{
    const struct lka_source_counts counts = lka_source_counts(source);
    const struct lka_lines *lines = &source->reader.lines;
    uint64_t ahead = source->is_open && !lka_stream_decodes(lines->stream) ? lines->end - lines->at : 0;
    if (counts.total_bytes == 0 || counts.bytes <= ahead) {
        return 0;
    }
    return (size_t)((double)counts.rows * (double)counts.total_bytes / (double)(counts.bytes - ahead));
}

uint64_t lka_source_most_rows(const struct lka_source *source)
{
    uint64_t most = 0;
    for (size_t i = 0; i < source->inputs.count; i++) {
        const struct lka_input *input = &source->inputs.items[i];
        if (!input->again || input->size == 0 || lka_is_packed(input->path)) {
            return 0;
        }
        most += input->size / source->schema.count + 1; /* the last line may lack its newline */
    }
    return most;
}

void lka_source_digest(const struct lka_source *source, char hex[33])
{
    if (source->marked < source->inputs.count) {
        hex[0] = '\0';
    } else {
        memcpy(hex, source->marks[source->inputs.count - 1].hex, 33);
    }
}
