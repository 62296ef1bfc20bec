/* Recall, lift, AUC, average precision and their intervals, against values worked out by hand. */
#include "train/metrics.h"

#include "run_suite.h"

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
    struct lka_labelled rows[] = {{4, 0, true, 0}, {3, 1, false, 1}, {2, 2, true, 2}, {1, 3, false, 3}};
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
    struct lka_labelled rows[] = {{1, 0, false, 0}, {2, 1, false, 1}};
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

START_TEST(a_weight_of_two_is_a_row_twice)
{
    enum { ROWS = 60 };
    double scores[2 * ROWS];
    double own[ROWS];
    double weight[ROWS];
    uint8_t label[2 * ROWS];
    uint8_t own_label[ROWS];
    size_t doubled = 0;
    for (size_t i = 0; i < ROWS; i++) {
        own[i] = (double)(i * 7 % 23);
        own_label[i] = i * 5 % 7 < 3;
        weight[i] = i % 3 ? 1 : 2;
        for (size_t copy = 0; copy < (size_t)weight[i]; copy++) {
            scores[doubled] = own[i];
            label[doubled++] = own_label[i];
        }
    }
    struct lka_ranking weighted;
    struct lka_ranking twice;
    ck_assert_int_eq(lka_rank_weighted(own, own_label, weight, ROWS, &weighted, NULL), LKA_OK);
    ck_assert_int_eq(lka_rank_weighted(scores, label, NULL, doubled, &twice, NULL), LKA_OK);
    ASSERT_NEAR(weighted.auc, twice.auc);
    ck_assert_double_gt(weighted.auc_interval.high - weighted.auc_interval.low,
                        twice.auc_interval.high - twice.auc_interval.low); /* it is no second person */
    for (size_t t = 0; t < LKA_TIERS; t++) {
        ASSERT_NEAR(weighted.tiers[t].recall, twice.tiers[t].recall);
        ASSERT_NEAR(weighted.tiers[t].lift, twice.tiers[t].lift);
    }
}
END_TEST

START_TEST(tiers_of_weight_by_hand)
{
    /* Best first; two positives at the top count 5 each, one in the middle 1. The top 1% are 1.08 of 108. */
    double scores[100];
    double weight[100];
    uint8_t label[100];
    for (int i = 0; i < 100; i++) {
        scores[i] = -i;
        label[i] = i == 0 || i == 1 || i == 50;
        weight[i] = i < 2 ? 5 : 1;
    }
    struct lka_ranking ranking;
    ck_assert_int_eq(lka_rank_weighted(scores, label, weight, 100, &ranking, NULL), LKA_OK);
    ASSERT_NEAR(ranking.tiers[0].recall, 1.08 / 11);
    ASSERT_NEAR(ranking.tiers[3].recall, 10. / 11);
    ASSERT_NEAR(ranking.auc, (10. + 49. / 97) / 11);
    ck_assert_int_eq(lka_rank_weighted(scores, label, weight, 2, &ranking, NULL), LKA_DATA);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    tcase_add_test(tests, a_weight_of_two_is_a_row_twice);
    tcase_add_test(tests, tiers_of_weight_by_hand);
    tcase_add_test(tests, wilson_is_the_published_interval);
    tcase_add_test(tests, seeds_are_looked_up_among_the_pool);
    tcase_add_test(tests, ties_count_by_chance);
    tcase_add_test(tests, truth_gives_average_precision);
    tcase_add_test(tests, truth_without_positives_is_refused);
    tcase_add_test(tests, auc_interval_covers_and_shrinks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
