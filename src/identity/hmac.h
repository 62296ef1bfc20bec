/* identity/hmac.h: HMAC-SHA-256 (RFC 2104) of short values, by the million.
 */
#ifndef LKA_IDENTITY_HMAC_H
#define LKA_IDENTITY_HMAC_H

#include "base/sha256.h"

/* A key with its two pads hashed already: a secret as the key is. Any thread may use one that was made. */
struct lka_hmac {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

bool lka_hmac_init(struct lka_hmac *hmac, const uint8_t key[32]);
bool lka_hmac_of(const struct lka_hmac *hmac, const void *bytes, size_t length, uint8_t mac[32]);

#endif
