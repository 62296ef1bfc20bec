/* models/cholesky.h: A = C C' of a symmetric positive matrix, for fits. Rows of the lower triangle in, C out in the
 * same place; the other triangle is scratch. Order below 2^31. */
#ifndef LKA_MODELS_CHOLESKY_H
#define LKA_MODELS_CHOLESKY_H

#include <stddef.h>

/* Where A is singular to rounding its diagonal is raised, by as little as helps. `diagonal` is scratch, `order`
 * entries. */
void lka_cholesky(double *matrix, size_t order, double *diagonal);

/* vector = inverse of A times vector. */
void lka_cholesky_solve(const double *factor, size_t order, double *vector);

/* C becomes its inverse. */
void lka_cholesky_invert(double *factor, size_t order);

#endif
