/* lka_exp and lka_log against long double: error in units of the last place of the double nearest to the truth, over
 * dense sweeps; what is special; and the random numbers that are made with them. */
#include "base/elementary.h"
#include "base/random.h"

#include "run_suite.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- precision -------------------------------------------------------------------------------- */

static double ulps(double got, long double truth)
{
    double nearest = (double)truth;
    double unit = nextafter(fabs(nearest), INFINITY) - fabs(nearest);
    return (double)(fabsl((long double)got - truth) / unit);
}

static double worst_exp(double from, double to, size_t points)
{
    double worst = 0;
    for (size_t i = 0; i <= points; i++) {
        double x = from + (to - from) * ((double)i / (double)points);
        worst = fmax(worst, ulps(lka_exp(x), expl(x)));
    }
    return worst;
}

/* Points at equal ratios from `from` to `to`. */
static double worst_log(double from, double to, size_t points)
{
    double worst = 0;
    for (size_t i = 0; i <= points; i++) {
        double x = from * pow(to / from, (double)i / (double)points);
        worst = fmax(worst, ulps(lka_log(x), logl(x)));
    }
    return worst;
}

START_TEST(exp_is_within_an_ulp)
{
    ck_assert_double_lt(worst_exp(-708, 709.7, 1000003), 1);
    ck_assert_double_lt(worst_exp(-1, 1, 1000003), 1);
    ck_assert_double_lt(worst_exp(-40, 0, 1000003), 1);
    ck_assert_double_lt(worst_exp(-1e-6, 1e-6, 200003), 1);
}
END_TEST

START_TEST(log_is_within_an_ulp)
{
    ck_assert_double_lt(worst_log(DBL_MIN, DBL_MAX, 1000003), 1);
    ck_assert_double_lt(worst_log(0.5, 2, 1000003), 1);
    ck_assert_double_lt(worst_log(0.999, 1.001, 1000003), 1);
    ck_assert_double_lt(worst_log(1, 4, 1000003), 1);
}
END_TEST

/* Random bit patterns: every exponent, mantissas of no pattern. */
START_TEST(random_bits_are_within_an_ulp)
{
    struct lka_random random = lka_random_start(1, 0);
    double worst = 0;
    for (int i = 0; i < 1000000; i++) {
        double x = fabs(lka_from_bits(lka_random_next(&random)));
        if (x >= DBL_MIN && x <= DBL_MAX) {
            worst = fmax(worst, ulps(lka_log(x), logl(x)));
        }
        if (x < 700) {
            worst = fmax(worst, ulps(lka_exp(-x), expl(-x)));
        }
    }
    ck_assert_double_lt(worst, 1);
}
END_TEST

START_TEST(exp_and_log_undo_each_other)
{
    for (double x = -700; x <= 700; x += 0.37) {
        ck_assert_double_eq_tol(lka_log(lka_exp(x)), x, 1e-15 + 2e-16 * fabs(x));
    }
}
END_TEST

/* ---- special values --------------------------------------------------------------------------- */

START_TEST(exp_of_special_values)
{
    ck_assert_double_eq(lka_exp(0), 1);
    ck_assert_double_eq(lka_exp(-0.0), 1);
    ck_assert_double_eq(lka_exp(DBL_MIN / 4), 1);
    ck_assert_double_infinite(lka_exp(INFINITY));
    ck_assert_double_eq(lka_exp(-INFINITY), 0);
    ck_assert_double_nan(lka_exp(NAN));
    ck_assert_double_nan(lka_exp(-NAN));
}
END_TEST

/* No subnormal result: 0 below -708, where exp(x) is still 3.3e-308; infinity above 709.7. */
START_TEST(exp_at_the_ends_of_its_range)
{
    ck_assert_double_gt(lka_exp(-708), DBL_MIN);
    ck_assert_double_eq(lka_exp(nextafter(-708, -INFINITY)), 0);
    ck_assert_double_eq(lka_exp(-708.5), 0);
    ck_assert_double_eq(lka_exp(-745), 0);
    ck_assert_double_eq(lka_exp(-1e300), 0);
    ck_assert_double_le(lka_exp(709.7), DBL_MAX);
    ck_assert_double_infinite(lka_exp(nextafter(709.7, INFINITY)));
    ck_assert_double_infinite(lka_exp(709.8));
    ck_assert_double_infinite(lka_exp(1e300));
}
END_TEST

START_TEST(log_of_special_values)
{
    ck_assert_double_eq(lka_log(1), 0);
    ck_assert(!signbit(lka_log(1)));
    ck_assert_double_eq(lka_log(0), -INFINITY);
    ck_assert_double_eq(lka_log(-0.0), -INFINITY);
    ck_assert_double_infinite(lka_log(INFINITY));
    ck_assert_double_nan(lka_log(-1));
    ck_assert_double_nan(lka_log(-INFINITY));
    ck_assert_double_nan(lka_log(NAN));
    ck_assert_double_eq(lka_log(2), log(2));
    ck_assert_double_lt(lka_log(DBL_MIN), -708);
    ck_assert_double_gt(lka_log(DBL_MAX), 709);
}
END_TEST

/* A vector loop and a single call are the same bits. */
START_TEST(bits_do_not_depend_on_the_loop)
{
    enum { COUNT = 1003 };
    static double x[COUNT];
    static double exps[COUNT];
    static double logs[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        x[i] = (double)i * 1.4 - 700;
    }
    for (size_t i = 0; i < COUNT; i++) {
        exps[i] = lka_exp(x[i]);
        logs[i] = lka_log(fabs(x[i]) + 0.1);
    }
    for (size_t i = 0; i < COUNT; i++) {
        volatile double alone = x[i];
        ck_assert_uint_eq(lka_to_bits(lka_exp(alone)), lka_to_bits(exps[i]));
        ck_assert_uint_eq(lka_to_bits(lka_log(fabs(alone) + 0.1)), lka_to_bits(logs[i]));
    }
}
END_TEST

/* The bits themselves, so that a change on any compiler or CPU is seen: models are scored with them. */
START_TEST(bits_are_these)
{
    uint64_t mixed = 0;
    for (int i = -6000; i <= 6000; i++) {
        double x = 0.1 * i + 1e-3;
        mixed = mixed * 31 + lka_to_bits(lka_exp(x));
        mixed = mixed * 31 + lka_to_bits(lka_log(fabs(x)));
    }
    ck_assert_msg(mixed == UINT64_C(0x4f336d9ab2008edd), "%llx", (unsigned long long)mixed);
}
END_TEST

/* ---- random numbers --------------------------------------------------------------------------- */

enum { DRAWS = 1000000 };

/* Mean and variance within 5 standard errors of theirs. */
static void expect_moments(const double *draws, double mean, double variance, double fourth)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        sum += draws[i] - mean;
        squares += (draws[i] - mean) * (draws[i] - mean);
    }
    ck_assert_double_lt(fabs(sum / DRAWS), 5 * sqrt(variance / DRAWS));
    ck_assert_double_lt(fabs(squares / DRAWS - variance), 5 * sqrt((fourth - variance * variance) / DRAWS));
}

START_TEST(uniform_draws_are_uniform)
{
    double *draws = malloc(DRAWS * sizeof *draws);
    struct lka_random random = lka_random_start(42, 0);
    size_t outside = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        draws[i] = lka_random_uniform(&random);
        outside += !(draws[i] >= 0 && draws[i] < 1);
    }
    ck_assert_uint_eq(outside, 0);
    expect_moments(draws, 0.5, 1 / 12.0, 1 / 80.0);
    free(draws);
}
END_TEST

START_TEST(normal_draws_are_normal)
{
    double *draws = malloc(DRAWS * sizeof *draws);
    size_t beyond = 0;
    struct lka_random random = lka_random_start(43, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        draws[i] = lka_random_normal(&random);
        beyond += fabs(draws[i]) > 1.959963984540054;
    }
    expect_moments(draws, 0, 1, 3);
    ck_assert_double_lt(fabs((double)beyond / DRAWS - 0.05), 5 * sqrt(0.05 * 0.95 / DRAWS));
    free(draws);
}
END_TEST

/* The first draws of neighbouring sub-streams, as rows of a table take them. */
START_TEST(sub_streams_are_independent)
{
    double *draws = malloc(DRAWS * sizeof *draws);
    double product = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        struct lka_random random = lka_random_start(7, i);
        draws[i] = lka_random_uniform(&random);
        product += i ? (draws[i] - 0.5) * (draws[i - 1] - 0.5) : 0;
    }
    expect_moments(draws, 0.5, 1 / 12.0, 1 / 80.0);
    ck_assert_double_lt(fabs(product / DRAWS), 5 / 12.0 / sqrt(DRAWS));
    free(draws);
}
END_TEST

/* Chi-squared with 5 degrees of freedom: 27 is far beyond any chance. Below 3 x 2^62 a product
 * without rejection gives the multiples of 3 twice as often. */
START_TEST(bounded_draws_are_unbiased)
{
    static const uint64_t bounds[] = {6, UINT64_C(3) << 62};
    size_t outside = 0;
    for (size_t b = 0; b < 2; b++) {
        double counts[6] = {0};
        struct lka_random random = lka_random_start(9, b);
        for (size_t i = 0; i < DRAWS; i++) {
            uint64_t draw = lka_random_below(&random, bounds[b]);
            outside += draw >= bounds[b];
            counts[draw % 6]++;
        }
        double chi = 0;
        for (size_t c = 0; c < 6; c++) {
            double expected = DRAWS / 6.0;
            chi += (counts[c] - expected) * (counts[c] - expected) / expected;
        }
        ck_assert_double_lt(chi, 27);
    }
    ck_assert_uint_eq(outside, 0);
    struct lka_random random = lka_random_start(9, 2);
    ck_assert_uint_eq(lka_random_below(&random, 1), 0);
}
END_TEST

START_TEST(shuffle_moves_everything_everywhere)
{
    double counts[4][4] = {{0}};
    for (uint64_t round = 0; round < 100000; round++) {
        uint32_t items[4] = {0, 1, 2, 3};
        struct lka_random random = lka_random_start(10, round);
        lka_random_shuffle(&random, items, 4);
        for (size_t place = 0; place < 4; place++) {
            counts[items[place]][place]++;
        }
    }
    for (size_t item = 0; item < 4; item++) {
        for (size_t place = 0; place < 4; place++) {
            ck_assert_double_lt(fabs(counts[item][place] - 25000), 5 * sqrt(100000 * 0.25 * 0.75));
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elementary");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, exp_is_within_an_ulp);
    tcase_add_test(tests, log_is_within_an_ulp);
    tcase_add_test(tests, random_bits_are_within_an_ulp);
    tcase_add_test(tests, exp_and_log_undo_each_other);
    tcase_add_test(tests, exp_of_special_values);
    tcase_add_test(tests, exp_at_the_ends_of_its_range);
    tcase_add_test(tests, log_of_special_values);
    tcase_add_test(tests, bits_do_not_depend_on_the_loop);
    tcase_add_test(tests, bits_are_these);
    tcase_add_test(tests, uniform_draws_are_uniform);
    tcase_add_test(tests, normal_draws_are_normal);
    tcase_add_test(tests, sub_streams_are_independent);
    tcase_add_test(tests, bounded_draws_are_unbiased);
    tcase_add_test(tests, shuffle_moves_everything_everywhere);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
