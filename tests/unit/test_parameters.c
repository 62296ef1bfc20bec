/* Parameter tables: values from text, what is refused and how it is said, values out again. */
#include "base/memory.h"
#include "base/parameters.h"

#include "run_suite.h"

#include <stdlib.h>
#include <string.h>

#define THINGS(X)                                                                          \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL, "", false)                        \
    X(INTEGER, folds, "folds", "5", 2, 20, NULL, "K", "", false)                           \
    X(NUMBER, rate, "rate", "0.5", 0, 1, NULL, "R", "", false)                             \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "FILE", "", true)                                \
    X(LIST, keep, "keep", NULL, 0, 0, NULL, "COL", "", false)                              \
    X(CHOICE, family, "family", "auto", 0, 0, "auto|centroid|logistic", "NAME", "", false) \
    X(AMOUNT, top, "top", "1%", 0, 0, NULL, "SHARE|N", "", false)

LKA_PARAMS_STRUCT(things, THINGS);
#define LKA_PARAM_OWNER struct things
LKA_PARAMS_TABLE(things_table, "things", THINGS);

static struct lka_options *options;
static const struct things *values;
static struct lka_error error;

static void setup(void)
{
    ck_assert_int_eq(lka_options_new(&things_table, &options, &error), LKA_OK);
    values = lka_options_values(options);
}

static void teardown(void)
{
    lka_options_free(options);
}

static void set(const char *key, const char *value)
{
    ck_assert_msg(lka_options_set(options, key, value, &error) == LKA_OK, "%s", error.message);
}

static void refuses(const char *key, const char *value, const char *message)
{
    ck_assert_int_eq(lka_options_set(options, key, value, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, message);
}

START_TEST(defaults_are_in_place)
{
    ck_assert(!values->strict);
    ck_assert_int_eq(values->folds, 5);
    ck_assert_double_eq(values->rate, .5);
    ck_assert_ptr_null(values->out);
    ck_assert_uint_eq(values->keep.count, 0);
    ck_assert_int_eq(values->family, 0);
    ck_assert_double_eq(values->top.share, .01);
    ck_assert(!lka_options_given(options, "folds"));
}
END_TEST

START_TEST(values_come_from_text)
{
    set("strict", "yes");
    set("folds", "20");
    set("rate", "1");
    set("out", "first.csv");
    set("out", "second.csv");
    set("family", "logistic");
    ck_assert(values->strict);
    ck_assert_int_eq(values->folds, 20);
    ck_assert_double_eq(values->rate, 1);
    ck_assert_str_eq(values->out, "second.csv");
    ck_assert_int_eq(values->family, 2);
    ck_assert(lka_options_given(options, "folds"));
}
END_TEST

START_TEST(a_list_grows)
{
    set("keep", "city");
    set("keep", "");
    ck_assert_uint_eq(values->keep.count, 2);
    ck_assert_str_eq(values->keep.items[0], "city");
    ck_assert_str_eq(values->keep.items[1], "");
}
END_TEST

START_TEST(amounts_are_shares_or_counts)
{
    set("top", "5000");
    ck_assert_double_eq(values->top.share, 0);
    ck_assert_uint_eq(values->top.count, 5000);
    set("top", ".25");
    ck_assert_double_eq(values->top.share, .25);
    set("top", "100%");
    ck_assert_double_eq(values->top.share, 1);
    const char *bad[] = {"0", "0%", "101%", "1.5", "-3", "2e400", "", "%", "1 %", "nan", "1,5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(lka_options_set(options, "top", bad[i], &error) == LKA_USAGE, "%s passed", bad[i]);
    }
    ck_assert_double_eq(values->top.share, 1);
}
END_TEST

START_TEST(shares_are_rounded_up_and_at_least_one)
{
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){.01, 0}, 5700), 57);
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){.01, 0}, 5701), 58);
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){.01, 0}, 3), 1);
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){0, 10}, 3), 3);
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){1, 0}, 5648), 5648);
    ck_assert_uint_eq(lka_amount_of((struct lka_amount){.01, 0}, 0), 0);
}
END_TEST

START_TEST(what_is_not_allowed_says_what_is)
{
    refuses("folds", "1", "--folds: \"1\" is not allowed; allowed: whole numbers from 2 to 20");
    refuses("folds", "five", "--folds: \"five\" is not allowed; allowed: whole numbers from 2 to 20");
    refuses("folds", "99999999999999999999",
            "--folds: \"99999999999999999999\" is not allowed; allowed: whole numbers from 2 to 20");
    refuses("rate", "nan", "--rate: \"nan\" is not allowed; allowed: numbers from 0 to 1");
    refuses("strict", "maybe", "--strict: \"maybe\" is not allowed; allowed: true, false, yes, no");
    refuses("family", "log", "--family: \"log\" is not allowed; allowed: auto|centroid|logistic");
    refuses("family", "", "--family: \"\" is not allowed; allowed: auto|centroid|logistic");
    ck_assert_int_eq(values->folds, 5);
    ck_assert(!lka_options_given(options, "folds"));
}
END_TEST

START_TEST(an_unknown_key_names_the_nearest)
{
    refuses("fold", "3", "things has no parameter \"fold\"; did you mean \"folds\"?");
    refuses("completely-else", "3", "things has no parameter \"completely-else\"");
}
END_TEST

START_TEST(required_ones_are_named)
{
    ck_assert_int_eq(lka_options_check(options, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "things needs --out FILE");
    set("out", "x");
    ck_assert_int_eq(lka_options_check(options, &error), LKA_OK);
}
END_TEST

START_TEST(json_holds_every_value)
{
    set("keep", "city");
    json_t *json = lka_options_json(options);
    char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    ck_assert_str_eq(text, "{\"strict\":false,\"folds\":5,\"rate\":0.5,\"out\":null,\"keep\":[\"city\"],"
                           "\"family\":\"auto\",\"top\":\"1%\"}");
    free(text);
    json_decref(json);
}
END_TEST

START_TEST(a_copy_takes_what_was_given_only)
{
    struct lka_options *other;
    ck_assert_int_eq(lka_options_new(&things_table, &other, &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(other, "folds", "7", &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(other, "rate", "0.25", &error), LKA_OK);
    set("folds", "9");
    set("keep", "city");
    set("out", "x");
    ck_assert_int_eq(lka_options_copy(other, options, &error), LKA_OK);
    const struct things *copied = lka_options_values(other);
    ck_assert_int_eq(copied->folds, 9);
    ck_assert_double_eq(copied->rate, .25);
    ck_assert_str_eq(copied->out, "x");
    ck_assert_str_eq(copied->keep.items[0], "city");
    lka_options_free(other);
}
END_TEST

/* ---- names that somebody may have meant -------------------------------------------------------- */

START_TEST(nearest_is_within_a_third)
{
    const char *names[] = {"seeds", "pool", "explore"};
    ck_assert_str_eq(lka_nearest("seed", names, 3), "seeds");
    ck_assert_str_eq(lka_nearest("exlpore", names, 3), "explore");
    ck_assert_ptr_null(lka_nearest("zzz", names, 3));
    ck_assert_ptr_null(lka_nearest("seeds", names, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parameters");
    TCase *tests = tcase_create("values");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, defaults_are_in_place);
    tcase_add_test(tests, values_come_from_text);
    tcase_add_test(tests, a_list_grows);
    tcase_add_test(tests, amounts_are_shares_or_counts);
    tcase_add_test(tests, shares_are_rounded_up_and_at_least_one);
    tcase_add_test(tests, what_is_not_allowed_says_what_is);
    tcase_add_test(tests, an_unknown_key_names_the_nearest);
    tcase_add_test(tests, required_ones_are_named);
    tcase_add_test(tests, json_holds_every_value);
    tcase_add_test(tests, a_copy_takes_what_was_given_only);
    tcase_add_test(tests, nearest_is_within_a_third);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
