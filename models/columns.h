/* models/columns.h: the columns of a design matrix for families that are linear in them, without the matrix.
 *
 * The columns are those of table/design.h and, behind them, a constant 1. A row is nearly all zeros (one code a
 * feature), so sums over rows are taken feature by feature from values and codes, and only what is dense anyway is
 * multiplied as a matrix.
 *
 *     0 .. dense-1     values, and indicators of features with few of them (a matrix product is faster for these)
 *     dense .. count-2 indicators of the wide features, feature by feature
 *     count-1          the constant
 */
#ifndef LKA_MODELS_COLUMNS_H
#define LKA_MODELS_COLUMNS_H

#include "table/design.h"

struct lka_columns {
    const struct lka_space *space; /* borrowed */
    struct lka_design design;      /* in the order above; without the constant */
    size_t count;                  /* design.count + 1 */
    size_t dense;
    size_t *start;        /* of a feature's codes in `of_code` and in tables; features + 1 entries */
    ptrdiff_t *of_value;  /* by feature: the column of its value, or -1 */
    ptrdiff_t *of_code;   /* by start[feature] + code: the column of its indicator, or -1 */
    uint32_t *indicators; /* by feature: how many of its codes have a column */
    uint32_t *wide;       /* the wide features, ascending */
    size_t wide_count;
};

lka_status lka_columns_init(struct lka_columns *columns, const struct lka_space *space, bool bins,
                            struct lka_error *error);
void lka_columns_release(struct lka_columns *columns);

/* Entries of a table that has one for every code of every feature. */
static inline size_t lka_columns_codes(const struct lka_columns *columns)
{
    return columns->start[columns->space->count];
}

/* Adds to counts[start[feature] + code] the weight of the rows that have it, for features with indicators.
 * `weight` is by position in `rows`. */
void lka_columns_count(const struct lka_columns *columns, const struct lka_block *block, const uint32_t *rows,
                       size_t count, const double *weight, double *counts);

/* A number's codes that have no column are one and the same, "not missing": if one was seen, all are. */
void lka_columns_join_seen(const struct lka_columns *columns, double *counts);

/* Adds sum_i weight_i x_i x_i' of the rows to the lower triangle of `matrix`, count x count, row-major. `weight` is by
 * position in `rows`, at least 0. */
lka_status lka_columns_product(const struct lka_columns *columns, const struct lka_block *block, const uint32_t *rows,
                               size_t count, const double *weight, double *matrix, struct lka_error *error);

#endif
