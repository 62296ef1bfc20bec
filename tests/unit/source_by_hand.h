/* tests/unit/source_by_hand.h: reading files that are written by hand, by the scanner and by libcsv alone. */
#ifndef LKA_TESTS_SOURCE_BY_HAND_H
#define LKA_TESTS_SOURCE_BY_HAND_H

#include "base/error.h"
#include "source/source.h"

#include "by_hand.h"
#include "csv_reference.h"
#include "csv_transcript.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <zlib.h>
#include <zstd.h>

static struct lka_error error;
static enum lka_reader_kind reader; /* every test runs with the scanner and with libcsv alone */

static bool beside; /* what is compressed is decompressed by another thread */

static inline struct lka_source *open_files(const struct lka_source_options *options, const char *const *paths,
                                            size_t count)
{
    struct lka_source *source = NULL;
    struct lka_source_options all = *options;
    all.reader = reader;
    all.threads = beside ? 2 : 1;
    error = (struct lka_error){0};
    lka_status status = lka_source_open(paths, count, &all, &source, &error);
    ck_assert_msg((status == LKA_OK) == (source != NULL), "%s", error.message);
    return source;
}

static inline struct lka_source *open_with(const char *path, struct lka_source_options options)
{
    return open_files(&options, &path, 1);
}

static inline struct lka_source *open_path(const char *path)
{
    return open_with(path, (struct lka_source_options){0});
}

static inline void select_columns(struct lka_source *source)
{
    ck_assert_int_eq(select_all(source, &error), LKA_OK);
}

/* What is left of the source, all columns; until the next call. */
static inline const char *transcript_of(struct lka_source *source)
{
    static struct lka_text transcript;
    lka_text_clear(&transcript);
    select_columns(source);
    append_source(source, 3, &transcript);
    return transcript.bytes;
}

static inline const char *read_with(const char *text, struct lka_source_options options)
{
    struct lka_source *source = open_with(write_file("t.csv", text), options);
    ck_assert_msg(source != NULL, "%s", error.message);
    const char *transcript = transcript_of(source);
    lka_source_close(source);
    return transcript;
}

static inline const char *read_text(const char *text)
{
    return read_with(text, (struct lka_source_options){0});
}

/* "line:column: message" of the error that reading `length` bytes ends with, all columns selected. */
static inline const char *failure_of(const void *bytes, size_t length, struct lka_source_options options)
{
    static char text[1100];
    struct lka_source *source = open_with(write_bytes("t.csv", bytes, length), options);
    if (source) {
        struct lka_rows rows;
        ck_assert_int_eq(lka_rows_init(&rows, lka_source_schema(source)->count, 100, NULL), LKA_OK);
        select_columns(source);
        while (lka_source_next(source, &rows, &error) == LKA_OK) {
            ck_assert_msg(rows.count > 0, "no error");
        }
        lka_rows_release(&rows);
        lka_source_close(source);
    }
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_str_eq(error.file, path_of("t.csv"));
    snprintf(text, sizeof text, "%llu:%llu: %s", (unsigned long long)error.line, (unsigned long long)error.column,
             error.message);
    return text;
}

/* Appends one gzip member, or one zstd frame. */
static inline void compress_more(struct lka_text *to, bool gzip, const char *text)
{
    static unsigned char buffer[1 << 16];
    size_t size;
    if (gzip) {
        z_stream stream = {0};
        ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        stream.next_in = (z_const Bytef *)(uintptr_t)text;
        stream.avail_in = (uInt)strlen(text);
        stream.next_out = buffer;
        stream.avail_out = sizeof buffer;
        ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
        size = stream.total_out;
        deflateEnd(&stream);
    } else {
        ZSTD_CCtx *context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
        size = ZSTD_compress2(context, buffer, sizeof buffer, text, strlen(text));
        ck_assert(!ZSTD_isError(size));
        ZSTD_freeCCtx(context);
    }
    lka_text_append(to, (char *)buffer, size);
}

/* ---- by both readers -------------------------------------------------------------------------- */

static inline void with_scanner(void)
{
    reader = LKA_READER_FASTEST;
    make_folder();
}

static inline void with_libcsv(void)
{
    reader = LKA_READER_LIBCSV;
    make_folder();
}

/* `add` adds the tests. What main returns. */
static inline int run_by_both_readers(const char *name, void (*add)(TCase *tests))
{
    static const struct {
        const char *name;
        void (*begin)(void);
    } readers[] = {{"scanner", with_scanner}, {"libcsv", with_libcsv}};
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < 2; i++) {
        TCase *tests = tcase_create(readers[i].name);
        tcase_add_checked_fixture(tests, readers[i].begin, remove_folder);
        tcase_set_timeout(tests, 60);
        add(tests);
        suite_add_tcase(suite, tests);
    }
    return run_suite(suite);
}

#endif
