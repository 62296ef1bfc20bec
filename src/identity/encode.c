#include "identity/encode.h"

#include "identity/hmac.h"

#include <openssl/evp.h>

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

static size_t put_hex(const uint8_t *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return 2 * length;
}

void lka_encode_bytes(const uint8_t *bytes, size_t length, enum lka_encoding encoding, struct lka_text *encoded)
{
    char text[96];
    size_t written = encoding == LKA_ENCODE_HEX ? put_hex(bytes, length, text)
                                                : (size_t)EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    lka_text_append(encoded, text, written);
}

bool lka_encode_value(struct lka_span value, enum lka_hashing hashing, enum lka_encoding encoding,
                      struct lka_text *encoded)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    const char *text = value.length ? value.text : "";
    bool made = true;
    switch (hashing) {
    case LKA_HASH_SHA256:
        made = lka_sha256(text, value.length, digest);
        break;
    case LKA_HASH_SHA1:
        made = EVP_Digest(text, value.length, digest, NULL, EVP_sha1(), NULL) == 1;
        break;
    case LKA_HASH_MD5:
        made = EVP_Digest(text, value.length, digest, NULL, EVP_md5(), NULL) == 1;
        break;
    default:
        lka_text_append(encoded, text, value.length);
        return true;
    }
    if (made) {
        lka_encode_bytes(digest, lka_hashing_bytes(hashing), encoding, encoded);
    }
    return made;
}

bool lka_base64_read(struct lka_span text, uint8_t *bytes, size_t length)
{
    unsigned char whole[96];
    size_t encoded = lka_encoding_length(LKA_ENCODE_BASE64, length);
    if (text.length != encoded || encoded / 4 * 3 > sizeof whole) {
        return false;
    }
    int made = EVP_DecodeBlock(whole, (const unsigned char *)text.text, (int)encoded);
    if (made < (int)length) {
        return false;
    }
    memcpy(bytes, whole, length);
    return true;
}
