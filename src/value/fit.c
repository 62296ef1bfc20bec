/* Quasi-Newton (BFGS of GSL) over the logarithms of the parameters, from several starts on a sample; then, on all data,
 * from the best of these to the neighbourhood of the maximum, and there Newton's method with the information matrix that
 * the standard errors need anyway. Far away, where a likelihood is flat to the end of the numbers, a parabola turns the
 * minimiser back: what ends there is "at its bound". */
#include "value/fit.h"

#include "base/error.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <string.h>

/* Gradients are those of the mean log-likelihood by the logarithms of the parameters. */
#define GRADIENT_NEAR 1e-6   /* where Newton's method takes over */
#define GRADIENT_ENOUGH 1e-6 /* converged, for the minimiser that can go no further */
#define GRADIENT_WANTED 1e-10
#define DIFFERENCE 1e-4 /* for the information matrix: of logarithms */
#define AT_BOUND (LKA_FIT_REACH - 0.05)
enum { MOST_ITERATIONS = 400, NEWTON_STEPS = 4 };

struct search {
    const struct lka_objective *objective;
    size_t evaluations;
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
static double evaluate(struct search *search, const double *logarithms, double *gradient)
{
    const struct lka_objective *objective = search->objective;
    double parameters[LKA_FIT_PARAMETERS];
    to_parameters(objective, logarithms, parameters);
    double value = -objective->log_likelihood(objective->data, parameters, gradient) / objective->observations;
    search->evaluations++;
    for (size_t k = 0; k < objective->count; k++) {
        double beyond = logarithms[k] - clamp(logarithms[k]);
        double slope = -gradient[k] * (parameters[k] - objective->least[k]) / objective->observations;
        gradient[k] = (beyond == 0 ? slope : 0) + 2 * beyond;
        value += beyond * beyond;
    }
    return value;
}

static double gsl_value_and_gradient(const gsl_vector *at, struct search *search, gsl_vector *gradient)
{
    double logarithms[LKA_FIT_PARAMETERS];
    double slopes[LKA_FIT_PARAMETERS];
    for (size_t k = 0; k < at->size; k++) {
        logarithms[k] = gsl_vector_get(at, k);
    }
    double value = evaluate(search, logarithms, slopes);
    for (size_t k = 0; gradient && k < at->size; k++) {
        gsl_vector_set(gradient, k, slopes[k]);
    }
    return value;
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

/* Moves `logarithms` to the minimum; *value is what is there. */
static lka_status minimise(struct search *search, double *logarithms, double *value, struct lka_error *error)
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
        *value = minimizer->f;
    }
    gsl_vector_free(start);
    if (minimizer) {
        gsl_multimin_fdfminimizer_free(minimizer);
    }
    return status;
}

static lka_status best_of_starts(const struct lka_objective *sample, const struct lka_start *starts, size_t start_count,
                                 double *best, struct lka_error *error)
{
    struct search search = {.objective = sample};
    double lowest = INFINITY;
    for (size_t s = 0; s < start_count; s++) {
        double logarithms[LKA_FIT_PARAMETERS] = {0};
        double value = INFINITY;
        for (size_t k = 0; k < sample->count; k++) {
            logarithms[k] = log((starts[s].at[k] - sample->least[k]) / sample->unit[k]);
        }
        LKA_TRY(minimise(&search, logarithms, &value, error));
        if (s == 0 || value < lowest) {
            lowest = value;
            memcpy(best, logarithms, sizeof logarithms);
        }
    }
    return LKA_OK;
}

/* ---- the information -------------------------------------------------------------------------- */

/* The matrix of second derivatives of minus the mean log-likelihood, by central differences of the gradient. */
static void information_at(struct search *search, const double *logarithms, double *matrix)
{
    size_t count = search->objective->count;
    for (size_t k = 0; k < count; k++) {
        double moved[LKA_FIT_PARAMETERS];
        double above[LKA_FIT_PARAMETERS];
        double below[LKA_FIT_PARAMETERS];
        memcpy(moved, logarithms, count * sizeof *moved);
        moved[k] = logarithms[k] + DIFFERENCE;
        evaluate(search, moved, above);
        moved[k] = logarithms[k] - DIFFERENCE;
        evaluate(search, moved, below);
        for (size_t j = 0; j < count; j++) {
            matrix[k * count + j] = (above[j] - below[j]) / (2 * DIFFERENCE);
        }
    }
    for (size_t k = 0; k < count; k++) {
        for (size_t j = 0; j < k; j++) {
            double mean = (matrix[k * count + j] + matrix[j * count + k]) / 2;
            matrix[k * count + j] = mean;
            matrix[j * count + k] = mean;
        }
    }
}

static double largest(const double *values, size_t count)
{
    double most = 0;
    for (size_t k = 0; k < count; k++) {
        most = fmax(most, fabs(values[k]));
    }
    return most;
}

/* Newton's steps with one matrix, as long as they make the gradient smaller. */
static void polish(struct search *search, const gsl_matrix *factor, double *logarithms)
{
    size_t count = search->objective->count;
    double gradient[LKA_FIT_PARAMETERS];
    evaluate(search, logarithms, gradient);
    for (size_t i = 0; i < NEWTON_STEPS && largest(gradient, count) > GRADIENT_WANTED; i++) {
        double step[LKA_FIT_PARAMETERS];
        double moved[LKA_FIT_PARAMETERS];
        double slopes[LKA_FIT_PARAMETERS];
        memcpy(step, gradient, sizeof step);
        gsl_vector_view view = gsl_vector_view_array(step, count);
        gsl_linalg_cholesky_svx(factor, &view.vector);
        for (size_t k = 0; k < count; k++) {
            moved[k] = logarithms[k] - step[k];
        }
        evaluate(search, moved, slopes);
        if (!(largest(slopes, count) < largest(gradient, count))) {
            return;
        }
        memcpy(logarithms, moved, count * sizeof *moved);
        memcpy(gradient, slopes, sizeof gradient);
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

static bool note_bounds(const double *logarithms, size_t count, struct lka_fit *fit)
{
    bool any = false;
    for (size_t k = 0; k < count; k++) {
        fit->at_bound[k] = fabs(logarithms[k]) >= AT_BOUND;
        any = any || fit->at_bound[k];
    }
    return any;
}

static void finish(struct search *search, double *logarithms, struct lka_fit *fit)
{
    size_t count = search->objective->count;
    double matrix[LKA_FIT_PARAMETERS * LKA_FIT_PARAMETERS];
    gsl_matrix_view view = gsl_matrix_view_array(matrix, count, count);
    bool regular = !note_bounds(logarithms, count, fit);
    if (regular) {
        information_at(search, logarithms, matrix);
        regular = gsl_linalg_cholesky_decomp1(&view.matrix) == GSL_SUCCESS;
    }
    if (regular) {
        polish(search, &view.matrix, logarithms);
    }
    double gradient[LKA_FIT_PARAMETERS];
    to_parameters(search->objective, logarithms, fit->parameters);
    fit->log_likelihood = search->objective->log_likelihood(search->objective->data, fit->parameters, gradient);
    evaluate(search, logarithms, gradient);
    fit->converged = largest(gradient, count) <= 2 * GRADIENT_ENOUGH;
    if (regular) {
        take_errors(search, &view.matrix, fit);
    }
    fit->evaluations = search->evaluations;
}

lka_status lka_fit_maximise(const struct lka_objective *sample, const struct lka_objective *all,
                            const struct lka_start *starts, size_t start_count, struct lka_fit *fit,
                            struct lka_error *error)
{
    struct search search = {.objective = all};
    double logarithms[LKA_FIT_PARAMETERS];
    double value;
    *fit = (struct lka_fit){0};
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        fit->errors[k] = NAN;
    }
    LKA_TRY(best_of_starts(sample, starts, start_count, logarithms, error));
    LKA_TRY(minimise(&search, logarithms, &value, error));
    finish(&search, logarithms, fit);
    return LKA_OK;
}
