/* Two messages by the SHA extensions. Their two rounds at once take four cycles, and another two rounds may begin after two of
 * these, but not of the same message. Intel, "New Instructions Supporting the Secure Hash Algorithm" (2013). */
#include "base/sha256_many.h"

#include "base/cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define SHA_NI __attribute__((target("sha,sse4.1,ssse3")))
#define INLINE_SHA_NI static inline __attribute__((always_inline, target("sha,sse4.1,ssse3")))

/* The instructions want the eight words of the state as A, B, E, F and C, D, G, H, the first of them highest. */
struct message {
    __m128i abef, cdgh;
    __m128i words[4]; /* the sixteen of the schedule that are at hand */
};

INLINE_SHA_NI void begin(struct message *message, const uint32_t h[8], const uint8_t *block)
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    message->abef = _mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]);
    message->cdgh = _mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]);
    for (size_t i = 0; i < 4; i++) {
        message->words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)),
                                             big_endian);
    }
}

INLINE_SHA_NI void four_rounds(struct message *message, size_t four)
{
    const uint32_t *constants = &lka_sha256_constants[4 * four];
    __m128i sum = _mm_add_epi32(message->words[four % 4], _mm_loadu_si128((const __m128i *)(const void *)constants));
    message->cdgh = _mm_sha256rnds2_epu32(message->cdgh, message->abef, sum);
    message->abef = _mm_sha256rnds2_epu32(message->abef, message->cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

/* The words of the schedule that come sixteen later, in place of those that were used. */
INLINE_SHA_NI void extend(struct message *message, size_t four)
{
    __m128i *w = message->words;
    __m128i last = w[(four + 3) % 4];
    __m128i sum = _mm_sha256msg1_epu32(w[four % 4], w[(four + 1) % 4]);
    sum = _mm_add_epi32(sum, _mm_alignr_epi8(last, w[(four + 2) % 4], 4));
    w[four % 4] = _mm_sha256msg2_epu32(sum, last);
}

/* The state behind the block, as A to D and E to H, the first of them lowest. */
INLINE_SHA_NI void end(const struct message *message, const uint32_t h[8], __m128i *abcd, __m128i *efgh)
{
    __m128i abef = _mm_add_epi32(message->abef, _mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]));
    __m128i cdgh = _mm_add_epi32(message->cdgh, _mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]));
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    *abcd = _mm_blend_epi16(feba, dchg, 0xF0);
    *efgh = _mm_alignr_epi8(dchg, feba, 8);
}

INLINE_SHA_NI void end_value(const struct message *message, uint8_t digest[32])
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    __m128i abcd;
    __m128i efgh;
    end(message, lka_sha256_start, &abcd, &efgh);
    _mm_storeu_si128((__m128i *)(void *)digest, _mm_shuffle_epi8(abcd, big_endian));
    _mm_storeu_si128((__m128i *)(void *)(digest + 16), _mm_shuffle_epi8(efgh, big_endian));
}

#define BOTH(four)              \
    do {                        \
        four_rounds(one, four); \
        four_rounds(two, four); \
        if ((four) < 12) {      \
            extend(one, four);  \
            extend(two, four);  \
        }                       \
    } while (0)

/* Written out, so that both messages stay in registers. */
INLINE_SHA_NI void all_rounds(struct message *one, struct message *two)
{
    BOTH(0);
    BOTH(1);
    BOTH(2);
    BOTH(3);
    BOTH(4);
    BOTH(5);
    BOTH(6);
    BOTH(7);
    BOTH(8);
    BOTH(9);
    BOTH(10);
    BOTH(11);
    BOTH(12);
    BOTH(13);
    BOTH(14);
    BOTH(15);
}

static SHA_NI void hash_pair(const uint8_t (*blocks)[LKA_SHA256_BLOCK], uint8_t (*digests)[32])
{
    struct message one;
    struct message two;
    begin(&one, lka_sha256_start, blocks[0]);
    begin(&two, lka_sha256_start, blocks[1]);
    all_rounds(&one, &two);
    end_value(&one, digests[0]);
    end_value(&two, digests[1]);
}

static SHA_NI void hash_beside(const uint8_t block[LKA_SHA256_BLOCK], uint8_t digest[32], uint32_t state[8],
                               const uint8_t next[LKA_SHA256_BLOCK])
{
    struct message one;
    struct message two;
    __m128i abcd;
    __m128i efgh;
    begin(&one, lka_sha256_start, block);
    begin(&two, state, next);
    all_rounds(&one, &two);
    end_value(&one, digest);
    end(&two, state, &abcd, &efgh);
    _mm_storeu_si128((__m128i *)(void *)state, abcd);
    _mm_storeu_si128((__m128i *)(void *)(state + 4), efgh);
}

/* Not every compiler's __builtin_cpu_supports knows "sha". */
static bool has_instructions(void)
{
    unsigned a;
    unsigned b;
    unsigned c;
    unsigned d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) && __get_cpuid(1, &a, &b, &c, &d) &&
           (c & bit_SSE4_1) && (c & bit_SSSE3);
}

const struct lka_sha256_form *lka_sha256_form_pair(void)
{
    static const struct lka_sha256_form form = {2, hash_pair, hash_beside};
    static _Atomic int known; /* 1: no, 2: yes. cpuid is slow where the machine is a virtual one. */
    int has = known;
    if (has == 0) {
        known = has = has_instructions() ? 2 : 1;
    }
    return has == 2 && lka_cpu_may(LKA_CPU_SHA) ? &form : NULL;
}

#else

const struct lka_sha256_form *lka_sha256_form_pair(void)
{
    return NULL;
}

#endif
