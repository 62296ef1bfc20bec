#include "train/choose.h"

#include "base/elementary.h"
#include "base/hash.h"
#include "base/threads.h"
#include "train/metrics.h"
#include "train/settings.h"

#include <math.h>
#include <stdio.h>

/* Under so many seeds a choice between families is mostly noise: the default is taken, and only its penalty is chosen. */
enum { SEEDS_TO_CHOOSE_FAMILIES = 200 };

/* Pool rows that candidates are compared on: more add cost, and little precision, since the seeds are few. */
enum { FEWEST_TO_COMPARE = 10000, COMPARE_PER_SEED = 10 };

/* ---- candidates ------------------------------------------------------------------------------- */

/* One "key=value[,key=value]". */
static lka_status apply_setting(struct lka_options *options, const char *setting, struct lka_error *error)
{
    while (*setting) {
        size_t length = strcspn(setting, ",");
        char pair[96];
        snprintf(pair, sizeof pair, "%.*s", (int)length, setting);
        char *equals = strchr(pair, '=');
        *equals = '\0';
        LKA_TRY(lka_options_set(options, pair, equals + 1, error));
        setting += length + (setting[length] == ',');
    }
    return LKA_OK;
}

static bool user_set_any(const struct lka_options *options, const char *setting)
{
    while (*setting) {
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)strcspn(setting, "="), setting);
        if (lka_options_given(options, key)) {
            return true;
        }
        setting += strcspn(setting, ",");
        setting += *setting == ',';
    }
    return false;
}

static lka_status add_candidate(struct lka_choice *choice, const struct lka_model_family *family,
                                const struct lka_list *set, const char *setting, struct lka_error *error)
{
    struct lka_candidate *grown = lka_resize(choice->candidates, choice->count + 1, sizeof *grown);
    if (!grown) {
        return lka_fail_memory(error, (choice->count + 1) * sizeof *grown);
    }
    choice->candidates = grown;
    struct lka_candidate *candidate = &grown[choice->count];
    *candidate = (struct lka_candidate){.family = family, .setting = setting};
    LKA_TRY(lka_options_new(family->params, &candidate->options, error));
    choice->count++;
    LKA_TRY(lka_settings_apply(set, family, candidate->options, error));
    if (*setting && user_set_any(candidate->options, setting)) {
        candidate->setting = "";
        return LKA_OK;
    }
    return apply_setting(candidate->options, setting, error);
}

/* A family's settings worth trying, or one candidate where the user decided. */
static lka_status add_family(struct lka_choice *choice, const struct lka_model_family *family,
                             const struct lka_list *set, struct lka_error *error)
{
    if (!family->search) {
        return add_candidate(choice, family, set, "", error);
    }
    for (const char *const *setting = family->search; *setting; setting++) {
        LKA_TRY(add_candidate(choice, family, set, *setting, error));
        if (choice->candidates[choice->count - 1].setting[0] == '\0') {
            break;
        }
    }
    return LKA_OK;
}

static lka_status list_candidates(const struct lka_learning *learning, const struct lka_choose_options *options,
                                  struct lka_choice *choice, struct lka_error *error)
{
    LKA_TRY(lka_settings_check(options->set, options->family, error));
    if (strcmp(options->family, "auto") != 0) {
        return add_family(choice, lka_family_find(options->family), options->set, error);
    }
    if (learning->seeds < SEEDS_TO_CHOOSE_FAMILIES) {
        return add_family(choice, lka_family_find("logistic"), options->set, error);
    }
    for (size_t i = 0; i < lka_family_count; i++) {
        LKA_TRY(add_family(choice, lka_families[i], options->set, error));
    }
    return LKA_OK;
}

/* ---- one fit, one fold ------------------------------------------------------------------------ */

struct comparison {
    const struct lka_learning *learning;
    const struct lka_choose_options *options;
    struct lka_choice *choice;
    size_t pool_limit;
};

/* Mean log loss of held-out rows whose scores are log odds for equal numbers of seeds and pool rows: `offset` brings the
 * shares of the rows that were learned from back. */
static double deviance_of(const double *scores, size_t seeds, size_t count, double offset)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double margin = i < seeds ? scores[i] + offset : -(scores[i] + offset);
        sum += margin > 0 ? lka_log(1 + lka_exp(-margin)) : lka_log(1 + lka_exp(margin)) - margin;
    }
    return sum / (double)count;
}

/* Scores the rows of the fold and ranks its seeds among its pool rows. */
static lka_status rank_fold(const struct lka_learning *learning, const struct lka_family_model *model, double offset,
                            const uint32_t *rows, size_t count, struct lka_fold_result *result,
                            struct lka_error *error)
{
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
    bool log_odds = (model->family->flags & LKA_FAMILY_LOG_ODDS) != 0;
    double deviance = status == LKA_OK && log_odds ? deviance_of(scores, seeds, count, offset) : NAN;
    if (status == LKA_OK) {
        status = lka_rank_outside(scores, seeds, scores + seeds, count - seeds, &ranking, error);
    }
    if (status == LKA_OK) {
        *result = (struct lka_fold_result){true, ranking.auc, ranking.tiers[0].recall, ranking.tiers[2].recall, deviance};
    }
    lka_free(scores);
    lka_arena_release(&scratch);
    lka_block_release(&block);
    return status;
}

static size_t count_seeds(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    size_t seeds = 0;
    for (size_t i = 0; i < count; i++) {
        seeds += learning->label[rows[i]];
    }
    return seeds;
}

static lka_status fit_and_rank(const struct comparison *comparison, const struct lka_candidate *candidate, size_t run,
                               uint32_t *rows, struct lka_fold_result *result, struct lka_error *error)
{
    const struct lka_learning *learning = comparison->learning;
    size_t folds = comparison->options->folds;
    size_t fold = run % folds;
    uint64_t key = lka_key(learning->seed, "choose") + run / folds;
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    size_t count = lka_learning_fold(learning, key, folds, fold, false, comparison->pool_limit, rows);
    LKA_TRY(lka_learning_fit(learning, candidate->family, candidate->options, rows, count, run, &model, &info, error));
    size_t seeds = count_seeds(learning, rows, count);
    double offset = lka_log((double)seeds) - lka_log((double)(count - seeds));
    count = lka_learning_fold(learning, key, folds, fold, true, comparison->pool_limit, rows);
    lka_status status = rank_fold(learning, model, offset, rows, count, result, error);
    candidate->family->free(model);
    return status;
}

/* A fold without a seed or without pool rows, or that would leave fewer than 2 seeds to learn from, tells nothing. */
static bool fold_is_usable(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    size_t seeds = count_seeds(learning, rows, count);
    return seeds > 0 && seeds < count && learning->seeds - seeds >= 2;
}

static lka_status compare_one(void *context, size_t index, struct lka_error *error)
{
    const struct comparison *comparison = context;
    const struct lka_learning *learning = comparison->learning;
    size_t run = index % comparison->choice->runs;
    const struct lka_candidate *candidate = &comparison->choice->candidates[index / comparison->choice->runs];
    size_t folds = comparison->options->folds;
    uint32_t *rows;
    LKA_TRY(LKA_NEW(rows, learning->block.count, error));
    uint64_t key = lka_key(learning->seed, "choose") + run / folds;
    size_t count = lka_learning_fold(learning, key, folds, run % folds, true, comparison->pool_limit, rows);
    lka_status status = LKA_OK;
    if (fold_is_usable(learning, rows, count)) {
        status = fit_and_rank(comparison, candidate, run, rows, &candidate->folds[run], error);
    }
    lka_free(rows);
    return status;
}

/* ---- the choice ------------------------------------------------------------------------------- */

static void summarise(struct lka_candidate *candidate, size_t runs)
{
    struct lka_fold_result *mean = &candidate->mean;
    double known = 0;
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

/* What candidates are compared by: more is better. */
typedef double (*measure)(const struct lka_fold_result *result);

static double by_auc(const struct lka_fold_result *result)
{
    return result->auc;
}

static double by_deviance(const struct lka_fold_result *result)
{
    return -result->deviance;
}

/* Nadeau and Bengio: variance of the mean of J paired differences is (1/J + test/train) s^2, test/train = 1/(K - 1). */
static void fall_behind(struct lka_candidate *candidate, const struct lka_candidate *best, measure measured,
                        size_t runs, size_t folds)
{
    double count = 0;
    double squares = 0;
    candidate->behind = measured(&best->mean) - measured(&candidate->mean);
    for (size_t r = 0; r < runs; r++) {
        if (best->folds[r].known && candidate->folds[r].known) {
            double off = measured(&best->folds[r]) - measured(&candidate->folds[r]) - candidate->behind;
            count++;
            squares += off * off;
        }
    }
    double variance = count > 1 ? squares / (count - 1) : 0;
    candidate->standard_error = sqrt(variance * (1 / fmax(count, 1) + 1 / ((double)folds - 1)));
}

/* Of the candidates listed, from the simplest, the first within one standard error of the best. */
static size_t simplest_of_the_best(struct lka_choice *choice, const size_t *listed, size_t count, measure measured,
                                   size_t folds)
{
    struct lka_candidate *candidates = choice->candidates;
    size_t best = listed[0];
    for (size_t i = 1; i < count; i++) {
        if (measured(&candidates[listed[i]].mean) > measured(&candidates[best].mean)) {
            best = listed[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        fall_behind(&candidates[listed[i]], &candidates[best], measured, choice->runs, folds);
    }
    size_t first = 0;
    while (listed[first] != best && candidates[listed[first]].behind > candidates[listed[first]].standard_error) {
        first++;
    }
    return listed[first];
}

/* The settings of the family that starts at `first`; returns where the next one starts. */
static size_t choose_setting(struct lka_choice *choice, size_t first, size_t *listed, size_t folds, size_t *chosen)
{
    const struct lka_model_family *family = choice->candidates[first].family;
    size_t end = first;
    for (; end < choice->count && choice->candidates[end].family == family; end++) {
        listed[end - first] = end;
    }
    measure measured = (family->flags & LKA_FAMILY_LOG_ODDS) ? by_deviance : by_auc;
    *chosen = simplest_of_the_best(choice, listed, end - first, measured, folds);
    return end;
}

static void tell_why(struct lka_choice *choice, size_t families, bool few_seeds)
{
    const struct lka_candidate *chosen = &choice->candidates[choice->chosen];
    const char *measured = (chosen->family->flags & LKA_FAMILY_LOG_ODDS) ? "deviance" : "AUC";
    if (families > 1) {
        snprintf(choice->why, sizeof choice->why,
                 "the simplest of %zu families within one standard error of the best held-out AUC; its setting by held-out %s",
                 families, measured);
    } else {
        snprintf(choice->why, sizeof choice->why,
                 "%s%zu settings compared by held-out %s, the simplest within one standard error of the best",
                 few_seeds ? "under 200 seeds the default family is taken; " : "", choice->count, measured);
    }
}

static void find_runner_up(struct lka_choice *choice, const size_t *winners, size_t families)
{
    for (size_t i = 0; i < families; i++) {
        const struct lka_candidate *candidate = &choice->candidates[winners[i]];
        if (winners[i] != choice->chosen &&
            (choice->runner_up == choice->count ||
             candidate->mean.auc > choice->candidates[choice->runner_up].mean.auc)) {
            choice->runner_up = winners[i];
            choice->close = candidate->behind <= candidate->standard_error;
        }
    }
}

static lka_status pick(struct lka_choice *choice, size_t folds, bool few_seeds, struct lka_error *error)
{
    size_t *listed;
    LKA_TRY(LKA_NEW(listed, 2 * choice->count, error));
    size_t *winners = listed + choice->count;
    size_t families = 0;
    for (size_t first = 0; first < choice->count; families++) {
        first = choose_setting(choice, first, listed, folds, &winners[families]);
    }
    choice->chosen = winners[0];
    if (families > 1) {
        choice->chosen = simplest_of_the_best(choice, winners, families, by_auc, folds);
        find_runner_up(choice, winners, families);
    }
    tell_why(choice, families, few_seeds);
    lka_free(listed);
    return LKA_OK;
}

static lka_status compare(const struct lka_learning *learning, const struct lka_choose_options *options,
                          struct lka_choice *choice, struct lka_error *error)
{
    struct comparison comparison = {.learning = learning, .options = options, .choice = choice};
    comparison.pool_limit = learning->seeds * COMPARE_PER_SEED;
    if (comparison.pool_limit < FEWEST_TO_COMPARE) {
        comparison.pool_limit = FEWEST_TO_COMPARE;
    }
    choice->runs = options->folds * options->repeats;
    for (size_t c = 0; c < choice->count; c++) {
        LKA_TRY(LKA_NEW(choice->candidates[c].folds, choice->runs, error));
    }
    LKA_TRY(lka_parallel(learning->threads, choice->count * choice->runs, compare_one, &comparison, error));
    for (size_t c = 0; c < choice->count; c++) {
        summarise(&choice->candidates[c], choice->runs);
    }
    bool few = strcmp(options->family, "auto") == 0 && learning->seeds < SEEDS_TO_CHOOSE_FAMILIES;
    return pick(choice, options->folds, few, error);
}

lka_status lka_choose(const struct lka_learning *learning, const struct lka_choose_options *options,
                      struct lka_choice *choice, struct lka_error *error)
{
    *choice = (struct lka_choice){0};
    lka_status status = list_candidates(learning, options, choice, error);
    choice->runner_up = choice->count;
    if (status == LKA_OK && choice->count > 1) {
        status = compare(learning, options, choice, error);
    } else if (status == LKA_OK) {
        snprintf(choice->why, sizeof choice->why, "given");
    }
    if (status != LKA_OK) {
        lka_choice_release(choice);
    }
    return status;
}

void lka_choice_release(struct lka_choice *choice)
{
    for (size_t c = 0; c < choice->count; c++) {
        lka_options_free(choice->candidates[c].options);
        lka_free(choice->candidates[c].folds);
    }
    lka_free(choice->candidates);
    *choice = (struct lka_choice){0};
}

json_t *lka_choice_json(const struct lka_choice *choice)
{
    json_t *array = json_array();
    for (size_t c = 0; c < choice->count && choice->runs > 0; c++) {
        const struct lka_candidate *candidate = &choice->candidates[c];
        const struct lka_fold_result *mean = &candidate->mean;
        json_t *row = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f}", "family", candidate->family->name, "setting",
                                candidate->setting, "auc", mean->auc, "recall_1", mean->recall_1, "recall_5",
                                mean->recall_5, "behind", candidate->behind, "standard_error",
                                candidate->standard_error);
        bool good = row && (isnan(mean->deviance) ||
                            json_object_set_new(row, "deviance", json_real(mean->deviance)) == 0);
        if (json_array_append_new(array, row) != 0 || !good) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}
