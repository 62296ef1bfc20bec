#include "base/sha256.h"

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

bool lka_sha256_end(SHA256_CTX *context, uint64_t before, const void *bytes, size_t length, uint8_t sha256[32])
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
    return SHA256_Init(&context) && lka_sha256_end(&context, 0, length ? bytes : "", length, sha256);
}
