/* features/lanes_avx512.h: eight texts in registers. Where it is included a CPU with AVX-512 is compiled for, function
 * by function. What is unusual goes the ways of the other forms. */
#ifndef LKA_FEATURES_LANES_AVX512_H
#define LKA_FEATURES_LANES_AVX512_H

#include "features/lanes.h"

size_t lka_days_avx512(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd);
void lka_words_avx512(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count, uint16_t *codes);

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi,bmi2,popcnt")))
#define INLINE static inline __attribute__((always_inline))

enum { EIGHT = 8, FOUR = 4, PLACES = 16 };

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

#endif

#endif
