/* base/clock.h: how long something took. Never part of a result. */
#ifndef LKA_BASE_CLOCK_H
#define LKA_BASE_CLOCK_H

/* Seconds of a clock that only goes forward; the difference of two calls means something. */
double lka_seconds(void);

#endif
