/* Scoring in one view: bind the model's plan to the pool's columns, send every block through encode and score, keep
 * what may be written, check ids and drift, write. */
#include "score/score.h"

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
#include "score/inputs.h"
#include "score/left_out.h"
#include "score/packing.h"
#include "score/pipeline.h"
#include "score/score_many.h"

#include <stdio.h>
#include <time.h>

#define LKA_ALL_SCORE_PARAMS(X)                                                                                       \
    X(LIST, model, "model", NULL, 0, 0, NULL, "FILE", "the trained model; several: a ranking each", false)            \
    X(TEXT, models, "models", NULL, 0, 0, NULL, "DIR", "all models (*.safetensors) of a directory: a ranking each",   \
      false)                                                                                                          \
    X(LIST, pool, "pool", NULL, 0, 0, NULL, "FILE", "the prospects (CSV, .gz, .zst; - for stdin)", true)              \
    X(LIST, seeds, "seeds", NULL, 0, 0, NULL, "FILE", "people to leave out of the output where they are in the pool", \
      false)                                                                                                          \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL,                                                          \
      "ids of seeds and pool name the same people, though their columns have different names", false)                 \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL,                                                              \
      "a column that the model reads and the pool lacks is an error, and not a warning", false)                       \
    LKA_SCORE_PARAMS(X)                                                                                               \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                                 \
      "the day from which --frequency-cap counts back; default: today (UTC)", false)                                  \
    X(FLAG, ids_unique, "ids-unique", "false", 0, 0, NULL, NULL, "the ids are known to be unique: skip the check",    \
      false)                                                                                                          \
    LKA_WHERE_PARAMS(X)                                                                                               \
    LKA_INPUT_PARAMS(X)                                                                                               \
    LKA_OUTPUT_PARAMS(X)                                                                                              \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(score_options, LKA_ALL_SCORE_PARAMS);
#define LKA_PARAM_OWNER struct score_options
LKA_PARAMS_TABLE(lka_score_params, "score", LKA_ALL_SCORE_PARAMS);

/* For the rows that may be written; the rest of the 100 MiB that the process should stay in is the blocks' and the
 * ids'. */
enum { SELECTION_MEMORY = 24 << 20 };

struct scoring {
    const struct lka_options *all;
    const struct score_options *options;
    const struct lka_model *model;
    const struct lka_seed_set *seeds;
    struct lka_table *pool;
    struct lka_warnings warnings;
    struct lka_binding binding;
    struct lka_left_out left_out;
    struct lka_ranked ranked;
    struct lka_ids ids;
    struct lka_selection *selection;
    struct lka_packing packing;
    struct lka_span *fields; /* of one row */
    char *packed;            /* likewise; NULL where no reasons are wanted */
    uint32_t *picked;        /* of a block, the rows that may belong to the top */
    bool counted;            /* the rows come again, to be selected: all else is known of them */
    uint64_t *histogram;     /* eligible rows by feature and code */
    uint64_t *top_histogram; /* likewise the top; NULL where no reasons are wanted */
    uint64_t by_state[LKA_ROW_REJECTED + 1];
    struct lka_selection_counts selected;
    json_t *drift;
    json_t *profile;  /* NULL where no reasons are wanted */
    json_t *document; /* for the file */
    json_t *told;     /* for the caller */
    double start;
};

/* ---- before the rows -------------------------------------------------------------------------- */

static const struct lka_session *session_of(const struct scoring *scoring)
{
    return &scoring->warnings.session;
}

/* Rows come with their codes, so that whoever is written can be explained. */
static bool is_packing(const struct scoring *scoring)
{
    return scoring->options->reasons > 0;
}

static lka_status new_selection(struct scoring *scoring, struct lka_error *error)
{
    const struct score_options *options = scoring->options;
    uint64_t seed = lka_options_given(scoring->all, "seed") ? (uint64_t)options->seed : scoring->model->seed;
    struct lka_selection_options wanted = {
        .top = options->top,
        .explore = options->explore,
        .tie_key = lka_key(scoring->model->seed, "tie"),
        .explore_key = lka_key(seed, "explore"),
        .memory = SELECTION_MEMORY,
        .directory = options->temporary,
        .fields = scoring->ranked.count + 1 + is_packing(scoring),
        .most = lka_source_most_rows(scoring->pool->source),
        .again = lka_source_again(scoring->pool->source),
    };
    LKA_TRY(LKA_NEW(scoring->fields, wanted.fields, error));
    if (is_packing(scoring)) {
        LKA_TRY(LKA_NEW(scoring->packed, scoring->packing.size, error));
    }
    return lka_selection_new(&wanted, &scoring->selection, error);
}

/* `audience` asks everybody's age again: it is carried. */
static lka_status open_ranked(struct scoring *scoring, struct lka_error *error)
{
    const struct score_options *options = scoring->options;
    char *age = (char *)(uintptr_t)lka_left_out_age(&scoring->left_out);
    struct lka_list keep = {NULL, options->keep.count + (age != NULL)};
    LKA_TRY(LKA_NEW(keep.items, keep.count, error));
    for (size_t i = 0; i < options->keep.count; i++) {
        keep.items[i] = options->keep.items[i];
    }
    if (age) {
        keep.items[options->keep.count] = age;
    }
    lka_status status = lka_ranked_open(&scoring->ranked, lka_options_target(scoring->all, "out"), &keep,
                                        &options->hash, &scoring->binding, error);
    lka_free(keep.items);
    return status;
}

static lka_status prepare(struct scoring *scoring, struct lka_error *error)
{
    const struct score_options *options = scoring->options;
    if (options->model.count > 0 && scoring->seeds && lka_seed_set_how(scoring->seeds) == LKA_SEEDS_UNMATCHED) {
        /* match, which has no --model, was told while training. */
        lka_warn(session_of(scoring),
                 "seeds can't be found in the pool: the id columns have different names and there is "
                 "no e-mail in both; --same-ids says that they name the same people");
    }
    if (lka_options_given(scoring->all, "reasons") && options->reasons > 0 && !lka_model_explains(scoring->model)) {
        lka_warn(session_of(scoring), "the family %s can't tell reasons: the column is empty",
                 scoring->model->family->name);
    }
    LKA_TRY(lka_binding_init(&scoring->binding, scoring->model, scoring->pool, options->strict, session_of(scoring),
                             error));
    LKA_TRY(lka_left_out_open(&scoring->left_out, scoring->all, &scoring->binding,
                              lka_source_name(scoring->pool->source), session_of(scoring), error));
    LKA_TRY(lka_left_out_check_model(&scoring->left_out, scoring->model->file_hash, session_of(scoring), error));
    LKA_TRY(open_ranked(scoring, error));
    LKA_TRY(lka_source_select(scoring->pool->source, scoring->binding.columns, scoring->binding.count, error));
    lka_packing_init(&scoring->packing, lka_plan_space(scoring->model->plan));
    LKA_TRY(new_selection(scoring, error));
    if (!options->ids_unique) {
        LKA_TRY(lka_ids_init(&scoring->ids, options->temporary, error));
    }
    if (options->max_bad_rows > 0) {
        LKA_TRY(lka_ids_scan(&scoring->ids, scoring->pool->source, scoring->binding.count, scoring->binding.id,
                             session_of(scoring), error));
    }
    LKA_TRY(LKA_NEW(scoring->picked, lka_binding_block_rows(&scoring->binding, scoring->model), error));
    size_t codes = lka_histogram_size(lka_plan_space(scoring->model->plan));
    LKA_TRY(LKA_NEW(scoring->histogram, codes, error));
    return is_packing(scoring) ? LKA_NEW(scoring->top_histogram, codes, error) : LKA_OK;
}

/* ---- the rows --------------------------------------------------------------------------------- */

static lka_status select_row(struct scoring *scoring, const struct lka_scored *block, size_t eligible,
                             struct lka_error *error)
{
    lka_ranked_fields(&scoring->ranked, &scoring->binding, &block->rows, block->eligible[eligible], scoring->fields);
    if (is_packing(scoring)) {
        lka_pack(&scoring->packing, &block->block, eligible, block->member[eligible], scoring->packed);
        scoring->fields[scoring->ranked.count + 1] = (struct lka_span){scoring->packed,
                                                                       (uint32_t)scoring->packing.size};
    }
    return lka_selection_add(scoring->selection, block->scores[eligible], scoring->fields, error);
}

static lka_status take_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct scoring *scoring = user;
    if (!scoring->counted) {
        LKA_TRY(lka_scored_account(block, &scoring->ids, scoring->pool->source, &scoring->binding, error));
        for (size_t row = 0; row < block->rows.count; row++) {
            scoring->by_state[block->state[row]]++;
        }
        LKA_TRY(lka_left_out_take(&scoring->left_out, block, &scoring->binding, error));
    }
    size_t picked = lka_selection_pick(scoring->selection, block->scores, block->eligible_count, scoring->picked);
    for (size_t i = 0; i < picked; i++) {
        LKA_TRY(select_row(scoring, block, scoring->picked[i], error));
    }
    return LKA_OK;
}

static lka_status run_pipeline(struct scoring *scoring, struct lka_error *error)
{
    struct lka_pipeline pipeline = {
        .source = scoring->pool->source,
        .model = scoring->model,
        .binding = &scoring->binding,
        .ids = &scoring->ids,
        .seeds = scoring->seeds,
        .eligibility = lka_left_out_asks(&scoring->left_out),
        .keep_seeds = scoring->options->keep_seeds,
        .threads = lka_thread_count(scoring->options->threads),
        .block_rows = lka_binding_block_rows(&scoring->binding, scoring->model),
        .session = session_of(scoring),
        .step = scoring->counted ? "score again" : "score",
        .histogram = scoring->counted ? NULL : scoring->histogram,
        .deliver = take_block,
        .user = scoring,
    };
    return lka_pipeline_run(&pipeline, error);
}

/* Once, or again as long as rows were dropped that may belong to the top. */
static lka_status select_rows(struct scoring *scoring, struct lka_error *error)
{
    LKA_TRY(run_pipeline(scoring, error));
    LKA_TRY(lka_ids_check(&scoring->ids, scoring->pool->source, error));
    for (;;) {
        bool again;
        LKA_TRY(lka_selection_retry(scoring->selection, &again, error));
        if (!again) {
            return LKA_OK;
        }
        scoring->counted = true;
        LKA_TRY(lka_source_rewind(scoring->pool->source, error));
        LKA_TRY(run_pipeline(scoring, error));
    }
}

static lka_status score_rows(struct scoring *scoring, struct lka_error *error)
{
    LKA_TRY(select_rows(scoring, error));
    LKA_TRY(lka_selection_finish(scoring->selection, &scoring->selected, error));
    if (scoring->selected.eligible == 0) {
        return lka_left_out_all(scoring->pool->source, scoring->by_state, scoring->options->eligible_for, error);
    }
    lka_log_step(session_of(scoring), "score", "%llu rows eligible", (unsigned long long)scoring->selected.eligible);
    uint64_t wanted = scoring->options->top.count;
    if (wanted > scoring->selected.eligible) {
        lka_warn(session_of(scoring), "--top %llu is more than the %llu eligible rows: all of them are written",
                 (unsigned long long)wanted, (unsigned long long)scoring->selected.eligible);
    }
    return LKA_OK;
}

/* ---- the gate --------------------------------------------------------------------------------- */

static lka_status check_drift(struct scoring *scoring, struct lka_error *error)
{
    LKA_TRY(
        lka_drift_measure(scoring->model, scoring->histogram, scoring->options->drift_limit, &scoring->drift, error));
    struct lka_text told = {0};
    size_t count = lka_drift_tell(scoring->drift, &told);
    lka_status status = told.failed ? lka_fail_memory(error, told.capacity) : LKA_OK;
    if (status == LKA_OK && count > 0 && scoring->options->gate) {
        status = lka_fail_at(error, LKA_REFUSED, lka_source_name(scoring->pool->source), 0, 0,
                             "drifted from what the model learned from, nothing was written (--gate): %s", told.bytes);
    } else if (status == LKA_OK && count > 0) {
        lka_warn(session_of(scoring), "the pool drifted from what the model learned from: %s", told.bytes);
    }
    lka_text_release(&told);
    return status;
}

/* ---- the output ------------------------------------------------------------------------------- */

static lka_status write_rows(struct scoring *scoring, struct lka_error *error)
{
    const struct lka_selection_counts *selected = &scoring->selected;
    struct lka_ranked_total total = {selected->eligible, (double)selected->explored / (double)selected->eligible};
    struct lka_emission emission = {
        .selection = scoring->selection,
        .ranked = &scoring->ranked,
        .model = scoring->model,
        .packing = is_packing(scoring) ? &scoring->packing : NULL,
        .reasons = (size_t)scoring->options->reasons,
        .threads = lka_thread_count(scoring->options->threads),
        .session = session_of(scoring),
        .histogram = scoring->top_histogram,
    };
    LKA_TRY(lka_emit(&emission, &total, error));
    return is_packing(scoring) ? lka_audience_profile(scoring->model->plan, scoring->top_histogram, selected->top,
                                                      scoring->histogram, selected->eligible, &scoring->profile, error)
                               : LKA_OK;
}

static lka_status make_document(struct scoring *scoring, const char *digest, struct lka_error *error)
{
    struct lka_score_facts facts = {
        .options = scoring->all,
        .model = scoring->model,
        .pool = scoring->pool,
        .selected = &scoring->selected,
        .seeds = scoring->by_state[LKA_ROW_SEED],
        .no_consent = scoring->by_state[LKA_ROW_NO_CONSENT],
        .barred = scoring->left_out.asked ? scoring->left_out.counts : NULL,
        .rejected = lka_source_counts(scoring->pool->source).rejected,
        .written = scoring->ranked.rows,
        .digest = digest,
        .drift = scoring->drift,
        .profile = scoring->profile,
        .warnings = scoring->warnings.list,
    };
    return lka_score_document(&facts, &scoring->document, error);
}

static struct lka_score_clock clock_of(const struct scoring *scoring)
{
    double seconds = lka_seconds() - scoring->start;
    return (struct lka_score_clock){.seconds = seconds,
                                    .started = (int64_t)time(NULL) - (int64_t)seconds,
                                    .threads = lka_thread_count(scoring->options->threads),
                                    .rows = lka_source_counts(scoring->pool->source).rows};
}

static lka_status write_all(struct scoring *scoring, struct lka_error *error)
{
    char digest[33];
    LKA_TRY(write_rows(scoring, error));
    LKA_TRY(lka_ranked_finish(&scoring->ranked, digest, error));
    LKA_TRY(lka_left_out_ready(&scoring->left_out, error));
    LKA_TRY(lka_source_finish(scoring->pool->source, error));
    LKA_TRY(scoring->warnings.failed ? lka_fail_memory(error, 0) : make_document(scoring, digest, error));
    /* Before anything is put into place, since nothing may fail behind that. */
    const char *out = lka_options_target(scoring->all, "out");
    scoring->told = json_copy(scoring->document);
    if (!scoring->told || json_object_set_new(scoring->told, "out", lka_json_string(out)) != 0) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    LKA_TRY(lka_left_out_register(&scoring->left_out, scoring->all, session_of(scoring), error));
    LKA_TRY(lka_left_out_commit(&scoring->left_out, error));
    struct lka_score_clock clock = clock_of(scoring);
    return lka_score_publish(out, scoring->document, &clock, &scoring->ranked, error);
}

static lka_status run(struct scoring *scoring, struct lka_error *error)
{
    LKA_TRY(prepare(scoring, error));
    LKA_TRY(score_rows(scoring, error));
    LKA_TRY(check_drift(scoring, error));
    return write_all(scoring, error);
}

static void release(struct scoring *scoring)
{
    lka_selection_free(scoring->selection);
    lka_ids_release(&scoring->ids);
    lka_ranked_release(&scoring->ranked);
    lka_left_out_close(&scoring->left_out);
    lka_binding_release(&scoring->binding);
    lka_warnings_release(&scoring->warnings);
    lka_free(scoring->fields);
    lka_free(scoring->packed);
    lka_free(scoring->picked);
    lka_free(scoring->histogram);
    lka_free(scoring->top_histogram);
    json_decref(scoring->drift);
    json_decref(scoring->profile);
    json_decref(scoring->document);
    json_decref(scoring->told);
}

lka_status lka_score_source(const struct lka_options *options, const struct lka_model *model,
                            const struct lka_seed_set *seeds, struct lka_table *pool, const struct lka_session *session,
                            struct lka_score_result *result, struct lka_error *error)
{
    *result = (struct lka_score_result){0};
    struct scoring scoring = {
        .all = options, .options = lka_options_values(options), .model = model, .seeds = seeds, .pool = pool};
    scoring.start = lka_seconds();
    lka_status status = lka_warnings_init(&scoring.warnings, session, error);
    if (status == LKA_OK) {
        status = run(&scoring, error);
    }
    if (status == LKA_OK) {
        result->document = json_incref(scoring.told);
    }
    release(&scoring);
    return status;
}

void lka_score_result_release(struct lka_score_result *result)
{
    json_decref(result->document);
    *result = (struct lka_score_result){0};
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status tell(json_t *document, double start, char **summary, struct lka_error *error)
{
    if (json_object_set_new(document, "seconds", json_real(lka_seconds() - start)) != 0) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    return lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
}

static lka_status check_files(const struct lka_options *options, const char *model, struct lka_error *error)
{
    const char *out = lka_options_text(options, "out");
    if (lka_output_same(out, model)) {
        return lka_fail(error, LKA_USAGE, "--model and --out are both \"%.200s\"; give each its own name", out);
    }
    return lka_output_check(out, error);
}

static lka_status score_one(const struct lka_options *options, const char *model, const struct lka_session *session,
                            double start, char **summary, struct lka_error *error)
{
    const struct score_options *given = lka_options_values(options);
    bool twice = lka_selection_wants_again(given->top, given->explore);
    struct lka_score_inputs inputs;
    LKA_TRY(check_files(options, model, error));
    LKA_TRY(lka_score_inputs_open(&inputs, model, options, lka_options_target(options, "out"), twice, session, error));
    struct lka_score_result result;
    lka_status status = lka_score_source(options, inputs.model, inputs.seeds, &inputs.pool, session, &result, error);
    if (status == LKA_OK) {
        status = tell(result.document, start, summary, error);
        lka_score_result_release(&result);
    }
    lka_score_inputs_close(&inputs);
    return status;
}

lka_status lka_score(const struct lka_options *options, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    const struct score_options *given = lka_options_values(options);
    if (given->model.count == 1 && !given->models) {
        return score_one(options, given->model.items[0], session, start, summary, error);
    }
    json_t *document = NULL;
    LKA_TRY(lka_score_many(options, &given->model, given->models, session, &document, error));
    lka_status status = tell(document, start, summary, error);
    json_decref(document);
    return status;
}
