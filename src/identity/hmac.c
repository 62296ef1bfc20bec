#include "identity/hmac.h"

#include <string.h>

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
    return lka_sha256_end(&inner, SHA256_CBLOCK, length ? bytes : "", length, mac) &&
           lka_sha256_end(&outer, SHA256_CBLOCK, mac, 32, mac);
}
