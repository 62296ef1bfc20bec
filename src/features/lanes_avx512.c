/* Numbers and bins, eight at once. */
#include "features/lanes_avx512.h"

#include <math.h>

#if defined(__x86_64__)

enum { FEW_EDGES = 64 };

/* ---- numbers ----------------------------------------------------------------------------------- */

/* As in lanes.c, each text in a lane of 16 bytes with its sign; eight wholes are converted and divided together:
 *
 *     text     - 1 2 . 5 . . .        of up to 16 bytes; a longer one sends all eight the other way
 *     shuffle  0 ... 0 - 1 2 . 5      to the lane's end; masks tell digit, point and sign
 *     value    0 ... 0 0 1 2 5 0      what is behind the point moves over it: ten times the digits, which is divided
 *     out too
 *
 * A mask has 16 bits a lane, so that two of them are eight words, on which counting and comparing go on.
 */
struct four_masks {
    uint64_t digit;
    uint64_t point;
    uint64_t minus; /* in front */
    uint64_t wrong; /* anything else */
};

/* The digits at their lanes' ends, 0 elsewhere. */
INLINE AVX512 __m512i digits_of_four(const struct lka_span *texts, __m512i spans, struct four_masks *masks)
{
    const __m512i shifted = _mm512_broadcast_i32x4(
        _mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1));
    __m512i from = _mm512_add_epi8(lengths_of_four(spans), shifted);
    __m512i bytes = _mm512_shuffle_epi8(load_four(texts), from);
    __m512i digits = _mm512_sub_epi8(bytes, _mm512_set1_epi8('0'));
    masks->digit = _mm512_cmple_epu8_mask(digits, _mm512_set1_epi8(9));
    masks->point = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('.'));
    masks->minus = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('-')) & _mm512_testn_epi8_mask(from, from);
    masks->wrong = ~(_mm512_movepi8_mask(from) | masks->digit | masks->point | masks->minus);
    return _mm512_maskz_mov_epi8(masks->digit, digits);
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
    __m512i fours = _mm512_packus_epi32(fours_of(first), fours_of(second));
    __m512i eights = _mm512_madd_epi16(fours, _mm512_set1_epi32(10000 | 1 << 16));
    __m512i upper = _mm512_mul_epu32(eights, _mm512_set1_epi64(100000000));
    return in_order(_mm512_add_epi64(upper, _mm512_srli_epi64(eights, 32)));
}

/* 1 without a point, else ten for each place from it to the lane's end, with its own. */
INLINE AVX512 __m512d divisors_of(__m128i point)
{
    const __m512d low = _mm512_setr_pd(1e0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8);
    const __m512d high = _mm512_setr_pd(1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16);
    return _mm512_permutex2var_pd(low, _mm512_lzcnt_epi64(_mm512_cvtepu16_epi64(point)), high);
}

/* Which of eight are no number by this way: a wrong byte, no digit, two points, one at the end, or too large a
 * value. */
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
INLINE AVX512 uint32_t read_eight(const struct lka_span *texts, struct eight_spans spans, double *numbers)
{
    struct four_masks a;
    struct four_masks b;
    __m512i first = digits_of_four(texts, spans.first, &a);
    __m512i second = digits_of_four(texts + FOUR, spans.second, &b);
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

/* By AVX2, those from `first` to before `end`; `left` are odd so far. */
static size_t read_each(const struct lka_span *texts, size_t first, size_t end, double *numbers, uint32_t *odd,
                        size_t left)
{
    size_t more = lka_lanes_avx2.read(texts + first, end - first, numbers + first, odd + left);
    for (size_t i = 0; i < more; i++) {
        odd[left + i] += (uint32_t)first;
    }
    return left + more;
}

static AVX512 size_t read_avx512(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd)
{
    size_t left = 0;
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) {
        struct eight_spans spans = load_spans(texts + i);
        if (__builtin_expect(any_is_long(spans), 0)) {
            left = read_each(texts, i, i + EIGHT, numbers, odd, left);
            continue;
        }
        uint32_t those = read_eight(texts + i, spans, numbers + i) & given_of(spans);
        for (; __builtin_expect(those != 0, 0); those &= those - 1) {
            size_t at = i + (size_t)__builtin_ctz(those);
            left = read_each(texts, at, at + 1, numbers, odd, left);
        }
    }
    return read_each(texts, i, count, numbers, odd, left);
}

/* ---- bins -------------------------------------------------------------------------------------- */

/* Fewer than 64 edges in eight groups, the last of which ends in infinity: in which group a number falls the groups'
 * last edges say; an edge of that group is one look-up in a register that holds that edge of every group.
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

INLINE AVX512 __m512d standardised(const struct lka_scale *scale, __m512d numbers)
{
    __m512d centred = _mm512_sub_pd(numbers, _mm512_set1_pd(scale->centre));
    __m512d standard = _mm512_div_pd(centred, _mm512_set1_pd(scale->scale));
    return _mm512_max_pd(_mm512_set1_pd(-scale->clip), _mm512_min_pd(_mm512_set1_pd(scale->clip), standard));
}

static AVX512 void finish_avx512(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    struct grouped_edges grouped;
    size_t i = 0;
    if (scale->edge_count < FEW_EDGES) {
        group_edges(scale, &grouped);
        for (; i + EIGHT <= count; i += EIGHT) {
            __m512d number = _mm512_loadu_pd(numbers + i);
            __mmask8 given = _mm512_cmp_pd_mask(number, number, _CMP_ORD_Q);
            __m512i bin = _mm512_maskz_add_epi64(given, edges_below(&grouped, number), _mm512_set1_epi64(1));
            _mm_storeu_si128((__m128i *)(void *)(bins + i), _mm512_cvtepi64_epi16(bin));
            _mm512_storeu_pd(numbers + i, _mm512_maskz_mov_pd(given, standardised(scale, number)));
        }
    }
    lka_lanes_avx2.finish(scale, numbers + i, count - i, bins + i);
}

const struct lka_lanes lka_lanes_avx512 = {read_avx512, finish_avx512, lka_days_avx512, lka_words_avx512};

#else

const struct lka_lanes lka_lanes_avx512 = {0};

#endif
