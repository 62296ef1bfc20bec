#include "base/text.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct lka_span lka_span_of(const char *string)
{
    return (struct lka_span){string, (uint32_t)strlen(string)};
}

bool lka_span_equal(struct lka_span a, struct lka_span b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.text, b.text, a.length) == 0);
}

int lka_span_compare(struct lka_span a, struct lka_span b)
{
    uint32_t shared = a.length < b.length ? a.length : b.length;
    int order = shared ? memcmp(a.text, b.text, shared) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool lka_span_equal_ignoring_case(struct lka_span a, struct lka_span b)
{
    if (a.length != b.length) {
        return false;
    }
    for (uint32_t i = 0; i < a.length; i++) {
        if (ascii_lower(a.text[i]) != ascii_lower(b.text[i])) {
            return false;
        }
    }
    return true;
}

/* ---- growing buffer --------------------------------------------------------------------------- */

bool lka_text_room(struct lka_text *text, size_t more)
{
    if (text->failed || more > SIZE_MAX / 2 - text->length - 1) {
        text->failed = true;
        return false;
    }
    if (lka_reserve(&text->bytes, &text->capacity, text->length + more + 1, 1, NULL) != LKA_OK) {
        text->failed = true;
    }
    return !text->failed;
}

void lka_text_string(struct lka_text *text, const char *string)
{
    lka_text_append(text, string, strlen(string));
}

void lka_text_format(struct lka_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->failed = true;
    } else if (lka_text_room(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

/* Sixteen bytes that are compared at once: of `bytes` from `at` on, or the last sixteen, or all and zeros. */
typedef int8_t sixteen __attribute__((vector_size(16)));

static void sixteen_at(const char *bytes, size_t length, size_t at, sixteen *found)
{
    *found = (sixteen){0};
    if (length >= sizeof *found) {
        memcpy(found, bytes + (at + sizeof *found <= length ? at : length - sizeof *found), sizeof *found);
    } else if (length >= 8) {
        memcpy(found, bytes, 8);
        memcpy((char *)found + 8, bytes + length - 8, 8);
    } else {
        memcpy(found, bytes, length);
    }
}

static bool needs_quotes(const char *bytes, size_t length, char separator)
{
    sixteen found = {0};
    for (size_t at = 0; at < length; at += sizeof found) {
        sixteen here;
        sixteen_at(bytes, length, at, &here);
        found |= (here == '"') | (here == '\n') | (here == '\r') | (here == (sixteen){0} + (int8_t)separator);
    }
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

void lka_text_csv_field(struct lka_text *text, struct lka_span field, char separator)
{
    bool quote = needs_quotes(field.text, field.length, separator);
    if (!quote) {
        lka_text_append(text, field.text, field.length);
        return;
    }
    lka_text_append(text, "\"", 1);
    for (uint32_t i = 0; i < field.length; i++) {
        lka_text_append(text, "\"\"", field.text[i] == '"' ? 1 : 0);
        lka_text_append(text, &field.text[i], 1);
    }
    lka_text_append(text, "\"", 1);
}

/* OWASP, CSV Injection. */
bool lka_span_is_formula(struct lka_span field)
{
    return field.length > 0 && field.text[0] && strchr("=+-@\t\r", field.text[0]);
}

void lka_text_csv_for_people(struct lka_text *text, struct lka_span field, char separator)
{
    if (!lka_span_is_formula(field)) {
        lka_text_csv_field(text, field, separator);
        return;
    }
    struct lka_text harmless = {0};
    lka_text_append(&harmless, "'", 1);
    lka_text_append(&harmless, field.text, field.length);
    if (harmless.failed) {
        text->failed = true;
    } else {
        lka_text_csv_field(text, (struct lka_span){harmless.bytes, (uint32_t)harmless.length}, separator);
    }
    lka_text_release(&harmless);
}

void lka_text_clear(struct lka_text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->bytes) {
        text->bytes[0] = '\0';
    }
}

void lka_text_release(struct lka_text *text)
{
    lka_free(text->bytes);
    *text = (struct lka_text){0};
}

lka_status lka_text_take(struct lka_text *text, char **string, struct lka_error *error)
{
    *string = NULL;
    lka_text_append(text, "", 0);
    if (text->failed) {
        lka_text_release(text);
        return lka_fail_memory(error, text->capacity);
    }
    *string = text->bytes;
    *text = (struct lka_text){0};
    return LKA_OK;
}

/* ---- UTF-8 ------------------------------------------------------------------------------------ */

/* The length of the well-formed sequence at `at`, or 0: table 3-7 of the Unicode standard. */
static size_t utf8_sequence(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || length > left) {
        return 0;
    }
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool lka_utf8_valid(struct lka_span text)
{
    const unsigned char *bytes = (const unsigned char *)text.text;
    size_t i = 0;
    while (i < text.length) {
        uint64_t word = UINT64_MAX;
        if (i + 8 <= text.length) {
            memcpy(&word, bytes + i, 8);
        }
        if ((word & UINT64_C(0x8080808080808080)) == 0) {
            i += 8;
            continue;
        }
        size_t step = utf8_sequence(bytes + i, text.length - i);
        if (step == 0) {
            return false;
        }
        i += step;
    }
    return true;
}

/* ---- for messages ----------------------------------------------------------------------------- */

const char *lka_show(struct lka_span value, bool masked, char buffer[64])
{
    if (masked) {
        return strcpy(buffer, "***");
    }
    uint32_t shown = value.length < 40 ? value.length : 40;
    while (shown < value.length && shown > 0 && ((unsigned char)value.text[shown] & 0xC0) == 0x80) {
        shown--;
    }
    size_t at = 0;
    buffer[at++] = '"';
    for (uint32_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)value.text[i];
        buffer[at++] = c < 0x20 || c == 0x7F ? '?' : (char)c;
    }
    if (!lka_utf8_valid((struct lka_span){buffer, (uint32_t)at})) {
        for (size_t i = 1; i < at; i++) {
            buffer[i] = (unsigned char)buffer[i] < 0x80 ? buffer[i] : '?';
        }
    }
    strcpy(buffer + at, shown < value.length ? "...\"" : "\"");
    return buffer;
}

enum { WORD_MAX = 64 };

static size_t edit_distance(const char *a, const char *b)
{
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);
    if (a_length >= WORD_MAX || b_length >= WORD_MAX) {
        return WORD_MAX;
    }
    size_t row[WORD_MAX];
    for (size_t j = 0; j <= b_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t swap = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t step = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            row[j] = swap < step ? swap : step;
        }
    }
    return row[b_length];
}

const char *lka_nearest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(word, names[i]);
        if (distance < best_distance && distance < WORD_MAX) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}
