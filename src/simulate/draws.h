/* simulate/draws.h: random numbers of given distributions, with the same bits on every machine. */
#ifndef LKA_SIMULATE_DRAWS_H
#define LKA_SIMULATE_DRAWS_H

#include "base/elementary.h"
#include "base/random.h"

#include <math.h>
#include <stdbool.h>

static inline bool lka_draw_happens(struct lka_random *random, double probability)
{
    return lka_random_uniform(random) < probability;
}

static inline double lka_draw_exponential(struct lka_random *random)
{
    return -lka_log(1 - lka_random_uniform(random));
}

/* Of scale 1. Marsaglia, Tsang 2000; below 1 by their power of a uniform. */
static inline double lka_draw_gamma(struct lka_random *random, double shape)
{
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / (3 * sqrt(d));
    for (;;) {
        double x = lka_random_normal(random);
        double v = 1 + c * x;
        double u = 1 - lka_random_uniform(random);
        v = v * v * v;
        if (v > 0 && lka_log(u) < x * x / 2 + d - d * v + d * lka_log(v)) {
            double power = shape < 1 ? lka_exp(lka_log(1 - lka_random_uniform(random)) / shape) : 1;
            return d * v * power;
        }
    }
}

#endif
