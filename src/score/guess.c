#include "score/guess.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

enum { SAMPLE = 1 << 14, MARGIN = 64 };

/* Of a sample of 16,384 the count below a quantile of 1% has a deviation of 13. */
static const double FIRST_MARGIN = 1.5;
static const double SECOND_MARGIN = 1.25;

lka_status lka_guess_init(struct lka_guess *guess, double share, struct lka_error *error)
{
    *guess = (struct lka_guess){.share = share <= LKA_GUESS_MOST ? share : 0, .stride = 1, .wait = 1};
    return guess->share > 0 ? LKA_NEW(guess->keys, SAMPLE, error) : LKA_OK;
}

void lka_guess_release(struct lka_guess *guess)
{
    lka_free(guess->keys);
    *guess = (struct lka_guess){0};
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The sample is sorted: what is thinned out afterwards is thinned out evenly. */
static void set_threshold(struct lka_guess *guess, double margin)
{
    size_t rank = (size_t)(guess->share * margin * (double)guess->count) + MARGIN;
    guess->set = rank < guess->count;
    qsort(guess->keys, guess->count, sizeof *guess->keys, by_key);
    guess->threshold = guess->set ? guess->keys[rank] : UINT64_MAX;
    guess->within = rank + 1;
    while (guess->set && guess->within < guess->count && guess->keys[guess->within] == guess->threshold) {
        guess->within++;
    }
}

/* The first full sample has every key: the threshold's own rows are in it. */
static void thin_out(struct lka_guess *guess)
{
    if (guess->stride == 1 && !guess->again) {
        set_threshold(guess, FIRST_MARGIN);
    }
    for (size_t i = 0; i < SAMPLE / 2; i++) {
        guess->keys[i] = guess->keys[2 * i];
    }
    guess->count = SAMPLE / 2;
    guess->stride *= 2;
}

void lka_guess_keep(struct lka_guess *guess, uint64_t key)
{
    guess->wait = guess->stride;
    guess->keys[guess->count++] = key;
    if (guess->count == SAMPLE) {
        thin_out(guess);
        guess->wait = guess->stride;
    }
}

void lka_guess_retry(struct lka_guess *guess)
{
    if (guess->again) {
        guess->share = 0;
        guess->set = false;
        return;
    }
    set_threshold(guess, SECOND_MARGIN);
    guess->again = true;
    guess->within = 0;
}
