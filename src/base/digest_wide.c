#include "base/digest_wide.h"

#include "base/cpu.h"

#if defined(__AVX2__) /* as the Makefile says of this file */

#define XXH_INLINE_ALL
#include <xxhash.h>

bool lka_digest_update_wide(void *state, const void *bytes, size_t length)
{
    __builtin_cpu_init();
    if (!lka_cpu_may(LKA_CPU_AVX2) || !__builtin_cpu_supports("avx2")) {
        return false;
    }
    XXH3_128bits_update(state, bytes, length);
    return true;
}

#else

bool lka_digest_update_wide(void *state, const void *bytes, size_t length)
{
    (void)state;
    (void)bytes;
    (void)length;
    return false;
}

#endif
