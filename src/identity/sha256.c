#include "identity/identity.h"

#include "identity/hmac.h"

bool lka_sha256_hex(struct lka_span value, char hex[65])
{
    uint8_t digest[32];
    hex[0] = '\0';
    if (!lka_sha256(value.text, value.length, digest)) {
        return false;
    }
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
    return true;
}
