/* score/top.h: the first rows of a total order, exactly, for every order of arrival, in bounded memory.
 *
 * Candidates are kept in memory up to a budget. Beyond it they go, sorted, to a temporary file as runs, which are
 * merged in the end: an external merge sort. When the number of rows that are wanted is known in advance, what can no
 * longer be among them is dropped on arrival; when it is a share of a total of which no bound is known before the end,
 * nothing can be dropped (the rows still to come may all be worse, and then this one belongs to the share), so
 * everything is kept.
 *
 * Not thread-safe.
 */
#ifndef LKA_SCORE_TOP_H
#define LKA_SCORE_TOP_H

#include "base/elementary.h"
#include "base/error.h"
#include "base/text.h"

struct lka_top;

struct lka_top_options {
    uint64_t limit;        /* rows that will be asked for at most; 0: not known */
    size_t memory;         /* budget in bytes; one row may go beyond it */
    const char *directory; /* for the runs; NULL: /tmp */
    size_t fields;         /* of each row; the first is its id */
};

struct lka_top_row {
    uint64_t key;                  /* ascending */
    uint64_t tie;                  /* ascending among equal keys; then the id's bytes */
    const struct lka_span *fields; /* copied by add; from next: valid until the following call */
};

lka_status lka_top_new(const struct lka_top_options *options, struct lka_top **top, struct lka_error *error);
void lka_top_free(struct lka_top *top); /* NULL is fine */

lka_status lka_top_add(struct lka_top *top, const struct lka_top_row *row, struct lka_error *error);

/* Call once, after the last add; then the rows come in order, at most `limit` of them. *found is false at the end. */
lka_status lka_top_finish(struct lka_top *top, struct lka_error *error);
lka_status lka_top_next(struct lka_top *top, struct lka_top_row *row, bool *found, struct lka_error *error);

/* A key that ascends as the score descends, and back. Not for NaN; -0 must have become 0. */
static inline uint64_t lka_score_key(double score)
{
    uint64_t bits = lka_to_bits(score);
    uint64_t ascending = bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
    return ~ascending;
}

static inline double lka_key_score(uint64_t key)
{
    uint64_t ascending = ~key;
    return lka_from_bits(ascending >> 63 ? ascending & ~(UINT64_C(1) << 63) : ~ascending);
}

#endif
