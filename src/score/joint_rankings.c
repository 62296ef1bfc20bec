/* The rankings of several models: drift first, then each by the selection and the emission of a model alone. */
#include "base/error.h"
#include "base/memory.h"
#include "score/audience.h"
#include "score/document.h"
#include "score/drift.h"
#include "score/emission.h"
#include "score/joint_run.h"

/* ---- the gate ---------------------------------------------------------------------------------- */

static lka_status tell_drift(const struct lka_joint_run *run, size_t index, struct lka_error *error)
{
    const char *path = run->list.items[index].path;
    struct lka_text told = {0};
    size_t count = lka_drift_tell(run->rankings[index].drift, &told);
    lka_status status = told.failed ? lka_fail_memory(error, told.capacity) : LKA_OK;
    if (status == LKA_OK && count > 0 && lka_joint_flag(run, "gate")) {
        status = lka_fail_at(error, LKA_REFUSED, lka_source_name(run->inputs.pool.source), 0, 0,
                             "drifted from what \"%.200s\" learned from, nothing was written (--gate): %s", path,
                             told.bytes);
    } else if (status == LKA_OK && count > 0) {
        lka_warn(lka_joint_session(run), "the pool drifted from what \"%.120s\" learned from: %s", path, told.bytes);
    }
    lka_text_release(&told);
    return status;
}

lka_status lka_joint_check_drift(struct lka_joint_run *run, struct lka_error *error)
{
    double limit = *(const double *)lka_options_value(run->all, "drift-limit");
    for (size_t i = 0; i < run->list.count; i++) {
        LKA_TRY(lka_drift_measure(run->list.items[i].model, run->histograms[run->many.plans.view_of[i]], limit,
                                  &run->rankings[i].drift, error));
        LKA_TRY(tell_drift(run, i, error));
    }
    return LKA_OK;
}

/* ---- one ranking ------------------------------------------------------------------------------- */

/* What is held while a model's rows are written. */
struct writing {
    struct lka_selection *selection;
    struct lka_selection_counts selected;
    struct lka_ranked ranked;
    uint64_t *top_histogram;
    json_t *profile;
    char digest[33];
};

static lka_status emit(struct lka_joint_run *run, size_t index, struct writing *writing, struct lka_error *error)
{
    const struct lka_model *model = run->list.items[index].model;
    size_t view = run->many.plans.view_of[index];
    bool packing = run->rivals.packing;
    struct lka_ranked_total total = {writing->selected.eligible,
                                     (double)writing->selected.explored / (double)writing->selected.eligible};
    struct lka_emission emission = {
        .selection = writing->selection,
        .ranked = &writing->ranked,
        .model = model,
        .packing = packing ? &run->rivals.packings[view] : NULL,
        .reasons = (size_t)lka_options_integer(run->all, "reasons"),
        .threads = 1, /* the models are written side by side */
        .session = lka_joint_session(run),
        .histogram = writing->top_histogram,
    };
    LKA_TRY(lka_emit(&emission, &total, error));
    return packing ? lka_audience_profile(model->plan, writing->top_histogram, writing->selected.top,
                                          run->histograms[view], writing->selected.eligible, &writing->profile, error)
                   : LKA_OK;
}

static lka_status describe(struct lka_joint_run *run, size_t index, const struct writing *writing,
                           struct lka_error *error)
{
    const struct lka_listed_model *listed = &run->list.items[index];
    struct lka_score_facts facts = {
        .model = listed->model,
        .written = writing->ranked.rows,
        .digest = writing->digest,
        .drift = run->rankings[index].drift,
        .profile = writing->profile,
    };
    struct lka_text file = {0};
    lka_text_format(&file, "%s.csv", listed->name);
    lka_status status = file.failed ? lka_fail_memory(error, file.capacity)
                                    : lka_score_model_entry(&facts, listed->name, file.bytes,
                                                            &run->rankings[index].entry, error);
    lka_text_release(&file);
    return status;
}

static lka_status write_ranking(struct lka_joint_run *run, size_t index, struct writing *writing,
                                struct lka_error *error)
{
    size_t view = run->many.plans.view_of[index];
    size_t codes = lka_histogram_size(lka_plan_space(run->many.plans.views[view].plan));
    char *path = NULL;
    LKA_TRY(LKA_NEW(writing->top_histogram, codes, error));
    LKA_TRY(lka_rivals_select(&run->rivals, index, &writing->selection, error));
    LKA_TRY(lka_selection_finish(writing->selection, &writing->selected, error));
    LKA_TRY(lka_joint_path(run, index, &path, error));
    lka_status status = lka_ranked_open(&writing->ranked, path, &run->keep, lka_options_value(run->all, "hash"),
                                        &run->binding, error);
    lka_free(path);
    LKA_TRY(status);
    LKA_TRY(emit(run, index, writing, error));
    LKA_TRY(lka_ranked_finish(&writing->ranked, writing->digest, error));
    LKA_TRY(describe(run, index, writing, error));
    return lka_ranked_commit(&writing->ranked, error);
}

static lka_status write_one(void *context, size_t index, struct lka_error *error)
{
    struct lka_joint_run *run = context;
    struct writing writing = {0};
    lka_status status = write_ranking(run, index, &writing, error);
    if (index == 0) {
        run->selected = writing.selected;
    }
    lka_selection_free(writing.selection);
    lka_ranked_release(&writing.ranked);
    lka_free(writing.top_histogram);
    json_decref(writing.profile);
    return status;
}

lka_status lka_joint_rank(struct lka_joint_run *run, struct lka_error *error)
{
    return lka_parallel(lka_joint_threads(run), run->list.count, write_one, run, error);
}
