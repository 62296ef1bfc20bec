/* What a column's values look like: types, counts, distinct values; and how texts are tallied. */
#include "by_hand.h"
#include "run_suite.h"
#include "table/profile.h"
#include "table/tally.h"

static struct lka_profile *profile;

static void setup(void)
{
    ck_assert_int_eq(lka_profile_new(&profile, NULL), LKA_OK);
}

static void teardown(void)
{
    lka_profile_free(profile);
}

static void add(const char *value)
{
    ck_assert_int_eq(lka_profile_add(profile, lka_span_of(value), NULL), LKA_OK);
}

/* The type of values separated by spaces; "-" is a missing one. */
static enum lka_type type_of(const char *values)
{
    lka_profile_free(profile);
    setup();
    char copy[256];
    snprintf(copy, sizeof copy, "%s", values);
    for (char *at = copy, *word; (word = strtok_r(at, " ", &at));) {
        add(strcmp(word, "-") == 0 ? "" : word);
    }
    return lka_profile_type(profile);
}

START_TEST(numbers_are_decimal)
{
    ck_assert_int_eq(type_of("1 2 3"), LKA_TYPE_NUMBER);
    ck_assert_int_eq(type_of("-1.5 +2 3e-4 .5 7."), LKA_TYPE_NUMBER);
    ck_assert_int_eq(type_of("12 - 13"), LKA_TYPE_NUMBER);
    ck_assert_int_eq(type_of("0 0.5 10"), LKA_TYPE_NUMBER);
}
END_TEST

START_TEST(what_only_looks_like_a_number_is_a_category)
{
    static const char *const bad[] = {"1,5", "1e999", "nan", "0x10", "inf", "1_000", "12kg", "--1", "1e", "."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char values[64];
        snprintf(values, sizeof values, "1 2 %s", bad[i]);
        ck_assert_msg(type_of(values) == LKA_TYPE_CATEGORY, "%s", bad[i]);
        ck_assert(!lka_type_fits(LKA_TYPE_NUMBER, lka_span_of(bad[i])));
    }
}
END_TEST

START_TEST(leading_zeros_make_a_category)
{
    ck_assert_int_eq(type_of("75001 06000 13002"), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(type_of("12 007"), LKA_TYPE_CATEGORY);
    ck_assert(lka_type_fits(LKA_TYPE_NUMBER, LKA_SPAN("007")));
}
END_TEST

START_TEST(booleans_are_one_pair_of_words)
{
    ck_assert_int_eq(type_of("true FALSE True"), LKA_TYPE_BOOLEAN);
    ck_assert_int_eq(type_of("yes No - YES"), LKA_TYPE_BOOLEAN);
    ck_assert_int_eq(type_of("y n"), LKA_TYPE_BOOLEAN);
    ck_assert_int_eq(type_of("T f"), LKA_TYPE_BOOLEAN);
    ck_assert_int_eq(type_of("0 1 1"), LKA_TYPE_BOOLEAN);
    ck_assert_int_eq(type_of("0 1 2"), LKA_TYPE_NUMBER);
    ck_assert_int_eq(type_of("yes no y"), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(type_of("1 0 true"), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(type_of("yes no maybe"), LKA_TYPE_CATEGORY);
}
END_TEST

START_TEST(a_word_is_yes_or_no)
{
    bool yes = false;
    ck_assert(lka_parse_boolean(LKA_SPAN("TRUE"), &yes) && yes);
    ck_assert(lka_parse_boolean(LKA_SPAN("n"), &yes) && !yes);
    ck_assert(lka_parse_boolean(LKA_SPAN("0"), &yes) && !yes);
    ck_assert(!lka_parse_boolean(LKA_SPAN("on"), &yes));
    ck_assert(!lka_parse_boolean(LKA_SPAN(""), &yes));
    ck_assert(!lka_parse_boolean(LKA_SPAN("truetrue"), &yes));
}
END_TEST

START_TEST(dates_lists_and_nothing)
{
    ck_assert_int_eq(type_of("2024-02-29 2023-01-01T10:00:00Z"), LKA_TYPE_DATE);
    ck_assert_int_eq(type_of("2024-02-29 2023-02-29"), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(type_of("music|games music"), LKA_TYPE_LIST);
    ck_assert_int_eq(type_of("music games"), LKA_TYPE_CATEGORY);
    ck_assert_int_eq(type_of("- -"), LKA_TYPE_UNKNOWN);
    ck_assert_int_eq(type_of(""), LKA_TYPE_UNKNOWN);
}
END_TEST

START_TEST(a_missing_value_has_every_type)
{
    for (int type = LKA_TYPE_UNKNOWN; type < LKA_TYPE_COUNT; type++) {
        ck_assert(lka_type_fits((enum lka_type)type, LKA_SPAN("")));
    }
    ck_assert(!lka_type_fits(LKA_TYPE_DATE, LKA_SPAN("yesterday")));
    ck_assert(!lka_type_fits(LKA_TYPE_BOOLEAN, LKA_SPAN("2")));
    ck_assert(lka_type_fits(LKA_TYPE_LIST, LKA_SPAN("2")));
}
END_TEST

START_TEST(facts_are_counted)
{
    add("3");
    add("");
    add("-2.5");
    add("3");
    add("2020-01-01");
    add("1970-01-02");
    add("a|b");
    struct lka_profile_facts facts = lka_profile_facts(profile);
    ck_assert_uint_eq(facts.values, 6);
    ck_assert_uint_eq(facts.missing, 1);
    ck_assert_uint_eq(facts.distinct, 5);
    ck_assert_uint_eq(facts.numbers, 3);
    ck_assert_uint_eq(facts.integers, 2);
    ck_assert_uint_eq(facts.dates, 2);
    ck_assert_uint_eq(facts.lists, 1);
    ck_assert_uint_eq(facts.booleans, 0);
    ck_assert_uint_eq(facts.longest, 10);
    ck_assert(facts.minimum == -2.5 && facts.maximum == 3);
    ck_assert_int_eq(facts.earliest, 86400);
    ck_assert_int_eq(facts.latest, 1577836800);
}
END_TEST

START_TEST(distinct_values_are_exact_up_to_a_limit)
{
    char value[32];
    for (int i = 0; i < 300000; i++) {
        snprintf(value, sizeof value, "v%d", i % 100000);
        add(value);
    }
    ck_assert_uint_eq(lka_profile_facts(profile).distinct, 100000);
    add("one more");
    ck_assert_uint_eq(lka_profile_facts(profile).distinct, 100001);
    add("and another");
    ck_assert_uint_eq(lka_profile_facts(profile).distinct, 100001);
    ck_assert_uint_eq(lka_profile_facts(profile).values, 300002);
}
END_TEST

/* ---- tallies ----------------------------------------------------------------------------------- */

START_TEST(a_tally_ranks_by_count_then_bytes)
{
    struct lka_tally tally = {0};
    static const char *const values[] = {"b", "a", "c", "b", "a", "c", "c", "rare"};
    for (uint64_t row = 0; row < 8; row++) {
        ck_assert_int_eq(lka_tally_add(&tally, lka_span_of(values[row]), row, NULL, NULL), LKA_OK);
    }
    ck_assert_uint_eq(lka_tally_find(&tally, LKA_SPAN("c"))->count, 3);
    ck_assert_ptr_null(lka_tally_find(&tally, LKA_SPAN("d")));
    ck_assert_uint_eq(lka_tally_sort(&tally, 2), 3);
    ck_assert_str_eq(tally.entries[0].text.text, "c");
    ck_assert_str_eq(tally.entries[1].text.text, "a");
    ck_assert_str_eq(tally.entries[2].text.text, "b");
    lka_tally_release(&tally);
}
END_TEST

START_TEST(a_row_counts_once_and_copies_outlive_the_text)
{
    struct lka_tally tally = {0};
    struct lka_arena arena = {0};
    char text[8] = "music";
    ck_assert_int_eq(lka_tally_add(&tally, lka_span_of(text), 0, &arena, NULL), LKA_OK);
    ck_assert_int_eq(lka_tally_add(&tally, lka_span_of(text), 0, &arena, NULL), LKA_OK);
    ck_assert_int_eq(lka_tally_add(&tally, lka_span_of(text), 1, &arena, NULL), LKA_OK);
    memset(text, 'x', sizeof text);
    ck_assert_uint_eq(lka_tally_find(&tally, LKA_SPAN("music"))->count, 2);
    lka_tally_release(&tally);
    lka_arena_release(&arena);
}
END_TEST

START_TEST(a_tally_grows)
{
    struct lka_tally tally = {0};
    struct lka_arena arena = {0};
    char value[32];
    for (uint64_t row = 0; row < 20000; row++) {
        snprintf(value, sizeof value, "%d", (int)(row % 5000));
        ck_assert_int_eq(lka_tally_add(&tally, lka_span_of(value), row, &arena, NULL), LKA_OK);
    }
    ck_assert_uint_eq(tally.count, 5000);
    ck_assert_uint_eq(lka_tally_sort(&tally, 4), 5000);
    ck_assert_uint_eq(lka_tally_sort(&tally, 5), 0);
    lka_tally_release(&tally);
    lka_arena_release(&arena);
}
END_TEST

START_TEST(a_failed_allocation_is_told)
{
    struct ledger ledger;
    ledger_install(&ledger);
    for (size_t k = 1; k <= 40; k++) {
        struct lka_profile *made = NULL;
        struct lka_tally tally = {0};
        struct lka_arena arena = {0};
        struct lka_error error = {0};
        ledger_fail(&ledger, k);
        lka_status status = lka_profile_new(&made, &error);
        for (int i = 0; i < 100 && status == LKA_OK; i++) {
            char value[16];
            snprintf(value, sizeof value, "%d", i);
            status = lka_profile_add(made, lka_span_of(value), &error);
            if (status == LKA_OK) {
                status = lka_tally_add(&tally, lka_span_of(value), (uint64_t)i, &arena, &error);
            }
        }
        ck_assert_int_eq(status, ledger.calls >= k ? LKA_MEMORY : LKA_OK);
        ck_assert_int_eq(error.code, status);
        lka_profile_free(made);
        lka_tally_release(&tally);
        lka_arena_release(&arena);
        ck_assert_uint_eq(ledger.alive, 0);
    }
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tests = tcase_create("profile");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, numbers_are_decimal);
    tcase_add_test(tests, what_only_looks_like_a_number_is_a_category);
    tcase_add_test(tests, leading_zeros_make_a_category);
    tcase_add_test(tests, booleans_are_one_pair_of_words);
    tcase_add_test(tests, a_word_is_yes_or_no);
    tcase_add_test(tests, dates_lists_and_nothing);
    tcase_add_test(tests, a_missing_value_has_every_type);
    tcase_add_test(tests, facts_are_counted);
    tcase_add_test(tests, distinct_values_are_exact_up_to_a_limit);
    tcase_add_test(tests, a_tally_ranks_by_count_then_bytes);
    tcase_add_test(tests, a_row_counts_once_and_copies_outlive_the_text);
    tcase_add_test(tests, a_tally_grows);
    suite_add_tcase(suite, tests);
    TCase *memory = tcase_create("memory");
    tcase_add_test(memory, a_failed_allocation_is_told);
    suite_add_tcase(suite, memory);
    return run_suite(suite);
}
