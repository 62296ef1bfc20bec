#include "identity/hmac.h"

#include <endian.h>
#include <string.h>

/* What fits into a block with its padding: a bit of 1, zeros, and the length in 64 bits. */
enum { ONE_BLOCK = SHA256_CBLOCK - 9 };

static void store_digest(const SHA256_CTX *context, uint8_t sha256[32])
{
    for (size_t i = 0; i < 8; i++) {
        uint32_t word = htobe32(context->h[i]);
        memcpy(sha256 + 4 * i, &word, sizeof word);
    }
}

/* The last bytes of a message of which `before` bytes, whole blocks, went into the context already. */
static void end_in_one_block(SHA256_CTX *context, uint64_t before, const void *bytes, size_t length, uint8_t sha256[32])
{
    uint8_t block[SHA256_CBLOCK] = {0};
    uint64_t bits = htobe64(8 * (before + length));
    memcpy(block, bytes, length);
    block[length] = 0x80;
    memcpy(block + SHA256_CBLOCK - sizeof bits, &bits, sizeof bits);
    SHA256_Transform(context, block);
    store_digest(context, sha256);
}

static bool end(SHA256_CTX *context, uint64_t before, const void *bytes, size_t length, uint8_t sha256[32])
{
    if (length <= ONE_BLOCK) {
        end_in_one_block(context, before, bytes, length, sha256);
        return true;
    }
    return SHA256_Update(context, bytes, length) && SHA256_Final(sha256, context);
}

bool lka_sha256(const void *bytes, size_t length, uint8_t sha256[32])
{
    SHA256_CTX context;
    return SHA256_Init(&context) && end(&context, 0, length ? bytes : "", length, sha256);
}

static bool start_with_pad(SHA256_CTX *context, const uint8_t key[32], uint8_t filler)
{
    uint8_t pad[SHA256_CBLOCK];
    memset(pad, filler, sizeof pad);
    for (size_t i = 0; i < 32; i++) {
        pad[i] ^= key[i];
    }
    bool made = SHA256_Init(context) && SHA256_Update(context, pad, sizeof pad);
    explicit_bzero(pad, sizeof pad);
    return made;
}

bool lka_hmac_init(struct lka_hmac *hmac, const uint8_t key[32])
{
    return start_with_pad(&hmac->inner, key, 0x36) && start_with_pad(&hmac->outer, key, 0x5c);
}

bool lka_hmac_of(const struct lka_hmac *hmac, const void *bytes, size_t length, uint8_t mac[32])
{
    SHA256_CTX inner = hmac->inner;
    SHA256_CTX outer = hmac->outer;
    return end(&inner, SHA256_CBLOCK, length ? bytes : "", length, mac) && end(&outer, SHA256_CBLOCK, mac, 32, mac);
}
