/* Columns that are numbers or dates but for a few values, and where the first of these stands. */
#include "features/misfits.h"

#include "by_hand.h"
#include "run_suite.h"

#include <stdio.h>

static struct lka_rows seeds;
static struct lka_rows pool;
static struct lka_error error;
static char told[256];

static void keep_warning(void *user, const char *text)
{
    (void)user;
    snprintf(told, sizeof told, "%s", text);
}

/* 10 seeds and 30 prospects with these values in turn. */
static void set_up(const char *const *values, size_t count)
{
    make_rows(&seeds, 1, 10, "seeds.csv");
    make_rows(&pool, 1, 30, "pool.csv");
    for (size_t i = 0; i < 40; i++) {
        struct lka_rows *rows = i < 10 ? &seeds : &pool;
        rows->cells[i < 10 ? i : i - 10] = lka_span_of(values[i % count]);
    }
}

static bool find(struct lka_misfits *misfits)
{
    struct lka_profile *profile;
    ck_assert_int_eq(lka_profile_new(&profile, &error), LKA_OK);
    for (size_t i = 0; i < 40; i++) {
        struct lka_span value = i < 10 ? lka_cell(&seeds, 0, i) : lka_cell(&pool, 0, i - 10);
        ck_assert_int_eq(lka_profile_add(profile, value, &error), LKA_OK);
    }
    struct lka_profile_facts facts = lka_profile_facts(profile);
    bool found = lka_misfits_find(lka_profile_type(profile), &facts, &seeds, &pool, 0, misfits);
    lka_profile_free(profile);
    return found;
}

static void end(void)
{
    lka_rows_release(&seeds);
    lka_rows_release(&pool);
}

START_TEST(one_of_forty_is_found_and_told)
{
    static const char *const numbers[] = {"1", "2.5", "", "-3"};
    struct lka_misfits misfits;
    set_up(numbers, 4);
    pool.cells[7] = LKA_SPAN("1,5");
    ck_assert(find(&misfits));
    ck_assert_int_eq(misfits.wanted, LKA_TYPE_NUMBER);
    ck_assert_uint_eq(misfits.count, 1);
    ck_assert_uint_eq(misfits.values, 30);
    ck_assert_ptr_eq(misfits.rows, &pool);
    ck_assert_uint_eq(misfits.row, 7);
    struct lka_session session = {.warn = keep_warning};
    lka_misfits_tell(&misfits, "age", false, &session);
    ck_assert_ptr_nonnull(strstr(told, "1 of its 30 values is no number, the first in pool.csv:9:"));
    ck_assert_ptr_null(strstr(told, "1,5"));
}
END_TEST

START_TEST(dates_too_and_the_seeds_go_first)
{
    static const char *const dates[] = {"2024-02-29"};
    struct lka_misfits misfits;
    set_up(dates, 1);
    pool.cells[0] = seeds.cells[4] = LKA_SPAN("soon");
    ck_assert(find(&misfits));
    ck_assert_int_eq(misfits.wanted, LKA_TYPE_DATE);
    ck_assert_uint_eq(misfits.count, 2);
    ck_assert_ptr_eq(misfits.rows, &seeds);
    ck_assert_uint_eq(misfits.row, 4);
}
END_TEST

START_TEST(one_of_twenty_is_the_most)
{
    static const char *const numbers[] = {"1", "2.5"};
    struct lka_misfits misfits;
    set_up(numbers, 2);
    pool.cells[7] = pool.cells[8] = LKA_SPAN("some");
    ck_assert(find(&misfits));
    ck_assert_uint_eq(misfits.count, 2);
    pool.cells[9] = LKA_SPAN("some");
    ck_assert(!find(&misfits));
}
END_TEST

START_TEST(codes_categories_and_whole_columns_are_left_alone)
{
    static const char *const codes[] = {"13", "07", "94"};
    static const char *const words[] = {"1", "2", "3", "4", "red"};
    static const char *const numbers[] = {"1", "2"};
    struct lka_misfits misfits;
    set_up(codes, 3);
    pool.cells[0] = LKA_SPAN("2A");
    ck_assert(!find(&misfits));
    end();
    set_up(words, 5);
    ck_assert(!find(&misfits));
    end();
    set_up(numbers, 2);
    ck_assert(!find(&misfits));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("misfits");
    TCase *tests = tcase_create("misfits");
    tcase_add_checked_fixture(tests, NULL, end);
    tcase_add_test(tests, one_of_forty_is_found_and_told);
    tcase_add_test(tests, dates_too_and_the_seeds_go_first);
    tcase_add_test(tests, one_of_twenty_is_the_most);
    tcase_add_test(tests, codes_categories_and_whole_columns_are_left_alone);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
