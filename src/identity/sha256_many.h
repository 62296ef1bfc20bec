/* identity/sha256_many.h: SHA-256 of many short values at once. What a single one waits for is the end of each of its 64 rounds; of
 * several that have nothing to do with each other the rounds run side by side: two by the CPU's own instructions for SHA-256, or
 * eight in the lanes of AVX2. Each digest is what libcrypto makes of the value.
 */
#ifndef LKA_IDENTITY_SHA256_MANY_H
#define LKA_IDENTITY_SHA256_MANY_H

#include "base/text.h"

/* digests[i] is that of values[i]. False if libcrypto fails, which long values, and the odd ones at the end, are given to. Thread-safe. */
bool lka_sha256_many(const struct lka_span *values, size_t count, uint8_t (*digests)[32]);

/* ---- the parts -------------------------------------------------------------------------------- */

enum { LKA_SHA256_BLOCK = 64, LKA_SHA256_WIDEST = 8 };

/* How so many blocks, each a padded message of its own, are hashed. */
struct lka_sha256_form {
    size_t width; /* messages at once: 2 or 8 */
    void (*hash)(const uint8_t (*blocks)[LKA_SHA256_BLOCK], uint8_t (*digests)[32]);
};

/* Of this CPU; NULL where it has none. */
const struct lka_sha256_form *lka_sha256_form_pair(void);
const struct lka_sha256_form *lka_sha256_form_eight(void);
/* FIPS 180-4, 4.2.2 and 5.3.3. */
extern const uint32_t lka_sha256_constants[64];
extern const uint32_t lka_sha256_start[8];

#endif
