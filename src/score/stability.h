/* score/stability.h: how much of the top stays the same when some of the seeds are others.
 *
 * The cheap form: the members of a model learned from different folds, so that two of K share (K - 2) / (K - 1) of what
 * each saw. Each member alone ranks one sample of the pool; the tops of every two are compared (Jaccard: people in both
 * over people in either).
 */
#ifndef LKA_SCORE_STABILITY_H
#define LKA_SCORE_STABILITY_H

#include "train/model.h"

enum { LKA_STABILITY_SAMPLE = 1 << 17, LKA_STABILITY_TIERS = 2 };

/* The sample: the rows with the smallest keyed hashes, LKA_STABILITY_SAMPLE / 2 of them or more once there are so
 * many. */
struct lka_stability {
    const struct lka_model *model;
    size_t limit; /* rows kept at most; at least 4,096 */
    uint64_t threshold;
    uint64_t *people;
    double *scores; /* by row: one of each member */
    size_t count;
    struct lka_block block;
    double *block_scores;
    uint32_t *rows;
    struct lka_arena scratch;
};

lka_status lka_stability_init(struct lka_stability *stability, const struct lka_model *model, size_t limit,
                              struct lka_error *error);
void lka_stability_release(struct lka_stability *stability); /* {0} is fine */

/* `rows` of the block, `people` being a hash of each one's id. */
lka_status lka_stability_note(struct lka_stability *stability, const struct lka_block *block, const uint32_t *rows,
                              const uint64_t *people, size_t count, struct lka_error *error);

struct lka_stable_top {
    double share;
    double mean;  /* Jaccard, over all pairs of members */
    double least; /* of the pair that differs most */
};

/* The tops of 1% and 5%. */
lka_status lka_stability_compare(const struct lka_stability *stability, struct lka_stable_top tops[LKA_STABILITY_TIERS],
                                 struct lka_error *error);

/* {"members", "rows", "tiers": [{"share", "jaccard", "least"}]}; NULL when memory is short. */
json_t *lka_stability_json(const struct lka_stability *stability, const struct lka_stable_top *tops);

#endif
