#include "models/blend/blend.h"

#include "base/elementary.h"
#include "models/cholesky.h"

#include <math.h>

/* So many seeds' worth of belief in equal weights. */
static const double EQUAL_SEEDS = 200;
enum { STEPS = 50 };

struct stacking {
    const double *z;
    const uint8_t *y;
    const double *weight;
    size_t parts;
    size_t rows;
    double *hessian; /* (parts + 1)^2 */
    double *gradient;
    double *coefficients; /* of the parts, then the intercept */
    double *scratch;
};

static double value_of(const struct stacking *stacking, size_t column, size_t row)
{
    return column == stacking->parts ? 1 : stacking->z[column * stacking->rows + row];
}

/* Of the mean log loss, with a ridge that keeps parts that are alike from fighting. */
static void differentiate(struct stacking *stacking)
{
    size_t count = stacking->parts + 1;
    memset(stacking->hessian, 0, count * count * sizeof *stacking->hessian);
    memset(stacking->gradient, 0, count * sizeof *stacking->gradient);
    for (size_t i = 0; i < stacking->rows; i++) {
        double margin = 0;
        for (size_t c = 0; c < count; c++) {
            margin += stacking->coefficients[c] * value_of(stacking, c, i);
        }
        double p = 1 / (1 + lka_exp(-margin));
        for (size_t c = 0; c < count; c++) {
            double x = value_of(stacking, c, i) * stacking->weight[i];
            stacking->gradient[c] += (p - stacking->y[i]) * x;
            for (size_t d = 0; d <= c; d++) {
                stacking->hessian[c * count + d] += p * (1 - p) * x * value_of(stacking, d, i);
            }
        }
    }
    for (size_t c = 0; c < count; c++) {
        double ridge = c < stacking->parts ? 1e-3 : 1e-9;
        stacking->gradient[c] += ridge * stacking->coefficients[c];
        stacking->hessian[c * count + c] += ridge;
    }
}

/* Newton's method; the largest step of a coefficient it took. */
static double step(struct stacking *stacking)
{
    size_t count = stacking->parts + 1;
    double largest = 0;
    differentiate(stacking);
    lka_cholesky(stacking->hessian, count, stacking->scratch);
    lka_cholesky_solve(stacking->hessian, count, stacking->gradient);
    for (size_t c = 0; c < count; c++) {
        stacking->coefficients[c] -= stacking->gradient[c];
        largest = fmax(largest, fabs(stacking->gradient[c]));
    }
    return largest;
}

/* A part that would count against is left out; shares of the others, shrunk. */
static void to_weights(const struct stacking *stacking, size_t seeds, double *weights)
{
    double sum = 0;
    double trust = (double)seeds / ((double)seeds + EQUAL_SEEDS);
    for (size_t c = 0; c < stacking->parts; c++) {
        weights[c] = fmax(stacking->coefficients[c], 0);
        sum += weights[c];
    }
    for (size_t c = 0; c < stacking->parts; c++) {
        double equal = 1 / (double)stacking->parts;
        weights[c] = sum > 0 && isfinite(sum) ? trust * weights[c] / sum + (1 - trust) * equal : equal;
    }
}

lka_status lka_stack(const double *z, const uint8_t *y, const double *weight, size_t parts, size_t rows, size_t seeds,
                     double *weights, struct lka_error *error)
{
    size_t count = parts + 1;
    struct stacking stacking = {.z = z, .y = y, .weight = weight, .parts = parts, .rows = rows};
    double *numbers;
    LKA_TRY(LKA_NEW(numbers, count * count + 3 * count, error));
    stacking.hessian = numbers;
    stacking.gradient = numbers + count * count;
    stacking.coefficients = stacking.gradient + count;
    stacking.scratch = stacking.coefficients + count;
    for (int i = 0; i < STEPS && step(&stacking) > 1e-8; i++) {
    }
    to_weights(&stacking, seeds, weights);
    lka_free(numbers);
    return LKA_OK;
}
