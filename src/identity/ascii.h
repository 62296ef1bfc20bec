/* identity/ascii.h: what one look at the bytes of a value tells, many of them at once. Most values are plain ASCII, most addresses
 * have not even a capital: such a value is its own normal form, and is neither copied nor gone through again.
 */
#ifndef LKA_IDENTITY_ASCII_H
#define LKA_IDENTITY_ASCII_H

#include "base/text.h"

enum {
    LKA_ASCII_OTHER = 1, /* other than ASCII from the space to the tilde */
    LKA_ASCII_SPACE = 2,
    LKA_ASCII_UPPER = 4,
    LKA_ASCII_COMMA = 8, /* or a quote: what a field of CSV is quoted for */
};

/* The kinds of characters that stand in the value, as bits. Where there are others, the rest need not be told. */
unsigned lka_ascii_kinds(struct lka_span value);

/* True: the value, in lower-case letters, is an address as lka_step_email wants it. False tells nothing. */
bool lka_ascii_is_address(struct lka_span value);

#endif
