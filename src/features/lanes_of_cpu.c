/* Which form of the lanes a CPU runs. */
#include "base/cpu.h"
#include "features/lanes.h"

#if defined(__x86_64__)

static bool runs(enum lka_lanes_kind kind)
{
    __builtin_cpu_init();
    bool has_avx2 = lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    bool has_avx512 = has_avx2 && lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return kind == LKA_LANES_AVX512 ? has_avx512 : kind == LKA_LANES_AVX2 ? has_avx2 : kind < LKA_LANES_AVX2;
}

#else

static bool runs(enum lka_lanes_kind kind)
{
    return kind <= LKA_LANES_PLAIN;
}

#endif

const struct lka_lanes *lka_lanes_of(enum lka_lanes_kind kind)
{
    static const struct lka_lanes *const kinds[LKA_LANES_KINDS] = {NULL, &lka_lanes_plain, &lka_lanes_avx2,
                                                                   &lka_lanes_avx512};
    if (kind == LKA_LANES_FASTEST || !runs(kind)) {
        kind = LKA_LANES_KINDS - 1;
        while (!runs(kind)) {
            kind--;
        }
    }
    return kinds[kind];
}
