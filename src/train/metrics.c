#include "train/metrics.h"

#include "base/memory.h"
#include "base/parameters.h"

#include <math.h>
#include <stdlib.h>

const double lka_tier_share[LKA_TIERS] = {.01, .02, .05, .10};

static const double Z95 = 1.959963984540054;

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* In an ascending array: how many lie below the value, and how many equal it. */
struct place {
    uint64_t below;
    uint64_t equal;
};

static struct place place_of(double value, const double *sorted, uint64_t count)
{
    uint64_t low = 0;
    uint64_t high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sorted[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint64_t below = low;
    high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (struct place){below, low - below};
}

double lka_placement(double score, const double *sorted, uint64_t count)
{
    struct place place = place_of(score, sorted, count);
    return ((double)place.below + (double)place.equal / 2) / (double)count;
}

double lka_tier_chance(double score, const double *sorted, uint64_t count, uint64_t people)
{
    struct place place = place_of(score, sorted, count);
    uint64_t above = count - place.below - place.equal;
    return above < people ? fmin(1, (double)(people - above) / (double)(place.equal + 1)) : 0;
}

uint64_t lka_tier_people(size_t tier, uint64_t pool)
{
    return lka_amount_of((struct lka_amount){lka_tier_share[tier], 0}, pool);
}

/* Mean and variance of the share of `sorted` that each value lies above. */
static void placements(const double *values, uint64_t count, const double *sorted, uint64_t others, double *mean,
                       double *variance)
{
    double sum = 0;
    double squares = 0;
    for (uint64_t i = 0; i < count; i++) {
        double share = lka_placement(values[i], sorted, others);
        sum += share;
        squares += share * share;
    }
    *mean = sum / (double)count;
    *variance = count > 1 ? fmax(0, (squares - sum * *mean) / (double)(count - 1)) : .25;
}

static void fill_auc(const double *positive, const double *other, struct lka_ranking *ranking)
{
    double reverse = 0;
    double over_positives = 0;
    double over_others = 0;
    placements(positive, ranking->positives, other, ranking->others, &ranking->auc, &over_positives);
    placements(other, ranking->others, positive, ranking->positives, &reverse, &over_others);
    double half = Z95 * sqrt(over_positives / (double)ranking->positives + over_others / (double)ranking->others);
    ranking->auc_interval = (struct lka_interval){fmax(0, ranking->auc - half), fmin(1, ranking->auc + half)};
}

static struct lka_tier tier_of(double hits, double positives, uint64_t people, uint64_t pool)
{
    double share = (double)people / (double)pool;
    struct lka_tier tier = {
        .people = people, .recall = hits / positives, .recall_interval = lka_wilson(hits, positives)};
    tier.lift = tier.recall / share;
    tier.lift_interval = (struct lka_interval){tier.recall_interval.low / share, tier.recall_interval.high / share};
    return tier;
}

/* How many positives come within the first `people` places of the pool; one that ties with the last place is there with
 * the chance that a random order of the tie gives it. */
static double hits_outside(const double *positive, uint64_t positives, const double *other, uint64_t others,
                           uint64_t people)
{
    double hits = 0;
    for (uint64_t i = 0; i < positives; i++) {
        hits += lka_tier_chance(positive[i], other, others, people);
    }
    return hits;
}

lka_status lka_rank_outside(double *positive, uint64_t positives, double *other, uint64_t others,
                            struct lka_ranking *ranking, struct lka_error *error)
{
    if (positives == 0 || others == 0) {
        return lka_fail(error, LKA_DATA, "a ranking needs seeds and pool rows; there are %llu and %llu",
                        (unsigned long long)positives, (unsigned long long)others);
    }
    *ranking = (struct lka_ranking){.positives = positives, .others = others};
    qsort(positive, positives, sizeof *positive, by_number);
    qsort(other, others, sizeof *other, by_number);
    fill_auc(positive, other, ranking);
    for (size_t t = 0; t < LKA_TIERS; t++) {
        uint64_t people = lka_tier_people(t, others);
        double hits = hits_outside(positive, positives, other, others, people);
        ranking->tiers[t] = tier_of(hits, (double)positives, people, others);
    }
    return LKA_OK;
}

/* ---- with the truth --------------------------------------------------------------------------- */

static int best_first(const void *a, const void *b)
{
    const struct lka_labelled *x = a;
    const struct lka_labelled *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

/* Area under the curve and its variance from the two groups taken apart. */
static lka_status auc_inside(const struct lka_labelled *rows, uint64_t count, struct lka_ranking *ranking,
                             struct lka_error *error)
{
    double *scores;
    LKA_TRY(LKA_NEW(scores, count, error));
    double *positive = scores;
    double *other = scores + ranking->positives;
    uint64_t p = ranking->positives;
    uint64_t o = ranking->others;
    for (uint64_t i = 0; i < count; i++) { /* best first, so each group is filled from its end */
        if (rows[i].label) {
            positive[--p] = rows[i].score;
        } else {
            other[--o] = rows[i].score;
        }
    }
    fill_auc(positive, other, ranking);
    lka_free(scores);
    return LKA_OK;
}

lka_status lka_rank_inside(struct lka_labelled *rows, uint64_t count, struct lka_truth *truth, struct lka_error *error)
{
    *truth = (struct lka_truth){0};
    struct lka_ranking *ranking = &truth->ranking;
    for (uint64_t i = 0; i < count; i++) {
        ranking->positives += rows[i].label;
    }
    ranking->others = count - ranking->positives;
    if (ranking->positives == 0 || ranking->others == 0) {
        return lka_fail(error, LKA_DATA,
                        "the truth needs rows of label 1 and of label 0 in the pool; it has %llu and %llu",
                        (unsigned long long)ranking->positives, (unsigned long long)ranking->others);
    }
    qsort(rows, count, sizeof *rows, best_first);
    uint64_t people[LKA_TIERS];
    for (size_t t = 0; t < LKA_TIERS; t++) {
        people[t] = lka_amount_of((struct lka_amount){lka_tier_share[t], 0}, count);
    }
    uint64_t hits = 0;
    double precisions = 0;
    for (uint64_t i = 0; i < count; i++) {
        hits += rows[i].label;
        precisions += rows[i].label ? (double)hits / (double)(i + 1) : 0;
        for (size_t t = 0; t < LKA_TIERS; t++) {
            if (people[t] == i + 1) {
                ranking->tiers[t] = tier_of((double)hits, (double)ranking->positives, i + 1, count);
            }
        }
    }
    truth->average_precision = precisions / (double)ranking->positives;
    truth->random_average_precision = (double)ranking->positives / (double)count;
    return auc_inside(rows, count, ranking, error);
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

json_t *lka_tiers_json(const struct lka_ranking *ranking)
{
    json_t *tiers = json_array();
    for (size_t t = 0; t < LKA_TIERS; t++) {
        const struct lka_tier *tier = &ranking->tiers[t];
        json_t *row = json_pack("{s:f, s:I, s:f, s:o, s:f, s:o}", "share", lka_tier_share[t], "people",
                                (json_int_t)tier->people, "recall", tier->recall, "recall_interval",
                                lka_interval_json(tier->recall_interval), "lift", tier->lift, "lift_interval",
                                lka_interval_json(tier->lift_interval));
        if (json_array_append_new(tiers, row) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return tiers;
}

json_t *lka_ranking_json(const struct lka_ranking *ranking)
{
    return json_pack("{s:I, s:I, s:f, s:o, s:o}", "positives", (json_int_t)ranking->positives, "others",
                     (json_int_t)ranking->others, "auc", ranking->auc, "auc_interval",
                     lka_interval_json(ranking->auc_interval), "tiers", lka_tiers_json(ranking));
}
