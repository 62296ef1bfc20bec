#include "audience/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* By how much the difference exceeds what is needed to be found; grows with the lift. */
static double excess(double treated, double holdout, double base, double lift)
{
    double rate = base * (1 + lift);
    double pooled = (treated * rate + holdout * base) / (treated + holdout);
    double alike = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / holdout));
    double apart = sqrt(rate * (1 - rate) / treated + base * (1 - base) / holdout);
    return rate - base - gsl_cdf_ugaussian_Pinv(0.975) * alike - gsl_cdf_ugaussian_Pinv(0.8) * apart;
}

double lka_detectable_lift(double treated, double holdout, double base)
{
    double low = 0;
    double high = 1 / base - 1;
    if (treated < 1 || holdout < 1 || excess(treated, holdout, base, high) < 0) {
        return INFINITY;
    }
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        *(excess(treated, holdout, base, middle) < 0 ? &low : &high) = middle;
    }
    return high;
}

/* The excess of n people is (difference - c / sqrt(n)), c not depending on n. */
uint64_t lka_people_needed(double lift, double share, double base)
{
    double difference = base * lift;
    if (base + difference >= 1) {
        return 0;
    }
    double c = difference - excess(1 - share, share, base, lift);
    return (uint64_t)ceil(c * c / (difference * difference));
}
