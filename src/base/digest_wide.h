/* base/digest_wide.h: XXH3's long way by AVX2, which xxHash chooses when it is compiled: so one file is compiled for
 * it. */
#ifndef LKA_BASE_DIGEST_WIDE_H
#define LKA_BASE_DIGEST_WIDE_H

#include <stdbool.h>
#include <stddef.h>

/* What XXH3_128bits_update does to an XXH3_state_t, to the same bytes. False, and nothing done, where the CPU lacks
 * AVX2. */
bool lka_digest_update_wide(void *state, const void *bytes, size_t length);

#endif
