/* score/selection.h: who is written: the first rows by score, and beside them a random sample of all eligible rows.
 *
 *   order      score descending, then the keyed hash of the id under the key "tie", then the id's bytes
 *   top        the first k
 *   explore    the m rows with the smallest keyed hashes under the key "explore", of all eligible ones: every row has
 *              the same probability, m / eligible, of being in it
 *   rank       among all eligible rows, also of those that only exploring brought in
 */
#ifndef LKA_SCORE_SELECTION_H
#define LKA_SCORE_SELECTION_H

#include "score/ranked.h"

struct lka_selection;

struct lka_selection_options {
    struct lka_amount top;
    struct lka_amount explore; /* {0}: none; a share is one of the top's size */
    uint64_t tie_key;
    uint64_t explore_key;
    size_t memory;         /* budget in bytes */
    const char *directory; /* for what does not fit; NULL: /tmp */
    size_t fields;         /* of a row: the id first */
    uint64_t most; /* no more rows will come; 0: not known. What cannot be in the share of so many is dropped. */
    bool again;    /* the rows can come a second time: what is most likely not in the share is dropped, too */
};

struct lka_selection_counts {
    uint64_t eligible;
    uint64_t top;      /* k */
    uint64_t explored; /* m; some of them may be in the top too */
};

/* Whether it is of use that the rows can come a second time. */
bool lka_selection_wants_again(struct lka_amount top, struct lka_amount explore);

lka_status lka_selection_new(const struct lka_selection_options *options, struct lka_selection **selection,
                             struct lka_error *error);
void lka_selection_free(struct lka_selection *selection); /* NULL is fine */

/* Counts eligible rows, in any order, and lists those for which lka_selection_add is wanted, ascending; returns how
 * many these are. No score is NaN or -0. */
size_t lka_selection_pick(struct lka_selection *selection, const double *scores, size_t count, uint32_t *picked);
/* Counts eligible rows that are known not to belong to the top. */
void lka_selection_pass(struct lka_selection *selection, uint64_t rows);
/* `fields` are copied. */
lka_status lka_selection_add(struct lka_selection *selection, double score, const struct lka_span *fields,
                             struct lka_error *error);

/* After the last row: whether some were dropped that may belong to the top. Then nothing has come so far, and the same
 * rows must come again. */
lka_status lka_selection_retry(struct lka_selection *selection, bool *again, struct lka_error *error);

/* Call once, after the last add; then the rows come by rank. LKA_DATA if more than `most` came, and too many. */
lka_status lka_selection_finish(struct lka_selection *selection, struct lka_selection_counts *counts,
                                struct lka_error *error);
/* `row->fields` are valid until the next call. *found is false at the end. */
lka_status lka_selection_next(struct lka_selection *selection, struct lka_ranked_row *row, bool *found,
                              struct lka_error *error);

#endif
