/* identity/identity.h: identifiers in the one form in which they are compared and hashed. */
#ifndef LKA_IDENTITY_IDENTITY_H
#define LKA_IDENTITY_IDENTITY_H

#include "base/text.h"

/* The plain-normalised form of an e-mail: Unicode white space around and in it dropped, NFC, lower-case without locale,
 * without characters of the category Cf (zero-width spaces, marks of direction). Clears and fills `plain`; false (and
 * `plain` empty) if there is nothing left, the bytes are no UTF-8, or there is no @. plain->failed tells a failed
 * allocation. Thread-safe. */
bool lka_email_plain(struct lka_span email, struct lka_text *plain);

/* The same normalisation for any other text, without asking for an @. */
bool lka_plain_text(struct lka_span value, struct lka_text *plain);

/* SHA-256 as 64 lower-case hexadecimal digits and a NUL. False if libcrypto fails. */
bool lka_sha256_hex(struct lka_span value, char hex[65]);

#endif
