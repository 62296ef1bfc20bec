/* The stage in one view: look at everybody who was ranked, decide about each person once, check that it is enough,
 * write. */
#include "audience/stage.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "store/artefacts.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "eligibility/suppression_file.h"
#include "score/left_out.h"

#include <stdio.h>
#include <time.h>

#define LKA_PARAM_OWNER struct audience_options
LKA_PARAMS_TABLE(lka_audience_params, "audience", LKA_AUDIENCE_PARAMS);

/* ---- settings --------------------------------------------------------------------------------- */

static lka_status read_tier_cap(struct lka_audience *audience, const char *text, struct lka_error *error)
{
    static const char *const names[LKA_AUDIENCE_TIERS] = {"1", "2", "5", "10", "100"};
    const char *equals = strchr(text, '=');
    int64_t people = -1;
    for (size_t t = 0; equals && t < LKA_AUDIENCE_TIERS; t++) {
        struct lka_span name = {text, (uint32_t)(equals - text)};
        if (lka_span_equal(name, lka_span_of(names[t])) && lka_parse_integer(lka_span_of(equals + 1), &people) &&
            people >= 0) {
            audience->tier_caps[t] = (uint64_t)people;
            return LKA_OK;
        }
    }
    return lka_fail(error, LKA_USAGE,
                    "--tier-cap: \"%.40s\" is not allowed; allowed: TIER=N, a tier 1, 2, 5, 10 or 100", text);
}

static lka_status read_day(struct lka_audience *audience, struct lka_error *error)
{
    const char *text = audience->options->as_of;
    int64_t seconds = (int64_t)time(NULL);
    if (text && !lka_parse_time(lka_span_of(text), &seconds)) {
        return lka_fail(error, LKA_USAGE, "--as-of: \"%.40s\" is no date; allowed: such as 2025-06-30", text);
    }
    lka_format_date(seconds / 86400, audience->day);
    return LKA_OK;
}

/* Each person is drawn alone, so that nobody's arm depends on others: a share, and no count. */
static lka_status read_holdout(struct lka_audience *audience, struct lka_error *error)
{
    struct lka_span text = lka_span_of(audience->options->holdout);
    bool percent = text.length > 0 && text.text[text.length - 1] == '%';
    text.length -= percent;
    if (lka_parse_number(text, &audience->holdout)) {
        audience->holdout /= percent ? 100 : 1;
        if (audience->holdout >= 0 && audience->holdout < 1) {
            return LKA_OK;
        }
    }
    return lka_fail(error, LKA_USAGE,
                    "--holdout: \"%.40s\" is not allowed; allowed: a share under 100%% (10%%, .1), or 0",
                    audience->options->holdout);
}

static lka_status read_paths(struct lka_audience *audience, struct lka_error *error)
{
    const struct audience_options *options = audience->options;
    audience->path_count = 1;
    if (!options->paths) {
        return lka_options_given(audience->all, "budget")
                   ? lka_fail(error, LKA_USAGE, "--budget needs --paths, which say what a contact costs")
                   : LKA_OK;
    }
    LKA_TRY(lka_paths_load(options->paths, &audience->paths, error));
    for (size_t i = 0; i < audience->paths.count; i++) {
        snprintf(audience->path_names[audience->path_count++], sizeof *audience->path_names, "%s",
                 audience->paths.items[i].name);
    }
    return LKA_OK;
}

static lka_status read_settings(struct lka_audience *audience, struct lka_error *error)
{
    const struct lka_list *caps = &audience->options->tier_cap;
    for (size_t t = 0; t < LKA_AUDIENCE_TIERS; t++) {
        audience->tier_caps[t] = UINT64_MAX;
    }
    for (size_t i = 0; i < caps->count; i++) {
        LKA_TRY(read_tier_cap(audience, caps->items[i], error));
    }
    LKA_TRY(read_day(audience, error));
    LKA_TRY(read_holdout(audience, error));
    return read_paths(audience, error);
}

/* ---- the workspace ---------------------------------------------------------------------------- */

/* The lock is held from here to the end: who entered before is not to change meanwhile. */
static lka_status open_workspace(struct lka_audience *audience, struct lka_error *error)
{
    const struct audience_options *options = audience->options;
    enum lka_workspace_mode mode = options->dry_run ? LKA_WORKSPACE_READ : LKA_WORKSPACE_WRITE;
    LKA_TRY(lka_workspace_open(options->workspace, mode, lka_audience_session(audience), &audience->workspace, error));
    if (!options->dry_run) {
        LKA_TRY(lka_workspace_begin(audience->workspace, "audience", error));
    }
    return lka_entrants_open(audience->workspace, options->campaign, options->temporary, &audience->entrants, error);
}

/* ---- checks ----------------------------------------------------------------------------------- */

static lka_status check_size(struct lka_audience *audience, struct lka_error *error)
{
    const struct lka_platform *platform = audience->eligibility.platform;
    bool given = lka_options_given(audience->all, "min-people");
    audience->minimum = given ? (uint64_t)audience->options->min_people : platform ? platform->minimum : 100;
    const char *who = given ? "--min-people" : platform ? platform->name : "the default";
    unsigned long long people = audience->reachable;
    unsigned long long minimum = audience->minimum;
    if (people < minimum) {
        return lka_fail_at(
            error, LKA_REFUSED, audience->options->ranked, 0, 0,
            "gives an audience of %llu people who can be matched, under the minimum of %llu (%s): nothing "
            "was written; rank more (--top) or hold out fewer (--holdout)",
            people, minimum, who);
    }
    if (people < 3 * minimum) {
        lka_warn(
            lka_audience_session(audience),
            "the audience of %llu people is under three times the minimum of %llu (%s): what the platform does not "
            "match may bring it below",
            people, minimum, who);
    }
    return LKA_OK;
}

/* audience.json of a directory (NULL: none); NULL if there is none. */
static lka_status load_document(const char *directory, json_t **document, struct lka_error *error)
{
    struct lka_text path = {0};
    *document = NULL;
    if (!directory) {
        return LKA_OK;
    }
    lka_text_format(&path, "%s/audience.json", directory);
    lka_status status = path.failed ? lka_fail_memory(error, strlen(directory))
                                    : lka_json_read_file(path.bytes, document, NULL, error);
    lka_text_release(&path);
    return status;
}

/* Everything that the outcome follows from, in one hash. */
static lka_status name_run(struct lka_audience *audience, struct lka_error *error)
{
    char suppression[33];
    char known[33];
    char frequent[33];
    char paths[33];
    char *text = NULL;
    const struct lka_known *customers = &audience->eligibility.known;
    const struct lka_known *often = &audience->eligibility.frequent;
    LKA_TRY(lka_suppression_published(audience->workspace, suppression, error));
    lka_hash128_bytes(customers->items, customers->count * sizeof *customers->items, known);
    lka_hash128_bytes(often->items, often->count * sizeof *often->items, frequent);
    lka_hash128_bytes(audience->path_names, sizeof audience->path_names, paths);
    json_t *before;
    LKA_TRY(load_document(audience->options->previous, &before, error));
    const char *previous = json_string_value(json_object_get(before, "run"));
    json_t *facts = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "rule", LKA_AUDIENCE_RULE, "parameters",
                              lka_audience_parameters(audience), "ranked", audience->ranked_digest, "suppression",
                              suppression, "customers", known, "frequent", frequent, "left_out",
                              audience->left_out_digest, "paths", paths, "previous", previous);
    lka_status status = lka_json_text(facts, JSON_SORT_KEYS | JSON_REAL_PRECISION(17), &text, error);
    json_decref(facts);
    json_decref(before);
    if (status == LKA_OK) {
        lka_hash128_bytes(text, strlen(text), audience->run);
    }
    lka_free(text);
    return status;
}

/* The document of this run, if it stands in --out already. */
static lka_status find_repeated(struct lka_audience *audience, struct lka_error *error)
{
    json_t *document;
    LKA_TRY(load_document(audience->options->out, &document, error));
    const char *run = json_string_value(json_object_get(document, "run"));
    if (run && strcmp(run, audience->run) == 0) {
        audience->document = document;
    } else {
        json_decref(document);
    }
    return LKA_OK;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status put_documents(struct lka_audience *audience, struct lka_directory *directory, double start,
                                struct lka_error *error)
{
    json_t *run = json_pack("{s:i, s:s, s:s, s:s, s:I, s:f}", "schema", 1, "stage", "audience", "version",
                            lka_version(), "as_of", audience->day, "entered", (json_int_t)audience->entered, "seconds",
                            lka_seconds() - start);
    lka_status status = run ? lka_directory_json(directory, "audience.run.json", run, error)
                            : lka_fail_memory(error, 0);
    json_decref(run);
    return status == LKA_OK ? lka_directory_json(directory, "audience.json", audience->document, error) : status;
}

static lka_status write_into(struct lka_audience *audience, struct lka_directory *directory, double start,
                             struct lka_error *error)
{
    LKA_TRY(lka_audience_write(audience, directory, error));
    if (audience->options->previous) {
        LKA_TRY(lka_audience_refresh(audience, directory, error));
    }
    LKA_TRY(lka_audience_document(audience, error));
    if (!directory) {
        return LKA_OK;
    }
    LKA_TRY(put_documents(audience, directory, start, error));
    LKA_TRY(
        lka_artefact_put(audience->workspace, audience->options->out, "audience", audience->run, "audience", error));
    LKA_TRY(strcmp(audience->options->ranked, "-") != 0
                ? lka_artefact_put(audience->workspace, audience->options->ranked, "ranking", "", "score", error)
                : LKA_OK);
    return lka_workspace_commit(audience->workspace, error);
}

static lka_status write_all(struct lka_audience *audience, double start, struct lka_error *error)
{
    struct lka_directory *directory = NULL;
    if (!audience->options->dry_run) {
        LKA_TRY(lka_directory_open(audience->options->out, &directory, error));
    }
    lka_status status = write_into(audience, directory, start, error);
    if (status != LKA_OK) {
        lka_directory_abandon(directory);
        return status;
    }
    return directory ? lka_directory_commit(directory, error) : LKA_OK;
}

static lka_status tell(struct lka_audience *audience, bool repeated, double start, char **summary,
                       struct lka_error *error)
{
    json_t *document = audience->document;
    bool told = json_object_set_new(document, "out", lka_json_string(lka_options_target(audience->all, "out"))) == 0 &&
                json_object_set_new(document, "repeated", json_boolean(repeated)) == 0 &&
                json_object_set_new(document, "seconds", json_real(lka_seconds() - start)) == 0;
    return told ? lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error)
                : lka_fail_memory(error, sizeof(json_t));
}

static lka_status run(struct lka_audience *audience, double start, char **summary, struct lka_error *error)
{
    LKA_TRY(read_settings(audience, error));
    LKA_TRY(open_workspace(audience, error));
    LKA_TRY(lka_audience_open_ranking(audience, error));
    audience->left_out = json_object();
    LKA_TRY(audience->left_out ? lka_audience_left_out(audience, NULL, error) : lka_fail_memory(error, 0));
    LKA_TRY(lka_audience_look(audience, error));
    LKA_TRY(name_run(audience, error));
    if (!audience->options->dry_run) {
        LKA_TRY(find_repeated(audience, error));
    }
    bool repeated = audience->document != NULL;
    if (!repeated) {
        LKA_TRY(lka_audience_decide(audience, error));
        LKA_TRY(check_size(audience, error));
        LKA_TRY(write_all(audience, start, error));
    }
    return tell(audience, repeated, start, summary, error);
}

static void release(struct lka_audience *audience)
{
    lka_entrants_close(&audience->entrants);
    lka_eligibility_close(&audience->eligibility);
    lka_workspace_close(audience->workspace);
    lka_rows_release(&audience->rows);
    lka_table_close(&audience->table);
    lka_paths_release(&audience->paths);
    lka_shared_release(&audience->shared);
    lka_keymap_release(&audience->left_out_keys);
    lka_verdicts_release(&audience->verdicts);
    lka_free(audience->selected);
    lka_free(audience->cell);
    json_decref(audience->left_out);
    json_decref(audience->changes);
    json_decref(audience->document);
    lka_warnings_release(&audience->warnings);
    explicit_bzero(audience, sizeof *audience);
    lka_free(audience);
}

lka_status lka_audience(const struct lka_options *options, const struct lka_session *session, char **summary,
                        struct lka_error *error)
{
    double start = lka_seconds();
    struct lka_audience *audience;
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    LKA_TRY(LKA_NEW(audience, 1, error));
    audience->all = options;
    audience->options = lka_options_values(options);
    lka_verdicts_init(&audience->verdicts, audience->options->temporary);
    lka_status status = lka_warnings_init(&audience->warnings, session, error);
    if (status == LKA_OK) {
        status = run(audience, start, summary, error);
    }
    release(audience);
    return status;
}
