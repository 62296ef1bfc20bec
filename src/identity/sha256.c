#include "identity/identity.h"

#include "identity/encode.h"
#include "identity/hmac.h"

bool lka_sha256_hex(struct lka_span value, char hex[65])
{
    uint8_t digest[32];
    hex[0] = '\0';
    if (!lka_sha256(value.text, value.length, digest)) {
        return false;
    }
    lka_encode_hex(digest, sizeof digest, hex);
    hex[64] = '\0';
    return true;
}
