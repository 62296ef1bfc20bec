#include "value/rising.h"

#include "base/elementary.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>

/* Beyond it the special functions cost less than the sum. */
enum { LONGEST_SUM = 256 };

struct lka_rising lka_rising_at(double z)
{
    return (struct lka_rising){.z = z};
}

void lka_rising_to(struct lka_rising *rising, size_t n)
{
    if (n - rising->n > LONGEST_SUM) {
        rising->value = gsl_sf_lngamma(rising->z + (double)n) - gsl_sf_lngamma(rising->z);
        rising->slope = gsl_sf_psi(rising->z + (double)n) - gsl_sf_psi(rising->z);
        rising->n = n;
    }
    for (; rising->n < n; rising->n++) {
        double factor = rising->z + (double)rising->n;
        rising->value += lka_log(factor);
        rising->slope += 1 / factor;
    }
}
