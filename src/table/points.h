/* table/points.h: rows as points of a space in which distances mean something, for families that compare rows.
 *
 * A point has one coordinate for each column of table/design.h (without bins):
 *
 *     a number       its standardised value, cut at 5 deviations: an outlier differs, but not without end
 *     an indicator   `scale` if it is set, else 0
 *
 * All indicators of one source column share one scale, 1 / sqrt(sum of p (1 - p)), so that a category of two values or
 * of two hundred, or a list with all its items, varies as much as one number does (variance 1). The sum is taken to be
 * at least .1: a code that hardly anybody has sets its people apart, but does not outweigh everything else. Nothing is
 * centred: differences of points do not depend on it.
 *
 * A feature gives at most one coordinate that is not 0, so a point is kept as one (column, value) a feature. Where
 * there is none, the column is `columns`, one past the last: a column in which every vector here has a 0.
 */
#ifndef LKA_TABLE_POINTS_H
#define LKA_TABLE_POINTS_H

#include "table/block.h"

#define LKA_POINT_CUT 5.0
enum { LKA_MOST_COLUMNS = 1 << 22 };

struct lka_axis {
    uint32_t column;     /* the feature's first */
    uint32_t first_code; /* codes from here */
    uint32_t end_code;   /* to before this one have an indicator */
    bool is_number;      /* the first column is the value, and indicators follow */
};

struct lka_axes {
    struct lka_axis *axes; /* by feature */
    size_t features;
    double *scale; /* by column; scale[columns] is 0 */
    size_t columns;
};

/* Every scale is 1. LKA_DATA for more than LKA_MOST_COLUMNS columns. */
lka_status lka_axes_init(struct lka_axes *axes, const struct lka_space *space, struct lka_error *error);
void lka_axes_release(struct lka_axes *axes);

/* Takes the scales from the `count` rows of `block` picked by `rows`. */
void lka_axes_learn(struct lka_axes *axes, const struct lka_block *block, const uint32_t *rows, size_t count);

struct lka_points {
    size_t count;
    size_t width;      /* coordinates a point: the features */
    uint32_t *columns; /* count x width, row-major */
    double *values;
};

lka_status lka_points_init(struct lka_points *points, size_t capacity, size_t width, struct lka_error *error);
void lka_points_release(struct lka_points *points);

/* Makes `points` the rows picked by `rows` (NULL: `count` rows from `first`); it must have room for them. */
void lka_points_fill(struct lka_points *points, const struct lka_axes *axes, const struct lka_block *block,
                     const uint32_t *rows, size_t first, size_t count);

/* The squared length of a point, in the order of its coordinates. */
double lka_point_square(const struct lka_points *points, size_t point);

/* The variance of the points, summed over the columns (n - 1 in the denominator; 0 for one point). `mean` is
 * room for columns + 1 numbers. */
double lka_points_variance(const struct lka_points *points, size_t columns, double *mean);

#endif
