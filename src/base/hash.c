#include "base/hash.h"

#include "base/digest_wide.h"
#include "base/error.h"
#include "base/memory.h"

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

struct lka_digest {
    XXH3_state_t *state;
};

lka_status lka_digest_new(struct lka_digest **digest, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*digest, 1, error));
    (*digest)->state = XXH3_createState();
    if (!(*digest)->state) {
        lka_free(*digest);
        *digest = NULL;
        return lka_fail_memory(error, sizeof(XXH3_state_t));
    }
    lka_digest_reset(*digest);
    return LKA_OK;
}

void lka_digest_reset(struct lka_digest *digest)
{
    XXH3_128bits_reset(digest->state);
}

void lka_digest_add(struct lka_digest *digest, const void *bytes, size_t length)
{
    if (!lka_digest_update_wide(digest->state, bytes, length)) {
        XXH3_128bits_update(digest->state, bytes, length);
    }
}

void lka_digest_hex(const struct lka_digest *digest, char hex[33])
{
    write_hex(XXH3_128bits_digest(digest->state), hex);
}

void lka_digest_free(struct lka_digest *digest)
{
    if (digest) {
        XXH3_freeState(digest->state);
        lka_free(digest);
    }
}
