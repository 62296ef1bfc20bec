/* campaign/assign.h: the draw: contacts come in an order of their own (a keyed hash of their id), and each is given one
 * of the paths that it can be reached by and that still have room under their cap and the budget.
 *
 * The probability that is recorded is that of the assignment given everything that was assigned before it: it is the
 * share by which the contact was drawn, among the paths that were open at its turn. (Sums of 1 / probability over those
 * who were assigned are so unbiased: each term's expectation, given the past, is 1.)
 */
#ifndef LKA_CAMPAIGN_ASSIGN_H
#define LKA_CAMPAIGN_ASSIGN_H

#include "campaign/answers.h"

struct lka_invited {
    struct lka_span id; /* unique */
    uint32_t segment;   /* of the answers */
    uint32_t paths;     /* mask of those that can reach the contact; not empty */
    /* Filled by lka_assign: */
    uint32_t path;        /* LKA_PATHS_MOST: none, nothing was open */
    uint32_t probability; /* millionths */
};

struct lka_assignment {
    const struct lka_paths *paths;
    const struct lka_answers *answers; /* fitted */
    double exploration;
    int64_t budget; /* millionths */
    uint64_t key;   /* of the draw */
    /* Filled: */
    uint64_t taken[LKA_PATHS_MOST];
    int64_t spent;
    uint64_t without_room; /* candidates whose paths were all closed */
};

/* Sorts the candidates into the order of the draw, and draws. */
lka_status lka_assign(struct lka_assignment *assignment, struct lka_invited *candidates, size_t count,
                      struct lka_error *error);

#endif
