/* The family blend: which families it takes, on which scale it adds them up, and what their weights are. */
#include "crowd_by_hand.h"
#include "hidden_by_hand.h"
#include "run_suite.h"
#include "models/blend/blend.h"
#include "models/forest/xgboost.h"
#include "models/logistic/logistic.h"

#include <math.h>

extern const struct lka_model_family lka_blend_family;

enum { SEEDS = 60, OTHERS = 240, PEOPLE = SEEDS + OTHERS };

static struct lka_error error;

/* ---- which families --------------------------------------------------------------------------- */

static void drop_parts(struct lka_blend *blend)
{
    for (size_t p = 0; p < blend->count; p++) {
        lka_options_free(blend->parts[p].options);
    }
}

START_TEST(families_are_read_with_their_settings)
{
    struct lka_blend blend = {0};
    ck_assert_int_eq(
        lka_parts_read("logistic:l2=20;centroid:metric=mahalanobis,contrast=false;logistic", &blend, &error), LKA_OK);
    ck_assert_uint_eq(blend.count, 3);
    ck_assert_str_eq(blend.parts[1].family->name, "centroid");
    const struct lka_logistic_options *values = lka_options_values(blend.parts[0].options);
    ck_assert_double_eq(values->l2, 20);
    ck_assert(lka_options_given(blend.parts[1].options, "contrast"));
    ck_assert(!lka_options_given(blend.parts[2].options, "l2"));
    drop_parts(&blend);
}
END_TEST

START_TEST(what_is_no_list_of_families_is_refused)
{
    static const struct {
        const char *of;
        const char *said;
    } cases[] = {
        {"", "has no family that is installed"},
        {"logistics", "\"logistics\" is no family to blend; allowed: FAMILY or FAMILY:KEY=VALUE,..., separated by ;"},
        {"logistic;blend", "\"blend\" is no family to blend"},
        {"logistic:l2", "\"l2\" is no setting"},
        {"logistic:l3=1", "l3"},
        {"logistic:l2=-1", "-1"},
        {"logistic:prior=.1", "prior of logistic would change nothing: it is for risk=nnpu"},
        {"centroid;;logistic", "\"\" is no family to blend"},
        {"svm;svm;svm;svm;svm;svm;svm;svm;centroid", "\"centroid\" is one family too many"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lka_blend blend = {.base.family = &lka_blend_family};
        error.message[0] = '\0';
        ck_assert_int_eq(lka_parts_read(cases[i].of, &blend, &error), LKA_USAGE);
        ck_assert_msg(strstr(error.message, cases[i].said), "%s: %s", cases[i].of, error.message);
        drop_parts(&blend);
    }
}
END_TEST

START_TEST(a_value_may_have_commas)
{
    struct lka_blend blend = {0};
    ck_assert_int_eq(lka_parts_read("forest:monotone=age:+,income:-,depth=2;logistic", &blend, &error), LKA_OK);
    ck_assert_uint_eq(blend.count, 2);
    ck_assert_str_eq(*(char *const *)lka_options_value(blend.parts[0].options, "monotone"), "age:+,income:-");
    ck_assert(lka_options_given(blend.parts[0].options, "depth"));
    drop_parts(&blend);
}
END_TEST

START_TEST(a_family_that_is_not_installed_is_passed_over)
{
    struct lka_blend blend = {0};
    hides_xgboost = true;
    ck_assert(!lka_xgboost_there());
    ck_assert_int_eq(lka_parts_read("forest;logistic;forest:trees=9", &blend, &error), LKA_OK);
    ck_assert_uint_eq(blend.count, 1);
    ck_assert_str_eq(blend.parts[0].family->name, "logistic");
    drop_parts(&blend);
    blend = (struct lka_blend){0};
    ck_assert_int_eq(lka_parts_read("forest", &blend, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "\"forest\" has no family that is installed"));
}
END_TEST

/* ---- scores ----------------------------------------------------------------------------------- */

static struct lka_family_model *fit(const struct crowd *crowd, const char *name, const char *of, double *scores)
{
    const struct lka_model_family *family = lka_family_find(name);
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    struct lka_options *options;
    struct lka_arena scratch = {0};
    ck_assert_int_eq(lka_options_new(family->params, &options, NULL), LKA_OK);
    ck_assert_int_eq(of ? lka_options_set(options, "of", of, NULL) : LKA_OK, LKA_OK);
    struct lka_fit_input input = crowd_input(crowd, options);
    ck_assert_msg(family->fit(&input, &model, &info, &error) == LKA_OK, "%s", error.message);
    ck_assert_int_eq(family->score_block(model, &crowd->block, &scratch, scores, NULL), LKA_OK);
    lka_arena_release(&scratch);
    lka_options_free(options);
    return model;
}

/* To mean 0 and deviation 1 over the unlabelled; returns what the deviation was. */
static double standardise(const struct crowd *crowd, double *scores)
{
    double mean = 0;
    double square = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        mean += crowd->label[i] ? 0 : scores[i] / OTHERS;
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        square += crowd->label[i] ? 0 : (scores[i] - mean) * (scores[i] - mean) / OTHERS;
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        scores[i] = (scores[i] - mean) / sqrt(square);
    }
    return sqrt(square);
}

START_TEST(a_score_is_the_mean_of_the_parts_on_one_scale)
{
    struct crowd crowd;
    double blended[PEOPLE];
    double part[2][PEOPLE];
    crowd_init(&crowd, SEEDS, OTHERS);
    lka_blend_family.free(fit(&crowd, "blend", "logistic;centroid", blended));
    lka_family_find("logistic")->free(fit(&crowd, "logistic", NULL, part[0]));
    lka_family_find("centroid")->free(fit(&crowd, "centroid", NULL, part[1]));
    standardise(&crowd, part[0]);
    standardise(&crowd, part[1]);
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_double_eq_tol(blended[i], (part[0][i] + part[1][i]) / 2, 1e-9);
    }
    crowd_release(&crowd);
}
END_TEST

START_TEST(the_mean_of_log_odds_is_log_odds)
{
    struct crowd crowd;
    double blended[PEOPLE];
    double part[2][PEOPLE];
    crowd_init(&crowd, SEEDS, OTHERS);
    double scaled[2][PEOPLE];
    struct lka_family_model *mean = fit(&crowd, "blend", "logistic;logistic:l2=2", blended);
    lka_family_find("logistic")->free(fit(&crowd, "logistic", NULL, part[0]));
    struct lka_family_model *alone = fit(&crowd, "blend", "logistic:l2=2", part[1]);
    double bold[2] = {standardise(&crowd, memcpy(scaled[0], part[0], sizeof part[0])),
                      standardise(&crowd, memcpy(scaled[1], part[1], sizeof part[1]))};
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_double_eq_tol(blended[i], (part[0][i] * bold[1] + part[1][i] * bold[0]) / (bold[0] + bold[1]), 1e-9);
    }
    standardise(&crowd, blended);
    for (size_t i = 0; i < PEOPLE; i++) {
        scaled[0][i] += scaled[1][i];
    }
    standardise(&crowd, scaled[0]);
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_double_eq_tol(blended[i], scaled[0][i], 1e-9);
    }
    ck_assert(lka_family_tells_log_odds(mean));
    lka_blend_family.free(mean);
    lka_blend_family.free(alone);
    crowd_release(&crowd);
}
END_TEST

START_TEST(where_a_part_tells_no_log_odds_the_blend_tells_none)
{
    static const char *const of[] = {"logistic;centroid", "logistic;logistic:risk=nnpu,prior=0.1"};
    struct crowd crowd;
    double scores[PEOPLE];
    crowd_init(&crowd, SEEDS, OTHERS);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        double mean = 0;
        struct lka_family_model *model = fit(&crowd, "blend", of[i], scores);
        for (size_t row = 0; row < PEOPLE; row++) {
            mean += crowd.label[row] ? 0 : scores[row] / OTHERS;
        }
        ck_assert_double_eq_tol(mean, 0, 1e-9);
        ck_assert(!lka_family_tells_log_odds(model));
        lka_blend_family.free(model);
    }
    crowd_release(&crowd);
}
END_TEST

START_TEST(it_explains_if_all_parts_do)
{
    struct crowd crowd;
    double scores[PEOPLE];
    crowd_init(&crowd, SEEDS, OTHERS);
    struct lka_family_model *good = fit(&crowd, "blend", "logistic;centroid", scores);
    struct lka_family_model *bad = fit(&crowd, "blend", "logistic;neighbours", scores);
    ck_assert(lka_blend_family.explains(good));
    ck_assert(!lka_blend_family.explains(bad));
    lka_blend_family.free(good);
    lka_blend_family.free(bad);
    crowd_release(&crowd);
}
END_TEST

/* ---- weights ---------------------------------------------------------------------------------- */

enum { ROWS = 400, POSITIVES = 100 };

/* Held-out scores: the first part tells seeds well, the second less so (or, with -1, the wrong way round). */
static void make_held_out(double z[2 * ROWS], uint8_t y[ROWS], double weight[ROWS], double second)
{
    struct lka_random random = lka_random_start(3, 0);
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = i < POSITIVES;
        z[i] = 1.2 * y[i] + lka_random_normal(&random);
        z[ROWS + i] = second * y[i] + lka_random_normal(&random);
        weight[i] = 1. / (y[i] ? POSITIVES : ROWS - POSITIVES);
    }
}

/* The same optimum, slowly: gradient descent on the mean log loss with its ridge. */
static void descend(const double z[2 * ROWS], const uint8_t y[ROWS], const double weight[ROWS], double b[3])
{
    b[0] = b[1] = b[2] = 0;
    for (int step = 0; step < 20000; step++) {
        double gradient[3] = {1e-3 * b[0], 1e-3 * b[1], 1e-9 * b[2]};
        for (size_t i = 0; i < ROWS; i++) {
            double p = 1 / (1 + exp(-(b[0] * z[i] + b[1] * z[ROWS + i] + b[2])));
            gradient[0] += weight[i] * (p - y[i]) * z[i];
            gradient[1] += weight[i] * (p - y[i]) * z[ROWS + i];
            gradient[2] += weight[i] * (p - y[i]);
        }
        for (int c = 0; c < 3; c++) {
            b[c] -= .5 * gradient[c];
        }
    }
}

START_TEST(weights_fit_held_out_rows_as_far_as_seeds_go)
{
    double z[2 * ROWS];
    double weight[ROWS];
    double weights[2];
    double b[3];
    uint8_t y[ROWS];
    make_held_out(z, y, weight, .6);
    descend(z, y, weight, b);
    ck_assert_double_gt(b[1], 0);
    for (size_t seeds = 50; seeds <= 5000; seeds *= 10) {
        double trust = (double)seeds / ((double)seeds + 200);
        ck_assert_int_eq(lka_stack(z, y, weight, 2, ROWS, seeds, weights, NULL), LKA_OK);
        ck_assert_double_eq_tol(weights[0], trust * b[0] / (b[0] + b[1]) + (1 - trust) / 2, 1e-6);
        ck_assert_double_eq_tol(weights[0] + weights[1], 1, 1e-12);
    }
}
END_TEST

START_TEST(what_counts_against_is_left_out)
{
    double z[2 * ROWS];
    double weight[ROWS];
    double weights[2];
    uint8_t y[ROWS];
    make_held_out(z, y, weight, -1);
    ck_assert_int_eq(lka_stack(z, y, weight, 2, ROWS, 200, weights, NULL), LKA_OK);
    ck_assert_double_eq_tol(weights[0], .75, 1e-12);
    ck_assert_double_eq_tol(weights[1], .25, 1e-12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blend");
    TCase *tests = tcase_create("blend");
    tcase_add_test(tests, families_are_read_with_their_settings);
    tcase_add_test(tests, what_is_no_list_of_families_is_refused);
    tcase_add_test(tests, a_value_may_have_commas);
    tcase_add_test(tests, a_family_that_is_not_installed_is_passed_over);
    tcase_add_test(tests, a_score_is_the_mean_of_the_parts_on_one_scale);
    tcase_add_test(tests, the_mean_of_log_odds_is_log_odds);
    tcase_add_test(tests, where_a_part_tells_no_log_odds_the_blend_tells_none);
    tcase_add_test(tests, it_explains_if_all_parts_do);
    tcase_add_test(tests, weights_fit_held_out_rows_as_far_as_seeds_go);
    tcase_add_test(tests, what_counts_against_is_left_out);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
