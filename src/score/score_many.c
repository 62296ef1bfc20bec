/* Scoring by many models in one view: open them, bind their plans to the pool's columns, send every block through all
 * of them, keep what each may want, check ids and drift, write a ranking each, publish the directory. */
#include "score/score_many.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "score/joint_run.h"
#include "score/scored.h"

/* ---- the rows ---------------------------------------------------------------------------------- */

static lka_status take_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct lka_joint_run *run = user;
    if (!run->counted) {
        LKA_TRY(lka_scored_account(block, &run->ids, run->inputs.pool.source, &run->binding, error));
        for (size_t row = 0; row < block->rows.count; row++) {
            run->by_state[block->state[row]]++;
        }
        LKA_TRY(lka_left_out_take(&run->left_out, block, &run->binding, error));
        for (size_t v = 0; v < run->many.plans.view_count && block->eligible_count > 0; v++) {
            lka_scored_count(&block->many->encoded.views[v], 1, run->histograms[v]);
        }
    }
    return lka_rivals_take(&run->rivals, block, !run->counted, error);
}

static lka_status run_pipeline(struct lka_joint_run *run, struct lka_error *error)
{
    struct lka_pipeline pipeline = {
        .source = run->inputs.pool.source,
        .model = run->list.items[0].model,
        .many = &run->many,
        .binding = &run->binding,
        .ids = &run->ids,
        .seeds = run->inputs.seeds,
        .eligibility = lka_left_out_asks(&run->left_out),
        .keep_seeds = lka_joint_flag(run, "keep-seeds"),
        .threads = lka_joint_threads(run),
        .block_rows = lka_many_block_rows(&run->many),
        .session = lka_joint_session(run),
        .step = run->counted ? "score again" : "score",
        .deliver = take_block,
        .user = run,
    };
    return lka_pipeline_run(&pipeline, error);
}

static lka_status score_rows(struct lka_joint_run *run, struct lka_error *error)
{
    struct lka_source *source = run->inputs.pool.source;
    bool again;
    LKA_TRY(run_pipeline(run, error));
    LKA_TRY(lka_ids_check(&run->ids, source, error));
    LKA_TRY(lka_rivals_retry(&run->rivals, &again, error));
    while (again) {
        run->counted = true;
        LKA_TRY(lka_source_rewind(source, error));
        LKA_TRY(run_pipeline(run, error));
        LKA_TRY(lka_rivals_retry(&run->rivals, &again, error));
    }
    if (run->rivals.eligible == 0) {
        return lka_left_out_all(source, run->by_state, lka_options_text(run->all, "eligible-for"), error);
    }
    lka_log_step(lka_joint_session(run), "score", "%llu rows eligible, %zu models",
                 (unsigned long long)run->rivals.eligible, run->list.count);
    uint64_t wanted = lka_joint_amount(run, "top").count;
    if (wanted > run->rivals.eligible) {
        lka_warn(lka_joint_session(run), "--top %llu is more than the %llu eligible rows: all of them are written",
                 (unsigned long long)wanted, (unsigned long long)run->rivals.eligible);
    }
    return lka_rivals_finish(&run->rivals, error);
}

/* ---- all of it --------------------------------------------------------------------------------- */

static lka_status score_all(struct lka_joint_run *run, const struct lka_list *paths, const char *models,
                            json_t **document, struct lka_error *error)
{
    LKA_TRY(lka_joint_prepare(run, paths, models, error));
    LKA_TRY(score_rows(run, error));
    LKA_TRY(lka_joint_check_drift(run, error));
    LKA_TRY(lka_joint_rank(run, error));
    return lka_joint_publish(run, document, error);
}

static void release(struct lka_joint_run *run)
{
    for (size_t i = 0; run->rankings && i < run->list.count; i++) {
        json_decref(run->rankings[i].drift);
        json_decref(run->rankings[i].entry);
    }
    for (size_t v = 0; run->histograms && v < run->many.plans.view_count; v++) {
        lka_free(run->histograms[v]);
    }
    lka_free(run->rankings);
    lka_free(run->histograms);
    lka_rivals_release(&run->rivals);
    lka_ids_release(&run->ids);
    lka_ranked_release(&run->carried);
    lka_free(run->keep.items);
    lka_left_out_close(&run->left_out);
    lka_binding_release(&run->binding);
    lka_many_release(&run->many);
    lka_score_inputs_close(&run->inputs);
    lka_model_list_close(&run->list);
    lka_directory_abandon(run->directory);
    lka_options_free(run->first);
    lka_warnings_release(&run->warnings);
}

lka_status lka_score_many(const struct lka_options *options, const struct lka_list *paths, const char *models,
                          const struct lka_session *session, json_t **document, struct lka_error *error)
{
    struct lka_joint_run run = {.all = options, .start = lka_seconds()};
    *document = NULL;
    LKA_TRY(lka_joint_check(options, paths, models, error));
    lka_status status = lka_warnings_init(&run.warnings, session, error);
    if (status == LKA_OK) {
        status = score_all(&run, paths, models, document, error);
    }
    release(&run);
    if (status != LKA_OK) {
        json_decref(*document);
        *document = NULL;
    }
    return status;
}
