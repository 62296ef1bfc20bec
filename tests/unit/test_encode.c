/* Encoding rows by a feature plan: categories, lists, dates, booleans, and what all columns share. */
#include "features/bins.h"

#include "plan_by_hand.h"
#include "run_suite.h"

static struct table table;

static void teardown(void)
{
    table_release(&table);
}

/* ---- categories and lists ---------------------------------------------------------------------- */

/* 9 people have "rare", 10 "ten", seeds and pool together; the others "a" or "b". */
static void learn_categories(uint32_t most)
{
    struct lka_column schema[] = {feature("c")};
    table_init(&table, 20, 100, 1, schema);
    table.options.max_categories = most;
    put_many(&table.seeds, 0, 0, 5, "ten");
    put_many(&table.seeds, 0, 5, 9, "rare");
    put_many(&table.pool, 0, 0, 5, "ten");
    put_many(&table.pool, 0, 5, 40, "b");
    put_many(&table.pool, 0, 45, 40, "a");
    table_encode(&table);
}

START_TEST(categories_are_coded_by_count_then_bytes)
{
    learn_categories(256);
    ck_assert_uint_eq(feature_named(&table, "c")->codes, 5);
    ck_assert_uint_eq(code_at(&table, "c", 45), 2); /* a */
    ck_assert_uint_eq(code_at(&table, "c", 5), 3);  /* b */
    ck_assert_uint_eq(code_at(&table, "c", 0), 4);  /* ten */
    ck_assert_uint_eq(code_at(&table, "c", 99), 0); /* missing */
    ck_assert(feature_named(&table, "c")->has_missing);
}
END_TEST

START_TEST(no_value_of_fewer_than_10_people_is_kept)
{
    learn_categories(256);
    struct lka_text yaml = {0};
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "values: [a, b, ten]"));
    lka_text_release(&yaml);
}
END_TEST

START_TEST(at_most_so_many_values_are_kept)
{
    learn_categories(2);
    ck_assert_uint_eq(feature_named(&table, "c")->codes, 4);
    ck_assert_uint_eq(code_at(&table, "c", 0), 1); /* ten */
}
END_TEST

START_TEST(unseen_values_are_rare)
{
    learn_categories(256);
    ptrdiff_t cell_of[] = {0};
    put(&table.pool, 0, 0, "never seen");
    put(&table.pool, 0, 1, "rare");
    put(&table.pool, 0, 2, "A");
    ck_assert_int_eq(lka_plan_encode(table.plan, &table.pool, cell_of, &table.block, &table.problems, NULL), LKA_OK);
    ck_assert_uint_eq(code_at(&table, "c", 0), 1);
    ck_assert_uint_eq(code_at(&table, "c", 1), 1);
    ck_assert_uint_eq(code_at(&table, "c", 2), 1);
    ck_assert_uint_eq(table.problems.count, 0);
}
END_TEST

START_TEST(lists_give_a_feature_for_each_frequent_item)
{
    struct lka_column schema[] = {feature("tags")};
    table_init(&table, 10, 100, 1, schema);
    put_many(&table.seeds, 0, 0, 9, "music|solo"); /* solo: 9 people, though 10 mentions */
    put(&table.seeds, 0, 9, "music");
    put(&table.seeds, 0, 0, "solo|solo|music");
    put_many(&table.pool, 0, 0, 40, "games|music||games");
    put_many(&table.pool, 0, 40, 20, "games");
    put_many(&table.pool, 0, 60, 10, "|");
    table_encode(&table);
    ck_assert_uint_eq(lka_plan_space(table.plan)->count, 3);
    ck_assert_str_eq(lka_plan_space(table.plan)->features[0].name, "tags=games"); /* 60 people, music has 50 */
    ck_assert_uint_eq(code_at(&table, "tags=games", 0), 1);
    ck_assert_uint_eq(code_at(&table, "tags=music", 0), 1);
    ck_assert_uint_eq(code_at(&table, "tags missing", 0), 0);
    ck_assert_uint_eq(code_at(&table, "tags=music", 40), 0);
    ck_assert_uint_eq(code_at(&table, "tags=games", 60), 0);
    ck_assert_uint_eq(code_at(&table, "tags missing", 60), 0);
    ck_assert_uint_eq(code_at(&table, "tags=games", 99), 0);
    ck_assert_uint_eq(code_at(&table, "tags missing", 99), 1);
    /* A block that was used before holds nothing of it. */
    ptrdiff_t cell_of[] = {0};
    put_many(&table.pool, 0, 0, 100, "music");
    ck_assert_int_eq(lka_plan_encode(table.plan, &table.pool, cell_of, &table.block, &table.problems, NULL), LKA_OK);
    ck_assert_uint_eq(code_at(&table, "tags=games", 0), 0);
    ck_assert_uint_eq(code_at(&table, "tags missing", 99), 0);
}
END_TEST

/* ---- dates and booleans ------------------------------------------------------------------------ */

static void init_dates(void)
{
    struct lka_column schema[] = {feature("d")};
    table_init(&table, 10, 100, 1, schema);
    put_many(&table.pool, 0, 0, 50, "2024-02-28");
    put_many(&table.pool, 0, 50, 40, "2024-02-29");
    put(&table.pool, 0, 89, "2024-03-01T23:30:00-02:00"); /* 2 March in UTC, a Saturday */
    put(&table.pool, 0, 88, "2024-03-01T00:30:00+02:00"); /* 29 February */
}

START_TEST(dates_become_age_month_and_weekday)
{
    init_dates();
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "d month")->codes, 13);
    ck_assert_uint_eq(feature_named(&table, "d weekday")->codes, 8);
    ck_assert_uint_eq(code_at(&table, "d month", 0), 2);
    ck_assert_uint_eq(code_at(&table, "d weekday", 0), 3);
    ck_assert_uint_eq(code_at(&table, "d weekday", 50), 4);
    ck_assert_uint_eq(code_at(&table, "d month", 88), 2);
    ck_assert_uint_eq(code_at(&table, "d weekday", 88), 4);
    ck_assert_uint_eq(code_at(&table, "d month", 89), 3);
    ck_assert_uint_eq(code_at(&table, "d weekday", 89), 6);
    ck_assert_uint_eq(code_at(&table, "d month", 99), 0);
    ck_assert_uint_eq(code_at(&table, "d age", 99), 0);
    /* As of 2 March: 29 February is 2 days ago, 28 February 3. */
    double step = value_at(&table, "d age", 0) - value_at(&table, "d age", 50);
    ck_assert_double_eq_tol(value_at(&table, "d age", 50) - value_at(&table, "d age", 89), 2 * step, 1e-12);
    ck_assert(value_at(&table, "d age", 88) == value_at(&table, "d age", 50));
}
END_TEST

START_TEST(the_as_of_day_is_the_latest_or_the_given_one)
{
    init_dates();
    struct lka_text yaml = {0};
    table_encode(&table);
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\nas_of: 2024-03-02\n"));
    double late = value_at(&table, "d age", 0);
    lka_text_clear(&yaml);
    table.options.as_of = "2024-02-28";
    table_encode(&table);
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\nas_of: 2024-02-28\n"));
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "edges: [-1]")); /* ages -1 and 0: dates after the as-of day are fine */
    ck_assert_double_eq_tol(value_at(&table, "d age", 0), late, 1e-12);
    lka_text_release(&yaml);
    table.options.as_of = "28.02.2024";
    ck_assert_int_eq(table_learn(&table), LKA_USAGE);
    ck_assert_str_eq(table.error.message, "--as-of: \"28.02.2024\" is not allowed; allowed: an ISO 8601 date such as "
                                          "2024-02-29");
}
END_TEST

START_TEST(the_latest_day_is_that_of_all_date_columns)
{
    struct lka_column schema[] = {feature("a"), feature("b"), feature("c"), column_as("t", LKA_ROLE_TIME, NULL)};
    static const char *const days[] = {"1969-12-31", "1969-12-31T23:59:59Z", "1960-01-01", "2030-01-01"};
    table_init(&table, 0, 40, 4, schema);
    for (size_t c = 0; c < 4; c++) {
        put_many(&table.pool, c, 0, 20, "1950-06-15");
        put_many(&table.pool, c, 20, 20, days[c]);
    }
    struct lka_text yaml = {0};
    table_encode(&table);
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\nas_of: 1969-12-31\n"));
    lka_text_release(&yaml);
    ck_assert_uint_eq(code_at(&table, "b weekday", 20), 3);
    ck_assert(value_at(&table, "b age", 20) == value_at(&table, "a age", 20));
}
END_TEST

START_TEST(booleans_are_missing_no_or_yes)
{
    struct lka_column schema[] = {feature("b"), feature("digits")};
    table_init(&table, 10, 30, 2, schema);
    put_many(&table.pool, 0, 0, 10, "False");
    put_many(&table.pool, 0, 10, 10, "TRUE");
    put_many(&table.pool, 1, 0, 15, "0");
    put_many(&table.pool, 1, 15, 15, "1");
    put_many(&table.seeds, 1, 0, 10, "1");
    table_encode(&table);
    ck_assert_int_eq(lka_plan_column_type(table.plan, 1), LKA_TYPE_BOOLEAN);
    ck_assert_uint_eq(feature_named(&table, "b")->codes, 3);
    ck_assert_uint_eq(code_at(&table, "b", 0), 1);
    ck_assert_uint_eq(code_at(&table, "b", 10), 2);
    ck_assert_uint_eq(code_at(&table, "b", 20), 0);
    ck_assert_uint_eq(code_at(&table, "digits", 20), 2);
    ck_assert(feature_named(&table, "b")->has_missing && !feature_named(&table, "digits")->has_missing);
}
END_TEST

/* ---- encoding ---------------------------------------------------------------------------------- */

START_TEST(an_absent_column_is_missing_in_every_row)
{
    table_init_mixed(&table);
    table_encode(&table);
    ptrdiff_t nowhere[TABLE_COLUMNS];
    for (size_t c = 0; c < TABLE_COLUMNS; c++) {
        nowhere[c] = LKA_NO_COLUMN;
    }
    ck_assert_int_eq(lka_plan_encode(table.plan, &table.pool, nowhere, &table.block, &table.problems, NULL), LKA_OK);
    const struct lka_space *space = lka_plan_space(table.plan);
    for (size_t f = 0; f < space->count; f++) {
        bool says_missing = strcmp(space->features[f].name, "tags missing") == 0;
        for (size_t row = 0; row < table.pool.count; row++) {
            ck_assert_uint_eq(lka_block_codes(&table.block, f)[row], says_missing);
            ck_assert(space->features[f].kind == LKA_FEATURE_CODE || lka_block_values(&table.block, f)[row] == 0);
        }
    }
}
END_TEST

START_TEST(encoding_does_not_depend_on_block_boundaries)
{
    table_init_mixed(&table);
    table_encode(&table);
    ptrdiff_t cell_of[TABLE_COLUMNS];
    table_cells(&table, cell_of);
    const struct lka_space *space = lka_plan_space(table.plan);
    for (size_t size = 1; size < 50; size += 6) {
        for (size_t start = 0; start < table.pool.count; start += size) {
            struct lka_block part;
            struct lka_rows slice = {0};
            ck_assert_int_eq(lka_block_init(&part, space, size, NULL), LKA_OK);
            slice.columns = table.pool.columns;
            slice.capacity = table.pool.capacity;
            slice.cells = table.pool.cells + start;
            slice.lines = table.pool.lines + start;
            slice.file = "pool.csv";
            slice.count = table.pool.count - start < size ? table.pool.count - start : size;
            ck_assert_int_eq(lka_plan_encode(table.plan, &slice, cell_of, &part, &table.problems, NULL), LKA_OK);
            for (size_t f = 0; f < space->count; f++) {
                ck_assert_mem_eq(lka_block_codes(&part, f), lka_block_codes(&table.block, f) + start,
                                 slice.count * sizeof(uint16_t));
                ck_assert_mem_eq(lka_block_values(&part, f), lka_block_values(&table.block, f) + start,
                                 slice.count * sizeof(double));
            }
            lka_block_release(&part);
        }
    }
}
END_TEST

START_TEST(every_code_is_below_the_features_codes)
{
    table_init_mixed(&table);
    table_encode(&table);
    const struct lka_space *space = lka_plan_space(table.plan);
    for (size_t f = 0; f < space->count; f++) {
        for (size_t row = 0; row < table.pool.count; row++) {
            ck_assert_uint_lt(lka_block_codes(&table.block, f)[row], space->features[f].codes);
        }
    }
}
END_TEST

/* ---- bins --------------------------------------------------------------------------------------- */

START_TEST(a_bin_ends_at_its_edge_inclusive)
{
    double edges[70];
    for (size_t count = 0; count <= 70; count++) {
        for (size_t i = 0; i < count; i++) {
            edges[i] = (double)i * 2;
        }
        for (double number = -1; number <= 2 * (double)count + 1; number++) {
            size_t below = 0;
            for (size_t i = 0; i < count; i++) {
                below += edges[i] < number;
            }
            ck_assert_uint_eq(lka_bin_of(edges, count, number), 1 + below);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encode");
    TCase *tests = tcase_create("encode");
    tcase_add_checked_fixture(tests, NULL, teardown);
    tcase_add_test(tests, categories_are_coded_by_count_then_bytes);
    tcase_add_test(tests, no_value_of_fewer_than_10_people_is_kept);
    tcase_add_test(tests, at_most_so_many_values_are_kept);
    tcase_add_test(tests, unseen_values_are_rare);
    tcase_add_test(tests, lists_give_a_feature_for_each_frequent_item);
    tcase_add_test(tests, dates_become_age_month_and_weekday);
    tcase_add_test(tests, the_as_of_day_is_the_latest_or_the_given_one);
    tcase_add_test(tests, the_latest_day_is_that_of_all_date_columns);
    tcase_add_test(tests, booleans_are_missing_no_or_yes);
    tcase_add_test(tests, an_absent_column_is_missing_in_every_row);
    tcase_add_test(tests, encoding_does_not_depend_on_block_boundaries);
    tcase_add_test(tests, every_code_is_below_the_features_codes);
    tcase_add_test(tests, a_bin_ends_at_its_edge_inclusive);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
