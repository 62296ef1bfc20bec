#include "features/lanes.h"

#include "base/date.h"
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

/* ---- days and words ---------------------------------------------------------------------------- */

INLINE size_t read_days(const struct lka_span *texts, size_t count, bool padded, struct lka_day_lanes days,
                        uint32_t *odd)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        struct lka_calendar_day day = {0, 0, -1};
        bool read = texts[i].length > 0 && lka_parse_date(texts[i], padded, &day);
        days.days[i] = read ? (double)day.days : NAN;
        days.months[i] = (uint16_t)day.month;
        days.weekdays[i] = (uint16_t)(1 + day.weekday);
        odd[left] = (uint32_t)i;
        left += !read && texts[i].length > 0;
    }
    return left;
}

static size_t days_plain(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd)
{
    return read_days(texts, count, false, days, odd);
}

static size_t days_padded(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd)
{
    return read_days(texts, count, true, days, odd);
}

static void words_plain(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count, uint16_t *codes)
{
    for (size_t i = 0; i < count; i++) {
        codes[i] = texts[i].length == 0 ? 0 : (uint16_t)(2 + lka_vocabulary_find(words, texts[i]));
    }
}

/* Most words are short: no call, and next to no branch. */
static void words_padded(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count,
                         uint16_t *codes)
{
    for (size_t i = 0; i < count; i++) {
        struct lka_span text = texts[i];
        bool is_short = text.length - 1 < LKA_SHORT_TEXT;
        ptrdiff_t word = __builtin_expect(is_short, 1)
                             ? lka_vocabulary_find_short(words, lka_short_padded(text), text.length)
                         : text.length == 0 ? -2
                                            : lka_vocabulary_find_long(words, text);
        codes[i] = (uint16_t)(2 + word);
    }
}

const struct lka_lanes lka_lanes_plain = {read_plain, finish_plain, days_plain, words_plain};

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- AVX2 -------------------------------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

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

/* NaN and false for any other text. Without a branch, since nobody can guess which numbers are missing. */
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
    uint32_t decimals = count - _tzcnt_u32(point | ~within);
    bool good = (wrong == 0) & (count - 1 < MOST_DIGITS);
    double whole = (double)(int64_t)value_of(digits, count % PLACES, decimals % PLACES);
    double value = whole / signed_powers[negative][decimals % PLACES];
    *number = good ? value : (double)NAN;
    return good;
}

static AVX2 size_t read_avx2(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        bool good = read_number(texts[i], &numbers[i]);
        odd[left] = (uint32_t)i;
        left += !good & (texts[i].length > 0);
    }
    return left;
}

static AVX2 void finish_avx2(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins)
{
    finish(scale, numbers, count, bins);
}

const struct lka_lanes lka_lanes_avx2 = {read_avx2, finish_avx2, days_padded, words_padded};

#else

const struct lka_lanes lka_lanes_avx2 = {0};

#endif
