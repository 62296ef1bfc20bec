#include "score/paired.h"

#include "base/random.h"

#include <stdlib.h>

/* What both models make of each seed: chance to be in each tier, placement. */
struct pair {
    double of[2][LKA_PAIRED_FIGURES];
};

struct drawing {
    const struct pair *pairs;
    size_t count;
    double *draws; /* by figure, LKA_PAIRED_DRAWS of each */
};

/* ---- the seeds -------------------------------------------------------------------------------- */

static lka_status check_people(const char *what, const struct lka_collected tables[2], struct lka_error *error)
{
    bool same = tables[0].count == tables[1].count;
    for (size_t i = 0; i < tables[0].count && same; i++) {
        same = tables[0].people[i] == tables[1].people[i];
    }
    return same ? LKA_OK
                : lka_fail(error, LKA_DATA,
                           "the two models do not score the same %s (%zu and %zu rows): rows that one of them rejects "
                           "cannot be compared",
                           what, tables[0].count, tables[1].count);
}

static void judge_seeds(const struct lka_collected *seeds, const double *sorted, uint64_t pool, size_t model,
                        struct pair *pairs)
{
    for (size_t i = 0; i < seeds->count; i++) {
        for (size_t t = 0; t < LKA_TIERS; t++) {
            pairs[i].of[model][t] = lka_tier_chance(seeds->scores[i], sorted, pool, lka_tier_people(t, pool));
        }
        pairs[i].of[model][LKA_TIERS] = lka_placement(seeds->scores[i], sorted, pool);
    }
}

static lka_status judge_all(const struct lka_collected seeds[2], const struct lka_collected pool[2], struct pair *pairs,
                            struct lka_error *error)
{
    for (size_t model = 0; model < 2; model++) {
        double *sorted = NULL;
        LKA_TRY(lka_collected_sorted(&pool[model], &sorted, error));
        judge_seeds(&seeds[model], sorted, pool[model].count, model, pairs);
        lka_free(sorted);
    }
    return LKA_OK;
}

/* ---- the draws -------------------------------------------------------------------------------- */

static void draw(const struct drawing *drawing, uint64_t seed)
{
    for (size_t d = 0; d < LKA_PAIRED_DRAWS; d++) {
        struct lka_random random = lka_random_start(lka_key(seed, "paired"), d);
        double sums[LKA_PAIRED_FIGURES] = {0};
        for (size_t i = 0; i < drawing->count; i++) {
            const struct pair *pair = &drawing->pairs[lka_random_below(&random, drawing->count)];
            for (size_t f = 0; f < LKA_PAIRED_FIGURES; f++) {
                sums[f] += pair->of[0][f] - pair->of[1][f];
            }
        }
        for (size_t f = 0; f < LKA_PAIRED_FIGURES; f++) {
            drawing->draws[f * LKA_PAIRED_DRAWS + d] = sums[f] / (double)drawing->count;
        }
    }
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void conclude(const struct drawing *drawing, struct lka_pairing *pairing)
{
    size_t tail = LKA_PAIRED_DRAWS / 40;
    pairing->seeds = drawing->count;
    for (size_t f = 0; f < LKA_PAIRED_FIGURES; f++) {
        double *draws = drawing->draws + f * LKA_PAIRED_DRAWS;
        double sum[2] = {0};
        for (size_t i = 0; i < drawing->count; i++) {
            sum[0] += drawing->pairs[i].of[0][f];
            sum[1] += drawing->pairs[i].of[1][f];
        }
        qsort(draws, LKA_PAIRED_DRAWS, sizeof *draws, by_number);
        double count = (double)drawing->count;
        pairing->figures[f] = (struct lka_difference){
            .first = sum[0] / count,
            .second = sum[1] / count,
            .difference = (sum[0] - sum[1]) / count,
            .interval = {draws[tail - 1], draws[LKA_PAIRED_DRAWS - tail]},
        };
    }
}

lka_status lka_pair(const struct lka_collected seeds[2], const struct lka_collected pool[2], uint64_t seed,
                    struct lka_pairing *pairing, struct lka_error *error)
{
    struct drawing drawing = {.count = seeds[0].count};
    struct pair *pairs = NULL;
    LKA_TRY(check_people("seeds", seeds, error));
    LKA_TRY(check_people("people of the pool", pool, error));
    lka_status status = LKA_NEW(pairs, drawing.count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(drawing.draws, LKA_PAIRED_DRAWS * LKA_PAIRED_FIGURES, error);
    }
    if (status == LKA_OK) {
        status = judge_all(seeds, pool, pairs, error);
    }
    if (status == LKA_OK) {
        drawing.pairs = pairs;
        draw(&drawing, seed);
        conclude(&drawing, pairing);
    }
    lka_free(pairs);
    lka_free(drawing.draws);
    return status;
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

static json_t *difference_json(const struct lka_difference *figure)
{
    return json_pack("{s:f, s:f, s:f, s:o}", "this", figure->first, "other", figure->second, "difference",
                     figure->difference, "interval", lka_interval_json(figure->interval));
}

json_t *lka_pairing_json(const struct lka_pairing *pairing)
{
    json_t *tiers = json_array();
    for (size_t t = 0; t < LKA_TIERS && tiers; t++) {
        json_t *row = difference_json(&pairing->figures[t]);
        json_t *tier = json_pack("{s:f, s:o}", "share", lka_tier_share[t], "recall", row);
        if (json_array_append_new(tiers, tier) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return json_pack("{s:I, s:i, s:o, s:o}", "seeds", (json_int_t)pairing->seeds, "draws", LKA_PAIRED_DRAWS, "auc",
                     difference_json(&pairing->figures[LKA_TIERS]), "tiers", tiers);
}
