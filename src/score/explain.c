/* Explaining in one view: find the row, score it by the rule, ask the family what each feature adds, and read the pool
 * once more to see where the row stands. */
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "score/absence.h"
#include "score/inputs.h"
#include "score/ranked.h"
#include "score/row_state.h"
#include "score/score.h"
#include "score/top.h"
#include "table/where.h"

#include <math.h>
#include <stdlib.h>

#define LKA_EXPLAIN_PARAMS(X)                                                                                         \
    X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "the trained model", true)                                      \
    X(LIST, pool, "pool", NULL, 0, 0, NULL, "FILE", "the prospects (CSV, .gz, .zst; - for stdin)", true)              \
    X(TEXT, row, "row", NULL, 0, 0, NULL, "ID", "the id of the row to explain", true)                                 \
    X(LIST, seeds, "seeds", NULL, 0, 0, NULL, "FILE", "the people who were left out of the ranking as seeds", false)  \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL,                                                          \
      "ids of seeds and pool name the same people, though their columns have different names", false)                 \
    X(FLAG, keep_seeds, "keep-seeds", "false", 0, 0, NULL, NULL, "seeds that are in the pool were ranked too", false) \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                          \
      "what the brand's runs remember: tells why somebody may not be used", false)                                    \
    X(TEXT, eligible_for, "eligible-for", NULL, 0, 0, NULL, "PLATFORM",                                               \
      "the platform that the ranking was meant for; needs --workspace", false)                                        \
    X(TEXT, audience, "audience", NULL, 0, 0, NULL, "DIR",                                                            \
      "an audience made of the ranking: the person's arm in its ledger, or why they are in none; needs --workspace",  \
      false)                                                                                                          \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                                 \
      "the day from which --frequency-cap counts back; default: today (UTC)", false)                                  \
    LKA_ELIGIBILITY_PARAMS(X)                                                                                         \
    LKA_WHERE_PARAMS(X)                                                                                               \
    LKA_INPUT_PARAMS(X)                                                                                               \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(explain_options, LKA_EXPLAIN_PARAMS);
#define LKA_PARAM_OWNER struct explain_options
LKA_PARAMS_TABLE(lka_explain_params, "explain", LKA_EXPLAIN_PARAMS);

struct explaining {
    const struct explain_options *options;
    const struct lka_session *session;
    struct lka_score_inputs inputs;
    struct lka_binding binding;
    struct lka_pipeline pipeline; /* of the second pass; its rule about who is eligible serves the first one too */
    struct lka_ids ids;           /* the repetitions that scoring rejects */
    struct lka_absence absence;
    json_t *whys;            /* the bars in the row's way */
    json_t *ledger;          /* what the audience says; NULL: nobody asked */
    struct lka_where *where; /* NULL without a rule */
    size_t *where_cells;
    struct lka_rows found;  /* the row */
    struct lka_block block; /* ... encoded */
    enum lka_row_state state;
    enum lka_bar bar;
    struct lka_span learned_as; /* the id that the row has among the seeds; NULL if it is none */
    double score;
    double base;
    double *adds; /* by feature; NULL if the family can't say */
    uint64_t tie_key;
    uint64_t above; /* eligible rows that come before it */
    uint64_t eligible;
    json_t *document;
};

static const struct lka_model *model_of(const struct explaining *explaining)
{
    return explaining->inputs.model;
}

static struct lka_span id_of(const struct explaining *explaining)
{
    return lka_cell(&explaining->found, explaining->binding.id, 0);
}

/* ---- the row ---------------------------------------------------------------------------------- */

static lka_status look_through(struct explaining *explaining, struct lka_rows *rows, struct lka_error *error)
{
    struct lka_source *source = explaining->inputs.pool.source;
    struct lka_span wanted = lka_span_of(explaining->options->row);
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            if (lka_span_equal(lka_cell(rows, explaining->binding.id, row), wanted)) {
                return lka_rows_append(&explaining->found, rows, row, error);
            }
        }
        LKA_TRY(lka_source_step(source, "find", explaining->session, error));
    } while (rows->count > 0);
    return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                       "no row has the id that --row gives (***) in its column \"%.60s\"",
                       explaining->binding.schema->columns[explaining->binding.columns[explaining->binding.id]].name);
}

static lka_status apply_rule(struct explaining *explaining, struct lka_error *error)
{
    if (!explaining->where) {
        return LKA_OK;
    }
    bool kept = true;
    LKA_TRY(lka_where_rows(explaining->where, &explaining->found, explaining->where_cells, &kept, error));
    explaining->state = kept ? LKA_ROW_ELIGIBLE : LKA_ROW_BY_RULE;
    return LKA_OK;
}

/* The rule's columns are read with the row: it is explained whether or not it meets the rule. */
static lka_status bind_rule(struct explaining *explaining, struct lka_error *error)
{
    const char *rule = explaining->options->where;
    if (!rule) {
        return LKA_OK;
    }
    LKA_TRY(lka_where_new(rule, explaining->binding.schema, &explaining->where, error));
    size_t count;
    const size_t *columns = lka_where_columns(explaining->where, &count);
    LKA_TRY(LKA_NEW(explaining->where_cells, count, error));
    for (size_t i = 0; i < count; i++) {
        explaining->where_cells[i] = lka_binding_cell(&explaining->binding, columns[i]);
    }
    return LKA_OK;
}

static lka_status ask_why(struct explaining *explaining, struct lka_error *error)
{
    const char *audience = explaining->options->audience;
    LKA_TRY(lka_absence_tell(&explaining->absence, &explaining->found, 0, &explaining->whys, error));
    return audience ? lka_absence_ledger(&explaining->absence, audience, id_of(explaining), &explaining->ledger, error)
                    : LKA_OK;
}

static lka_status find_row(struct explaining *explaining, struct lka_error *error)
{
    size_t columns = explaining->binding.count;
    LKA_TRY(lka_rows_init(&explaining->found, columns, 1, error));
    struct lka_rows rows;
    LKA_TRY(lka_rows_init(&rows, columns, explaining->pipeline.block_rows, error));
    lka_status status = look_through(explaining, &rows, error);
    lka_rows_release(&rows);
    LKA_TRY(status);
    LKA_TRY(lka_row_state_of(&explaining->pipeline, &explaining->found, 0, &explaining->state, &explaining->bar,
                             &explaining->learned_as, error));
    LKA_TRY(ask_why(explaining, error));
    return explaining->state == LKA_ROW_ELIGIBLE ? apply_rule(explaining, error) : LKA_OK;
}

static lka_status encode_row(struct explaining *explaining, struct lka_error *error)
{
    const struct lka_plan *plan = model_of(explaining)->plan;
    struct lka_problems problems = {0};
    LKA_TRY(lka_block_init(&explaining->block, lka_plan_space(plan), 1, error));
    lka_status status = lka_plan_encode(plan, &explaining->found, explaining->binding.plan_cell, &explaining->block,
                                        &problems, error);
    if (status == LKA_OK && problems.count > 0) {
        if (error) {
            *error = problems.items[0].error;
        }
        status = LKA_DATA;
    }
    lka_problems_release(&problems);
    return status;
}

static struct lka_span scored_as(const struct explaining *explaining)
{
    return explaining->learned_as.length > 0 ? explaining->learned_as : id_of(explaining);
}

static lka_status score_row(struct explaining *explaining, struct lka_error *error)
{
    bool is_seed = explaining->learned_as.text != NULL;
    struct lka_span id = scored_as(explaining);
    struct lka_arena scratch = {0};
    lka_status status = lka_model_score(model_of(explaining), &explaining->block, &id, &is_seed, &scratch,
                                        &explaining->score, error);
    lka_arena_release(&scratch);
    explaining->score += 0.0;
    return status;
}

/* ---- what each feature adds ------------------------------------------------------------------- */

/* The number of the member that scores the row alone, or member_count for the mean. */
static size_t member_of(const struct explaining *explaining)
{
    return lka_model_member(model_of(explaining), scored_as(explaining), explaining->learned_as.text != NULL);
}

static lka_status contribute(struct explaining *explaining, struct lka_error *error)
{
    const struct lka_model *model = model_of(explaining);
    if (!lka_model_explains(model)) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(explaining->adds, explaining->block.space->count, error));
    return lka_model_contributions(model, &explaining->block, member_of(explaining), explaining->adds,
                                   &explaining->base, error);
}

/* ---- where it stands -------------------------------------------------------------------------- */

static bool comes_before(const struct explaining *explaining, double score, struct lka_span id)
{
    if (score != explaining->score) {
        return score > explaining->score;
    }
    uint64_t tie = lka_hash(explaining->tie_key, id);
    uint64_t own = lka_hash(explaining->tie_key, id_of(explaining));
    return tie != own ? tie < own : lka_span_compare(id, id_of(explaining)) < 0;
}

static lka_status count_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct explaining *explaining = user;
    struct lka_source *source = explaining->inputs.pool.source;
    for (size_t p = 0; p < block->problems.count; p++) {
        const struct lka_problem *problem = &block->problems.items[p];
        LKA_TRY(lka_source_reject(source, &block->rows, problem->row, &problem->error, error));
    }
    explaining->eligible += block->eligible_count;
    for (size_t i = 0; i < block->eligible_count; i++) {
        struct lka_span id = lka_cell(&block->rows, explaining->binding.id, block->eligible[i]);
        explaining->above += comes_before(explaining, block->scores[i], id);
    }
    return LKA_OK;
}

static lka_status count_rows(struct explaining *explaining, struct lka_error *error)
{
    struct lka_source *source = explaining->inputs.pool.source;
    LKA_TRY(lka_source_rewind(source, error));
    if (explaining->where) {
        LKA_TRY(lka_source_filter(source, explaining->options->where, explaining->binding.schema, explaining->session,
                                  error));
        LKA_TRY(lka_source_select(source, explaining->binding.columns, explaining->binding.count, error));
    }
    return lka_pipeline_run(&explaining->pipeline, error);
}

/* ---- telling ---------------------------------------------------------------------------------- */

struct addend {
    double adds;
    size_t feature;
};

/* The largest first, whichever its sign. */
static int by_size(const void *a, const void *b)
{
    const struct addend *x = a;
    const struct addend *y = b;
    if (fabs(x->adds) != fabs(y->adds)) {
        return fabs(x->adds) > fabs(y->adds) ? -1 : 1;
    }
    return (x->feature > y->feature) - (x->feature < y->feature);
}

static json_t *addend_json(const struct explaining *explaining, const struct addend *addend, struct lka_text *text)
{
    size_t f = addend->feature;
    const struct lka_block *block = &explaining->block;
    lka_text_clear(text);
    lka_plan_describe(model_of(explaining)->plan, f, lka_block_codes(block, f)[0], lka_block_values(block, f)[0], text);
    lka_text_append(text, "", 0);
    return text->failed ? NULL
                        : json_pack("{s:s, s:s, s:f}", "feature", block->space->features[f].name, "value", text->bytes,
                                    "adds", addend->adds);
}

static json_t *contributions_json(const struct explaining *explaining)
{
    size_t count = explaining->block.space->count;
    struct addend *addends = lka_new(count, sizeof *addends);
    struct lka_text text = {0};
    json_t *list = addends ? json_array() : NULL;
    for (size_t f = 0; f < count && list; f++) {
        addends[f] = (struct addend){explaining->adds[f], f};
    }
    if (list) {
        qsort(addends, count, sizeof *addends, by_size);
    }
    for (size_t i = 0; i < count && list; i++) {
        if (json_array_append_new(list, addend_json(explaining, &addends[i], &text)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    lka_text_release(&text);
    lka_free(addends);
    return list;
}

static json_t *member_json(const struct explaining *explaining)
{
    size_t member = member_of(explaining);
    size_t mean = model_of(explaining)->member_count;
    return member == mean ? json_string("mean") : json_integer((json_int_t)(member - (member > mean)));
}

static bool put(json_t *document, const char *key, json_t *value)
{
    return json_object_set_new(document, key, value) == 0;
}

static bool put_place(const struct explaining *explaining)
{
    json_t *document = explaining->document;
    uint64_t rank = explaining->above + 1;
    uint64_t eligible = explaining->eligible;
    return put(document, "rank", json_integer((json_int_t)rank)) &&
           put(document, "eligible", json_integer((json_int_t)eligible)) &&
           put(document, "percentile", json_real(lka_percentile(rank, eligible))) &&
           put(document, "tier", json_integer(lka_tier_of(rank, eligible)));
}

static bool put_score(const struct explaining *explaining)
{
    json_t *document = explaining->document;
    bool good = put(document, "score", json_real(explaining->score));
    if (explaining->state == LKA_ROW_ELIGIBLE) {
        good = good && put_place(explaining);
    }
    good = good && put(document, "family", json_string(model_of(explaining)->family->name)) &&
           put(document, "member", member_json(explaining));
    if (!explaining->adds) {
        return good && put(document, "contributions", json_null()) &&
               put(document, "no_contributions",
                   json_sprintf("the family %s can't tell what each feature adds", model_of(explaining)->family->name));
    }
    return good && put(document, "base", json_real(explaining->base)) &&
           put(document, "contributions", contributions_json(explaining));
}

/* Who may not be profiled is not scored, not even to be told about. */
static bool is_scored(const struct explaining *explaining)
{
    return explaining->state != LKA_ROW_NO_CONSENT && explaining->state != LKA_ROW_BARRED;
}

static lka_status tell(struct explaining *explaining, struct lka_error *error)
{
    static const char *const left_out[] = {[LKA_ROW_NO_CONSENT] = "no profiling consent",
                                           [LKA_ROW_SEED] = "seeds",
                                           [LKA_ROW_REJECTED] = "rejected",
                                           [LKA_ROW_BY_RULE] = "by --where"};
    explaining->document = json_pack("{s:i, s:o}", "schema", 1, "row", lka_json_string(explaining->options->row));
    bool good = explaining->document != NULL;
    if (explaining->state != LKA_ROW_ELIGIBLE) {
        const char *reason = explaining->state == LKA_ROW_BARRED ? lka_bar_name(explaining->bar)
                                                                 : left_out[explaining->state];
        good = good && put(explaining->document, "left_out", json_string(reason));
    }
    if (explaining->absence.asked) {
        good = good && put(explaining->document, "why", json_incref(explaining->whys));
    }
    if (explaining->ledger) {
        good = good && put(explaining->document, "audience", json_incref(explaining->ledger));
    }
    if (is_scored(explaining)) {
        good = good && put_score(explaining);
    }
    return good ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status prepare(struct explaining *explaining, const struct lka_options *options, struct lka_error *error)
{
    LKA_TRY(lka_score_inputs_open(&explaining->inputs, lka_options_text(options, "model"), options, NULL, true,
                                  explaining->session, error));
    LKA_TRY(lka_binding_init(&explaining->binding, model_of(explaining), &explaining->inputs.pool, false,
                             explaining->session, error));
    LKA_TRY(bind_rule(explaining, error));
    LKA_TRY(lka_absence_open(&explaining->absence, options, &explaining->binding,
                             lka_source_name(explaining->inputs.pool.source), explaining->session, error));
    explaining->tie_key = lka_key(model_of(explaining)->seed, "tie");
    explaining->pipeline = (struct lka_pipeline){
        .source = explaining->inputs.pool.source,
        .model = model_of(explaining),
        .binding = &explaining->binding,
        .ids = &explaining->ids,
        .seeds = explaining->inputs.seeds,
        .eligibility = explaining->absence.asked ? &explaining->absence.eligibility : NULL,
        .keep_seeds = explaining->options->keep_seeds,
        .threads = lka_thread_count(explaining->options->threads),
        .block_rows = lka_binding_block_rows(&explaining->binding, model_of(explaining)),
        .session = explaining->session,
        .step = "rank",
        .deliver = count_block,
        .user = explaining,
    };
    struct lka_source *source = explaining->inputs.pool.source;
    LKA_TRY(lka_source_select(source, explaining->binding.columns, explaining->binding.count, error));
    if (explaining->options->max_bad_rows == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_ids_init(&explaining->ids, explaining->options->temporary, error));
    return lka_ids_scan(&explaining->ids, source, explaining->binding.count, explaining->binding.id,
                        explaining->session, error);
}

static lka_status run(struct explaining *explaining, const struct lka_options *options, struct lka_error *error)
{
    LKA_TRY(prepare(explaining, options, error));
    LKA_TRY(find_row(explaining, error));
    if (is_scored(explaining)) {
        LKA_TRY(encode_row(explaining, error));
        LKA_TRY(score_row(explaining, error));
        LKA_TRY(contribute(explaining, error));
    }
    if (explaining->state == LKA_ROW_ELIGIBLE) {
        LKA_TRY(count_rows(explaining, error));
    }
    return tell(explaining, error);
}

lka_status lka_explain(const struct lka_options *options, const struct lka_session *session, char **json,
                       struct lka_error *error)
{
    *json = NULL;
    LKA_TRY(lka_options_check(options, error));
    struct explaining explaining = {.options = lka_options_values(options), .session = session};
    lka_status status = run(&explaining, options, error);
    if (status == LKA_OK) {
        status = lka_json_text(explaining.document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), json, error);
    }
    json_decref(explaining.document);
    json_decref(explaining.whys);
    json_decref(explaining.ledger);
    lka_absence_close(&explaining.absence);
    lka_free(explaining.adds);
    lka_where_free(explaining.where);
    lka_free(explaining.where_cells);
    lka_block_release(&explaining.block);
    lka_rows_release(&explaining.found);
    lka_ids_release(&explaining.ids);
    lka_binding_release(&explaining.binding);
    lka_score_inputs_close(&explaining.inputs);
    return status;
}
