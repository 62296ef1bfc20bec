/* base/text.h: bytes that grow, spans that point at bytes, and numbers to and from text. Nothing here
 * looks at the locale. */
#ifndef LKA_BASE_TEXT_H
#define LKA_BASE_TEXT_H

#include "lookalike/base.h"

#include <string.h>

/* Bytes that somebody else owns; not terminated. A missing value is length 0. */
struct lka_span {
    const char *text;
    uint32_t length;
};

#define LKA_SPAN(literal) ((struct lka_span){(literal), (uint32_t)(sizeof(literal) - 1)})

struct lka_span lka_span_of(const char *string);
bool lka_span_equal(struct lka_span a, struct lka_span b);
int lka_span_compare(struct lka_span a, struct lka_span b);              /* by bytes, then by length */
bool lka_span_equal_ignoring_case(struct lka_span a, struct lka_span b); /* ASCII case only */

/* A growing buffer. {0} is an empty one; release it with lka_text_release. The first failed append
 * sets `failed` and makes later ones no-ops, so that a row of appends is checked once at its end. */
struct lka_text {
    char *bytes; /* terminated whenever length > 0; NULL when nothing was ever appended */
    size_t length;
    size_t capacity;
    bool failed;
};

/* For lka_text_append: makes room for `more` bytes and a NUL; false, and `failed`, if there is none. */
bool lka_text_room(struct lka_text *text, size_t more);

/* Inline, since it stands in the innermost loops of whatever writes rows. */
static inline void lka_text_append(struct lka_text *text, const char *bytes, size_t length)
{
    bool fits = !text->failed && length < text->capacity - text->length;
    if (!fits && !lka_text_room(text, length)) {
        return;
    }
    if (length) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void lka_text_string(struct lka_text *text, const char *string);
void lka_text_format(struct lka_text *text, const char *format, ...) LKA_PRINTF(2, 3);
/* The shortest decimal that reads back to the same double; "" for NaN. */
void lka_text_number(struct lka_text *text, double number);
/* As "%.*f", with at most 6 decimals. */
void lka_text_fixed(struct lka_text *text, double number, unsigned decimals);
/* One CSV field: quoted only where RFC 4180 needs it. */
void lka_text_csv_field(struct lka_text *text, struct lka_span field, char separator);
/* Would a spreadsheet run it: does it begin with = + - @ or a tab? */
bool lka_span_is_formula(struct lka_span field);
/* The same for a table that people open: an apostrophe stands before what would be run. No table that is read again, or
 * given to a platform, is written so. */
void lka_text_csv_for_people(struct lka_text *text, struct lka_span field, char separator);
void lka_text_clear(struct lka_text *text); /* keeps the memory */
void lka_text_release(struct lka_text *text);
/* Hands the bytes over (free with lka_free); "" if nothing was appended; LKA_MEMORY if an append failed. */
lka_status lka_text_take(struct lka_text *text, char **string, struct lka_error *error);

enum { LKA_NUMBER_LONGEST = 1100 }; /* bytes; beyond 767 digits nothing can change a double */

/* Decimal numbers of at most LKA_NUMBER_LONGEST bytes only: sign, digits, point, exponent. No spaces, no hexadecimal,
 * no inf or nan, no value that overflows. Equal to strtod in the C locale to the bit. False, and *number as it was,
 * if it is anything else. */
bool lka_parse_number(struct lka_span text, double *number);
/* Digits with an optional minus; false on overflow. */
bool lka_parse_integer(struct lka_span text, int64_t *number);

/* True for well-formed UTF-8 (no surrogates, no overlong forms). */
bool lka_utf8_valid(struct lka_span text);

/* The value for a message: the first 40 bytes in quotes, control bytes as '?'; "***" if masked.
 * `buffer` holds at least 64 bytes. */
const char *lka_show(struct lka_span value, bool masked, char buffer[64]);

#endif
