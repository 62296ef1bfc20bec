/* The files behind a source: compressed, several of them, patterns, streams; and what is read twice. */
#include "source_by_hand.h"

#include <fcntl.h>
#include <sys/stat.h>

/* ---- compressed files ------------------------------------------------------------------------- */

static const char *const names[] = {"t.csv.zst", "t.csv.gz"};

/* Cut short, longer, and written over. */
START_TEST(a_file_that_changes_while_it_is_read_is_an_error)
{
    struct lka_text text = {0};
    lka_text_string(&text, "a,b\n");
    while (text.length < 100000) {
        lka_text_string(&text, "1,2\n");
    }
    const char *path = write_bytes("t.csv", text.bytes, text.length);
    struct timespec past[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, past, 0), 0);
    struct lka_source *source = open_with(path, (struct lka_source_options){.read_size = 1000});
    ck_assert_ptr_nonnull(source);
    FILE *file = fopen(path, _i == 1 ? "a" : "r+");
    ck_assert(_i != 0 || ftruncate(fileno(file), 50000) == 0);
    ck_assert(_i == 0 || fputs("9,9\n", file) >= 0);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed while it was read (100000 bytes at first"));
    lka_source_close(source);
    lka_text_release(&text);
}
END_TEST

/* Where the writing ends, a row does: not it is to blame. */
START_TEST(a_file_that_changes_is_told_before_its_broken_rows)
{
    struct lka_text text = {0};
    lka_text_string(&text, "a,b\n");
    while (text.length < 5000) {
        lka_text_string(&text, "1,2\n");
    }
    lka_text_string(&text, _i == 0 ? "1\n" : "1,2\n");
    struct lka_source *source = open_with(write_bytes("t.csv", text.bytes, text.length),
                                          (struct lka_source_options){.read_size = 1000});
    struct timespec past[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path_of("t.csv"), past, 0), 0);
    if (_i == 0) {
        ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed while it was read"));
    } else {
        struct lka_rows rows;
        struct lka_error problem = {.code = LKA_DATA, .message = "a bad number"};
        select_columns(source);
        ck_assert_int_eq(lka_rows_init(&rows, 2, 10, NULL), LKA_OK);
        ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_OK);
        ck_assert_int_eq(lka_source_reject(source, &rows, 0, &problem, &error), LKA_DATA);
        ck_assert_ptr_nonnull(strstr(error.message, "changed while it was read"));
        lka_rows_release(&rows);
    }
    lka_source_close(source);
    lka_text_release(&text);
}
END_TEST

START_TEST(compressed_files_read_as_plain_ones)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,\"x");
    compress_more(&bytes, gzip, "\ny\"\n");
    compress_more(&bytes, gzip, "");
    struct lka_source *source = open_with(write_bytes(names[gzip], bytes.bytes, bytes.length),
                                          (struct lka_source_options){.separator = ',', .read_size = 5});
    ck_assert_str_eq(transcript_of(source), "1|x\ny\n.");
    char packed[33];
    lka_source_digest(source, packed);
    ck_assert_uint_eq(lka_source_counts(source).bytes, bytes.length);
    ck_assert_uint_eq(lka_source_counts(source).total_bytes, bytes.length);
    lka_source_close(source);

    source = open_path(write_file("t.csv", "a,b\n1,\"x\ny\"\n"));
    transcript_of(source);
    char plain[33];
    lka_source_digest(source, plain);
    ck_assert_str_eq(packed, plain);
    lka_source_close(source);
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

/* Every way to cut it short. */
START_TEST(a_truncated_stream_is_an_error)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,2\n");
    for (size_t length = 1; length < bytes.length; length++) {
        struct lka_source *source = open_path(write_bytes(names[gzip], bytes.bytes, length));
        if (source) {
            const char *end = strchr(transcript_of(source), ':');
            ck_assert_ptr_nonnull(end);
            lka_source_close(source);
        }
    }
    ck_assert_ptr_null(open_path(write_bytes(names[gzip], bytes.bytes, 5)));
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_ptr_nonnull(
        strstr(error.message, gzip ? "the gzip stream ends in the middle" : "the zstd stream ends in the middle"));
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

START_TEST(a_damaged_stream_is_an_error)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,2\n");
    bytes.bytes[bytes.length - 6] ^= 0x55;
    struct lka_source *source = open_path(write_bytes(names[gzip], bytes.bytes, bytes.length));
    if (source) {
        ck_assert_ptr_nonnull(strstr(transcript_of(source), "stream is damaged"));
        lka_source_close(source);
    } else {
        ck_assert_ptr_nonnull(strstr(error.message, "stream is damaged"));
    }
    ck_assert_ptr_null(open_path(write_file(names[gzip], "a,b\n1,2\n")));
    ck_assert_ptr_nonnull(strstr(error.message, "stream is damaged"));
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

/* ---- files ------------------------------------------------------------------------------------ */

START_TEST(several_files_are_one_table)
{
    const char *paths[] = {write_file("1.csv", "a,b\n1,2\n3,4\n"), write_file("2.csv", "a;b\n"),
                           write_file("3.csv", "a;b\n5;6\n")};
    struct lka_source *source = open_files(&(struct lka_source_options){0}, paths, 3);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 2, 100, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert_str_eq(rows.file, paths[0]);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_uint_eq(rows.first, 2);
    ck_assert_uint_eq(rows.file_index, 2);
    ck_assert_uint_eq(rows.lines[0], 2);
    ck_assert_str_eq(lka_source_file(source, rows.file_index), paths[2]);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 0);
    ck_assert_uint_eq(lka_source_counts(source).rows, 3);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(a_glob_stands_for_its_files_in_order)
{
    write_file("other.csv", "x\n");
    for (int i = 0; i < 10; i++) {
        char name[16];
        char text[16];
        snprintf(name, sizeof name, "b%d.csv", 7 * i % 10);
        snprintf(text, sizeof text, "a\n%d\n", 7 * i % 10);
        write_file(name, text);
    }
    struct lka_source *source = open_path(path_of("b*.csv"));
    ck_assert_str_eq(lka_source_name(source), path_of("b0.csv"));
    ck_assert_str_eq(transcript_of(source), "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n.");
    lka_source_close(source);
}
END_TEST

START_TEST(a_file_may_be_called_like_a_glob)
{
    write_file("a1.csv", "a\n1\n");
    struct lka_source *source = open_path(write_file("a[1].csv", "a\n2\n"));
    ck_assert_str_eq(transcript_of(source), "2\n.");
    lka_source_close(source);
}
END_TEST

static const struct {
    const char *second;
    const char *message;
} other_headers[] = {
    {"a,c\n1,2\n", "column \"c\" where %s has \"b\"; all files must have the same header"},
    {"a\n1\n", "1 columns where %s has 2: \"b\" is missing; all files must have the same header"},
    {"a,b,c\n1\n", "3 columns where %s has 2: \"c\" is new; all files must have the same header"},
};

START_TEST(another_header_is_an_error)
{
    const char *paths[] = {write_file("1.csv", "a,b\n"), write_file("2.csv", other_headers[_i].second)};
    struct lka_source *source = open_files(&(struct lka_source_options){0}, paths, 2);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 2, 10, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_DATA);
    char expected[512];
    const char *message = other_headers[_i].message;
    const char *cut = strstr(message, "%s");
    snprintf(expected, sizeof expected, "%.*s%s%s", (int)(cut - message), message, paths[0], cut + 2);
    ck_assert_str_eq(error.message, expected);
    ck_assert_str_eq(error.file, paths[1]);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

static void check_cannot_open(const char *path, const char *message)
{
    ck_assert_ptr_null(open_path(path));
    ck_assert_int_eq(error.code, LKA_USAGE);
    ck_assert_str_eq(error.file, path);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
}

START_TEST(files_that_cannot_be_opened)
{
    check_cannot_open(path_of("missing.csv"), "cannot open: No such file or directory");
    check_cannot_open(path_of("none*.csv"), "no file matches this pattern");
    check_cannot_open(folder, "is a directory");
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, NULL, 0));
    ck_assert_int_eq(error.code, LKA_USAGE);
    const char *paths[] = {write_file("1.csv", "a\n"), path_of("missing.csv")};
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, paths, 2));
    ck_assert_int_eq(error.code, LKA_USAGE);
    if (geteuid() != 0) {
        chmod(write_file("secret.csv", "a\n"), 0);
        check_cannot_open(path_of("secret.csv"), "Permission denied");
    }
}
END_TEST

/* ---- reading twice ---------------------------------------------------------------------------- */

START_TEST(a_file_is_read_again_from_its_first_row)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n3,4\n"));
    for (int pass = 0; pass < 3; pass++) {
        ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
        ck_assert_uint_eq(lka_source_counts(source).rows, 2);
        ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    }
    lka_source_close(source);
}
END_TEST

START_TEST(a_file_that_changes_in_between_is_an_error)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n"));
    transcript_of(source);
    write_file("t.csv", "a,b\n1,3\n");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed between the first and the second reading"));
    lka_source_close(source);
}
END_TEST

/* Puts a pipe that holds the text in the place of stdin. Tests run in processes of their own. */
static void feed_stdin(const char *text)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
}

START_TEST(stdin_is_read_once)
{
    feed_stdin("a,b\n1,2\n");
    struct lka_source *source = open_path("-");
    ck_assert_str_eq(lka_source_name(source), "stdin");
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    ck_assert_int_eq(lka_source_rewind(source, &error), LKA_USAGE);
    lka_source_close(source);
    const char *twice[] = {"-", "-"};
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, twice, 2));
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

START_TEST(stdin_is_spooled_to_be_read_twice)
{
    feed_stdin("a,b\n1,2\n3,4\n");
    struct lka_source *source = open_with(
        "-",
        (struct lka_source_options){.separator = ',', .twice = true, .temporary_directory = folder, .read_size = 4});
    if (_i == 0) { /* else: back before the end was reached */
        ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    }
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    ck_assert_uint_eq(entries_of(folder), 0);
    lka_source_close(source);
}
END_TEST

START_TEST(a_named_pipe_is_spooled_as_well)
{
    const char *path = path_of("pipe");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    if (fork() == 0) {
        write_file("pipe", "a,b\n1,2\n");
        _exit(0);
    }
    struct lka_source *source = open_with(path, (struct lka_source_options){.twice = true});
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    lka_source_close(source);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_file_that_changes_while_it_is_read_is_an_error, 0, 3);
    tcase_add_loop_test(tests, a_file_that_changes_is_told_before_its_broken_rows, 0, 2);
    tcase_add_loop_test(tests, compressed_files_read_as_plain_ones, 0, 4);
    tcase_add_loop_test(tests, a_truncated_stream_is_an_error, 0, 4);
    tcase_add_loop_test(tests, a_damaged_stream_is_an_error, 0, 4);
    tcase_add_test(tests, several_files_are_one_table);
    tcase_add_test(tests, a_glob_stands_for_its_files_in_order);
    tcase_add_test(tests, a_file_may_be_called_like_a_glob);
    tcase_add_loop_test(tests, another_header_is_an_error, 0, 3);
    tcase_add_test(tests, files_that_cannot_be_opened);
    tcase_add_test(tests, a_file_is_read_again_from_its_first_row);
    tcase_add_test(tests, a_file_that_changes_in_between_is_an_error);
    tcase_add_test(tests, stdin_is_read_once);
    tcase_add_loop_test(tests, stdin_is_spooled_to_be_read_twice, 0, 2);
    tcase_add_test(tests, a_named_pipe_is_spooled_as_well);
}

int main(void)
{
    return run_by_both_readers("source files", add_tests);
}
