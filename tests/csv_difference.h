/* The scanner beside libcsv, which is its oracle: everything that a source tells of files by each of them. */
#ifndef LKA_TESTS_CSV_DIFFERENCE_H
#define LKA_TESTS_CSV_DIFFERENCE_H

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "source/ranges.h"
#include "source/source.h"

#include "memory_file.h"

#include <pthread.h>
#include <string.h>

/* How texts are read. */
struct reading {
    enum lka_reader_kind reader;
    size_t read_size;
    size_t capacity; /* rows a block */
    char separator;  /* 0: sniffed */
    size_t max_field;
    bool tolerant;   /* bad rows are left out; and it is read twice */
    bool again;      /* it is read twice */
    bool piped;      /* from pipes, of which each holds no more than 64 KiB */
    size_t ranges;   /* so many are taken before the first is read; 0: rows one after the other */
    bool beside;     /* each of them is read by a thread of its own */
    uint64_t cuts;   /* the seed by which their sizes are drawn; 0: each is of a block's rows */
    unsigned wanted; /* bit c: column c is selected, from the last to the first; all set: the first twice */
};

static inline void tell_error(const struct lka_error *error, struct lka_text *told)
{
    lka_text_format(told, "%d %s:%llu:%llu %s\n", (int)error->code, error->file, (unsigned long long)error->line,
                    (unsigned long long)error->column, error->message);
}

static inline void tell_header(const struct lka_source *source, struct lka_text *told)
{
    const struct lka_schema *schema = lka_source_schema(source);
    for (size_t c = 0; c < schema->count; c++) {
        lka_text_format(told, "%s\n", schema->columns[c].name);
    }
}

static inline lka_status select_wanted(struct lka_source *source, const struct reading *how, size_t *count,
                                       struct lka_error *error)
{
    static size_t columns[65536 + 1];
    *count = 0;
    for (size_t c = lka_source_schema(source)->count; c-- > 0;) {
        if (how->wanted >> c % 8 & 1) {
            columns[(*count)++] = c;
        }
    }
    if (how->wanted == 0xFF) {
        columns[(*count)++] = 0;
    }
    return lka_source_select(source, columns, *count, error);
}

/* Numbers as they are in memory, since there are many. */
static inline void tell_span(struct lka_span span, struct lka_text *told)
{
    lka_text_append(told, (const char *)&span.length, sizeof span.length);
    lka_text_append(told, span.text, span.length);
}

static inline void tell_row(const struct lka_rows *rows, size_t row, struct lka_text *told)
{
    lka_text_append(told, (const char *)&rows->file_index, sizeof rows->file_index);
    lka_text_append(told, (const char *)&rows->lines[row], sizeof rows->lines[row]);
    for (size_t c = 0; c < rows->columns; c++) {
        tell_span(lka_cell(rows, c, row), told);
    }
    tell_span(rows->raw[row], told);
    lka_text_append(told, "\n", 1);
}

/* Rows that begin with a 7 are rejected by the user, so that the second pass has something to leave out. */
static inline lka_status tell_block(struct lka_source *source, const struct lka_rows *rows, bool reject,
                                    struct lka_text *told, struct lka_error *error)
{
    for (size_t row = 0; row < rows->count; row++) {
        tell_row(rows, row, told);
        if (reject && rows->raw[row].length > 0 && rows->raw[row].text[0] == '7') {
            struct lka_error problem = {.code = LKA_DATA};
            LKA_TRY(lka_source_reject(source, rows, row, &problem, error));
        }
    }
    return LKA_OK;
}

enum { RANGES_MOST = 8 };

/* A range as one of several threads reads it. */
struct turn {
    const struct lka_source *source;
    struct lka_range range;
    struct lka_range_reader reader;
    struct lka_rows rows;
    bool right;
    lka_status status;
    struct lka_error error;
};

static inline void *take_turn(void *argument)
{
    struct turn *turn = argument;
    turn->status = lka_range_read(&turn->reader, turn->source, &turn->range, &turn->rows, &turn->right, &turn->error);
    return NULL;
}

static inline void take_turns(struct turn *turns, size_t count, bool beside)
{
    pthread_t threads[RANGES_MOST];
    for (size_t i = 0; i < count; i++) {
        if (!beside) {
            take_turn(&turns[i]);
        } else if (pthread_create(&threads[i], NULL, take_turn, &turns[i]) != 0) {
            abort();
        }
    }
    for (size_t i = 0; i < count && beside; i++) {
        pthread_join(threads[i], NULL);
    }
}

static inline lka_status tell_turns(struct lka_source *source, struct turn *turns, size_t count, struct lka_text *told,
                                    struct lka_error *error)
{
    struct lka_range ranges[RANGES_MOST];
    for (size_t i = 0; i < count; i++) {
        ranges[i] = turns[i].range;
    }
    for (size_t i = 0; i < count; i++) {
        if (turns[i].status != LKA_OK) {
            *error = turns[i].error;
            return turns[i].status;
        }
        if (!turns[i].right || !lka_source_accept(source, &turns[i].range, &turns[i].rows)) {
            return lka_source_put_back(source, &ranges[i], count - i, error);
        }
        LKA_TRY(tell_block(source, &turns[i].rows, false, told, error));
    }
    return LKA_OK;
}

/* Up to twice what there is room for. */
static inline size_t rows_to_take(const struct reading *how, struct lka_random *cuts)
{
    return how->cuts ? 1 + (size_t)lka_random_below(cuts, 2 * how->capacity) : how->capacity;
}

/* As many ranges as are wanted, as several threads would have them. *took is false where none could be taken. */
static inline lka_status tell_ranges(struct lka_source *source, const struct reading *how, struct lka_random *cuts,
                                     size_t columns, struct lka_text *told, bool *took, struct lka_error *error)
{
    struct turn turns[RANGES_MOST] = {0};
    size_t count = 0;
    lka_status status = LKA_OK;
    while (status == LKA_OK && count < how->ranges &&
           lka_source_range(source, rows_to_take(how, cuts), &turns[count].range)) {
        turns[count].source = source;
        status = lka_rows_init(&turns[count++].rows, columns, how->capacity, error);
    }
    *took = count > 0;
    if (status == LKA_OK) {
        take_turns(turns, count, how->beside);
        status = tell_turns(source, turns, count, told, error);
    }
    for (size_t i = 0; i < count; i++) {
        lka_range_free(&turns[i].range);
        lka_range_reader_release(&turns[i].reader);
        lka_rows_release(&turns[i].rows);
    }
    return status;
}

/* The rest of the files. */
static inline lka_status tell_rows(struct lka_source *source, const struct reading *how, size_t count, bool reject,
                                   struct lka_text *told, struct lka_error *error)
{
    struct lka_rows rows;
    struct lka_random cuts = lka_random_start(how->cuts, reject);
    LKA_TRY(lka_rows_init(&rows, count, how->capacity, error));
    lka_status status = LKA_OK;
    do {
        bool took = true;
        while (status == LKA_OK && took) {
            status = tell_ranges(source, how, &cuts, count, told, &took, error);
        }
        if (status != LKA_OK) {
            break;
        }
        status = lka_source_next(source, &rows, error);
        lka_status rejected = tell_block(source, &rows, reject && status == LKA_OK, told, error);
        status = status == LKA_OK ? rejected : status;
    } while (status == LKA_OK && rows.count > 0);
    lka_rows_release(&rows);
    return status;
}

static inline lka_status tell_pass(struct lka_source *source, const struct reading *how, bool reject,
                                   struct lka_text *told, struct lka_error *error)
{
    size_t count;
    LKA_TRY(select_wanted(source, how, &count, error));
    return tell_rows(source, how, count, reject, told, error);
}

static inline void tell_totals(const struct lka_source *source, struct lka_text *told)
{
    char digest[33];
    struct lka_source_counts counts = lka_source_counts(source);
    lka_source_digest(source, digest);
    lka_text_format(told, "rows %llu, rejected %llu, digest %s\n", (unsigned long long)counts.rows,
                    (unsigned long long)counts.rejected, digest);
}

/* The header; rows with their files, lines, cells and raw text; errors; counts; the digest. */
static inline void tell(const char *const *paths, size_t count, const struct reading *how, struct lka_text *told)
{
    bool twice = how->tolerant || how->again;
    struct lka_source_options options = {.separator = how->separator,
                                         .max_field = how->max_field,
                                         .read_size = how->read_size,
                                         .rejected = how->tolerant ? "/dev/null" : NULL,
                                         .max_bad_rows = 3,
                                         .twice = twice,
                                         .reader = how->reader};
    struct lka_error error = {0};
    struct lka_source *source;
    lka_text_clear(told);
    lka_status status = lka_source_open(paths, count, &options, &source, &error);
    if (status == LKA_OK) {
        tell_header(source, told);
    }
    for (int pass = 0; pass < 1 + twice && status == LKA_OK; pass++) {
        status = tell_pass(source, how, how->tolerant && pass == 0, told, &error);
        if (status == LKA_OK) {
            tell_totals(source, told);
            status = twice ? lka_source_rewind(source, &error) : LKA_OK;
        }
    }
    if (status != LKA_OK) {
        tell_error(&error, told);
    }
    lka_source_close(source);
}

static inline void show_difference(const struct lka_text *files, size_t count, const struct reading *how,
                                   const struct lka_text *seen, const struct lka_text *expected)
{
    fprintf(stderr,
            "reader %d, %zu bytes a read, blocks of %zu, separator %d, max_field %zu, tolerant %d, again %d, "
            "piped %d, ranges %zu, beside %d, cuts %llu\n",
            (int)how->reader, how->read_size, how->capacity, how->separator, how->max_field, how->tolerant, how->again,
            how->piped, how->ranges, how->beside, (unsigned long long)how->cuts);
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "---- file %zu\n%.*s\n", i, (int)files[i].length, files[i].bytes);
    }
    fprintf(stderr, "---- seen\n%.*s\n---- libcsv\n%.*s\n", (int)seen->length, seen->bytes, (int)expected->length,
            expected->bytes);
}

/* All of them by one reader. */
static inline void tell_files(const struct lka_text *files, size_t count, const struct reading *how,
                              struct lka_text *told)
{
    const char *paths[MEMORY_FILES];
    for (size_t i = 0; i < count; i++) {
        const char *bytes = files[i].length > 0 ? files[i].bytes : "";
        paths[i] = how->piped ? pipe_file_at(i, bytes, files[i].length) : memory_file_at(i, bytes, files[i].length);
    }
    tell(paths, count, how, told);
}

/* False, with both on stderr, if libcsv tells anything else of these files, at most MEMORY_FILES, than the reader of
 * `how`. */
static inline bool files_read_alike(const struct lka_text *files, size_t count, const struct reading *how)
{
    static struct lka_text seen;
    static struct lka_text expected;
    struct reading oracle = *how;
    oracle.reader = LKA_READER_LIBCSV;
    oracle.ranges = 0;
    tell_files(files, count, how, &seen);
    tell_files(files, count, &oracle, &expected);
    if (seen.length == expected.length && memcmp(seen.bytes, expected.bytes, seen.length) == 0) {
        return true;
    }
    show_difference(files, count, how, &seen, &expected);
    return false;
}

static inline bool reads_alike(const void *text, size_t length, const struct reading *how)
{
    struct lka_text file = {0};
    lka_text_append(&file, text, length);
    bool alike = files_read_alike(&file, 1, how);
    lka_text_release(&file);
    return alike;
}

#endif
