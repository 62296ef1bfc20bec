/* Evaluating in one view: score the seeds, each by the member that did not see it; score the pool; rank the seeds among
 * the pool; with a truth, rank the pool by it; write the figures. Memory grows with the pool: 8 bytes a row, 24 with a
 * truth, and 50 for the truth itself. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "base/warnings.h"
#include "score/inputs.h"
#include "score/pipeline.h"
#include "score/truth.h"
#include "source/output.h"
#include "train/metrics.h"

#define LKA_EVALUATE_PARAMS(X)                                                                                    \
    X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "the trained model", true)                                  \
    X(LIST, seeds, "seeds", NULL, 0, 0, NULL, "FILE", "the people known to have come back", true)                 \
    X(LIST, pool, "pool", NULL, 0, 0, NULL, "FILE", "the prospects", true)                                        \
    X(TEXT, truth, "truth", NULL, 0, 0, NULL, "FILE", "who in the pool is positive: its id and `label` (0 or 1)", \
      false)                                                                                                      \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where evaluate.json and tiers.csv go", true)                    \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL,                                                      \
      "ids of seeds and pool name the same people, though their columns have different names", false)             \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL,                                                          \
      "a column that the model reads and a table lacks is an error, and not a warning", false)                    \
    LKA_INPUT_PARAMS(X)                                                                                           \
    LKA_OUTPUT_PARAMS(X)                                                                                          \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(evaluate_options, LKA_EVALUATE_PARAMS);
#define LKA_PARAM_OWNER struct evaluate_options
LKA_PARAMS_TABLE(lka_evaluate_params, "evaluate", LKA_EVALUATE_PARAMS);

struct evaluation {
    const struct lka_options *all;
    const struct evaluate_options *options;
    struct lka_warnings warnings;
    struct lka_score_inputs inputs;
    struct lka_table seeds;
    struct lka_truth_map *truth;
    struct lka_directory *directory; /* open until it is put into place */
    uint64_t unknown;                /* pool rows that the truth does not know */
    struct lka_ranking ranking;
    struct lka_truth found;
};

/* The scores of one table. */
struct collecting {
    struct evaluation *evaluation;
    struct lka_table *table;
    struct lka_binding binding;
    struct lka_ids ids;
    ptrdiff_t group; /* where a CRM says who was reactivated: only those are seeds; LKA_NO_COLUMN: all rows are */
    bool with_truth;
    double *scores;
    size_t count;
    size_t capacity;
    struct lka_labelled *labelled;
    size_t labelled_count;
    size_t labelled_capacity;
};

/* ---- scoring one table ------------------------------------------------------------------------ */

static lka_status take_label(struct collecting *collecting, struct lka_span id, double score, struct lka_error *error)
{
    bool label = false;
    if (!lka_truth_map_label(collecting->evaluation->truth, id, &label)) {
        collecting->evaluation->unknown++;
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&collecting->labelled, &collecting->labelled_capacity, collecting->labelled_count + 1,
                        sizeof *collecting->labelled, error));
    uint64_t order = lka_hash(lka_key(collecting->evaluation->inputs.model->seed, "tie"), id);
    collecting->labelled[collecting->labelled_count++] = (struct lka_labelled){score, order, label};
    return LKA_OK;
}

static bool is_wanted(const struct collecting *collecting, const struct lka_scored *block, size_t eligible)
{
    return collecting->group == LKA_NO_COLUMN ||
           lka_span_equal(lka_cell(&block->rows, (size_t)collecting->group, block->eligible[eligible]),
                          LKA_SPAN("reactivated"));
}

static lka_status take_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct collecting *collecting = user;
    LKA_TRY(lka_scored_account(block, &collecting->ids, collecting->table->source, &collecting->binding, error));
    LKA_TRY(lka_reserve(&collecting->scores, &collecting->capacity, collecting->count + block->eligible_count,
                        sizeof *collecting->scores, error));
    for (size_t i = 0; i < block->eligible_count; i++) {
        if (!is_wanted(collecting, block, i)) {
            continue;
        }
        collecting->scores[collecting->count++] = block->scores[i];
        if (collecting->with_truth) {
            struct lka_span id = lka_cell(&block->rows, collecting->binding.id, block->eligible[i]);
            LKA_TRY(take_label(collecting, id, block->scores[i], error));
        }
    }
    return LKA_OK;
}

static lka_status collect(struct collecting *collecting, bool all_seeds, struct lka_error *error)
{
    const struct evaluation *evaluation = collecting->evaluation;
    const struct lka_session *session = &evaluation->warnings.session;
    struct lka_source *source = collecting->table->source;
    const struct lka_model *model = evaluation->inputs.model;
    LKA_TRY(
        lka_binding_init(&collecting->binding, model, collecting->table, evaluation->options->strict, session, error));
    ptrdiff_t group = all_seeds ? lka_schema_role(&collecting->table->schema, LKA_ROLE_GROUP) : LKA_NO_COLUMN;
    collecting->group = group == LKA_NO_COLUMN ? group
                                               : (ptrdiff_t)lka_binding_cell(&collecting->binding, (size_t)group);
    LKA_TRY(lka_source_select(source, collecting->binding.columns, collecting->binding.count, error));
    LKA_TRY(lka_ids_init(&collecting->ids, evaluation->options->temporary, error));
    if (evaluation->options->max_bad_rows > 0) {
        LKA_TRY(
            lka_ids_scan(&collecting->ids, source, collecting->binding.count, collecting->binding.id, session, error));
    }
    struct lka_pipeline pipeline = {
        .source = source,
        .model = model,
        .binding = &collecting->binding,
        .ids = &collecting->ids,
        .seeds = all_seeds ? NULL : evaluation->inputs.seeds,
        .all_seeds = all_seeds,
        .keep_seeds = all_seeds,
        .threads = lka_thread_count(evaluation->options->threads),
        .block_rows = lka_binding_block_rows(&collecting->binding, model),
        .session = session,
        .step = all_seeds ? "score seeds" : "score pool",
        .deliver = take_block,
        .user = collecting,
    };
    LKA_TRY(lka_pipeline_run(&pipeline, error));
    LKA_TRY(lka_ids_check(&collecting->ids, source, error));
    return lka_source_finish(source, error);
}

static void collecting_release(struct collecting *collecting)
{
    lka_binding_release(&collecting->binding);
    lka_ids_release(&collecting->ids);
    lka_free(collecting->scores);
    lka_free(collecting->labelled);
}

/* ---- ranking ---------------------------------------------------------------------------------- */

static lka_status rank(struct evaluation *evaluation, struct collecting *seeds, struct collecting *pool,
                       struct lka_error *error)
{
    LKA_TRY(collect(seeds, true, error));
    LKA_TRY(collect(pool, false, error));
    LKA_TRY(lka_rank_outside(seeds->scores, seeds->count, pool->scores, pool->count, &evaluation->ranking, error));
    if (!evaluation->truth) {
        return LKA_OK;
    }
    if (evaluation->unknown > 0) {
        lka_warn(&evaluation->warnings.session, "%llu of %zu pool rows are not in %s: they are left out of its figures",
                 (unsigned long long)evaluation->unknown, pool->count, evaluation->options->truth);
    }
    return lka_rank_inside(pool->labelled, pool->labelled_count, &evaluation->found, error);
}

static lka_status rank_all(struct evaluation *evaluation, struct lka_error *error)
{
    struct collecting seeds = {.evaluation = evaluation, .table = &evaluation->seeds};
    struct collecting pool = {
        .evaluation = evaluation, .table = &evaluation->inputs.pool, .with_truth = evaluation->truth != NULL};
    lka_status status = rank(evaluation, &seeds, &pool, error);
    collecting_release(&seeds);
    collecting_release(&pool);
    return status;
}

/* ---- the document ----------------------------------------------------------------------------- */

/* Beside what was found, what a random and an ideal ranking would find. */
static json_t *truth_tiers_json(const struct lka_ranking *ranking)
{
    json_t *tiers = lka_tiers_json(ranking);
    double pool = (double)(ranking->positives + ranking->others);
    for (size_t t = 0; tiers && t < LKA_TIERS; t++) {
        double people = (double)ranking->tiers[t].people;
        double share = people / pool;
        double ideal = people < (double)ranking->positives ? people / (double)ranking->positives : 1;
        json_t *tier = json_array_get(tiers, t);
        if (json_object_set_new(tier, "random_recall", json_real(share)) != 0 ||
            json_object_set_new(tier, "ideal_recall", json_real(ideal)) != 0 ||
            json_object_set_new(tier, "ideal_lift", json_real(ideal / share)) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return tiers;
}

static json_t *truth_json(const struct lka_truth *truth, uint64_t unknown)
{
    const struct lka_ranking *ranking = &truth->ranking;
    return json_pack("{s:I, s:I, s:I, s:f, s:f, s:f, s:o, s:o}", "positives", (json_int_t)ranking->positives, "others",
                     (json_int_t)ranking->others, "unknown", (json_int_t)unknown, "average_precision",
                     truth->average_precision, "random_average_precision", truth->random_average_precision, "auc",
                     ranking->auc, "auc_interval", lka_interval_json(ranking->auc_interval), "tiers",
                     truth_tiers_json(ranking));
}

static lka_status make_document(const struct evaluation *evaluation, json_t **document, struct lka_error *error)
{
    const struct lka_model *model = evaluation->inputs.model;
    *document = json_pack("{s:i, s:s, s:{s:s, s:s}, s:o, s:O, s:[o,o]}", "schema", 1, "stage", "evaluate", "model",
                          "family", model->family->name, "xxh3", model->file_hash, "evaluation",
                          lka_ranking_json(&evaluation->ranking), "warnings", evaluation->warnings.list, "inputs",
                          lka_table_json(&evaluation->seeds), lka_table_json(&evaluation->inputs.pool));
    if (!*document) {
        return lka_fail_memory(error, 0);
    }
    json_t *truth = evaluation->truth ? truth_json(&evaluation->found, evaluation->unknown) : json_null();
    return json_object_set_new(*document, "truth", truth) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static void add_tiers(struct lka_text *csv, const char *of, const struct lka_ranking *ranking)
{
    for (size_t t = 0; t < LKA_TIERS; t++) {
        const struct lka_tier *tier = &ranking->tiers[t];
        double figures[] = {lka_tier_share[t],         (double)tier->people,       tier->recall,
                            tier->recall_interval.low, tier->recall_interval.high, tier->lift,
                            tier->lift_interval.low,   tier->lift_interval.high};
        lka_text_string(csv, of);
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
            lka_text_string(csv, ",");
            lka_text_number(csv, figures[i]);
        }
        lka_text_string(csv, "\n");
    }
}

static lka_status put_file(struct lka_directory *directory, const char *name, const char *bytes, size_t length,
                           struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_directory_path(directory, name, &path, error));
    lka_status status = lka_output_file(path, false, bytes, length, error);
    lka_free(path);
    return status;
}

static lka_status put_document(struct lka_directory *directory, const json_t *document, struct lka_error *error)
{
    char *text = NULL;
    LKA_TRY(lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), &text, error));
    lka_status status = put_file(directory, "evaluate.json", text, strlen(text), error);
    lka_free(text);
    return status;
}

static lka_status put_tiers(struct lka_directory *directory, const struct evaluation *evaluation,
                            struct lka_error *error)
{
    struct lka_text csv = {0};
    lka_text_string(&csv, "of,share,people,recall,recall_low,recall_high,lift,lift_low,lift_high\n");
    add_tiers(&csv, "held-out seeds", &evaluation->ranking);
    if (evaluation->truth) {
        add_tiers(&csv, "truth", &evaluation->found.ranking);
    }
    lka_status status = csv.failed ? lka_fail_memory(error, csv.capacity)
                                   : put_file(directory, "tiers.csv", csv.bytes, csv.length, error);
    lka_text_release(&csv);
    return status;
}

static lka_status write_directory(struct evaluation *evaluation, const json_t *document, struct lka_error *error)
{
    if (evaluation->options->dry_run) {
        return LKA_OK;
    }
    LKA_TRY(put_document(evaluation->directory, document, error));
    LKA_TRY(put_tiers(evaluation->directory, evaluation, error));
    struct lka_directory *directory = evaluation->directory;
    evaluation->directory = NULL;
    return lka_directory_commit(directory, error);
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status read_truth(struct evaluation *evaluation, struct lka_error *error)
{
    struct lka_table table = {0};
    LKA_TRY(lka_score_truth_open(evaluation->all, evaluation->inputs.model, evaluation->options->truth, &table, error));
    lka_status status = lka_truth_map_read(&table, &evaluation->truth, error);
    lka_table_close(&table);
    return status;
}

static lka_status open_all(struct evaluation *evaluation, struct lka_error *error)
{
    const struct evaluate_options *options = evaluation->options;
    const struct lka_session *session = &evaluation->warnings.session;
    for (size_t i = 0; i < options->seeds.count; i++) {
        if (strcmp(options->seeds.items[i], "-") == 0) {
            return lka_fail(error, LKA_USAGE, "--seeds: \"-\" is not allowed; the seeds are read twice: give a file");
        }
    }
    const char *out = lka_options_target(evaluation->all, "out");
    LKA_TRY(lka_score_inputs_open(&evaluation->inputs, evaluation->all, out, false, session, error));
    LKA_TRY(lka_score_table_open(evaluation->all, evaluation->inputs.model, "seeds", out, &evaluation->seeds, error));
    if (!options->dry_run) {
        LKA_TRY(lka_directory_open(out, &evaluation->directory, error));
    }
    return options->truth ? read_truth(evaluation, error) : LKA_OK;
}

static lka_status run(struct evaluation *evaluation, json_t **document, struct lka_error *error)
{
    LKA_TRY(lka_warnings_init(&evaluation->warnings, evaluation->warnings.outer, error));
    LKA_TRY(open_all(evaluation, error));
    LKA_TRY(rank_all(evaluation, error));
    LKA_TRY(evaluation->warnings.failed ? lka_fail_memory(error, 0) : make_document(evaluation, document, error));
    return write_directory(evaluation, *document, error);
}

static void release(struct evaluation *evaluation)
{
    lka_directory_abandon(evaluation->directory);
    lka_truth_map_free(evaluation->truth);
    lka_table_close(&evaluation->seeds);
    lka_score_inputs_close(&evaluation->inputs);
    lka_warnings_release(&evaluation->warnings);
}

lka_status lka_evaluate(const struct lka_options *all, const struct lka_session *session, char **summary,
                        struct lka_error *error)
{
    struct evaluation evaluation = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
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
