/* base/elementary.h: exp and log whose bits are the same on every x86-64 CPU. libm picks FMA or plain
 * kernels by CPU and their last bits differ; here only + - * / and integer steps are used, in one order
 * (and the build forbids contraction). Within 1 ulp of the true value; inline, so that a loop over rows
 * becomes vector code.
 */
#ifndef LKA_BASE_ELEMENTARY_H
#define LKA_BASE_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

static inline double lka_from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline uint64_t lka_to_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* exp(x). Cody and Waite: x = k ln 2 + r with |r| <= ln 2 / 2, a Taylor polynomial of degree 13 for
 * exp(r) - 1 - r, then 2^k. Below -708 the result is 0 (no subnormals), above 709.7 infinity; NaN stays. */
static inline double lka_exp(double x)
{
    const double shift = 0x1.8p52;
    double clamped = x < -708.0 ? -708.0 : x > 709.7 ? 709.7 : x;
    double shifted = clamped * 0x1.71547652b82fep0 + shift;
    double k = shifted - shift;
    double high = clamped - k * 0x1.62e42fee00000p-1;
    double low = k * 0x1.a39ef35793c76p-33;
    double r = high - low;
    double rest = (high - r) - low;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    double tail = (p * r) * r + rest;
    double result = 2.0 * (1.0 + (r + tail));
    /* The low bits of `shifted` hold k: added to the exponent they multiply by 2^k. One of them is taken before, as
     * 2^1024 is no double. */
    double scale = lka_from_bits((lka_to_bits(shifted) + 1022) << 52);
    result = result * scale;
    result = x < -708.0 ? 0.0 : result;
    result = x > 709.7 ? lka_from_bits(UINT64_C(0x7FF0000000000000)) : result;
    return x != x ? x : result;
}

/* log(x) for normal x > 0. x = 2^k m with m in [sqrt(1/2), sqrt 2); log m = 2 atanh((m-1)/(m+1)) by its
 * series (fdlibm's arrangement). 0 gives -infinity, negative gives NaN. */
static inline double lka_log(double x)
{
    uint64_t bits = lka_to_bits(x);
    uint64_t fraction = bits & UINT64_C(0x000FFFFFFFFFFFFF);
    /* 1 where m would be above sqrt 2; k is made a double by planting it in the low bits of 2^52. Neither compares nor
     * converts integers, which SSE2 has no vectors for. */
    uint64_t upper = (fraction + UINT64_C(0x95F619980C432)) >> 52;
    double m = lka_from_bits(fraction | ((1023 - upper) << 52));
    double scale = lka_from_bits(UINT64_C(0x4330000000000000) + (bits >> 52) + upper) - (0x1p52 + 1023);
    double f = m - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double w = z * z;
    double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half = 0.5 * f * f;
    double result = scale * 6.93147180369123816490e-01 -
                    ((half - (s * (half + (even + odd)) + scale * 1.90821492927058770002e-10)) - f);
    result = x == 0 ? -lka_from_bits(UINT64_C(0x7FF0000000000000)) : result;
    result = x < 0 ? lka_from_bits(UINT64_C(0x7FF8000000000000)) : result;
    result = x > 0x1.fffffffffffffp1023 ? x : result;
    return x != x ? x : result;
}

#endif
