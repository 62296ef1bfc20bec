/* score/pipeline.h: next, encode, score, deliver: the one path of scoring.
 *
 *     calling thread    cut ──► [ring of blocks] ──────────────────────► deliver, in the order of the file
 *     workers                    read, rows, encode, sort out, score
 *
 * What needs an order (rejections, the first error, duplicate ids, the top) happens in `deliver`, block after block in
 * the order of the file, so that nothing depends on how many threads there are. The calling thread scores too,
 * whenever it would have to wait. Blocks are ranges of the file (source/ranges.h) wherever that is possible.
 */
#ifndef LKA_SCORE_PIPELINE_H
#define LKA_SCORE_PIPELINE_H

#include "eligibility/eligibility.h"
#include "score/binding.h"
#include "source/ids.h"
#include "source/ranges.h"
#include "train/seeds.h"

struct lka_many;
struct lka_many_block;

enum lka_row_state {
    LKA_ROW_ELIGIBLE,
    LKA_ROW_NO_CONSENT,
    LKA_ROW_SEED,
    LKA_ROW_BARRED, /* not to be used for the platform that is asked about */
    LKA_ROW_REJECTED,
    LKA_ROW_BY_RULE /* of --where; only for explain, which looks at such rows */
};

/* A block that went through. */
struct lka_scored {
    struct lka_rows rows;
    uint8_t *state;         /* enum lka_row_state, by row */
    uint8_t *bars;          /* enum lka_bar, of those that are barred */
    uint32_t *eligible;     /* the rows that were scored, ascending */
    uint8_t *member;        /* of each of them: lka_model_member's */
    double *scores;         /* likewise; never NaN, never -0 */
    struct lka_block block; /* they, encoded */
    size_t eligible_count;
    struct lka_many_block *many;  /* what several models say; NULL: one model alone */
    struct lka_problems problems; /* of rows that could not be encoded */
};

struct lka_pipeline {
    struct lka_source *source; /* binding's columns are selected */
    const struct lka_model *model;
    const struct lka_many *many; /* several models at once (score/many.h); NULL: `model` alone */
    const struct lka_binding *binding;
    const struct lka_ids *ids;                 /* whose repetitions are rejected; NULL: none */
    const struct lka_seed_set *seeds;          /* NULL: none */
    const struct lka_eligibility *eligibility; /* NULL: nobody asks */
    bool all_seeds;                            /* every row is one */
    bool keep_seeds;                           /* they are eligible, and scored as seeds */
    size_t threads;                            /* at least 1 */
    size_t block_rows;
    const struct lka_session *session;
    const char *step;    /* for progress */
    uint64_t *histogram; /* eligible rows by feature and code are added here; NULL: not wanted */
    lka_status (*deliver)(void *user, const struct lka_scored *block, struct lka_error *error);
    void *user;
};

/* Reads the source to its end. */
lka_status lka_pipeline_run(const struct lka_pipeline *pipeline, struct lka_error *error);

/* Of every row of a block that came out of the pipeline, in order: rejects it through its source, with the reason, if
 * its state is rejected, else collects its id. */
lka_status lka_scored_account(const struct lka_scored *block, struct lka_ids *ids, struct lka_source *source,
                              const struct lka_binding *binding, struct lka_error *error);

/* Codes of all features together: the histogram's length. */
size_t lka_histogram_size(const struct lka_space *space);

#endif
