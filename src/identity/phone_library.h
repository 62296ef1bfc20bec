/* identity/phone_library.h: phones by libphonenumber, where liblookalike-phone.so was built and is found
 * (identity/libphonenumber.cc); elsewhere nothing is known. Thread-safe.
 */
#ifndef LKA_IDENTITY_PHONE_LIBRARY_H
#define LKA_IDENTITY_PHONE_LIBRARY_H

#include "base/text.h"

/* Appends "+254712345678"; false, and nothing appended, if the phone is none of the country's that is in use, or there
 * is no library. */
bool lka_phone_library_e164(struct lka_span phone, const char *country, struct lka_text *e164);
/* How many digits of an E.164 number are its calling code; 0 if that is not known. */
uint32_t lka_phone_library_code_digits(struct lka_span e164);

#endif
