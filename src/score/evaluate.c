/* Evaluating in one view: score the seeds, each by the member that did not see it; score the pool; rank the seeds among
 * the pool; with a truth, rank the pool by it; say what an audience gains as it widens, how stable its top is, how many
 * of the pool may be alike at most, and what it does to protected groups; compare with other models; write the figures.
 * Memory grows with the pool: 24 bytes a row, 32 more with a truth, as many again for a comparison, and 50 for the truth itself. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "score/calibration.h"
#include "score/evaluation.h"
#include "score/mixture.h"
#include "score/widening.h"
#include "store/workspace.h"

#include <stdlib.h>
#include <unistd.h>

#define LKA_PARAM_OWNER struct evaluate_options
LKA_PARAMS_TABLE(lka_evaluate_params, "evaluate", LKA_EVALUATE_PARAMS);

/* ---- scoring ---------------------------------------------------------------------------------- */

static lka_status collect(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct lka_collecting seeds = {
        .options = evaluation->all,
        .model = evaluation->inputs.model,
        .table = &evaluation->seeds,
        .all_seeds = true,
        .protected = &evaluation->protected,
        .session = lka_evaluation_session(evaluation),
    };
    struct lka_collecting pool = seeds;
    pool.table = &evaluation->inputs.pool;
    pool.all_seeds = false;
    pool.seeds = evaluation->inputs.seeds;
    pool.truth = evaluation->truth;
    pool.stability = &evaluation->stability;
    LKA_TRY(lka_collect(&seeds, &evaluation->seed_scores, error));
    return lka_collect(&pool, &evaluation->pool_scores, error);
}

/* ---- what the scores say ---------------------------------------------------------------------- */

static lka_status judge_truth(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct lka_collected *pool = &evaluation->pool_scores;
    if (!evaluation->truth) {
        return LKA_OK;
    }
    if (pool->unknown > 0) {
        lka_warn(lka_evaluation_session(evaluation),
                 "%llu of %zu pool rows are not in %s: they are left out of its figures",
                 (unsigned long long)pool->unknown, pool->count, evaluation->options->truth);
    }
    return lka_rank_inside(pool->labelled, pool->labelled_count, &evaluation->found, error);
}

/* Widening, and the bound on the prior. */
static lka_status judge_sorted(struct lka_evaluation *evaluation, double *seeds, double *pool, struct lka_error *error)
{
    struct lka_reach_step steps[LKA_REACHES];
    struct lka_mixture mixture;
    uint64_t seed_count = evaluation->seed_scores.count;
    uint64_t pool_count = evaluation->pool_scores.count;
    LKA_TRY(lka_rank_outside(seeds, seed_count, pool, pool_count, &evaluation->ranking, error));
    if (seeds[0] == seeds[seed_count - 1] && pool[0] == pool[pool_count - 1] && seeds[0] == pool[0]) {
        lka_warn(lka_evaluation_session(evaluation),
                 "all scores are equal: the model tells nobody from anybody, and the order is chance");
    }
    lka_widen(seeds, seed_count, pool, pool_count, steps);
    lka_mixture_estimate(seeds, seed_count, pool, pool_count, &mixture);
    LKA_TRY(lka_evaluation_add(evaluation, "reach", lka_widening_json(steps), error));
    return lka_evaluation_add(evaluation, "precision", lka_mixture_json(&mixture, &evaluation->ranking), error);
}

static lka_status judge_rankings(struct lka_evaluation *evaluation, struct lka_error *error)
{
    double *seeds = NULL;
    double *pool = NULL;
    lka_status status = lka_collected_sorted(&evaluation->seed_scores, &seeds, error);
    if (status == LKA_OK) {
        status = lka_collected_sorted(&evaluation->pool_scores, &pool, error);
    }
    if (status == LKA_OK) {
        status = judge_sorted(evaluation, seeds, pool, error);
    }
    lka_free(seeds);
    lka_free(pool);
    return status;
}

static lka_status judge_stability(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct lka_stable_top tops[LKA_STABILITY_TIERS];
    if (evaluation->inputs.model->member_count < 2) {
        return LKA_OK;
    }
    LKA_TRY(lka_stability_compare(&evaluation->stability, tops, error));
    return lka_evaluation_add(evaluation, "stability", lka_stability_json(&evaluation->stability, tops), error);
}

static lka_status judge_fairness(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct lka_protected *protected = &evaluation->protected;
    json_t *fairness = NULL;
    if (protected->count == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_fairness_json(protected, evaluation->seed_scores.scores, evaluation->seed_scores.count,
                              evaluation->pool_scores.scores, evaluation->pool_scores.count, &fairness, error));
    return lka_evaluation_add(evaluation, "fairness", fairness, error);
}

/* ---- calibration ------------------------------------------------------------------------------ */

static int best_first(const void *a, const void *b)
{
    const struct lka_labelled *x = a;
    const struct lka_labelled *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

static lka_status calibrate(struct lka_evaluation *evaluation, const struct lka_labelled *rows, uint64_t count,
                            struct lka_error *error)
{
    struct lka_calibration calibration;
    bool log_odds = lka_family_tells_log_odds(evaluation->inputs.model->members[0]);
    double given = lka_options_given(evaluation->all, "base-rate") ? evaluation->options->base_rate : 0;
    if (!log_odds && given > 0) {
        lka_warn(lka_evaluation_session(evaluation),
                 "scores of the family %s are no log odds: no chances are shown of them",
                 evaluation->inputs.model->family->name);
    }
    lka_calibrate(rows, count, evaluation->truth != NULL, log_odds, given, &calibration);
    return lka_evaluation_add(evaluation, "calibration", lka_calibration_json(&calibration), error);
}

/* All of the pool, without outcomes. */
static lka_status calibrate_pool(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct lka_collected *pool = &evaluation->pool_scores;
    struct lka_labelled *rows = NULL;
    LKA_TRY(LKA_NEW(rows, pool->count, error));
    for (size_t i = 0; i < pool->count; i++) {
        rows[i] = (struct lka_labelled){pool->scores[i], i, false, pool->people[i]};
    }
    qsort(rows, pool->count, sizeof *rows, best_first);
    lka_status status = calibrate(evaluation, rows, pool->count, error);
    lka_free(rows);
    return status;
}

static lka_status judge_calibration(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct lka_collected *pool = &evaluation->pool_scores;
    if (evaluation->truth) {
        return calibrate(evaluation, pool->labelled, pool->labelled_count, error);
    }
    return lka_options_given(evaluation->all, "base-rate") ? calibrate_pool(evaluation, error) : LKA_OK;
}

static lka_status judge(struct lka_evaluation *evaluation, struct lka_error *error)
{
    LKA_TRY(judge_rankings(evaluation, error));
    LKA_TRY(judge_truth(evaluation, error));
    LKA_TRY(judge_calibration(evaluation, error));
    LKA_TRY(judge_stability(evaluation, error));
    return judge_fairness(evaluation, error);
}

/* The champion comes last: it may change the workspace. */
static lka_status compare(struct lka_evaluation *evaluation, struct lka_error *error)
{
    LKA_TRY(lka_evaluation_without(evaluation, error));
    LKA_TRY(lka_evaluation_split(evaluation, error));
    LKA_TRY(lka_evaluation_resample(evaluation, error));
    return lka_evaluation_against(evaluation, error);
}

/* ---- checks ----------------------------------------------------------------------------------- */

static lka_status check_flags(const struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct evaluate_options *options = evaluation->options;
    bool again = options->against || options->exclude.count > 0 || options->split_by || options->resample > 0 ||
                 options->workspace;
    for (size_t i = 0; i < options->pool.count && again; i++) {
        if (strcmp(options->pool.items[i], "-") == 0) {
            return lka_fail(error, LKA_USAGE,
                            "--pool: \"-\" is not allowed with --against, --exclude, --split-by, --resample and "
                            "--workspace, which read the pool again: give a file");
        }
    }
    if (lka_options_given(evaluation->all, "later") && !options->split_by) {
        return lka_fail(error, LKA_USAGE, "--later is for --split-by: the share of the seeds that is later");
    }
    return LKA_OK;
}

static lka_status check_model(const struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct lka_refit refit = lka_evaluation_refit(evaluation, &evaluation->options->exclude, NULL);
    return lka_refit_check(&refit, error);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static lka_status read_truth(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct lka_table table = {0};
    LKA_TRY(lka_score_truth_open(evaluation->all, evaluation->inputs.model, evaluation->options->truth, &table, error));
    lka_status status = lka_truth_map_read(&table, &evaluation->truth, error);
    lka_table_close(&table);
    return status;
}

static lka_status open_workspace(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct evaluate_options *options = evaluation->options;
    bool write = !options->dry_run;
    if (!options->workspace || (!write && access(options->workspace, F_OK) != 0)) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(options->workspace, write ? LKA_WORKSPACE_WRITE : LKA_WORKSPACE_READ,
                               lka_evaluation_session(evaluation), &evaluation->workspace, error));
    return write ? lka_workspace_begin(evaluation->workspace, "evaluate", error) : LKA_OK;
}

static lka_status open_watchers(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct lka_model *model = evaluation->inputs.model;
    LKA_TRY(lka_protected_init(&evaluation->protected, &evaluation->inputs.pool.schema, lka_plan_space(model->plan),
                               error));
    return lka_stability_init(&evaluation->stability, model, LKA_STABILITY_SAMPLE, error);
}

static lka_status open_all(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct evaluate_options *options = evaluation->options;
    const struct lka_session *session = lka_evaluation_session(evaluation);
    for (size_t i = 0; i < options->seeds.count; i++) {
        if (strcmp(options->seeds.items[i], "-") == 0) {
            return lka_fail(error, LKA_USAGE, "--seeds: \"-\" is not allowed; the seeds are read twice: give a file");
        }
    }
    LKA_TRY(check_flags(evaluation, error));
    const char *out = lka_options_target(evaluation->all, "out");
    LKA_TRY(lka_score_inputs_open(&evaluation->inputs, options->model, evaluation->all, out, false, session, error));
    LKA_TRY(check_model(evaluation, error));
    LKA_TRY(lka_score_table_open(evaluation->all, evaluation->inputs.model, "seeds", out, &evaluation->seeds, error));
    if (!options->dry_run) {
        LKA_TRY(lka_directory_open(out, &evaluation->directory, error));
    }
    LKA_TRY(open_watchers(evaluation, error));
    LKA_TRY(open_workspace(evaluation, error));
    return options->truth ? read_truth(evaluation, error) : LKA_OK;
}

/* ---- the command ------------------------------------------------------------------------------ */

/* Nothing may fail behind the workspace's commit but the directory's exchange; a run repeated after that makes the same. */
static lka_status publish(struct lka_evaluation *evaluation, const json_t *document, struct lka_error *error)
{
    if (evaluation->options->dry_run) {
        return LKA_OK;
    }
    LKA_TRY(lka_evaluation_write(evaluation, document, error));
    LKA_TRY(evaluation->workspace ? lka_workspace_commit(evaluation->workspace, error) : LKA_OK);
    struct lka_directory *directory = evaluation->directory;
    evaluation->directory = NULL;
    return lka_directory_commit(directory, error);
}

static lka_status run(struct lka_evaluation *evaluation, json_t **document, struct lka_error *error)
{
    LKA_TRY(lka_warnings_init(&evaluation->warnings, evaluation->warnings.outer, error));
    evaluation->parts = json_object();
    LKA_TRY(evaluation->parts ? open_all(evaluation, error) : lka_fail_memory(error, 0));
    LKA_TRY(collect(evaluation, error));
    LKA_TRY(judge(evaluation, error));
    LKA_TRY(compare(evaluation, error));
    LKA_TRY(evaluation->warnings.failed ? lka_fail_memory(error, 0)
                                        : lka_evaluation_document(evaluation, document, error));
    return publish(evaluation, *document, error);
}

static void release(struct lka_evaluation *evaluation)
{
    lka_workspace_close(evaluation->workspace);
    lka_directory_abandon(evaluation->directory);
    lka_protected_release(&evaluation->protected);
    lka_stability_release(&evaluation->stability);
    lka_collected_release(&evaluation->seed_scores);
    lka_collected_release(&evaluation->pool_scores);
    json_decref(evaluation->parts);
    lka_truth_map_free(evaluation->truth);
    lka_table_close(&evaluation->seeds);
    lka_score_inputs_close(&evaluation->inputs);
    lka_warnings_release(&evaluation->warnings);
}

lka_status lka_evaluate(const struct lka_options *all, const struct lka_session *session, char **summary,
                        struct lka_error *error)
{
    struct lka_evaluation evaluation = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
    json_t *document = NULL;
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&evaluation, &document, error);
    if (status == LKA_OK) {
        json_object_set_new(document, "out", lka_json_string(lka_options_target(all, "out")));
        json_object_set_new(document, "seconds", json_real(lka_seconds() - start));
        status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    }
    json_decref(document);
    release(&evaluation);
    return status;
}
