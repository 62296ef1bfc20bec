/* The form of slices.h for AVX2: 256 rows at once. */
#include "models/forest/slices.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FORM __attribute__((target("avx2,bmi,bmi2")))
enum { SLICE = 32 };
typedef __m256i word;

#define PLACE_OF(bit) (bit)

#define INLINE static inline __attribute__((always_inline)) FORM

INLINE word zero(void)
{
    return _mm256_setzero_si256();
}

INLINE word ones(void)
{
    return _mm256_set1_epi8(-1);
}

INLINE word load(const uint8_t *from)
{
    return _mm256_load_si256((const void *)from);
}

INLINE void store(uint8_t *to, word value)
{
    _mm256_store_si256((void *)to, value);
}

INLINE word either_or(word mask, word one, word other)
{
    return _mm256_xor_si256(other, _mm256_and_si256(mask, _mm256_xor_si256(one, other)));
}

INLINE word either(word a, word b)
{
    return _mm256_or_si256(a, b);
}

INLINE word without(word a, word b)
{
    return _mm256_andnot_si256(a, b);
}

INLINE word low8(word a, word b)
{
    return _mm256_unpacklo_epi8(a, b);
}

INLINE word high8(word a, word b)
{
    return _mm256_unpackhi_epi8(a, b);
}

INLINE word low16(word a, word b)
{
    return _mm256_unpacklo_epi16(a, b);
}

INLINE word high16(word a, word b)
{
    return _mm256_unpackhi_epi16(a, b);
}

INLINE word low32(word a, word b)
{
    return _mm256_unpacklo_epi32(a, b);
}

INLINE word high32(word a, word b)
{
    return _mm256_unpackhi_epi32(a, b);
}

/* Swaps the bits under `mask` with those `by` places above. */
INLINE word swap(word bits, int by, long long mask)
{
    word moved = _mm256_and_si256(_mm256_xor_si256(bits, _mm256_srli_epi64(bits, by)), _mm256_set1_epi64x(mask));
    return _mm256_xor_si256(bits, _mm256_xor_si256(moved, _mm256_slli_epi64(moved, by)));
}

INLINE word transpose(word bits)
{
    return swap(swap(swap(bits, 7, 0x00AA00AA00AA00AA), 14, 0x0000CCCC0000CCCC), 28, 0x00000000F0F0F0F0);
}

INLINE word sixteen(word place, const uint8_t *table)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_load_si128((const void *)table)), place);
}

/* Sixteen entries at once by the lowest four bits; then by the next two, moved to where a blend looks. */
INLINE word look_up(word place, const uint8_t *table)
{
    word fifth = _mm256_slli_epi16(place, 3);
    word sixth = _mm256_slli_epi16(place, 2);
    word lower = _mm256_blendv_epi8(sixteen(place, table), sixteen(place, table + 16), fifth);
    word upper = _mm256_blendv_epi8(sixteen(place, table + 32), sixteen(place, table + 48), fifth);
    return _mm256_blendv_epi8(lower, upper, sixth);
}

INLINE word look_up_inside(word place, const uint8_t *table)
{
    return look_up(place, table);
}

INLINE word add(word a, word b)
{
    return _mm256_castps_si256(_mm256_add_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b)));
}

INLINE void ask_narrow(const uint8_t *codes, uint8_t shift, uint8_t limit, uint8_t *answers)
{
    word by = _mm256_set1_epi8((char)shift);
    word from = _mm256_set1_epi8((char)limit);
    for (size_t i = 0; i < 8; i++) {
        word moved = _mm256_sub_epi8(load(codes + i * SLICE), by);
        int right = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(moved, from), moved));
        memcpy(answers + i * sizeof right, &right, sizeof right);
    }
}

INLINE word ask_sixteen(const uint8_t *codes, word by, word from)
{
    word moved = _mm256_sub_epi16(load(codes), by);
    return _mm256_cmpeq_epi16(_mm256_max_epu16(moved, from), moved);
}

INLINE void ask_wide(const uint16_t *codes, uint16_t shift, uint16_t limit, uint8_t *answers)
{
    word by = _mm256_set1_epi16((short)shift);
    word from = _mm256_set1_epi16((short)limit);
    const uint8_t *bytes = (const uint8_t *)codes;
    for (size_t i = 0; i < 8; i++) {
        word both = _mm256_packs_epi16(ask_sixteen(bytes + 2 * i * SLICE, by, from),
                                       ask_sixteen(bytes + (2 * i + 1) * SLICE, by, from));
        int right = _mm256_movemask_epi8(_mm256_permute4x64_epi64(both, 0xD8));
        memcpy(answers + i * sizeof right, &right, sizeof right);
    }
}

#include "models/forest/slices_form.h"

const struct lka_slices_form lka_slices_avx2 = {ROWS, form_margins};

#else

const struct lka_slices_form lka_slices_avx2 = {0};

#endif
