#include "train/curve.h"

#include "base/hash.h"
#include "base/threads.h"

#include <math.h>
#include <stdlib.h>

enum { FOLDS = 5, POOL_ROWS = 5000, FIRST_STREAM = 5000 };
static const double TIER = .05;

/* One fit and what it says: every held-out seed's place among the held-out others, 0 the last and 1 the first. */
struct trial {
    size_t trained;
    size_t count; /* held-out seeds; 0: nothing could be said */
    double *place;
};

struct curving {
    const struct lka_learning *learning;
    const struct lka_options *options;
    uint64_t key;
    struct trial trials[FOLDS][2]; /* of half the seeds, of all */
};

/* Keeps every other seed, which come in the order of a keyed hash, and everybody else. */
static size_t keep_half(const struct curving *curving, uint32_t *rows, size_t count)
{
    size_t kept = 0;
    size_t seeds = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        bool dropped = curving->learning->label[row] && seeds++ % 2;
        rows[kept] = row;
        kept += !dropped;
    }
    return kept;
}

static size_t seeds_of(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    size_t seeds = 0;
    while (seeds < count && learning->label[rows[seeds]]) {
        seeds++;
    }
    return seeds;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void place_seeds(double *scores, size_t seeds, size_t others, double *place)
{
    double *sorted = scores + seeds;
    qsort(sorted, others, sizeof *sorted, by_number);
    for (size_t i = 0; i < seeds; i++) {
        size_t below = 0;
        size_t high = others;
        while (below < high) {
            size_t middle = below + (high - below) / 2;
            if (sorted[middle] < scores[i]) {
                below = middle + 1;
            } else {
                high = middle;
            }
        }
        size_t equal = 0;
        while (below + equal < others && sorted[below + equal] == scores[i]) {
            equal++;
        }
        place[i] = ((double)below + (double)equal / 2) / (double)others;
    }
}

static lka_status judge(const struct curving *curving, const struct lka_family_model *model, const uint32_t *rows,
                        size_t count, struct trial *trial, struct lka_error *error)
{
    const struct lka_learning *learning = curving->learning;
    struct lka_block held_out = {0};
    struct lka_arena scratch = {0};
    double *scores = NULL;
    size_t seeds = seeds_of(learning, rows, count);
    lka_status status = lka_block_init(&held_out, learning->block.space, count, error);
    status = status != LKA_OK ? status : LKA_NEW(scores, count, error);
    status = status != LKA_OK ? status : LKA_NEW(trial->place, seeds, error);
    if (status == LKA_OK) {
        lka_block_gather(&held_out, &learning->block, rows, count);
        held_out.count = count;
        status = model->family->score_block(model, &held_out, &scratch, scores, error);
    }
    if (status == LKA_OK) {
        place_seeds(scores, seeds, count - seeds, trial->place);
        trial->count = seeds;
    }
    lka_free(scores);
    lka_arena_release(&scratch);
    lka_block_release(&held_out);
    return status;
}

/* A fold without seeds or without others says nothing, and so does a fit without two of each. */
static lka_status try_one(struct curving *curving, size_t fold, bool all, uint32_t *rows, uint32_t *held_out,
                          struct lka_error *error)
{
    const struct lka_learning *learning = curving->learning;
    struct trial *trial = &curving->trials[fold][all];
    size_t count = lka_learning_fold(learning, curving->key, FOLDS, fold, false, POOL_ROWS, rows);
    size_t judged = lka_learning_fold(learning, curving->key, FOLDS, fold, true, POOL_ROWS, held_out);
    count = all ? count : keep_half(curving, rows, count);
    trial->trained = seeds_of(learning, rows, count);
    size_t seeds = seeds_of(learning, held_out, judged);
    if (trial->trained < 2 || count - trial->trained < 2 || seeds == 0 || judged == seeds) {
        return LKA_OK;
    }
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    const struct lka_model_family *family = lka_family_find("centroid");
    LKA_TRY(lka_learning_fit(learning, family, curving->options, rows, count, FIRST_STREAM + 2 * fold + all, &model,
                             &info, error));
    lka_status status = judge(curving, model, held_out, judged, trial, error);
    family->free(model);
    return status;
}

static lka_status run_trial(void *context, size_t index, struct lka_error *error)
{
    struct curving *curving = context;
    uint32_t *rows;
    size_t room = curving->learning->block.count;
    LKA_TRY(LKA_NEW(rows, 2 * room, error));
    lka_status status = try_one(curving, index / 2, index % 2, rows, rows + room, error);
    lka_free(rows);
    return status;
}

/* ---- the two points --------------------------------------------------------------------------- */

static struct lka_curve_point point_of(const struct curving *curving, bool all)
{
    struct lka_curve_point point = {0};
    double count = 0;
    double hits = 0;
    for (size_t fold = 0; fold < FOLDS; fold++) {
        const struct trial *trial = &curving->trials[fold][all];
        point.seeds += (double)trial->trained / FOLDS;
        for (size_t i = 0; i < trial->count; i++) {
            point.auc += trial->place[i];
            hits += trial->place[i] >= 1 - TIER;
            count++;
        }
    }
    point.auc /= count;
    point.recall = hits / count;
    point.recall_interval = lka_wilson(hits, count);
    return point;
}

static void fill(const struct curving *curving, struct lka_curve *curve)
{
    double count = 0;
    double sum = 0;
    double squares = 0;
    curve->known = true;
    for (size_t fold = 0; fold < FOLDS; fold++) {
        const struct trial *half = &curving->trials[fold][0];
        const struct trial *all = &curving->trials[fold][1];
        curve->known = curve->known && half->count > 0 && all->count > 0;
        for (size_t i = 0; i < half->count && curve->known; i++) {
            double gain = all->place[i] - half->place[i];
            sum += gain;
            squares += gain * gain;
            count++;
        }
    }
    if (!curve->known) {
        return;
    }
    curve->half = point_of(curving, false);
    curve->all = point_of(curving, true);
    curve->gain = sum / count;
    double variance = count > 1 ? fmax(0, squares - sum * curve->gain) / (count - 1) : 1;
    double half_width = 1.959963984540054 * sqrt(variance / count);
    curve->gain_interval = (struct lka_interval){curve->gain - half_width, curve->gain + half_width};
}

lka_status lka_curve_measure(const struct lka_learning *learning, struct lka_curve *curve, struct lka_error *error)
{
    struct lka_options *options = NULL;
    struct curving curving = {.learning = learning, .key = lka_key(learning->seed, "curve")};
    *curve = (struct lka_curve){0};
    LKA_TRY(lka_options_new(lka_family_find("centroid")->params, &options, error));
    curving.options = options;
    lka_status status = lka_parallel(learning->threads, 2 * FOLDS, run_trial, &curving, error);
    if (status == LKA_OK) {
        fill(&curving, curve);
    }
    for (size_t fold = 0; fold < FOLDS; fold++) {
        lka_free(curving.trials[fold][0].place);
        lka_free(curving.trials[fold][1].place);
    }
    lka_options_free(options);
    return status;
}
