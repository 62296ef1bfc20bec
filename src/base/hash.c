#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdio.h>

uint64_t lka_hash(uint64_t key, struct lka_span value)
{
    return XXH3_64bits_withSeed(value.length ? value.text : "", value.length, key);
}

struct lka_hash128 lka_hash128(struct lka_span value)
{
    XXH128_hash_t hash = XXH3_128bits(value.length ? value.text : "", value.length);
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
