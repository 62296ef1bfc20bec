/* Logistic regression against a second opinion: the objective written down plainly over a dense matrix, its derivatives
 * by finite differences, its minimum by GSL. */
#include "models/logistic/logistic.h"

#include "base/random.h"

#include "run_suite.h"

#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdlib.h>

/* ---- rows ------------------------------------------------------------------------------------- */

struct rows {
    struct lka_feature *features;
    struct lka_space space;
    struct lka_block block;
    uint32_t *index;
    uint8_t *label;
    double *weight;
};

/* Half numbers (every other one with missing values), half categories of `codes` values; labels follow some of them. */
static void make_rows(struct rows *rows, size_t count, size_t features, uint32_t codes, double effect)
{
    rows->features = calloc(features, sizeof *rows->features);
    rows->space = (struct lka_space){rows->features, features};
    rows->index = calloc(count, sizeof *rows->index);
    rows->label = calloc(count, sizeof *rows->label);
    rows->weight = calloc(count, sizeof *rows->weight);
    for (uint32_t f = 0; f < features; f++) {
        bool number = f < (features + 1) / 2;
        rows->features[f] = (struct lka_feature){"f", number ? LKA_FEATURE_NUMBER : LKA_FEATURE_CODE,
                                                 number ? 5 : codes + 1, f, number && f % 2};
    }
    ck_assert_int_eq(lka_block_init(&rows->block, &rows->space, count, NULL), LKA_OK);
    rows->block.count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct lka_random random = lka_random_start(3, i);
        double predictor = -1;
        for (size_t f = 0; f < features; f++) {
            bool number = rows->features[f].kind == LKA_FEATURE_NUMBER;
            bool missing = rows->features[f].has_missing && lka_random_below(&random, 8) == 0;
            uint64_t code = 1 + lka_random_below(&random, rows->features[f].codes - 1);
            double value = missing ? 0 : lka_random_normal(&random);
            lka_block_codes(&rows->block, f)[i] = (uint16_t)(missing ? 0 : code);
            lka_block_values(&rows->block, f)[i] = number ? value : NAN;
            predictor += effect * (number ? value : (double)code - codes / 2.0) / (1 + (double)f);
        }
        rows->index[i] = i;
        rows->label[i] = lka_random_uniform(&random) < 1 / (1 + exp(-predictor));
        rows->weight[i] = 0.5 + lka_random_uniform(&random);
    }
}

static void free_rows(struct rows *rows)
{
    lka_block_release(&rows->block);
    free(rows->features);
    free(rows->index);
    free(rows->label);
    free(rows->weight);
}

static struct lka_fit_input input_of(const struct rows *rows, const double *weight)
{
    return (struct lka_fit_input){.block = &rows->block,
                                  .rows = rows->index,
                                  .count = rows->block.count,
                                  .label = rows->label,
                                  .weight = weight,
                                  .seed = 5};
}

static struct lka_logistic_options options_of(double l2)
{
    return (struct lka_logistic_options){.l2 = l2, .max_iterations = 1000, .tolerance = 1e-12};
}

struct fit {
    struct lka_logistic_problem problem;
    struct lka_fit_info info;
    double *coefficients;
    double *gradient;
};

static void start_fit(struct fit *fit, const struct rows *rows, const double *weight, bool bins)
{
    struct lka_fit_input input = input_of(rows, weight);
    ck_assert_int_eq(lka_logistic_problem_init(&fit->problem, &input, bins, NULL), LKA_OK);
    fit->coefficients = calloc(fit->problem.columns.count, sizeof(double));
    fit->gradient = calloc(fit->problem.columns.count, sizeof(double));
}

static void solve(struct fit *fit, double l2)
{
    struct lka_logistic_options options = options_of(l2);
    ck_assert_int_eq(lka_logistic_solve(&fit->problem, &options, NULL, fit->coefficients, &fit->info, NULL), LKA_OK);
}

static void end_fit(struct fit *fit)
{
    lka_logistic_problem_release(&fit->problem);
    free(fit->coefficients);
    free(fit->gradient);
}

/* ---- the second opinion ----------------------------------------------------------------------- */

struct plain {
    const struct lka_logistic_problem *problem;
    double *x; /* rows x (design.count + 1) */
    double l2;
};

static void make_plain(struct plain *plain, const struct lka_logistic_problem *problem, double l2)
{
    size_t width = problem->columns.design.count;
    double *design = calloc(problem->block->count * width, sizeof *design);
    *plain = (struct plain){problem, calloc(problem->block->count * (width + 1), sizeof(double)), l2};
    lka_design_fill(&problem->columns.design, problem->block, NULL, problem->block->count, design);
    for (size_t i = 0; i < problem->block->count; i++) {
        for (size_t j = 0; j <= width; j++) {
            plain->x[i * (width + 1) + j] = j < width ? design[i * width + j] : 1;
        }
    }
    free(design);
}

static double plain_objective(const gsl_vector *at, void *user)
{
    const struct plain *plain = user;
    size_t width = plain->problem->columns.count;
    long double sum = 0;
    for (size_t i = 0; i < plain->problem->block->count; i++) {
        long double margin = 0;
        double weight = plain->problem->weight[i];
        for (size_t j = 0; j < width; j++) {
            margin += (long double)plain->x[i * width + j] * gsl_vector_get(at, j) * (weight > 0 ? 1 : -1);
        }
        sum += fabsl(weight) * (margin > 0 ? log1pl(expl(-margin)) : log1pl(expl(margin)) - margin);
    }
    for (size_t j = 0; j < width; j++) {
        sum += plain->l2 / 2 * plain->problem->penalty[j] * gsl_vector_get(at, j) * gsl_vector_get(at, j);
    }
    return (double)sum;
}

static void plain_gradient(const gsl_vector *at, void *user, gsl_vector *gradient)
{
    const struct plain *plain = user;
    size_t width = plain->problem->columns.count;
    for (size_t j = 0; j < width; j++) {
        gsl_vector_set(gradient, j, plain->l2 * plain->problem->penalty[j] * gsl_vector_get(at, j));
    }
    for (size_t i = 0; i < plain->problem->block->count; i++) {
        double predictor = 0;
        double weight = plain->problem->weight[i];
        for (size_t j = 0; j < width; j++) {
            predictor += plain->x[i * width + j] * gsl_vector_get(at, j);
        }
        double residual = fabs(weight) * (1 / (1 + exp(-predictor)) - (weight > 0));
        for (size_t j = 0; j < width; j++) {
            *gsl_vector_ptr(gradient, j) += residual * plain->x[i * width + j];
        }
    }
}

static void plain_both(const gsl_vector *at, void *user, double *objective, gsl_vector *gradient)
{
    *objective = plain_objective(at, user);
    plain_gradient(at, user, gradient);
}

static double plain_minimum(struct plain *plain)
{
    size_t width = plain->problem->columns.count;
    gsl_multimin_function_fdf function = {plain_objective, plain_gradient, plain_both, width, plain};
    gsl_vector *start = gsl_vector_calloc(width);
    gsl_multimin_fdfminimizer *minimizer = gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2,
                                                                           width);
    gsl_multimin_fdfminimizer_set(minimizer, &function, start, 0.1, 0.1);
    for (int step = 0; step < 2000; step++) {
        if (gsl_multimin_fdfminimizer_iterate(minimizer) != GSL_SUCCESS ||
            gsl_multimin_test_gradient(minimizer->gradient, 1e-6) == GSL_SUCCESS) {
            break;
        }
    }
    double minimum = minimizer->f;
    gsl_multimin_fdfminimizer_free(minimizer);
    gsl_vector_free(start);
    return minimum;
}

/* ---- objective and gradient ------------------------------------------------------------------- */

static void expect_derivatives(bool bins, const double *weight, const struct rows *rows)
{
    const double l2 = 0.7;
    struct fit fit;
    struct plain plain;
    start_fit(&fit, rows, weight, bins);
    make_plain(&plain, &fit.problem, l2);
    size_t width = fit.problem.columns.count;
    struct lka_random random = lka_random_start(1, 1);
    gsl_vector *at = gsl_vector_alloc(width);
    for (size_t j = 0; j < width; j++) {
        fit.coefficients[j] = lka_random_normal(&random);
        gsl_vector_set(at, j, fit.coefficients[j]);
    }
    double objective = lka_logistic_evaluate(&fit.problem, l2, fit.coefficients, fit.gradient);
    ck_assert_double_eq_tol(objective / plain_objective(at, &plain), 1, 1e-13);
    for (size_t j = 0; j < width; j++) {
        const double step = 1e-5;
        gsl_vector_set(at, j, fit.coefficients[j] + step);
        double above = plain_objective(at, &plain);
        gsl_vector_set(at, j, fit.coefficients[j] - step);
        double below = plain_objective(at, &plain);
        gsl_vector_set(at, j, fit.coefficients[j]);
        ck_assert_double_eq_tol(fit.gradient[j], (above - below) / (2 * step), 1e-5 * (1 + fabs(fit.gradient[j])));
    }
    gsl_vector_free(at);
    free(plain.x);
    end_fit(&fit);
}

START_TEST(objective_and_gradient_are_right)
{
    struct rows rows;
    make_rows(&rows, 300, 8, 7, 0.5);
    expect_derivatives(false, NULL, &rows);
    expect_derivatives(true, NULL, &rows);
    expect_derivatives(false, rows.weight, &rows);
    free_rows(&rows);
}
END_TEST

START_TEST(nothing_overflows_far_out)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 300, 8, 7, 0.5);
    start_fit(&fit, &rows, NULL, false);
    fit.coefficients[0] = 1e5;
    double objective = lka_logistic_evaluate(&fit.problem, 0, fit.coefficients, fit.gradient);
    ck_assert(isfinite(objective) && objective > 1e5);
    for (size_t j = 0; j < fit.problem.columns.count; j++) {
        ck_assert(isfinite(fit.gradient[j]));
    }
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

START_TEST(rows_count_one_unless_told)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 300, 4, 3, 0.5);
    start_fit(&fit, &rows, NULL, false);
    double seeds = 0;
    for (size_t i = 0; i < rows.block.count; i++) {
        ck_assert_double_eq(fit.problem.weight[i], rows.label[i] ? 1 : -1);
        seeds += rows.label[i];
    }
    ck_assert_double_eq_tol(fit.problem.log_ratio, log(seeds / (300 - seeds)), 1e-14);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

/* ---- the minimum ------------------------------------------------------------------------------ */

static void expect_minimum(const struct rows *rows, const double *weight, bool bins, double l2)
{
    struct fit fit;
    struct plain plain;
    start_fit(&fit, rows, weight, bins);
    make_plain(&plain, &fit.problem, l2);
    solve(&fit, l2);
    double minimum = plain_minimum(&plain);
    ck_assert(fit.info.converged);
    ck_assert_double_eq_tol(fit.info.objective / minimum, 1, 1e-8);
    free(plain.x);
    end_fit(&fit);
}

START_TEST(minimum_is_that_of_gsl)
{
    struct rows rows;
    make_rows(&rows, 400, 8, 7, 0.5);
    expect_minimum(&rows, NULL, false, 1);
    expect_minimum(&rows, NULL, true, 10);
    expect_minimum(&rows, rows.weight, false, 0.1);
    free_rows(&rows);
    make_rows(&rows, 30, 40, 3, 1); /* more columns than rows, and separable */
    expect_minimum(&rows, NULL, false, 0.5);
    free_rows(&rows);
}
END_TEST

/* Strong convexity: the objective is within |gradient|^2 / (2 l2) of its minimum, in the penalty's measure. The
 * intercept has no penalty: its own curvature stands in. */
static void expect_small_gap(const struct fit *fit, double l2, double objective)
{
    size_t last = fit->problem.columns.count - 1;
    double curvature = 0;
    for (size_t i = 0; i < fit->problem.block->count; i++) {
        curvature += fit->problem.curvature[i];
    }
    double bound = fit->gradient[last] * fit->gradient[last] / (2 * curvature);
    for (size_t j = 0; j < last; j++) {
        bound += fit->gradient[j] * fit->gradient[j] / fit->problem.penalty[j] / (2 * l2);
    }
    ck_assert_double_lt(bound, 1e-8 * objective);
}

static void expect_convergence(size_t count, size_t features, uint32_t codes, double l2)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, count, features, codes, 0.3);
    start_fit(&fit, &rows, NULL, false);
    solve(&fit, l2);
    ck_assert(fit.info.converged);
    double objective = lka_logistic_evaluate(&fit.problem, l2, fit.coefficients, fit.gradient);
    ck_assert_double_eq(objective, fit.info.objective);
    expect_small_gap(&fit, l2, objective);
    end_fit(&fit);
    free_rows(&rows);
}

START_TEST(sampled_hessian_still_finds_the_minimum)
{
    expect_convergence(20000, 6, 30, 1);
}
END_TEST

START_TEST(columns_beyond_any_matrix)
{
    expect_convergence(3000, 2, 5000, 10);
}
END_TEST

/* Of 600 categories nearly all rows have the first value, and of the numbers 0; one in ten has another. */
static void make_sparse(struct rows *rows)
{
    make_rows(rows, 800, 700, 3, 0);
    for (size_t f = 0; f < rows->space.count; f++) {
        for (uint32_t i = 0; i < rows->block.count; i++) {
            struct lka_random random = lka_random_start(11, i * rows->space.count + f);
            bool usual = lka_random_below(&random, 12) > 0;
            bool telling = f % 50 == 0 && rows->label[i];
            uint16_t *code = &lka_block_codes(&rows->block, f)[i];
            *code = usual && !telling ? 1 : *code;
            lka_block_values(&rows->block, f)[i] *= usual && !telling ? 0 : 1;
        }
    }
}

/* Rows by what differs from the usual one are the same rows: same objective, gradient and minimum. */
START_TEST(sparse_rows_are_the_same_rows)
{
    struct rows rows;
    struct fit sparse;
    struct fit dense;
    make_sparse(&rows);
    start_fit(&sparse, &rows, rows.weight, false);
    start_fit(&dense, &rows, rows.weight, false);
    ck_assert_ptr_nonnull(sparse.problem.sparse.start);
    lka_sparse_release(&dense.problem.sparse);
    for (size_t j = 0; j < sparse.problem.columns.count; j++) {
        sparse.coefficients[j] = dense.coefficients[j] = sin((double)j) / 10;
    }
    double objective = lka_logistic_evaluate(&sparse.problem, 3, sparse.coefficients, sparse.gradient);
    double expected = lka_logistic_evaluate(&dense.problem, 3, dense.coefficients, dense.gradient);
    ck_assert_double_eq_tol(objective / expected, 1, 1e-12);
    for (size_t j = 0; j < sparse.problem.columns.count; j++) {
        ck_assert_double_eq_tol(sparse.gradient[j], dense.gradient[j], 1e-9);
    }
    solve(&sparse, 3);
    solve(&dense, 3);
    ck_assert(sparse.info.converged && sparse.info.iterations < 100);
    ck_assert_double_eq_tol(sparse.info.objective / dense.info.objective, 1, 1e-10);
    lka_logistic_evaluate(&sparse.problem, 3, sparse.coefficients, sparse.gradient);
    expect_small_gap(&sparse, 3, sparse.info.objective);
    end_fit(&sparse);
    end_fit(&dense);
    free_rows(&rows);
}
END_TEST

START_TEST(warm_start_is_quicker)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 3000, 10, 6, 0.4);
    start_fit(&fit, &rows, NULL, false);
    solve(&fit, 1);
    uint32_t cold = fit.info.iterations;
    double objective = fit.info.objective;
    solve(&fit, 1.2);
    ck_assert_uint_lt(fit.info.iterations, cold);
    solve(&fit, 1);
    ck_assert_double_eq_tol(fit.info.objective / objective, 1, 1e-11);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

START_TEST(stops_after_the_most_iterations)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 300, 8, 7, 0.5);
    start_fit(&fit, &rows, NULL, false);
    struct lka_logistic_options options = options_of(1);
    options.max_iterations = 2;
    ck_assert_int_eq(lka_logistic_solve(&fit.problem, &options, NULL, fit.coefficients, &fit.info, NULL), LKA_OK);
    ck_assert_uint_eq(fit.info.iterations, 2);
    ck_assert(!fit.info.converged);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

/* ---- without a penalty ------------------------------------------------------------------------ */

START_TEST(separable_rows_without_penalty_do_not_converge)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 30, 40, 3, 1);
    start_fit(&fit, &rows, NULL, false);
    solve(&fit, 0);
    ck_assert(!fit.info.converged);
    ck_assert_uint_eq(fit.problem.wrong, 0);
    for (size_t j = 0; j < fit.problem.columns.count; j++) {
        ck_assert(isfinite(fit.coefficients[j]));
        fit.coefficients[j] *= 1e6;
    }
    solve(&fit, 0); /* from where the loss is 0 to rounding: still no minimum */
    ck_assert(!fit.info.converged);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

/* The indicators of a category sum to the constant, so that the Hessian is singular; the minimum is reached all the
 * same. */
START_TEST(inseparable_rows_without_penalty_converge)
{
    struct rows rows;
    struct fit fit;
    make_rows(&rows, 2000, 6, 4, 0.2);
    start_fit(&fit, &rows, NULL, false);
    solve(&fit, 0);
    ck_assert(fit.info.converged);
    lka_logistic_evaluate(&fit.problem, 0, fit.coefficients, fit.gradient);
    for (size_t j = 0; j < fit.problem.columns.count; j++) {
        ck_assert_double_lt(fabs(fit.gradient[j]), 1e-2);
    }
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

/* ---- weights and the model -------------------------------------------------------------------- */

START_TEST(weight_two_is_the_row_twice)
{
    struct rows rows;
    struct fit twice;
    struct fit weighted;
    make_rows(&rows, 200, 6, 4, 0.5);
    uint32_t index[250];
    for (uint32_t i = 0; i < 250; i++) {
        index[i] = i < 100 ? i / 2 : i - 50; /* the first 50 rows twice */
    }
    struct rows doubled;
    make_rows(&doubled, 250, 6, 4, 0.5);
    lka_block_gather(&doubled.block, &rows.block, index, 250);
    for (size_t i = 0; i < 250; i++) {
        doubled.label[i] = rows.label[index[i]];
        doubled.weight[i] = 1;
    }
    for (size_t i = 0; i < 200; i++) {
        rows.weight[i] = i < 50 ? 2 : 1;
    }
    start_fit(&twice, &doubled, doubled.weight, false);
    start_fit(&weighted, &rows, rows.weight, false);
    solve(&twice, 1);
    solve(&weighted, 1);
    ck_assert_double_eq_tol(twice.info.objective / weighted.info.objective, 1, 1e-10);
    for (size_t j = 0; j < twice.problem.columns.count; j++) {
        ck_assert_double_eq_tol(twice.coefficients[j], weighted.coefficients[j], 1e-5);
    }
    end_fit(&twice);
    end_fit(&weighted);
    free_rows(&rows);
    free_rows(&doubled);
}
END_TEST

/* Few of a block's rows are copied together, most of them are read in place: the same model. */
START_TEST(some_rows_of_a_block)
{
    struct rows rows;
    struct fit in_place;
    struct fit copied;
    make_rows(&rows, 500, 6, 4, 0.5);
    struct lka_fit_input input = input_of(&rows, NULL);
    input.count = 200;
    ck_assert_int_eq(lka_logistic_problem_init(&copied.problem, &input, false, NULL), LKA_OK);
    ck_assert_ptr_ne(copied.problem.block, &rows.block);
    rows.block.count = 300;
    ck_assert_int_eq(lka_logistic_problem_init(&in_place.problem, &input, false, NULL), LKA_OK);
    ck_assert_ptr_eq(in_place.problem.block, &rows.block);
    size_t width = copied.problem.columns.count;
    double *at = calloc(width, sizeof *at);
    double *gradient[2] = {calloc(width, sizeof *at), calloc(width, sizeof *at)};
    at[0] = 0.5;
    double objective = lka_logistic_evaluate(&copied.problem, 1, at, gradient[0]);
    ck_assert_double_eq_tol(lka_logistic_evaluate(&in_place.problem, 1, at, gradient[1]), objective, 1e-11);
    for (size_t j = 0; j < width; j++) {
        ck_assert_double_eq_tol(gradient[0][j], gradient[1][j], 1e-11);
    }
    lka_logistic_problem_release(&copied.problem);
    lka_logistic_problem_release(&in_place.problem);
    free(at);
    free(gradient[0]);
    free(gradient[1]);
    free_rows(&rows);
}
END_TEST

/* Rows that are not listed may hold anything: a code out of range (round 0), no number at all (round 1). */
START_TEST(rubbish_in_other_rows_is_not_read)
{
    double objective[3];
    for (int round = 0; round < 3; round++) {
        struct rows rows;
        struct lka_logistic_problem problem;
        make_rows(&rows, 300, 6, 4, 0.5);
        struct lka_fit_input input = input_of(&rows, NULL);
        input.count = 250;
        for (size_t f = 0; f < 6 && round < 2; f++) {
            lka_block_codes(&rows.block, f)[299] = round == 0 ? UINT16_MAX : 1;
            lka_block_values(&rows.block, f)[298] = round == 1 ? NAN : 0;
        }
        ck_assert_int_eq(lka_logistic_problem_init(&problem, &input, false, NULL), LKA_OK);
        ck_assert((problem.block == &rows.block) == (round == 2));
        double *at = calloc(2 * problem.columns.count, sizeof *at);
        at[0] = 0.5;
        objective[round] = lka_logistic_evaluate(&problem, 1, at, at + problem.columns.count);
        free(at);
        lka_logistic_problem_release(&problem);
        free_rows(&rows);
    }
    ck_assert_double_eq_tol(objective[0], objective[2], 1e-11);
    ck_assert_double_eq_tol(objective[1], objective[2], 1e-11);
}
END_TEST

START_TEST(extreme_values_are_bounded)
{
    struct rows rows;
    struct fit bounded;
    struct fit extreme;
    make_rows(&rows, 300, 6, 4, 0.5);
    lka_block_values(&rows.block, 0)[7] = LKA_VALUE_BOUND;
    start_fit(&bounded, &rows, NULL, false);
    solve(&bounded, 1);
    lka_block_values(&rows.block, 0)[7] = 1e300; /* `bounded` reads the block in place: it is done with it */
    start_fit(&extreme, &rows, NULL, false);
    solve(&extreme, 1);
    ck_assert(bounded.info.converged && extreme.info.converged);
    ck_assert_double_eq_tol(extreme.info.objective / bounded.info.objective, 1, 1e-9);
    end_fit(&bounded);
    end_fit(&extreme);
    free_rows(&rows);
}
END_TEST

/* Without bins a number's codes above 0 all say "not missing", those that no row had as well. */
START_TEST(unseen_bin_is_not_missing)
{
    struct rows rows;
    struct fit fit;
    struct lka_linear linear;
    make_rows(&rows, 300, 6, 4, 0.5);
    for (size_t i = 0; i < rows.block.count; i++) {
        uint16_t *code = &lka_block_codes(&rows.block, 1)[i];
        *code = *code == 3 ? 2 : *code;
    }
    start_fit(&fit, &rows, NULL, false);
    solve(&fit, 1);
    ck_assert_int_eq(lka_linear_init(&linear, &rows.space, NULL), LKA_OK);
    lka_linear_set(&linear, &fit.problem.columns, fit.coefficients, fit.problem.share, fit.problem.seen);
    const double *table = linear.table + linear.start[1];
    ck_assert(rows.features[1].has_missing && table[2] != 0);
    ck_assert_double_eq(table[3], table[2]);
    ck_assert_double_ne(table[0], table[2]);
    lka_linear_release(&linear);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

/* The model's score is the linear predictor, and its contributions compare with the average unlabelled row. */
START_TEST(score_is_the_predictor)
{
    struct rows rows;
    struct fit fit;
    struct lka_linear linear;
    make_rows(&rows, 300, 8, 7, 0.5);
    start_fit(&fit, &rows, NULL, true);
    solve(&fit, 1);
    ck_assert_int_eq(lka_linear_init(&linear, &rows.space, NULL), LKA_OK);
    lka_linear_set(&linear, &fit.problem.columns, fit.coefficients, fit.problem.share, fit.problem.seen);
    struct plain plain;
    make_plain(&plain, &fit.problem, 1);
    double scores[300];
    double parts[300 * 8];
    lka_linear_score(&linear, &rows.block, scores);
    lka_linear_contributions(&linear, &rows.block, parts);
    double mean = 0;
    for (size_t i = 0; i < 300; i++) {
        double predictor = 0;
        for (size_t j = 0; j < fit.problem.columns.count; j++) {
            predictor += plain.x[i * fit.problem.columns.count + j] * fit.coefficients[j];
        }
        ck_assert_double_eq_tol(scores[i], predictor, 1e-11);
        mean += rows.label[i] ? 0 : parts[i * 8 + 7];
    }
    ck_assert_double_eq_tol(mean, 0, 1e-9);
    free(plain.x);
    lka_linear_release(&linear);
    end_fit(&fit);
    free_rows(&rows);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("logistic");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, objective_and_gradient_are_right);
    tcase_add_test(tests, nothing_overflows_far_out);
    tcase_add_test(tests, rows_count_one_unless_told);
    tcase_add_test(tests, minimum_is_that_of_gsl);
    tcase_add_test(tests, sampled_hessian_still_finds_the_minimum);
    tcase_add_test(tests, columns_beyond_any_matrix);
    tcase_add_test(tests, sparse_rows_are_the_same_rows);
    tcase_add_test(tests, warm_start_is_quicker);
    tcase_add_test(tests, stops_after_the_most_iterations);
    tcase_add_test(tests, separable_rows_without_penalty_do_not_converge);
    tcase_add_test(tests, inseparable_rows_without_penalty_converge);
    tcase_add_test(tests, weight_two_is_the_row_twice);
    tcase_add_test(tests, some_rows_of_a_block);
    tcase_add_test(tests, rubbish_in_other_rows_is_not_read);
    tcase_add_test(tests, extreme_values_are_bounded);
    tcase_add_test(tests, unseen_bin_is_not_missing);
    tcase_add_test(tests, score_is_the_predictor);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
