/* Recall, lift, AUC, average precision and their intervals, against values worked out by hand. */
#include "train/metrics.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define ASSERT_NEAR(a, b) ck_assert_double_eq_tol((a), (b), 1e-9)

START_TEST(wilson_is_the_published_interval)
{
    /* Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611. */
    struct lka_interval interval = lka_wilson(81, 263);
    ck_assert_double_eq_tol(interval.low, .2553, 5e-5);
    ck_assert_double_eq_tol(interval.high, .3662, 5e-5);
    interval = lka_wilson(0, 20);
    ASSERT_NEAR(interval.low, 0);
    ck_assert_double_eq_tol(interval.high, .1611, 5e-5);
}
END_TEST

START_TEST(seeds_are_looked_up_among_the_pool)
{
    double pool[200];
    for (int i = 0; i < 200; i++) {
        pool[i] = i;
    }
    /* Above all; second place; exactly at the 10% mark (20 people: scores 180 to 199); far below. */
    double seeds[] = {1000, 198.5, 179.5, 3.5};
    struct lka_ranking ranking;
    ck_assert_int_eq(lka_rank_outside(seeds, 4, pool, 200, &ranking, NULL), LKA_OK);
    ck_assert_uint_eq(ranking.tiers[0].people, 2);
    ASSERT_NEAR(ranking.tiers[0].recall, .5);
    ASSERT_NEAR(ranking.tiers[0].lift, 50);
    ck_assert_uint_eq(ranking.tiers[3].people, 20);
    ASSERT_NEAR(ranking.tiers[3].recall, .5); /* 179.5 has exactly 20 above it */
    ASSERT_NEAR(ranking.auc, (200 + 199 + 180 + 4) / 800.0);
}
END_TEST

START_TEST(ties_count_by_chance)
{
    double pool[100] = {0};
    double seeds[2] = {0, 0};
    struct lka_ranking ranking;
    ck_assert_int_eq(lka_rank_outside(seeds, 2, pool, 100, &ranking, NULL), LKA_OK);
    ASSERT_NEAR(ranking.auc, .5);
    ASSERT_NEAR(ranking.tiers[3].recall, 10 / 101.0);
}
END_TEST

START_TEST(truth_gives_average_precision)
{
    struct lka_labelled rows[] = {{4, 0, true}, {3, 1, false}, {2, 2, true}, {1, 3, false}};
    struct lka_truth truth;
    ck_assert_int_eq(lka_rank_inside(rows, 4, &truth, NULL), LKA_OK);
    ASSERT_NEAR(truth.average_precision, (1 + 2 / 3.0) / 2);
    ASSERT_NEAR(truth.random_average_precision, .5);
    ASSERT_NEAR(truth.ranking.auc, .75);
    ck_assert_uint_eq(truth.ranking.tiers[0].people, 1);
    ASSERT_NEAR(truth.ranking.tiers[0].recall, .5);
    ASSERT_NEAR(truth.ranking.tiers[0].lift, 2);
}
END_TEST

START_TEST(truth_without_positives_is_refused)
{
    struct lka_labelled rows[] = {{1, 0, false}, {2, 1, false}};
    struct lka_truth truth;
    struct lka_error error;
    ck_assert_int_eq(lka_rank_inside(rows, 2, &truth, &error), LKA_DATA);
    ck_assert_str_eq(error.message, "the truth needs rows of label 1 and of label 0 in the pool; it has 0 and 2");
}
END_TEST

START_TEST(auc_interval_covers_and_shrinks)
{
    double width[2];
    for (int n = 0; n < 2; n++) {
        uint64_t count = n ? 4000 : 40;
        double *scores = calloc(2 * count, sizeof *scores);
        for (uint64_t i = 0; i < count; i++) { /* two grids, shifted: AUC is about .72 */
            scores[i] = (double)((i * 7919) % count) / (double)count + .25;
            scores[count + i] = (double)((i * 104729) % count) / (double)count;
        }
        struct lka_ranking ranking;
        ck_assert_int_eq(lka_rank_outside(scores, count, scores + count, count, &ranking, NULL), LKA_OK);
        ck_assert_double_gt(ranking.auc, ranking.auc_interval.low);
        ck_assert_double_lt(ranking.auc, ranking.auc_interval.high);
        width[n] = ranking.auc_interval.high - ranking.auc_interval.low;
        free(scores);
    }
    ck_assert_double_eq_tol(width[0] / width[1], 10, .5); /* sqrt(4000 / 40) */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    tcase_add_test(tests, wilson_is_the_published_interval);
    tcase_add_test(tests, seeds_are_looked_up_among_the_pool);
    tcase_add_test(tests, ties_count_by_chance);
    tcase_add_test(tests, truth_gives_average_precision);
    tcase_add_test(tests, truth_without_positives_is_refused);
    tcase_add_test(tests, auc_interval_covers_and_shrinks);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
