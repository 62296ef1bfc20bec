/* score/ranked.h: the ranked audience as CSV: which columns it has, and its rows. */
#ifndef LKA_SCORE_RANKED_H
#define LKA_SCORE_RANKED_H

#include "base/hash.h"
#include "score/binding.h"
#include "source/output.h"

/* A column that is carried from the pool. */
struct lka_carried {
    size_t column; /* of the schema */
    size_t cell;   /* of a block */
    bool hashed;   /* written as <name>_sha256 of the plain form of its value */
};

struct lka_ranked {
    struct lka_carried *carried;
    size_t count;
    bool is_private; /* an identifier is among them */
    struct lka_output *output;
    struct lka_text text;  /* not written yet */
    struct lka_text plain; /* scratch */
    struct lka_digest *digest;
    uint64_t rows;
};

/* A row, ready but for the fields that were carried. */
struct lka_ranked_row {
    uint64_t rank;
    double score;
    const char *source;            /* "top", "explore", "both" */
    const struct lka_span *fields; /* the id, then the carried columns */
    struct lka_span reasons;       /* with | between; may be empty */
};

/* What all rows share. */
struct lka_ranked_total {
    uint64_t eligible;
    double explore_probability;
};

/* Decides the columns, selects them in `binding`, opens `path` and writes the header. The identifiers by role, then the
 * consents, then those of role keep, then `keep`; those in `hash` are hashed where they stand, else at the end.
 * LKA_USAGE for an unknown column, or for one whose name the output already has. */
lka_status lka_ranked_open(struct lka_ranked *ranked, const char *path, const struct lka_list *keep,
                           const struct lka_list *hash, struct lka_binding *binding, struct lka_error *error);

/* The id and the carried fields of a row of a block: ranked->count + 1 of them. */
void lka_ranked_fields(const struct lka_ranked *ranked, const struct lka_binding *binding, const struct lka_rows *rows,
                       size_t row, struct lka_span *fields);

lka_status lka_ranked_write(struct lka_ranked *ranked, const struct lka_ranked_row *row,
                            const struct lka_ranked_total *total, struct lka_error *error);

/* The last bytes; `hex`: the XXH3-128 of all of them. Then the output is ready for lka_ranked_commit. */
lka_status lka_ranked_finish(struct lka_ranked *ranked, char hex[33], struct lka_error *error);
lka_status lka_ranked_commit(struct lka_ranked *ranked, struct lka_error *error);
/* Abandons the output unless it was committed. */
void lka_ranked_release(struct lka_ranked *ranked);

/* 100 (1 - (rank - .5) / eligible), to 6 decimals. */
double lka_percentile(uint64_t rank, uint64_t eligible);
/* 1, 2, 5, 10 or 100: the smallest share in percent that holds the rank. */
int lka_tier_of(uint64_t rank, uint64_t eligible);

#endif
