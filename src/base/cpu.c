#include "base/cpu.h"

static enum lka_cpu_form limit = LKA_CPU_SHA;

bool lka_cpu_may(enum lka_cpu_form form)
{
    return form <= limit;
}

void lka_cpu_limit(enum lka_cpu_form most)
{
    limit = most;
}

#if defined(__x86_64__)

const char *lka_cpu_level(void)
{
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt")) {
        return "x86-64";
    }
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) {
        return "x86-64-v2";
    }
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("avx512cd")) {
        return "x86-64-v3";
    }
    return "x86-64-v4";
}

enum lka_cpu_form lka_cpu_scanner(void)
{
    __builtin_cpu_init();
    bool avx2 = lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
    bool avx512 = avx2 && lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
    return avx512 ? LKA_CPU_AVX512 : avx2 ? LKA_CPU_AVX2 : LKA_CPU_PLAIN;
}

#else

enum lka_cpu_form lka_cpu_scanner(void)
{
    return LKA_CPU_PLAIN;
}

const char *lka_cpu_level(void)
{
    return "other";
}

#endif
