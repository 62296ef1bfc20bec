#include "models/cholesky.h"

/* LAPACK (in OpenBLAS). It is column-major: our lower triangle by rows is its upper one. */
void dpotrf_(const char *triangle, const int *order, double *matrix, const int *stride, int *info);
void dpotrs_(const char *triangle, const int *order, const int *right_sides, const double *matrix, const int *stride,
             double *vector, const int *vector_stride, int *info);
void dtrtri_(const char *triangle, const char *diagonal, const int *order, double *matrix, const int *stride,
             int *info);

/* The upper triangle and `diagonal` keep A, since a failed attempt leaves the lower one spoilt. */
static void keep(double *matrix, size_t order, double *diagonal)
{
    for (size_t j = 0; j < order; j++) {
        diagonal[j] = matrix[j * order + j];
        for (size_t k = 0; k < j; k++) {
            matrix[k * order + j] = matrix[j * order + k];
        }
    }
}

static void bring_back(double *matrix, size_t order, const double *diagonal, double factor, double term)
{
    for (size_t j = 0; j < order; j++) {
        for (size_t k = 0; k < j; k++) {
            matrix[j * order + k] = matrix[k * order + j];
        }
        matrix[j * order + j] = diagonal[j] * factor + term;
    }
}

void lka_cholesky(double *matrix, size_t order, double *diagonal)
{
    int size = (int)order;
    int info = order > 0;
    double largest = 1e-300;
    keep(matrix, order, diagonal);
    for (size_t j = 0; j < order; j++) {
        largest = diagonal[j] > largest ? diagonal[j] : largest;
    }
    for (double raise = 1e-13; info != 0 && raise < 1e12; raise *= 100) {
        bring_back(matrix, order, diagonal, 1 + raise, raise * 1e-3 * largest);
        dpotrf_("U", &size, matrix, &size, &info);
    }
}

void lka_cholesky_solve(const double *factor, size_t order, double *vector)
{
    int size = (int)order;
    int one = 1;
    int info = 0;
    if (order > 0) {
        dpotrs_("U", &size, &one, factor, &size, vector, &size, &info);
    }
}

void lka_cholesky_invert(double *factor, size_t order)
{
    int size = (int)order;
    int info = 0;
    if (order > 0) {
        dtrtri_("U", "N", &size, factor, &size, &info);
    }
}
