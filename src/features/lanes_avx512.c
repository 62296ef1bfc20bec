/* The forms for AVX-512: eight texts or numbers at once. What is unusual goes the ways of the other forms. */
#include "features/lanes.h"

#include "base/date.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi,bmi2,popcnt")))
#define INLINE static inline __attribute__((always_inline))

enum { EIGHT = 8, FOUR = 4, PLACES = 16, FEW_EDGES = 64 };

/* ---- eight texts ------------------------------------------------------------------------------- */

enum { LENGTHS = 0x4444, BOTH_LENGTHS = 0x44444444 }; /* which words of four spans, of eight */

struct eight_spans {
    __m512i first;
    __m512i second;
};

INLINE AVX512 struct eight_spans load_spans(const struct lka_span *texts)
{
    return (struct eight_spans){_mm512_loadu_si512(texts), _mm512_loadu_si512(texts + FOUR)};
}

/* One that does not fit into a lane of 16 bytes. */
INLINE AVX512 bool any_is_long(struct eight_spans spans)
{
    const __m512i longest = _mm512_set1_epi32(PLACES);
    return (_mm512_mask_cmpgt_epu32_mask(LENGTHS, spans.first, longest) |
            _mm512_mask_cmpgt_epu32_mask(LENGTHS, spans.second, longest)) != 0;
}

/* A bit for each text that is not empty. */
INLINE AVX512 uint32_t given_of(struct eight_spans spans)
{
    uint32_t words = _mm512_test_epi32_mask(spans.first, spans.first) |
                     (uint32_t)_mm512_test_epi32_mask(spans.second, spans.second) << 16;
    return _pext_u32(words, BOTH_LENGTHS);
}

/* In every byte of its lane. */
INLINE AVX512 __m512i lengths_of_four(__m512i spans)
{
    return _mm512_shuffle_epi8(spans, _mm512_set1_epi8(offsetof(struct lka_span, length)));
}

INLINE AVX512 __m128i load(const void *bytes)
{
    return _mm_loadu_si128(bytes);
}

INLINE AVX512 __m512i load_lanes(const void *a, const void *b, const void *c, const void *d)
{
    __m512i bytes = _mm512_castsi128_si512(load(a));
    bytes = _mm512_inserti32x4(bytes, load(b), 1);
    bytes = _mm512_inserti32x4(bytes, load(c), 2);
    return _mm512_inserti32x4(bytes, load(d), 3);
}

INLINE AVX512 __m512i load_four(const struct lka_span *texts)
{
    return load_lanes(texts[0].text, texts[1].text, texts[2].text, texts[3].text);
}

/* Of the lanes of four texts and of four more, each with its result in the lower or upper half, in the texts' order. */
INLINE AVX512 __m512i in_order(__m512i lanes)
{
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), lanes);
}

/* Two masks of 16 bits a lane are eight words. */
INLINE AVX512 __m128i words_of(uint64_t first, uint64_t second)
{
    return _mm_set_epi64x((int64_t)second, (int64_t)first);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

/* As in lanes.c, each text in a lane of 16 bytes with its sign; eight wholes are converted and divided together:
 *
 *     text     - 1 2 . 5 . . .        of up to 16 bytes; a longer one sends all eight the other way
 *     shuffle  0 ... 0 - 1 2 . 5      to the lane's end; masks tell digit, point and sign
 *     value    0 ... 0 0 1 2 5 0      what is behind the point moves over it: ten times the digits, which is divided out too
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
    size_t more = lka_lanes_of(LKA_LANES_AVX2)->read(texts + first, end - first, numbers + first, odd + left);
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
    lka_lanes_of(LKA_LANES_AVX2)->finish(scale, numbers + i, count - i, bins + i);
}

/* ---- days -------------------------------------------------------------------------------------- */

/* Two digits a word: century, year in it, month, day. Bytes that are wrong show in the mask. */
INLINE AVX512 __m512i parts_of_four(const struct lka_span *texts, uint64_t *wrong)
{
    const __m512i where = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1));
    enum { BARS = 1 << 4 | 1 << 7 };
    __m512i bytes = load_four(texts);
    uint64_t bars = _mm512_cmpneq_epi8_mask(bytes, _mm512_set1_epi8('-')) & (UINT64_C(0x0001000100010001) * BARS);
    __m512i digits = _mm512_shuffle_epi8(_mm512_sub_epi8(bytes, _mm512_set1_epi8('0')), where);
    *wrong = bars | _mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9));
    return _mm512_maddubs_epi16(digits, _mm512_set1_epi16(10 | 1 << 8));
}

struct eight_dates {
    __m256i year;
    __m256i month;
    __m256i day;
};

/* Which of eight have ten bytes, digits and bars where they belong. */
INLINE AVX512 __mmask8 split_dates(const struct lka_span *texts, struct eight_spans spans, struct eight_dates *dates)
{
    const __m512i of_lengths = _mm512_setr_epi32(2, 6, 10, 14, 18, 22, 26, 30, 2, 6, 10, 14, 18, 22, 26, 30);
    const __m512i years = _mm512_set1_epi64(100 | 1 << 16 | INT64_C(1) << 32);
    uint64_t wrong_first;
    uint64_t wrong_second;
    __m512i first = parts_of_four(texts, &wrong_first);
    __m512i second = parts_of_four(texts + FOUR, &wrong_second);
    __m512i parts = in_order(_mm512_unpacklo_epi64(first, second));
    __m512i pairs = _mm512_madd_epi16(parts, years); /* the year, the month */
    dates->year = _mm512_cvtepi64_epi32(pairs);
    dates->month = _mm512_cvtepi64_epi32(_mm512_srli_epi64(pairs, 32));
    dates->day = _mm512_cvtepi64_epi32(_mm512_srli_epi64(parts, 48));
    __m512i lengths = _mm512_permutex2var_epi32(spans.first, of_lengths, spans.second);
    __mmask8 ten = _mm256_cmpeq_epi32_mask(_mm512_castsi512_si256(lengths), _mm256_set1_epi32(10));
    __m128i wrong = words_of(wrong_first, wrong_second);
    return (__mmask8)(ten & _mm_testn_epi16_mask(wrong, wrong));
}

/* For years up to 9999. */
INLINE AVX512 __m256i centuries_of(__m256i years)
{
    return _mm256_srli_epi32(_mm256_mullo_epi32(years, _mm256_set1_epi32(5243)), 19);
}

INLINE AVX512 __m256i of_month(__m512i table, __m256i month)
{
    return _mm512_castsi512_si256(_mm512_permutexvar_epi32(_mm512_castsi256_si512(month), table));
}

/* Which are in the calendar, from the year 1 on. */
INLINE AVX512 __mmask8 calendar_has(const struct eight_dates *dates)
{
    const __m512i lengths = _mm512_setr_epi32(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0);
    const __m256i one = _mm256_set1_epi32(1);
    __m256i century = centuries_of(dates->year);
    __m256i whole = _mm256_mullo_epi32(century, _mm256_set1_epi32(100));
    int leap = _mm256_testn_epi32_mask(dates->year, _mm256_set1_epi32(3)) &
               (_mm256_cmpneq_epi32_mask(whole, dates->year) | _mm256_testn_epi32_mask(century, _mm256_set1_epi32(3)));
    int longer = leap & _mm256_cmpeq_epi32_mask(dates->month, _mm256_set1_epi32(2));
    __m256i most = of_month(lengths, dates->month);
    most = _mm256_mask_add_epi32(most, (__mmask8)longer, most, one);
    int good = _mm256_cmplt_epu32_mask(_mm256_sub_epi32(dates->day, one), most) &
               _mm256_cmplt_epu32_mask(_mm256_sub_epi32(dates->month, one), _mm256_set1_epi32(12)) &
               _mm256_cmpge_epi32_mask(dates->year, one);
    return (__mmask8)good;
}

/* Days since 0000-03-01, where a year begins with March, so that a leap day is its last. */
INLINE AVX512 __m256i days_of(const struct eight_dates *dates)
{
    const __m512i before = _mm512_setr_epi32(0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 0, 0, 0);
    __mmask8 last_year = _mm256_cmplt_epi32_mask(dates->month, _mm256_set1_epi32(3));
    __m256i year = _mm256_mask_sub_epi32(dates->year, last_year, dates->year, _mm256_set1_epi32(1));
    __m256i century = centuries_of(year);
    __m256i days = _mm256_mullo_epi32(year, _mm256_set1_epi32(365));
    days = _mm256_add_epi32(days, _mm256_srli_epi32(year, 2));
    days = _mm256_sub_epi32(days, century);
    days = _mm256_add_epi32(days, _mm256_srli_epi32(century, 2));
    days = _mm256_add_epi32(days, of_month(before, dates->month));
    return _mm256_add_epi32(days, _mm256_sub_epi32(dates->day, _mm256_set1_epi32(1)));
}

/* 0000-03-01 was a Wednesday; Monday is 1. */
INLINE AVX512 __m256i weekdays_of(__m256i days)
{
    __m256i since_monday = _mm256_add_epi32(days, _mm256_set1_epi32(2));
    __m512d weeks = _mm512_mul_pd(_mm512_add_pd(_mm512_cvtepi32_pd(since_monday), _mm512_set1_pd(.5)),
                                  _mm512_set1_pd(1. / 7));
    __m256i whole = _mm256_mullo_epi32(_mm512_cvttpd_epi32(weeks), _mm256_set1_epi32(7));
    return _mm256_add_epi32(_mm256_sub_epi32(since_monday, whole), _mm256_set1_epi32(1));
}

INLINE AVX512 void store_words(uint16_t *to, __mmask8 which, __m256i words)
{
    _mm_storeu_si128((__m128i *)(void *)to, _mm256_cvtepi32_epi16(_mm256_maskz_mov_epi32(which, words)));
}

static size_t days_each(const struct lka_span *texts, size_t first, size_t end, struct lka_day_lanes days,
                        uint32_t *odd, size_t left)
{
    struct lka_day_lanes from = {days.days + first, days.months + first, days.weekdays + first};
    size_t more = lka_lanes_of(LKA_LANES_AVX2)->days(texts + first, end - first, from, odd + left);
    for (size_t i = 0; i < more; i++) {
        odd[left + i] += (uint32_t)first;
    }
    return left + more;
}

static AVX512 size_t days_avx512(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd)
{
    enum { FROM_MARCH_OF_0 = 719468 };
    size_t left = 0;
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) {
        struct eight_spans spans = load_spans(texts + i);
        struct eight_dates dates;
        __mmask8 good = split_dates(texts + i, spans, &dates);
        good = (__mmask8)(good & calendar_has(&dates));
        __m256i since = days_of(&dates);
        __m512d value = _mm512_cvtepi32_pd(_mm256_sub_epi32(since, _mm256_set1_epi32(FROM_MARCH_OF_0)));
        _mm512_storeu_pd(days.days + i, _mm512_mask_mov_pd(_mm512_set1_pd((double)NAN), good, value));
        store_words(days.months + i, good, dates.month);
        store_words(days.weekdays + i, good, weekdays_of(since));
        uint32_t those = given_of(spans) & ~(uint32_t)good;
        for (; __builtin_expect(those != 0, 0); those &= those - 1) {
            size_t at = i + (size_t)__builtin_ctz(those);
            left = days_each(texts, at, at + 1, days, odd, left);
        }
    }
    return days_each(texts, i, count, days, odd, left);
}

/* ---- words ------------------------------------------------------------------------------------- */

INLINE AVX512 __m512i short_four(const struct lka_span *texts, __m512i spans)
{
    const __m512i places = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    return _mm512_maskz_mov_epi8(_mm512_cmplt_epu8_mask(places, lengths_of_four(spans)), load_four(texts));
}

/* As lka_short_hash does, of four texts and four more, in turn. */
INLINE AVX512 __m512i hash_eight(__m512i first, __m512i second)
{
    __m512i low = _mm512_mullo_epi64(_mm512_unpacklo_epi64(first, second), _mm512_set1_epi64(LKA_SHORT_HASH_LOW));
    __m512i high = _mm512_mullo_epi64(_mm512_unpackhi_epi64(first, second), _mm512_set1_epi64(LKA_SHORT_HASH_HIGH));
    __m512i mixed = _mm512_add_epi64(low, high);
    mixed = _mm512_xor_si512(mixed, _mm512_srli_epi64(mixed, 32));
    return _mm512_mullo_epi64(mixed, _mm512_set1_epi64(LKA_SHORT_HASH_LAST));
}

INLINE AVX512 __m512i shorts_of(const struct lka_vocabulary *words, const uint32_t *places)
{
    const struct lka_short_word *shorts = words->shorts;
    return load_lanes(&shorts[places[0]].text, &shorts[places[1]].text, &shorts[places[2]].text,
                      &shorts[places[3]].text);
}

/* A bit for each text that is the word at its place. Neither has a NUL, so that their lengths are equal too. */
INLINE AVX512 uint32_t same_as_words(const struct lka_vocabulary *words, const uint32_t *places, __m512i first,
                                     __m512i second)
{
    uint32_t halves = _mm512_cmpeq_epi64_mask(first, shorts_of(words, places)) |
                      (uint32_t)_mm512_cmpeq_epi64_mask(second, shorts_of(words, places + FOUR)) << EIGHT;
    return _pext_u32(halves & halves >> 1, 0x5555);
}

static AVX512 void words_avx512(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count,
                                uint16_t *codes)
{
    const struct lka_lanes *each = lka_lanes_of(LKA_LANES_AVX2);
    const uint32_t *table = words->places;
    __m128i shift = _mm_cvtsi32_si128(words->shift);
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) {
        struct eight_spans spans = load_spans(texts + i);
        if (__builtin_expect(any_is_long(spans), 0)) {
            each->words(words, texts + i, EIGHT, codes + i);
            continue;
        }
        uint64_t at[EIGHT];
        uint32_t places[EIGHT];
        __m512i first = short_four(texts + i, spans.first);
        __m512i second = short_four(texts + i + FOUR, spans.second);
        _mm512_storeu_si512(at, in_order(_mm512_srl_epi64(hash_eight(first, second), shift)));
        for (size_t t = 0; t < EIGHT; t++) {
            places[t] = table[at[t]];
        }
        __m256i found = _mm256_setr_epi32((int)places[0], (int)places[1], (int)places[2], (int)places[3],
                                          (int)places[4], (int)places[5], (int)places[6], (int)places[7]);
        uint32_t given = given_of(spans);
        uint32_t others = ~same_as_words(words, places, first, second) & given & _mm256_test_epi32_mask(found, found);
        store_words(codes + i, (__mmask8)given, _mm256_add_epi32(found, _mm256_set1_epi32(1)));
        for (; __builtin_expect(others != 0, 0); others &= others - 1) {
            size_t row = i + (size_t)__builtin_ctz(others);
            each->words(words, texts + row, 1, codes + row);
        }
    }
    each->words(words, texts + i, count - i, codes + i);
}

const struct lka_lanes lka_lanes_avx512 = {read_avx512, finish_avx512, days_avx512, words_avx512};

#else

const struct lka_lanes lka_lanes_avx512 = {0};

#endif
