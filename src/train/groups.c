#include "train/groups.h"

#include "base/hash.h"
#include "table/information.h"
#include "table/kmeans.h"

#include <stdlib.h>

enum { MOST_SEEDS = 4000, MOST_CELLS = 4 << 20, FEWEST_WITH_VALUE = 10 };
static const double STRENGTH = .8;

struct grouping {
    const struct lka_learning *learning;
    struct lka_axes axes;
    struct lka_points all;     /* the seeds that are looked at */
    struct lka_points half[2]; /* every other one */
    uint32_t *rows;
    uint8_t *of; /* by seed: its group */
};

/* ---- points ----------------------------------------------------------------------------------- */

static size_t seeds_to_look_at(const struct lka_learning *learning)
{
    size_t most = MOST_CELLS / learning->block.space->count;
    most = most < MOST_SEEDS ? most : MOST_SEEDS;
    size_t seeds = learning->seeds < most ? learning->seeds : most;
    return seeds >= 2 * LKA_GROUP_FLOOR ? seeds : 0;
}

static lka_status make_points(struct grouping *grouping, size_t seeds, struct lka_error *error)
{
    const struct lka_block *block = &grouping->learning->block;
    size_t width = block->space->count;
    LKA_TRY(LKA_NEW(grouping->rows, seeds, error));
    LKA_TRY(LKA_NEW(grouping->of, seeds, error));
    LKA_TRY(lka_axes_init(&grouping->axes, block->space, error));
    LKA_TRY(lka_points_init(&grouping->all, seeds, width, error));
    LKA_TRY(lka_points_init(&grouping->half[0], seeds, width, error));
    LKA_TRY(lka_points_init(&grouping->half[1], seeds, width, error));
    for (size_t i = 0; i < seeds; i++) {
        grouping->rows[i] = (uint32_t)i;
    }
    lka_axes_learn(&grouping->axes, block, grouping->rows, seeds);
    lka_points_fill(&grouping->all, &grouping->axes, block, NULL, 0, seeds);
    for (size_t side = 0; side < 2; side++) {
        size_t count = 0;
        for (size_t i = side; i < seeds; i += 2) {
            grouping->rows[count++] = (uint32_t)i;
        }
        lka_points_fill(&grouping->half[side], &grouping->axes, block, grouping->rows, 0, count);
    }
    return LKA_OK;
}

static lka_status fit(const struct grouping *grouping, size_t count, const struct lka_points *points, uint64_t stream,
                      struct lka_kmeans *kmeans, struct lka_error *error)
{
    struct lka_random random = lka_random_start(lka_key(grouping->learning->seed, "groups") + count, stream);
    return lka_kmeans_fit(kmeans, count, grouping->axes.columns, points, &random, grouping->learning->session, error);
}

/* ---- how many --------------------------------------------------------------------------------- */

/* Of the pairs in one of `own`'s groups, the share that `other` holds together; of the worst group. */
static double strength_of(const struct lka_kmeans *own, const struct lka_kmeans *other, const struct lka_points *points)
{
    double together[LKA_GROUPS_MOST][LKA_GROUPS_MOST] = {0};
    double worst = 1;
    for (size_t i = 0; i < points->count; i++) {
        together[lka_kmeans_nearest(own, points, i)][lka_kmeans_nearest(other, points, i)]++;
    }
    for (size_t g = 0; g < own->count; g++) {
        double people = 0;
        double pairs = 0;
        for (size_t h = 0; h < other->count; h++) {
            people += together[g][h];
            pairs += together[g][h] * (together[g][h] - 1);
        }
        double strength = people > 1 ? pairs / (people * (people - 1)) : 0;
        worst = strength < worst ? strength : worst;
    }
    return worst;
}

static lka_status prediction_strength(const struct grouping *grouping, size_t count, double *strength,
                                      struct lka_error *error)
{
    struct lka_kmeans halves[2];
    LKA_TRY(fit(grouping, count, &grouping->half[0], 1, &halves[0], error));
    lka_status status = fit(grouping, count, &grouping->half[1], 2, &halves[1], error);
    if (status == LKA_OK) {
        double first = strength_of(&halves[0], &halves[1], &grouping->half[0]);
        double second = strength_of(&halves[1], &halves[0], &grouping->half[1]);
        *strength = first < second ? first : second;
        lka_kmeans_release(&halves[1]);
    }
    lka_kmeans_release(&halves[0]);
    return status;
}

/* ---- what they are like ----------------------------------------------------------------------- */

/* Rows by code: of the group, of the other seeds. */
static void count_codes(const struct grouping *grouping, size_t group, size_t feature, double *const counts[2])
{
    size_t codes = grouping->learning->block.space->features[feature].codes;
    const uint16_t *code = lka_block_codes(&grouping->learning->block, feature);
    memset(counts[0], 0, codes * sizeof *counts[0]);
    memset(counts[1], 0, codes * sizeof *counts[1]);
    for (size_t i = 0; i < grouping->all.count; i++) {
        counts[grouping->of[i] != group][code[i]]++;
    }
}

/* The code that half of those who have a value are at or below; 0 if nobody has one. */
static uint16_t median_code(const double *first, const double *second, size_t codes)
{
    double people = 0;
    double passed = 0;
    for (size_t c = 1; c < codes; c++) {
        people += first[c] + (second ? second[c] : 0);
    }
    for (size_t c = 1; c < codes; c++) {
        passed += first[c] + (second ? second[c] : 0);
        if (people > 0 && 2 * passed >= people) {
            return (uint16_t)c;
        }
    }
    return 0;
}

/* False if there is nothing that at least 10 of the group have more often than others. */
static bool trait_of(const struct grouping *grouping, const struct lka_seed_group *group, size_t feature,
                     double *const counts[2], struct lka_trait *trait)
{
    const struct lka_feature *of = &grouping->learning->block.space->features[feature];
    double people = (double)group->people;
    double all = (double)grouping->all.count;
    *trait = (struct lka_trait){.feature = feature};
    if (of->kind == LKA_FEATURE_NUMBER) {
        trait->code = median_code(counts[0], NULL, of->codes);
        trait->code_all = median_code(counts[0], counts[1], of->codes);
        return trait->code != trait->code_all && trait->code != 0;
    }
    for (size_t c = 0; c < of->codes; c++) {
        double share = counts[0][c] / people;
        double share_all = (counts[0][c] + counts[1][c]) / all;
        if (counts[0][c] >= FEWEST_WITH_VALUE && share - share_all > trait->share - trait->share_all) {
            trait->code = (uint16_t)c;
            trait->share = share;
            trait->share_all = share_all;
        }
    }
    return trait->share > trait->share_all;
}

/* Keeps the traits that tell most, of one column the most telling alone. `worth` is by place. */
static void keep_trait(const struct grouping *grouping, struct lka_seed_group *group, double worth[LKA_GROUP_LIKE + 1],
                       double value, const struct lka_trait *trait)
{
    const struct lka_feature *features = grouping->learning->block.space->features;
    size_t at = 0;
    for (; at < group->trait_count; at++) {
        if (features[group->traits[at].feature].column == features[trait->feature].column) {
            break;
        }
    }
    bool has_column = at < group->trait_count;
    if (has_column && worth[at] >= value) {
        return;
    }
    if (!has_column && at == LKA_GROUP_LIKE) {
        at--;
        if (worth[at] >= value) {
            return;
        }
    }
    group->trait_count += !has_column && group->trait_count < LKA_GROUP_LIKE;
    for (; at > 0 && worth[at - 1] < value; at--) {
        group->traits[at] = group->traits[at - 1];
        worth[at] = worth[at - 1];
    }
    group->traits[at] = *trait;
    worth[at] = value;
}

static lka_status describe(const struct grouping *grouping, size_t number, struct lka_seed_group *group,
                           struct lka_error *error)
{
    const struct lka_space *space = grouping->learning->block.space;
    double worth[LKA_GROUP_LIKE + 1] = {0};
    size_t most = 0;
    double *counts[2];
    for (size_t f = 0; f < space->count; f++) {
        most = space->features[f].codes > most ? space->features[f].codes : most;
    }
    LKA_TRY(LKA_NEW(counts[0], 2 * most, error));
    counts[1] = counts[0] + most;
    for (size_t f = 0; f < space->count; f++) {
        struct lka_trait trait;
        count_codes(grouping, number, f, counts);
        double value =
            lka_information_of((const double *const[]){counts[0], counts[1]}, space->features[f].codes).value;
        if (value > 0 && trait_of(grouping, group, f, counts, &trait)) {
            keep_trait(grouping, group, worth, value, &trait);
        }
    }
    lka_free(counts[0]);
    return LKA_OK;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static size_t assign(struct grouping *grouping, const struct lka_kmeans *kmeans, size_t people[LKA_GROUPS_MOST])
{
    size_t least = SIZE_MAX;
    memset(people, 0, LKA_GROUPS_MOST * sizeof *people);
    for (size_t i = 0; i < grouping->all.count; i++) {
        grouping->of[i] = (uint8_t)lka_kmeans_nearest(kmeans, &grouping->all, i);
        people[grouping->of[i]]++;
    }
    for (size_t g = 0; g < kmeans->count; g++) {
        least = people[g] < least ? people[g] : least;
    }
    return least;
}

static int largest_first(const void *a, const void *b)
{
    size_t x = ((const struct lka_seed_group *)a)->people;
    size_t y = ((const struct lka_seed_group *)b)->people;
    return (x < y) - (x > y);
}

/* Takes `count` groups if all of them have 100 people. */
static lka_status take(struct grouping *grouping, size_t count, struct lka_seed_groups *groups, struct lka_error *error)
{
    struct lka_kmeans kmeans;
    size_t people[LKA_GROUPS_MOST];
    LKA_TRY(fit(grouping, count, &grouping->all, 0, &kmeans, error));
    size_t least = assign(grouping, &kmeans, people);
    lka_kmeans_release(&kmeans);
    if (least < LKA_GROUP_FLOOR) {
        return LKA_OK;
    }
    groups->count = count;
    for (size_t g = 0; g < count; g++) {
        groups->groups[g] = (struct lka_seed_group){.people = people[g]};
        LKA_TRY(describe(grouping, g, &groups->groups[g], error));
    }
    qsort(groups->groups, count, sizeof *groups->groups, largest_first);
    return LKA_OK;
}

static lka_status find(struct grouping *grouping, struct lka_seed_groups *groups, struct lka_error *error)
{
    LKA_TRY(make_points(grouping, groups->looked_at, error));
    size_t most = groups->looked_at / LKA_GROUP_FLOOR;
    for (size_t k = most < LKA_GROUPS_MOST ? most : LKA_GROUPS_MOST; k > 1 && groups->count == 1; k--) {
        double strength = 0;
        LKA_TRY(prediction_strength(grouping, k, &strength, error));
        if (strength >= STRENGTH) {
            LKA_TRY(take(grouping, k, groups, error));
            groups->strength = groups->count == k ? strength : 1;
        }
    }
    return LKA_OK;
}

static void release(struct grouping *grouping)
{
    lka_axes_release(&grouping->axes);
    lka_points_release(&grouping->all);
    lka_points_release(&grouping->half[0]);
    lka_points_release(&grouping->half[1]);
    lka_free(grouping->rows);
    lka_free(grouping->of);
}

lka_status lka_seed_groups_find(const struct lka_learning *learning, struct lka_seed_groups *groups,
                                struct lka_error *error)
{
    struct grouping grouping = {.learning = learning};
    *groups = (struct lka_seed_groups){.looked_at = seeds_to_look_at(learning), .count = 1, .strength = 1};
    lka_status status = groups->looked_at > 0 ? find(&grouping, groups, error) : LKA_OK;
    release(&grouping);
    return status;
}
