/* A rule between a source and its reader: which rows come through, whatever is selected and however they are blocked. */
#include "source/source.h"

#include "files_by_hand.h"
#include "run_suite.h"

static struct lka_error error;
static struct lka_source *source;

static void open_two_files(void)
{
    const char *paths[] = {write_file("a.csv", "id,age,city\n1,30,A\n2,9,B\n3,,A\n4,41,B\n"),
                           write_file("b.csv", "id,age,city\n5,8,A\n6,x\n7,50,\"C, D\"\n")};
    struct lka_source_options options = {.max_bad_rows = 1, .rejected = path_of("rejected.csv"), .twice = true};
    ck_assert_int_eq(lka_source_open(paths, 2, &options, &source, &error), LKA_OK);
}

static lka_status filter(const char *rule)
{
    return lka_source_filter(source, rule, lka_source_schema(source), NULL, &error);
}

/* "1 A|4 B|" for the columns id and city, in blocks of so many rows. */
static const char *read_all(size_t block)
{
    static char text[256];
    struct lka_rows rows;
    text[0] = '\0';
    ck_assert_int_eq(lka_source_select(source, (size_t[]){0, 2}, 2, &error), LKA_OK);
    ck_assert_int_eq(lka_rows_init(&rows, 2, block, &error), LKA_OK);
    do {
        ck_assert_msg(lka_source_next(source, &rows, &error) == LKA_OK, "%s", error.message);
        for (size_t row = 0; row < rows.count; row++) {
            struct lka_span id = lka_cell(&rows, 0, row);
            struct lka_span city = lka_cell(&rows, 1, row);
            size_t at = strlen(text);
            snprintf(text + at, sizeof text - at, "%.*s %.*s %llu|", (int)id.length, id.text, (int)city.length,
                     city.text, (unsigned long long)rows.lines[row]);
        }
    } while (rows.count > 0);
    lka_rows_release(&rows);
    return text;
}

START_TEST(rows_that_meet_the_rule_come_through)
{
    open_two_files();
    ck_assert_int_eq(filter("age > 10"), LKA_OK);
    for (size_t block = 1; block < 6; block++) {
        ck_assert_str_eq(read_all(block), "1 A 2|4 B 5|7 C, D 4|");
        struct lka_source_counts counts = lka_source_counts(source);
        ck_assert_uint_eq(counts.rows, 3);
        ck_assert_uint_eq(counts.left_out, 3);
        ck_assert_uint_eq(counts.rejected, 1);
        ck_assert_int_eq(lka_source_rewind(source, &error), LKA_OK);
    }
    lka_source_close(source);
}
END_TEST

START_TEST(a_rule_may_come_with_the_second_pass)
{
    open_two_files();
    ck_assert_str_eq(read_all(4), "1 A 2|2 B 3|3 A 4|4 B 5|5 A 2|7 C, D 4|");
    ck_assert_int_eq(filter("city = 'A'"), LKA_USAGE);
    ck_assert_int_eq(lka_source_rewind(source, &error), LKA_OK);
    ck_assert_int_eq(filter("city = 'A'"), LKA_OK);
    ck_assert_str_eq(read_all(4), "1 A 2|3 A 4|5 A 2|");
    ck_assert_int_eq(lka_source_rewind(source, &error), LKA_OK);
    ck_assert_int_eq(filter("city = 'nowhere'"), LKA_OK);
    ck_assert_str_eq(read_all(4), "");
    ck_assert_uint_eq(lka_source_counts(source).left_out, 6);
    lka_source_close(source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *rules = tcase_create("rules");
    tcase_add_checked_fixture(rules, make_folder, remove_folder);
    tcase_add_test(rules, rows_that_meet_the_rule_come_through);
    tcase_add_test(rules, a_rule_may_come_with_the_second_pass);
    suite_add_tcase(suite, rules);
    return run_suite(suite);
}
