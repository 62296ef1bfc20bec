/* Quasi-Newton (BFGS of GSL) over the logarithms of the parameters, from several starts on a sample; then, on all data,
 * Newton's steps from the best of these with the information matrix of the sample. That is near enough for each of them
 * to gain a digit or more, and costs one pass over the data. Where it fails, BFGS goes on on all data. Far away, where
 * a likelihood is flat to the end of the numbers, a parabola turns the minimiser back: what ends there is "at its
 * bound". */
#include "value/fit.h"

#include "base/error.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <string.h>

/* Gradients are those of the mean log-likelihood by the logarithms of the parameters. */
#define GRADIENT_NEAR 1e-5   /* what the minimiser is to reach */
#define GRADIENT_ENOUGH 1e-6 /* converged, where nothing can go further */
#define GRADIENT_WANTED 1e-8
#define DIFFERENCE 1e-5 /* for the information matrix: of logarithms */
#define AT_BOUND (LKA_FIT_REACH - 0.05)
enum { MOST_ITERATIONS = 400, NEWTON_STEPS = 12 };

/* `gradient` and `value` are those at `at`: the minimiser asks for them one after the other. */
struct search {
    const struct lka_objective *objective;
    size_t evaluations;
    double at[LKA_FIT_PARAMETERS];
    double value;
    double gradient[LKA_FIT_PARAMETERS];
};

/* ---- the objective by logarithms -------------------------------------------------------------- */

static double clamp(double logarithm)
{
    return fmax(-LKA_FIT_REACH, fmin(LKA_FIT_REACH, logarithm));
}

static void to_parameters(const struct lka_objective *objective, const double *logarithms, double *parameters)
{
    for (size_t k = 0; k < objective->count; k++) {
        parameters[k] = objective->least[k] + objective->unit[k] * exp(clamp(logarithms[k]));
    }
}

/* Minus the mean log-likelihood. */
static void evaluate(struct search *search, const double *logarithms)
{
    const struct lka_objective *objective = search->objective;
    size_t size = objective->count * sizeof *logarithms;
    double parameters[LKA_FIT_PARAMETERS];
    double slopes[LKA_FIT_PARAMETERS];
    if (search->evaluations > 0 && memcmp(search->at, logarithms, size) == 0) {
        return;
    }
    to_parameters(objective, logarithms, parameters);
    memcpy(search->at, logarithms, size);
    search->value = -objective->log_likelihood(objective->data, parameters, slopes) / objective->observations;
    search->evaluations++;
    for (size_t k = 0; k < objective->count; k++) {
        double beyond = logarithms[k] - clamp(logarithms[k]);
        double slope = -slopes[k] * (parameters[k] - objective->least[k]) / objective->observations;
        search->gradient[k] = (beyond == 0 ? slope : 0) + 2 * beyond;
        search->value += beyond * beyond;
    }
}

static double gsl_value_and_gradient(const gsl_vector *at, struct search *search, gsl_vector *gradient)
{
    double logarithms[LKA_FIT_PARAMETERS];
    for (size_t k = 0; k < at->size; k++) {
        logarithms[k] = gsl_vector_get(at, k);
    }
    evaluate(search, logarithms);
    for (size_t k = 0; gradient && k < at->size; k++) {
        gsl_vector_set(gradient, k, search->gradient[k]);
    }
    return search->value;
}

static double gsl_value(const gsl_vector *at, void *search)
{
    return gsl_value_and_gradient(at, search, NULL);
}

static void gsl_gradient(const gsl_vector *at, void *search, gsl_vector *gradient)
{
    gsl_value_and_gradient(at, search, gradient);
}

static void gsl_both(const gsl_vector *at, void *search, double *value, gsl_vector *gradient)
{
    *value = gsl_value_and_gradient(at, search, gradient);
}

/* ---- the minimiser ---------------------------------------------------------------------------- */

/* Goes on until the gradient is small, or no step makes it better. */
static void iterate(gsl_multimin_fdfminimizer *minimizer)
{
    int state = GSL_CONTINUE;
    for (size_t i = 0; i < MOST_ITERATIONS && state == GSL_CONTINUE; i++) {
        if (gsl_multimin_fdfminimizer_iterate(minimizer) != GSL_SUCCESS) {
            return;
        }
        state = gsl_multimin_test_gradient(minimizer->gradient, GRADIENT_NEAR);
    }
}

/* Moves `logarithms` to the minimum. */
static lka_status minimise(struct search *search, double *logarithms, struct lka_error *error)
{
    size_t count = search->objective->count;
    gsl_multimin_function_fdf function = {gsl_value, gsl_gradient, gsl_both, count, search};
    gsl_multimin_fdfminimizer *minimizer = gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2,
                                                                           count);
    gsl_vector *start = gsl_vector_alloc(count);
    lka_status status = minimizer && start ? LKA_OK : lka_fail_memory(error, count * sizeof *logarithms);
    if (status == LKA_OK) {
        for (size_t k = 0; k < count; k++) {
            gsl_vector_set(start, k, logarithms[k]);
        }
        gsl_multimin_fdfminimizer_set(minimizer, &function, start, 0.1, 0.1);
        iterate(minimizer);
        for (size_t k = 0; k < count; k++) {
            logarithms[k] = gsl_vector_get(minimizer->x, k);
        }
    }
    gsl_vector_free(start);
    if (minimizer) {
        gsl_multimin_fdfminimizer_free(minimizer);
    }
    return status;
}

static lka_status best_of_starts(struct search *search, const struct lka_start *starts, size_t start_count,
                                 double *best, struct lka_error *error)
{
    const struct lka_objective *sample = search->objective;
    double lowest = INFINITY;
    for (size_t s = 0; s < start_count; s++) {
        double logarithms[LKA_FIT_PARAMETERS] = {0};
        for (size_t k = 0; k < sample->count; k++) {
            logarithms[k] = log((starts[s].at[k] - sample->least[k]) / sample->unit[k]);
        }
        LKA_TRY(minimise(search, logarithms, error));
        evaluate(search, logarithms);
        if (s == 0 || search->value < lowest) {
            lowest = search->value;
            memcpy(best, logarithms, sizeof logarithms);
        }
    }
    return LKA_OK;
}

/* ---- the information -------------------------------------------------------------------------- */

/* The second derivatives of minus the mean log-likelihood, by differences of the gradient; then their Cholesky factor.
 * False if they have none. */
static bool factor_information(struct search *search, const double *logarithms, gsl_matrix *factor)
{
    size_t count = search->objective->count;
    double here[LKA_FIT_PARAMETERS];
    evaluate(search, logarithms);
    memcpy(here, search->gradient, sizeof here);
    for (size_t k = 0; k < count; k++) {
        double moved[LKA_FIT_PARAMETERS];
        memcpy(moved, logarithms, count * sizeof *moved);
        moved[k] = logarithms[k] + DIFFERENCE;
        evaluate(search, moved);
        for (size_t j = 0; j < count; j++) {
            gsl_matrix_set(factor, k, j, (search->gradient[j] - here[j]) / DIFFERENCE);
        }
    }
    for (size_t k = 0; k < count; k++) {
        for (size_t j = 0; j < k; j++) {
            double mean = (gsl_matrix_get(factor, k, j) + gsl_matrix_get(factor, j, k)) / 2;
            gsl_matrix_set(factor, k, j, mean);
            gsl_matrix_set(factor, j, k, mean);
        }
    }
    return gsl_linalg_cholesky_decomp1(factor) == GSL_SUCCESS;
}

static double largest(const double *values, size_t count)
{
    double most = 0;
    for (size_t k = 0; k < count; k++) {
        most = fmax(most, fabs(values[k]));
    }
    return most;
}

/* Newton's steps with one matrix, as long as each makes the gradient a third or less. */
static void newton(struct search *search, const gsl_matrix *factor, double *logarithms)
{
    size_t count = search->objective->count;
    evaluate(search, logarithms);
    double before = largest(search->gradient, count);
    for (size_t i = 0; i < NEWTON_STEPS && before > GRADIENT_WANTED; i++) {
        double moved[LKA_FIT_PARAMETERS];
        gsl_vector_view step = gsl_vector_view_array(moved, count);
        memcpy(moved, search->gradient, sizeof moved);
        gsl_linalg_cholesky_svx(factor, &step.vector);
        for (size_t k = 0; k < count; k++) {
            moved[k] = logarithms[k] - moved[k];
        }
        evaluate(search, moved);
        double after = largest(search->gradient, count);
        if (after < before) {
            memcpy(logarithms, moved, count * sizeof *moved);
        }
        if (!(after < before / 3)) {
            return;
        }
        before = after;
    }
}

/* From the inverse of the information, brought from logarithms to parameters. */
static void take_errors(const struct search *search, gsl_matrix *factor, struct lka_fit *fit)
{
    const struct lka_objective *objective = search->objective;
    gsl_linalg_cholesky_invert(factor);
    for (size_t k = 0; k < objective->count; k++) {
        double variance = gsl_matrix_get(factor, k, k) / objective->observations;
        fit->errors[k] = sqrt(variance) * (fit->parameters[k] - objective->least[k]);
    }
}

/* ---- all together ----------------------------------------------------------------------------- */

static bool is_at_bound(const double *logarithms, size_t count)
{
    return largest(logarithms, count) >= AT_BOUND;
}

static double gradient_at(struct search *search, const double *logarithms)
{
    evaluate(search, logarithms);
    return largest(search->gradient, search->objective->count);
}

/* Newton's steps on `all` with the information of `source`. */
static void step_by(struct search *all, struct search *source, double *logarithms)
{
    size_t count = all->objective->count;
    double matrix[LKA_FIT_PARAMETERS * LKA_FIT_PARAMETERS];
    gsl_matrix_view factor = gsl_matrix_view_array(matrix, count, count);
    if (!is_at_bound(logarithms, count) && factor_information(source, logarithms, &factor.matrix)) {
        newton(all, &factor.matrix, logarithms);
    }
}

/* From the maximum of the sample to that of all. */
static lka_status go_on(struct search *all, struct search *sample, double *logarithms, struct lka_error *error)
{
    step_by(all, sample, logarithms);
    if (gradient_at(all, logarithms) > GRADIENT_WANTED) {
        step_by(all, all, logarithms);
    }
    if (gradient_at(all, logarithms) > GRADIENT_ENOUGH) {
        LKA_TRY(minimise(all, logarithms, error));
        step_by(all, all, logarithms);
    }
    return LKA_OK;
}

static void finish(struct search *search, const double *logarithms, struct lka_fit *fit)
{
    size_t count = search->objective->count;
    double matrix[LKA_FIT_PARAMETERS * LKA_FIT_PARAMETERS];
    gsl_matrix_view factor = gsl_matrix_view_array(matrix, count, count);
    to_parameters(search->objective, logarithms, fit->parameters);
    fit->converged = gradient_at(search, logarithms) <= GRADIENT_ENOUGH;
    fit->log_likelihood = -search->value * search->objective->observations;
    for (size_t k = 0; k < count; k++) {
        fit->at_bound[k] = fabs(logarithms[k]) >= AT_BOUND;
    }
    if (!is_at_bound(logarithms, count) && factor_information(search, logarithms, &factor.matrix)) {
        take_errors(search, &factor.matrix, fit);
    }
    fit->evaluations = search->evaluations;
}

lka_status lka_fit_maximise(const struct lka_objective *sample, const struct lka_objective *all,
                            const struct lka_start *starts, size_t start_count, struct lka_fit *fit,
                            struct lka_error *error)
{
    struct search of_sample = {.objective = sample};
    struct search of_all = {.objective = all};
    double logarithms[LKA_FIT_PARAMETERS];
    *fit = (struct lka_fit){0};
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        fit->errors[k] = NAN;
    }
    LKA_TRY(best_of_starts(&of_sample, starts, start_count, logarithms, error));
    LKA_TRY(go_on(&of_all, &of_sample, logarithms, error));
    finish(&of_all, logarithms, fit);
    return LKA_OK;
}
