/* base/sha256.h: SHA-256 of short values, by the million. libcrypto's block functions are called directly: its EVP layer looks the
 * algorithm up and allocates on every call, which takes several times as long as the one block that an identifier has. What fits
 * into that block is padded here (FIPS 180-4, 5.1.1) and goes through the compression function once, without the copies of its
 * streaming interface.
 */
#ifndef LKA_BASE_SHA256_H
#define LKA_BASE_SHA256_H

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False if libcrypto fails. Thread-safe. */
bool lka_sha256(const void *bytes, size_t length, uint8_t sha256[32]);
/* The last bytes of a message of which `before` bytes, whole blocks, went into the context already. */
bool lka_sha256_end(SHA256_CTX *context, uint64_t before, const void *bytes, size_t length, uint8_t sha256[32]);

#endif
