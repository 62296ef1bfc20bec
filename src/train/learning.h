/* train/learning.h: encoded rows ready to learn from, and fitting one model to some of them. */
#ifndef LKA_TRAIN_LEARNING_H
#define LKA_TRAIN_LEARNING_H

#include "features/plan.h"
#include "models/model_family.h"
#include "train/sample.h"

/* Seeds, and others, that there must be. */
enum { LKA_FEWEST = 10 };

struct lka_learning {
    struct lka_block block; /* what is learned from: the seeds, then the others; with a CRM also those below */
    struct lka_span *ids;   /* by row of the block; the bytes belong to the sample */
    uint8_t *label;         /* 1 for the seeds */
    size_t seeds;           /* with a CRM those reactivated */
    size_t pool;            /* the others: the pool's sample; with a CRM the silent */
    size_t unreached;       /* rows behind them that are not learned from, but weights are: of a CRM the unreached, */
    size_t prospects;       /* then the pool's sample */
    double *given;          /* with a CRM, by row: the user's weight; else NULL */
    double stands_for[LKA_GROUPS]; /* contacts that a sampled one of the group stands for */
    double *weight;                /* what a row counts for, by row of the block; NULL: every row counts 1 */
    double *judging;               /* the same for held-out rows, by which candidates are compared */
    uint64_t later;                /* dates behind the day that their row is as of: missing */
    uint64_t seed;
    size_t bags; /* a member is the mean of so many fits (train/members.h); 0 is 1 */
    bool allow_examples;
    size_t threads;
    const struct lka_session *session;
};

/* Encodes a sample by a plan. A row that breaks the type of a column is rejected through its source.
 * LKA_DATA if fewer than 10 seeds or others are left, or if all seeds are equal. */
lka_status lka_learning_init(struct lka_learning *learning, const struct lka_plan *plan,
                             const struct lka_sample *sample, const struct lka_sources *sources,
                             struct lka_error *error);
void lka_learning_release(struct lka_learning *learning);

/* Fits one model to the rows picked (ascending). `stream` makes its random numbers its own. A family that takes no
 * weights learns from a draw of the rows by their weights (train/weights.h). */
lka_status lka_learning_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                            const struct lka_options *options, const uint32_t *rows, size_t count, uint64_t stream,
                            struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error);

/* The days that the rows of the sample are as of, for its plan and its encoding: NULL for two files. */
lka_status lka_sample_days(const struct lka_sample *sample, const struct lka_rows *rows, int64_t **days,
                           struct lka_error *error);

/* The rows whose fold under `key` is (`inside`) or is not `fold`, of the first `pool_limit` pool rows and all seeds.
 * `rows` has room for all; returns their number. */
size_t lka_learning_fold(const struct lka_learning *learning, uint64_t key, size_t folds, size_t fold, bool inside,
                         size_t pool_limit, uint32_t *rows);

#endif
