#include "identity/identity.h"

#include <openssl/evp.h>

bool lka_sha256_hex(struct lka_span value, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    hex[0] = '\0';
    if (EVP_Digest(value.length ? value.text : "", value.length, digest, &length, EVP_sha256(), NULL) != 1) {
        return false;
    }
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < length && i < 32; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
    return length == 32;
}
