/* base/clock.h: how long something took. Never part of a result. */
#ifndef LKA_BASE_CLOCK_H
#define LKA_BASE_CLOCK_H

#include "lookalike/base.h"

/* Seconds of a clock that only goes forward; the difference of two calls means something. */
double lka_seconds(void);

/* "500ms", "90s", "10m", "2h": a whole number and its unit. LKA_USAGE names the flag, the value and what is allowed. */
lka_status lka_duration_parse(const char *flag, const char *text, double *seconds, struct lka_error *error);

#endif
