/* Files that are no good CSV: the same message, line and column by libcsv and by the scanner, one row after the other and
 * in ranges, by one, two and eight threads. */
#include "by_hand.h"
#include "csv_difference.h"
#include "run_suite.h"

enum { GOOD_ROWS = 400, MEGABYTE = 1 << 20 };

static struct lka_text file;

static void setup(void)
{
    file = (struct lka_text){0};
}

static void teardown(void)
{
    lka_text_release(&file);
}

static void add_rows(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lka_text_format(&file, "%zu,\"two\nlines, %zu\",x\n", i, i);
    }
}

static void add_many(const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lka_text_string(&file, piece);
    }
}

/* What libcsv tells at the end of `file`, behind the name of the file. */
static const char *libcsv_ends_with(void)
{
    static struct lka_text told;
    const char *path = memory_file(file.bytes, file.length);
    tell(&path, 1, &(struct reading){.reader = LKA_READER_LIBCSV, .capacity = 100, .wanted = 0xFF}, &told);
    const char *before = memrchr(told.bytes, '\n', told.length - 1);
    return strchr(before ? before : told.bytes, ':');
}

/* What is big is read by the fastest reader alone, and in large blocks. */
static void expect_everywhere(const char *problem)
{
    bool big = file.length > 10 * MEGABYTE;
    static const size_t threads[] = {0, 1, 2, 8};
    const char *told = libcsv_ends_with();
    ck_assert_msg(strncmp(told, problem, strlen(problem)) == 0, "%s where %s is due", told, problem);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        for (size_t capacity = big ? 100 : 1; capacity <= 100; capacity *= 10) {
            struct reading how = {.reader = big ? LKA_READER_AVX512 : LKA_READER_PLAIN,
                                  .capacity = capacity,
                                  .ranges = threads[t],
                                  .beside = threads[t] > 1,
                                  .piped = capacity == 10 && file.length < 1 << 16,
                                  .cuts = capacity == 1,
                                  .wanted = 0xFF};
            for (; how.reader < LKA_READER_KINDS; how.reader++) {
                ck_assert(reads_alike(file.bytes, file.length, &how));
            }
        }
    }
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* Rows of which each takes two lines stand before and behind it: it is in line 802. */
static const struct {
    const char *bytes;
    size_t length;
    const char *problem;
} bad[] = {
    {TEXT("1,\"2,3\n"), ":803:2 text after the closing quote"},
    {TEXT("1,2\"2\",3\n"), ":802:2 quote inside unquoted field"},
    {TEXT("1,\"2\"2,3\n"), ":802:2 text after the closing quote"},
    {TEXT("1,2\0002,3\n"), ":802:2 NUL byte in field"},
    {TEXT("1,\"2\n\0002\",3\n"), ":803:2 NUL byte in field"},
    {TEXT("1,2\n"), ":802:3 row has 2 fields, the header has 3"},
    {TEXT("1,2,3,4\n"), ":802:4 row has 4 fields, the header has 3"},
    {TEXT("1,2,3\r4,5,6\r"), ":802:3 carriage return outside quotes"},
    {TEXT("1,\xEF\xBB\xBF\"2\",3\n"), ":802:2 quote inside unquoted field"},
    {TEXT("1,2\xE9,3\n"), ":802:2 field \"b\" is not UTF-8"},
    {TEXT("1,\"\xC3\n\",3\n"), ":802:2 field \"b\" is not UTF-8"},
    {TEXT("\n"), ":802:1 empty line"},
};

START_TEST(a_bad_row_among_good_ones)
{
    lka_text_string(&file, "a,b,c\n");
    add_rows(GOOD_ROWS);
    lka_text_append(&file, bad[_i].bytes, bad[_i].length);
    add_rows(GOOD_ROWS);
    expect_everywhere(bad[_i].problem);
}
END_TEST

/* With good rows behind it the next quote ends the field. */
START_TEST(an_unclosed_quote)
{
    lka_text_string(&file, "a,b,c\n");
    add_rows(GOOD_ROWS);
    lka_text_string(&file, "1,\"2,3\n");
    add_many("4,5,6\n", GOOD_ROWS);
    expect_everywhere(":802:2 unclosed quote in field \"b\"");
}
END_TEST

START_TEST(a_file_of_carriage_returns)
{
    add_many("a,b,c\r", 5000);
    expect_everywhere(":1:3 carriage return outside quotes");
}
END_TEST

/* A mark before a field is a part of it. */
START_TEST(a_byte_order_mark_in_the_middle)
{
    lka_text_string(&file, "\xEF\xBB\xBF"
                           "a,b,c\n");
    add_rows(GOOD_ROWS);
    lka_text_string(&file, "\xEF\xBB\xBF"
                           "1,2,3\n");
    add_rows(GOOD_ROWS);
    lka_text_string(&file, "1\n");
    expect_everywhere(":1603:2 row has 1 fields");
}
END_TEST

START_TEST(a_field_of_a_hundred_megabytes)
{
    static char piece[MEGABYTE + 1];
    memset(piece, 'x', MEGABYTE);
    lka_text_string(&file, _i == 0 ? "a,b,c\n1,2,3\n4,\"" : "a,b,c\n1,2,3\n4,");
    add_many(piece, 100);
    lka_text_string(&file, _i == 0 ? "\",6\n" : ",6\n");
    expect_everywhere(":3:2 too many bytes in field \"b\"");
}
END_TEST

START_TEST(a_million_columns)
{
    lka_text_string(&file, _i == 0 ? "a" : "a,b,c\n1,2,3\n4");
    add_many(",x", 999999);
    lka_text_string(&file, "\n");
    expect_everywhere(_i == 0 ? ":1:65536 too many columns" : ":3:4 row has 1000000 fields, the header has 3");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bad csv");
    TCase *tests = tcase_create("bad csv");
    tcase_set_timeout(tests, 0);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, a_bad_row_among_good_ones, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, an_unclosed_quote);
    tcase_add_test(tests, a_file_of_carriage_returns);
    tcase_add_test(tests, a_byte_order_mark_in_the_middle);
    tcase_add_loop_test(tests, a_field_of_a_hundred_megabytes, 0, 2);
    tcase_add_loop_test(tests, a_million_columns, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
