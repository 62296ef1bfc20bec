/* The stage in one view: who the contacts are; their events one contact after the other, machines out first; the
 * vendors' word about the inactive; one row a contact with the lists beside it; then the workspace, then the
 * directory. */
#include "lifecycle/stage.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/threads.h"
#include "lifecycle/document.h"
#include "lifecycle/fold.h"
#include "lifecycle/write.h"
#include "lifecycle/written.h"
#include "store/artefacts.h"

#include <time.h>
#include <unistd.h>

#define LKA_PARAM_OWNER struct lka_lifecycle_options
LKA_PARAMS_TABLE(lka_lifecycle_params, "lifecycle", LKA_LIFECYCLE_PARAMS);

/* ---- inputs ----------------------------------------------------------------------------------- */

static lka_status rejected_path(const struct lka_lifecycle *stage, const char *what, char **path,
                                struct lka_error *error)
{
    struct lka_text text = {0};
    size_t length = strlen(stage->options->out);
    while (length > 1 && stage->options->out[length - 1] == '/') {
        length--;
    }
    if (stage->options->dry_run) {
        lka_text_string(&text, "/dev/null");
    } else {
        lka_text_append(&text, stage->options->out, length);
        lka_text_format(&text, ".%s.rejected.csv", what);
    }
    return lka_text_take(&text, path, error);
}

static lka_status open_table(struct lka_lifecycle *stage, const struct lka_list *paths, const char *what,
                             struct lka_table *table, struct lka_error *error)
{
    char *rejected = NULL;
    LKA_TRY(rejected_path(stage, what, &rejected, error));
    lka_status status = lka_table_open(paths, stage->all, rejected, strcmp(what, "contacts") == 0, table, error);
    lka_free(rejected);
    return status;
}

static lka_status open_workspace(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    bool write = !options->dry_run;
    if (!options->workspace || (!write && access(options->workspace, F_OK) != 0)) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(options->workspace, write ? LKA_WORKSPACE_WRITE : LKA_WORKSPACE_READ,
                               lka_lifecycle_session(stage), &stage->workspace, error));
    LKA_TRY(write ? lka_workspace_begin(stage->workspace, "lifecycle", error) : LKA_OK);
    LKA_TRY(lka_history_open(stage->workspace, "segment", stage->as_of_text, write, &stage->history, error));
    /* Behind the history, in which what was said of the same day no longer stands. */
    LKA_TRY(lka_acquaintance_init(&stage->acquaintance, stage->workspace, error));
    LKA_TRY(lka_suppression_open(stage->workspace, &stage->suppression, error));
    return lka_erased_open(stage->workspace, &stage->erased, error);
}

static lka_status open_events(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    char *rejected = NULL;
    if (options->events.count == 0 && !stage->workspace) {
        return lka_fail(error, LKA_USAGE, "--events is missing; it is needed where --workspace has no archive");
    }
    LKA_TRY(rejected_path(stage, "events", &rejected, error));
    struct lka_events_options wanted = {.paths = (const char *const *)options->events.items,
                                        .path_count = options->events.count,
                                        .roles = &options->role,
                                        .until = stage->as_of,
                                        .memory = (uint64_t)options->memory << 20,
                                        .max_bad_rows = (uint64_t)options->max_bad_rows,
                                        .rejected = options->max_bad_rows > 0 ? rejected : NULL,
                                        .separator = options->separator,
                                        .max_field = (size_t)options->max_field,
                                        .temporary = options->temporary,
                                        .threads = lka_thread_count(options->threads)};
    lka_status status = lka_events_open(&wanted, stage->workspace, lka_lifecycle_session(stage), &stage->events, error);
    lka_free(rejected);
    return status;
}

static lka_status check_signed_up(const struct lka_lifecycle *stage, struct lka_error *error)
{
    const char *name = stage->options->signed_up;
    if (lka_schema_find(&stage->contacts.schema, lka_span_of(name)) != LKA_NO_COLUMN) {
        return LKA_OK;
    }
    if (lka_options_given(stage->all, "signed-up")) {
        return lka_fail(error, LKA_USAGE, "--signed-up: there is no column \"%.60s\" in %s", name,
                        lka_source_name(stage->contacts.source));
    }
    lka_warn(lka_lifecycle_session(stage),
             "the contacts have no column \"%.60s\": whoever never engaged is to be deleted by the first event; "
             "--signed-up names the column",
             name);
    return LKA_OK;
}

static lka_status open_all(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    LKA_TRY(open_table(stage, &options->contacts, "contacts", &stage->contacts, error));
    LKA_TRY(options->append.count > 0 ? open_table(stage, &options->append, "append", &stage->append_table, error)
                                      : LKA_OK);
    LKA_TRY(check_signed_up(stage, error));
    LKA_TRY(options->dry_run ? LKA_OK : lka_directory_open(options->out, &stage->directory, error));
    LKA_TRY(open_workspace(stage, error));
    LKA_TRY(LKA_NEW(stage->interests, 1, error));
    return lka_profile_maker_new(&stage->profile_rules, &stage->maker, error);
}

/* ---- the work --------------------------------------------------------------------------------- */

/* They came back under other ids, perhaps: their events are told by these. */
static lka_status take_erased(struct lka_lifecycle *stage, struct lka_error *error)
{
    lka_warn(lka_lifecycle_session(stage), "%zu contacts were erased from the workspace, and are left out",
             stage->roster.erased_count);
    return stage->options->dry_run ? LKA_OK
                                   : lka_erased_put(stage->workspace, stage->roster.erased, stage->roster.erased_count,
                                                    stage->as_of_text, error);
}

static lka_status join_value(struct lka_lifecycle *stage, struct lka_error *error)
{
    const char *directory = stage->options->value;
    LKA_TRY(lka_written_warn_later("value", directory, "value.json", stage->as_of_day * 86400,
                                   lka_lifecycle_session(stage), error));
    return lka_worth_read(&stage->worth, directory, &stage->roster, lka_lifecycle_session(stage), error);
}

static lka_status read_roster(struct lka_lifecycle *stage, struct lka_error *error)
{
    LKA_TRY(lka_roster_read(&stage->roster, &stage->contacts, stage->options->signed_up, stage->as_of_day,
                            stage->suppression, &stage->erased, lka_lifecycle_session(stage), error));
    LKA_TRY(stage->roster.erased_count > 0 ? take_erased(stage, error) : LKA_OK);
    lka_log_step(lka_lifecycle_session(stage), "contacts", "%zu contacts", stage->roster.count);
    return stage->options->value ? join_value(stage, error) : LKA_OK;
}

static lka_status fold_events(struct lka_lifecycle *stage, struct lka_error *error)
{
    const char *day = stage->history ? lka_history_previous_day(stage->history) : "";
    int64_t previous;
    stage->surveys.previous = lka_parse_time(lka_span_of(day), &previous) ? previous : INT64_MIN;
    LKA_TRY(open_events(stage, error));
    LKA_TRY(lka_lifecycle_fold(stage, error));
    lka_log_step(lka_lifecycle_session(stage), "events", "%llu events of contacts",
                 (unsigned long long)stage->counts.events);
    return LKA_OK;
}

static lka_status ask_vendors(struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_lifecycle_options *options = stage->options;
    if (!stage->append_table.source) {
        return lka_append_none(&stage->append, &stage->roster, stage->segment_rules.inactive, error);
    }
    LKA_TRY(lka_append_read(&stage->append, &stage->roster, stage->segment_rules.inactive, &stage->contacts.schema,
                            &stage->append_table, &options->precision, options->usual_precision,
                            lka_lifecycle_session(stage), error));
    return lka_source_finish(stage->append_table.source, error);
}

static void warn_strangers(const struct lka_lifecycle *stage)
{
    if (stage->counts.strangers > 0) {
        lka_warn(lka_lifecycle_session(stage), "%llu events of %llu ids are of no contact, and were left out",
                 (unsigned long long)stage->counts.stranger_events, (unsigned long long)stage->counts.strangers);
    }
    uint64_t erased = lka_events_counts(stage->events).erased;
    if (erased > 0) {
        lka_warn(lka_lifecycle_session(stage), "%llu events are of contacts who were erased, and were left out",
                 (unsigned long long)erased);
    }
    uint64_t later = lka_events_counts(stage->events).later;
    if (later > 0) {
        lka_warn(lka_lifecycle_session(stage), "%llu events are on or after --as-of %s, and were left out",
                 (unsigned long long)later, stage->as_of_text);
    }
}

/* A word of --touch that nobody's events have: misspelt, it would leave everybody without a touch. */
static size_t warn_touches(const struct lka_lifecycle *stage)
{
    const struct lka_labels *types = &stage->vocabulary.types;
    size_t unmet = 0;
    for (size_t type = LKA_SIGNAL_KNOWN; type < types->count; type++) {
        if (stage->counting.touches >> type & 1 && types->people[type] == 0) {
            lka_warn(lka_lifecycle_session(stage), "--touch: no event of a contact has the type \"%.*s\"",
                     (int)types->items[type].length, types->items[type].text);
            unmet++;
        }
    }
    return unmet;
}

static void warn_words(const struct lka_lifecycle *stage, const char *what, const struct lka_labels *labels,
                       size_t known)
{
    if (labels->count > known) {
        lka_warn(lka_lifecycle_session(stage),
                 "events have %s that are not among the known ones (%zu): each is kept under its own name, or as "
                 "\"other\" if fewer than %lld contacts have it",
                 what, labels->count - known, (long long)stage->options->floor);
    }
}

static void warn_all(const struct lka_lifecycle *stage)
{
    warn_strangers(stage);
    warn_words(stage, "types", &stage->vocabulary.types, LKA_SIGNAL_KNOWN + warn_touches(stage));
    warn_words(stage, "channels", &stage->vocabulary.channels, LKA_OVER_KNOWN);
    if (stage->roster.later > 0) {
        lka_warn(lka_lifecycle_session(stage),
                 "%llu contacts signed up after --as-of %s and did nothing before: they are left out",
                 (unsigned long long)stage->roster.later, stage->as_of_text);
    }
    if (stage->counts.undated > 0) {
        lka_warn(lka_lifecycle_session(stage),
                 "%llu contacts have neither a touch nor a day of signing up nor any event: "
                 "when they must be deleted is not known",
                 (unsigned long long)stage->counts.undated);
    }
}

/* ---- publishing ------------------------------------------------------------------------------- */

/* What the archive had and got is of this run alone: a run repeated finds all of it there. */
static lka_status put_run(const struct lka_lifecycle *stage, double start, struct lka_error *error)
{
    double seconds = lka_seconds() - start;
    struct lka_events_counts counts = lka_events_counts(stage->events);
    json_t *run = json_pack("{s:i, s:s, s:f, s:I, s:I, s:{s:I, s:I}}", "schema", 1, "stage", "lifecycle", "seconds",
                            seconds, "started", (json_int_t)time(NULL) - (json_int_t)seconds, "threads",
                            (json_int_t)lka_thread_count(stage->options->threads), "events", "archive",
                            (json_int_t)counts.archive, "added", (json_int_t)counts.added);
    lka_status status = lka_directory_json(stage->directory, "lifecycle.run.json", run, error);
    json_decref(run);
    return status;
}

/* Nothing may fail behind the workspace's commit but the directory's exchange; a run repeated after that makes the
 * same. */
static lka_status publish(struct lka_lifecycle *stage, struct lka_error *error)
{
    if (!stage->directory) {
        return LKA_OK;
    }
    if (stage->workspace) {
        LKA_TRY(lka_artefact_put(stage->workspace, stage->options->out, "lifecycle", "", "lifecycle", error));
        LKA_TRY(lka_workspace_commit(stage->workspace, error));
    }
    struct lka_directory *directory = stage->directory;
    stage->directory = NULL;
    return lka_directory_commit(directory, error);
}

static lka_status put_documents(const struct lka_lifecycle *stage, json_t *document, double start, char **summary,
                                struct lka_error *error)
{
    if (stage->directory) {
        LKA_TRY(lka_directory_json(stage->directory, "lifecycle.json", document, error));
        LKA_TRY(put_run(stage, start, error));
    }
    const char *out = lka_options_target(stage->all, "out");
    bool good = json_object_set_new(document, "out", lka_json_string(out)) == 0 &&
                json_object_set_new(document, "seconds", json_real(lka_seconds() - start)) == 0;
    return good ? lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error)
                : lka_fail_memory(error, 0);
}

/* Last, since its files stay until the next run where something fails behind it. */
static lka_status archive(struct lka_lifecycle *stage, struct lka_error *error)
{
    return stage->workspace && !stage->options->dry_run ? lka_events_archive(stage->events, error) : LKA_OK;
}

static lka_status work(struct lka_lifecycle *stage, struct lka_error *error)
{
    LKA_TRY(lka_warnings_init(&stage->warnings, stage->warnings.outer, error));
    LKA_TRY(lka_lifecycle_flags(stage, error));
    LKA_TRY(open_all(stage, error));
    LKA_TRY(read_roster(stage, error));
    LKA_TRY(fold_events(stage, error));
    LKA_TRY(ask_vendors(stage, error));
    LKA_TRY(lka_lifecycle_write(stage, error));
    LKA_TRY(lka_acquaintance_check(&stage->acquaintance, "contacts", false, lka_lifecycle_session(stage), error));
    LKA_TRY(stage->options->where ? lka_lifecycle_select(stage, error) : LKA_OK);
    LKA_TRY(archive(stage, error));
    warn_all(stage);
    return stage->warnings.failed ? lka_fail_memory(error, 0) : LKA_OK;
}

static lka_status run(struct lka_lifecycle *stage, char **summary, struct lka_error *error)
{
    double start = lka_seconds();
    json_t *document = NULL;
    LKA_TRY(work(stage, error));
    lka_status status = lka_lifecycle_document(stage, &document, error);
    if (status == LKA_OK) {
        status = put_documents(stage, document, start, summary, error);
    }
    json_decref(document);
    return status == LKA_OK ? publish(stage, error) : status;
}

static void release(struct lka_lifecycle *stage)
{
    lka_directory_abandon(stage->directory);
    lka_events_close(stage->events);
    lka_acquaintance_release(&stage->acquaintance);
    lka_history_close(stage->history);
    lka_suppression_close(stage->suppression);
    lka_known_release(&stage->erased);
    lka_workspace_close(stage->workspace);
    lka_table_close(&stage->contacts);
    lka_table_close(&stage->append_table);
    lka_lexicon_release(&stage->vocabulary);
    lka_observed_release(&stage->observed);
    lka_profile_maker_free(stage->maker);
    lka_roster_release(&stage->roster);
    lka_append_release(&stage->append);
    lka_worth_release(&stage->worth);
    lka_surveys_release(&stage->surveys);
    lka_patterns_release(&stage->agents);
    lka_patterns_release(&stage->remedies);
    lka_free(stage->interests);
    json_decref(stage->columns);
    json_decref(stage->selected);
    lka_warnings_release(&stage->warnings);
}

lka_status lka_lifecycle(const struct lka_options *options, const struct lka_session *session, char **summary,
                         struct lka_error *error)
{
    struct lka_lifecycle stage = {
        .all = options, .options = lka_options_values(options), .warnings = {.outer = session}};
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    lka_status status = run(&stage, summary, error);
    if (status != LKA_OK) {
        lka_free(*summary);
        *summary = NULL;
    }
    release(&stage);
    return status;
}
