/* Whether a stage is run again hangs on the fingerprint of its inputs. */
#include "project/fingerprint.h"

#include "files_by_hand.h"
#include "run_suite.h"

static char before[33];
static char after[33];

static void take(char hex[33])
{
    ck_assert_int_eq(lka_fingerprint_path(path_of("input"), NULL, hex, NULL), LKA_OK);
}

static void make_input(void)
{
    make_folder();
    ck_assert_int_eq(mkdir(path_of("input"), 0700), 0);
    ck_assert_int_eq(mkdir(path_of("input/below"), 0700), 0);
    write_file("input/a.csv", "id\n1\n");
    write_file("input/below/b.csv", "id\n2\n");
    take(before);
}

START_TEST(what_is_the_same_has_the_same)
{
    write_file("input/a.csv", "id\n1\n");
    take(after);
    ck_assert_str_eq(before, after);
    ck_assert_uint_eq(strlen(after), 32);
}
END_TEST

START_TEST(bytes_count_however_deep_they_lie)
{
    write_file("input/below/b.csv", "id\n3\n");
    take(after);
    ck_assert_str_ne(before, after);
}
END_TEST

START_TEST(names_count)
{
    ck_assert_int_eq(rename(path_of("input/a.csv"), path_of("input/c.csv")), 0);
    ck_assert_int_eq(rename(path_of("input/below"), path_of("input/d")), 0);
    take(after);
    ck_assert_str_ne(before, after);
    ck_assert_int_eq(rename(path_of("input/c.csv"), path_of("input/a.csv")), 0);
    take(after);
    ck_assert_str_ne(before, after);
}
END_TEST

START_TEST(how_a_run_went_does_not_count)
{
    write_file("input/below/score.run.json", "{\"seconds\": 2}");
    take(after);
    ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(where_it_lies_does_not_count)
{
    ck_assert_int_eq(rename(path_of("input"), path_of("elsewhere")), 0);
    take(after);
    ck_assert_str_eq(after, ""); /* nothing is there */
    ck_assert_int_eq(lka_fingerprint_path(path_of("elsewhere"), NULL, after, NULL), LKA_OK);
    ck_assert_str_eq(before, after);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fingerprint");
    TCase *tests = tcase_create("path");
    tcase_add_checked_fixture(tests, make_input, remove_folder);
    tcase_add_test(tests, what_is_the_same_has_the_same);
    tcase_add_test(tests, bytes_count_however_deep_they_lie);
    tcase_add_test(tests, names_count);
    tcase_add_test(tests, how_a_run_went_does_not_count);
    tcase_add_test(tests, where_it_lies_does_not_count);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
