/* models/logistic/sparse.h: rows of very many columns, by what sets each apart from the most frequent row.
 *
 * Of each feature the most frequent code, and value, is taken for granted; a row keeps what differs. Where thousands of
 * columns are nearly always empty, a pass costs as much as there are other cells, and not rows times columns.
 */
#ifndef LKA_MODELS_LOGISTIC_SPARSE_H
#define LKA_MODELS_LOGISTIC_SPARSE_H

#include "models/columns.h"

struct lka_sparse {
    size_t codes;    /* entries 0 .. codes-1 are codes, by columns->start[feature] + code; then a value a feature */
    uint16_t *usual; /* by feature: the code that is taken for granted */
    double *usual_value;
    size_t *start; /* of a row's entries; rows + 1 */
    uint32_t *entry;
    double *times;  /* 1 for a code; a value less the usual one */
    double *weight; /* scratch, by entry: what it adds to a predictor; sums of a gradient */
    double *sums;
};

/* *sparse stays empty (start is NULL) where the columns are too few, or differ too often, to gain by it. `counts` is
 * the weight of the rows by code. */
lka_status lka_sparse_init(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                           const double *counts, struct lka_error *error);
void lka_sparse_release(struct lka_sparse *sparse);

/* For coefficients by column. Returns the predictor of the row that is usual in everything. */
double lka_sparse_begin(struct lka_sparse *sparse, const struct lka_columns *columns, const double *coefficients);

void lka_sparse_predict(const struct lka_sparse *sparse, size_t first, size_t count, double usual, double *predictor);
void lka_sparse_add(const struct lka_sparse *sparse, size_t first, size_t count, const double *residual);

/* Adds the sums over all rows to the gradient, `total` that of the residuals. */
void lka_sparse_end(const struct lka_sparse *sparse, const struct lka_columns *columns, double total, double *gradient);

/* diagonal[column] = the sum over the rows of weight x^2. */
void lka_sparse_diagonal(const struct lka_sparse *sparse, const struct lka_columns *columns, size_t rows,
                         const double *weight, double *diagonal);

#endif
