#include "identity/ascii.h"

#include "base/cpu.h"

/* ---- on every CPU ----------------------------------------------------------------------------- */

typedef uint8_t sixteen __attribute__((vector_size(16)));

/* Sixteen bytes from `at` on, or the last sixteen, or all of them and some letters: whatever is looked at twice is the same. */
static void sixteen_at(struct lka_span value, size_t at, sixteen *bytes)
{
    size_t here = at + sizeof *bytes <= value.length ? at : value.length - sizeof *bytes;
    if (value.length >= sizeof *bytes) {
        memcpy(bytes, value.text + here, sizeof *bytes);
    } else {
        memset(bytes, 'a', sizeof *bytes);
        memcpy(bytes, value.text, value.length);
    }
}

static unsigned any(sixteen found, unsigned kind)
{
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    return (halves[0] | halves[1]) != 0 ? kind : 0;
}

static unsigned kinds_plain(struct lka_span value)
{
    sixteen other = {0};
    sixteen space = {0};
    sixteen upper = {0};
    sixteen comma = {0};
    for (size_t at = 0; at < value.length; at += sizeof other) {
        sixteen here;
        sixteen_at(value, at, &here);
        other |= (sixteen)(here - ' ' > '~' - ' ');
        space |= (sixteen)(here == ' ');
        upper |= (sixteen)(here - 'A' <= 'Z' - 'A');
        comma |= (sixteen)(here == ',') | (sixteen)(here == '"');
    }
    return any(other, LKA_ASCII_OTHER) | any(space, LKA_ASCII_SPACE) | any(upper, LKA_ASCII_UPPER) |
           any(comma, LKA_ASCII_COMMA);
}

/* ---- 64 bytes at a time ------------------------------------------------------------------------ */

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2,popcnt")))
enum { WIDE = 64 };

static bool has_avx512(void)
{
    __builtin_cpu_init();
    return lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2");
}

static AVX512 unsigned kinds_avx512(struct lka_span value)
{
    unsigned kinds = 0;
    for (size_t at = 0; at < value.length; at += WIDE) {
        size_t left = value.length - at;
        __mmask64 there = _bzhi_u64(UINT64_MAX, left < WIDE ? (unsigned)left : WIDE);
        __m512i bytes = _mm512_maskz_loadu_epi8(there, value.text + at);
        __m512i from_space = _mm512_sub_epi8(bytes, _mm512_set1_epi8(' '));
        __m512i from_a = _mm512_sub_epi8(bytes, _mm512_set1_epi8('A'));
        __mmask64 comma = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')) |
                          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
        kinds |= _mm512_mask_cmpgt_epu8_mask(there, from_space, _mm512_set1_epi8('~' - ' ')) ? LKA_ASCII_OTHER : 0;
        kinds |= _mm512_mask_testn_epi8_mask(there, from_space, from_space) ? LKA_ASCII_SPACE : 0;
        kinds |= _mm512_cmple_epu8_mask(from_a, _mm512_set1_epi8('Z' - 'A')) ? LKA_ASCII_UPPER : 0;
        kinds |= comma ? LKA_ASCII_COMMA : 0;
    }
    return kinds;
}

/* Which bytes may stand in an address at all, and which of those in its domain: a bit for each of 64 characters, the others' being
 * 64 further. What it has of neither is 0. */
struct address {
    __mmask64 there;
    __mmask64 refused;
    __mmask64 not_in_domain;
    __mmask64 at;
    __mmask64 dots;
};

/* The marks from ! to ~ that are neither letters, digits, dots, hyphens nor the underscore, by the table of each sixteen: the
 * low half of a byte picks a byte of the table, the high half a bit in it. */
static AVX512 struct address look(struct lka_span value)
{
    /* bits: 0x2_ 1, 0x3_ 2, 0x4_ 4, 0x5_ 8, 0x6_ 16, 0x7_ 32 */
    const __m512i refused_by_low = _mm512_broadcast_i32x4(
        _mm_setr_epi8(1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 2, 2 | 8, 1 | 2 | 8, 8, 2, 32));
    const __m512i domain_by_low = _mm512_broadcast_i32x4(
        _mm_setr_epi8(16, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1 | 32, 32, 2 | 32, 8 | 32, 1 | 2));
    const __m512i by_high = _mm512_broadcast_i32x4(
        _mm_setr_epi8(-1, -1, 1, 2, 4, 8, 16, 32, -1, -1, -1, -1, -1, -1, -1, -1));
    struct address address = {.there = _bzhi_u64(UINT64_MAX, value.length)};
    __m512i bytes = _mm512_maskz_loadu_epi8(address.there, value.text);
    __m512i low = _mm512_and_si512(bytes, _mm512_set1_epi8(15));
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(15));
    __m512i bit = _mm512_shuffle_epi8(by_high, high);
    address.refused = _mm512_mask_test_epi8_mask(address.there, bit, _mm512_shuffle_epi8(refused_by_low, low)) |
                      _mm512_mask_cmpeq_epi8_mask(address.there, bit, _mm512_set1_epi8(-1));
    address.not_in_domain = _mm512_mask_test_epi8_mask(address.there, bit, _mm512_shuffle_epi8(domain_by_low, low));
    address.at = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('@'));
    address.dots = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('.'));
    return address;
}

/* One @ with something before it, and a domain behind it with a dot, none of them at its edges or beside another. */
static AVX512 bool is_address_avx512(struct lka_span value)
{
    struct address address = look(value);
    __mmask64 last = UINT64_C(1) << (value.length - 1);
    __mmask64 domain = address.there & ~(address.at | (address.at - 1));
    __mmask64 dots = address.dots & domain;
    __mmask64 edges = address.at << 1 | dots << 1;
    return (address.at & (address.at - 1)) == 0 && address.at > 1 && dots != 0 && (dots & (edges | last)) == 0 &&
           (address.refused | (address.not_in_domain & domain)) == 0;
}

#else

enum { WIDE = 0 };

static bool has_avx512(void)
{
    return false;
}

static unsigned kinds_avx512(struct lka_span value)
{
    return kinds_plain(value);
}

static bool is_address_avx512(struct lka_span value)
{
    (void)value;
    return false;
}

#endif

unsigned lka_ascii_kinds(struct lka_span value)
{
    return has_avx512() ? kinds_avx512(value) : kinds_plain(value);
}

bool lka_ascii_is_address(struct lka_span value)
{
    return value.length > 0 && value.length <= WIDE && has_avx512() && is_address_avx512(value);
}
