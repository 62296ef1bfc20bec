/* Files that are read whole. */
#include "base/error.h"
#include "base/small_file.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <stdlib.h>

static lka_status take(const char *path, size_t most, struct lka_text *text, struct lka_error *error)
{
    *text = (struct lka_text){0};
    return lka_small_file_read(path, "a plan", most, text, error);
}

START_TEST(all_bytes_are_read_up_to_the_most)
{
    struct lka_text text;
    struct lka_error error = {0};
    write_file("small", "abc\ndef");
    ck_assert_int_eq(take(path_of("small"), 7, &text, &error), LKA_OK);
    ck_assert_str_eq(text.bytes, "abc\ndef");
    lka_text_release(&text);
    ck_assert_int_eq(take(path_of("small"), 6, &text, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "is larger than a plan may be (6 bytes)");
    lka_text_release(&text);
}
END_TEST

START_TEST(what_is_no_file_is_told)
{
    struct lka_text text;
    struct lka_error error = {0};
    ck_assert_int_eq(take(path_of("nothing"), 6, &text, &error), LKA_USAGE);
    ck_assert_int_eq(take(path_of(""), 6, &text, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "is a directory; a plan is a file");
    lka_text_release(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("small file");
    TCase *tests = tcase_create("small file");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, all_bytes_are_read_up_to_the_most);
    tcase_add_test(tests, what_is_no_file_is_told);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
