/* value/rising.h: log Gamma(z + n) - log Gamma(z) and its derivative by z, for counts n that ascend: sums of log(z + i)
 * and of 1 / (z + i) that go on where the last count ended, so that all counts together cost what the largest costs. */
#ifndef LKA_VALUE_RISING_H
#define LKA_VALUE_RISING_H

#include <stddef.h>

struct lka_rising {
    double z;
    size_t n;
    double value; /* log Gamma(z + n) - log Gamma(z) */
    double slope; /* psi(z + n) - psi(z) */
};

/* At n = 0. */
struct lka_rising lka_rising_at(double z);
/* To a count that is not below the last one. */
void lka_rising_to(struct lka_rising *rising, size_t n);

#endif
