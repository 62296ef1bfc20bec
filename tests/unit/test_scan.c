/* The scanner against libcsv on made-up files, and against the grammar's reference at every place of a step.
 *
 *     test_scan [CASES [SEED]]        100,000 of seed 11 unless said otherwise; make check-long takes 1,000,000
 */
#include "base/random.h"

#include "by_hand.h"
#include "csv_difference.h"
#include "run_suite.h"

#include <fcntl.h>
#include <sys/stat.h>

#define BOM "\xEF\xBB\xBF"

static uint64_t cases = 100000;
static uint64_t seed = 11;

/* ---- files ------------------------------------------------------------------------------------- */

static size_t below(struct lka_random *random, size_t limit)
{
    return (size_t)lka_random_below(random, limit);
}

static void add_quoted(struct lka_text *text, struct lka_random *random)
{
    static const char *const pieces[] = {"a", "\"\"", ",", "\n", "\r\n", "\r", ";", "\xC3\xA9", "some more words"};
    lka_text_string(text, "\"");
    for (size_t n = below(random, 6); n > 0; n--) {
        lka_text_string(text, pieces[below(random, sizeof pieces / sizeof *pieces)]);
    }
    lka_text_string(text, "\"");
}

static void add_plain(struct lka_text *text, struct lka_random *random)
{
    static const char *const pieces[] = {"7", "x", "-12.5", " ", "\xE2\x82\xAC", "sixteen_bytes_xx", "tier_001", BOM};
    size_t most = below(random, 8) == 0 ? 14 : 2;
    for (size_t n = below(random, most + 1); n > 0; n--) {
        lka_text_string(text, pieces[below(random, sizeof pieces / sizeof *pieces)]);
    }
}

static void add_row(struct lka_text *text, size_t columns, char separator, struct lka_random *random)
{
    for (size_t c = 0; c < columns; c++) {
        lka_text_append(text, &separator, c > 0);
        if (below(random, 4) == 0) {
            add_quoted(text, random);
        } else {
            add_plain(text, random);
        }
    }
    lka_text_string(text, below(random, 5) == 0 ? "\r\n" : "\n");
}

/* Puts in, takes out or changes bytes, from `first` on. */
static void spoil(struct lka_text *text, size_t first, struct lka_random *random)
{
    static const char bytes[] = {'"', '"', ',', '\n', '\r', '\0', '\xE9', 'x', ' ', ';'};
    size_t at = first + below(random, text->length - first);
    char byte = bytes[below(random, sizeof bytes)];
    switch (below(random, 3)) {
    case 0:
        text->bytes[at] = byte;
        break;
    case 1:
        text->length = below(random, 3) == 0 ? at : text->length;
        break;
    default:
        lka_text_append(text, "", 1);
        memmove(text->bytes + at + 1, text->bytes + at, text->length - 1 - at);
        text->bytes[at] = byte;
    }
}

static void add_header(struct lka_text *text, size_t columns, char separator, struct lka_random *random)
{
    lka_text_string(text, below(random, 8) == 0 ? BOM : "");
    for (size_t c = 0; c < columns; c++) {
        const char *quote = below(random, 8) == 0 ? "\"" : "";
        lka_text_format(text, "%.*s%sc%zu%s", c > 0, &separator, quote, c, quote);
    }
    lka_text_string(text, below(random, 8) == 0 ? "\r\n" : "\n");
}

/* Mostly well-formed, and spoiled behind its header more often than in it; else every text breaks at its start. */
static void make_text(struct lka_text *text, size_t columns, char separator, struct lka_random *random)
{
    lka_text_clear(text);
    add_header(text, columns, separator, random);
    size_t header = below(random, 16) == 0 ? 0 : text->length;
    size_t most = below(random, 32) == 0 ? 200 : 14;
    for (size_t n = 1 + below(random, most); n > 0; n--) {
        add_row(text, columns, separator, random);
    }
    for (size_t n = below(random, 4); n > 0 && text->length > header; n--) {
        spoil(text, header, random);
    }
}

/* One file, or several of one header; another has a column more now and then. */
static size_t make_files(struct lka_text files[MEMORY_FILES], char separator, struct lka_random *random)
{
    size_t count = below(random, 4) == 0 ? 1 + below(random, MEMORY_FILES) : 1;
    size_t columns = 1 + below(random, 5);
    for (size_t i = 0; i < count; i++) {
        bool odd = i > 0 && below(random, 32) == 0;
        make_text(&files[i], columns + odd, separator, random);
    }
    return count;
}

static struct reading draw_reading(char separator, struct lka_random *random)
{
    static const size_t read_sizes[] = {64, 65, 150, 300, 4096, 4096, 4096, 4096};
    static const enum lka_reader_kind kinds[] = {LKA_READER_PLAIN, LKA_READER_AVX2, LKA_READER_AVX512};
    return (struct reading){.reader = kinds[below(random, 3)],
                            .read_size = below(random, 20) == 0 ? 1 + below(random, 40) : read_sizes[below(random, 8)],
                            .capacity = 1 + below(random, 9),
                            .separator = below(random, 3) == 0 ? '\0' : separator,
                            .max_field = below(random, 6) == 0 ? 20 : 4096,
                            .tolerant = below(random, 3) == 0,
                            .again = below(random, 4) == 0,
                            .piped = below(random, 3) == 0,
                            .ranges = below(random, RANGES_MOST + 1),
                            .beside = below(random, 16) == 0,
                            .cuts = below(random, 2) * (1 + below(random, 1000)),
                            .wanted = below(random, 3) == 0 ? (unsigned)below(random, 256) : 0xFF};
}

/* ---- tests ------------------------------------------------------------------------------------- */

/* A kind that this CPU does not run gives the best one that it does. */
START_TEST(the_scanner_tells_what_libcsv_tells)
{
    static const char separators[] = {',', ',', ';', '\t'};
    struct lka_text files[MEMORY_FILES] = {0};
    for (uint64_t i = 0; i < cases; i++) {
        struct lka_random random = lka_random_start(seed, i);
        char separator = separators[below(&random, sizeof separators)];
        struct reading how = draw_reading(separator, &random);
        size_t count = make_files(files, separator, &random);
        ck_assert_msg(files_read_alike(files, count, &how), "case %llu of seed %llu", (unsigned long long)i,
                      (unsigned long long)seed);
    }
    for (size_t i = 0; i < MEMORY_FILES; i++) {
        lka_text_release(&files[i]);
    }
}
END_TEST

/* Long enough for several indexes; `odd` moves through it, so that it meets every place of a step of 64. */
START_TEST(what_is_odd_is_seen_at_every_place)
{
    static const char *const odd[] = {"\"", "\r",   "\"\"", "\"a\"\"b\"", "\"a\nb\"", "\xE9",
                                      ",",  "\n\n", "\r\n", "\"a\"b",     "\"\""};
    struct lka_text text = {0};
    for (size_t place = 0; place < 70; place++) {
        lka_text_clear(&text);
        lka_text_string(&text, "a,b\n");
        while (text.length < 17000) {
            lka_text_string(&text, "value,\"quoted, value\"\n");
        }
        for (size_t i = 0; i < place; i++) {
            lka_text_string(&text, "x");
        }
        lka_text_string(&text, ",");
        lka_text_string(&text, odd[_i]);
        lka_text_string(&text, "\nlast,row\n");
        for (int kind = LKA_READER_PLAIN; kind < LKA_READER_KINDS; kind++) {
            struct reading how = {.reader = (enum lka_reader_kind)kind, .capacity = 4096, .wanted = 0xFF};
            how.ranges = place % (RANGES_MOST + 1);
            how.capacity = how.ranges > 1 ? 100 : 4096;
            ck_assert(reads_alike(text.bytes, text.length, &how));
        }
    }
    lka_text_release(&text);
}
END_TEST

/* Rows wider than what is indexed at a time, of which one field is wanted. */
START_TEST(wide_rows)
{
    struct lka_text text = {0};
    for (int row = 0; row < 20; row++) {
        for (int c = 0; c < 9000; c++) {
            lka_text_format(&text, "%s%s%d", c ? "," : "", row ? "" : "c", row + c);
        }
        lka_text_string(&text, "\n");
    }
    struct reading how = {.reader = LKA_READER_FASTEST, .capacity = 7, .wanted = 4};
    ck_assert(reads_alike(text.bytes, text.length, &how));
    lka_text_release(&text);
}
END_TEST

/* ---- files that somebody writes to ------------------------------------------------------------- */

static struct lka_source *open_old(const struct lka_text *text, int *file)
{
    struct timespec past[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    const char *path = memory_file(text->bytes, text->length);
    struct lka_source *source;
    *file = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(futimens(*file, past), 0);
    ck_assert_int_eq(lka_source_open(&path, 1, &(struct lka_source_options){.read_size = 1000}, &source, NULL), LKA_OK);
    return source;
}

static void make_rows_of(struct lka_text *text, size_t length)
{
    lka_text_clear(text);
    lka_text_string(text, "a,b\n");
    while (text->length < length) {
        lka_text_string(text, "12,3456\n");
    }
}

/* Cut short, longer, and written over, while it is cut. */
START_TEST(a_file_that_changes_while_ranges_are_read)
{
    const struct reading how = {.capacity = 100, .ranges = RANGES_MOST, .beside = true, .wanted = 1};
    struct lka_text text = {0};
    struct lka_text told = {0};
    struct lka_error error = {0};
    int file;
    make_rows_of(&text, 100000);
    struct lka_source *source = open_old(&text, &file);
    size_t columns;
    bool took = false;
    struct lka_random cuts = lka_random_start(0, 0);
    ck_assert_int_eq(select_wanted(source, &how, &columns, NULL), LKA_OK);
    ck_assert_int_eq(tell_ranges(source, &how, &cuts, columns, &told, &took, NULL), LKA_OK);
    ck_assert(took);
    ck_assert(_i == 0 ? ftruncate(file, 50002) == 0 : pwrite(file, "77,7", 4, _i == 1 ? 100004 : 90004) == 4);
    ck_assert_int_eq(tell_rows(source, &how, columns, false, &told, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "changed while it was read (100004 bytes at first"));
    lka_source_close(source);
    close(file);
    lka_text_release(&told);
    lka_text_release(&text);
}
END_TEST

/* One range ends where its successor does not begin any more. */
START_TEST(a_row_that_moves_between_two_ranges)
{
    struct lka_text text = {0};
    struct lka_range ranges[2] = {0};
    struct lka_range_reader reader = {0};
    struct lka_rows rows;
    struct lka_error error = {0};
    int file;
    bool right;
    make_rows_of(&text, 10000);
    struct lka_source *source = open_old(&text, &file);
    ck_assert_int_eq(lka_source_select(source, (const size_t[]){0}, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_rows_init(&rows, 1, 100, NULL), LKA_OK);
    ck_assert(lka_source_range(source, 10, &ranges[0]) && lka_source_range(source, 10, &ranges[1]));
    ck_assert_int_eq(lka_range_read(&reader, source, &ranges[0], &rows, &right, NULL), LKA_OK);
    ck_assert(right && lka_source_accept(source, &ranges[0], &rows));
    off_t before = (off_t)ranges[1].cut.from - 1;
    ck_assert_int_eq(pwrite(file, text.bytes[before] == '\n' ? "7" : "\n", 1, before), 1);
    ck_assert_int_eq(lka_range_read(&reader, source, &ranges[1], &rows, &right, NULL), LKA_OK);
    ck_assert(!right || !lka_source_accept(source, &ranges[1], &rows));
    ck_assert_int_eq(lka_source_put_back(source, &ranges[1], 1, NULL), LKA_OK);
    lka_status status;
    while ((status = lka_source_next(source, &rows, &error)) == LKA_OK && rows.count > 0) {
    }
    ck_assert_ptr_nonnull(strstr(error.message, "changed while it was read"));
    lka_range_free(&ranges[0]);
    lka_range_free(&ranges[1]);
    lka_range_reader_release(&reader);
    lka_rows_release(&rows);
    lka_source_close(source);
    close(file);
    lka_text_release(&text);
}
END_TEST

START_TEST(kinds_that_always_run)
{
    ck_assert(lka_reader_kind_runs(LKA_READER_FASTEST));
    ck_assert(lka_reader_kind_runs(LKA_READER_LIBCSV));
    ck_assert(lka_reader_kind_runs(LKA_READER_PLAIN));
    ck_assert(lka_scan_kernel_of(LKA_READER_LIBCSV) == NULL);
    for (int kind = LKA_READER_PLAIN; kind < LKA_READER_KINDS; kind++) {
        ck_assert(lka_scan_kernel_of((enum lka_reader_kind)kind) != NULL);
        if (!lka_reader_kind_runs((enum lka_reader_kind)kind)) {
            printf("reader %d: skipped here, the CPU has not its instructions\n", kind);
        }
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *scan = suite_create("scan");
    TCase *tests = tcase_create("scan");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, the_scanner_tells_what_libcsv_tells);
    tcase_add_loop_test(tests, what_is_odd_is_seen_at_every_place, 0, 11);
    tcase_add_test(tests, wide_rows);
    tcase_add_loop_test(tests, a_file_that_changes_while_ranges_are_read, 0, 3);
    tcase_add_test(tests, a_row_that_moves_between_two_ranges);
    tcase_add_test(tests, kinds_that_always_run);
    suite_add_tcase(scan, tests);
    return scan;
}

int main(int argc, char **argv)
{
    cases = argc > 1 ? strtoull(argv[1], NULL, 10) : cases;
    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : seed;
    return run_suite(suite());
}
