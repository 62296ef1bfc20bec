#include "table/whitening.h"

#include "base/error.h"
#include "base/memory.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

static const double LEAST_SHRINKAGE = .1;

lka_status lka_whitening_init(struct lka_whitening *whitening, size_t columns, struct lka_error *error)
{
    *whitening = (struct lka_whitening){.columns = columns};
    return LKA_NEW(whitening->rows, (columns + 1) * columns, error);
}

void lka_whitening_release(struct lka_whitening *whitening)
{
    lka_free(whitening->rows);
    *whitening = (struct lka_whitening){0};
}

/* ---- the covariance --------------------------------------------------------------------------- */

/* What is summed over the points of all groups. The last row and column of `s` are those of points' empty column: 0. */
struct moments {
    size_t length; /* columns + 1 */
    double count;
    double fourth; /* squared squared lengths about the group's mean */
    double *mean;  /* of the group at hand */
    double *s;     /* length x length */
};

static void add_products(struct moments *moments, const struct lka_points *points)
{
    for (size_t i = 0; i < points->count; i++) {
        const uint32_t *columns = points->columns + i * points->width;
        const double *values = points->values + i * points->width;
        for (size_t e = 0; e < points->width; e++) {
            moments->mean[columns[e]] += values[e] / (double)points->count;
            double *row = moments->s + columns[e] * moments->length;
            for (size_t f = 0; f < points->width && values[e] != 0; f++) {
                row[columns[f]] += values[e] * values[f];
            }
        }
    }
}

/* |x - m|^2 = |x|^2 - 2 x . m + |m|^2 */
static void add_fourth(struct moments *moments, const struct lka_points *points, double mean_square)
{
    for (size_t i = 0; i < points->count; i++) {
        double square = lka_point_square(points, i) + mean_square;
        for (size_t e = i * points->width; e < (i + 1) * points->width; e++) {
            square -= 2 * points->values[e] * moments->mean[points->columns[e]];
        }
        moments->fourth += square * square;
    }
}

static void add_group(struct moments *moments, const struct lka_points *points)
{
    double square = 0;
    double count = (double)points->count;
    memset(moments->mean, 0, moments->length * sizeof *moments->mean);
    add_products(moments, points);
    for (size_t j = 0; j < moments->length; j++) {
        square += moments->mean[j] * moments->mean[j];
        for (size_t k = 0; k < moments->length; k++) {
            moments->s[j * moments->length + k] -= count * moments->mean[j] * moments->mean[k];
        }
    }
    add_fourth(moments, points, square);
    moments->count += count;
}

/* Ledoit and Wolf (2004), section 3: b^2 / d^2, the noise of S over its distance from the mean variance times 1. */
static double shrinkage_of(const struct moments *moments, double variance)
{
    double norm = 0;
    double apart = 0;
    for (size_t j = 0; j + 1 < moments->length; j++) {
        for (size_t k = 0; k + 1 < moments->length; k++) {
            double cell = moments->s[j * moments->length + k];
            double off = cell - (j == k ? variance : 0);
            norm += cell * cell;
            apart += off * off;
        }
    }
    double noise = (moments->fourth / moments->count - norm) / moments->count;
    double share = apart > 0 ? noise / apart : 1;
    return share < LEAST_SHRINKAGE ? LEAST_SHRINKAGE : share > 1 ? 1 : share;
}

/* Sums into S, shrunk; true if anything varies. */
static bool shrink(struct moments *moments)
{
    size_t columns = moments->length - 1;
    double variance = 0;
    for (size_t c = 0; c < moments->length * moments->length; c++) {
        moments->s[c] /= moments->count;
    }
    for (size_t j = 0; j < columns; j++) {
        variance += moments->s[j * moments->length + j] / (double)columns;
    }
    double share = shrinkage_of(moments, variance);
    for (size_t j = 0; j < columns; j++) {
        for (size_t k = 0; k < columns; k++) {
            moments->s[j * moments->length + k] *= 1 - share;
        }
        moments->s[j * moments->length + j] += share * variance;
    }
    return variance > 0;
}

/* ---- its root --------------------------------------------------------------------------------- */

/* S = C C', R = C^-1. Column j of R is the image of unit vector j. S is positive definite: a tenth of a variance is added. */
static bool invert_root(struct moments *moments)
{
    size_t columns = moments->length - 1;
    gsl_matrix_view s = gsl_matrix_view_array_with_tda(moments->s, columns, columns, moments->length);
    return gsl_linalg_cholesky_decomp1(&s.matrix) == GSL_SUCCESS &&
           gsl_linalg_tri_invert(CblasLower, CblasNonUnit, &s.matrix) == GSL_SUCCESS;
}

static void take_images(struct lka_whitening *whitening, const struct moments *moments, bool inverted)
{
    for (size_t j = 0; j < whitening->columns; j++) {
        for (size_t k = j; k < whitening->columns; k++) {
            double cell = inverted ? moments->s[k * moments->length + j] : j == k;
            whitening->rows[j * whitening->columns + k] = cell;
        }
    }
}

lka_status lka_whitening_learn(struct lka_whitening *whitening, const struct lka_points *points, size_t groups,
                               size_t columns, struct lka_error *error)
{
    *whitening = (struct lka_whitening){0};
    if (columns > LKA_WHITENING_COLUMNS) {
        return lka_fail(error, LKA_DATA,
                        "the features make %zu columns; Mahalanobis's distance is learned of at most %d: take another "
                        "metric, or lower --max-categories",
                        columns, LKA_WHITENING_COLUMNS);
    }
    struct moments moments = {.length = columns + 1};
    lka_status status = LKA_NEW(moments.mean, moments.length, error);
    status = status != LKA_OK ? status : LKA_NEW(moments.s, moments.length * moments.length, error);
    status = status != LKA_OK ? status : lka_whitening_init(whitening, columns, error);
    if (status == LKA_OK) {
        for (size_t g = 0; g < groups; g++) {
            add_group(&moments, &points[g]);
        }
        take_images(whitening, &moments, shrink(&moments) && invert_root(&moments));
    }
    lka_free(moments.mean);
    lka_free(moments.s);
    return status;
}

/* ---- images ----------------------------------------------------------------------------------- */

void lka_whitening_map(const struct lka_whitening *whitening, const struct lka_points *points,
                       struct lka_points *images)
{
    size_t columns = whitening->columns;
    images->count = points->count;
    memset(images->values, 0, points->count * columns * sizeof *images->values);
    for (size_t i = 0; i < points->count; i++) {
        double *restrict image = images->values + i * columns;
        for (size_t j = 0; j < columns; j++) {
            images->columns[i * columns + j] = (uint32_t)j;
        }
        for (size_t e = i * points->width; e < (i + 1) * points->width; e++) {
            const double *restrict row = whitening->rows + points->columns[e] * columns;
            double value = points->values[e];
            for (size_t j = 0; j < columns; j++) {
                image[j] += value * row[j];
            }
        }
    }
}
