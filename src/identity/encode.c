#include "identity/encode.h"

#include "identity/hmac.h"

#include <openssl/evp.h>
#include <openssl/md5.h>

const char *lka_hashing_name(enum lka_hashing hashing)
{
    static const char *const names[LKA_HASHINGS] = {"none", "sha256", "sha1", "md5"};
    return names[hashing];
}

const char *lka_encoding_name(enum lka_encoding encoding)
{
    static const char *const names[LKA_ENCODINGS] = {"hex", "base64"};
    return names[encoding];
}

size_t lka_hashing_bytes(enum lka_hashing hashing)
{
    static const size_t bytes[LKA_HASHINGS] = {0, 32, 20, 16};
    return bytes[hashing];
}

size_t lka_encoding_length(enum lka_encoding encoding, size_t bytes)
{
    return encoding == LKA_ENCODE_HEX ? 2 * bytes : (bytes + 2) / 3 * 4;
}

/* By arithmetic: compilers make vector code of it, and none of a table. */
static uint8_t hex_digit(uint8_t nibble)
{
    return (uint8_t)(nibble + '0' + (nibble > 9 ? 'a' - '9' - 1 : 0));
}

void lka_encode_hex(const uint8_t *bytes, size_t length, char *text)
{
    uint8_t *digits = (uint8_t *)text;
    for (size_t i = 0; i < length; i++) {
        digits[2 * i] = hex_digit(bytes[i] >> 4);
        digits[2 * i + 1] = hex_digit(bytes[i] & 15);
    }
}

void lka_encode_digest(const uint8_t *bytes, size_t length, enum lka_encoding encoding, char *text)
{
    unsigned char with_nul[2 * LKA_HASH_LONGEST + 1];
    if (encoding == LKA_ENCODE_HEX) {
        lka_encode_hex(bytes, length, text);
    } else {
        EVP_EncodeBlock(with_nul, bytes, (int)length);
        memcpy(text, with_nul, lka_encoding_length(encoding, length));
    }
}

void lka_encode_bytes(const uint8_t *bytes, size_t length, enum lka_encoding encoding, struct lka_text *encoded)
{
    char text[2 * LKA_HASH_LONGEST];
    lka_encode_digest(bytes, length, encoding, text);
    lka_text_append(encoded, text, lka_encoding_length(encoding, length));
}

/* libcrypto may have been built without MD5. */
static bool make_md5(struct lka_span value, uint8_t *digest)
{
#ifdef OPENSSL_NO_MD5
    (void)value;
    (void)digest;
    return false;
#else
    return MD5((const unsigned char *)value.text, value.length, digest) != NULL;
#endif
}

bool lka_hash_value(struct lka_span value, enum lka_hashing hashing, uint8_t digest[LKA_HASH_LONGEST])
{
    value.text = value.length ? value.text : "";
    switch (hashing) {
    case LKA_HASH_SHA256:
        return lka_sha256(value.text, value.length, digest);
    case LKA_HASH_SHA1:
        return SHA1((const unsigned char *)value.text, value.length, digest) != NULL;
    case LKA_HASH_MD5:
        return make_md5(value, digest);
    default:
        return false;
    }
}

bool lka_encode_value(struct lka_span value, enum lka_hashing hashing, enum lka_encoding encoding,
                      struct lka_text *encoded)
{
    uint8_t digest[LKA_HASH_LONGEST];
    if (hashing == LKA_HASH_NONE) {
        lka_text_append(encoded, value.length ? value.text : "", value.length);
        return true;
    }
    if (!lka_hash_value(value, hashing, digest)) {
        return false;
    }
    lka_encode_bytes(digest, lka_hashing_bytes(hashing), encoding, encoded);
    return true;
}

/* OpenSSL takes padding in the middle, and bits behind the last byte, which no encoder writes. */
bool lka_base64_read(struct lka_span text, uint8_t *bytes, size_t length)
{
    unsigned char whole[96];
    unsigned char again[129];
    size_t encoded = lka_encoding_length(LKA_ENCODE_BASE64, length);
    if (text.length != encoded || encoded / 4 * 3 > sizeof whole) {
        return false;
    }
    int made = EVP_DecodeBlock(whole, (const unsigned char *)text.text, (int)encoded);
    if (made < (int)length || EVP_EncodeBlock(again, whole, (int)length) != (int)encoded ||
        memcmp(again, text.text, encoded) != 0) {
        return false;
    }
    memcpy(bytes, whole, length);
    return true;
}
