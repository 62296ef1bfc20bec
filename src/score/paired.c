#include "score/paired.h"

#include "base/random.h"

#include <stdlib.h>

/* What both models make of each seed: chance to be in each tier, placement. */
struct pair {
    double of[2][LKA_PAIRED_FIGURES];
};

/* The positives as one model ranks them, best first. */
struct ranked {
    uint32_t *pair;
    uint64_t *above; /* others that stand above */
};

struct drawing {
    const struct pair *pairs;
    size_t count;
    double *draws; /* by figure, LKA_PAIRED_DRAWS of each */
    struct ranked ranked[2];
    uint32_t *times; /* by pair, how often it was drawn; NULL: no average precision */
    double *precision_draws;
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

/* Of positives that count so many times each, the others once. */
static double average_precision(const struct drawing *drawing, size_t model)
{
    const struct ranked *ranked = &drawing->ranked[model];
    double positives = 0;
    double sum = 0;
    for (size_t i = 0; i < drawing->count; i++) {
        double times = drawing->times[ranked->pair[i]];
        positives += times;
        sum += times > 0 ? times * positives / (positives + (double)ranked->above[i]) : 0;
    }
    return sum / positives;
}

static void draw(const struct drawing *drawing, uint64_t seed)
{
    for (size_t d = 0; d < LKA_PAIRED_DRAWS; d++) {
        struct lka_random random = lka_random_start(lka_key(seed, "paired"), d);
        double sums[LKA_PAIRED_FIGURES] = {0};
        if (drawing->times) {
            memset(drawing->times, 0, drawing->count * sizeof *drawing->times);
        }
        for (size_t i = 0; i < drawing->count; i++) {
            size_t drawn = lka_random_below(&random, drawing->count);
            const struct pair *pair = &drawing->pairs[drawn];
            if (drawing->times) {
                drawing->times[drawn]++;
            }
            for (size_t f = 0; f < LKA_PAIRED_FIGURES; f++) {
                sums[f] += pair->of[0][f] - pair->of[1][f];
            }
        }
        for (size_t f = 0; f < LKA_PAIRED_FIGURES; f++) {
            drawing->draws[f * LKA_PAIRED_DRAWS + d] = sums[f] / (double)drawing->count;
        }
        if (drawing->times) {
            drawing->precision_draws[d] = average_precision(drawing, 0) - average_precision(drawing, 1);
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
    *pairing = (struct lka_pairing){0};
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

/* ---- by the truth ----------------------------------------------------------------------------- */

struct positive {
    uint64_t person;
    uint64_t place; /* among all rows, from 0 */
    uint32_t rank;  /* among the positives */
};

static int by_person(const void *a, const void *b)
{
    const struct positive *x = a;
    const struct positive *y = b;
    return (x->person > y->person) - (x->person < y->person);
}

static size_t count_positives(const struct lka_labelled *rows, size_t count)
{
    size_t positives = 0;
    for (size_t i = 0; i < count; i++) {
        positives += rows[i].label;
    }
    return positives;
}

/* One model's positives by person. */
static void list_positives(const struct lka_labelled *rows, size_t count, struct positive *positives)
{
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].label) {
            positives[found] = (struct positive){rows[i].person, i, found};
            found++;
        }
    }
    qsort(positives, found, sizeof *positives, by_person);
}

static void judge_found(const struct positive *positives, size_t count, size_t rows, size_t model, struct pair *pairs,
                        struct ranked *ranked)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t above = positives[i].place - positives[i].rank;
        for (size_t t = 0; t < LKA_TIERS; t++) {
            pairs[i].of[model][t] = positives[i].place < lka_tier_people(t, rows);
        }
        pairs[i].of[model][LKA_TIERS] = 1 - (double)above / (double)(rows - count);
        ranked->pair[positives[i].rank] = (uint32_t)i;
        ranked->above[positives[i].rank] = above;
    }
}

/* All that draws need, in a few allocations. */
struct found {
    struct positive *positives;
    struct pair *pairs;
    struct drawing drawing;
};

static lka_status found_init(struct found *found, size_t count, struct lka_error *error)
{
    struct drawing *drawing = &found->drawing;
    *found = (struct found){.drawing = {.count = count}};
    LKA_TRY(LKA_NEW(found->positives, 2 * count, error));
    LKA_TRY(LKA_NEW(found->pairs, count, error));
    LKA_TRY(LKA_NEW(drawing->draws, LKA_PAIRED_DRAWS * LKA_PAIRED_FIGURES, error));
    LKA_TRY(LKA_NEW(drawing->precision_draws, LKA_PAIRED_DRAWS, error));
    LKA_TRY(LKA_NEW(drawing->times, count, error));
    for (size_t model = 0; model < 2; model++) {
        LKA_TRY(LKA_NEW(drawing->ranked[model].pair, count, error));
        LKA_TRY(LKA_NEW(drawing->ranked[model].above, count, error));
    }
    drawing->pairs = found->pairs;
    return LKA_OK;
}

static void found_release(struct found *found)
{
    struct drawing *drawing = &found->drawing;
    lka_free(found->positives);
    lka_free(found->pairs);
    lka_free(drawing->draws);
    lka_free(drawing->precision_draws);
    lka_free(drawing->times);
    for (size_t model = 0; model < 2; model++) {
        lka_free(drawing->ranked[model].pair);
        lka_free(drawing->ranked[model].above);
    }
}

static void conclude_precision(const struct drawing *drawing, struct lka_pairing *pairing)
{
    size_t tail = LKA_PAIRED_DRAWS / 40;
    for (size_t i = 0; i < drawing->count; i++) {
        drawing->times[i] = 1;
    }
    double first = average_precision(drawing, 0);
    double second = average_precision(drawing, 1);
    qsort(drawing->precision_draws, LKA_PAIRED_DRAWS, sizeof *drawing->precision_draws, by_number);
    pairing->by_truth = true;
    pairing->average_precision = (struct lka_difference){
        first,
        second,
        first - second,
        {drawing->precision_draws[tail - 1], drawing->precision_draws[LKA_PAIRED_DRAWS - tail]}};
}

static lka_status judge_both(const struct lka_labelled *const rows[2], const size_t counts[2], struct found *found,
                             struct lka_error *error)
{
    size_t count = found->drawing.count;
    struct positive *of[2] = {found->positives, found->positives + count};
    bool same = counts[0] == counts[1] && count_positives(rows[1], counts[1]) == count;
    for (size_t model = 0; model < 2 && same; model++) {
        list_positives(rows[model], counts[model], of[model]);
        judge_found(of[model], count, counts[model], model, found->pairs, &found->drawing.ranked[model]);
    }
    for (size_t i = 0; i < count && same; i++) {
        same = of[0][i].person == of[1][i].person;
    }
    return same ? LKA_OK
                : lka_fail(error, LKA_DATA,
                           "the two models do not score the same people that the truth knows: rows that one of them "
                           "rejects cannot be compared");
}

lka_status lka_pair_found(const struct lka_labelled *const rows[2], const size_t counts[2], uint64_t seed,
                          struct lka_pairing *pairing, struct lka_error *error)
{
    struct found found;
    lka_status status = found_init(&found, count_positives(rows[0], counts[0]), error);
    *pairing = (struct lka_pairing){0};
    if (status == LKA_OK) {
        status = judge_both(rows, counts, &found, error);
    }
    if (status == LKA_OK) {
        draw(&found.drawing, seed);
        conclude(&found.drawing, pairing);
        conclude_precision(&found.drawing, pairing);
    }
    found_release(&found);
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
    json_t *json = json_pack("{s:I, s:i, s:o, s:o}", pairing->by_truth ? "positives" : "seeds",
                             (json_int_t)pairing->seeds, "draws", LKA_PAIRED_DRAWS, "auc",
                             difference_json(&pairing->figures[LKA_TIERS]), "tiers", tiers);
    if (json && pairing->by_truth &&
        json_object_set_new(json, "average_precision", difference_json(&pairing->average_precision)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
