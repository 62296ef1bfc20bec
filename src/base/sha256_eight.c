/* Eight messages, one in each lane of AVX2. FIPS 180-4, 6.2.2. */
#include "base/sha256_many.h"

#include "base/cpu.h"

#if defined(__x86_64__)

#include <endian.h>

#define INLINE_AVX2 static inline __attribute__((always_inline, target("avx2")))

typedef uint32_t lanes __attribute__((vector_size(4 * LKA_SHA256_WIDEST)));

INLINE_AVX2 void load_words(const uint8_t (*blocks)[LKA_SHA256_BLOCK], lanes words[16])
{
    for (size_t i = 0; i < 16; i++) {
        for (size_t lane = 0; lane < LKA_SHA256_WIDEST; lane++) {
            uint32_t word;
            memcpy(&word, blocks[lane] + 4 * i, sizeof word);
            words[i][lane] = be32toh(word);
        }
    }
}

INLINE_AVX2 void rotate(const lanes *x, int bits, lanes *rotated)
{
    *rotated = *x >> bits | *x << (32 - bits);
}

/* Three rotations, exclusively or-ed; the third a shift where `shifts`. */
INLINE_AVX2 void mix(const lanes *x, const int bits[3], bool shifts, lanes *mixed)
{
    lanes a;
    lanes b;
    lanes c = *x >> bits[2];
    rotate(x, bits[0], &a);
    rotate(x, bits[1], &b);
    if (!shifts) {
        rotate(x, bits[2], &c);
    }
    *mixed = a ^ b ^ c;
}

/* Word `round` of the schedule, in the place of the one sixteen before. */
INLINE_AVX2 void extend(lanes words[16], size_t round)
{
    lanes near;
    lanes far;
    mix(&words[(round + 1) % 16], (const int[3]){7, 18, 3}, true, &far);
    mix(&words[(round + 14) % 16], (const int[3]){17, 19, 10}, true, &near);
    words[round % 16] += far + words[(round + 9) % 16] + near;
}

/* state[0..7] are a to h. */
INLINE_AVX2 void one_round(lanes state[8], const lanes *word, uint32_t constant)
{
    lanes of_e;
    lanes of_a;
    mix(&state[4], (const int[3]){6, 11, 25}, false, &of_e);
    mix(&state[0], (const int[3]){2, 13, 22}, false, &of_a);
    lanes chosen = state[6] ^ (state[4] & (state[5] ^ state[6]));
    lanes majority = (state[0] & state[1]) | (state[2] & (state[0] | state[1]));
    lanes first = state[7] + of_e + chosen + *word + constant;
    state[7] = state[6];
    state[6] = state[5];
    state[5] = state[4];
    state[4] = state[3] + first;
    state[3] = state[2];
    state[2] = state[1];
    state[1] = state[0];
    state[0] = first + of_a + majority;
}

static __attribute__((target("avx2"))) void hash_eight(const uint8_t (*blocks)[LKA_SHA256_BLOCK],
                                                       uint8_t (*digests)[32])
{
    lanes words[16];
    lanes state[8];
    load_words(blocks, words);
    for (size_t i = 0; i < 8; i++) {
        state[i] = (lanes){0} + lka_sha256_start[i];
    }
    for (size_t round = 0; round < 64; round++) {
        if (round >= 16) {
            extend(words, round);
        }
        one_round(state, &words[round % 16], lka_sha256_constants[round]);
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] += lka_sha256_start[i];
        for (size_t lane = 0; lane < LKA_SHA256_WIDEST; lane++) {
            uint32_t word = htobe32(state[i][lane]);
            memcpy(digests[lane] + 4 * i, &word, sizeof word);
        }
    }
}

const struct lka_sha256_form *lka_sha256_form_eight(void)
{
    static const struct lka_sha256_form form = {LKA_SHA256_WIDEST, hash_eight, NULL};
    __builtin_cpu_init();
    return lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") ? &form : NULL;
}

#else

const struct lka_sha256_form *lka_sha256_form_eight(void)
{
    return NULL;
}

#endif
