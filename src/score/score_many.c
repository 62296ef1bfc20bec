/* Scoring by many models in one view: open them, bind their plans to the pool's columns, send every block through all
 * of them, keep what each may want, check ids and drift, write a ranking each, publish the directory. */
#include "score/score_many.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "base/warnings.h"
#include "score/audience.h"
#include "score/document.h"
#include "score/drift.h"
#include "score/emission.h"
#include "score/left_out.h"
#include "score/rivals.h"
#include "score/scored.h"

#include <time.h>
#include <unistd.h>

/* For the rows that may be written by models that are no panel's. */
enum { SELECTIONS_MEMORY = 96 << 20 };

/* What is known of one model's ranking once it is written. */
struct ranking {
    json_t *drift;
    json_t *entry;
};

struct scoring {
    const struct lka_options *all;
    struct lka_options *first; /* the same, with the first ranking's path for `out` */
    struct lka_model_list list;
    struct lka_score_inputs inputs;
    struct lka_warnings warnings;
    struct lka_directory *directory; /* NULL with --dry-run */
    struct lka_binding binding;
    struct lka_many many;
    struct lka_left_out left_out;
    struct lka_list keep;
    struct lka_ranked carried; /* which columns are carried; nothing is written by it */
    struct lka_ids ids;
    struct lka_rivals rivals;
    uint64_t **histograms; /* eligible rows by view, feature and code */
    struct ranking *rankings;
    uint64_t by_state[LKA_ROW_REJECTED + 1];
    struct lka_selection_counts selected;
    bool counted; /* the rows come again: all else is known of them */
    double start;
};

static const struct lka_session *session_of(const struct scoring *scoring)
{
    return &scoring->warnings.session;
}

static size_t threads_of(const struct scoring *scoring)
{
    return lka_thread_count(lka_options_integer(scoring->all, "threads"));
}

static struct lka_amount amount(const struct scoring *scoring, const char *key)
{
    return *(const struct lka_amount *)lka_options_value(scoring->all, key);
}

static bool flag(const struct scoring *scoring, const char *key)
{
    return *(const bool *)lka_options_value(scoring->all, key);
}

/* ---- before the rows --------------------------------------------------------------------------- */

static lka_status check_flags(const struct lka_options *options, const struct lka_list *paths, const char *models,
                              struct lka_error *error)
{
    const char *out = lka_options_text(options, "out");
    if (paths->count == 0 && !models) {
        return lka_fail(error, LKA_USAGE,
                        "score needs --model FILE, or --models DIR to rank by every model of a directory");
    }
    if (strcmp(out, "-") == 0) {
        return lka_fail(error, LKA_USAGE,
                        "--out - is not allowed with several models: their rankings go into a directory");
    }
    if (lka_options_integer(options, "max-bad-rows") > 0) {
        return lka_fail(error, LKA_USAGE,
                        "--max-bad-rows is not allowed with several models: what is a bad row for one is none for "
                        "another that does not read the column; score them one by one, or mend the file");
    }
    for (size_t i = 0; i < paths->count; i++) {
        if (lka_output_same(out, paths->items[i])) {
            return lka_fail(error, LKA_USAGE, "--model and --out are both \"%.200s\"; give each its own name", out);
        }
    }
    return models && lka_output_same(out, models)
               ? lka_fail(error, LKA_USAGE, "--models and --out are both \"%.200s\"; give each its own name", out)
               : LKA_OK;
}

/* Where a model's ranking is written. */
static lka_status ranking_path(const struct scoring *scoring, size_t index, char **path, struct lka_error *error)
{
    struct lka_text name = {0};
    if (!scoring->directory) {
        *path = lka_copy_string("/dev/null");
        return *path ? LKA_OK : lka_fail_memory(error, 0);
    }
    lka_text_format(&name, "%s.csv", scoring->list.items[index].name);
    lka_status status = name.failed ? lka_fail_memory(error, name.capacity)
                                    : lka_directory_path(scoring->directory, name.bytes, path, error);
    lka_text_release(&name);
    return status;
}

/* Options whose `out` is the first ranking: beside it goes who was left out. */
static lka_status copy_options(struct scoring *scoring, struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_options_new(lka_options_table(scoring->all), &scoring->first, error));
    LKA_TRY(lka_options_copy(scoring->first, scoring->all, error));
    LKA_TRY(ranking_path(scoring, 0, &path, error));
    lka_status status = lka_options_set(scoring->first, "out", path, error);
    lka_free(path);
    return status;
}

/* What each plan lacks is told once, with the models that have it. */
static lka_status check_plans(struct scoring *scoring, struct lka_error *error)
{
    const struct lka_shared_plans *plans = &scoring->many.plans;
    for (size_t v = 0; v < plans->view_count; v++) {
        const char *last = "";
        size_t users = 0;
        for (size_t i = 0; i < scoring->list.count; i++) {
            last = plans->view_of[i] == v ? scoring->list.items[i].path : last;
            users += plans->view_of[i] == v;
        }
        struct lka_text whose = {0};
        lka_text_format(&whose, "\"%.120s\"", last);
        if (users > 1) {
            lka_text_format(&whose, ", as %zu more,", users - 1);
        }
        lka_status status = whose.failed ? lka_fail_memory(error, whose.capacity)
                                         : lka_binding_check(&scoring->binding, plans->views[v].plan, whose.bytes,
                                                             lka_source_name(scoring->inputs.pool.source),
                                                             flag(scoring, "strict"), session_of(scoring), error);
        lka_text_release(&whose);
        LKA_TRY(status);
    }
    return LKA_OK;
}

static void warn_of_reasons(const struct scoring *scoring)
{
    for (size_t i = 0; i < scoring->list.count; i++) {
        const struct lka_model *model = scoring->list.items[i].model;
        if (lka_options_given(scoring->all, "reasons") && lka_options_integer(scoring->all, "reasons") > 0 &&
            !lka_model_explains(model)) {
            lka_warn(session_of(scoring), "\"%.120s\": the family %s can't tell reasons: the column is empty",
                     scoring->list.items[i].path, model->family->name);
        }
    }
}

/* `audience` asks everybody's age again: it is carried. */
static lka_status list_carried(struct scoring *scoring, struct lka_error *error)
{
    const struct lka_list *given = lka_options_value(scoring->all, "keep");
    char *age = (char *)(uintptr_t)lka_left_out_age(&scoring->left_out);
    LKA_TRY(LKA_NEW(scoring->keep.items, given->count + 1, error));
    for (size_t i = 0; i < given->count; i++) {
        scoring->keep.items[scoring->keep.count++] = given->items[i];
    }
    if (age) {
        scoring->keep.items[scoring->keep.count++] = age;
    }
    return lka_ranked_open(&scoring->carried, "/dev/null", &scoring->keep, lka_options_value(scoring->all, "hash"),
                           &scoring->binding, error);
}

static lka_status bind(struct scoring *scoring, struct lka_error *error)
{
    const struct lka_table *pool = &scoring->inputs.pool;
    LKA_TRY(lka_binding_begin(&scoring->binding, pool, error));
    LKA_TRY(check_plans(scoring, error));
    LKA_TRY(lka_many_bind(&scoring->many, &scoring->binding, error));
    LKA_TRY(lka_left_out_open(&scoring->left_out, scoring->first, &scoring->binding, lka_source_name(pool->source),
                              session_of(scoring), error));
    for (size_t i = 0; i < scoring->list.count; i++) {
        LKA_TRY(lka_left_out_check_model(&scoring->left_out, scoring->list.items[i].model->file_hash,
                                         session_of(scoring), error));
    }
    LKA_TRY(list_carried(scoring, error));
    return lka_source_select(pool->source, scoring->binding.columns, scoring->binding.count, error);
}

static struct lka_selection_options selection_wanted(const struct scoring *scoring)
{
    const struct lka_source *source = scoring->inputs.pool.source;
    return (struct lka_selection_options){
        .top = amount(scoring, "top"),
        .explore = amount(scoring, "explore"),
        .memory = SELECTIONS_MEMORY,
        .directory = lka_options_text(scoring->all, "temporary"),
        .most = lka_source_most_rows(source),
        .again = lka_source_again(source),
    };
}

static lka_status prepare_rows(struct scoring *scoring, struct lka_error *error)
{
    const struct lka_shared_plans *plans = &scoring->many.plans;
    struct lka_selection_options wanted = selection_wanted(scoring);
    uint64_t seed = (uint64_t)lka_options_integer(scoring->all, "seed");
    if (!flag(scoring, "ids-unique")) {
        LKA_TRY(lka_ids_init(&scoring->ids, wanted.directory, error));
    }
    LKA_TRY(LKA_NEW(scoring->histograms, plans->view_count, error));
    for (size_t v = 0; v < plans->view_count; v++) {
        size_t codes = lka_histogram_size(lka_plan_space(plans->views[v].plan));
        LKA_TRY(LKA_NEW(scoring->histograms[v], codes, error));
    }
    LKA_TRY(LKA_NEW(scoring->rankings, scoring->list.count, error));
    return lka_rivals_init(&scoring->rivals, &scoring->many, &wanted,
                           lka_options_given(scoring->all, "seed") ? &seed : NULL, &scoring->carried, &scoring->binding,
                           lka_options_integer(scoring->all, "reasons") > 0, lka_many_block_rows(&scoring->many),
                           error);
}

static lka_status prepare(struct scoring *scoring, const struct lka_list *paths, const char *models,
                          struct lka_error *error)
{
    const char *out = lka_options_text(scoring->all, "out");
    LKA_TRY(flag(scoring, "dry-run") ? LKA_OK : lka_directory_open(out, &scoring->directory, error));
    LKA_TRY(lka_model_list_open(&scoring->list, paths, models, session_of(scoring), error));
    LKA_TRY(lka_score_inputs_open_for(&scoring->inputs, &scoring->list, scoring->all, session_of(scoring), error));
    if (scoring->inputs.seeds && lka_seed_set_how(scoring->inputs.seeds) == LKA_SEEDS_UNMATCHED) {
        lka_warn(session_of(scoring),
                 "seeds can't be found in the pool: the id columns have different names and there is "
                 "no e-mail in both; --same-ids says that they name the same people");
    }
    warn_of_reasons(scoring);
    LKA_TRY(copy_options(scoring, error));
    struct lka_selection_options wanted = selection_wanted(scoring);
    LKA_TRY(lka_many_init(&scoring->many, &scoring->list, lka_rivals_may_panel(&wanted), error));
    LKA_TRY(bind(scoring, error));
    return prepare_rows(scoring, error);
}

/* ---- the rows ---------------------------------------------------------------------------------- */

static lka_status take_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct scoring *scoring = user;
    if (!scoring->counted) {
        LKA_TRY(lka_scored_account(block, &scoring->ids, scoring->inputs.pool.source, &scoring->binding, error));
        for (size_t row = 0; row < block->rows.count; row++) {
            scoring->by_state[block->state[row]]++;
        }
        LKA_TRY(lka_left_out_take(&scoring->left_out, block, &scoring->binding, error));
        for (size_t v = 0; v < scoring->many.plans.view_count && block->eligible_count > 0; v++) {
            lka_scored_count(&block->many->encoded.views[v], 1, scoring->histograms[v]);
        }
    }
    return lka_rivals_take(&scoring->rivals, block, !scoring->counted, error);
}

static lka_status run_pipeline(struct scoring *scoring, struct lka_error *error)
{
    struct lka_pipeline pipeline = {
        .source = scoring->inputs.pool.source,
        .model = scoring->list.items[0].model,
        .many = &scoring->many,
        .binding = &scoring->binding,
        .ids = &scoring->ids,
        .seeds = scoring->inputs.seeds,
        .eligibility = lka_left_out_asks(&scoring->left_out),
        .keep_seeds = flag(scoring, "keep-seeds"),
        .threads = threads_of(scoring),
        .block_rows = lka_many_block_rows(&scoring->many),
        .session = session_of(scoring),
        .step = scoring->counted ? "score again" : "score",
        .deliver = take_block,
        .user = scoring,
    };
    return lka_pipeline_run(&pipeline, error);
}

static lka_status score_rows(struct scoring *scoring, struct lka_error *error)
{
    struct lka_source *source = scoring->inputs.pool.source;
    bool again;
    LKA_TRY(run_pipeline(scoring, error));
    LKA_TRY(lka_ids_check(&scoring->ids, source, error));
    LKA_TRY(lka_rivals_retry(&scoring->rivals, &again, error));
    while (again) {
        scoring->counted = true;
        LKA_TRY(lka_source_rewind(source, error));
        LKA_TRY(run_pipeline(scoring, error));
        LKA_TRY(lka_rivals_retry(&scoring->rivals, &again, error));
    }
    if (scoring->rivals.eligible == 0) {
        return lka_left_out_all(source, scoring->by_state, lka_options_text(scoring->all, "eligible-for"), error);
    }
    lka_log_step(session_of(scoring), "score", "%llu rows eligible, %zu models",
                 (unsigned long long)scoring->rivals.eligible, scoring->list.count);
    uint64_t wanted = amount(scoring, "top").count;
    if (wanted > scoring->rivals.eligible) {
        lka_warn(session_of(scoring), "--top %llu is more than the %llu eligible rows: all of them are written",
                 (unsigned long long)wanted, (unsigned long long)scoring->rivals.eligible);
    }
    return lka_rivals_finish(&scoring->rivals, error);
}

/* ---- the gate ---------------------------------------------------------------------------------- */

static lka_status tell_drift(const struct scoring *scoring, size_t index, struct lka_error *error)
{
    const char *path = scoring->list.items[index].path;
    struct lka_text told = {0};
    size_t count = lka_drift_tell(scoring->rankings[index].drift, &told);
    lka_status status = told.failed ? lka_fail_memory(error, told.capacity) : LKA_OK;
    if (status == LKA_OK && count > 0 && flag(scoring, "gate")) {
        status = lka_fail_at(error, LKA_REFUSED, lka_source_name(scoring->inputs.pool.source), 0, 0,
                             "drifted from what \"%.200s\" learned from, nothing was written (--gate): %s", path,
                             told.bytes);
    } else if (status == LKA_OK && count > 0) {
        lka_warn(session_of(scoring), "the pool drifted from what \"%.120s\" learned from: %s", path, told.bytes);
    }
    lka_text_release(&told);
    return status;
}

static lka_status check_drift(struct scoring *scoring, struct lka_error *error)
{
    double limit = *(const double *)lka_options_value(scoring->all, "drift-limit");
    for (size_t i = 0; i < scoring->list.count; i++) {
        LKA_TRY(lka_drift_measure(scoring->list.items[i].model, scoring->histograms[scoring->many.plans.view_of[i]],
                                  limit, &scoring->rankings[i].drift, error));
        LKA_TRY(tell_drift(scoring, i, error));
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

static lka_status emit(struct scoring *scoring, size_t index, struct writing *writing, struct lka_error *error)
{
    const struct lka_model *model = scoring->list.items[index].model;
    size_t view = scoring->many.plans.view_of[index];
    bool packing = scoring->rivals.packing;
    struct lka_ranked_total total = {writing->selected.eligible,
                                     (double)writing->selected.explored / (double)writing->selected.eligible};
    struct lka_emission emission = {
        .selection = writing->selection,
        .ranked = &writing->ranked,
        .model = model,
        .packing = packing ? &scoring->rivals.packings[view] : NULL,
        .reasons = (size_t)lka_options_integer(scoring->all, "reasons"),
        .threads = 1, /* the models are written side by side */
        .session = session_of(scoring),
        .histogram = writing->top_histogram,
    };
    LKA_TRY(lka_emit(&emission, &total, error));
    return packing
               ? lka_audience_profile(model->plan, writing->top_histogram, writing->selected.top,
                                      scoring->histograms[view], writing->selected.eligible, &writing->profile, error)
               : LKA_OK;
}

static lka_status describe(struct scoring *scoring, size_t index, const struct writing *writing,
                           struct lka_error *error)
{
    const struct lka_listed_model *listed = &scoring->list.items[index];
    struct lka_score_facts facts = {
        .model = listed->model,
        .written = writing->ranked.rows,
        .digest = writing->digest,
        .drift = scoring->rankings[index].drift,
        .profile = writing->profile,
    };
    struct lka_text file = {0};
    lka_text_format(&file, "%s.csv", listed->name);
    lka_status status = file.failed ? lka_fail_memory(error, file.capacity)
                                    : lka_score_model_entry(&facts, listed->name, file.bytes,
                                                            &scoring->rankings[index].entry, error);
    lka_text_release(&file);
    return status;
}

static lka_status write_ranking(struct scoring *scoring, size_t index, struct writing *writing, struct lka_error *error)
{
    size_t view = scoring->many.plans.view_of[index];
    size_t codes = lka_histogram_size(lka_plan_space(scoring->many.plans.views[view].plan));
    char *path = NULL;
    LKA_TRY(LKA_NEW(writing->top_histogram, codes, error));
    LKA_TRY(lka_rivals_select(&scoring->rivals, index, &writing->selection, error));
    LKA_TRY(lka_selection_finish(writing->selection, &writing->selected, error));
    LKA_TRY(ranking_path(scoring, index, &path, error));
    lka_status status = lka_ranked_open(&writing->ranked, path, &scoring->keep, lka_options_value(scoring->all, "hash"),
                                        &scoring->binding, error);
    lka_free(path);
    LKA_TRY(status);
    LKA_TRY(emit(scoring, index, writing, error));
    LKA_TRY(lka_ranked_finish(&writing->ranked, writing->digest, error));
    LKA_TRY(describe(scoring, index, writing, error));
    return lka_ranked_commit(&writing->ranked, error);
}

static lka_status write_one(void *context, size_t index, struct lka_error *error)
{
    struct scoring *scoring = context;
    struct writing writing = {0};
    lka_status status = write_ranking(scoring, index, &writing, error);
    if (index == 0) {
        scoring->selected = writing.selected;
    }
    lka_selection_free(writing.selection);
    lka_ranked_release(&writing.ranked);
    lka_free(writing.top_histogram);
    json_decref(writing.profile);
    return status;
}

/* ---- the output -------------------------------------------------------------------------------- */

/* Who was left out is the same for all: one file, under a name beside each ranking, where `audience` looks for it. */
static lka_status link_left_out(const struct scoring *scoring, struct lka_error *error)
{
    struct lka_text first = {0};
    lka_status status = LKA_OK;
    if (!scoring->left_out.asked || !scoring->directory) {
        return LKA_OK;
    }
    lka_text_format(&first, "%s%s", lka_options_text(scoring->first, "out"), LKA_LEFT_OUT_ENDING);
    for (size_t i = 1; i < scoring->list.count && status == LKA_OK; i++) {
        char *path = NULL;
        struct lka_text other = {0};
        status = ranking_path(scoring, i, &path, error);
        lka_text_format(&other, "%s%s", path ? path : "", LKA_LEFT_OUT_ENDING);
        if (status == LKA_OK && (first.failed || other.failed)) {
            status = lka_fail_memory(error, first.capacity + other.capacity);
        } else if (status == LKA_OK && link(first.bytes, other.bytes) != 0) {
            status = lka_fail(error, LKA_IO, "cannot give %.300s a second name", first.bytes);
        }
        lka_text_release(&other);
        lka_free(path);
    }
    lka_text_release(&first);
    return status;
}

static lka_status make_document(struct scoring *scoring, json_t **document, struct lka_error *error)
{
    struct lka_score_facts facts = {
        .options = scoring->all,
        .pool = &scoring->inputs.pool,
        .selected = &scoring->selected,
        .seeds = scoring->by_state[LKA_ROW_SEED],
        .no_consent = scoring->by_state[LKA_ROW_NO_CONSENT],
        .barred = scoring->left_out.asked ? scoring->left_out.counts : NULL,
        .rejected = lka_source_counts(scoring->inputs.pool.source).rejected,
        .warnings = scoring->warnings.list,
    };
    json_t *models = json_array();
    for (size_t i = 0; i < scoring->list.count; i++) {
        if (json_array_append(models, scoring->rankings[i].entry) != 0) {
            json_decref(models);
            return lka_fail_memory(error, sizeof(json_t));
        }
    }
    return lka_score_many_document(&facts, models, document, error);
}

static lka_status write_documents(struct scoring *scoring, const json_t *document, struct lka_error *error)
{
    double seconds = lka_seconds() - scoring->start;
    struct lka_score_clock clock = {.seconds = seconds,
                                    .started = (int64_t)time(NULL) - (int64_t)seconds,
                                    .threads = threads_of(scoring),
                                    .rows = lka_source_counts(scoring->inputs.pool.source).rows};
    json_t *run = lka_score_run_json(&clock);
    lka_status status = run ? lka_directory_json(scoring->directory, "score.json", document, error)
                            : lka_fail_memory(error, sizeof(json_t));
    if (status == LKA_OK) {
        status = lka_directory_json(scoring->directory, "score.run.json", run, error);
    }
    json_decref(run);
    return status;
}

static lka_status publish(struct scoring *scoring, json_t *document, struct lka_error *error)
{
    if (json_object_set_new(document, "out", lka_json_string(lka_options_target(scoring->all, "out"))) != 0) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    if (!scoring->directory) {
        return LKA_OK;
    }
    LKA_TRY(lka_left_out_register(&scoring->left_out, scoring->all, session_of(scoring), error));
    struct lka_directory *directory = scoring->directory;
    scoring->directory = NULL;
    return lka_directory_commit(directory, error);
}

static lka_status write_all(struct scoring *scoring, json_t **document, struct lka_error *error)
{
    LKA_TRY(lka_parallel(threads_of(scoring), scoring->list.count, write_one, scoring, error));
    LKA_TRY(lka_left_out_ready(&scoring->left_out, error));
    LKA_TRY(lka_source_finish(scoring->inputs.pool.source, error));
    LKA_TRY(scoring->warnings.failed ? lka_fail_memory(error, 0) : make_document(scoring, document, error));
    LKA_TRY(lka_left_out_commit(&scoring->left_out, error));
    LKA_TRY(link_left_out(scoring, error));
    LKA_TRY(scoring->directory ? write_documents(scoring, *document, error) : LKA_OK);
    return publish(scoring, *document, error);
}

/* ---- all of it --------------------------------------------------------------------------------- */

static lka_status run(struct scoring *scoring, const struct lka_list *paths, const char *models, json_t **document,
                      struct lka_error *error)
{
    LKA_TRY(prepare(scoring, paths, models, error));
    LKA_TRY(score_rows(scoring, error));
    LKA_TRY(check_drift(scoring, error));
    return write_all(scoring, document, error);
}

static void release(struct scoring *scoring)
{
    for (size_t i = 0; scoring->rankings && i < scoring->list.count; i++) {
        json_decref(scoring->rankings[i].drift);
        json_decref(scoring->rankings[i].entry);
    }
    for (size_t v = 0; scoring->histograms && v < scoring->many.plans.view_count; v++) {
        lka_free(scoring->histograms[v]);
    }
    lka_free(scoring->rankings);
    lka_free(scoring->histograms);
    lka_rivals_release(&scoring->rivals);
    lka_ids_release(&scoring->ids);
    lka_ranked_release(&scoring->carried);
    lka_free(scoring->keep.items);
    lka_left_out_close(&scoring->left_out);
    lka_binding_release(&scoring->binding);
    lka_many_release(&scoring->many);
    lka_score_inputs_close(&scoring->inputs);
    lka_model_list_close(&scoring->list);
    lka_directory_abandon(scoring->directory);
    lka_options_free(scoring->first);
    lka_warnings_release(&scoring->warnings);
}

lka_status lka_score_many(const struct lka_options *options, const struct lka_list *paths, const char *models,
                          const struct lka_session *session, json_t **document, struct lka_error *error)
{
    struct scoring scoring = {.all = options, .start = lka_seconds()};
    *document = NULL;
    LKA_TRY(check_flags(options, paths, models, error));
    lka_status status = lka_warnings_init(&scoring.warnings, session, error);
    if (status == LKA_OK) {
        status = run(&scoring, paths, models, document, error);
    }
    release(&scoring);
    if (status != LKA_OK) {
        json_decref(*document);
        *document = NULL;
    }
    return status;
}
