/* Bad rows that are left out and told; misuse; memory that runs out. */
#include "source_by_hand.h"

/* ---- bad rows --------------------------------------------------------------------------------- */

static const char dirty[] = "id,city\n"
                            "1,Paris\n"
                            "2,Lyon,3\n"
                            "3,\"Nan\"cy\n"
                            "4,Li\xFFlle\n"
                            "5,\"Brest\n"
                            "6,Metz\n"
                            "7,\"Nice\"\n"
                            "\n"
                            "9,Pau\n";

static struct lka_source_options tolerant(uint64_t rows)
{
    return (struct lka_source_options){.max_bad_rows = rows, .rejected = path_of("out.rejected.csv")};
}

static const char rejected_rows[] =
    "line,reason,row\n"
    "3,\"row has 3 fields, the header has 2; quote a field that contains the separator\",\"2,Lyon,3\"\n"
    "4,\"text after the closing quote of field \"\"city\"\"; double a quote that belongs to the text\","
    "\"3,\"\"Nan\"\"cy\"\n"
    "5,\"field \"\"city\"\" is not UTF-8; save the file as UTF-8\",\"4,Li\xFFlle\"\n"
    "6,\"text after the closing quote of field \"\"city\"\"; double a quote that belongs to the "
    "text\",\"5,\"\"Brest\"\n"
    "9,\"empty line; the header has 2 fields, and so must every row\",\n";

START_TEST(bad_rows_are_left_out_and_told)
{
    struct lka_source_options options = tolerant(5);
    options.read_size = (size_t)_i;
    options.separator = ',';
    ck_assert_str_eq(read_with(dirty, options), "1|Paris\n6|Metz\n7|Nice\n9|Pau\n.");
    ck_assert_str_eq(read_file(options.rejected), rejected_rows);
    ck_assert_uint_eq(mode_of(options.rejected), 0600);
    ck_assert_uint_eq(entries_of(folder), 2);
}
END_TEST

START_TEST(one_bad_row_too_many_stops)
{
    ck_assert_str_eq(read_with(dirty, tolerant(2)), "1|Paris\n5:2 utf-8");
    ck_assert_ptr_nonnull(strstr(read_file(path_of("out.rejected.csv")), "\"2,Lyon,3\""));
}
END_TEST

START_TEST(without_a_file_for_them_no_bad_row_is_left_out)
{
    struct lka_source_options options = {.max_bad_rows = 10};
    ck_assert_str_eq(read_with(dirty, options), "1|Paris\n3:3 ragged");
}
END_TEST

START_TEST(an_unclosed_quote_costs_its_own_line_only)
{
    ck_assert_str_eq(read_with("a,b\n1,\"x\n2,y\n3,z\n", tolerant(1)), "2|y\n3|z\n.");
    ck_assert_str_eq(read_with("a,b\n1,\"x", tolerant(1)), ".");
    struct lka_source_options options = tolerant(1);
    options.max_field = 8;
    options.read_size = 3;
    options.separator = ',';
    ck_assert_str_eq(read_with("a,b\n1,\"x\n2,y\n3,z\n4,z\n", options), "2|y\n3|z\n4|z\n.");
}
END_TEST

START_TEST(rows_carry_their_raw_text_where_they_can_be_rejected)
{
    struct lka_source *source = open_with(write_file("t.csv", "a,b\n1,\"x\ny\"\r\n2,z\n"), tolerant(1));
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 0, 10, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert(lka_span_equal(rows.raw[0], LKA_SPAN("1,\"x\ny\"")));
    ck_assert(lka_span_equal(rows.raw[1], LKA_SPAN("2,z")));
    ck_assert_uint_eq(rows.lines[1], 4);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(the_user_of_a_row_rejects_it_too)
{
    struct lka_source *source = open_with(write_file("t.csv", "a\n1\n2\n1,5\n4\n"), tolerant(2));
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 1, 10, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 3);
    struct lka_error problem = {0};
    lka_fail_at(&problem, LKA_DATA, "t.csv", 3, 1, "two, which is bad");
    ck_assert_int_eq(lka_source_reject(source, &rows, 1, &problem, &error), LKA_OK);
    ck_assert_int_eq(lka_source_reject(source, &rows, 0, &problem, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "two, which is bad (bad rows left out before this one: 2,"));
    ck_assert_uint_eq(lka_source_counts(source).rejected, 2);
    lka_rows_release(&rows);

    /* Those that were left out stay out, and are not counted again. */
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1\n4\n.");
    ck_assert_uint_eq(lka_source_counts(source).rejected, 2);
    ck_assert_int_eq(lka_source_finish(source, &error), LKA_OK);
    ck_assert_str_eq(read_file(path_of("out.rejected.csv")),
                     "line,reason,row\n"
                     "4,\"row has 2 fields, the header has 1; quote a field that contains the separator\",\"1,5\"\n"
                     "3,\"two, which is bad\",2\n");
    lka_source_close(source);
}
END_TEST

START_TEST(with_several_files_the_reason_names_the_file)
{
    const char *paths[] = {write_file("1.csv", "a,b\n1,2\n"), write_file("2.csv", "a,b\n1\n")};
    struct lka_source_options options = tolerant(1);
    struct lka_source *source = open_files(&options, paths, 2);
    transcript_of(source);
    lka_source_close(source);
    char expected[600];
    snprintf(expected, sizeof expected,
             "line,reason,row\n2,\"%s: row has 1 fields, the header has 2; field \"\"b\"\" is missing\",1\n", paths[1]);
    ck_assert_str_eq(read_file(options.rejected), expected);
}
END_TEST

START_TEST(the_rejected_file_of_an_earlier_run_goes)
{
    struct lka_source_options options = tolerant(1);
    read_with("a,b\n1\n", options);
    ck_assert(exists(options.rejected));
    read_with("a,b\n1,2\n", options);
    ck_assert(!exists(options.rejected));
    write_file("out.rejected.csv", "somebody else's\n");
    read_with("a,b\n1,2\n", options);
    ck_assert_str_eq(read_file(options.rejected), "somebody else's\n");
}
END_TEST

/* ---- misuse, memory --------------------------------------------------------------------------- */

START_TEST(misuse_is_an_error)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n1\n"));
    size_t column = 2;
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_USAGE);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 1, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_USAGE);
    column = 1;
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_USAGE);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_DATA);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_USAGE);
    char digest[33];
    lka_source_digest(source, digest);
    ck_assert_str_eq(digest, "");
    lka_rows_release(&rows);
    lka_source_close(source);
    lka_source_close(NULL);
}
END_TEST

/* The whole life of a source, with bad rows, two passes and compression. */
static lka_status live(const char *path, const struct lka_source_options *options, struct lka_error *failure)
{
    struct lka_source *source;
    LKA_TRY(lka_source_open(&path, 1, options, &source, failure));
    struct lka_rows rows = {0};
    lka_status status = select_all(source, failure);
    for (int pass = 0; pass < 2 && status == LKA_OK; pass++) {
        status = lka_rows_init(&rows, lka_source_schema(source)->count, 2, failure);
        do {
            status = status == LKA_OK ? lka_source_next(source, &rows, failure) : status;
        } while (status == LKA_OK && rows.count > 0);
        lka_rows_release(&rows);
        status = status == LKA_OK ? lka_source_rewind(source, failure) : status;
        status = status == LKA_OK ? select_all(source, failure) : status;
    }
    status = status == LKA_OK ? lka_source_finish(source, failure) : status;
    lka_source_close(source);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    struct lka_text bytes = {0};
    compress_more(&bytes, true, dirty);
    const char *path = write_bytes("t.csv.gz", bytes.bytes, bytes.length);
    struct lka_source_options options = tolerant(9);
    options.read_size = 16;
    options.separator = ',';
    options.reader = reader;
    struct ledger ledger;
    ledger_install(&ledger);
    size_t done = 0;
    for (size_t k = 1; k <= 300; k++) {
        ledger_fail(&ledger, k);
        struct lka_error failure = {0};
        lka_status status = live(path, &options, &failure);
        ck_assert_uint_eq(ledger.alive, 0);
        /* libcsv tries again with half the size, and then the work goes on. */
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, failure.message);
        ck_assert(status == LKA_OK || failure.code == LKA_MEMORY);
        done += status == LKA_OK && ledger.calls < k;
    }
    ck_assert_uint_gt(done, 0); /* all of them were reached */
    lka_set_allocator(NULL);
    lka_text_release(&bytes);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, bad_rows_are_left_out_and_told, 1, 70);
    tcase_add_test(tests, one_bad_row_too_many_stops);
    tcase_add_test(tests, without_a_file_for_them_no_bad_row_is_left_out);
    tcase_add_test(tests, an_unclosed_quote_costs_its_own_line_only);
    tcase_add_test(tests, rows_carry_their_raw_text_where_they_can_be_rejected);
    tcase_add_test(tests, the_user_of_a_row_rejects_it_too);
    tcase_add_test(tests, with_several_files_the_reason_names_the_file);
    tcase_add_test(tests, the_rejected_file_of_an_earlier_run_goes);
    tcase_add_test(tests, misuse_is_an_error);
    tcase_add_test(tests, every_allocation_may_fail);
}

int main(void)
{
    return run_by_both_readers("source rejected", add_tests);
}
