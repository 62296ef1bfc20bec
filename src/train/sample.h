/* train/sample.h: what is learned from: every usable seed, and of the pool the rows with the smallest keyed hashes of
 * their ids. Both come out in the order of those hashes, so that the order of the files' rows changes nothing. */
#ifndef LKA_TRAIN_SAMPLE_H
#define LKA_TRAIN_SAMPLE_H

#include "source/source.h"
#include "table/rows.h"
#include "train/seeds.h"

#include <jansson.h>

struct lka_sample {
    struct lka_schema schema; /* the columns that both tables have, in the pool's order */
    struct lka_rows seeds;    /* cells: those columns, then the id */
    struct lka_rows pool;     /* the same */
    struct lka_seed_set *set;
    uint64_t threshold; /* a pool id whose hash under the sample key is at most this is in the sample */
    uint64_t seeds_read;
    uint64_t pool_read;
    uint64_t pool_eligible; /* rows that are no seeds and may be used */
    uint64_t seeds_without_consent;
    uint64_t pool_without_consent;
    uint64_t pool_seeds;   /* pool rows that are seeds */
    json_t *only_in_seeds; /* names of feature columns that the other table lacks */
    json_t *only_in_pool;
};

struct lka_sample_options {
    uint64_t size; /* pool rows at most */
    uint64_t seed;
    bool same_ids;
    bool strict;
    bool ids_unique;       /* known: no check */
    const char *temporary; /* where big intermediate files go; NULL: /tmp */
    uint64_t max_bad_rows; /* with it, rows that repeat an id are rejected: the sources must be open `twice` */
};

/* Both sources have their roles assigned and nothing selected. Reads both to the end. */
lka_status lka_sample_read(const struct lka_sample_options *options, struct lka_source *seeds,
                           const struct lka_schema *seeds_schema, struct lka_source *pool,
                           const struct lka_schema *pool_schema, const struct lka_session *session,
                           struct lka_sample *sample, struct lka_error *error);
void lka_sample_release(struct lka_sample *sample);

/* The id of a row of sample->seeds or sample->pool. */
static inline struct lka_span lka_sample_id(const struct lka_sample *sample, const struct lka_rows *rows, size_t row)
{
    return lka_cell(rows, sample->schema.count, row);
}

#endif
