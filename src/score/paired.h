/* score/paired.h: whether one model finds more of the same held-out seeds than another, in the same pool.
 *
 * Paired bootstrap (Efron, Tibshirani 1993): each draw takes as many seeds as there are, with repetition, with what
 * both models make of each; the pool is taken as it is, since it is far larger. The intervals are the 2.5th and 97.5th
 * percentiles of the differences, first model - second.
 */
#ifndef LKA_SCORE_PAIRED_H
#define LKA_SCORE_PAIRED_H

#include "score/collected.h"

enum { LKA_PAIRED_DRAWS = 1000, LKA_PAIRED_FIGURES = LKA_TIERS + 1 };

struct lka_difference {
    double first;
    double second;
    double difference;
    struct lka_interval interval;
};

struct lka_pairing {
    uint64_t seeds;
    struct lka_difference figures[LKA_PAIRED_FIGURES]; /* recall by tier, then AUC */
    bool by_truth;
    struct lka_difference average_precision; /* by the truth alone */
};

/* Seeds and pool as each model scored them: the same people in the same order, or LKA_DATA. */
lka_status lka_pair(const struct lka_collected seeds[2], const struct lka_collected pool[2], uint64_t seed,
                    struct lka_pairing *pairing, struct lka_error *error);

/* The same by the truth: draws of the pool's positives, the others being as they are; their average precision, too. The
 * rows of each model are sorted best first (lka_rank_inside); LKA_DATA where they are not the same people. */
lka_status lka_pair_found(const struct lka_labelled *const rows[2], const size_t counts[2], uint64_t seed,
                          struct lka_pairing *pairing, struct lka_error *error);

/* {"seeds", "draws", "auc", "tiers"}, by the truth "average_precision", too: of each figure "this", "other",
 * "difference", "interval". */
json_t *lka_pairing_json(const struct lka_pairing *pairing);

#endif
