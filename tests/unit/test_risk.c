/* The family logistic with risk=nnpu: its objective by the formula, and what holds at its minimum. */
#include "crowd_by_hand.h"
#include "run_suite.h"
#include "models/logistic/logistic.h"

#include <math.h>

extern const struct lka_model_family lka_logistic_family;

enum { SEEDS = 60, OTHERS = 240, PEOPLE = SEEDS + OTHERS };

static double log_loss(double margin)
{
    return log(1 + exp(-margin));
}

/* Of margins: prior P l(m), and U l(-m) - prior P l(-m). */
static void risks(const struct crowd *crowd, const double *margin, double prior, double *alike, double *others)
{
    *alike = 0;
    *others = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        if (crowd->label[i]) {
            *alike += prior * log_loss(margin[i]) / SEEDS;
            *others -= prior * log_loss(-margin[i]) / SEEDS;
        } else {
            *others += log_loss(-margin[i]) / OTHERS;
        }
    }
}

static struct lka_options *options_of(const char *l2, const char *prior)
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(lka_logistic_family.params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "risk", "nnpu", NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "l2", l2, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "prior", prior, NULL), LKA_OK);
    return options;
}

/* ---- the objective ---------------------------------------------------------------------------- */

/* All coefficients but the constant's are 0: every margin is the constant. */
START_TEST(the_objective_is_the_formula)
{
    struct crowd crowd;
    struct lka_logistic_problem problem;
    double margin[PEOPLE];
    double alike;
    double others;
    crowd_init(&crowd, SEEDS, OTHERS);
    struct lka_options *options = options_of("3", "0.2");
    struct lka_fit_input input = crowd_input(&crowd, options);
    ck_assert_int_eq(lka_logistic_problem_init(&problem, &input, false, NULL), LKA_OK);
    lka_logistic_problem_estimate(&problem, .2);
    problem.share_kept = .6;
    double *at = lka_new(2 * problem.columns.count, sizeof *at);
    at[problem.columns.count - 1] = -.7;
    double objective = lka_logistic_evaluate(&problem, 3, at, at + problem.columns.count);
    for (size_t i = 0; i < PEOPLE; i++) {
        margin[i] = -.7;
    }
    risks(&crowd, margin, .2, &alike, &others);
    ck_assert_double_eq_tol(objective, OTHERS * (alike + .6 * others), 1e-10);
    ck_assert_double_eq_tol(problem.others, OTHERS * others, 1e-10);
    lka_free(at);
    lka_logistic_problem_release(&problem);
    lka_options_free(options);
    crowd_release(&crowd);
}
END_TEST

START_TEST(the_gradient_is_the_objective_s)
{
    struct crowd crowd;
    struct lka_logistic_problem problem;
    crowd_init(&crowd, SEEDS, OTHERS);
    struct lka_options *options = options_of("3", "0.2");
    struct lka_fit_input input = crowd_input(&crowd, options);
    ck_assert_int_eq(lka_logistic_problem_init(&problem, &input, true, NULL), LKA_OK);
    lka_logistic_problem_estimate(&problem, .2);
    problem.share_kept = .6;
    size_t count = problem.columns.count;
    double *at = lka_new(3 * count, sizeof *at);
    double *gradient = at + count;
    double *unused = at + 2 * count;
    for (size_t j = 0; j < count; j++) {
        at[j] = .3 * sin((double)j);
    }
    (void)lka_logistic_evaluate(&problem, 3, at, gradient);
    for (size_t j = 0; j < count; j++) {
        double here = at[j];
        at[j] = here + 1e-5;
        double above = lka_logistic_evaluate(&problem, 3, at, unused);
        at[j] = here - 1e-5;
        double below = lka_logistic_evaluate(&problem, 3, at, unused);
        at[j] = here;
        ck_assert_double_eq_tol(gradient[j], (above - below) / 2e-5, 1e-5);
    }
    lka_free(at);
    lka_logistic_problem_release(&problem);
    lka_options_free(options);
    crowd_release(&crowd);
}
END_TEST

/* ---- the minimum ------------------------------------------------------------------------------ */

/* Margins of a fit: a score is one less the log of the prior. */
static void fit(struct crowd *crowd, const char *l2, const char *prior, double *margin)
{
    struct lka_family_model *model;
    struct lka_fit_info info;
    struct lka_error error = {0};
    struct lka_arena scratch = {0};
    crowd_init(crowd, SEEDS, OTHERS);
    struct lka_options *options = options_of(l2, prior);
    struct lka_fit_input input = crowd_input(crowd, options);
    ck_assert_msg(lka_logistic_family.fit(&input, &model, &info, &error) == LKA_OK, "%s", error.message);
    ck_assert(info.converged);
    ck_assert_int_eq(lka_logistic_family.score_block(model, &crowd->block, &scratch, margin, NULL), LKA_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        margin[i] += log(atof(prior));
    }
    lka_logistic_family.free(model);
    lka_options_free(options);
    lka_arena_release(&scratch);
}

/* The constant has no penalty, so the pool's mean probability is the prior. */
START_TEST(with_a_strong_penalty_nothing_is_cut)
{
    struct crowd crowd;
    double margin[PEOPLE];
    double alike;
    double others;
    double mean = 0;
    fit(&crowd, "50", "0.1", margin);
    risks(&crowd, margin, .1, &alike, &others);
    ck_assert_double_gt(others, 0);
    for (size_t i = 0; i < OTHERS; i++) {
        mean += 1 / (1 + exp(-margin[i])) / OTHERS;
    }
    ck_assert_double_eq_tol(mean, .1, 1e-6);
    crowd_release(&crowd);
}
END_TEST

/* Without the cut such a fit says that the others' risk is below zero. */
START_TEST(the_risk_of_the_others_is_not_negative)
{
    struct crowd crowd;
    double margin[PEOPLE];
    double alike;
    double others;
    fit(&crowd, "0.05", "0.9", margin);
    risks(&crowd, margin, .9, &alike, &others);
    ck_assert_double_eq_tol(others, 0, 1e-4);
    crowd_release(&crowd);
}
END_TEST

/* Where the pool is drawn as prior P + (1 - prior) N, with P / N = r: how much more frequent a row is among seeds than in it. */
START_TEST(log_odds_of_seed_against_pool_follow_from_the_prior)
{
    struct lka_options *options = options_of("3", "0.2");
    for (double r = 1. / 64; r <= 64; r *= 4) {
        double score = log(.2 * r / .8) - log(.2);
        double odds = lka_logistic_family.log_odds(lka_options_values(options), score);
        ck_assert_double_eq_tol(odds, log(r / (.2 * r + .8)), 1e-12);
    }
    ck_assert_int_eq(lka_options_set(options, "risk", "plain", NULL), LKA_OK);
    ck_assert_double_eq(lka_logistic_family.log_odds(lka_options_values(options), 1.5), 1.5);
    lka_options_free(options);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("risk");
    TCase *tests = tcase_create("risk");
    tcase_add_test(tests, the_objective_is_the_formula);
    tcase_add_test(tests, the_gradient_is_the_objective_s);
    tcase_add_test(tests, with_a_strong_penalty_nothing_is_cut);
    tcase_add_test(tests, the_risk_of_the_others_is_not_negative);
    tcase_add_test(tests, log_odds_of_seed_against_pool_follow_from_the_prior);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
