#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdio.h>

/* Most values are ids and words. For these alone no register need be saved. */
enum { SHORT_MOST = 16 };

static __attribute__((noinline)) uint64_t hash_long(uint64_t key, struct lka_span value)
{
    return XXH3_64bits_withSeed(value.text, value.length, key);
}

uint64_t lka_hash(uint64_t key, struct lka_span value)
{
    return value.length > SHORT_MOST ? hash_long(key, value)
                                     : XXH3_len_0to16_64b((const xxh_u8 *)value.text, value.length, XXH3_kSecret, key);
}

static __attribute__((noinline)) struct lka_hash128 hash128_long(struct lka_span value)
{
    XXH128_hash_t hash = XXH3_128bits(value.text, value.length);
    return (struct lka_hash128){hash.high64, hash.low64};
}

struct lka_hash128 lka_hash128(struct lka_span value)
{
    if (value.length > SHORT_MOST) {
        return hash128_long(value);
    }
    XXH128_hash_t hash = XXH3_len_0to16_128b((const xxh_u8 *)value.text, value.length, XXH3_kSecret, 0);
    return (struct lka_hash128){hash.high64, hash.low64};
}

static void write_hex(XXH128_hash_t hash, char hex[33])
{
    snprintf(hex, 33, "%016llx%016llx", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

void lka_hash128_bytes(const void *bytes, size_t length, char hex[33])
{
    write_hex(XXH3_128bits(bytes, length), hex);
}

uint64_t lka_key(uint64_t seed, const char *purpose)
{
    return lka_hash(seed, lka_span_of(purpose));
}
