/* A double is m / 2^s with whole m below 2^53. Its first `digits` decimals are the whole number next to m 10^p / 2^s,
 * which 128 bits hold exactly; they read back to the same double if they are off by less than half a unit of m, that
 * is, if what the rounding took or gave is less than 10^p / 2. */
#include "base/decimal.h"

#include "base/elementary.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { MANTISSA = 52, BIAS = 1075 };

struct decimal {
    uint64_t digits;
    int count;    /* of digits */
    int exponent; /* of the first digit */
};

static wide power_of_ten(int power)
{
    static const uint64_t powers[] = {1,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000,
                                      10000000000000000,
                                      100000000000000000,
                                      1000000000000000000};
    return power <= 18 ? powers[power] : (wide)powers[18] * powers[power - 18];
}

/* floor(log10(size)) of .0001 <= size < 1e15 */
static int exponent_of(double size)
{
    static const double bounds[] = {1e-3, 1e-2, 1e-1, 1e0, 1e1,  1e2,  1e3,  1e4,  1e5,
                                    1e6,  1e7,  1e8,  1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
    int exponent = -4;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds && size >= bounds[i]; i++) {
        exponent++;
    }
    return exponent;
}

/* False if so many digits are too few. */
static bool round_to(uint64_t mantissa, int shift, int exponent, int count, struct decimal *decimal)
{
    int power = count - 1 - exponent;
    wide unit = power_of_ten(power);
    wide scaled = (wide)mantissa * unit;
    wide half = (wide)1 << shift >> 1;
    uint64_t digits = (uint64_t)(scaled >> shift);
    wide rest = scaled - ((wide)digits << shift);
    bool up = rest > half || (rest == half && half > 0 && (digits & 1));
    wide off = up ? ((wide)1 << shift) - rest : rest;
    digits += up;
    if (digits == (uint64_t)power_of_ten(count)) {
        digits /= 10;
        exponent++;
    }
    *decimal = (struct decimal){digits, count, exponent};
    return off * 2 < unit;
}

static size_t write_fixed(const struct decimal *decimal, bool negative, char *buffer)
{
    char digits[24];
    uint64_t left = decimal->digits;
    for (int i = decimal->count; i-- > 0; left /= 10) {
        digits[i] = (char)('0' + left % 10);
    }
    int count = decimal->count;
    while (count > 1 && count > decimal->exponent + 1 && digits[count - 1] == '0') {
        count--;
    }
    char *at = buffer;
    *at = '-';
    at += negative;
    if (decimal->exponent < 0) {
        memcpy(at, "0.000", 5);
        at += 1 - decimal->exponent;
    }
    for (int i = 0; i < count; i++) {
        *at++ = digits[i];
        *at = '.';
        at += i == decimal->exponent && i + 1 < count;
    }
    return (size_t)(at - buffer);
}

static size_t write_whole(uint64_t size, bool negative, char *buffer)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + size % 10);
        size /= 10;
    } while (size > 0);
    if (negative) {
        digits[--at] = '-';
    }
    memcpy(buffer, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

size_t lka_decimal_write(double number, char buffer[LKA_DECIMAL_ROOM])
{
    double size = fabs(number);
    if (size < 9e14 && (double)(uint64_t)size == size && (size > 0 || !signbit(number))) {
        return write_whole((uint64_t)size, number < 0, buffer);
    }
    if (!(size >= 1e-4 && size < 9e14)) {
        return 0;
    }
    uint64_t bits = lka_to_bits(size);
    uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA) - 1);
    int shift = BIAS - (int)(bits >> MANTISSA);
    if (fraction == 0) {
        return 0; /* the double below is nearer than the one above */
    }
    struct decimal decimal;
    int exponent = exponent_of(size);
    for (int count = 15; count <= 17; count++) {
        if (round_to(fraction | UINT64_C(1) << MANTISSA, shift, exponent, count, &decimal)) {
            return write_fixed(&decimal, number < 0, buffer);
        }
    }
    return 0;
}
