/* train/sample.h: what is learned from: every usable seed, and of the pool the rows with the smallest keyed hashes of
 * their ids. Both come out in the order of those hashes, so that the order of the files' rows changes nothing.
 *
 * With a CRM the seeds are the contacts that were reactivated; the others are, one after the other, the silent, the
 * unreached and the pool's sample, of each at most as many as are wanted. */
#ifndef LKA_TRAIN_SAMPLE_H
#define LKA_TRAIN_SAMPLE_H

#include "source/source.h"
#include "table/rows.h"
#include "train/crm.h"
#include "train/met.h"
#include "train/seeds.h"

#include <jansson.h>

struct lka_sample {
    struct lka_schema schema;          /* the columns that both tables have, in the pool's order */
    struct lka_rows seeds;             /* cells: those columns, then the id; then, with a CRM, those of `crm` */
    struct lka_rows pool;              /* the same; of the pool's rows a CRM's cells are empty */
    const struct lka_crm_columns *crm; /* borrowed; NULL: two files */
    uint64_t group_read[LKA_GROUPS];   /* contacts that may be used, by group */
    struct lka_seed_set *set;
    uint64_t threshold; /* a pool id whose hash under the sample key is at most this is in the sample; of a CRM alone
                         * every id may be */
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
    bool ids_unique;                   /* known: no check */
    const char *temporary;             /* where big intermediate files go; NULL: /tmp */
    const struct lka_crm_columns *crm; /* the seeds' table is a CRM; NULL: all of it are seeds */
    struct lka_met *met;               /* the workspace's word about people; NULL: it is not asked */
    uint64_t max_bad_rows; /* with it, rows that repeat an id are rejected: the sources must be open `twice` */
};

/* Both have their roles assigned and nothing selected. Without a pool (a CRM alone) `pool` is NULL. */
struct lka_sources {
    struct lka_source *seeds;
    const struct lka_schema *seeds_schema;
    struct lka_source *pool;
    const struct lka_schema *pool_schema;
};

/* Reads both to the end. */
lka_status lka_sample_read(const struct lka_sample_options *options, const struct lka_sources *sources,
                           const struct lka_session *session, struct lka_sample *sample, struct lka_error *error);
void lka_sample_release(struct lka_sample *sample);

/* The id of a row of sample->seeds or sample->pool. */
static inline struct lka_span lka_sample_id(const struct lka_sample *sample, const struct lka_rows *rows, size_t row)
{
    return lka_cell(rows, sample->schema.count, row);
}

/* With a CRM: whether the row is a contact, and not one of the pool's sample. */
static inline bool lka_sample_is_contact(const struct lka_sample *sample, const struct lka_rows *rows, size_t row)
{
    return sample->crm && lka_cell(rows, sample->schema.count + 1, row).length > 0;
}

/* The source that a row came from. */
static inline struct lka_source *lka_sample_source(const struct lka_sample *sample, const struct lka_sources *sources,
                                                   const struct lka_rows *rows, size_t row)
{
    return rows == &sample->seeds || lka_sample_is_contact(sample, rows, row) ? sources->seeds : sources->pool;
}

#endif
