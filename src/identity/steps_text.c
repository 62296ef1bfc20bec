/* Steps for any text. ASCII goes the short way; everything else is decoded by utf8proc, code point by code point. */
#include "identity/steps.h"

#include "base/memory.h"

#include <utf8proc.h>

/* Unicode's White_Space property. */
static bool is_space(utf8proc_int32_t c)
{
    if (c < 0x80) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
    utf8proc_category_t category = utf8proc_category(c);
    return c == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

/* The code point at `at`, and its length. The value was checked: it is UTF-8. */
static size_t decode(const struct lka_text *value, size_t at, utf8proc_int32_t *c)
{
    if ((unsigned char)value->bytes[at] < 0x80) {
        *c = (unsigned char)value->bytes[at];
        return 1;
    }
    utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)value->bytes + at,
                                              (utf8proc_ssize_t)(value->length - at), c);
    return taken > 0 ? (size_t)taken : 1;
}

const char *lka_step_trim(struct lka_normal *normal, const char *argument)
{
    const struct lka_text *value = &normal->value;
    if (normal->ascii) {
        return lka_step_trim_space(normal, argument); /* its only white space: begin lets a tab not pass as ASCII */
    }
    size_t first = value->length;
    size_t end = 0;
    utf8proc_int32_t c;
    for (size_t at = 0, taken; at < value->length; at += taken) {
        taken = decode(value, at, &c);
        if (!is_space(c)) {
            first = at < first ? at : first;
            end = at + taken;
        }
    }
    lka_normal_keep(normal, first < end ? first : 0, end);
    return NULL;
}

const char *lka_step_trim_space(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (normal->is_given && !(normal->kinds & LKA_ASCII_SPACE)) {
        return NULL;
    }
    const struct lka_span value = lka_normal_span(normal);
    size_t first = 0;
    size_t end = value.length;
    while (end > 0 && value.text[end - 1] == ' ') {
        end--;
    }
    while (first < end && value.text[first] == ' ') {
        first++;
    }
    lka_normal_keep(normal, first, end);
    return NULL;
}

/* Of ASCII, where a space is the only white space. */
static void drop_spaces(struct lka_normal *normal)
{
    size_t end = 0;
    if (normal->is_given && !(normal->kinds & LKA_ASCII_SPACE)) {
        return;
    }
    lka_normal_own(normal);
    for (size_t i = 0; i < normal->value.length; i++) {
        char c = normal->value.bytes[i];
        normal->value.bytes[end] = c;
        end += c != ' ';
    }
    lka_normal_keep(normal, 0, end);
}

/* Leaves the code points for which `keeps` is true. */
static void filter(struct lka_normal *normal, bool (*keeps)(utf8proc_int32_t))
{
    struct lka_text *value = &normal->value;
    size_t end = 0;
    utf8proc_int32_t c;
    for (size_t at = 0, taken; at < value->length; at += taken) {
        taken = decode(value, at, &c);
        if (keeps(c)) {
            memmove(value->bytes + end, value->bytes + at, taken);
            end += taken;
        }
    }
    lka_normal_keep(normal, 0, end);
}

static bool is_no_space(utf8proc_int32_t c)
{
    return !is_space(c);
}

const char *lka_step_strip_spaces(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (normal->ascii) {
        drop_spaces(normal);
    } else {
        filter(normal, is_no_space);
    }
    return NULL;
}

/* ---- letters ---------------------------------------------------------------------------------- */

static bool is_letter(utf8proc_int32_t c)
{
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    utf8proc_category_t category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

const char *lka_step_letters(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    filter(normal, is_letter);
    return NULL;
}

static bool is_ascii_alnum(utf8proc_int32_t c)
{
    return c < 0x80 && is_letter(c);
}

const char *lka_step_ascii_alnum(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    filter(normal, is_ascii_alnum);
    return NULL;
}

/* Emoji and other pictures, and code points that mean nothing to others. */
static bool is_symbol(utf8proc_int32_t c)
{
    if (c < 0x80) {
        return false;
    }
    utf8proc_category_t category = utf8proc_category(c);
    return (category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_CO || category == UTF8PROC_CATEGORY_CN ||
            category == UTF8PROC_CATEGORY_SK);
}

const char *lka_step_no_symbols(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    const struct lka_text *value = &normal->value;
    utf8proc_int32_t c;
    for (size_t at = 0; at < value->length && !normal->ascii;) {
        at += decode(value, at, &c);
        if (is_symbol(c)) {
            return "an emoji or another symbol";
        }
    }
    return NULL;
}

/* ---- case and composition --------------------------------------------------------------------- */

/* Of eight bytes those from A to Z lowered, by arithmetic within each. */
static uint64_t lower_eight(uint64_t eight)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t low = eight & 0x7f * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones;
    uint64_t beyond_z = low + (0x7f - 'Z') * ones;
    return eight | ((from_a & ~beyond_z & ~eight & 0x80 * ones) >> 2);
}

/* The last eight bytes are read before any is written: they overlap those before them. */
static void lower_long(char *bytes, size_t length)
{
    uint64_t eight;
    uint64_t last;
    memcpy(&last, bytes + length - 8, 8);
    for (size_t at = 0; at + 8 <= length; at += 8) {
        memcpy(&eight, bytes + at, 8);
        eight = lower_eight(eight);
        memcpy(bytes + at, &eight, 8);
    }
    last = lower_eight(last);
    memcpy(bytes + length - 8, &last, 8);
}

const char *lka_step_ascii_lower(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (normal->is_given && !(normal->kinds & LKA_ASCII_UPPER)) {
        return NULL;
    }
    lka_normal_own(normal);
    char *bytes = normal->value.bytes;
    if (normal->value.length >= 8) {
        lower_long(bytes, normal->value.length);
        return NULL;
    }
    for (size_t i = 0; i < normal->value.length; i++) {
        bytes[i] = (char)(bytes[i] | (bytes[i] >= 'A' && bytes[i] <= 'Z' ? 0x20 : 0));
    }
    return NULL;
}

const char *lka_step_ascii_upper(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    for (size_t i = 0; i < normal->value.length; i++) {
        char c = normal->value.bytes[i];
        normal->value.bytes[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    return NULL;
}

/* Characters below U+0300 are their own NFC, whatever stands beside them (Unicode Standard Annex 15, 9): in UTF-8
 * nothing from 0xCC on. */
static bool is_composed(const struct lka_text *value)
{
    bool above = false;
    for (size_t i = 0; i < value->length; i++) {
        above |= (unsigned char)value->bytes[i] >= 0xCC;
    }
    return !above;
}

/* Simple mappings, without locale: no case folding, so that a sharp s stays one. */
const char *lka_step_lower(struct lka_normal *normal, const char *argument)
{
    if (normal->ascii) {
        return lka_step_ascii_lower(normal, argument);
    }
    const struct lka_text *value = &normal->value;
    lka_text_clear(&normal->scratch);
    utf8proc_int32_t c;
    for (size_t at = 0; at < value->length;) {
        at += decode(value, at, &c);
        utf8proc_uint8_t bytes[4] = {(utf8proc_uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)};
        utf8proc_ssize_t length = c < 0x80 ? 1 : utf8proc_encode_char(utf8proc_tolower(c), bytes);
        lka_text_append(&normal->scratch, (const char *)bytes, (size_t)length);
    }
    lka_normal_swap(normal);
    return lka_step_nfc(normal, argument); /* lowering can open a new composition */
}

const char *lka_step_nfc(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (normal->ascii || is_composed(&normal->value)) {
        return NULL;
    }
    const utf8proc_option_t composed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const struct lka_text *value = &normal->value;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)value->bytes;
    utf8proc_ssize_t room = utf8proc_decompose(bytes, (utf8proc_ssize_t)value->length, NULL, 0, composed);
    utf8proc_int32_t *points = room > 0 ? lka_new((size_t)room, sizeof *points) : NULL;
    if (!points) {
        normal->value.failed = true;
        return NULL;
    }
    utf8proc_decompose(bytes, (utf8proc_ssize_t)value->length, points, room, composed);
    utf8proc_ssize_t count = utf8proc_normalize_utf32(points, room, composed);
    lka_text_clear(&normal->scratch);
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_uint8_t encoded[4];
        utf8proc_ssize_t length = utf8proc_encode_char(points[i], encoded);
        lka_text_append(&normal->scratch, (const char *)encoded, (size_t)length);
    }
    lka_free(points);
    lka_normal_swap(normal);
    return NULL;
}

/* ---- single characters ------------------------------------------------------------------------ */

/* Everything from the first of the argument's characters on goes. */
const char *lka_step_cut(struct lka_normal *normal, const char *argument)
{
    if (normal->value.length > 0) {
        lka_normal_keep(normal, 0, strcspn(normal->value.bytes, argument));
    }
    return NULL;
}

/* The argument's characters go: "@name" is "name". */
const char *lka_step_drop(struct lka_normal *normal, const char *argument)
{
    size_t end = 0;
    for (size_t i = 0; i < normal->value.length; i++) {
        char c = normal->value.bytes[i];
        if (!strchr(argument, c)) {
            normal->value.bytes[end++] = c;
        }
    }
    lka_normal_keep(normal, 0, end);
    return NULL;
}
