/* base/interval.h: how far a share that was counted may be from the true one. */
#ifndef LKA_BASE_INTERVAL_H
#define LKA_BASE_INTERVAL_H

#include <jansson.h>

struct lka_interval {
    double low;
    double high;
};

/* Wilson's score interval at 95% for `hits` of `trials` (hits may be fractional through ties). */
struct lka_interval lka_wilson(double hits, double trials);

json_t *lka_interval_json(struct lka_interval interval); /* [low, high] */

#endif
