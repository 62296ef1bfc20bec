#include "base/text.h"

#include "base/decimal.h"
#include "base/error.h"
#include "base/memory.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
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

/* The C locale, whatever the host program set. Made once and kept; where even that fails, the host's is used. */
static locale_t c_locale(void)
{
    static _Atomic(locale_t) kept;
    locale_t locale = atomic_load(&kept);
    if (!locale) {
        locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        locale_t none = (locale_t)0;
        if (locale && !atomic_compare_exchange_strong(&kept, &none, locale)) {
            freelocale(locale);
            locale = none;
        }
    }
    return locale ? locale : LC_GLOBAL_LOCALE;
}

void lka_text_number(struct lka_text *text, double number)
{
    if (isnan(number)) {
        return;
    }
    /* Any decimal of up to 15 digits survives a double, so %.15g prints the shortest one if that has
     * at most 15 digits; 17 always suffice. */
    char buffer[40];
    size_t length = lka_decimal_write(number, buffer);
    if (length > 0) {
        lka_text_append(text, buffer, length);
        return;
    }
    locale_t outer = uselocale(c_locale());
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, number);
        if (strtod(buffer, NULL) == number) {
            break;
        }
    }
    uselocale(outer);
    lka_text_string(text, buffer);
}

/* Has one of the eight bytes the value that `pattern` repeats? (Mycroft's test for a zero byte.) */
static uint64_t has_byte(uint64_t eight, uint64_t pattern)
{
    uint64_t zero = eight ^ pattern;
    return (zero - 0x0101010101010101u) & ~zero & 0x8080808080808080u;
}

static bool needs_quotes(const char *bytes, size_t length, char separator)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t found = 0;
    for (size_t at = 0; at < length; at += 8) {
        uint64_t eight = 0; /* zeros are none of the four */
        size_t left = length - at;
        if (left >= 8) {
            memcpy(&eight, bytes + at, 8);
        } else if (length >= 8) {
            memcpy(&eight, bytes + length - 8, 8);
        } else {
            memcpy(&eight, bytes, left);
        }
        found |= has_byte(eight, ones * '"') | has_byte(eight, ones * '\n') | has_byte(eight, ones * '\r') |
                 has_byte(eight, ones * (unsigned char)separator);
    }
    return found != 0;
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

/* ---- numbers ---------------------------------------------------------------------------------- */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* Behind the digits, which are added to *number; it wraps beyond 19 of them. */
static const char *add_digits(const char *at, const char *end, uint64_t *number)
{
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        *number = *number * 10 + (uint64_t)(*at - '0');
    }
    return at;
}

/* True if all of the text is sign, digits with at most one point, exponent. */
static bool is_decimal(struct lka_span text)
{
    const char *at = text.text;
    const char *end = at + text.length;
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    const char *whole = at;
    at = skip_digits(at, end);
    size_t digits = (size_t)(at - whole);
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        at = skip_digits(at, end);
        digits += (size_t)(at - fraction);
    }
    if (digits == 0) {
        return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '-' || *at == '+')) {
            at++;
        }
        const char *exponent = at;
        at = skip_digits(at, end);
        if (at == exponent) {
            return false;
        }
    }
    return at == end;
}

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                       1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* 1 to 8 bytes, the first one lowest. */
static uint64_t load_short(struct lka_span text)
{
    uint32_t length = text.length;
    if (length >= 4) {
        uint32_t first;
        uint32_t last;
        memcpy(&first, text.text, 4);
        memcpy(&last, text.text + length - 4, 4);
        return first | (uint64_t)last << 8 * (length - 4);
    }
    const unsigned char *bytes = (const unsigned char *)text.text;
    return bytes[0] | (uint64_t)bytes[length / 2] << 8 * (length / 2) | (uint64_t)bytes[length - 1] << 8 * (length - 1);
}

/* Eight digits, the first one lowest: pairs, then fours, then all. */
static uint64_t eight_digits(uint64_t word)
{
    word -= EACH_BYTE('0');
    word = word * 10 + (word >> 8);
    word = (word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
           (word >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001);
    return word >> 32;
}

/* What parse_plain reads, of at most 8 bytes, all at once and without a branch that depends on where the point is. */
static bool parse_short(struct lka_span text, double *number)
{
    uint64_t word = load_short(text);
    uint32_t negative = (word & 0xFF) == '-';
    uint32_t length = text.length - negative;
    word >>= 8 * negative;
    uint64_t differ = word ^ EACH_BYTE('.');
    uint64_t points = ~(((differ & EACH_BYTE(0x7F)) + EACH_BYTE(0x7F)) | differ | EACH_BYTE(0x7F));
    uint32_t place = points ? (uint32_t)__builtin_ctzll(points) / 8 : length;
    uint32_t digits = length - (points != 0);
    if (digits == 0) {
        return false;
    }
    /* The point is taken out; digits go to the top, with zeros before them. */
    uint64_t behind = points ? ~UINT64_C(0) << 8 * place : 0;
    word = (word & ~behind) | (word >> 8 & behind);
    word = word << 8 * (8 - digits) | EACH_BYTE('0') >> 8 >> 8 * (digits - 1);
    if ((word & EACH_BYTE(0xF0)) != EACH_BYTE('0') || ((word + EACH_BYTE(6)) & EACH_BYTE(0xF0)) != EACH_BYTE('0')) {
        return false;
    }
    *number = copysign((double)eight_digits(word) / powers_of_ten[digits - place], negative ? -1 : 1);
    return true;
}

#else

static bool parse_short(struct lka_span text, double *number)
{
    (void)text;
    (void)number;
    return false;
}

#endif

/* Digits with a sign and a point at most, that make a whole number below 2^53 over a power of ten up to 10^18: both are
 * exact in a double, so that one division rounds once, as strtod does (Clinger 1990, "How to read floating point numbers
 * accurately"). Nearly every number of a table is one; false for the rest. */
static bool parse_plain(struct lka_span text, double *number)
{
    const char *at = text.text;
    const char *end = at + text.length;
    bool negative = at < end && *at == '-';
    at += negative;
    const char *whole = at;
    uint64_t digits = 0;
    at = add_digits(at, end, &digits);
    ptrdiff_t count = at - whole;
    ptrdiff_t decimals = 0;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        at = add_digits(at, end, &digits);
        decimals = at - fraction;
        count += decimals;
    }
    if (at != end || count == 0 || count > 18 || digits > UINT64_C(1) << 53) {
        return false;
    }
    double size = (double)digits / powers_of_ten[decimals];
    *number = negative ? -size : size;
    return true;
}

/* By itself, so that the short way needs no stack. */
static __attribute__((noinline)) bool parse_any(struct lka_span text, double *number)
{
    if (parse_plain(text, number)) {
        return true;
    }
    if (!is_decimal(text)) {
        return false;
    }
    char copy[LKA_NUMBER_LONGEST + 1];
    if (text.length > LKA_NUMBER_LONGEST) {
        return false;
    }
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    *number = strtod_l(copy, NULL, c_locale());
    return isfinite(*number);
}

bool lka_parse_number(struct lka_span text, double *number)
{
    bool is_short = text.length > 0 && text.length <= 8;
    return (is_short && parse_short(text, number)) || parse_any(text, number);
}

bool lka_parse_integer(struct lka_span text, int64_t *number)
{
    uint32_t i = text.length > 0 && text.text[0] == '-' ? 1 : 0;
    bool negative = i == 1;
    if (i == text.length) {
        return false;
    }
    int64_t value = 0;
    for (; i < text.length; i++) {
        int digit = text.text[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) {
            return false;
        }
    }
    /* Counted below zero, where there is one more number than above. */
    if (!negative && value == INT64_MIN) {
        return false;
    }
    *number = negative ? value : -value;
    return true;
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
