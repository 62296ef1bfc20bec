/* Who is tried on which path: shares from what earlier waves taught, probabilities that are true, caps and budgets that
 * hold. */
#include "campaign/assign.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"

#include "run_suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct lka_paths paths;
static struct lka_answers response;
static struct lka_error error;

static void setup(void)
{
    lka_init();
    ck_assert_int_eq(lka_paths_load(NULL, &paths, NULL), LKA_OK);
    ck_assert_int_eq(lka_answers_init(&response, 2, paths.count, NULL), LKA_OK);
}

static void teardown(void)
{
    lka_answers_release(&response);
    lka_paths_release(&paths);
}

static void learn(size_t segment, size_t path, uint64_t trials, uint64_t hits)
{
    response.trials[segment * paths.count + path] = trials;
    response.hits[segment * paths.count + path] = hits;
}

static const uint32_t *shares(size_t segment, uint32_t available, double exploration)
{
    static uint32_t found[LKA_PATHS_MOST];
    ck_assert_int_eq(lka_answers_shares(&response, segment, available, &paths, exploration, found, NULL), LKA_OK);
    uint32_t sum = 0;
    for (size_t p = 0; p < LKA_PATHS_MOST; p++) {
        ck_assert(found[p] == 0 || (available & (1u << p)));
        sum += found[p];
    }
    ck_assert_uint_eq(sum, LKA_SHARES);
    return found;
}

/* ---- shares ----------------------------------------------------------------------------------- */

START_TEST(nothing_known_is_an_even_split)
{
    lka_answers_fit(&response);
    paths.items[1].cost *= 7; /* what it costs says nothing yet about what it brings */
    const uint32_t *even = shares(0, 7, .1);
    ck_assert_uint_eq(even[0], 333334);
    ck_assert_uint_eq(even[1], 333333);
    ck_assert_uint_eq(even[2], 333333);
    ck_assert_uint_eq(shares(1, 5, .1)[2], 500000);
    ck_assert_uint_eq(shares(1, 2, .1)[1], 1000000);
}
END_TEST

START_TEST(the_better_path_gets_more_and_every_path_its_floor)
{
    learn(0, 0, 10000, 400);
    learn(0, 1, 10000, 200);
    learn(0, 2, 10000, 100);
    lka_answers_fit(&response);
    const uint32_t *found = shares(0, 7, .1);
    ck_assert_uint_ge(found[0], 933333); /* certain: .9 + .1 / 3 */
    ck_assert_uint_ge(found[1], 33333);
    ck_assert_uint_ge(found[2], 33333);
    paths.items[0].cost *= 10; /* half the answers for a tenth of the money */
    ck_assert_uint_ge(shares(0, 7, .1)[1], 933333);
    ck_assert_uint_eq(shares(0, 7, 1)[1], 333333);
}
END_TEST

/* The probability of being the best, against draws from the same posteriors: sums of exponentials are gamma variables,
 * and ratios of those are beta variables; here shapes are whole numbers and a half, so normals help out. */
static double draw_gamma(struct lka_random *random, double shape)
{
    /* Marsaglia and Tsang 2000, for shape >= 1; below by the power of a uniform. */
    if (shape < 1) {
        return draw_gamma(random, shape + 1) * pow(lka_random_uniform(random), 1 / shape);
    }
    double d = shape - 1. / 3;
    double c = 1 / sqrt(9 * d);
    while (true) {
        double x = lka_random_normal(random);
        double v = pow(1 + c * x, 3);
        if (v > 0 && log(1 - lka_random_uniform(random)) < .5 * x * x + d - d * v + d * log(v)) {
            return d * v;
        }
    }
}

START_TEST(shares_are_the_probability_of_being_the_best)
{
    static const uint64_t counts[][6] = {
        {300, 9, 280, 5, 310, 4}, {5, 0, 4, 1, 0, 0}, {20000, 400, 20000, 410, 50, 3}, {1, 0, 1, 0, 1, 0}};
    const uint64_t *known = counts[_i];
    for (size_t p = 0; p < 3; p++) {
        learn(0, p, known[2 * p], known[2 * p + 1]);
        learn(1, p, 2 * known[2 * p], known[2 * p + 1]);
    }
    paths.items[2].cost = 1500000;
    lka_answers_fit(&response);
    enum { DRAWS = 50000 };
    double best[3] = {0};
    struct lka_random random = lka_random_start(7, (uint64_t)_i);
    for (size_t i = 0; i < DRAWS; i++) {
        double theta[3];
        for (size_t p = 0; p < 3; p++) {
            double a = draw_gamma(&random, response.alpha[p]);
            double b = draw_gamma(&random, response.beta[p]);
            theta[p] = a / (a + b) / (p == 2 ? 1.5 : 1);
        }
        best[theta[0] >= theta[1] && theta[0] >= theta[2] ? 0 : theta[1] >= theta[2] ? 1 : 2] += 1. / DRAWS;
    }
    const uint32_t *found = shares(0, 7, 0);
    for (size_t p = 0; p < 3; p++) {
        ck_assert_msg(fabs(best[p] - found[p] / 1e6) < .011, "%d: path %zu: drawn %.4f, computed %u", _i, p, best[p],
                      found[p]);
    }
}
END_TEST

START_TEST(a_segment_without_trials_learns_from_its_path)
{
    learn(0, 0, 5000, 200);
    learn(0, 1, 5000, 50);
    lka_answers_fit(&response);
    const uint32_t *found = shares(1, 3, .1);
    ck_assert_uint_gt(found[0], found[1]);
    double mean = response.alpha[3] / (response.alpha[3] + response.beta[3]);
    ck_assert(mean > .02 && mean < .05);
    /* ... but less surely than the segment that was tried. */
    ck_assert(response.alpha[3] + response.beta[3] < response.alpha[0] + response.beta[0]);
}
END_TEST

START_TEST(few_trials_are_drawn_to_the_many)
{
    for (size_t p = 0; p < 3; p++) {
        learn(0, p, 10000, 300);
    }
    learn(1, 0, 2, 2); /* 100% of two */
    lka_answers_fit(&response);
    double mean = response.alpha[3] / (response.alpha[3] + response.beta[3]);
    ck_assert(mean > .03 && mean < .7);
}
END_TEST

/* ---- the draw --------------------------------------------------------------------------------- */

enum { PEOPLE = 20000 };
static struct lka_invited candidates[PEOPLE];
static char ids[PEOPLE][16];

static void make_people(void)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        snprintf(ids[i], sizeof ids[i], "C%07u", i);
        candidates[i] = (struct lka_invited){.id = lka_span_of(ids[i]), .segment = i % 2, .paths = 1 + i % 7};
    }
}

static struct lka_assignment assign(int64_t budget, uint64_t key)
{
    struct lka_assignment made = {
        .paths = &paths, .answers = &response, .exploration = .1, .budget = budget, .key = key};
    ck_assert_int_eq(lka_assign(&made, candidates, PEOPLE, &error), LKA_OK);
    return made;
}

static void learn_something(void)
{
    learn(0, 0, 300, 9);
    learn(0, 1, 280, 5);
    learn(1, 2, 310, 4);
    lka_answers_fit(&response);
}

/* The expectation of 1 / p over the path that is drawn is the number of open paths. */
static void check_weights(void)
{
    double sum = 0;
    double squares = 0;
    double expected = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert(candidates[i].paths & (1u << candidates[i].path));
        double p = candidates[i].probability / 1e6;
        sum += 1 / p;
        squares += 1 / (p * p);
        expected += __builtin_popcount(candidates[i].paths);
    }
    ck_assert_msg(fabs(sum - expected) < 5 * sqrt(squares), "%.1f against %.1f", sum, expected);
}

START_TEST(realised_shares_are_the_logged_probabilities)
{
    make_people();
    learn_something();
    struct lka_assignment made = assign(INT64_MAX, (uint64_t)_i);
    ck_assert_uint_eq(made.without_room, 0);
    check_weights();
    /* Those who could go anywhere, by segment and path. */
    for (uint32_t segment = 0; segment < 2; segment++) {
        const uint32_t *expected = shares(segment, 7, .1);
        double counts[3] = {0};
        double all = 0;
        for (size_t i = 0; i < PEOPLE; i++) {
            if (candidates[i].paths == 7 && candidates[i].segment == segment) {
                ck_assert_uint_eq(candidates[i].probability, expected[candidates[i].path]);
                counts[candidates[i].path]++;
                all++;
            }
        }
        for (size_t p = 0; p < 3; p++) {
            double share = expected[p] / 1e6;
            ck_assert(fabs(counts[p] / all - share) < 4.5 * sqrt(share * (1 - share) / all));
        }
    }
}
END_TEST

START_TEST(caps_and_budget_hold_and_probabilities_follow)
{
    make_people();
    learn_something();
    paths.items[0].cap = 1000;
    paths.items[1].cost = 2500000;
    struct lka_assignment made = assign(INT64_C(9000) * LKA_SHARES, 3);
    ck_assert_uint_eq(made.taken[0], 1000);
    ck_assert_int_le(made.spent, INT64_C(9000) * LKA_SHARES);
    ck_assert_int_gt(made.spent, INT64_C(8999) * LKA_SHARES);
    int64_t spent = 0;
    uint64_t left_out = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        left_out += candidates[i].path == LKA_PATHS_MOST;
        spent += candidates[i].path == LKA_PATHS_MOST ? 0 : paths.items[candidates[i].path].cost;
    }
    ck_assert_int_eq(spent, made.spent);
    ck_assert_uint_eq(left_out, made.without_room);
}
END_TEST

/* The probability of a path that closes is that of those which are left: over many draws, each contact's record is
 * unbiased. */
START_TEST(under_a_cap_every_record_is_unbiased)
{
    enum { FEW = 12, DRAWS = 4000 };
    struct lka_invited few[FEW];
    double sum[2] = {0};
    learn_something();
    paths.items[0].cap = 4;
    make_people();
    for (uint64_t key = 0; key < DRAWS; key++) {
        for (size_t i = 0; i < FEW; i++) {
            few[i] = (struct lka_invited){.id = lka_span_of(ids[i]), .segment = 0, .paths = 3};
        }
        struct lka_assignment made = {
            .paths = &paths, .answers = &response, .exploration = .1, .budget = INT64_MAX, .key = key};
        ck_assert_int_eq(lka_assign(&made, few, FEW, NULL), LKA_OK);
        ck_assert_uint_le(made.taken[0], 4);
        for (size_t i = 0; i < FEW; i++) {
            sum[few[i].path] += 1 / (few[i].probability / 1e6);
        }
    }
    /* Path 1 is always open: its weights sum up to the number of contacts. Path 0 closes, so its weights stay below. */
    ck_assert(fabs(sum[1] / DRAWS - FEW) < .5);
    ck_assert(sum[0] / DRAWS < FEW);
}
END_TEST

START_TEST(the_draw_depends_on_the_key_and_not_on_the_order)
{
    make_people();
    learn_something();
    assign(INT64_C(5000) * LKA_SHARES, 11);
    static uint32_t first[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++) {
        first[strtoul(candidates[i].id.text + 1, NULL, 10)] = candidates[i].path;
    }
    assign(INT64_C(5000) * LKA_SHARES, 11); /* from the order that the first draw left */
    size_t other = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_uint_eq(first[strtoul(candidates[i].id.text + 1, NULL, 10)], candidates[i].path);
    }
    assign(INT64_C(5000) * LKA_SHARES, 12);
    for (size_t i = 0; i < PEOPLE; i++) {
        other += first[strtoul(candidates[i].id.text + 1, NULL, 10)] != candidates[i].path;
    }
    ck_assert_uint_gt(other, PEOPLE / 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocation");
    TCase *cases = tcase_create("allocation");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, nothing_known_is_an_even_split);
    tcase_add_test(cases, the_better_path_gets_more_and_every_path_its_floor);
    tcase_add_loop_test(cases, shares_are_the_probability_of_being_the_best, 0, 4);
    tcase_add_test(cases, a_segment_without_trials_learns_from_its_path);
    tcase_add_test(cases, few_trials_are_drawn_to_the_many);
    tcase_add_loop_test(cases, realised_shares_are_the_logged_probabilities, 0, 5);
    tcase_add_test(cases, caps_and_budget_hold_and_probabilities_follow);
    tcase_add_test(cases, under_a_cap_every_record_is_unbiased);
    tcase_add_test(cases, the_draw_depends_on_the_key_and_not_on_the_order);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
