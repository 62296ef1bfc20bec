#include "score/document.h"

#include "base/cpu.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/parameters.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* json_pack takes over every part that it is given, and gives NULL if one of them is NULL. */

static json_t *model_json(const struct lka_model *model)
{
    json_t *hash = model->file_hash[0] ? json_string(model->file_hash) : json_null();
    return json_pack("{s:s, s:i, s:o}", "family", model->family->name, "members", (int)model->member_count, "xxh3",
                     hash);
}

/* Each bar that stood in somebody's way. The rows that it counts are added to `rows`. */
static bool tell_barred(const struct lka_score_facts *facts, json_t *left_out, uint64_t *rows)
{
    for (enum lka_bar bar = LKA_BAR_NONE + 1; facts->barred && bar < LKA_BARS; bar++) {
        uint64_t count = facts->barred[bar];
        *rows += count;
        count += count > 0 && bar == LKA_BAR_PROFILING ? facts->no_consent : 0;
        if (count > 0 && json_object_set_new(left_out, lka_bar_name(bar), json_integer((json_int_t)count)) != 0) {
            return false;
        }
    }
    return true;
}

static json_t *counts_json(const struct lka_score_facts *facts)
{
    uint64_t eligible = facts->selected->eligible;
    uint64_t by_rule = lka_source_counts(facts->pool->source).left_out;
    uint64_t rows = eligible + facts->seeds + facts->no_consent + facts->rejected + by_rule;
    json_t *left_out = json_pack("{s:I, s:I, s:I}", "seeds", (json_int_t)facts->seeds, "no profiling consent",
                                 (json_int_t)facts->no_consent, "rejected", (json_int_t)facts->rejected);
    if (left_out && !tell_barred(facts, left_out, &rows)) {
        json_decref(left_out);
        return NULL;
    }
    json_t *counts = json_pack("{s:I, s:I, s:o, s:I, s:I}", "rows", (json_int_t)rows, "eligible", (json_int_t)eligible,
                               "left_out", left_out, "top", (json_int_t)facts->selected->top, "explored",
                               (json_int_t)facts->selected->explored);
    if (counts && !lka_table_tell_filter(facts->pool, facts->options, json_object_get(counts, "left_out"))) {
        json_decref(counts);
        return NULL;
    }
    return counts;
}

lka_status lka_score_document(const struct lka_score_facts *facts, json_t **document, struct lka_error *error)
{
    *document = json_pack("{s:i, s:s, s:o, s:o, s:[o], s:o, s:o, s:I, s:{s:I, s:s}, s:O, s:O?, s:O}", "schema", 1,
                          "stage", "score", "parameters", lka_options_echo(facts->options), "roles",
                          lka_schema_roles_json(&facts->pool->schema), "inputs", lka_table_json(facts->pool), "model",
                          model_json(facts->model), "counts", counts_json(facts), "top",
                          (json_int_t)facts->selected->top, "output", "rows", (json_int_t)facts->written, "xxh3",
                          facts->digest, "drift", facts->drift, "profile", facts->profile, "warnings", facts->warnings);
    return *document ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

lka_status lka_score_many_document(const struct lka_score_facts *facts, json_t *models, json_t **document,
                                   struct lka_error *error)
{
    *document = json_pack("{s:i, s:s, s:o, s:o, s:[o], s:o, s:o, s:I, s:O}", "schema", 1, "stage", "score",
                          "parameters", lka_options_echo(facts->options), "roles",
                          lka_schema_roles_json(&facts->pool->schema), "inputs", lka_table_json(facts->pool), "models",
                          models, "counts", counts_json(facts), "top", (json_int_t)facts->selected->top, "warnings",
                          facts->warnings);
    return *document ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

lka_status lka_score_model_entry(const struct lka_score_facts *facts, const char *name, const char *ranking,
                                 json_t **entry, struct lka_error *error)
{
    const struct lka_model *model = facts->model;
    *entry = json_pack("{s:o, s:s, s:i, s:s, s:O, s:{s:o, s:I, s:s}, s:O, s:O?}", "name", lka_json_string(name),
                       "family", model->family->name, "members", (int)model->member_count, "xxh3", model->file_hash,
                       "card", model->card, "output", "file", lka_json_string(ranking), "rows",
                       (json_int_t)facts->written, "xxh3", facts->digest, "drift", facts->drift, "profile",
                       facts->profile);
    return *entry ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

json_t *lka_score_run_json(const struct lka_score_clock *clock)
{
    char date[16];
    lka_format_date(clock->started / 86400, date);
    int second = (int)(clock->started % 86400);
    return json_pack(
        "{s:i, s:s, s:s, s:o, s:f, s:f, s:I, s:s, s:s}", "schema", 1, "stage", "score", "version", lka_version(),
        "started", json_sprintf("%sT%02d:%02d:%02dZ", date, second / 3600, second / 60 % 60, second % 60), "seconds",
        clock->seconds, "rows_per_second", clock->seconds > 0 ? floor((double)clock->rows / clock->seconds) : 0.0,
        "threads", (json_int_t)clock->threads, "cpu_level", lka_cpu_level(), "compiler", __VERSION__);
}

/* ---- files ------------------------------------------------------------------------------------ */

/* A document that stands complete in a temporary beside its place. */
struct paper {
    char *path;
    struct lka_output *output;
};

static lka_status paper_write(struct paper *paper, const json_t *value, struct lka_error *error)
{
    char *text;
    LKA_TRY(lka_json_text(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15), &text, error));
    lka_status status = lka_output_open(paper->path, false, &paper->output, error);
    if (status == LKA_OK) {
        status = lka_output_write(paper->output, text, strlen(text), error);
    }
    if (status == LKA_OK) {
        status = lka_output_write(paper->output, "\n", 1, error);
    }
    if (status == LKA_OK) {
        status = lka_output_ready(paper->output, error);
    }
    lka_free(text);
    return status;
}

static lka_status paper_prepare(struct paper *paper, const char *path, const char *ending, const json_t *value,
                                struct lka_error *error)
{
    struct lka_text name = {0};
    lka_text_format(&name, "%s%s", path, ending);
    LKA_TRY(lka_text_take(&name, &paper->path, error));
    return paper_write(paper, value, error);
}

static lka_status paper_commit(struct paper *paper, struct lka_error *error)
{
    struct lka_output *output = paper->output;
    paper->output = NULL;
    return lka_output_commit(output, error);
}

static void paper_release(struct paper *paper)
{
    lka_output_abandon(paper->output);
    lka_free(paper->path);
}

/* Not stdout, and no device or pipe. */
static bool is_file(const char *path)
{
    struct stat facts;
    return strcmp(path, "-") != 0 && (stat(path, &facts) != 0 || S_ISREG(facts.st_mode));
}

lka_status lka_score_publish(const char *path, json_t *document, const struct lka_score_clock *clock,
                             struct lka_ranked *ranked, struct lka_error *error)
{
    if (!is_file(path)) {
        return lka_ranked_commit(ranked, error);
    }
    struct paper papers[2] = {{0}};
    json_t *run = lka_score_run_json(clock);
    lka_status status = paper_prepare(&papers[0], path, ".score.json", document, error);
    if (status == LKA_OK) {
        status = paper_prepare(&papers[1], path, ".score.run.json", run, error);
    }
    if (status == LKA_OK) {
        status = lka_ranked_commit(ranked, error);
    }
    for (size_t i = 0; i < 2 && status == LKA_OK; i++) {
        status = paper_commit(&papers[i], error);
    }
    for (size_t i = 0; i < 2; i++) {
        paper_release(&papers[i]);
    }
    json_decref(run);
    return status;
}
