/* Numbers to and from text: the other half of base/text.h. */
#include "base/text.h"

#include "base/decimal.h"

#include <locale.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Scaling is wrong by less than 1e-5, so that only what is so close to a half needs all the digits that the number
 * has. */
void lka_text_fixed(struct lka_text *text, double number, unsigned decimals)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    char digits[24];
    double scaled = number * powers[decimals];
    bool small = scaled >= 0 && scaled < 1e9 && !signbit(number);
    uint64_t whole = small ? (uint64_t)scaled : 0;
    double rest = small ? scaled - (double)whole : .5;
    if (decimals == 0 || fabs(rest - .5) < 1e-5) {
        lka_text_format(text, "%.*f", (int)decimals, number);
        return;
    }
    whole += rest > .5;
    size_t at = sizeof digits;
    for (unsigned written = 0; whole > 0 || written <= decimals; written++) {
        if (written == decimals) {
            digits[--at] = '.';
        }
        digits[--at] = (char)('0' + whole % 10);
        whole /= 10;
    }
    lka_text_append(text, digits + at, sizeof digits - at);
}

/* ---- from text -------------------------------------------------------------------------------- */

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

enum { MOST_DIGITS = 19 }; /* of a whole number that surely fits into 64 bits */

/* digits / 10^decimals, of which one is no exact double, rounded once: both are shifted to the top of 64 bits, so that
 * their quotient has 63 or 64. Whether anything is left over goes to its last bit, which is far below the 53 that a
 * double keeps: there it only tells what lies halfway from what does not. No result is so small that a double has fewer
 * bits. */
static double divide(uint64_t digits, ptrdiff_t decimals)
{
    __extension__ typedef unsigned __int128 wide;
    uint64_t power = 1;
    for (ptrdiff_t i = 0; i < decimals; i++) {
        power *= 10;
    }
    if (digits == 0) {
        return 0;
    }
    int up = __builtin_clzll(digits);
    int power_up = __builtin_clzll(power);
    wide dividend = (wide)(digits << up) << 63;
    uint64_t divisor = power << power_up;
    uint64_t quotient = (uint64_t)(dividend / divisor) | (dividend % divisor != 0);
    return ldexp((double)quotient, power_up - up - 63);
}

/* At most 19 digits with a sign and a point. Mostly they are a whole number up to 2^53 over a power of ten up to 10^18:
 * both are exact in a double, so that one division rounds once, as strtod does (Clinger 1990, "How to read floating
 * point numbers accurately"). Nearly every number of a table is one; false for those with more digits or an
 * exponent. */
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
    if (at != end || count == 0 || count > MOST_DIGITS) {
        return false;
    }
    double size = digits <= UINT64_C(1) << 53 && decimals < (ptrdiff_t)(sizeof powers_of_ten / sizeof *powers_of_ten)
                      ? (double)digits / powers_of_ten[decimals]
                      : divide(digits, decimals);
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
    double read = strtod_l(copy, NULL, c_locale());
    if (isfinite(read)) {
        *number = read;
    }
    return isfinite(read);
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
