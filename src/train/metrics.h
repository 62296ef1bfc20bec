/* train/metrics.h: how well a ranking finds the positives. Shares, counts and intervals as the manual's chapter
 * "What the numbers mean" defines them.
 *
 * `positive` and `other` are scores of held-out positives and of the pool they are looked for in. Ties count half.
 */
#ifndef LKA_TRAIN_METRICS_H
#define LKA_TRAIN_METRICS_H

#include "base/error.h"
#include "base/interval.h"

#include <jansson.h>

/* The shares of the pool that are reported: 1, 2, 5, 10%. */
enum { LKA_TIERS = 4 };
extern const double lka_tier_share[LKA_TIERS];

struct lka_tier {
    uint64_t people;                     /* of the pool in the tier: the share, rounded up */
    double recall;                       /* share of the positives that score above the pool's last in the tier */
    struct lka_interval recall_interval; /* Wilson */
    double lift;                         /* recall over the tier's exact share */
    struct lka_interval lift_interval;
};

struct lka_ranking {
    uint64_t positives;
    uint64_t others;
    double auc;                       /* P(a positive scores above one of the pool), ties half */
    struct lka_interval auc_interval; /* DeLong, DeLong, Clarke-Pearson 1988 */
    struct lka_tier tiers[LKA_TIERS];
};

/* Positives against a pool that they are not part of: each positive is looked up among the pool's scores. Sorts both
 * arrays in place. */
lka_status lka_rank_outside(double *positive, uint64_t positives, double *other, uint64_t others,
                            struct lka_ranking *ranking, struct lka_error *error);

/* The same of one positive, `sorted` being the pool's scores, ascending: the share of the pool that it scores above,
 * ties half; and the chance that it comes within the first `people` places, where it ties with the last of them. */
double lka_placement(double score, const double *sorted, uint64_t count);
double lka_tier_chance(double score, const double *sorted, uint64_t count, uint64_t people);

/* The people of a tier: its share of the pool, rounded up. */
uint64_t lka_tier_people(size_t tier, uint64_t pool);

/* Rows of label 1 among all rows, each counting its weight: with weights of one over the chance to be in the data at
 * all, what the figures would be without that selection (Jain, Prabhu, Varma 2017). Tiers are shares of the weight; the
 * intervals count as many positives as the weights are worth (Kish 1965). LKA_DATA without weight in a class. */
lka_status lka_rank_weighted(const double *scores, const uint8_t *label, const double *weight, uint64_t count,
                             struct lka_ranking *ranking, struct lka_error *error);

/* The positives are themselves in the pool (hidden ones, known by truth): the top of the ranking of all. Also average
 * precision (ties: expected value over their orders is approximated by the order given by a stable sort on score, then
 * on `order`). */
struct lka_labelled {
    double score;
    uint64_t order; /* breaks ties */
    bool label;
    uint64_t person; /* a hash of the id: who it is where two models score one pool */
};
struct lka_truth {
    struct lka_ranking ranking;
    double average_precision;
    double random_average_precision; /* the share of positives */
};
/* Sorts `rows` in place, best first. LKA_DATA without a positive, or without another row. */
lka_status lka_rank_inside(struct lka_labelled *rows, uint64_t count, struct lka_truth *truth, struct lka_error *error);

/* [{"share", "people", "recall", "recall_interval", "lift", "lift_interval"}]: NULL when memory is short. */
json_t *lka_tiers_json(const struct lka_ranking *ranking);
/* {"auc", "auc_interval", "positives", "others", "tiers"} */
json_t *lka_ranking_json(const struct lka_ranking *ranking);

#endif
