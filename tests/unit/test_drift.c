/* The population stability index: known values, what chance gives, and what is told. */
#include "base/random.h"
#include "base/text.h"
#include "score/drift.h"

#include "run_suite.h"

#include <math.h>

static const struct lka_feature category = {.name = "city", .kind = LKA_FEATURE_CODE, .codes = 6};
static const struct lka_feature boolean = {.name = "member", .kind = LKA_FEATURE_CODE, .codes = 3};
static const struct lka_feature number = {.name = "age", .kind = LKA_FEATURE_NUMBER, .codes = 33};

/* One row more of a code, drawn with the weights given. */
static void draw(struct lka_random *random, const double *weights, uint32_t codes, uint64_t rows, uint64_t *counts)
{
    double total = 0;
    for (uint32_t code = 0; code < codes; code++) {
        total += weights[code];
        counts[code] = 0;
    }
    for (uint64_t i = 0; i < rows; i++) {
        double at = lka_random_uniform(random) * total;
        uint32_t code = 0;
        while (code + 1 < codes && at >= weights[code]) {
            at -= weights[code++];
        }
        counts[code]++;
    }
}

START_TEST(two_groups_give_the_formula)
{
    double reference[] = {0, 500, 500};
    uint64_t scored[] = {0, 900, 100};
    struct lka_drift drift = lka_drift_of(&boolean, false, reference, scored);
    double exact = .4 * log(.9 / .5) + .4 * log(.5 / .1);
    ck_assert_double_eq_tol(drift.index, exact - (1 / 1000.0 + 1 / 1000.0), 1e-12);
    ck_assert(!drift.is_chance);
}
END_TEST

START_TEST(the_same_shares_are_no_drift)
{
    double reference[] = {100, 20, 300, 80, 250, 250};
    uint64_t scored[] = {1000, 200, 3000, 800, 2500, 2500};
    struct lka_drift drift = lka_drift_of(&category, true, reference, scored);
    ck_assert(drift.index == 0);
    ck_assert(drift.is_chance);
}
END_TEST

START_TEST(nothing_to_compare_is_no_drift)
{
    double reference[] = {0, 500, 500};
    double empty[] = {0, 0, 0};
    uint64_t scored[] = {0, 900, 100};
    uint64_t none[] = {0, 0, 0};
    ck_assert(lka_drift_of(&boolean, false, empty, scored).is_chance);
    ck_assert(lka_drift_of(&boolean, false, reference, none).is_chance);
}
END_TEST

START_TEST(values_that_training_never_saw_are_drift)
{
    double reference[] = {0, 10, 400, 300, 200, 90};
    uint64_t scored[] = {0, 4000, 2400, 1800, 1200, 600};
    struct lka_drift drift = lka_drift_of(&category, true, reference, scored);
    ck_assert(drift.index > .5 && !drift.is_chance);
}
END_TEST

START_TEST(missing_values_where_there_were_none_are_drift)
{
    double reference[33] = {0};
    uint64_t scored[33] = {0};
    for (size_t code = 1; code < 33; code++) {
        reference[code] = 100;
        scored[code] = 80;
    }
    scored[0] = 640;
    struct lka_drift drift = lka_drift_of(&number, false, reference, scored);
    ck_assert(drift.index > .25 && !drift.is_chance);
}
END_TEST

/* Everybody 6 of 32 bins older: the first of the 10 groups of 3 or 4 bins are empty then, the last is full. */
START_TEST(a_shifted_number_is_told_by_groups_of_bins)
{
    double reference[33] = {0};
    uint64_t scored[33] = {0};
    for (size_t code = 1; code < 33; code++) {
        reference[code] = 100;
        scored[code] = code <= 6 ? 0 : 100;
    }
    scored[32] += 600;
    struct lka_drift drift = lka_drift_of(&number, false, reference, scored);
    ck_assert(drift.index > .25 && drift.index < 2 && !drift.is_chance);
}
END_TEST

/* Codes that the sample hardly has: one group, so that they can't add up to an alarm. */
START_TEST(rare_codes_are_one_group)
{
    enum { CODES = 500 };
    static const struct lka_feature wide = {.name = "shop", .kind = LKA_FEATURE_CODE, .codes = CODES};
    double reference[CODES] = {0};
    uint64_t scored[CODES] = {0};
    reference[2] = 10000;
    scored[2] = 10000;
    for (size_t code = 3; code < CODES; code++) {
        reference[code] = code % 2 ? 4 : 0;
        scored[code] = code % 2 ? 0 : 4;
    }
    ck_assert(lka_drift_of(&wide, true, reference, scored).index < 1e-3);
}
END_TEST

/* Without drift: hardly any index in large pools, no alarm in the smallest. */
START_TEST(chance_gives_no_alarm)
{
    static const uint64_t sizes[] = {20, 60, 300, 5000};
    double weights[33] = {3};
    for (size_t code = 1; code < 33; code++) {
        weights[code] = (double)(code % 4 + 1);
    }
    struct lka_random random = lka_random_start(5, (uint64_t)_i);
    double sum = 0;
    for (size_t draws = 0; draws < 400; draws++) {
        uint64_t sample[33];
        uint64_t scored[33];
        double reference[33];
        draw(&random, weights, 33, 2000, sample);
        draw(&random, weights, 33, sizes[_i], scored);
        for (size_t code = 0; code < 33; code++) {
            reference[code] = (double)sample[code];
        }
        struct lka_drift drift = lka_drift_of(&number, false, reference, scored);
        ck_assert(drift.index < .25 || drift.is_chance);
        sum += drift.index;
    }
    ck_assert(sizes[_i] < 5000 || sum / 400 < .003);
}
END_TEST

START_TEST(drifted_columns_are_told_with_their_shares)
{
    json_t *drift = json_pack("{s:f, s:[s], s:[{s:s, s:f, s:b, s:f, s:f}, {s:s, s:f, s:b, s:f, s:f, s:f, s:f}]}",
                              "limit", .25, "drifted", "city", "columns", "column", "age", "index", .01, "drifted", 0,
                              "missing", .01, "missing_in_training", .01, "column", "city", "index", .614, "drifted", 1,
                              "missing", 0., "missing_in_training", 0., "unseen", .34, "unseen_in_training", .02);
    struct lka_text told = {0};
    ck_assert_uint_eq(lka_drift_tell(drift, &told), 1);
    ck_assert_str_eq(told.bytes, "\"city\" (0.61; unseen 34% against 2%)");
    lka_text_release(&told);
    json_decref(drift);
    json_t *nothing = json_null();
    ck_assert_uint_eq(lka_drift_tell(nothing, &told), 0);
    ck_assert_ptr_null(told.bytes);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("drift");
    TCase *drift = tcase_create("drift");
    tcase_set_timeout(drift, 60);
    tcase_add_test(drift, two_groups_give_the_formula);
    tcase_add_test(drift, the_same_shares_are_no_drift);
    tcase_add_test(drift, nothing_to_compare_is_no_drift);
    tcase_add_test(drift, values_that_training_never_saw_are_drift);
    tcase_add_test(drift, missing_values_where_there_were_none_are_drift);
    tcase_add_test(drift, a_shifted_number_is_told_by_groups_of_bins);
    tcase_add_test(drift, rare_codes_are_one_group);
    tcase_add_loop_test(drift, chance_gives_no_alarm, 0, 4);
    tcase_add_test(drift, drifted_columns_are_told_with_their_shares);
    suite_add_tcase(suite, drift);
    return run_suite(suite);
}
