#include "base/digest_sum.h"

#include "base/cpu.h"

bool lka_digest_sum_blocks_wide(const unsigned char *bytes, size_t count, struct lka_digest_sum *sums)
{
#if defined(__AVX2__) /* as the Makefile says of this file */
    __builtin_cpu_init();
    if (lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2")) {
        lka_digest_sum_blocks(bytes, count, sums);
        return true;
    }
#endif
    (void)bytes;
    (void)count;
    (void)sums;
    return false;
}
