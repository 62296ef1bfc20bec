/* Normalising identifiers: what two spellings of one address have in common. */
#include "identity/identity.h"

#include "base/memory.h"

#include <utf8proc.h>

static bool is_ascii(struct lka_span value)
{
    for (uint32_t i = 0; i < value.length; i++) {
        if ((unsigned char)value.text[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Unicode's White_Space property: the separators, and the controls that are spaces by tradition. */
static bool is_space(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (c >= 0x09 && c <= 0x0D) || c == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static bool is_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void plain_ascii(struct lka_span value, struct lka_text *plain)
{
    const char *at = value.text;
    const char *end = at + value.length;
    while (at < end && is_ascii_space(*at)) {
        at++;
    }
    while (at < end && is_ascii_space(end[-1])) {
        end--;
    }
    lka_text_append(plain, at, (size_t)(end - at));
    for (size_t i = 0; i < plain->length; i++) {
        char c = plain->bytes[i];
        plain->bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
}

/* Zero-width spaces, marks of direction, byte order marks: nobody sees them, so no two people differ by them. */
static utf8proc_ssize_t drop_unseen(utf8proc_int32_t *points, utf8proc_ssize_t count)
{
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        points[kept] = points[i];
        kept += utf8proc_category(points[i]) != UTF8PROC_CATEGORY_CF;
    }
    return kept;
}

/* Composed code points, trimmed and lowered one by one (simple mappings; no locale, no final sigma). Composed first,
 * so that canonically equal spellings come out equal; and once more, since lowering can open a new composition. */
static utf8proc_ssize_t normalise(utf8proc_int32_t *points, utf8proc_ssize_t count)
{
    const utf8proc_option_t composed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    count = drop_unseen(points, count);
    count = utf8proc_normalize_utf32(points, count, composed);
    utf8proc_ssize_t first = 0;
    while (count > 0 && is_space(points[count - 1])) {
        count--;
    }
    while (first < count && is_space(points[first])) {
        first++;
    }
    for (utf8proc_ssize_t i = first; i < count; i++) {
        points[i - first] = utf8proc_tolower(points[i]);
    }
    return utf8proc_normalize_utf32(points, count - first, composed);
}

static void append_points(const utf8proc_int32_t *points, utf8proc_ssize_t count, struct lka_text *plain)
{
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t length = utf8proc_encode_char(points[i], bytes);
        lka_text_append(plain, (const char *)bytes, (size_t)length);
    }
}

static void plain_unicode(struct lka_span value, struct lka_text *plain)
{
    const utf8proc_option_t composed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)value.text;
    utf8proc_ssize_t room = utf8proc_decompose(bytes, value.length, NULL, 0, composed);
    if (room <= 0) {
        return;
    }
    utf8proc_int32_t *points = lka_new((size_t)room, sizeof *points);
    if (!points) {
        plain->failed = true;
        return;
    }
    utf8proc_ssize_t count = utf8proc_decompose(bytes, value.length, points, room, composed);
    if (count > 0) {
        append_points(points, normalise(points, count), plain);
    }
    lka_free(points);
}

bool lka_plain_text(struct lka_span value, struct lka_text *plain)
{
    lka_text_clear(plain);
    if (value.length > 0 && is_ascii(value)) {
        plain_ascii(value, plain);
    } else if (lka_utf8_valid(value)) {
        plain_unicode(value, plain);
    }
    return plain->length > 0 && !plain->failed;
}

/* No address has a space inside, and some platforms close the gap (Google, LiveRamp): so the same person has it closed. */
static void close_gaps(struct lka_text *plain)
{
    size_t end = 0;
    for (size_t at = 0; at < plain->length;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)plain->bytes + at,
                                                 (utf8proc_ssize_t)(plain->length - at), &c);
        size_t length = read > 0 ? (size_t)read : 1;
        if (read <= 0 || !is_space(c)) {
            memmove(plain->bytes + end, plain->bytes + at, length);
            end += length;
        }
        at += length;
    }
    plain->length = end;
    plain->bytes[end] = '\0';
}

/* Of all that is not ASCII some may be a space. */
static bool may_have_gaps(const struct lka_text *plain)
{
    bool may = false;
    for (size_t i = 0; i < plain->length; i++) {
        unsigned char c = (unsigned char)plain->bytes[i];
        may |= (c <= ' ') | (c >= 0x80);
    }
    return may;
}

bool lka_email_plain(struct lka_span email, struct lka_text *plain)
{
    bool good = lka_plain_text(email, plain);
    if (good && may_have_gaps(plain)) {
        close_gaps(plain);
    }
    if (good && memchr(plain->bytes, '@', plain->length)) {
        return true;
    }
    bool failed = plain->failed;
    lka_text_clear(plain);
    plain->failed = failed;
    return false;
}
