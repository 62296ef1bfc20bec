/* The minimum: quasi-Newton steps (L-BFGS, Nocedal 1980) on exact gradients, divided by a sampled Hessian instead of
 * the usual scaled identity. The sample gives the shape, the pairs of steps and gradient changes correct it, so that a
 * few passes over the rows do where Newton's method would multiply the whole matrix each time.
 */
#include "models/logistic/logistic.h"

#include <gsl/gsl_cblas.h>
#include <math.h>

enum { MEMORY = 12, MOST_HALVINGS = 60 };

struct search {
    struct lka_logistic_problem *problem;
    struct lka_curvature curvature;
    double l2;
    size_t count;
    double *at; /* the coefficients */
    double *gradient;
    double *direction;
    double *next;
    double *next_gradient;
    double *steps;          /* MEMORY x count: what was moved */
    double *changes;        /* MEMORY x count: what that did to the gradient */
    double of_pair[MEMORY]; /* 1 / (step . change) */
    size_t pairs;           /* since the curvature was taken; the last MEMORY are kept */
    double objective;
    double slope; /* of the objective along the direction; below 0 */
    double gap_before;
};

static double dot(size_t count, const double *a, const double *b)
{
    return cblas_ddot((int)count, a, 1, b, 1);
}

static void add_scaled(size_t count, double scale, const double *from, double *to)
{
    cblas_daxpy((int)count, scale, from, 1, to, 1);
}

/* direction = - (inverse Hessian) gradient, by the two-loop recursion. Returns the objective's slope along it. */
static double find_direction(struct search *search)
{
    size_t count = search->count;
    double alpha[MEMORY];
    size_t kept = search->pairs < MEMORY ? search->pairs : MEMORY;
    for (size_t j = 0; j < count; j++) {
        search->direction[j] = -search->gradient[j];
    }
    for (size_t back = 1; back <= kept; back++) {
        size_t slot = (search->pairs - back) % MEMORY;
        alpha[slot] = search->of_pair[slot] * dot(count, search->steps + slot * count, search->direction);
        add_scaled(count, -alpha[slot], search->changes + slot * count, search->direction);
    }
    lka_curvature_divide(&search->curvature, search->direction);
    for (size_t back = kept; back >= 1; back--) {
        size_t slot = (search->pairs - back) % MEMORY;
        double beta = search->of_pair[slot] * dot(count, search->changes + slot * count, search->direction);
        add_scaled(count, alpha[slot] - beta, search->steps + slot * count, search->direction);
    }
    return dot(count, search->gradient, search->direction);
}

/* Goes along the direction until the objective has fallen enough (Armijo), a whole step first. Returns the share of the
 * step taken, 0 if none helps: then the objective is at its minimum to rounding. */
static double walk(struct search *search, double *objective)
{
    double slope = search->slope;
    double share = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        for (size_t j = 0; j < search->count; j++) {
            search->next[j] = search->at[j] + share * search->direction[j];
        }
        *objective = lka_logistic_evaluate(search->problem, search->l2, search->next, search->next_gradient);
        if (*objective <= search->objective + 1e-4 * share * slope + 1e-15 * fabs(search->objective)) {
            return share;
        }
        /* The minimum of the parabola through what is known, within bounds. */
        double rise = *objective - search->objective - share * slope;
        double best = rise > 0 ? -slope * share / (2 * rise) : 0.5;
        share *= best > 0.5 ? 0.5 : best > 0.1 ? best : 0.1;
    }
    return 0;
}

static void remember(struct search *search)
{
    size_t count = search->count;
    size_t slot = search->pairs % MEMORY;
    double *step = search->steps + slot * count;
    double *change = search->changes + slot * count;
    for (size_t j = 0; j < count; j++) {
        step[j] = search->next[j] - search->at[j];
        change[j] = search->next_gradient[j] - search->gradient[j];
    }
    double product = dot(count, step, change);
    if (product > 1e-16 * sqrt(dot(count, step, step) * dot(count, change, change))) {
        search->of_pair[slot] = 1 / product;
        search->pairs++;
    }
}

static void move(struct search *search, double objective)
{
    double *at = search->at;
    double *gradient = search->gradient;
    search->at = search->next;
    search->gradient = search->next_gradient;
    search->next = at;
    search->next_gradient = gradient;
    search->objective = objective;
}

/* A new Hessian at the point reached. Where the last one served badly it may have been too small a sample as well. */
static lka_status refresh(struct search *search, struct lka_error *error)
{
    search->curvature.sample *= 4;
    search->pairs = 0;
    LKA_TRY(lka_curvature_update(&search->curvature, search->problem, search->l2, error));
    search->slope = find_direction(search);
    return LKA_OK;
}

/* One step. *stuck where nothing along the direction is lower, even with a new Hessian. */
static lka_status step(struct search *search, bool *stuck, struct lka_error *error)
{
    double objective;
    double share = walk(search, &objective);
    if (share <= 0 && search->pairs > 0) {
        LKA_TRY(refresh(search, error));
        share = walk(search, &objective);
    }
    *stuck = share <= 0;
    if (!*stuck) {
        remember(search);
        move(search, objective);
        search->slope = find_direction(search);
    }
    return LKA_OK;
}

/* Half of the slope along the direction is how far the objective seems to be from its minimum: exactly so for Newton's
 * direction and a parabola. Without a penalty there is no minimum once every row is on its right side: larger
 * coefficients are always better. */
static lka_status iterate(struct search *search, const struct lka_logistic_options *options,
                          const struct lka_session *session, struct lka_fit_info *info, struct lka_error *error)
{
    const double slow = 0.5; /* the gap should at least halve in a step, else the Hessian is taken anew */
    bool stuck = false;
    while (info->iterations < options->max_iterations && !stuck) {
        LKA_TRY(lka_step(session, "fit", info->iterations, 0, error));
        double gap = -search->slope / 2;
        bool endless = search->l2 <= 0 && search->problem->wrong == 0;
        info->converged = gap <= options->tolerance * fabs(search->objective) && !endless;
        if (info->converged || endless) {
            break;
        }
        if (search->pairs > 0 && gap > slow * search->gap_before && search->curvature.matrix) {
            LKA_TRY(refresh(search, error));
        }
        search->gap_before = -search->slope / 2;
        LKA_TRY(step(search, &stuck, error));
        info->iterations++;
    }
    info->objective = search->objective;
    return LKA_OK;
}

/* Two evaluations' vectors, the direction, and the pairs, in one allocation. */
static void lay_out(struct search *search, double *vectors)
{
    size_t count = search->count;
    search->at = vectors;
    search->gradient = vectors + count;
    search->next = vectors + 2 * count;
    search->next_gradient = vectors + 3 * count;
    search->direction = vectors + 4 * count;
    search->steps = vectors + 5 * count;
    search->changes = search->steps + MEMORY * count;
}

lka_status lka_logistic_solve(struct lka_logistic_problem *problem, const struct lka_logistic_options *options,
                              const struct lka_session *session, double *coefficients, struct lka_fit_info *info,
                              struct lka_error *error)
{
    size_t count = problem->columns.count;
    struct search search = {.problem = problem, .l2 = options->l2, .count = count};
    *info = (struct lka_fit_info){0};
    double *vectors;
    LKA_TRY(LKA_NEW(vectors, (5 + 2 * MEMORY) * count, error));
    lay_out(&search, vectors);
    memcpy(search.at, coefficients, count * sizeof *coefficients);
    lka_status status = lka_curvature_init(&search.curvature, problem, error);
    if (status == LKA_OK) {
        search.objective = lka_logistic_evaluate(problem, search.l2, search.at, search.gradient);
        status = lka_curvature_update(&search.curvature, problem, search.l2, error);
    }
    if (status == LKA_OK) {
        search.slope = find_direction(&search);
        status = iterate(&search, options, session, info, error);
    }
    memcpy(coefficients, search.at, count * sizeof *coefficients);
    lka_curvature_release(&search.curvature);
    lka_free(vectors);
    return status;
}
