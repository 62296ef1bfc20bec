#include "features/lanes.h"

#include "base/short_text.h"
#include "features/bins.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

/* ---- bins and standardised values -------------------------------------------------------------- */

enum { FEW_EDGES = 64, TOGETHER = 32 };

/* The edges below a number are counted one after the other, for many numbers at once: no search, no branch. */
INLINE void count_edges(const struct lka_scale *scale, const double *restrict numbers, uint16_t *restrict bins)
{
    int64_t below[TOGETHER] = {0};
    for (size_t e = 0; e < scale->edge_count; e++) {
        double edge = scale->edges[e];
        for (size_t i = 0; i < TOGETHER; i++) {
            below[i] += edge < numbers[i];
        }
    }
    for (size_t i = 0; i < TOGETHER; i++) {
        bins[i] = (uint16_t)(below[i] + 1);
    }
}

INLINE void standardise(const struct lka_scale *scale, double *restrict numbers, size_t count, uint16_t *restrict bins)
{
    double clip = scale->clip;
    for (size_t i = 0; i < count; i++) {
        double number = numbers[i];
        double standard = (number - scale->centre) / scale->scale;
        standard = standard > clip ? clip : standard;
        standard = standard < -clip ? -clip : standard;
        numbers[i] = number == number ? standard : 0;
        bins[i] = number == number ? bins[i] : 0;
    }
}

INLINE void finish(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    size_t i = 0;
    for (; scale->edge_count <= FEW_EDGES && i + TOGETHER <= count; i += TOGETHER) {
        count_edges(scale, numbers + i, bins + i);
    }
    lka_bins_of(scale->edges, scale->edge_count, numbers + i, count - i, bins + i);
    standardise(scale, numbers, count, bins);
}

/* ---- on every CPU ------------------------------------------------------------------------------ */

static size_t read_plain(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        numbers[i] = NAN;
        if (texts[i].length > 0 && !lka_parse_number(texts[i], &numbers[i])) {
            odd[left++] = (uint32_t)i;
        }
    }
    return left;
}

static void finish_plain(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    lka_bins_of(scale->edges, scale->edge_count, numbers, count, bins);
    standardise(scale, numbers, count, bins);
}

static const struct lka_lanes plain = {read_plain, finish_plain};

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- AVX2 and AVX-512 -------------------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi,bmi2,popcnt")))

/* Sign, digits and a point, at most fifteen digits, all at once: what is no digit shows in a mask, the point is shuffled out,
 * sixteen digits with zeros before them become one number by three rounds of multiply and add. As in base/text.c, a whole
 * number below 2^53 over a power of ten is exact in a double, so that one division rounds once.
 *
 *     text     - 1 2 . 5            point 2, count 3, decimals 1
 *     shuffle  0 ... 0 1 2 5        from place + count - 16, and from the point on one further
 */
enum { PLACES = 16, MOST_DIGITS = 15 };

static const double signed_powers[2][PLACES] = {
    {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15},
    {-1e0, -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8, -1e9, -1e10, -1e11, -1e12, -1e13, -1e14, -1e15}};

/* Read from `count` on: place + count - 16. */
static const signed char shifted[2 * PLACES] = {-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1,
                                                0,   1,   2,   3,   4,   5,   6,   7,  8,  9,  10, 11, 12, 13, 14, 15};

/* Read from the count of decimals on: -1 where one of them stands. */
static const signed char decimal_places[2 * PLACES] = {0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
                                                       -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

INLINE AVX2 __m128i load(const void *bytes)
{
    return _mm_loadu_si128(bytes);
}

INLINE AVX2 uint64_t value_of(__m128i digits, uint32_t count, uint32_t decimals)
{
    __m128i places = _mm_sub_epi8(load(shifted + count), load(decimal_places + decimals));
    __m128i pairs = _mm_maddubs_epi16(_mm_shuffle_epi8(digits, places), _mm_set1_epi16(10 | 1 << 8));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(10000 | 1 << 16));
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
    return (both & UINT32_MAX) * 100000000 + (both >> 32);
}

INLINE AVX2 bool read_number(struct lka_span text, double *number)
{
    uint32_t negative = *text.text == '-';
    uint32_t length = text.length - negative;
    __m128i bytes = load(text.text + negative);
    __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    uint32_t is_digit = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits));
    uint32_t is_point = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
    uint32_t within = _bzhi_u32(UINT32_MAX, length);
    uint32_t point = is_point & within;
    uint32_t wrong = (within & ~(is_digit | point)) | (point & (point - 1));
    uint32_t count = length - (point != 0);
    uint32_t decimals = count - (uint32_t)__builtin_ctz(point | ~within);
    if (__builtin_expect(wrong != 0 || count - 1 >= MOST_DIGITS, 0)) {
        return false;
    }
    *number = (double)(int64_t)value_of(digits, count, decimals) / signed_powers[negative][decimals];
    return true;
}

/* Those from `first` to before `end`; `left` are odd so far. */
INLINE AVX2 size_t read_each(const struct lka_span *texts, size_t first, size_t end, double *numbers, uint32_t *odd,
                             size_t left)
{
    for (size_t i = first; i < end; i++) {
        if (!read_number(texts[i], &numbers[i])) {
            numbers[i] = (double)NAN;
            odd[left] = (uint32_t)i;
            left += texts[i].length > 0;
        }
    }
    return left;
}

static AVX2 size_t read_avx2(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd)
{
    return read_each(texts, 0, count, numbers, odd, 0);
}

static AVX2 void finish_avx2(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    finish(scale, numbers, count, bins);
}

/* ---- AVX-512: eight numbers at once ------------------------------------------------------------ */

/* As above, each text in a lane of 16 bytes, its sign too; eight wholes are converted and divided together:
 *
 *     text     - 1 2 . 5 . . .        of up to 16 bytes; a longer one sends all eight the other way
 *     shuffle  0 ... 0 - 1 2 . 5      to the lane's end; masks tell digit, point and sign
 *     value    0 ... 0 0 1 2 5 0      what is behind the point moves over it: ten times the digits, which is divided out too
 *
 * A mask has 16 bits a lane, so that two of them are eight words, on which counting and comparing go on.
 */
enum { EIGHT = 8, FOUR = 4 };

struct four_masks {
    uint64_t digit;
    uint64_t point;
    uint64_t minus; /* in front */
    uint64_t wrong; /* anything else */
};

INLINE AVX512 __m512i load_four(const struct lka_span *texts)
{
    __m512i bytes = _mm512_castsi128_si512(load(texts[0].text));
    bytes = _mm512_inserti32x4(bytes, load(texts[1].text), 1);
    bytes = _mm512_inserti32x4(bytes, load(texts[2].text), 2);
    return _mm512_inserti32x4(bytes, load(texts[3].text), 3);
}

/* The digits at their lanes' ends, 0 elsewhere. */
INLINE AVX512 __m512i digits_of_four(const struct lka_span *texts, __m512i spans, struct four_masks *masks)
{
    __m512i lengths = _mm512_shuffle_epi8(spans, _mm512_set1_epi8(offsetof(struct lka_span, length)));
    __m512i from = _mm512_add_epi8(lengths, _mm512_broadcast_i32x4(load(shifted)));
    __m512i bytes = _mm512_shuffle_epi8(load_four(texts), from);
    __m512i digits = _mm512_sub_epi8(bytes, _mm512_set1_epi8('0'));
    masks->digit = _mm512_cmple_epu8_mask(digits, _mm512_set1_epi8(9));
    masks->point = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('.'));
    masks->minus = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('-')) & _mm512_testn_epi8_mask(from, from);
    masks->wrong = ~(_mm512_movepi8_mask(from) | masks->digit | masks->point | masks->minus);
    return _mm512_maskz_mov_epi8(masks->digit, digits);
}

INLINE AVX512 __m128i words_of(uint64_t first, uint64_t second)
{
    return _mm_set_epi64x((int64_t)second, (int64_t)first);
}

/* Over the point; where there is none, all bits lie below it. */
INLINE AVX512 __m512i close_up(__m512i digits, uint64_t below)
{
    return _mm512_mask_mov_epi8(_mm512_bsrli_epi128(digits, 1), below, digits);
}

INLINE AVX512 __m512i fours_of(__m512i digits)
{
    __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(10 | 1 << 8));
    return _mm512_madd_epi16(pairs, _mm512_set1_epi32(100 | 1 << 16));
}

INLINE AVX512 __m512i values_of(__m512i first, __m512i second)
{
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    __m512i fours = _mm512_packus_epi32(fours_of(first), fours_of(second));
    __m512i eights = _mm512_madd_epi16(fours, _mm512_set1_epi32(10000 | 1 << 16));
    __m512i upper = _mm512_mul_epu32(eights, _mm512_set1_epi64(100000000));
    return _mm512_permutexvar_epi64(order, _mm512_add_epi64(upper, _mm512_srli_epi64(eights, 32)));
}

/* 1 without a point, else ten for each place from it to the lane's end, with its own. */
INLINE AVX512 __m512d divisors_of(__m128i point)
{
    const __m512d low = _mm512_setr_pd(1e0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8);
    const __m512d high = _mm512_setr_pd(1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16);
    return _mm512_permutex2var_pd(low, _mm512_lzcnt_epi64(_mm512_cvtepu16_epi64(point)), high);
}

/* Which of eight are no number by this way: a wrong byte, no digit, two points, one at the end, or too large a value. */
INLINE AVX512 __mmask8 unread(const struct four_masks *a, const struct four_masks *b, __m128i point, __m512i values)
{
    __m128i wrong = words_of(a->wrong, b->wrong);
    int left = _mm_test_epi16_mask(wrong, wrong) |
               _mm_cmpeq_epi16_mask(words_of(a->digit, b->digit), _mm_setzero_si128()) |
               _mm_test_epi16_mask(point, _mm_sub_epi16(point, _mm_set1_epi16(1))) | _mm_movepi16_mask(point) |
               _mm512_cmpgt_epu64_mask(values, _mm512_set1_epi64(INT64_C(1) << 53));
    return (__mmask8)left;
}

/* Returns those that are left, of texts of at most 16 bytes. */
INLINE AVX512 __mmask8 read_eight(const struct lka_span *texts, __m512i first_spans, __m512i second_spans,
                                  double *numbers)
{
    struct four_masks a;
    struct four_masks b;
    __m512i first = digits_of_four(texts, first_spans, &a);
    __m512i second = digits_of_four(texts + FOUR, second_spans, &b);
    __m128i point = words_of(a.point, b.point);
    __m128i below = _mm_sub_epi16(point, _mm_set1_epi16(1));
    __m512i values = values_of(close_up(first, (uint64_t)_mm_cvtsi128_si64(below)),
                               close_up(second, (uint64_t)_mm_extract_epi64(below, 1)));
    __m512d sizes = _mm512_div_pd(_mm512_cvtepi64_pd(values), divisors_of(point));
    __m128i minus = words_of(a.minus, b.minus);
    __m512d negated = _mm512_mask_xor_pd(sizes, _mm_test_epi16_mask(minus, minus), sizes, _mm512_set1_pd(-0.0));
    __mmask8 left = unread(&a, &b, point, values);
    _mm512_storeu_pd(numbers, _mm512_mask_mov_pd(negated, left, _mm512_set1_pd((double)NAN)));
    return left;
}

enum { LENGTHS = 0x4444, BOTH_LENGTHS = 0x44444444 }; /* of the words of four spans, of eight */

static AVX512 size_t read_avx512(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd)
{
    const __m512i longest = _mm512_set1_epi32(PLACES);
    size_t left = 0;
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) {
        __m512i first = _mm512_loadu_si512(texts + i);
        __m512i second = _mm512_loadu_si512(texts + i + FOUR);
        if (_mm512_mask_cmpgt_epu32_mask(LENGTHS, first, longest) |
            _mm512_mask_cmpgt_epu32_mask(LENGTHS, second, longest)) {
            left = read_each(texts, i, i + EIGHT, numbers, odd, left);
            continue;
        }
        uint32_t given = _mm512_test_epi32_mask(first, first) | (uint32_t)_mm512_test_epi32_mask(second, second) << 16;
        uint32_t those = read_eight(texts + i, first, second, numbers + i) & _pext_u32(given, BOTH_LENGTHS);
        for (; __builtin_expect(those != 0, 0); those &= those - 1) {
            size_t at = i + (size_t)__builtin_ctz(those);
            left = read_each(texts, at, at + 1, numbers, odd, left);
        }
    }
    return read_each(texts, i, count, numbers, odd, left);
}

/* Fewer than 64 edges in eight groups, the last of which ends in infinity: in which group a number falls the groups' last edges say; an edge of that group is one
 * look-up in a register that holds that edge of every group.
 *
 *     edges  e0 e1 e2 | e3 e4 e5 | e6 e7 inf      last: e2 e5     edge 0: e0 e3 e6     edge 1: e1 e4 e7
 */
struct grouped_edges {
    size_t size; /* of a group */
    __m512d last[EIGHT - 1];
    __m512d edge[EIGHT - 1];
};

static AVX512 void group_edges(const struct lka_scale *scale, struct grouped_edges *grouped)
{
    double padded[FEW_EDGES];
    size_t size = scale->edge_count / EIGHT + 1;
    for (size_t e = 0; e < FEW_EDGES; e++) {
        padded[e] = e < scale->edge_count ? scale->edges[e] : (double)INFINITY;
    }
    grouped->size = size;
    for (size_t g = 0; g + 1 < EIGHT; g++) {
        grouped->last[g] = _mm512_set1_pd(padded[g * size + size - 1]);
    }
    for (size_t e = 0; e + 1 < size; e++) {
        double edge[EIGHT];
        for (size_t g = 0; g < EIGHT; g++) {
            edge[g] = padded[g * size + e];
        }
        grouped->edge[e] = _mm512_loadu_pd(edge);
    }
}

/* How many edges lie below each number: none below NaN. */
INLINE AVX512 __m512i edges_below(const struct grouped_edges *grouped, __m512d numbers)
{
    const __m512i one = _mm512_set1_epi64(1);
    __m512i group = _mm512_setzero_si512();
    for (size_t g = 0; g + 1 < EIGHT; g++) {
        __mmask8 below = _mm512_cmp_pd_mask(grouped->last[g], numbers, _CMP_LT_OQ);
        group = _mm512_mask_add_epi64(group, below, group, one);
    }
    __m512i count = _mm512_mullo_epi64(group, _mm512_set1_epi64((int64_t)grouped->size));
    for (size_t e = 0; e + 1 < grouped->size; e++) {
        __m512d edge = _mm512_permutexvar_pd(group, grouped->edge[e]);
        count = _mm512_mask_add_epi64(count, _mm512_cmp_pd_mask(edge, numbers, _CMP_LT_OQ), count, one);
    }
    return count;
}

static AVX512 void finish_avx512(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    struct grouped_edges grouped;
    size_t i = 0;
    if (scale->edge_count < FEW_EDGES) {
        group_edges(scale, &grouped);
        for (; i + EIGHT <= count; i += EIGHT) {
            __m512i bin = _mm512_add_epi64(edges_below(&grouped, _mm512_loadu_pd(numbers + i)), _mm512_set1_epi64(1));
            _mm_storeu_si128((__m128i *)(void *)(bins + i), _mm512_cvtepi64_epi16(bin));
        }
    }
    lka_bins_of(scale->edges, scale->edge_count, numbers + i, count - i, bins + i);
    standardise(scale, numbers, count, bins);
}

static const struct lka_lanes avx2 = {read_avx2, finish_avx2};
static const struct lka_lanes avx512 = {read_avx512, finish_avx512};

bool lka_lanes_kind_runs(enum lka_lanes_kind kind)
{
    __builtin_cpu_init();
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("popcnt");
    bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
    return kind == LKA_LANES_AVX512 ? has_avx512 : kind == LKA_LANES_AVX2 ? has_avx2 : kind < LKA_LANES_AVX2;
}

#else

static const struct lka_lanes avx2 = {0};
static const struct lka_lanes avx512 = {0};

bool lka_lanes_kind_runs(enum lka_lanes_kind kind)
{
    return kind <= LKA_LANES_PLAIN;
}

#endif

const struct lka_lanes *lka_lanes_of(enum lka_lanes_kind kind)
{
    static const struct lka_lanes *const kinds[LKA_LANES_KINDS] = {NULL, &plain, &avx2, &avx512};
    if (kind == LKA_LANES_FASTEST || !lka_lanes_kind_runs(kind)) {
        kind = LKA_LANES_KINDS - 1;
        while (!lka_lanes_kind_runs(kind)) {
            kind--;
        }
    }
    return kinds[kind];
}
