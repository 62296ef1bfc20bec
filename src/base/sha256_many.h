/* base/sha256_many.h: SHA-256 of many short values at once. What a single one waits for is the end of each of its 64 rounds; of
 * several that have nothing to do with each other the rounds run side by side: two by the CPU's own instructions for SHA-256, or
 * eight in the lanes of AVX2. Each digest is what libcrypto makes of the value.
 */
#ifndef LKA_IDENTITY_SHA256_MANY_H
#define LKA_IDENTITY_SHA256_MANY_H

#include "base/sha256.h"
#include "base/text.h"

/* The SHA-256 of a long text that comes in pieces. Its blocks follow from each other, so that one alone leaves half of the CPU's
 * instructions idle; beside values it takes hardly more time than these. So a piece that was put waits until it is asked for. */
struct lka_sha256_stream {
    SHA256_CTX context;
    const uint8_t *waiting;
    size_t waiting_length;
    uint64_t length; /* of the whole text */
};

void lka_sha256_stream_begin(struct lka_sha256_stream *stream);
/* A further piece, which stays where it is until the next one is put, or lka_sha256_stream_catch_up. */
void lka_sha256_stream_put(struct lka_sha256_stream *stream, const void *bytes, size_t length);
/* Nothing waits any more. */
void lka_sha256_stream_catch_up(struct lka_sha256_stream *stream);
/* Of all that was put. False if libcrypto fails. */
bool lka_sha256_stream_end(struct lka_sha256_stream *stream, uint8_t digest[32]);

/* digests[i] is that of values[i]; where the CPU has what it takes, what waits of the stream (NULL: none) is gone through beside
 * them. False if libcrypto fails, which long values, and the odd ones at the end, are given to. Thread-safe. */
bool lka_sha256_many(const struct lka_span *values, size_t count, uint8_t (*digests)[32],
                     struct lka_sha256_stream *stream);

/* ---- the parts -------------------------------------------------------------------------------- */

enum { LKA_SHA256_BLOCK = 64, LKA_SHA256_WIDEST = 8 };

/* How so many blocks, each a padded message of its own, are hashed. */
struct lka_sha256_form {
    size_t width; /* messages at once: 2 or 8 */
    void (*hash)(const uint8_t (*blocks)[LKA_SHA256_BLOCK], uint8_t (*digests)[32]);
    /* One such block, and the next one of another message, which comes to `state` by it; NULL: not this form. */
    void (*beside)(const uint8_t block[LKA_SHA256_BLOCK], uint8_t digest[32], uint32_t state[8],
                   const uint8_t next[LKA_SHA256_BLOCK]);
};

/* Of this CPU; NULL where it has none. */
const struct lka_sha256_form *lka_sha256_form_pair(void);
const struct lka_sha256_form *lka_sha256_form_eight(void);
/* FIPS 180-4, 4.2.2 and 5.3.3. */
extern const uint32_t lka_sha256_constants[64];
extern const uint32_t lka_sha256_start[8];

#endif
