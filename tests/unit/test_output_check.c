/* What can be known of outputs before the work: whether they can be written, and whether two are one. */
#include "source/output.h"

#include "files_by_hand.h"
#include "run_suite.h"

static struct lka_error error;

START_TEST(what_can_be_written_is_known_before)
{
    const char *path = write_file("out.csv", "old");
    ck_assert_int_eq(lka_output_check(path, &error), LKA_OK);
    ck_assert_int_eq(lka_output_check(path_of("new.csv"), &error), LKA_OK);
    ck_assert_int_eq(lka_output_check("-", &error), LKA_OK);
    ck_assert_int_eq(lka_output_check("/dev/full", &error), LKA_OK);
    ck_assert_int_eq(lka_output_check(folder, &error), LKA_USAGE);
    ck_assert_int_eq(lka_output_check(path_of("missing/out.csv"), &error), LKA_USAGE);
    ck_assert_str_eq(read_file(path), "old");
    ck_assert_int_eq(access(path_of("new.csv"), F_OK), -1);
}
END_TEST

START_TEST(two_names_of_one_file_are_the_same)
{
    const char *path = write_file("out.csv", "");
    const char *other = path_of("other.csv");
    ck_assert(lka_output_same(path, path));
    ck_assert(lka_output_same(path, path_of("./out.csv")));
    ck_assert(!lka_output_same(path, other)); /* that is not there */
    ck_assert_int_eq(link(path, other), 0);
    ck_assert(lka_output_same(path, other));
    ck_assert(lka_output_same(path_of("new"), path_of("./new")));
    ck_assert(!lka_output_same(path_of("new"), path_of("newer")));
    ck_assert(!lka_output_same(path_of("new"), "/new"));
    ck_assert(lka_output_same("-", "-"));
    ck_assert(!lka_output_same("-", path));
    ck_assert(!lka_output_same("/dev/null", "/dev/null"));
}
END_TEST

START_TEST(what_is_ready_needs_no_disk_any_more)
{
    struct lka_output *output;
    ck_assert_int_eq(lka_output_open("/dev/full", false, &output, &error), LKA_OK);
    ck_assert_int_eq(lka_output_write(output, "new", 3, &error), LKA_OK);
    ck_assert_int_eq(lka_output_ready(output, &error), LKA_IO);
    lka_output_abandon(output);
    const char *path = path_of("out.csv");
    ck_assert_int_eq(lka_output_open(path, false, &output, &error), LKA_OK);
    ck_assert_int_eq(lka_output_write(output, "new", 3, &error), LKA_OK);
    ck_assert_int_eq(lka_output_ready(output, &error), LKA_OK);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(lka_output_commit(output, &error), LKA_OK);
    ck_assert_str_eq(read_file(path), "new");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output, before the work");
    TCase *tests = tcase_create("output, before the work");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, what_can_be_written_is_known_before);
    tcase_add_test(tests, two_names_of_one_file_are_the_same);
    tcase_add_test(tests, what_is_ready_needs_no_disk_any_more);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
