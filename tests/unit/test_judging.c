/* What evaluate says beside recall and lift, against values worked out by hand. */
#include "base/elementary.h"
#include "score/calibration.h"
#include "score/champion.h"
#include "score/mixture.h"
#include "score/paired.h"
#include "score/widening.h"
#include "score_by_hand.h"
#include "run_suite.h"

#include <math.h>

#define ASSERT_NEAR(a, b) ck_assert_double_eq_tol((a), (b), 1e-9)

/* ---- how many may be alike -------------------------------------------------------------------- */

START_TEST(the_bound_on_the_prior_is_found_where_the_pool_has_least)
{
    /* 50 of 1,000 stand where all the seeds are; the others nowhere near. */
    double pool[1000];
    double found[400];
    struct lka_mixture mixture;
    for (int i = 0; i < 1000; i++) {
        pool[i] = i < 950 ? i : 2000;
    }
    for (int i = 0; i < 400; i++) {
        found[i] = 2000;
    }
    lka_mixture_estimate(found, 400, pool, 1000, &mixture);
    ASSERT_NEAR(mixture.estimate, .05);
    /* Hoeffding: sqrt(log(4 / .05) / 800) + sqrt(log(4 / .05) / 2000). */
    ASSERT_NEAR(mixture.upper, .05 + 1.01 * (sqrt(log(80) / 800) + sqrt(log(80) / 2000)));
}
END_TEST

START_TEST(seeds_like_the_pool_leave_the_prior_open)
{
    double pool[1000];
    struct lka_mixture mixture;
    for (int i = 0; i < 1000; i++) {
        pool[i] = i;
    }
    lka_mixture_estimate(pool, 1000, pool, 1000, &mixture);
    ASSERT_NEAR(mixture.upper, 1);
    double same[3] = {1, 1, 1};
    lka_mixture_estimate(same, 3, same, 3, &mixture);
    ASSERT_NEAR(mixture.estimate, 1);
}
END_TEST

START_TEST(precision_is_prior_times_lift_up_to_one)
{
    ASSERT_NEAR(lka_mixture_precision(.02, 8), .16);
    ASSERT_NEAR(lka_mixture_precision(.2, 8), 1);
}
END_TEST

/* ---- widening --------------------------------------------------------------------------------- */

START_TEST(similarity_falls_as_the_audience_widens)
{
    double pool[100];
    double found[4] = {89.5, 97.5, 98.5, 99.5};
    struct lka_reach_step steps[LKA_REACHES];
    for (int i = 0; i < 100; i++) {
        pool[i] = i;
    }
    lka_widen(found, 4, pool, 100, steps);
    ck_assert_uint_eq(steps[0].people, 1);
    ASSERT_NEAR(steps[0].similarity, .75); /* 99 scores above three of four */
    ASSERT_NEAR(steps[1].similarity, (.75 + .5) / 2);
    ASSERT_NEAR(steps[1].similarity_last, .5);
    ASSERT_NEAR(steps[9].similarity_last, .25); /* 90 scores above 89.5 alone */
    ASSERT_NEAR(steps[0].recall, .25);
    ASSERT_NEAR(steps[2].recall, .75);
    ASSERT_NEAR(steps[2].slice_lift, 25);
    ASSERT_NEAR(steps[9].slice_lift, 0);
}
END_TEST

/* ---- stability -------------------------------------------------------------------------------- */

static uint64_t hash_of_points(int points)
{
    return (uint64_t)points * UINT64_C(0x9e3779b97f4a7c15);
}

/* 20,000 rows of points 0 to 19,999 through two members of a family. */
static void note_rows(struct lka_stability *stability)
{
    struct lka_block block;
    ck_assert_int_eq(lka_block_init(&block, lka_plan_space(model.plan), 1000, &error), LKA_OK);
    block.count = 1000;
    for (int b = 0; b < 20; b++) {
        uint32_t rows[1000];
        uint64_t people[1000];
        for (uint32_t i = 0; i < 1000; i++) {
            rows[i] = i;
            people[i] = hash_of_points(b * 1000 + (int)i);
            lka_block_values(&block, 0)[i] = b * 1000 + (int)i;
        }
        ck_assert_int_eq(lka_stability_note(stability, &block, rows, people, 1000, &error), LKA_OK);
    }
    lka_block_release(&block);
}

START_TEST(equal_members_agree_whatever_the_sample)
{
    struct lka_stability stability;
    struct lka_stable_top tops[LKA_STABILITY_TIERS];
    model.members[1] = &points_model;
    model.member_count = 2;
    ck_assert_int_eq(lka_stability_init(&stability, &model, 8192, &error), LKA_OK);
    note_rows(&stability);
    ck_assert_uint_le(stability.count, 8192);
    ck_assert_uint_gt(stability.count, 3500);
    ck_assert_int_eq(lka_stability_compare(&stability, tops, &error), LKA_OK);
    ASSERT_NEAR(tops[0].mean, 1);
    ASSERT_NEAR(tops[1].least, 1);
    lka_stability_release(&stability);
}
END_TEST

START_TEST(the_sample_is_the_people_with_the_smallest_hashes)
{
    struct lka_stability stability;
    uint64_t largest = 0;
    size_t within = 0;
    ck_assert_int_eq(lka_stability_init(&stability, &model, 8192, &error), LKA_OK);
    note_rows(&stability);
    for (size_t i = 0; i < stability.count; i++) {
        largest = stability.people[i] > largest ? stability.people[i] : largest;
        ck_assert_uint_eq(stability.people[i], hash_of_points((int)stability.scores[i]));
    }
    for (int points = 0; points < 20000; points++) {
        within += hash_of_points(points) <= largest;
    }
    ck_assert_uint_eq(stability.count, within);
    lka_stability_release(&stability);
}
END_TEST

START_TEST(tops_are_compared_by_people_in_both_over_people_in_either)
{
    /* The second member has the best 500 of the first at the very end. */
    struct lka_stability stability;
    struct lka_stable_top tops[LKA_STABILITY_TIERS];
    model.members[1] = &points_model;
    model.member_count = 2;
    ck_assert_int_eq(lka_stability_init(&stability, &model, 32768, &error), LKA_OK);
    note_rows(&stability);
    for (size_t i = 0; i < stability.count; i++) {
        bool moved = stability.scores[2 * i] >= 19500;
        stability.scores[2 * i + 1] = moved ? -stability.scores[2 * i] : stability.scores[2 * i];
    }
    ck_assert_int_eq(lka_stability_compare(&stability, tops, &error), LKA_OK);
    ASSERT_NEAR(tops[0].mean, 0);            /* 200 people: 19,800 on, and 19,300 to 19,499 */
    ASSERT_NEAR(tops[1].mean, 500 / 1500.0); /* 1,000: 19,000 on, and 18,500 to 19,499 */
    lka_stability_release(&stability);
}
END_TEST

static struct lka_family_model once, against;

/* One fit has the points as score, another thrice as many against them. */
static lka_status score_of_fit(const struct lka_family_model *fit, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *failure)
{
    LKA_TRY(points_score(fit, block, scratch, scores, failure));
    for (size_t i = 0; i < block->count; i++) {
        scores[i] *= fit == &against ? -3 : 1;
    }
    return LKA_OK;
}

START_TEST(a_member_of_several_fits_ranks_by_their_mean)
{
    const struct lka_model_family family = {
        .abi = LKA_FAMILY_ABI, .name = "fits", .score_block = score_of_fit, .free = points_free};
    struct lka_family_model *fits[] = {&once, &once, &once, &once, &once, &against, &against, &once};
    struct lka_stability stability;
    struct lka_stable_top tops[LKA_STABILITY_TIERS];
    model.family = &family;
    model.mean = NULL;
    model.bags = model.member_count = model.seed_members =
        2; /* the last four fits are those that seeds are scored by */
    memcpy(model.members, fits, sizeof fits);
    ck_assert_int_eq(lka_stability_init(&stability, &model, 8192, &error), LKA_OK);
    note_rows(&stability);
    for (size_t i = 0; i < 2 * stability.count; i++) {
        ck_assert_uint_eq(stability.people[i / 2], hash_of_points(-(int)stability.scores[i]));
    }
    ck_assert_int_eq(lka_stability_compare(&stability, tops, &error), LKA_OK);
    ASSERT_NEAR(tops[0].mean, 1);
    lka_stability_release(&stability);
}
END_TEST

/* ---- two models ------------------------------------------------------------------------------- */

static struct lka_collected collected(double *scores, uint64_t *people, size_t count)
{
    return (struct lka_collected){.scores = scores, .people = people, .count = count};
}

START_TEST(a_pair_differs_by_what_each_finds_of_the_same_seeds)
{
    double pool_scores[100];
    uint64_t people[100];
    for (uint64_t i = 0; i < 100; i++) {
        pool_scores[i] = (double)i;
        people[i] = i;
    }
    double all[4] = {200, 200, 200, 200};
    double half[4] = {200, 200, -1, -1};
    struct lka_collected found[2] = {collected(all, people, 4), collected(half, people, 4)};
    struct lka_collected pool[2] = {collected(pool_scores, people, 100), collected(pool_scores, people, 100)};
    struct lka_pairing pairing;
    ck_assert_int_eq(lka_pair(found, pool, 1, &pairing, &error), LKA_OK);
    const struct lka_difference *auc = &pairing.figures[LKA_TIERS];
    ASSERT_NEAR(pairing.figures[0].difference, .5);
    ASSERT_NEAR(auc->first, 1);
    ASSERT_NEAR(auc->second, .5);
    /* A draw has k of 4 seeds that differ, k binomial: 0 and 4 each come one time in 16. */
    ASSERT_NEAR(auc->interval.low, 0);
    ASSERT_NEAR(auc->interval.high, 1);
    found[1] = found[0];
    ck_assert_int_eq(lka_pair(found, pool, 1, &pairing, &error), LKA_OK);
    ASSERT_NEAR(pairing.figures[2].interval.low, 0);
    ASSERT_NEAR(pairing.figures[2].interval.high, 0);
}
END_TEST

/* Of 100 rows the first model ranks the 4 positives on top, the second two of them at the very end. */
START_TEST(the_other_way_round_a_pair_has_the_opposite_interval)
{
    enum { SEEDS = 40 };
    uint64_t people[100];
    double scores[100];
    double one[SEEDS];
    double other[SEEDS];
    struct lka_pairing pairing;
    struct lka_pairing opposite;
    for (uint64_t i = 0; i < 100; i++) {
        people[i] = i;
        scores[i] = (double)i;
    }
    for (int i = 0; i < SEEDS; i++) {
        one[i] = i * 17 % 101;
        other[i] = i * 29 % 103;
    }
    struct lka_collected pool[2] = {collected(scores, people, 100), collected(scores, people, 100)};
    struct lka_collected found[2] = {collected(one, people, SEEDS), collected(other, people, SEEDS)};
    struct lka_collected turned[2] = {found[1], found[0]};
    ck_assert_int_eq(lka_pair(found, pool, 1, &pairing, &error), LKA_OK);
    ck_assert_int_eq(lka_pair(turned, pool, 1, &opposite, &error), LKA_OK);
    const struct lka_difference *auc = &pairing.figures[LKA_TIERS];
    ck_assert_double_lt(auc->interval.low, auc->interval.high);
    ASSERT_NEAR(auc->interval.low, -opposite.figures[LKA_TIERS].interval.high);
    ASSERT_NEAR(auc->interval.high, -opposite.figures[LKA_TIERS].interval.low);
}
END_TEST

START_TEST(a_pair_differs_by_what_each_finds_of_the_truth)
{
    struct lka_labelled first[100];
    struct lka_labelled second[100];
    const struct lka_labelled *rows[2] = {first, second};
    const size_t counts[2] = {100, 100};
    struct lka_pairing pairing;
    for (uint64_t i = 0; i < 100; i++) {
        first[i] = second[i] = (struct lka_labelled){-(double)i, i, i < 4, 1000 - i};
    }
    second[0] = first[2], second[1] = first[3];
    second[2] = first[98], second[3] = first[99];
    second[98] = first[0], second[99] = first[1];
    ck_assert_int_eq(lka_pair_found(rows, counts, 1, &pairing, &error), LKA_OK);
    ASSERT_NEAR(pairing.figures[0].difference, .25 - .25); /* one of one */
    ASSERT_NEAR(pairing.figures[2].difference, .5);        /* 4 and 2 in the top 5 */
    ASSERT_NEAR(pairing.figures[LKA_TIERS].second, .5);
    ASSERT_NEAR(pairing.average_precision.first, 1);
    ASSERT_NEAR(pairing.average_precision.second, (1 + 1 + 3 / 99.0 + 4 / 100.0) / 4);
    ck_assert(pairing.average_precision.interval.high >= pairing.average_precision.difference);
    ASSERT_NEAR(pairing.average_precision.interval.low, 0); /* a draw without the two has no difference */
    second[99].person = 7;
    ck_assert_int_eq(lka_pair_found(rows, counts, 1, &pairing, &error), LKA_DATA);
}
END_TEST

START_TEST(other_people_are_no_pair)
{
    double scores[2] = {1, 2};
    uint64_t people[2] = {1, 2};
    uint64_t others[2] = {1, 3};
    struct lka_collected same[2] = {collected(scores, people, 2), collected(scores, people, 2)};
    struct lka_collected differ[2] = {collected(scores, people, 2), collected(scores, others, 2)};
    struct lka_pairing pairing;
    ck_assert_int_eq(lka_pair(same, differ, 1, &pairing, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "people of the pool"));
}
END_TEST

START_TEST(a_champion_keeps_its_seat_until_it_is_beaten)
{
    struct lka_pairing pairing = {0};
    struct lka_difference *recall = &pairing.figures[2];
    *recall = (struct lka_difference){.difference = .02, .interval = {-.01, .05}};
    ck_assert(lka_champion_is_first(&pairing, -1));
    ck_assert(lka_champion_is_first(&pairing, 0));
    ck_assert(!lka_champion_is_first(&pairing, 1));
    recall->interval.low = .001;
    ck_assert(lka_champion_is_first(&pairing, 1));
    *recall = (struct lka_difference){.difference = -.02, .interval = {-.05, .01}};
    ck_assert(lka_champion_is_first(&pairing, 0)); /* worse, but not beyond chance */
    recall->interval.high = -.001;
    ck_assert(!lka_champion_is_first(&pairing, 0));
    *recall = (struct lka_difference){0};
    pairing.figures[LKA_TIERS].difference = -.01;
    ck_assert(!lka_champion_is_first(&pairing, -1));
}
END_TEST

/* ---- chances ---------------------------------------------------------------------------------- */

/* 400 rows of each of two scores, best first, `hits` of them positive. */
static void outcomes(struct lka_labelled rows[800], const double scores[2], const int hits[2])
{
    for (int i = 0; i < 800; i++) {
        int group = i / 400;
        rows[i] = (struct lka_labelled){scores[group], (uint64_t)i, i % 400 < hits[group], (uint64_t)i};
    }
}

START_TEST(chances_that_come_true_have_slope_one)
{
    struct lka_labelled rows[800];
    struct lka_calibration calibration;
    outcomes(rows, (const double[]){lka_log(3), 0}, (const int[]){300, 200});
    lka_calibrate(rows, 800, true, true, 0, &calibration);
    ASSERT_NEAR(calibration.base_rate, .625);
    ASSERT_NEAR(calibration.offset, 0);
    ASSERT_NEAR(calibration.slope, 1);
    /* Of two log odds, each with a variance of 1 / (n p (1 - p)). */
    double half = 1.959963984540054 * sqrt(1 / 75. + 1 / 100.) / lka_log(3);
    ASSERT_NEAR(calibration.slope_interval.low, 1 - half);
    ASSERT_NEAR(calibration.slope_interval.high, 1 + half);
    ASSERT_NEAR(calibration.bin[0].predicted, .75);
    ASSERT_NEAR(calibration.bin[9].predicted, .5);
    ASSERT_NEAR(calibration.bin[4].observed, 0); /* the positives of a score stand first here */
}
END_TEST

START_TEST(scores_that_are_too_bold_have_a_slope_below_one)
{
    struct lka_labelled rows[800];
    struct lka_calibration calibration;
    outcomes(rows, (const double[]){2 * lka_log(3), 0}, (const int[]){300, 200});
    lka_calibrate(rows, 800, true, true, 0, &calibration);
    ASSERT_NEAR(calibration.slope, .5);
    ck_assert_double_lt(calibration.slope_interval.high, 1);
}
END_TEST

START_TEST(constant_scores_and_other_scores_have_no_slope)
{
    struct lka_labelled rows[800];
    struct lka_calibration calibration;
    outcomes(rows, (const double[]){1, 1}, (const int[]){300, 200});
    lka_calibrate(rows, 800, true, true, 0, &calibration);
    ck_assert(isnan(calibration.slope));
    ASSERT_NEAR(calibration.bin[0].predicted, .625);
    lka_calibrate(rows, 800, true, false, 0, &calibration);
    ck_assert(isnan(calibration.bin[0].predicted));
}
END_TEST

START_TEST(a_base_rate_alone_shifts_the_chances)
{
    struct lka_labelled rows[800];
    struct lka_calibration calibration;
    outcomes(rows, (const double[]){1, 1}, (const int[]){0, 0});
    lka_calibrate(rows, 800, false, true, .02, &calibration);
    ASSERT_NEAR(calibration.bin[3].predicted, .02);
    ck_assert(isnan(calibration.bin[3].observed));
    ck_assert(isnan(calibration.slope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("judging");
    TCase *tests = tcase_create("judging");
    tcase_add_checked_fixture(tests, model_setup, model_teardown);
    tcase_add_test(tests, the_bound_on_the_prior_is_found_where_the_pool_has_least);
    tcase_add_test(tests, seeds_like_the_pool_leave_the_prior_open);
    tcase_add_test(tests, precision_is_prior_times_lift_up_to_one);
    tcase_add_test(tests, similarity_falls_as_the_audience_widens);
    tcase_add_test(tests, equal_members_agree_whatever_the_sample);
    tcase_add_test(tests, the_sample_is_the_people_with_the_smallest_hashes);
    tcase_add_test(tests, tops_are_compared_by_people_in_both_over_people_in_either);
    tcase_add_test(tests, a_member_of_several_fits_ranks_by_their_mean);
    tcase_add_test(tests, a_pair_differs_by_what_each_finds_of_the_same_seeds);
    tcase_add_test(tests, the_other_way_round_a_pair_has_the_opposite_interval);
    tcase_add_test(tests, a_pair_differs_by_what_each_finds_of_the_truth);
    tcase_add_test(tests, other_people_are_no_pair);
    tcase_add_test(tests, a_champion_keeps_its_seat_until_it_is_beaten);
    tcase_add_test(tests, chances_that_come_true_have_slope_one);
    tcase_add_test(tests, scores_that_are_too_bold_have_a_slope_below_one);
    tcase_add_test(tests, constant_scores_and_other_scores_have_no_slope);
    tcase_add_test(tests, a_base_rate_alone_shifts_the_chances);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
