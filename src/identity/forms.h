/* identity/forms.h: the forms in which a person's identifiers can be met, and the one by which a person is known.
 *
 * An e-mail has a plain form (trimmed, NFC, lower-case) and a Gmail-folded one (for gmail.com and googlemail.com: no
 * dots and no +suffix in the local part, domain gmail.com in the folded form used for identity). A phone has variants:
 * E.164 with +, digits only, with and without leading zeros, the national number. Every form is hashed with SHA-256 of
 * its text, so that pre-hashed columns enter at the same point.
 */
#ifndef LKA_IDENTITY_FORMS_H
#define LKA_IDENTITY_FORMS_H

#include "base/text.h"
#include "identity/hmac.h"

enum lka_id_type { LKA_ID_EMAIL, LKA_ID_PHONE, LKA_ID_MAID, LKA_ID_COOKIE, LKA_ID_CONTACT, LKA_ID_TYPES };
const char *lka_id_type_name(enum lka_id_type type); /* "email", "phone", "maid", "cookie", "id" */

enum { LKA_FORMS_MAX = 6 };

struct lka_form {
    enum lka_id_type type;
    uint8_t bytes; /* of the hash: 32; 20 where it is a SHA-1, 16 where it is an MD5 */
    uint8_t sha256[32];
};

/* All forms of one identifier, each once; 0 if the value is none (no @, no digits, empty). `country` (ISO 3166 alpha-2,
 * or NULL) completes a national phone number; without it such a phone has only the forms that need no country. A value
 * of 64 hexadecimal digits in a column declared as hashed is one form as it is: `hashed`; so is one of 40 (SHA-1) or 32
 * (MD5). LKA_MEMORY, or libcrypto's failure, is returned as a negative count. Thread-safe. */
int lka_forms_of(enum lka_id_type type, struct lka_span value, const char *country, bool hashed,
                 struct lka_form forms[LKA_FORMS_MAX]);

/* The MD5 and SHA-1 of each plain form of an e-mail or a MAID, for lists that are to be recognised in tables which have
 * nothing else; none of other types. Negative as above. */
int lka_forms_short(enum lka_id_type type, struct lka_span value, struct lka_form forms[2 * LKA_FORMS_MAX]);

/* 64 hexadecimal digits as bytes; false for anything else. */
bool lka_sha256_read(struct lka_span hex, uint8_t sha256[32]);
/* The same of a SHA-256, a SHA-1 (40) or an MD5 (32): how many bytes it has, 0 for anything else. */
uint8_t lka_hash_read(struct lka_span hex, uint8_t hash[32]);

/* "+33612345678", or false if it cannot be told (no country, too short, too long). */
bool lka_phone_e164(struct lka_span phone, const char *country, struct lka_text *e164);
/* The national number (no trunk prefix) of an E.164 phone, inside it; empty if its country is not known. */
struct lka_span lka_phone_national(struct lka_span e164);
/* The digits of a phone in national spelling, as they stand; false for one with its calling code, and for no phone. */
bool lka_phone_digits(struct lka_span phone, struct lka_text *digits);
/* The Gmail-folded form of an e-mail (the plain form where folding changes nothing). False as of lka_email_plain. */
bool lka_email_folded(struct lka_span email, struct lka_text *folded);

/* The canonical identity of a row: the first that exists of the SHA-256 of the Gmail-folded e-mail, of the E.164 phone,
 * the MAID, the id; prefixed by its type ("email:<hex>", "phone:<hex>", "maid:...", "id:..."). */
lka_status lka_identity_canonical(struct lka_span email, struct lka_span phone, const char *country,
                                  struct lka_span maid, struct lka_span id, struct lka_text *canonical,
                                  struct lka_error *error);

/* HMAC-SHA-256 under the workspace's key of a form: of its type's name, ':' and its SHA-256. */
bool lka_form_hmac(const uint8_t key[32], const struct lka_form *form, uint8_t hmac[32]);
/* The same by a key that was prepared, for many. */
bool lka_form_hmac_by(const struct lka_hmac *key, const struct lka_form *form, uint8_t hmac[32]);
/* The same of any text (a person's canonical identity), as hexadecimal digits. */
bool lka_identity_hmac(const uint8_t key[32], struct lka_span text, char hex[65]);

#endif
