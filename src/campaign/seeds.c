/* The seeds in one view: who was for the campaign and what became of each, moments, what each had done by then,
 * crm.csv. */
#include "lookalike/campaign.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "campaign/contacts.h"
#include "campaign/crm_table.h"
#include "campaign/exposed.h"
#include "campaign/moments.h"
#include "campaign/state.h"
#include "lifecycle/written.h"
#include "store/events.h"

#define LKA_SEEDS_PARAMS(X)                                                                                           \
    X(LIST, exposures, "exposures", NULL, 0, 0, NULL, "FILE", "who was shown what, when (CSV)", true)                 \
    X(TEXT, window, "window", "30d", 0, 0, NULL, "PERIOD", "how long after an exposure somebody may still answer",    \
      false)                                                                                                          \
    X(TEXT, contacts, "contacts", NULL, 0, 0, NULL, "DIR",                                                            \
      "what lifecycle wrote, or its contacts.csv; default: what was onboarded; events are counted by the parameters " \
      "that "                                                                                                         \
      "lifecycle had, unless they are given here",                                                                    \
      false)                                                                                                          \
    X(LIST, events, "events", NULL, 0, 0, NULL, "FILE", "events that the workspace's archive does not have", false)   \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "what the brand's runs remember", true)                  \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where crm.csv goes", true)                                          \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                                 \
      "what is after it is not known yet; default: the latest of lifecycle's, of exposures and registrations", false) \
    X(TEXT, weight, "weight", NULL, 0, 0, NULL, "COL", "a column of the contacts with a weight of your own", false)   \
    LKA_COUNTING_PARAMS(X)                                                                                            \
    LKA_INPUT_PARAMS(X)                                                                                               \
    LKA_OUTPUT_PARAMS(X)                                                                                              \
    LKA_RUN_PARAMS(X)                                                                                                 \
    LKA_EVENTS_PARAMS(X)

LKA_PARAMS_STRUCT(seeds_options, LKA_SEEDS_PARAMS);
#define LKA_PARAM_OWNER struct seeds_options
LKA_PARAMS_TABLE(lka_campaign_seeds_params, "campaign seeds", LKA_SEEDS_PARAMS);

struct seeding {
    const struct lka_options *all;
    const struct seeds_options *options;
    struct lka_options *own; /* `all`, and what lifecycle was told of counting */
    struct lka_warnings warnings;
    struct lka_workspace *workspace;
    struct lka_suppression *suppression;
    struct lka_owners owners;
    struct lka_text contacts_path;
    struct lka_table contacts;
    struct lka_sheet sheet;
    struct lka_population population;
    struct lka_exposed exposed;
    struct lka_events *events;
    struct lka_aggregates aggregates;
    struct lka_crm_choice choice;
    struct lka_directory *directory;
    struct lka_period window;
    int64_t as_of;
    json_t *attributes_as_of; /* lifecycle's day, at which it was given the contacts; null where that is not known */
    json_t *document;
};

static const struct lka_session *session_of(const struct seeding *seeding)
{
    return &seeding->warnings.session;
}

/* ---- opening ---------------------------------------------------------------------------------- */

/* What is given goes before what lifecycle was told. */
static lka_status count_as_lifecycle_did(struct seeding *seeding, struct lka_error *error)
{
    json_t *document;
    LKA_TRY(lka_written_document(seeding->contacts_path.bytes, "lifecycle.json", &document, error));
    lka_status status = lka_options_new(&lka_campaign_seeds_params, &seeding->own, error);
    if (status == LKA_OK) {
        status = lka_options_copy(seeding->own, seeding->all, error);
    }
    if (status == LKA_OK) {
        status = lka_counting_inherit(seeding->own, json_object_get(document, "parameters"), error);
    }
    json_t *as_of = json_object_get(json_object_get(document, "parameters"), "as-of");
    seeding->attributes_as_of = as_of ? json_incref(as_of) : json_null();
    json_decref(document);
    LKA_TRY(status);
    seeding->all = seeding->own;
    seeding->options = lka_options_values(seeding->own);
    return LKA_OK;
}

static lka_status open_contacts(struct seeding *seeding, struct lka_error *error)
{
    struct lka_text *path = &seeding->contacts_path;
    if (seeding->options->contacts) {
        lka_text_string(path, seeding->options->contacts);
    } else {
        LKA_TRY(lka_state_fact(seeding->workspace, "contacts", path, error));
    }
    if (path->failed) {
        return lka_fail_memory(error, path->capacity);
    }
    LKA_TRY(count_as_lifecycle_did(seeding, error));
    return lka_contacts_open(path->bytes, seeding->all, true, &seeding->contacts, error);
}

static lka_status open_all(struct seeding *seeding, struct lka_error *error)
{
    const struct seeds_options *options = seeding->options;
    LKA_TRY(lka_warnings_init(&seeding->warnings, seeding->warnings.outer, error));
    LKA_TRY(lka_period_parse("window", options->window, &seeding->window, error));
    seeding->as_of = INT64_MAX;
    if (options->as_of) {
        LKA_TRY(lka_moment_read(options->as_of, "as-of", &seeding->as_of, error));
    }
    LKA_TRY(lka_exposed_open(&options->exposures, seeding->all, &seeding->sheet, error));
    LKA_TRY(lka_state_open(options->workspace, LKA_WORKSPACE_READ, session_of(seeding), &seeding->workspace, error));
    LKA_TRY(open_contacts(seeding, error));
    LKA_TRY(lka_suppression_open(seeding->workspace, &seeding->suppression, error));
    LKA_TRY(lka_owners_open(&seeding->owners, seeding->workspace, error));
    return options->dry_run ? LKA_OK : lka_directory_open(options->out, &seeding->directory, error);
}

/* ---- groups and moments ----------------------------------------------------------------------- */

/* Where nothing else is said: the latest that is known of, lifecycle's as-of time included. */
static lka_status settle_as_of(struct seeding *seeding, struct lka_error *error)
{
    int64_t lifecycle;
    bool known;
    if (seeding->options->as_of) {
        return LKA_OK;
    }
    LKA_TRY(lka_written_as_of(seeding->contacts_path.bytes, "lifecycle.json", &lifecycle, &known, error));
    seeding->as_of = known && lifecycle > seeding->exposed.latest ? lifecycle : seeding->exposed.latest;
    for (size_t i = 0; i < seeding->population.count; i++) {
        int64_t registered = seeding->population.items[i].registered;
        seeding->as_of = registered > seeding->as_of ? registered : seeding->as_of;
    }
    return LKA_OK;
}

static lka_status check_groups(const struct seeding *seeding, struct lka_error *error)
{
    if (seeding->exposed.latest == LKA_NO_TIME) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(seeding->sheet.source), 0, 0,
                           "has no exposure of an inactive contact%s: nobody was reached",
                           seeding->options->as_of ? " by --as-of" : "");
    }
    return LKA_OK;
}

static void warn_of_what_is_odd(const struct seeding *seeding)
{
    const uint64_t *fates = seeding->population.fates;
    if (fates[LKA_FATE_REACTIVATED] == 0) {
        lka_warn(session_of(seeding), "nobody was reactivated: there is nothing to learn from");
    } else if (fates[LKA_FATE_REACTIVATED] < 10) {
        lka_warn(session_of(seeding), "only %llu contacts were reactivated: moments are drawn from all exposures",
                 (unsigned long long)fates[LKA_FATE_REACTIVATED]);
    }
    static const enum lka_fate odd[] = {LKA_FATE_EARLY, LKA_FATE_UNEXPOSED, LKA_FATE_LATE};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        if (fates[odd[i]] > 0) {
            lka_warn(session_of(seeding), "%llu contacts are in no group: %s", (unsigned long long)fates[odd[i]],
                     lka_fate_names[odd[i]]);
        }
    }
}

static lka_status group(struct seeding *seeding, struct lka_error *error)
{
    const struct lka_session *session = session_of(seeding);
    struct lka_population *population = &seeding->population;
    LKA_TRY(lka_population_load(seeding->workspace, population, error));
    LKA_TRY(lka_exposed_read(&seeding->sheet, &seeding->owners, population, seeding->as_of, session, &seeding->exposed,
                             error));
    LKA_TRY(check_groups(seeding, error));
    LKA_TRY(settle_as_of(seeding, error));
    LKA_TRY(lka_crm_look(&seeding->contacts, seeding->options->signed_up, seeding->suppression, population, session,
                         error));
    uint64_t key = lka_key((uint64_t)seeding->options->seed, "campaign seeds");
    LKA_TRY(lka_population_decide(population, seeding->as_of, seeding->window, key, error));
    lka_log_step(session, "group", "%llu reactivated, %llu silent, %llu unreached",
                 (unsigned long long)population->fates[LKA_FATE_REACTIVATED],
                 (unsigned long long)population->fates[LKA_FATE_SILENT],
                 (unsigned long long)population->fates[LKA_FATE_UNREACHED]);
    return LKA_OK;
}

/* ---- what they had done by then --------------------------------------------------------------- */

static lka_status open_events(struct seeding *seeding, struct lka_error *error)
{
    const struct seeds_options *options = seeding->options;
    char *rejected;
    LKA_TRY(lka_sheet_rejected_path(seeding->all, "events", &rejected, error));
    struct lka_events_options wanted = {
        .paths = (const char *const *)options->events.items,
        .path_count = options->events.count,
        .roles = &options->role,
        .until = seeding->as_of == INT64_MAX ? INT64_MAX : seeding->as_of + 1,
        .memory = (uint64_t)options->memory << 20,
        .max_bad_rows = (uint64_t)options->max_bad_rows,
        .rejected = rejected,
        .separator = options->separator,
        .max_field = (size_t)options->max_field,
        .temporary = options->temporary,
        .threads = lka_thread_count(options->threads),
    };
    lka_status status = lka_events_open(&wanted, seeding->workspace, session_of(seeding), &seeding->events, error);
    lka_free(rejected);
    return status;
}

static lka_status fold_group(struct seeding *seeding, const struct lka_event_group *group, struct lka_error *error)
{
    uint32_t person = lka_population_find(&seeding->population, group->contact);
    if (person == LKA_NOBODY || seeding->population.items[person].fate >= LKA_FATE_GROUPS) {
        return LKA_OK;
    }
    struct lka_seed *seed = &seeding->population.items[person];
    return lka_aggregates_fold(&seeding->aggregates, group, seed->moment, seed->signed_up, &seed->packed, error);
}

static lka_status fold(struct seeding *seeding, struct lka_error *error)
{
    uint64_t done = 0;
    LKA_TRY(lka_aggregates_init(&seeding->aggregates, seeding->all, error));
    LKA_TRY(open_events(seeding, error));
    for (struct lka_event_group group = {.count = 1}; group.count > 0;) {
        LKA_TRY(lka_events_next(seeding->events, &group, error));
        if (group.count > 0) {
            LKA_TRY(fold_group(seeding, &group, error));
        }
        if (done++ % 1024 == 0) {
            LKA_TRY(lka_step(session_of(seeding), "fold", done, 0, error));
        }
    }
    if (done == 1) {
        lka_warn(session_of(seeding), "there are no events, in the workspace or in --events: crm.csv has the contacts' "
                                      "attributes alone");
    }
    return lka_aggregates_settle(&seeding->aggregates, error);
}

/* ---- the document ----------------------------------------------------------------------------- */

/* {"<name>": n, ...} of counts[from .. to). */
static json_t *tally_json(const char *const *names, const uint64_t *counts, size_t from, size_t to)
{
    json_t *object = json_object();
    for (size_t i = from; i < to; i++) {
        json_object_set_new(object, names[i], json_integer((json_int_t)counts[i]));
    }
    if (json_object_size(object) != to - from) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static lka_status make_document(struct seeding *seeding, struct lka_error *error)
{
    const uint64_t *fates = seeding->population.fates;
    struct lka_events_counts events = lka_events_counts(seeding->events);
    char as_of[32];
    char events_hash[33];
    lka_moment_write(seeding->as_of, as_of);
    lka_events_digest(seeding->events, events_hash);
    seeding->document = json_pack(
        "{s:i, s:s, s:o, s:o, s:s, s:{s:O}, s:[o,o], s:{s:s, s:I, s:I}, s:{s:o, s:o, s:o}, s:O}", "schema", 1, "stage",
        "campaign seeds", "parameters", lka_options_echo(seeding->all), "roles",
        lka_crm_roles(&seeding->contacts, &seeding->choice), "as_of", as_of, "attributes", "as_of",
        seeding->attributes_as_of, "inputs", lka_table_json(&seeding->contacts), lka_sheet_json(&seeding->sheet),
        "events", "xxh3", events_hash, "rows", (json_int_t)events.read, "archive", (json_int_t)events.archive, "counts",
        "groups", tally_json(lka_fate_names, fates, 0, LKA_FATE_GROUPS), "left_out",
        tally_json(lka_fate_names, fates, LKA_FATE_GROUPS, LKA_FATE_COUNT), "exposures",
        tally_json(lka_exposure_names, seeding->exposed.rows, 0, LKA_EXPOSURE_COUNT), "warnings",
        seeding->warnings.list);
    return seeding->document && !seeding->warnings.failed ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status run(struct seeding *seeding, double start, char **summary, struct lka_error *error)
{
    LKA_TRY(open_all(seeding, error));
    LKA_TRY(group(seeding, error));
    warn_of_what_is_odd(seeding);
    LKA_TRY(fold(seeding, error));
    LKA_TRY(lka_crm_choose(&seeding->contacts, seeding->options->weight, &seeding->aggregates, session_of(seeding),
                           &seeding->choice, error));
    LKA_TRY(lka_crm_write(&seeding->contacts, &seeding->choice, &seeding->population, &seeding->aggregates,
                          seeding->directory, session_of(seeding), error));
    LKA_TRY(lka_source_finish(seeding->contacts.source, error));
    LKA_TRY(make_document(seeding, error));
    struct lka_directory *directory = seeding->directory;
    seeding->directory = NULL;
    return lka_campaign_publish(directory, seeding->document, seeding->all, start, summary, error);
}

static void release(struct seeding *seeding)
{
    json_decref(seeding->document);
    json_decref(seeding->attributes_as_of);
    lka_directory_abandon(seeding->directory);
    lka_crm_choice_release(&seeding->choice);
    lka_aggregates_release(&seeding->aggregates);
    lka_events_close(seeding->events);
    lka_population_release(&seeding->population);
    lka_sheet_close(&seeding->sheet);
    lka_table_close(&seeding->contacts);
    lka_text_release(&seeding->contacts_path);
    lka_owners_close(&seeding->owners);
    lka_suppression_close(seeding->suppression);
    lka_workspace_close(seeding->workspace);
    lka_options_free(seeding->own);
    lka_warnings_release(&seeding->warnings);
}

lka_status lka_campaign_seeds(const struct lka_options *all, const struct lka_session *session, char **summary,
                              struct lka_error *error)
{
    struct seeding seeding = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&seeding, start, summary, error);
    release(&seeding);
    return status;
}
