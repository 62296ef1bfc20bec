#include "train/odds.h"

#include "base/elementary.h"
#include "base/hash.h"
#include "train/choose.h"
#include "train/members.h"

/* A penalty is told from another one by so many rows of each set; more only cost time. */
enum { FOLDS = 5, ROWS_TO_CHOOSE = 5000 };

/* ---- the two sets as something to learn from -------------------------------------------------- */

static void fill(struct lka_learning *own, const struct lka_learning *learning, const struct lka_odds_sets *sets,
                 size_t ones, size_t zeros, uint32_t *rows)
{
    for (size_t i = 0; i < ones + zeros; i++) {
        size_t from = i < ones ? i : sets->ones + (i - ones);
        rows[i] = sets->rows[from];
        own->ids[i] = learning->ids[rows[i]];
        own->label[i] = i < ones;
        own->weight[i] = sets->weight[from];
        own->judging[i] = sets->weight[from];
    }
    lka_block_gather(&own->block, &learning->block, rows, ones + zeros);
}

/* The first rows of each set, which come in the order of keyed hashes: a random part. */
static lka_status learning_of(const struct lka_learning *learning, const struct lka_odds_sets *sets, size_t most,
                              struct lka_learning *own, struct lka_error *error)
{
    size_t ones = sets->ones < most ? sets->ones : most;
    size_t zeros = sets->zeros < most ? sets->zeros : most;
    uint32_t *rows;
    *own = (struct lka_learning){.seeds = ones,
                                 .pool = zeros,
                                 .seed = lka_key(learning->seed, sets->purpose),
                                 .threads = learning->threads,
                                 .session = learning->session};
    LKA_TRY(LKA_NEW(rows, ones + zeros, error));
    lka_status status = lka_block_init(&own->block, learning->block.space, ones + zeros, error);
    status = status != LKA_OK ? status : LKA_NEW(own->ids, ones + zeros, error);
    status = status != LKA_OK ? status : LKA_NEW(own->label, ones + zeros, error);
    status = status != LKA_OK ? status : LKA_NEW(own->weight, ones + zeros, error);
    status = status != LKA_OK ? status : LKA_NEW(own->judging, ones + zeros, error);
    if (status == LKA_OK) {
        fill(own, learning, sets, ones, zeros, rows);
    } else {
        lka_learning_release(own);
    }
    lka_free(rows);
    return status;
}

/* ---- learning --------------------------------------------------------------------------------- */

static lka_status choose(const struct lka_learning *learning, const struct lka_odds_sets *sets,
                         struct lka_choice *choice, struct lka_error *error)
{
    struct lka_list none = {0};
    struct lka_choose_options options = {.family = "logistic", .set = &none, .folds = FOLDS, .repeats = 1};
    struct lka_learning part;
    LKA_TRY(learning_of(learning, sets, ROWS_TO_CHOOSE, &part, error));
    lka_status status = lka_choose(&part, &options, choice, error);
    lka_learning_release(&part);
    return status;
}

/* Scores are log odds for equal weights of both sets: their true ratio brings them back. */
static void add_ratio(const struct lka_odds_sets *sets, double *log_odds)
{
    double ones = 0;
    double zeros = 0;
    for (size_t i = 0; i < sets->ones + sets->zeros; i++) {
        *(i < sets->ones ? &ones : &zeros) += sets->weight[i];
    }
    double ratio = lka_log(ones) - lka_log(zeros);
    for (size_t i = 0; i < sets->ones + sets->zeros; i++) {
        log_odds[i] += ratio;
    }
}

static lka_status fit(const struct lka_learning *all, const struct lka_odds_sets *sets,
                      const struct lka_candidate *chosen, struct lka_odds *odds, struct lka_error *error)
{
    struct lka_model *model;
    size_t converged = 0;
    LKA_TRY(LKA_NEW(model, 1, error));
    lka_status status = lka_members_fit(all, chosen->family, chosen->options, FOLDS, model, &converged, error);
    if (status == LKA_OK) {
        status = lka_members_score(all, model, odds->log_odds, error);
    }
    lka_model_close(model);
    if (status == LKA_OK) {
        status = lka_rank_weighted(odds->log_odds, all->label, all->weight, all->block.count, &odds->ranking, error);
    }
    if (status == LKA_OK) {
        add_ratio(sets, odds->log_odds);
    }
    return status;
}

lka_status lka_odds_learn(const struct lka_learning *learning, const struct lka_odds_sets *sets, struct lka_odds *odds,
                          struct lka_error *error)
{
    struct lka_choice choice;
    struct lka_learning all;
    *odds = (struct lka_odds){0};
    LKA_TRY(choose(learning, sets, &choice, error));
    lka_status status = learning_of(learning, sets, SIZE_MAX, &all, error);
    if (status == LKA_OK) {
        status = LKA_NEW(odds->log_odds, sets->ones + sets->zeros, error);
        if (status == LKA_OK) {
            status = fit(&all, sets, &choice.candidates[choice.chosen], odds, error);
        }
        lka_learning_release(&all);
    }
    lka_choice_release(&choice);
    if (status != LKA_OK) {
        lka_odds_release(odds);
    }
    return status;
}

void lka_odds_release(struct lka_odds *odds)
{
    lka_free(odds->log_odds);
    *odds = (struct lka_odds){0};
}
