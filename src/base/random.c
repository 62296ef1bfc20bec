#include "base/random.h"

#include "base/elementary.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static const uint64_t GOLDEN = UINT64_C(0x9E3779B97F4A7C15);

struct lka_random lka_random_start(uint64_t key, uint64_t index)
{
    return (struct lka_random){mix(key + GOLDEN * mix(index + GOLDEN))};
}

uint64_t lka_random_next(struct lka_random *random)
{
    random->state += GOLDEN;
    return mix(random->state);
}

void lka_random_fill(struct lka_random *random, uint64_t *draws, size_t count)
{
    uint64_t state = random->state;
    for (size_t i = 0; i < count; i++) {
        state += GOLDEN;
        draws[i] = mix(state);
    }
    random->state = state;
}

double lka_random_uniform(struct lka_random *random)
{
    return (double)(lka_random_next(random) >> 11) * 0x1p-53;
}

double lka_random_normal(struct lka_random *random)
{
    /* Marsaglia's polar method; the second of the pair is dropped, which keeps the stream stateless. */
    for (;;) {
        double u = 2 * lka_random_uniform(random) - 1;
        double v = 2 * lka_random_uniform(random) - 1;
        double s = u * u + v * v;
        if (s > 0 && s < 1) {
            return u * sqrt(-2 * lka_log(s) / s);
        }
    }
}

uint64_t lka_random_below(struct lka_random *random, uint64_t bound)
{
    /* Lemire 2019: multiply, and reject the few values that would be drawn too often. */
    for (;;) {
        __extension__ unsigned __int128 product = (unsigned __int128)lka_random_next(random) * bound;
        uint64_t low = (uint64_t)product;
        if (low >= bound || low >= -bound % bound) {
            return (uint64_t)(product >> 64);
        }
    }
}

void lka_random_shuffle(struct lka_random *random, uint32_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)lka_random_below(random, i);
        uint32_t held = items[i - 1];
        items[i - 1] = items[j];
        items[j] = held;
    }
}
