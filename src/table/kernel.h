/* table/kernel.h: sums of kernels between a row and fixed points: what support vector machines score with.
 *
 *     score(x) = sum over points p of coefficient_p K(x, p)  -  offset
 *     K(x, p) = x . p                    linear
 *     K(x, p) = exp(-gamma |x - p|^2)    radial; |x - p|^2 = |x|^2 + |p|^2 - 2 x . p
 *
 * The points are laid out in tiles of 16 whose coordinates stand side by side, so that one coordinate of the row is
 * multiplied with 16 points at once:
 *
 *     tile 0: [column 0: points 0..15][column 1: points 0..15] ... [column `columns`: zeros]   tile 1: ...
 *
 * A product is summed over the row's coordinates in their order, a score over the tiles in their order within each of
 * the 16 lanes, and then over the lanes pairwise: one fixed order, without fma and with lka_exp, so that a score has
 * the same bits wherever it is computed.
 */
#ifndef LKA_TABLE_KERNEL_H
#define LKA_TABLE_KERNEL_H

#include "base/memory.h"
#include "table/points.h"

enum { LKA_LANES = 16 };
enum lka_kernel { LKA_KERNEL_LINEAR, LKA_KERNEL_RADIAL };

struct lka_kernel_sum {
    enum lka_kernel kernel;
    double gamma; /* unused if linear */
    double offset;
    size_t count; /* points */
    size_t columns;
    size_t tiles;
    double *cells;        /* tiles x (columns + 1) x 16 */
    double *squares;      /* tiles x 16: |p|^2 */
    double *coefficients; /* tiles x 16; 0 behind the last point */
};

/* From `count` points, row-major, and a coefficient each. */
lka_status lka_kernel_sum_init(struct lka_kernel_sum *sum, enum lka_kernel kernel, double gamma, double offset,
                               const double *points, const double *coefficients, size_t count, size_t columns,
                               struct lka_error *error);
void lka_kernel_sum_release(struct lka_kernel_sum *sum);

/* The points again, row-major: count x columns. */
void lka_kernel_sum_points(const struct lka_kernel_sum *sum, double *points);

/* scores[0 .. points->count). Works in `scratch`; LKA_MEMORY only. */
lka_status lka_kernel_sum_score(const struct lka_kernel_sum *sum, const struct lka_points *points,
                                struct lka_arena *scratch, double *scores, struct lka_error *error);

/* The kernel between all pairs of `count` points (row-major): matrix[i * count + j], symmetric to the bit. */
lka_status lka_kernel_matrix(enum lka_kernel kernel, double gamma, const double *points, size_t count, size_t columns,
                             double *matrix, struct lka_error *error);

#endif
