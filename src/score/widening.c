#include "score/widening.h"

#include "base/parameters.h"

/* Mean similarity of the first `people` places of the pool. */
static double mean_similarity(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
                              uint64_t people)
{
    double sum = 0;
    for (uint64_t i = 0; i < people; i++) {
        sum += lka_placement(pool[pool_count - 1 - i], seeds, seed_count);
    }
    return sum / (double)people;
}

static double hits_within(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
                          uint64_t people)
{
    double hits = 0;
    for (uint64_t i = 0; i < seed_count; i++) {
        hits += lka_tier_chance(seeds[i], pool, pool_count, people);
    }
    return hits;
}

void lka_widen(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
               struct lka_reach_step steps[LKA_REACHES])
{
    double before = 0;
    uint64_t people_before = 0;
    for (size_t r = 0; r < LKA_REACHES; r++) {
        double share = (double)(r + 1) / 100;
        uint64_t people = lka_amount_of((struct lka_amount){share, 0}, pool_count);
        double hits = hits_within(seeds, seed_count, pool, pool_count, people);
        double recall = hits / (double)seed_count;
        double added = (double)(people - people_before) / (double)pool_count;
        steps[r] = (struct lka_reach_step){
            .share = share,
            .people = people,
            .similarity = mean_similarity(seeds, seed_count, pool, pool_count, people),
            .similarity_last = lka_placement(pool[pool_count - people], seeds, seed_count),
            .recall = recall,
            .recall_interval = lka_wilson(hits, (double)seed_count),
            .lift = recall * (double)pool_count / (double)people,
            .slice_lift = added > 0 ? (recall - before) / added : 0,
        };
        before = recall;
        people_before = people;
    }
}

json_t *lka_widening_json(const struct lka_reach_step steps[LKA_REACHES])
{
    json_t *list = json_array();
    for (size_t r = 0; r < LKA_REACHES && list; r++) {
        const struct lka_reach_step *step = &steps[r];
        json_t *row = json_pack("{s:f, s:I, s:f, s:f, s:f, s:o, s:f, s:f}", "share", step->share, "people",
                                (json_int_t)step->people, "similarity", step->similarity, "similarity_last",
                                step->similarity_last, "recall", step->recall, "recall_interval",
                                lka_interval_json(step->recall_interval), "lift", step->lift, "slice_lift",
                                step->slice_lift);
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}
