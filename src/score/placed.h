/* score/placed.h: rows by their scores, the best first. */
#ifndef LKA_SCORE_PLACED_H
#define LKA_SCORE_PLACED_H

#include <stddef.h>
#include <stdint.h>

struct lka_placed {
    double score;
    uint64_t person; /* breaks ties */
    size_t row;
};

void lka_placed_sort(struct lka_placed *placed, size_t count);

#endif
