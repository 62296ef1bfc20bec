/* Erasure in one view: who, and by what they are met; files for the platforms, published before anything is forgotten;
 * then outputs, archive and tables, in one transaction with what is kept of them; the database written anew; a second
 * search. */
#include "erase/stage.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "eligibility/suppression_file.h"
#include "source/output.h"

#include <time.h>

#define LKA_PARAM_OWNER struct lka_erase_options
LKA_PARAMS_TABLE(lka_erase_params, "erase", LKA_ERASE_PARAMS);

/* ---- options ---------------------------------------------------------------------------------------- */

static lka_status check_options(const struct lka_erasing *erasing, struct lka_error *error)
{
    const struct lka_erase_options *options = erasing->options;
    bool one = options->contact || options->email || options->phone;
    int ways = (options->ids.count > 0) + one + options->retention;
    if (ways != 1) {
        return lka_fail(error, LKA_USAGE,
                        "%s; allowed: --ids FILE, or one person by --contact, --email and --phone, or --retention",
                        ways == 0 ? "nobody is named" : "people are named in more than one way");
    }
    static const char *const only_then[] = {"contacts", "ledger-days", "confirm"};
    for (size_t i = 0; i < 3; i++) {
        if (lka_options_given(erasing->all, only_then[i]) && !options->retention) {
            return lka_fail(error, LKA_USAGE, "--%s is for --retention", only_then[i]);
        }
    }
    return LKA_OK;
}

static lka_status read_day(struct lka_erasing *erasing, struct lka_error *error)
{
    const char *day = erasing->options->as_of;
    int64_t seconds;
    if (!day) {
        lka_format_date((int64_t)time(NULL) / 86400, erasing->day);
        return LKA_OK;
    }
    if (strlen(day) != 10 || !lka_parse_time(lka_span_of(day), &seconds)) {
        return lka_fail(error, LKA_USAGE, "--as-of: \"%.20s\" is no day; allowed: YYYY-MM-DD", day);
    }
    memcpy(erasing->day, day, 11);
    return LKA_OK;
}

static lka_status open_to_write(struct lka_erasing *erasing, struct lka_error *error)
{
    const struct lka_erase_options *options = erasing->options;
    lka_workspace_close(erasing->workspace);
    LKA_TRY(lka_workspace_open(options->workspace, LKA_WORKSPACE_WRITE, lka_erasing_session(erasing),
                               &erasing->workspace, error));
    lka_workspace_wait(erasing->workspace, options->wait);
    return lka_workspace_begin(erasing->workspace, "erase", error);
}

/* Whoever only counts needs to write nothing, and sees one state of the workspace all the same. */
static lka_status open_all(struct lka_erasing *erasing, struct lka_error *error)
{
    const struct lka_erase_options *options = erasing->options;
    LKA_TRY(check_options(erasing, error));
    LKA_TRY(read_day(erasing, error));
    erasing->changes = !options->dry_run && (!options->retention || options->confirm);
    erasing->platforms = json_array();
    erasing->unreachable = json_array();
    LKA_TRY(erasing->platforms && erasing->unreachable ? LKA_OK : lka_fail_memory(error, 0));
    /* A workspace is not made: nobody is in one that is not there. */
    LKA_TRY(lka_workspace_open(options->workspace, LKA_WORKSPACE_READ, lka_erasing_session(erasing),
                               &erasing->workspace, error));
    LKA_TRY(erasing->changes ? open_to_write(erasing, error)
                             : lka_workspace_execute(erasing->workspace, "BEGIN", error));
    LKA_TRY(lka_erase_look(erasing, "before", error));
    return lka_erase_keys_open(&erasing->keys, erasing->workspace, !options->retention, error);
}

/* ---- searching --------------------------------------------------------------------------------------- */

/* What one row tells of somebody leads to others. */
static lka_status find_people(struct lka_erasing *erasing, struct lka_error *error)
{
    size_t before;
    uint64_t others = 0;
    LKA_TRY(lka_erase_request(erasing, error));
    LKA_TRY(erasing->changes ? lka_erase_check_out(erasing, false, error) : LKA_OK);
    LKA_TRY(lka_erase_keys_resume(&erasing->keys, erasing->request, &others, error));
    if (others > 0) {
        lka_warn(
            lka_erasing_session(erasing),
            "%llu erasures of other people did not come to their end: run them again, with the --out that they had",
            (unsigned long long)others);
    }
    do {
        before = erasing->keys.set.count;
        LKA_TRY(lka_erase_keys_follow(&erasing->keys, error));
        LKA_TRY(lka_erase_outputs_learn(erasing, error));
        LKA_TRY(lka_erase_keys_settle(&erasing->keys, &erasing->shared_phones, error));
    } while (erasing->keys.set.count > before);
    return LKA_OK;
}

static lka_status search(struct lka_erasing *erasing, bool purge, uint64_t rows[3], struct lka_error *error)
{
    LKA_TRY(lka_erase_outputs(erasing, purge, &erasing->outputs, &rows[0], error));
    LKA_TRY(lka_erase_segments(erasing, purge, &erasing->segments, &rows[1], error));
    return lka_erase_tables(erasing, purge, &erasing->tables, &rows[2], error);
}

static lka_status count_people(struct lka_erasing *erasing, struct lka_error *error)
{
    uint64_t rows[3];
    LKA_TRY(search(erasing, false, rows, error));
    LKA_TRY(lka_erase_keys_unknown(&erasing->keys, &erasing->unknown, error));
    if (erasing->unknown > 0) {
        lka_warn(lka_erasing_session(erasing), "nothing was found of %llu of %llu people%s",
                 (unsigned long long)erasing->unknown, (unsigned long long)erasing->people,
                 erasing->changes && !erasing->options->retention ? "; they are suppressed all the same" : "");
    }
    if (erasing->kept_phones > 0) {
        lka_warn(lka_erasing_session(erasing),
                 "%llu rows have a phone of theirs and another e-mail: they are somebody else's, and stay%s",
                 (unsigned long long)erasing->kept_phones,
                 erasing->shared_phones > 0 ? "; the phone does not tell whose it is, an e-mail or an id would" : "");
    }
    return LKA_OK;
}

/* ---- purging ----------------------------------------------------------------------------------------- */

static lka_status publish_removals(struct lka_erasing *erasing, struct lka_error *error)
{
    LKA_TRY(lka_erase_models(erasing, error));
    LKA_TRY(erasing->changes ? lka_erase_open_out(erasing, error) : LKA_OK);
    LKA_TRY(lka_erase_removals(erasing, error));
    LKA_TRY(erasing->changes ? LKA_OK : lka_erase_ledgers(erasing, error));
    return erasing->changes ? lka_erase_publish(erasing, false, error) : LKA_OK;
}

/* A reader of what was before keeps the log, and in it the people. */
static lka_status cut_log(struct lka_erasing *erasing, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(erasing->workspace, "PRAGMA wal_checkpoint(TRUNCATE)", &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    bool busy = row && lka_column_integer(statement, 0) != 0;
    lka_statement_free(statement);
    LKA_TRY(status);
    return busy
               ? lka_fail(error, LKA_USAGE,
                          "another process reads the workspace, so that what was erased still stands in its log; erase "
                          "again once it has ended")
               : LKA_OK;
}

/* Pages that hold nothing any more are given back, and the log with what stood in them is cut to nothing. */
static lka_status write_anew(struct lka_erasing *erasing, struct lka_error *error)
{
    lka_erase_segments_finish(erasing);
    LKA_TRY(lka_workspace_execute(erasing->workspace, "VACUUM", error));
    return cut_log(erasing, error);
}

/* From here on nobody of them is taken in again, and a second run knows of them all that this one does. */
static lka_status begin(struct lka_erasing *erasing, struct lka_error *error)
{
    LKA_TRY(lka_erase_suppress(erasing, error));
    LKA_TRY(lka_erase_keys_keep(&erasing->keys, erasing->request, error));
    LKA_TRY(lka_workspace_commit(erasing->workspace, error));
    bool listed = erasing->form_count > 0 && !erasing->options->retention;
    return listed ? lka_suppression_rename(erasing->workspace, error) : LKA_OK;
}

static lka_status purge(struct lka_erasing *erasing, struct lka_error *error)
{
    uint64_t rows[3];
    LKA_TRY(begin(erasing, error));
    LKA_TRY(lka_workspace_begin(erasing->workspace, "erase", error));
    LKA_TRY(search(erasing, true, rows, error));
    LKA_TRY(lka_erase_ledgers(erasing, error));
    LKA_TRY(lka_erase_keys_forget(&erasing->keys, erasing->request, error));
    LKA_TRY(lka_workspace_commit(erasing->workspace, error));
    return write_anew(erasing, error);
}

/* The temporary table of keys outlives the transaction. */
static lka_status search_again(struct lka_erasing *erasing, struct lka_error *error)
{
    uint64_t rows[3];
    json_t *purged[] = {json_incref(erasing->outputs), json_incref(erasing->segments), json_incref(erasing->tables)};
    lka_status status = search(erasing, false, rows, error);
    json_t **now[] = {&erasing->outputs, &erasing->segments, &erasing->tables};
    for (size_t i = 0; i < 3; i++) {
        json_decref(*now[i]);
        *now[i] = purged[i];
    }
    LKA_TRY(status);
    erasing->verified = json_pack("{s:I, s:I, s:I}", "rows_of_outputs", (json_int_t)rows[0], "events",
                                  (json_int_t)rows[1], "rows_of_tables", (json_int_t)rows[2]);
    if (rows[0] + rows[1] + rows[2] > 0) {
        lka_warn(lka_erasing_session(erasing), "a second search found %llu rows; erase again",
                 (unsigned long long)(rows[0] + rows[1] + rows[2]));
    }
    return erasing->verified ? lka_erase_look(erasing, "after", error) : lka_fail_memory(error, 0);
}

static lka_status finish(struct lka_erasing *erasing, struct lka_error *error)
{
    LKA_TRY(search_again(erasing, error));
    LKA_TRY(lka_erase_open_out(erasing, error));
    return lka_erase_publish(erasing, true, error);
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static lka_status summarise(const struct lka_erasing *erasing, double start, char **summary, struct lka_error *error)
{
    json_t *document = lka_erase_document(erasing, true);
    const char *out = erasing->changes ? erasing->options->out : "/dev/null";
    bool whole = document && json_object_set_new(document, "out", lka_json_string(out)) == 0 &&
                 json_object_set_new(document, "seconds", json_real(lka_seconds() - start)) == 0;
    lka_status status = whole ? lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error)
                              : lka_fail_memory(error, 0);
    json_decref(document);
    return status;
}

static lka_status run(struct lka_erasing *erasing, double start, char **summary, struct lka_error *error)
{
    LKA_TRY(open_all(erasing, error));
    LKA_TRY(find_people(erasing, error));
    LKA_TRY(count_people(erasing, error));
    LKA_TRY(publish_removals(erasing, error));
    LKA_TRY(erasing->changes ? purge(erasing, error) : LKA_OK);
    LKA_TRY(erasing->changes ? finish(erasing, error) : LKA_OK);
    return erasing->warnings.failed ? lka_fail_memory(error, 0) : summarise(erasing, start, summary, error);
}

static void release(struct lka_erasing *erasing)
{
    json_t *const documents[] = {erasing->platforms, erasing->outputs,    erasing->segments,    erasing->tables,
                                 erasing->models,    erasing->ledgers,    erasing->unreachable, erasing->files,
                                 erasing->verified,  erasing->interrupted};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        json_decref(documents[i]);
    }
    for (size_t i = 0; i < erasing->old_count; i++) {
        lka_free(erasing->old_segments[i]);
    }
    lka_free(erasing->old_segments);
    lka_erase_keys_close(&erasing->keys);
    lka_free(erasing->forms);
    lka_text_release(&erasing->given);
    lka_directory_abandon(erasing->directory);
    lka_workspace_close(erasing->workspace);
    lka_warnings_release(&erasing->warnings);
}

lka_status lka_erase(const struct lka_options *options, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    struct lka_erasing erasing = {.all = options, .options = lka_options_values(options)};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    LKA_TRY(lka_warnings_init(&erasing.warnings, session, error));
    lka_status status = run(&erasing, start, summary, error);
    release(&erasing);
    return status;
}
