/* score/scored.h: what a thread of the pipeline does with one block: encode, sort out, score. */
#ifndef LKA_SCORE_SCORED_H
#define LKA_SCORE_SCORED_H

#include "score/pipeline.h"

/* What a thread needs to work on a block. */
struct lka_bench {
    struct lka_arena scratch;
    struct lka_range_reader reader;
    uint64_t *histogram; /* eligible rows by feature and code; NULL: not wanted */
};
lka_status lka_bench_init(struct lka_bench *bench, const struct lka_pipeline *pipeline, struct lka_error *error);
void lka_bench_release(struct lka_bench *bench);

lka_status lka_scored_init(struct lka_scored *scored, const struct lka_pipeline *pipeline, struct lka_error *error);
void lka_scored_release(struct lka_scored *scored);

/* The rows are there; everything else follows. */
lka_status lka_scored_work(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_bench *bench,
                           struct lka_error *error);

/* Adds a block's rows to a histogram. `by` 1, or UINT64_MAX: to take back what was counted before, maybe in another
 * thread's histogram: the sum of all is right. */
void lka_scored_count(const struct lka_block *block, uint64_t by, uint64_t *histogram);

#endif
