/* identity/encode.h: a normalised value as a platform takes it: hashed, the hash in hexadecimal digits or Base64. */
#ifndef LKA_IDENTITY_ENCODE_H
#define LKA_IDENTITY_ENCODE_H

#include "base/text.h"

enum lka_hashing { LKA_HASH_NONE, LKA_HASH_SHA256, LKA_HASH_SHA1, LKA_HASH_MD5, LKA_HASHINGS };
enum { LKA_HASH_LONGEST = 32 }; /* bytes */
enum lka_encoding { LKA_ENCODE_HEX, LKA_ENCODE_BASE64, LKA_ENCODINGS };

const char *lka_hashing_name(enum lka_hashing hashing);    /* "none", "sha256", "sha1", "md5" */
const char *lka_encoding_name(enum lka_encoding encoding); /* "hex", "base64" */
size_t lka_hashing_bytes(enum lka_hashing hashing);        /* 0 for none */
size_t lka_encoding_length(enum lka_encoding encoding, size_t bytes);

/* The bytes of its hash. False if libcrypto fails (it has no MD5 in some builds), and for LKA_HASH_NONE. */
bool lka_hash_value(struct lka_span value, enum lka_hashing hashing, uint8_t digest[LKA_HASH_LONGEST]);
/* Appends; the value itself where nothing is hashed. False as above. A failed allocation is encoded->failed. */
bool lka_encode_value(struct lka_span value, enum lka_hashing hashing, enum lka_encoding encoding,
                      struct lka_text *encoded);
/* So many bytes from their Base64; false for anything else. */
bool lka_base64_read(struct lka_span text, uint8_t *bytes, size_t length);
/* Two lower-case hexadecimal digits a byte; no NUL. */
void lka_encode_hex(const uint8_t *bytes, size_t length, char *text);
/* A hash that is at hand, as lka_encoding_length characters; no NUL. */
void lka_encode_digest(const uint8_t *bytes, size_t length, enum lka_encoding encoding, char *text);
/* Appends it. */
void lka_encode_bytes(const uint8_t *bytes, size_t length, enum lka_encoding encoding, struct lka_text *encoded);

#endif
