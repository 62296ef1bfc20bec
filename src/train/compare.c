#include "train/compare.h"

#include "base/clock.h"
#include "base/elementary.h"
#include "base/hash.h"
#include "base/threads.h"
#include "train/metrics.h"

#include <math.h>

/* Pool rows that candidates are compared on: more add cost, and little precision, since the seeds are few. */
enum { FEWEST_TO_COMPARE = 10000, COMPARE_PER_SEED = 10 };

/* Of thousands of columns fewer rows are compared on, down to COMPARE_PER_SEED: hundreds of fits go over all cells. */
enum { CELLS_TO_COMPARE = 1 << 24 };

/* ---- one fit, one fold ------------------------------------------------------------------------ */

struct comparison {
    const struct lka_learning *learning;
    const struct lka_candidate *candidate;
    size_t folds;
    size_t first_run;
    size_t pool_limit;
};

/* What a held-out row counts for. */
static double judging_weight(const struct lka_learning *learning, uint32_t row)
{
    return learning->judging ? learning->judging[row] : 1;
}

/* Log odds for equal numbers of seeds and others. */
static double log_odds_of(const struct lka_candidate *candidate, double score)
{
    const struct lka_model_family *family = candidate->family;
    return family->log_odds ? family->log_odds(lka_options_values(candidate->options), score) : score;
}

/* Mean log loss of held-out rows whose scores tell log odds: `offset` brings the shares of the rows that were learned from
 * back. */
static double deviance_of(const struct comparison *comparison, const uint32_t *rows, const double *scores, size_t seeds,
                          size_t count, double offset)
{
    double sum = 0;
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        double odds = log_odds_of(comparison->candidate, scores[i]) + offset;
        double margin = i < seeds ? odds : -odds;
        double loss = margin > 0 ? lka_log(1 + lka_exp(-margin)) : lka_log(1 + lka_exp(margin)) - margin;
        double weight = judging_weight(comparison->learning, rows[i]);
        sum += weight * loss;
        total += weight;
    }
    return sum / total;
}

/* Seeds come first. Sorts the scores where rows have no weights. */
static lka_status rank(const struct lka_learning *learning, const uint32_t *rows, double *scores, size_t seeds,
                       size_t count, struct lka_ranking *ranking, struct lka_error *error)
{
    if (!learning->judging) {
        return lka_rank_outside(scores, seeds, scores + seeds, count - seeds, ranking, error);
    }
    double *weight;
    uint8_t *label = NULL;
    LKA_TRY(LKA_NEW(weight, count, error));
    lka_status status = LKA_NEW(label, count, error);
    if (status == LKA_OK) {
        for (size_t i = 0; i < count; i++) {
            weight[i] = learning->judging[rows[i]];
            label[i] = i < seeds;
        }
        status = lka_rank_weighted(scores, label, weight, count, ranking, error);
    }
    lka_free(label);
    lka_free(weight);
    return status;
}

/* Scores the rows of the fold and ranks its seeds among its others. */
static lka_status rank_fold(const struct comparison *comparison, const struct lka_family_model *model, double offset,
                            const uint32_t *rows, size_t count, struct lka_fold_result *result, struct lka_error *error)
{
    const struct lka_learning *learning = comparison->learning;
    struct lka_block block = {0};
    struct lka_arena scratch = {0};
    double *scores = NULL;
    size_t seeds = 0;
    while (seeds < count && learning->label[rows[seeds]]) {
        seeds++;
    }
    lka_status status = lka_block_init(&block, learning->block.space, count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(scores, count, error);
    }
    if (status == LKA_OK) {
        lka_block_gather(&block, &learning->block, rows, count);
        status = model->family->score_block(model, &block, &scratch, scores, error);
    }
    struct lka_ranking ranking;
    bool log_odds = lka_family_tells_log_odds(model);
    double deviance = status == LKA_OK && log_odds ? deviance_of(comparison, rows, scores, seeds, count, offset) : NAN;
    if (status == LKA_OK) {
        status = rank(learning, rows, scores, seeds, count, &ranking, error);
    }
    if (status == LKA_OK) {
        *result = (struct lka_fold_result){true, ranking.auc, ranking.tiers[0].recall, ranking.tiers[2].recall,
                                           deviance};
    }
    lka_free(scores);
    lka_arena_release(&scratch);
    lka_block_release(&block);
    return status;
}

/* Of the rows learned from, log of the seeds' judging weight over the others'. */
static double log_ratio(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    double sums[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        sums[learning->label[rows[i]]] += judging_weight(learning, rows[i]);
    }
    return lka_log(sums[1]) - lka_log(sums[0]);
}

static lka_status fit_and_rank(const struct comparison *comparison, uint64_t key, size_t run, uint32_t *rows,
                               struct lka_error *error)
{
    const struct lka_learning *learning = comparison->learning;
    const struct lka_candidate *candidate = comparison->candidate;
    size_t fold = run % comparison->folds;
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    size_t count = lka_learning_fold(learning, key, comparison->folds, fold, false, comparison->pool_limit, rows);
    LKA_TRY(lka_learning_fit(learning, candidate->family, candidate->options, rows, count, run, &model, &info, error));
    double offset = log_ratio(learning, rows, count);
    count = lka_learning_fold(learning, key, comparison->folds, fold, true, comparison->pool_limit, rows);
    lka_status status = rank_fold(comparison, model, offset, rows, count, &candidate->folds[run], error);
    candidate->family->free(model);
    return status;
}

/* A fold without a seed or without others, or that would leave fewer than 2 seeds to learn from, tells nothing. */
static bool fold_is_usable(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    size_t seeds = 0;
    double sums[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        seeds += learning->label[rows[i]];
        sums[learning->label[rows[i]]] += judging_weight(learning, rows[i]);
    }
    return sums[0] > 0 && sums[1] > 0 && learning->seeds - seeds >= 2;
}

static lka_status one_run(void *context, size_t index, struct lka_error *error)
{
    const struct comparison *comparison = context;
    size_t run = comparison->first_run + index;
    const struct lka_learning *learning = comparison->learning;
    uint32_t *rows;
    LKA_TRY(LKA_NEW(rows, learning->block.count, error));
    uint64_t key = lka_key(learning->seed, "choose") + run / comparison->folds;
    size_t count = lka_learning_fold(learning, key, comparison->folds, run % comparison->folds, true,
                                     comparison->pool_limit, rows);
    lka_status status = LKA_OK;
    if (fold_is_usable(learning, rows, count)) {
        status = fit_and_rank(comparison, key, run, rows, error);
    }
    lka_free(rows);
    return status;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static void summarise(struct lka_candidate *candidate, size_t runs)
{
    struct lka_fold_result *mean = &candidate->mean;
    double known = 0;
    *mean = (struct lka_fold_result){0};
    for (size_t r = 0; r < runs; r++) {
        const struct lka_fold_result *fold = &candidate->folds[r];
        if (fold->known) {
            known++;
            mean->auc += fold->auc;
            mean->recall_1 += fold->recall_1;
            mean->recall_5 += fold->recall_5;
            mean->deviance += fold->deviance;
        }
    }
    mean->known = known > 0;
    mean->auc /= fmax(known, 1);
    mean->recall_1 /= fmax(known, 1);
    mean->recall_5 /= fmax(known, 1);
    mean->deviance /= fmax(known, 1);
}

double lka_candidate_worth(const struct lka_candidate *candidate, const struct lka_fold_result *result)
{
    return (candidate->family->flags & LKA_FAMILY_LOG_ODDS) ? -result->deviance : result->auc;
}

/* Nadeau and Bengio: variance of the mean of J paired differences is (1/J + test/train) s^2, test/train = 1/(K - 1). */
void lka_candidate_fall_behind(struct lka_candidate *candidate, const struct lka_candidate *best, lka_measure measured,
                               size_t runs, size_t folds)
{
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (size_t r = 0; r < runs; r++) {
        if (best->folds[r].known && candidate->folds[r].known) {
            double off = measured(best, &best->folds[r]) - measured(candidate, &candidate->folds[r]);
            count++;
            sum += off;
            squares += off * off;
        }
    }
    candidate->behind = count > 0 ? sum / count : 0;
    double variance = count > 1 ? fmax(squares - count * candidate->behind * candidate->behind, 0) / (count - 1) : 0;
    candidate->standard_error = sqrt(variance * (1 / fmax(count, 1) + 1 / ((double)folds - 1)));
}

/* Runs `first` to before `end` of a candidate. */
static lka_status try_candidate(struct comparison *comparison, struct lka_candidate *candidate, size_t first,
                                size_t end, struct lka_error *error)
{
    comparison->candidate = candidate;
    comparison->first_run = first;
    candidate->fits += end - first;
    LKA_TRY(lka_parallel(comparison->learning->threads, end - first, one_run, comparison, error));
    summarise(candidate, end);
    return LKA_OK;
}

static bool is_late(const struct lka_compare_options *options)
{
    bool late = options->until > 0 && lka_seconds() > options->until;
    *options->cut = *options->cut || late;
    return late;
}

/* One repeat of a family's candidates from the first on, until two in a row are worse than the best. `best` is where the best
 * stands. */
static lka_status compare_family(struct comparison *comparison, const struct lka_compare_options *options,
                                 struct lka_candidate *candidates, size_t count, bool first_family, size_t *best,
                                 struct lka_error *error)
{
    const struct lka_session *session = comparison->learning->session;
    double highest = -INFINITY;
    size_t worse = 0;
    *best = count;
    for (size_t c = 0; c < count && worse < 2 && ((first_family && c == 0) || !is_late(options)); c++) {
        struct lka_candidate *candidate = &candidates[c];
        LKA_TRY(lka_step(session, "choose", c, count, error));
        LKA_TRY(LKA_NEW(candidate->folds, options->folds * options->repeats, error));
        LKA_TRY(try_candidate(comparison, candidate, 0, options->folds, error));
        double worth = lka_candidate_worth(candidate, &candidate->mean);
        worse = worth > highest ? 0 : worse + 1;
        *best = worth > highest ? c : *best;
        highest = worth > highest ? worth : highest;
    }
    return LKA_OK;
}

/* The other repeats of those that may still turn out to be the best. */
static lka_status repeat_family(struct comparison *comparison, const struct lka_compare_options *options,
                                struct lka_candidate *candidates, size_t count, size_t best, struct lka_error *error)
{
    const size_t folds = options->folds;
    for (size_t c = 0; c < count && options->repeats > 1 && best < count; c++) {
        struct lka_candidate *candidate = &candidates[c];
        if (!candidate->folds || is_late(options)) {
            continue;
        }
        lka_candidate_fall_behind(candidate, &candidates[best], lka_candidate_worth, folds, folds);
        if (candidate->behind <= 2 * candidate->standard_error) {
            LKA_TRY(try_candidate(comparison, candidate, folds, folds * options->repeats, error));
        }
    }
    return LKA_OK;
}

static size_t pool_to_compare(const struct lka_learning *learning)
{
    size_t features = learning->block.space->count;
    size_t by_seeds = learning->seeds * COMPARE_PER_SEED;
    size_t fewest = features * FEWEST_TO_COMPARE > CELLS_TO_COMPARE ? CELLS_TO_COMPARE / features : FEWEST_TO_COMPARE;
    return by_seeds > fewest ? by_seeds : fewest;
}

lka_status lka_compare(const struct lka_learning *learning, const struct lka_compare_options *options,
                       struct lka_candidate *candidates, size_t count, struct lka_error *error)
{
    struct comparison comparison = {.learning = learning, .folds = options->folds};
    comparison.pool_limit = pool_to_compare(learning);
    for (size_t first = 0; first < count;) {
        size_t end = first;
        size_t best;
        while (end < count && candidates[end].family == candidates[first].family) {
            end++;
        }
        LKA_TRY(compare_family(&comparison, options, candidates + first, end - first, first == 0, &best, error));
        LKA_TRY(repeat_family(&comparison, options, candidates + first, end - first, best, error));
        first = end;
    }
    return LKA_OK;
}
