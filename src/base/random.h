/* base/random.h: random numbers by counter: the i-th draw of a stream is a pure function of its key and
 * i, so that any thread can make any row. SplitMix64 (Steele, Lea, Flood 2014). Never rand(). */
#ifndef LKA_BASE_RANDOM_H
#define LKA_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct lka_random {
    uint64_t state;
};

/* The stream of a key; `index` picks an independent sub-stream (a row, a member). */
struct lka_random lka_random_start(uint64_t key, uint64_t index);
uint64_t lka_random_next(struct lka_random *random);
void lka_random_fill(struct lka_random *random, uint64_t *draws, size_t count); /* the next `count` of them */
double lka_random_uniform(struct lka_random *random);                           /* in [0, 1), 53 bits */
double lka_random_normal(struct lka_random *random);                            /* standard normal, by lka_log */
uint64_t lka_random_below(struct lka_random *random, uint64_t bound);           /* unbiased; bound > 0 */
void lka_random_shuffle(struct lka_random *random, uint32_t *items, size_t count);

#endif
