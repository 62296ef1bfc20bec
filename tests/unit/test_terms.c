/* Lists of names that a campaign's tables have: each once, found where they came, told in the order of their bytes. */
#include "campaign/terms.h"

#include "run_suite.h"

#include <stdio.h>

static struct lka_terms terms;
static struct lka_error error;

static size_t add(const char *word)
{
    size_t at = 0;
    ck_assert_int_eq(lka_terms_add(&terms, lka_span_of(word), "segment", &at, &error), LKA_OK);
    return at;
}

static void empty(void)
{
    lka_terms_release(&terms);
}

START_TEST(a_word_is_kept_once)
{
    ck_assert_uint_eq(add("quiet"), 0);
    ck_assert_uint_eq(add("lapsing"), 1);
    ck_assert_uint_eq(add("quiet"), 0);
    ck_assert_uint_eq(terms.count, 2);
    ck_assert_uint_eq(lka_terms_find(&terms, LKA_SPAN("lapsing")), 1);
    ck_assert_uint_eq(lka_terms_find(&terms, LKA_SPAN("laps")), 2);
}
END_TEST

START_TEST(words_are_told_in_the_order_of_their_bytes)
{
    static const char *const words[] = {"quiet", "at_risk", "é", "Zoo", "lapsing"};
    static const char *const sorted[] = {"Zoo", "at_risk", "lapsing", "quiet", "é"};
    size_t order[5];
    for (size_t i = 0; i < 5; i++) {
        add(words[i]);
    }
    lka_terms_order(&terms, order);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(terms.items[order[i]], sorted[i]);
    }
}
END_TEST

START_TEST(a_thousand_are_enough)
{
    char word[8];
    size_t at;
    for (int i = 0; i < LKA_TERMS_MOST; i++) {
        snprintf(word, sizeof word, "%d", i);
        add(word);
    }
    ck_assert_int_eq(lka_terms_add(&terms, LKA_SPAN("more"), "segment", &at, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "segment"));
    ck_assert_uint_eq(add("999"), 999);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("terms");
    TCase *tests = tcase_create("terms");
    tcase_add_checked_fixture(tests, NULL, empty);
    tcase_add_test(tests, a_word_is_kept_once);
    tcase_add_test(tests, words_are_told_in_the_order_of_their_bytes);
    tcase_add_test(tests, a_thousand_are_enough);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
