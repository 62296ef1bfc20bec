/* identity/hmac.h: SHA-256 and HMAC-SHA-256 (RFC 2104) of short values, by the million. libcrypto's block functions are
 * called directly: its EVP layer looks the algorithm up and allocates on every call, which takes several times as long
 * as the one block that an identifier has. What fits into that block is padded here (FIPS 180-4, 5.1.1) and goes
 * through the compression function once, without the copies of its streaming interface.
 */
#ifndef LKA_IDENTITY_HMAC_H
#define LKA_IDENTITY_HMAC_H

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False if libcrypto fails. Thread-safe. */
bool lka_sha256(const void *bytes, size_t length, uint8_t sha256[32]);

/* A key with its two pads hashed already: a secret as the key is. Any thread may use one that was made. */
struct lka_hmac {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

bool lka_hmac_init(struct lka_hmac *hmac, const uint8_t key[32]);
bool lka_hmac_of(const struct lka_hmac *hmac, const void *bytes, size_t length, uint8_t mac[32]);

#endif
