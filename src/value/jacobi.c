#include "value/jacobi.h"

#include "base/error.h"

#include <gsl/gsl_eigen.h>
#include <math.h>

/* The Jacobi polynomials' three-term recurrence, brought from -1..1 to 0..1; their weight is (1 - x)^u (1 + x)^v. */
static double diagonal(double u, double v, size_t n)
{
    double sum = 2 * (double)n + u + v;
    return n == 0 ? (1 + (v - u) / (u + v + 2)) / 2 : (1 + (v * v - u * u) / (sum * (sum + 2))) / 2;
}

static double beside(double u, double v, size_t n)
{
    double k = (double)n;
    double sum = 2 * k + u + v;
    double square = n == 1 ? 4 * (1 + u) * (1 + v) / (sum * sum * (sum + 1))
                           : 4 * k * (k + u) * (k + v) * (k + u + v) / (sum * sum * (sum + 1) * (sum - 1));
    return sqrt(square) / 2;
}

/* Golub, Welsch (1969): the nodes are the eigenvalues of the recurrence's matrix, the weights the squares of the first
 * components of its eigenvectors. */
static lka_status gauss(double a, double b, double *nodes, double *weights, size_t count, struct lka_error *error)
{
    gsl_matrix *matrix = gsl_matrix_calloc(count, count);
    gsl_matrix *vectors = gsl_matrix_alloc(count, count);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(count);
    bool made = matrix && vectors && workspace;
    if (made) {
        gsl_vector_view values = gsl_vector_view_array(nodes, count);
        for (size_t n = 0; n < count; n++) {
            gsl_matrix_set(matrix, n, n, diagonal(b - 1, a - 1, n));
            if (n > 0) {
                gsl_matrix_set(matrix, n, n - 1, beside(b - 1, a - 1, n));
                gsl_matrix_set(matrix, n - 1, n, beside(b - 1, a - 1, n));
            }
        }
        gsl_eigen_symmv(matrix, &values.vector, vectors, workspace);
        gsl_eigen_symmv_sort(&values.vector, vectors, GSL_EIGEN_SORT_VAL_ASC);
        for (size_t n = 0; n < count; n++) {
            nodes[n] = fmax(0, fmin(1, nodes[n]));
            weights[n] = gsl_matrix_get(vectors, 0, n) * gsl_matrix_get(vectors, 0, n);
        }
    }
    gsl_matrix_free(matrix);
    gsl_matrix_free(vectors);
    if (workspace) {
        gsl_eigen_symmv_free(workspace);
    }
    return made ? LKA_OK : lka_fail_memory(error, 2 * count * count * sizeof(double));
}

lka_status lka_jacobi_rule(double a, double b, struct lka_rule *rule, struct lka_error *error)
{
    return gauss(a, b, rule->nodes, rule->weights, LKA_RULE_NODES, error);
}

lka_status lka_legendre_rule(double *nodes, double *weights, size_t count, struct lka_error *error)
{
    return gauss(1, 1, nodes, weights, count, error);
}
