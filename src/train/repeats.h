/* train/repeats.h: seeds that are there more than once: the same person under two ids, or rows that are equal in every
 * feature. */
#ifndef LKA_TRAIN_REPEATS_H
#define LKA_TRAIN_REPEATS_H

#include "train/learning.h"

struct lka_repeats {
    bool has_identity;     /* a column of e-mails is there to tell by */
    size_t identities;     /* seeds whose normalised e-mail another seed before them has */
    size_t rows;           /* seeds whose features another seed before them has */
    size_t rows_of_others; /* the same of as many of the others as there are seeds, or of all where there are fewer */
    size_t others;         /* so many of those were looked at */
};

lka_status lka_repeats_count(const struct lka_learning *learning, const struct lka_sample *sample,
                             struct lka_repeats *repeats, struct lka_error *error);

#endif
