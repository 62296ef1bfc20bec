/* base/hash.h: keyed hashes that decide folds, samples and ties. XXH3 (xxHash 0.8): the same bytes on
 * every machine. Not for secrets: what must resist guessing uses HMAC-SHA-256 (identity). */
#ifndef LKA_BASE_HASH_H
#define LKA_BASE_HASH_H

#include "base/text.h"

uint64_t lka_hash(uint64_t key, struct lka_span value);

struct lka_hash128 {
    uint64_t high;
    uint64_t low;
};
struct lka_hash128 lka_hash128(struct lka_span value);
void lka_hash128_bytes(const void *bytes, size_t length, char hex[33]); /* of any length, as 32 hex digits */

/* A key for one use, from the user's seed and the name of the use ("fold", "sample", "tie"). */
uint64_t lka_key(uint64_t seed, const char *purpose);

/* A running hash of a whole input: XXH3-128. It goes through blocks of 1,024 bytes from the input's start, and what it
 * takes from a block is a sum that depends on that block alone. So the sums of one piece of the input can be made
 * before all of what stands in front of it is known, by any thread. */
struct lka_digest;
lka_status lka_digest_new(struct lka_digest **digest, struct lka_error *error);
void lka_digest_add(struct lka_digest *digest, const void *bytes, size_t length);
uint64_t lka_digest_length(const struct lka_digest *digest);        /* bytes that were added */
void lka_digest_hex(const struct lka_digest *digest, char hex[33]); /* as 32 hex digits */
void lka_digest_reset(struct lka_digest *digest);
void lka_digest_free(struct lka_digest *digest);

enum { LKA_DIGEST_BLOCK = 1024 };
struct lka_digest_sum {
    uint64_t lanes[8];
};

/* The whole blocks in bytes that stand at `place` of the input; a sum each, length / LKA_DIGEST_BLOCK at most. */
void lka_digest_sums(uint64_t place, const void *bytes, size_t length, struct lka_digest_sum *sums);
/* As lka_digest_add, of the bytes that the sums were made of for this place. */
void lka_digest_add_summed(struct lka_digest *digest, const void *bytes, size_t length,
                           const struct lka_digest_sum *sums);

#endif
