/* campaign/answers.h: what earlier waves taught about who answers on which path, and the shares in which the next wave
 * tries the paths.
 *
 * A cell is a segment x path: contacts that were assigned there (trials) and came back (hits). Cells are shrunk twice:
 * a cell towards its path, a path towards the overall rate. With
 *
 *     m0      overall rate without the path's own trials, (hits + 1/2) / (trials + 1)
 *     k1, k2  how alike paths, and segments within a path, are: pseudo-trials, taken where the beta-binomial likelihood
 *             of the counts is highest (empirical Bayes: Carlin and Louis 2000, ch. 3)
 *
 * a path's prior is Beta with mean m0 and strength 1 / (1/k1 + 1/(trials + 1)): between-path variance plus what is
 * unknown about m0 itself (moments matched). Its posterior, without the cell's own trials, gives the cell's prior in
 * the same way with k2; the cell's own trials make the posterior. No prior is stronger than the evidence behind it.
 *
 * Thompson's rule (1933) takes a path with the probability that it is the best: the highest response for the money,
 * theta / cost. Here that probability is computed, not sampled (Scott 2010, "A modern Bayesian look at the multi-armed
 * bandit": randomised probability matching), by integrating the product of the paths' distribution functions. The
 * shares are then mixed with an even split (exploration), rounded to millionths that sum up to one million, and *these*
 * numbers are what a contact is assigned by: what is logged is the true probability, whatever the quadrature's error.
 */
#ifndef LKA_CAMPAIGN_ANSWERS_H
#define LKA_CAMPAIGN_ANSWERS_H

#include "campaign/paths.h"

enum { LKA_SHARES = 1000000 }; /* a probability in millionths */

struct lka_answers {
    size_t segments;
    size_t paths;
    uint64_t *trials; /* segments x paths; filled by the caller */
    uint64_t *hits;
    bool known;    /* there was a trial at all: else every split is even */
    double *alpha; /* segments x paths: the posterior, after lka_answers_fit */
    double *beta;
    double between_paths; /* k1, k2 */
    double between_segments;
};

lka_status lka_answers_init(struct lka_answers *answers, size_t segments, size_t paths, struct lka_error *error);
void lka_answers_release(struct lka_answers *answers);

/* The posteriors of all cells. */
void lka_answers_fit(struct lka_answers *answers);

/* The shares of the paths in `available` (a mask, not empty) for a contact of `segment`: shares[path] in millionths,
 * 0 for the others; they sum up to LKA_SHARES. exploration: 0 to 1, the part that is split evenly. LKA_MEMORY only. */
lka_status lka_answers_shares(const struct lka_answers *answers, size_t segment, uint32_t available,
                              const struct lka_paths *paths, double exploration, uint32_t shares[LKA_PATHS_MOST],
                              struct lka_error *error);

#endif
