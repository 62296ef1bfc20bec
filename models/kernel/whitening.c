#include "models/kernel/whitening.h"

#include "base/error.h"
#include "base/memory.h"
#include "models/cholesky.h"
#include "models/shrinkage.h"

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

/* From sums to S, shrunk and closed up to `columns` columns. */
static void shrink(struct moments *moments, size_t columns)
{
    double trace = 0;
    double norm = 0;
    for (size_t j = 0; j < columns; j++) {
        for (size_t k = 0; k < columns; k++) {
            double cell = moments->s[j * moments->length + k] / moments->count;
            moments->s[j * columns + k] = cell;
            norm += cell * cell;
        }
        trace += moments->s[j * columns + j];
    }
    double share = lka_ledoit_wolf(norm, trace, moments->fourth / moments->count, moments->count, (double)columns);
    share = share > LEAST_SHRINKAGE ? share : LEAST_SHRINKAGE;
    for (size_t c = 0; c < columns * columns; c++) {
        moments->s[c] *= 1 - share;
    }
    for (size_t j = 0; j < columns; j++) {
        moments->s[j * columns + j] += trace > 0 ? share * trace / (double)columns : 1;
    }
}

/* S = C C', R = C^-1. Column j of R is the image of unit vector j. */
static void take_images(struct lka_whitening *whitening, struct moments *moments)
{
    size_t columns = whitening->columns;
    lka_cholesky(moments->s, columns, moments->mean);
    lka_cholesky_invert(moments->s, columns);
    for (size_t j = 0; j < columns; j++) {
        for (size_t k = j; k < columns; k++) {
            whitening->rows[j * columns + k] = moments->s[k * columns + j];
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
        shrink(&moments, columns);
        take_images(whitening, &moments);
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
