/* value/wide.h: loops over customers as wide as the CPU allows. The body is written once, always inlined, and compiled
 * twice: for any x86-64, and for AVX2. Only + - * / and lka_exp, lka_log are used, without contraction, so that both
 * give the same bits; sums have LKA_WIDE_LANES fixed partial sums for the same reason. */
#ifndef LKA_VALUE_WIDE_H
#define LKA_VALUE_WIDE_H

#include <stdbool.h>
#include <stddef.h>

#define LKA_WIDE_BODY static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define LKA_WIDE_TARGET __attribute__((target("avx2")))
static inline bool lka_wide(void)
{
    return __builtin_cpu_supports("avx2");
}
#else
#define LKA_WIDE_TARGET
static inline bool lka_wide(void)
{
    return false;
}
#endif

/* Rows that are worked on together; their intermediate values stay in the first cache. */
enum { LKA_WIDE_TILE = 256, LKA_WIDE_LANES = 8 };

/* The sum of weight[i] * value[i]. */
LKA_WIDE_BODY double lka_wide_sum(const double *weight, const double *value, size_t count)
{
    double lanes[LKA_WIDE_LANES] = {0};
    size_t whole = count - count % LKA_WIDE_LANES;
    for (size_t i = 0; i < whole; i += LKA_WIDE_LANES) {
        for (size_t lane = 0; lane < LKA_WIDE_LANES; lane++) {
            lanes[lane] += weight[i + lane] * value[i + lane];
        }
    }
    for (size_t i = whole; i < count; i++) {
        lanes[i - whole] += weight[i] * value[i];
    }
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

#endif
