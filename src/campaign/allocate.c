/* Allocating in one view: invite who is reachable and was not yet, learn from earlier waves, draw, remember, write. A
 * wave that was drawn before is written again as it was. */
#include "lookalike/campaign.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "campaign/document.h"
#include "campaign/state.h"
#include "eligibility/suppression_file.h"
#include "campaign/waves.h"

#include <math.h>
#include <stdio.h>

#define LKA_ALLOCATE_PARAMS(X)                                                                                       \
    X(TEXT, paths, "paths", NULL, 0, 0, NULL, "FILE",                                                                \
      "the paths, their costs and caps (YAML); default: lead_ad, sponsored_post, banner", false)                     \
    X(NUMBER, budget, "budget", NULL, 1e-6, 1e12, NULL, "N",                                                         \
      "what the wave may cost, in the unit of the paths' costs (1 a contact where none is said)", true)              \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "what the brand's runs remember", true)                 \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where allocation.csv goes", true)                                  \
    X(INTEGER, wave, "wave", "1", 1, 1e9, NULL, "N", "the number of the wave; each is drawn once", false)            \
    X(NUMBER, exploration, "exploration", "0.1", 0.1, 1, NULL, "SHARE",                                              \
      "the part that is split evenly whatever is known", false)                                                      \
    X(INTEGER, min_people, "min-people", "100", 1, 1e9, NULL, "N", "segments of fewer people get no figures", false) \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    X(INTEGER, seed, "seed", "1", 0, 9e15, NULL, "N", "what all random choices follow from", false)

LKA_PARAMS_STRUCT(allocate_options, LKA_ALLOCATE_PARAMS);
#define LKA_PARAM_OWNER struct allocate_options
LKA_PARAMS_TABLE(lka_campaign_allocate_params, "campaign allocate", LKA_ALLOCATE_PARAMS);

struct allocation {
    const struct lka_options *all;
    const struct allocate_options *options;
    struct lka_warnings warnings;
    struct lka_paths paths;
    struct lka_workspace *workspace;
    struct lka_wave wave;
    struct lka_answers answers;
    struct lka_assignment drawn;
    struct lka_directory *directory;
    struct lka_page page;
    char *parameters; /* by which a wave that was drawn is told from another */
    struct lka_text known_parameters;
    struct lka_text known_document;
    json_t *document;
};

/* ---- a wave that was drawn before ------------------------------------------------------------- */

static lka_status fingerprint(struct allocation *allocation, struct lka_error *error)
{
    const struct allocate_options *options = allocation->options;
    json_t *value = json_pack("{s:f, s:f, s:I, s:o}", "budget", options->budget, "exploration", options->exploration,
                              "seed", (json_int_t)options->seed, "paths", lka_paths_json(&allocation->paths));
    lka_status status = lka_json_text(value, JSON_COMPACT | JSON_SORT_KEYS, &allocation->parameters, error);
    json_decref(value);
    return status;
}

static lka_status check_same(const struct allocation *allocation, struct lka_error *error)
{
    if (strcmp(allocation->known_parameters.bytes, allocation->parameters) == 0) {
        return LKA_OK;
    }
    return lka_fail(
        error, LKA_USAGE,
        "--wave: wave %lld was drawn with other paths, budget, exploration or seed, and people may have been "
        "invited; a new wave has a new number",
        (long long)allocation->options->wave);
}

static lka_status take_known(struct allocation *allocation, struct lka_error *error)
{
    LKA_TRY(check_same(allocation, error));
    LKA_TRY(lka_json_read(allocation->known_document.bytes, allocation->known_document.length, 0, &allocation->document,
                          error));
    lka_log_step(&allocation->warnings.session, "allocate", "wave %lld was drawn before: nothing is drawn again",
                 (long long)allocation->options->wave);
    return allocation->document ? LKA_OK : lka_fail_memory(error, allocation->known_document.length);
}

/* ---- a new one -------------------------------------------------------------------------------- */

static lka_status draw(struct allocation *allocation, struct lka_error *error)
{
    const struct allocate_options *options = allocation->options;
    struct lka_wave *wave = &allocation->wave;
    LKA_TRY(lka_wave_invite(allocation->workspace, &allocation->paths, wave, error));
    LKA_TRY(lka_wave_learn(allocation->workspace, &allocation->paths, wave, &allocation->answers, error));
    allocation->drawn = (struct lka_assignment){
        .paths = &allocation->paths,
        .answers = &allocation->answers,
        .exploration = options->exploration,
        .budget = (int64_t)floor(options->budget * LKA_SHARES + .5),
        .key = lka_hash(lka_key((uint64_t)options->seed, "campaign allocate"),
                        (struct lka_span){(const char *)&options->wave, sizeof options->wave}),
    };
    return lka_assign(&allocation->drawn, wave->items, wave->count, error);
}

static void warn_of_what_is_odd(struct allocation *allocation)
{
    const struct lka_session *session = &allocation->warnings.session;
    const struct lka_wave *wave = &allocation->wave;
    if (wave->count == 0) {
        lka_warn(session, "there is nobody to invite: everybody who is reachable was in an earlier wave, or came back");
    }
    if (allocation->drawn.without_room > 0) {
        lka_warn(session, "the budget and the caps do not reach for %llu of %zu contacts",
                 (unsigned long long)allocation->drawn.without_room, wave->count);
    }
}

/* What each path got. */
static json_t *taken_json(const struct allocation *allocation)
{
    json_t *object = json_object();
    for (size_t p = 0; p < allocation->paths.count; p++) {
        const struct lka_path *path = &allocation->paths.items[p];
        double spent = (double)allocation->drawn.taken[p] * (double)path->cost / LKA_SHARES;
        json_object_set_new(
            object, path->name,
            json_pack("{s:I, s:f}", "contacts", (json_int_t)allocation->drawn.taken[p], "spent", spent));
    }
    if (json_object_size(object) != allocation->paths.count) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* One cell: what was learned, and the share for somebody of the segment whom every path can reach. */
static json_t *cell_json(const struct allocation *allocation, size_t segment, size_t path, const uint32_t *shares)
{
    const struct lka_answers *answers = &allocation->answers;
    size_t cell = segment * answers->paths + path;
    uint64_t trials = answers->trials[cell];
    bool enough = trials >= (uint64_t)allocation->options->min_people;
    double mean = answers->alpha[cell] / (answers->alpha[cell] + answers->beta[cell]);
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:f}", "segment", allocation->wave.segments.items[segment], "path",
                     allocation->paths.items[path].name, "trials", (json_int_t)trials, "came_back",
                     enough ? json_integer((json_int_t)answers->hits[cell]) : json_null(), "shrunken_rate",
                     answers->known ? json_real(mean) : json_null(), "share", shares[path] / (double)LKA_SHARES);
}

static lka_status learned_json(const struct allocation *allocation, json_t **learned, struct lka_error *error)
{
    const struct lka_answers *answers = &allocation->answers;
    size_t order[LKA_TERMS_MOST];
    uint32_t shares[LKA_PATHS_MOST];
    size_t cells = 0;
    *learned = json_array();
    lka_terms_order(&allocation->wave.segments, order);
    for (size_t s = 0; s < answers->segments; s++) {
        uint32_t every = UINT32_MAX >> (LKA_PATHS_MOST - allocation->paths.count);
        LKA_TRY(lka_answers_shares(answers, order[s], every, &allocation->paths, allocation->options->exploration,
                                   shares, error));
        for (size_t p = 0; p < answers->paths; p++, cells++) {
            json_array_append_new(*learned, cell_json(allocation, order[s], p, shares));
        }
    }
    return json_array_size(*learned) == cells ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status make_document(struct allocation *allocation, struct lka_error *error)
{
    const struct lka_wave *wave = &allocation->wave;
    const struct lka_answers *answers = &allocation->answers;
    json_t *learned = NULL;
    lka_status status = learned_json(allocation, &learned, error);
    if (status != LKA_OK) {
        json_decref(learned);
        return status;
    }
    json_int_t allocated = (json_int_t)(wave->count - allocation->drawn.without_room);
    allocation->document = json_pack(
        "{s:i, s:s, s:o, s:o, s:I, s:{s:I, s:I, s:I, s:I}, s:f, s:o, s:{s:b, s:f, s:f, s:o}, s:O}", "schema", 1,
        "stage", "campaign allocate", "parameters", lka_options_echo(allocation->all), "paths",
        lka_paths_json(&allocation->paths), "wave", (json_int_t)allocation->options->wave, "counts", "reachable",
        (json_int_t)(wave->count + wave->without_path), "allocated", allocated, "without room",
        (json_int_t)allocation->drawn.without_room, "without path", (json_int_t)wave->without_path, "spent",
        (double)allocation->drawn.spent / LKA_SHARES, "taken", taken_json(allocation), "learned", "known",
        (int)answers->known, "between_paths", answers->between_paths, "between_segments", answers->between_segments,
        "cells", learned, "warnings", allocation->warnings.list);
    return allocation->document && !allocation->warnings.failed ? LKA_OK : lka_fail_memory(error, 0);
}

/* Who objected after the contacts were onboarded would be among those who are drawn. */
static lka_status check_objections(struct allocation *allocation, struct lka_error *error)
{
    char now[33];
    struct lka_text then = {0};
    LKA_TRY(lka_suppression_published(allocation->workspace, now, error));
    lka_status status = lka_state_fact(allocation->workspace, "objections", &then, error);
    if (status == LKA_OK && strcmp(now, then.bytes && then.length ? then.bytes : "") != 0) {
        status = lka_fail(error, LKA_USAGE,
                          "--workspace %s: people objected since the contacts were onboarded; run `lookalike campaign "
                          "onboard` again before a wave is drawn",
                          allocation->options->workspace);
    }
    lka_text_release(&then);
    return status;
}

static lka_status take_new(struct allocation *allocation, struct lka_error *error)
{
    char *text = NULL;
    LKA_TRY(check_objections(allocation, error));
    LKA_TRY(draw(allocation, error));
    warn_of_what_is_odd(allocation);
    LKA_TRY(make_document(allocation, error));
    if (allocation->options->dry_run) {
        return LKA_OK;
    }
    LKA_TRY(lka_state_add_paths(allocation->workspace, &allocation->paths, error));
    LKA_TRY(lka_json_text(allocation->document, JSON_COMPACT | JSON_REAL_PRECISION(15), &text, error));
    lka_status status = lka_wave_save(allocation->workspace, allocation->options->wave, allocation->parameters, text,
                                      &allocation->paths, &allocation->wave, error);
    lka_free(text);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status put_row(void *user, struct lka_span contact, struct lka_span segment, struct lka_span path,
                          int64_t millionths, struct lka_error *error)
{
    struct allocation *allocation = user;
    struct lka_page *page = &allocation->page;
    lka_page_field(page, contact);
    lka_page_field(page, path);
    lka_page_number(page, (double)millionths / LKA_SHARES);
    lka_page_field(page, segment);
    lka_page_number(page, (double)allocation->options->wave);
    return lka_page_end_row(page, error);
}

static lka_status write_rows(struct allocation *allocation, struct lka_error *error)
{
    LKA_TRY(lka_page_open(&allocation->page, allocation->directory, "allocation.csv",
                          "contact_id,path,probability,segment,wave", error));
    LKA_TRY(lka_wave_each(allocation->workspace, allocation->options->wave, put_row, allocation, error));
    return lka_page_close(&allocation->page, error);
}

static lka_status open_all(struct allocation *allocation, struct lka_error *error)
{
    const struct allocate_options *options = allocation->options;
    const struct lka_session *session = &allocation->warnings.session;
    LKA_TRY(lka_warnings_init(&allocation->warnings, allocation->warnings.outer, error));
    LKA_TRY(lka_paths_load(options->paths, &allocation->paths, error));
    LKA_TRY(fingerprint(allocation, error));
    LKA_TRY(lka_state_open(options->workspace, options->dry_run ? LKA_WORKSPACE_READ : LKA_WORKSPACE_WRITE, session,
                           &allocation->workspace, error));
    if (options->dry_run) {
        return LKA_OK;
    }
    LKA_TRY(lka_directory_open(options->out, &allocation->directory, error));
    return lka_workspace_begin(allocation->workspace, "campaign allocate", error);
}

static lka_status run(struct allocation *allocation, double start, char **summary, struct lka_error *error)
{
    bool writes = !allocation->options->dry_run;
    LKA_TRY(open_all(allocation, error));
    LKA_TRY(lka_wave_find(allocation->workspace, allocation->options->wave, &allocation->known_parameters,
                          &allocation->known_document, error));
    bool known = allocation->known_parameters.length > 0;
    LKA_TRY(known ? take_known(allocation, error) : take_new(allocation, error));
    LKA_TRY(writes ? write_rows(allocation, error) : LKA_OK);
    LKA_TRY(writes ? lka_workspace_commit(allocation->workspace, error) : LKA_OK);
    struct lka_directory *directory = allocation->directory;
    allocation->directory = NULL;
    return lka_campaign_publish(directory, allocation->document, allocation->all, start, summary, error);
}

static void release(struct allocation *allocation)
{
    json_decref(allocation->document);
    lka_page_abandon(&allocation->page);
    lka_directory_abandon(allocation->directory);
    lka_text_release(&allocation->known_parameters);
    lka_text_release(&allocation->known_document);
    lka_free(allocation->parameters);
    lka_answers_release(&allocation->answers);
    lka_wave_release(&allocation->wave);
    lka_workspace_close(allocation->workspace);
    lka_paths_release(&allocation->paths);
    lka_warnings_release(&allocation->warnings);
}

lka_status lka_campaign_allocate(const struct lka_options *all, const struct lka_session *session, char **summary,
                                 struct lka_error *error)
{
    struct allocation allocation = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&allocation, start, summary, error);
    release(&allocation);
    return status;
}
