/* score/collected.h: the scores of all rows of one table that may be ranked, in the order of the file. */
#ifndef LKA_SCORE_COLLECTED_H
#define LKA_SCORE_COLLECTED_H

#include "score/fairness.h"
#include "score/stability.h"
#include "score/truth.h"
#include "train/metrics.h"
#include "train/model.h"
#include "train/seeds.h"

/* What is scored by whom. */
struct lka_collecting {
    const struct lka_options *options; /* strict, threads, temporary, max-bad-rows, by key */
    const struct lka_model *model;
    struct lka_table *table;
    const struct lka_seed_set *seeds; /* left out of a pool */
    bool all_seeds;                   /* every row is one; of a CRM those reactivated */
    const struct lka_truth_map *truth;
    struct lka_protected *protected; /* whose groups are noted; NULL: nobody's */
    struct lka_stability *stability; /* that sees every row; NULL: none */
    const struct lka_session *session;
};

struct lka_collected {
    double *scores;
    uint64_t *people; /* a hash of each id: who is who where two models score one table */
    size_t count;
    size_t capacity;
    size_t people_capacity;
    struct lka_labelled *labelled; /* the rows that the truth knows */
    size_t labelled_count;
    size_t labelled_capacity;
    uint64_t unknown; /* rows that it does not know */
};

/* Reads the table to its end. */
lka_status lka_collect(const struct lka_collecting *collecting, struct lka_collected *collected,
                       struct lka_error *error);
void lka_collected_release(struct lka_collected *collected);

/* lka_rank_outside, leaving the order of the rows as it is. */
lka_status lka_collected_rank(const struct lka_collected *seeds, const struct lka_collected *pool,
                              struct lka_ranking *ranking, struct lka_error *error);

/* A copy of the scores, ascending. Free it. */
lka_status lka_collected_sorted(const struct lka_collected *collected, double **sorted, struct lka_error *error);

#endif
