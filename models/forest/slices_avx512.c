/* The form of slices.h for AVX-512 with VBMI and GFNI: 512 rows at once. */
#include "models/forest/slices.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FORM __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,gfni,avx2,bmi,bmi2")))
enum { SLICE = 64 };
typedef __m512i word;

/* GFNI's matrix product takes a byte's bits from the last byte to the first. */
#define PLACE_OF(bit) (7 - (bit))

#define INLINE static inline __attribute__((always_inline)) FORM

INLINE word zero(void)
{
    return _mm512_setzero_si512();
}

INLINE word ones(void)
{
    return _mm512_set1_epi8(-1);
}

INLINE word load(const uint8_t *from)
{
    return _mm512_load_si512((const void *)from);
}

INLINE void store(uint8_t *to, word value)
{
    _mm512_store_si512((void *)to, value);
}

INLINE word either_or(word mask, word one, word other)
{
    return _mm512_ternarylogic_epi64(mask, one, other, 0xCA);
}

INLINE word either(word a, word b)
{
    return _mm512_or_si512(a, b);
}

INLINE word without(word a, word b)
{
    return _mm512_andnot_si512(a, b);
}

INLINE word low8(word a, word b)
{
    return _mm512_unpacklo_epi8(a, b);
}

INLINE word high8(word a, word b)
{
    return _mm512_unpackhi_epi8(a, b);
}

INLINE word low16(word a, word b)
{
    return _mm512_unpacklo_epi16(a, b);
}

INLINE word high16(word a, word b)
{
    return _mm512_unpackhi_epi16(a, b);
}

INLINE word low32(word a, word b)
{
    return _mm512_unpacklo_epi32(a, b);
}

INLINE word high32(word a, word b)
{
    return _mm512_unpackhi_epi32(a, b);
}

INLINE word transpose(word bits)
{
    return _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((long long)0x8040201008040201ULL), bits, 0);
}

INLINE word look_up(word place, const uint8_t *table)
{
    return _mm512_permutexvar_epi8(place, load(table));
}

INLINE word look_up_inside(word place, const uint8_t *table)
{
    __mmask64 inside = ~_mm512_movepi8_mask(place);
    return _mm512_maskz_permutexvar_epi8(inside, place, load(table));
}

INLINE word add(word a, word b)
{
    return _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
}

INLINE void ask_narrow(const uint8_t *codes, uint8_t shift, uint8_t limit, uint8_t *answers)
{
    word by = _mm512_set1_epi8((char)shift);
    word from = _mm512_set1_epi8((char)limit);
    for (size_t i = 0; i < 8; i++) {
        __mmask64 right = _mm512_cmpge_epu8_mask(_mm512_sub_epi8(load(codes + i * SLICE), by), from);
        memcpy(answers + i * sizeof right, &right, sizeof right);
    }
}

INLINE void ask_wide(const uint16_t *codes, uint16_t shift, uint16_t limit, uint8_t *answers)
{
    word by = _mm512_set1_epi16((short)shift);
    word from = _mm512_set1_epi16((short)limit);
    for (size_t i = 0; i < 16; i++) {
        word code = load((const uint8_t *)codes + i * SLICE);
        __mmask32 right = _mm512_cmpge_epu16_mask(_mm512_sub_epi16(code, by), from);
        memcpy(answers + i * sizeof right, &right, sizeof right);
    }
}

#include "models/forest/slices_form.h"

const struct lka_slices_form lka_slices_avx512 = {ROWS, form_margins};

#else

const struct lka_slices_form lka_slices_avx512 = {0};

#endif
