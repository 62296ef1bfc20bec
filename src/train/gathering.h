/* train/gathering.h: of the rows that pass by, those with the smallest keyed hashes of their ids (bottom-k sampling):
 * the same whatever the order of the rows, in the order of the hashes. */
#ifndef LKA_TRAIN_GATHERING_H
#define LKA_TRAIN_GATHERING_H

#include "table/rows.h"

struct lka_gathering {
    uint64_t key;
    uint64_t limit;        /* rows to keep in the end */
    uint64_t threshold;    /* a row whose hash is above it is not kept; UINT64_MAX to begin with */
    struct lka_rows *rows; /* the caller's, of the columns of those that pass by */
    struct lka_hashed *hashes;
    size_t capacity;
};

lka_status lka_gathering_add(struct lka_gathering *gathering, const struct lka_rows *from, size_t row,
                             struct lka_span id, struct lka_error *error);
/* Puts `rows` into their order; `threshold` is then the largest hash that was kept, if one was not. */
lka_status lka_gathering_finish(struct lka_gathering *gathering, struct lka_error *error);
void lka_gathering_release(struct lka_gathering *gathering); /* all but the rows */

#endif
