/* score/guess.h: a threshold by which a row is most likely not among the best, guessed from the keys that came first,
 * and whether the guess was right: then what it dropped is not missed, and the best rows are exact.
 *
 * Keys ascend as scores descend (lka_score_key). The wanted share's quantile is taken of the first 16,384 keys, with a
 * wide margin; it stays the same, so that the rows not behind it can be counted. If at least as many as were wanted are
 * not behind it, nothing that it dropped could have been among them. Else, as when the best rows stand at the file's
 * end, the rows have to come again: the keys of the whole pass, of which every so many-th was kept, then give a better
 * threshold.
 */
#ifndef LKA_SCORE_GUESS_H
#define LKA_SCORE_GUESS_H

#include "lookalike/base.h"

#define LKA_GUESS_MOST .25 /* a larger share is not worth a threshold */

struct lka_guess {
    double share;   /* of the rows that is wanted; 0: nothing is guessed, every row is let through */
    uint64_t *keys; /* the sample */
    size_t count;
    uint64_t stride; /* one of so many keys is kept */
    uint64_t wait;   /* keys until the next one that is */
    bool set;        /* there is a threshold */
    uint64_t threshold;
    uint64_t within; /* keys that were not behind it */
    bool again;      /* this is the second pass */
};

lka_status lka_guess_init(struct lka_guess *guess, double share, struct lka_error *error);
void lka_guess_release(struct lka_guess *guess);

/* This key's turn to be kept has come. */
void lka_guess_keep(struct lka_guess *guess, uint64_t key);

/* Whether the row of this key is to be kept. */
static inline bool lka_guess_takes(struct lka_guess *guess, uint64_t key)
{
    bool takes = key <= guess->threshold || !guess->set;
    guess->within += guess->set && takes;
    if (guess->share > 0 && !guess->again && --guess->wait == 0) {
        lka_guess_keep(guess, key);
    }
    return takes;
}

/* Whether something that was dropped may be among the first `wanted`. */
static inline bool lka_guess_missed(const struct lka_guess *guess, uint64_t wanted)
{
    return guess->set && guess->within < wanted;
}

/* For the same rows again; what was kept is forgotten. A second miss leaves nothing to guess. */
void lka_guess_retry(struct lka_guess *guess);

#endif
