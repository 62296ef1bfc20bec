/* Days and words, eight at once. */
#include "features/lanes_avx512.h"

#include <math.h>

#if defined(__x86_64__)

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
    size_t more = lka_lanes_avx2.days(texts + first, end - first, from, odd + left);
    for (size_t i = 0; i < more; i++) {
        odd[left + i] += (uint32_t)first;
    }
    return left + more;
}

AVX512 size_t lka_days_avx512(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd)
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

AVX512 void lka_words_avx512(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count,
                             uint16_t *codes)
{
    const struct lka_lanes *each = &lka_lanes_avx2;
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

#else

typedef int lka_no_texts_avx512; /* a file has something in it */

#endif
