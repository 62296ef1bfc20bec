/* value/jacobi.h: Gaussian quadrature for the mean of a function of a Beta(a, b) variable. */
#ifndef LKA_VALUE_JACOBI_H
#define LKA_VALUE_JACOBI_H

#include "value/model.h"

/* Exact for polynomials up to degree 2 LKA_RULE_NODES - 1; the weights sum up to 1. LKA_MEMORY alone. */
lka_status lka_jacobi_rule(double a, double b, struct lka_rule *rule, struct lka_error *error);

/* The same for the uniform distribution on 0 to 1 (Gauss and Legendre), of `count` nodes. */
lka_status lka_legendre_rule(double *nodes, double *weights, size_t count, struct lka_error *error);

#endif
