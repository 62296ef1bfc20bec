#include "train/members.h"

#include "base/threads.h"

enum { FOLD_KEYS = 16, FEWEST_TO_HALVE = 100 };

static void count_seeds(const struct lka_learning *learning, uint64_t key, size_t folds,
                        size_t counts[LKA_MOST_MEMBERS])
{
    memset(counts, 0, folds * sizeof *counts);
    for (size_t i = 0; i < learning->seeds; i++) {
        counts[lka_fold(key, learning->ids[i], folds)]++;
    }
}

/* The seeds in the fullest fold under a key. */
static size_t fullest_fold(const struct lka_learning *learning, uint64_t key, size_t folds)
{
    size_t counts[LKA_MOST_MEMBERS];
    size_t most = 0;
    count_seeds(learning, key, folds, counts);
    for (size_t f = 0; f < folds; f++) {
        most = counts[f] > most ? counts[f] : most;
    }
    return most;
}

size_t lka_members_without_seeds(const struct lka_learning *learning, const struct lka_model *model)
{
    size_t counts[LKA_MOST_MEMBERS];
    size_t without = 0;
    count_seeds(learning, model->fold_key, model->member_count, counts);
    for (size_t f = 0; f < model->member_count; f++) {
        without += counts[f] == 0;
    }
    return without;
}

static uint64_t even_fold_key(const struct lka_learning *learning, size_t folds)
{
    uint64_t first = lka_key(learning->seed, "fold");
    uint64_t best = first;
    size_t least = SIZE_MAX;
    for (uint64_t i = 0; i < FOLD_KEYS; i++) {
        size_t most = fullest_fold(learning, first + i, folds);
        if (most < least) {
            least = most;
            best = first + i;
        }
    }
    return best;
}

struct fitting {
    const struct lka_learning *learning;
    const struct lka_options *options;
    struct lka_model *model;
    bool converged[2 * LKA_MOST_MEMBERS * LKA_MOST_BAGS];
};

/* Every seed, and the half of the others that a bag draws. Returns how many there are. */
static size_t keep_half(const struct lka_learning *learning, size_t bag, uint32_t *rows, size_t count)
{
    uint64_t key = lka_key(learning->seed, "bag") + bag;
    size_t kept = 0;
    size_t seeds = 0;
    while (seeds < count && learning->label[rows[seeds]]) {
        seeds++;
    }
    if (count - seeds < FEWEST_TO_HALVE) {
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        if (i < seeds || lka_hash(key, learning->ids[rows[i]]) >> 63) {
            rows[kept++] = rows[i];
        }
    }
    return kept;
}

/* All seeds, and of the others those outside the fold. */
static size_t rows_for_the_pool(const struct lka_learning *learning, const struct lka_model *model, size_t fold,
                                uint32_t *rows)
{
    size_t count = learning->seeds;
    for (size_t i = 0; i < learning->seeds; i++) {
        rows[i] = (uint32_t)i;
    }
    for (size_t i = learning->seeds; i < learning->seeds + learning->pool; i++) {
        rows[count] = (uint32_t)i;
        count += lka_fold(model->fold_key, learning->ids[i], model->member_count) != fold;
    }
    return count;
}

static lka_status fit_member(void *context, size_t index, struct lka_error *error)
{
    struct fitting *fitting = context;
    const struct lka_learning *learning = fitting->learning;
    struct lka_model *model = fitting->model;
    size_t member = index / lka_model_bags(model);
    size_t bag = index % lka_model_bags(model);
    size_t fold = member % model->member_count;
    bool for_the_pool = model->seed_members > 0 && member < model->member_count;
    uint32_t *rows;
    LKA_TRY(LKA_NEW(rows, learning->block.count, error));
    struct lka_fit_info info = {0};
    size_t count = for_the_pool
                       ? rows_for_the_pool(learning, model, fold, rows)
                       : lka_learning_fold(learning, model->fold_key, model->member_count, fold, false, SIZE_MAX, rows);
    if (model->bags > 1) {
        count = keep_half(learning, bag, rows, count);
    }
    lka_status status = lka_learning_fit(learning, model->family, fitting->options, rows, count,
                                         1000 + fold + bag * LKA_MOST_MEMBERS, &model->members[index], &info, error);
    fitting->converged[index] = info.converged;
    lka_free(rows);
    return status;
}

/* One model a member, where the family can: then bags cost nothing any more. */
static lka_status join_bags(struct lka_model *model, struct lka_error *error)
{
    const struct lka_family_model *fits[LKA_MOST_BAGS];
    size_t bags = model->bags;
    for (size_t m = 0; m < model->member_count; m++) {
        struct lka_family_model *mean = NULL;
        for (size_t b = 0; b < bags; b++) {
            fits[b] = model->members[m * bags + b];
        }
        LKA_TRY(model->family->average(fits, bags, &mean, error));
        if (!mean) {
            return LKA_OK; /* the first says so for all: they have the same parameters */
        }
        for (size_t b = 0; b < bags; b++) {
            model->family->free(model->members[m * bags + b]);
            model->members[m * bags + b] = NULL;
        }
        model->members[m] = mean;
    }
    model->bags = 1;
    return LKA_OK;
}

size_t lka_members_fitted(const struct lka_learning *learning, const struct lka_model_family *family, size_t folds)
{
    bool from_both = family->flags & LKA_FAMILY_NEEDS_NEGATIVES;
    return family->average || !from_both || learning->given ? folds : 2 * folds;
}

static size_t count_converged(const struct fitting *fitting)
{
    size_t bags = fitting->model->bags;
    size_t members = fitting->model->member_count + fitting->model->seed_members;
    size_t converged = 0;
    for (size_t m = 0; m < members; m++) {
        bool all = true;
        for (size_t b = 0; b < bags; b++) {
            all = all && fitting->converged[m * bags + b];
        }
        converged += all;
    }
    return converged;
}

lka_status lka_members_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                           const struct lka_options *options, size_t folds, struct lka_model *model, size_t *converged,
                           struct lka_error *error)
{
    struct fitting fitting = {.learning = learning, .options = options, .model = model};
    model->family = family;
    model->member_count = folds;
    model->bags = learning->bags > 0 ? learning->bags : 1;
    model->seed_members = lka_members_fitted(learning, family, folds) - folds;
    model->fold_key = even_fold_key(learning, folds);
    LKA_TRY(lka_parallel(learning->threads, lka_model_fit_count(model), fit_member, &fitting, error));
    *converged = count_converged(&fitting);
    LKA_TRY(model->bags > 1 && family->average ? join_bags(model, error) : LKA_OK);
    return lka_model_average(model, error);
}

lka_status lka_members_score(const struct lka_learning *learning, const struct lka_model *model, double *scores,
                             struct lka_error *error)
{
    size_t count = learning->block.count;
    struct lka_arena scratch = {0};
    bool *seen;
    LKA_TRY(LKA_NEW(seen, count, error));
    memset(seen, true, count); /* the pool, too, by the members that hold seeds out */
    lka_status status = lka_model_score(model, &learning->block, learning->ids, seen, &scratch, scores, error);
    lka_free(seen);
    lka_arena_release(&scratch);
    return status;
}

/* Those reactivated among all that were reached, weighted; then among the prospects. */
static lka_status rank_contacts(const struct lka_learning *learning, double *scores, struct lka_held_out *held_out,
                                struct lka_error *error)
{
    LKA_TRY(lka_rank_weighted(scores, learning->label, learning->judging, learning->seeds + learning->pool,
                              &held_out->ranking, error));
    double *prospects = scores + learning->block.count - learning->prospects;
    return learning->prospects == 0
               ? LKA_OK
               : lka_rank_outside(scores, learning->seeds, prospects, learning->prospects, &held_out->in_pool, error);
}

lka_status lka_members_evaluate(const struct lka_learning *learning, const struct lka_model *model,
                                struct lka_held_out *held_out, struct lka_error *error)
{
    *held_out = (struct lka_held_out){0};
    double *scores;
    LKA_TRY(LKA_NEW(scores, learning->block.count, error));
    lka_status status = lka_members_score(learning, model, scores, error);
    if (status == LKA_OK && learning->given) {
        status = rank_contacts(learning, scores, held_out, error);
    } else if (status == LKA_OK) {
        status = lka_rank_outside(scores, learning->seeds, scores + learning->seeds, learning->pool, &held_out->ranking,
                                  error);
    }
    lka_free(scores);
    return status;
}
