/* train/learning.h: encoded rows ready to learn from, and fitting one model to some of them. */
#ifndef LKA_TRAIN_LEARNING_H
#define LKA_TRAIN_LEARNING_H

#include "features/plan.h"
#include "models/model_family.h"
#include "train/sample.h"

struct lka_learning {
    struct lka_block block; /* the seeds, then the pool's sample */
    struct lka_span *ids;   /* by row of the block; the bytes belong to the sample */
    uint8_t *label;         /* 1 for the seeds */
    size_t seeds;
    size_t pool;
    uint64_t seed;
    bool allow_examples;
    size_t threads;
    const struct lka_session *session;
};

/* Encodes a sample by a plan. A row that breaks the type of a column is rejected through its source.
 * LKA_DATA if fewer than 10 seeds or pool rows are left, or if all seeds are equal. */
lka_status lka_learning_init(struct lka_learning *learning, const struct lka_plan *plan, struct lka_sample *sample,
                             struct lka_source *seeds, struct lka_source *pool, struct lka_error *error);
void lka_learning_release(struct lka_learning *learning);

/* Fits one model to the rows picked (ascending). `stream` makes its random numbers its own. */
lka_status lka_learning_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                            const struct lka_options *options, const uint32_t *rows, size_t count, uint64_t stream,
                            struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error);

/* The rows whose fold under `key` is (`inside`) or is not `fold`, of the first `pool_limit` pool rows and all seeds.
 * `rows` has room for all; returns their number. */
size_t lka_learning_fold(const struct lka_learning *learning, uint64_t key, size_t folds, size_t fold, bool inside,
                         size_t pool_limit, uint32_t *rows);

#endif
