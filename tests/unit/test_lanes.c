/* Days, words, bins and standardised values in every form that this CPU runs, beside the plain one (numbers: test_numbers.c). */
#include "base/memory.h"
#include "base/random.h"
#include "base/short_text.h"
#include "features/lanes.h"

#include "run_suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* ---- days and words ---------------------------------------------------------------------------- */

enum { ROWS = 4000, DAY_TEXT = 40 };

/* Days of every month from the year 1 to 9999 and some beside the calendar; times, nothing, and what is no date. */
static void make_date(char *text, struct lka_random *random)
{
    static const char *const others[] = {"",         "2024-02-29T10:00:00Z", "2024-2-29",  "2024/02/29",  "0000-01-01",
                                         "20240229", "2024-02-2x",           "x024-02-29", "2024-02-290", "-024-02-29"};
    int year = lka_random_below(random, 2) ? 1900 + (int)lka_random_below(random, 200)
                                           : (int)lka_random_below(random, 10000);
    if (lka_random_below(random, 8) == 0) {
        strcpy(text, others[lka_random_below(random, sizeof others / sizeof *others)]);
        return;
    }
    snprintf(text, DAY_TEXT, "%04d-%02d-%02d", year, (int)lka_random_below(random, 14),
             (int)lka_random_below(random, 33));
}

START_TEST(days_are_the_same_in_every_form)
{
    static char bytes[ROWS][DAY_TEXT + LKA_TEXT_PADDING];
    static struct lka_span texts[ROWS];
    static double days[2][ROWS];
    static uint16_t months[2][ROWS];
    static uint16_t weekdays[2][ROWS];
    static uint32_t odd[2][ROWS + 1];
    struct lka_random random = lka_random_start(5, (uint64_t)_i);
    for (size_t i = 0; i < ROWS; i++) {
        make_date(bytes[i], &random);
        texts[i] = lka_span_of(bytes[i]);
    }
    for (size_t count = ROWS - 9; count < ROWS; count++) {
        size_t left = lka_lanes_of(LKA_LANES_PLAIN)
                          ->days(texts, count, (struct lka_day_lanes){days[0], months[0], weekdays[0]}, odd[0]);
        ck_assert_uint_eq(lka_lanes_of((enum lka_lanes_kind)_i)
                              ->days(texts, count, (struct lka_day_lanes){days[1], months[1], weekdays[1]}, odd[1]),
                          left);
        ck_assert_mem_eq(odd[0], odd[1], left * sizeof **odd);
        for (size_t i = 0; i < count; i++) {
            bool both_missing = days[0][i] != days[0][i] && days[1][i] != days[1][i];
            ck_assert_msg(both_missing || bits_of(days[0][i]) == bits_of(days[1][i]), "%s: %g", bytes[i], days[1][i]);
            ck_assert_msg(months[0][i] == months[1][i] && weekdays[0][i] == weekdays[1][i], "%s", bytes[i]);
        }
    }
}
END_TEST

START_TEST(words_are_the_same_in_every_form)
{
    enum { WORDS = 500 };
    static char bytes[ROWS][DAY_TEXT + LKA_TEXT_PADDING];
    static struct lka_span texts[ROWS];
    static uint16_t codes[ROWS];
    struct lka_vocabulary words = {0};
    struct lka_random random = lka_random_start(6, (uint64_t)_i);
    for (size_t i = 0; i < ROWS; i++) {
        static const char *const forms[] = {"w%d", "item_%03d", "number %09d", "something longer than that %d", "%.0d"};
        const char *form = forms[lka_random_below(&random, i < WORDS ? 4 : 5)];
        snprintf(bytes[i], DAY_TEXT, form, (int)lka_random_below(&random, 700));
        texts[i] = lka_span_of(bytes[i]);
        bool duplicate;
        ck_assert(i >= WORDS || lka_vocabulary_add(&words, texts[i], &duplicate, NULL) == LKA_OK);
    }
    lka_lanes_of((enum lka_lanes_kind)_i)->words(&words, texts, ROWS, codes);
    for (size_t i = 0; i < ROWS; i++) {
        ptrdiff_t expected = texts[i].length == 0 ? 0 : 2 + lka_vocabulary_find(&words, texts[i]);
        ck_assert_msg(codes[i] == expected, "\"%s\" has code %d, not %d", bytes[i], codes[i], (int)expected);
    }
    lka_vocabulary_release(&words);
}
END_TEST

/* ---- bins -------------------------------------------------------------------------------------- */

/* On an edge, beside it, missing, far out; few edges and many. */
START_TEST(bins_and_values_are_the_same_in_every_form)
{
    static const size_t edge_counts[] = {0, 1, 5, 7, 8, 31, 62, 63, 64, 65, 300};
    double edges[300];
    for (size_t i = 0; i < 300; i++) {
        edges[i] = (double)i / 7 - 20;
    }
    for (size_t e = 0; e < sizeof edge_counts / sizeof *edge_counts; e++) {
        struct lka_scale scale = {edges, edge_counts[e], 1.7, 3.3, 8};
        for (size_t count = 0; count < 100; count += 9) {
            double expected[100];
            double numbers[100];
            uint16_t expected_bins[100];
            uint16_t bins[100];
            struct lka_random random = lka_random_start(e, count);
            for (size_t i = 0; i < count; i++) {
                double edge = edges[lka_random_below(&random, 300)];
                double value = (lka_random_uniform(&random) - .5) * 100;
                expected[i] = numbers[i] = i % 4 == 0 ? edge : i % 7 == 0 ? NAN : value;
            }
            lka_lanes_of(LKA_LANES_PLAIN)->finish(&scale, expected, count, expected_bins);
            lka_lanes_of((enum lka_lanes_kind)_i)->finish(&scale, numbers, count, bins);
            ck_assert_mem_eq(numbers, expected, count * sizeof *numbers);
            ck_assert_mem_eq(bins, expected_bins, count * sizeof *bins);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lanes");
    TCase *tests = tcase_create("lanes");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, days_are_the_same_in_every_form, LKA_LANES_PLAIN, LKA_LANES_KINDS);
    tcase_add_loop_test(tests, words_are_the_same_in_every_form, LKA_LANES_PLAIN, LKA_LANES_KINDS);
    tcase_add_loop_test(tests, bins_and_values_are_the_same_in_every_form, LKA_LANES_PLAIN, LKA_LANES_KINDS);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
