/* Learning a feature plan: what is left out and why, numbers, types. */
#include "plan_by_hand.h"
#include "run_suite.h"

#include <math.h>

static struct table table;

static void teardown(void)
{
    table_release(&table);
}

/* ---- what is left out, and why ----------------------------------------------------------------- */

START_TEST(roles_that_are_no_features_are_left_out)
{
    struct lka_column schema[] = {column_as("id", LKA_ROLE_ID, NULL), column_as("zip", LKA_ROLE_POSTCODE, NULL),
                                  column_as("sex", LKA_ROLE_PROTECTED, NULL), column_as("c", LKA_ROLE_CONSENT, NULL),
                                  feature("kept")};
    table_init(&table, 10, 40, 5, schema);
    put_many(&table.pool, 4, 0, 20, "red");
    put_many(&table.pool, 4, 20, 20, "blue");
    table_encode(&table);
    ck_assert_uint_eq(lka_plan_column_count(table.plan), 1);
    ck_assert_str_eq(lka_plan_column_name(table.plan, 0), "kept");
    ck_assert_str_eq(reason_of(&table, "id"), "its role is id");
    ck_assert_str_eq(reason_of(&table, "zip"), "its role is postcode");
    ck_assert_str_eq(reason_of(&table, "sex"), "its role is protected");
    ck_assert_str_eq(reason_of(&table, "c"), "its role is consent");
}
END_TEST

/* Its name says postal code; its values say town and country. Of the others one has a code, and one was said to be it. */
START_TEST(what_has_no_digit_is_no_postal_code)
{
    struct lka_column schema[] = {column_as("zip", LKA_ROLE_POSTCODE, NULL), column_as("plz", LKA_ROLE_POSTCODE, NULL),
                                  column_as("code", LKA_ROLE_POSTCODE, NULL)};
    schema[2].role_given = true;
    table_init(&table, 10, 40, 3, schema);
    for (size_t c = 0; c < 3; c++) {
        put_many(&table.pool, c, 0, 20, "Urban");
        put_many(&table.pool, c, 20, 20, "Rural");
    }
    put(&table.seeds, 1, 3, "K1A 0B1");
    table_encode(&table);
    ck_assert_uint_eq(lka_plan_column_count(table.plan), 1);
    ck_assert_str_eq(lka_plan_column_name(table.plan, 0), "zip");
    ck_assert_str_eq(reason_of(&table, "plz"), "its role is postcode");
    ck_assert_str_eq(reason_of(&table, "code"), "its role is postcode");
}
END_TEST

START_TEST(columns_that_tell_nothing_are_left_out)
{
    struct lka_column schema[] = {feature("empty"),    feature("same"), feature("equal"), feature("day"),
                                  feature("unwanted"), feature("rare"), feature("kept"),  feature("agreed")};
    static char unwanted[] = "unwanted";
    char *excluded[] = {unwanted};
    table_init(&table, 10, 40, 8, schema);
    table.options.exclude = (struct lka_list){excluded, 1};
    for (size_t i = 0; i < 50; i++) {
        struct lka_rows *rows = i < 10 ? &table.seeds : &table.pool;
        size_t row = i < 10 ? i : i - 10;
        put(rows, 1, row, "x");
        put(rows, 2, row, i % 2 ? "1.0" : "1");
        put(rows, 3, row, i % 2 ? "2024-01-01" : "2024-01-01T10:00Z");
        put(rows, 4, row, "%zu", i % 3);
        put(rows, 5, row, "%c%c", (int)('a' + i % 7), 'x');
        put(rows, 6, row, "%zu", i % 5);
        put(rows, 7, row, i % 2 ? "YES" : "yes");
    }
    ck_assert_msg(table_learn(&table) == LKA_OK, "%s", table.error.message);
    ck_assert_str_eq(reason_of(&table, "empty"), "no values");
    ck_assert_str_eq(reason_of(&table, "same"), "every row has the same value");
    ck_assert_str_eq(reason_of(&table, "equal"), "every row has the same value");
    ck_assert_str_eq(reason_of(&table, "day"), "every row has the same value");
    ck_assert_str_eq(reason_of(&table, "agreed"), "every row has the same value");
    ck_assert_str_eq(reason_of(&table, "unwanted"), "excluded by the user");
    ck_assert_str_eq(reason_of(&table, "rare"), "no value is shared by 10 people");
    ck_assert_ptr_null(reason_of(&table, "kept"));
}
END_TEST

START_TEST(a_constant_that_is_sometimes_missing_is_kept)
{
    struct lka_column schema[] = {feature("n"), feature("c")};
    table_init(&table, 10, 40, 2, schema);
    put_many(&table.pool, 0, 0, 20, "7");
    put_many(&table.pool, 1, 0, 20, "x");
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "n")->codes, 2);
    ck_assert(feature_named(&table, "n")->has_missing);
    ck_assert(value_at(&table, "n", 0) == 0 && code_at(&table, "n", 0) == 1);
    ck_assert(value_at(&table, "n", 30) == 0 && code_at(&table, "n", 30) == 0);
    ck_assert(code_at(&table, "c", 0) == 2 && code_at(&table, "c", 30) == 0);
}
END_TEST

START_TEST(columns_unique_to_each_person_are_left_out)
{
    struct lka_column schema[] = {feature("number"), feature("text"), feature("real"), feature("forced"),
                                  feature("half")};
    schema[3].role_given = true;
    table_init(&table, 20, 100, 5, schema);
    for (size_t i = 0; i < 120; i++) {
        struct lka_rows *rows = i < 20 ? &table.seeds : &table.pool;
        size_t row = i < 20 ? i : i - 20;
        put(rows, 0, row, "%zu", 1000 + i);
        put(rows, 1, row, "k%zu", i);
        put(rows, 2, row, "%zu.5", 1000 + i);
        put(rows, 3, row, "%zu", 1000 + i);
        put(rows, 4, row, i < 60 ? "often" : "k%zu", i);
    }
    ck_assert_msg(table_learn(&table) == LKA_OK, "%s", table.error.message);
    ck_assert_str_eq(reason_of(&table, "number"), "looks like an identifier: 120 whole numbers, all different");
    ck_assert_str_eq(reason_of(&table, "text"), "nearly unique: 120 different values in 120 rows");
    ck_assert_str_eq(reason_of(&table, "half"), "nearly unique: 61 different values in 120 rows");
    ck_assert_ptr_null(reason_of(&table, "real"));
    ck_assert_ptr_null(reason_of(&table, "forced"));
}
END_TEST

START_TEST(nothing_left_is_an_error)
{
    struct lka_column schema[] = {column_as("mail", LKA_ROLE_EMAIL, NULL), feature("empty")};
    table_init(&table, 10, 40, 2, schema);
    ck_assert_int_eq(table_learn(&table), LKA_DATA);
    ck_assert_ptr_null(table.plan);
    ck_assert_str_eq(table.error.message, "no column is left to learn from: all 2 are left out (empty: no values)");
}
END_TEST

/* ---- numbers ----------------------------------------------------------------------------------- */

START_TEST(numbers_are_standardised_over_seeds_and_pool)
{
    struct lka_column schema[] = {feature("n")};
    table_init(&table, 20, 20, 1, schema);
    put_many(&table.seeds, 0, 0, 20, "30");
    put_many(&table.pool, 0, 0, 19, "10");
    put(&table.pool, 0, 19, "-10.0");
    table_encode(&table);
    double mean = (20 * 30 + 19 * 10 - 10) / 40.0;
    double deviation = sqrt((20 * pow(30 - mean, 2) + 19 * pow(10 - mean, 2) + pow(-10 - mean, 2)) / 40);
    ck_assert_double_eq_tol(value_at(&table, "n", 0), (10 - mean) / deviation, 1e-12);
    ck_assert_double_eq_tol(value_at(&table, "n", 19), (-10 - mean) / deviation, 1e-12);
}
END_TEST

START_TEST(outliers_are_cut_at_8_deviations)
{
    struct lka_column schema[] = {feature("n")};
    table_init(&table, 0, 1001, 1, schema);
    for (size_t i = 0; i < 1000; i++) {
        put(&table.pool, 0, i, i % 2 ? "1.5" : "2.5");
    }
    put(&table.pool, 0, 1000, "1e300");
    table_encode(&table);
    ck_assert(value_at(&table, "n", 1000) == 8);
    ck_assert(fabs(value_at(&table, "n", 0)) < 8);
    ck_assert_uint_eq(table.problems.count, 0);
}
END_TEST

START_TEST(huge_numbers_do_not_overflow)
{
    struct lka_column schema[] = {feature("n")};
    table_init(&table, 20, 20, 1, schema);
    put_many(&table.seeds, 0, 0, 20, "1.7e308");
    put_many(&table.pool, 0, 0, 20, "-1.7e308");
    table_encode(&table);
    ck_assert_double_eq_tol(value_at(&table, "n", 0), -1, 1e-12);
}
END_TEST

START_TEST(few_distinct_numbers_get_a_bin_each)
{
    struct lka_column schema[] = {feature("n")};
    table_init(&table, 10, 90, 1, schema);
    for (size_t i = 0; i < 90; i++) {
        put(&table.pool, 0, i, "%zu", i % 3 * 2);
    }
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "n")->codes, 4);
    for (size_t i = 0; i < 90; i++) {
        ck_assert_uint_eq(code_at(&table, "n", i), 1 + i % 3);
    }
}
END_TEST

START_TEST(bins_hold_equal_shares_and_at_least_the_floor)
{
    struct lka_column schema[] = {feature("many"), feature("few")};
    table_init(&table, 0, 1000, 2, schema);
    table.options.bins = 4;
    for (size_t i = 0; i < 1000; i++) {
        put(&table.pool, 0, i, "%zu.5", i * 37 % 1000);
        put(&table.pool, 1, i, "%d", i < 5 ? 1 : i < 500 ? 2 : i < 995 ? 3 : 4);
    }
    table_encode(&table);
    size_t shares[6] = {0};
    for (size_t i = 0; i < 1000; i++) {
        shares[code_at(&table, "many", i)]++;
    }
    for (size_t code = 1; code <= 4; code++) {
        ck_assert_uint_eq(shares[code], 250);
    }
    /* 5 people with a 1 and 5 with a 4 are too few: their bins are joined with the next. */
    ck_assert_uint_eq(feature_named(&table, "few")->codes, 3);
    ck_assert_uint_eq(code_at(&table, "few", 0), 1);
    ck_assert_uint_eq(code_at(&table, "few", 400), 1);
    ck_assert_uint_eq(code_at(&table, "few", 600), 2);
    ck_assert_uint_eq(code_at(&table, "few", 999), 2);
}
END_TEST

START_TEST(bins_are_those_of_the_pool)
{
    struct lka_column schema[] = {feature("n"), feature("seeds")};
    table_init(&table, 50, 50, 2, schema);
    for (size_t i = 0; i < 50; i++) {
        put(&table.seeds, 0, i, "%d", i < 25 ? 1 : 2);
        put(&table.seeds, 1, i, "%d", i < 25 ? 1 : 2);
        put(&table.pool, 0, i, "%d", i < 25 ? 5 : 6);
    }
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "n")->codes, 3);
    ck_assert_uint_eq(code_at(&table, "n", 0), 1);
    ck_assert_uint_eq(code_at(&table, "n", 49), 2);
    ck_assert_uint_eq(feature_named(&table, "seeds")->codes, 3); /* the pool has no value of it */
}
END_TEST

/* ---- types ------------------------------------------------------------------------------------- */

START_TEST(a_given_type_wins)
{
    struct lka_column schema[] = {feature_of("zone", LKA_TYPE_CATEGORY), feature("other")};
    table_init(&table, 10, 40, 2, schema);
    put_many(&table.pool, 0, 0, 20, "1");
    put_many(&table.pool, 0, 20, 20, "2");
    put_many(&table.pool, 1, 0, 20, "1");
    put_many(&table.pool, 1, 20, 20, "2");
    table_encode(&table);
    ck_assert_int_eq(lka_plan_column_type(table.plan, 0), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(lka_plan_column_type(table.plan, 1), LKA_TYPE_NUMBER);
}
END_TEST

START_TEST(a_value_that_breaks_a_given_type_is_an_error)
{
    static const size_t fields[] = {7, 9};
    struct lka_column schema[] = {feature("c"), feature_of("age", LKA_TYPE_NUMBER)};
    table_init(&table, 10, 40, 2, schema);
    put_many(&table.pool, 1, 0, 40, "41");
    put(&table.pool, 1, 12, "1,5");
    put(&table.pool, 1, 3, "later in the file");
    table.pool.lines[3] = 1000;
    table.pool.fields = fields;
    ck_assert_int_eq(table_learn(&table), LKA_DATA);
    char shown[512];
    ck_assert_str_eq(
        lka_error_format(&table.error, shown, sizeof shown),
        "pool.csv:14:9: column \"age\": \"1,5\" is no number; allowed: a decimal number such as 12, -0.5 or 1e3");
}
END_TEST

START_TEST(later_values_that_break_the_type_are_listed_once_a_row)
{
    struct lka_column schema[] = {feature("n"), feature("d"), feature("b")};
    table_init(&table, 0, 40, 3, schema);
    for (size_t i = 0; i < 40; i++) {
        put(&table.pool, 0, i, "%zu", i % 4);
        put(&table.pool, 1, i, "2024-01-%02zu", 1 + i % 9);
        put(&table.pool, 2, i, i % 2 ? "yes" : "no");
    }
    table_encode(&table);
    ptrdiff_t cell_of[] = {0, 1, 2};
    put(&table.pool, 0, 30, "nan");
    put(&table.pool, 1, 30, "2023-02-29");
    put(&table.pool, 1, 3, "2023-02-29");
    put(&table.pool, 2, 8, "maybe");
    ck_assert_int_eq(lka_plan_encode(table.plan, &table.pool, cell_of, &table.block, &table.problems, NULL), LKA_OK);
    ck_assert_uint_eq(table.problems.count, 3);
    ck_assert_uint_eq(table.problems.items[0].row, 3);
    ck_assert_uint_eq(table.problems.items[1].row, 8);
    ck_assert_uint_eq(table.problems.items[2].row, 30);
    ck_assert_str_eq(table.problems.items[0].error.message,
                     "column \"d\": \"2023-02-29\" is no date; allowed: an ISO 8601 date or time such as 2024-02-29 or "
                     "2024-02-29T13:05:00Z");
    ck_assert_str_eq(table.problems.items[1].error.message,
                     "column \"b\": \"maybe\" is no boolean; allowed: true or false, "
                     "yes or no, y or n, t or f, 1 or 0");
    ck_assert_ptr_nonnull(
        strstr(table.problems.items[2].error.message, "column \"n\": \"nan\"")); /* the first of two */
    ck_assert_uint_eq(table.problems.items[2].error.line, 32);
    ck_assert_str_eq(table.problems.items[2].error.file, "pool.csv");
    ck_assert_uint_eq(code_at(&table, "n", 31), 1 + 31 % 4); /* the rows around it are whole */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *tests = tcase_create("plan");
    tcase_add_checked_fixture(tests, NULL, teardown);
    tcase_add_test(tests, roles_that_are_no_features_are_left_out);
    tcase_add_test(tests, what_has_no_digit_is_no_postal_code);
    tcase_add_test(tests, columns_that_tell_nothing_are_left_out);
    tcase_add_test(tests, a_constant_that_is_sometimes_missing_is_kept);
    tcase_add_test(tests, columns_unique_to_each_person_are_left_out);
    tcase_add_test(tests, nothing_left_is_an_error);
    tcase_add_test(tests, numbers_are_standardised_over_seeds_and_pool);
    tcase_add_test(tests, outliers_are_cut_at_8_deviations);
    tcase_add_test(tests, huge_numbers_do_not_overflow);
    tcase_add_test(tests, few_distinct_numbers_get_a_bin_each);
    tcase_add_test(tests, bins_hold_equal_shares_and_at_least_the_floor);
    tcase_add_test(tests, bins_are_those_of_the_pool);
    tcase_add_test(tests, a_given_type_wins);
    tcase_add_test(tests, a_value_that_breaks_a_given_type_is_an_error);
    tcase_add_test(tests, later_values_that_break_the_type_are_listed_once_a_row);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
