/* `lookalike suppress import`: tables of people who object, into the workspace's list.
 *
 *     rows ─ identifiers ─ forms ─ HMAC ─ sorted runs ─┐
 *     suppression.bin, as it is ───────────────────────┴─ merged ─► suppression.bin.new ─ committed ─► suppression.bin
 *
 * The new file's hash is committed before the file gets its name: whenever the process dies, the hash in state.sqlite
 * is that of a whole file under one of the two names. */
#include "lookalike/eligibility.h"

#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/warnings.h"
#include "eligibility/entries.h"
#include "eligibility/identifiers.h"
#include "eligibility/suppression_file.h"

#include <time.h>
#include <unistd.h>

#define IMPORT_PARAMS(X)                                                                                         \
    LKA_IDENTIFIER_PARAMS(X)                                                                                     \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "the workspace; made if it is absent", true)        \
    X(NUMBER, wait, "wait", "30", 0, 86400, NULL, "SECONDS", "how long to wait for another process that writes", \
      false)                                                                                                     \
    X(TEXT, date, "date", NULL, 0, 0, NULL, "YYYY-MM-DD", "the day of the import; default: today (UTC)", false)  \
    X(FLAG, anew, "anew", "false", 0, 0, NULL, NULL,                                                             \
      "begin a list that was lost again: it then holds what is imported from now on", false)                     \
    LKA_OUTPUT_PARAMS(X)

LKA_PARAMS_STRUCT(import_options, IMPORT_PARAMS);
#define LKA_PARAM_OWNER struct import_options
LKA_PARAMS_TABLE(lka_suppress_import_params, "suppress import", IMPORT_PARAMS);

struct kind_counts {
    uint64_t identifiers; /* that could be read */
    uint64_t forms;       /* of these */
    uint64_t unread;
    uint64_t national; /* phones of no known country: met in national spelling alone */
};

struct import {
    const struct import_options *options;
    struct lka_identifiers identifiers;
    struct lka_workspace *workspace; /* NULL with --dry-run */
    struct lka_entries *entries;
    struct lka_hmac key;
    char day[16];
    char *old; /* the file as it is; NULL: none */
    uint64_t people;
    uint64_t nobody; /* rows of which nothing could be read */
    uint64_t forms;
    uint64_t before;
    uint64_t after;
    struct kind_counts kinds[LKA_IDENTIFIER_KINDS];
};

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status take_forms(struct import *import, const struct lka_form *forms, int count, struct lka_error *error)
{
    uint8_t hmac[32];
    for (int i = 0; i < count && import->workspace; i++) {
        if (!lka_form_hmac_by(&import->key, &forms[i], hmac)) {
            return lka_fail_memory(error, sizeof hmac);
        }
        LKA_TRY(lka_entries_add(import->entries, hmac, error));
    }
    return LKA_OK;
}

/* A phone with its country has at least two forms, and more than two where the numbering plan is known. */
static lka_status count_national(struct import *import, size_t item, size_t row, int count, struct lka_error *error)
{
    const struct lka_identifier *what = &import->identifiers.items[item];
    struct lka_text digits = {0};
    if (what->type != LKA_ID_PHONE || what->hashed || count == 0 || count > 2) {
        return LKA_OK;
    }
    bool national = lka_phone_digits(lka_cell(&import->identifiers.rows, item, row), &digits);
    import->kinds[what->kind].national += national;
    bool failed = digits.failed;
    lka_text_release(&digits);
    return failed ? lka_fail_memory(error, 0) : LKA_OK;
}

/* The MD5 and SHA-1 of what stands there in plain. */
static lka_status take_short(struct import *import, size_t item, size_t row, struct lka_error *error)
{
    const struct lka_identifier *what = &import->identifiers.items[item];
    struct lka_form forms[2 * LKA_FORMS_MAX];
    int count = what->hashed ? 0 : lka_forms_short(what->type, lka_cell(&import->identifiers.rows, item, row), forms);
    return count < 0 ? lka_fail_memory(error, 0) : take_forms(import, forms, count, error);
}

static lka_status take_row(struct import *import, size_t row, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    bool known = false;
    for (size_t i = 0; i < import->identifiers.count; i++) {
        struct kind_counts *kind = &import->kinds[import->identifiers.items[i].kind];
        bool present = false;
        int count = 0;
        LKA_TRY(lka_identifiers_forms(&import->identifiers, i, row, &present, forms, &count, error));
        LKA_TRY(take_forms(import, forms, count, error));
        LKA_TRY(take_short(import, i, row, error));
        kind->identifiers += count > 0;
        kind->unread += present && count == 0;
        kind->forms += (uint64_t)count;
        LKA_TRY(count_national(import, i, row, count, error));
        import->forms += (uint64_t)count;
        known = known || count > 0;
    }
    import->people += known;
    import->nobody += !known;
    return LKA_OK;
}

static lka_status read_rows(struct import *import, const struct lka_session *session, struct lka_error *error)
{
    do {
        LKA_TRY(lka_identifiers_next(&import->identifiers, session, error));
        for (size_t row = 0; row < import->identifiers.rows.count; row++) {
            LKA_TRY(take_row(import, row, error));
        }
    } while (import->identifiers.rows.count > 0);
    return LKA_OK;
}

/* ---- the workspace ---------------------------------------------------------------------------- */

static lka_status prepare_key(struct import *import, struct lka_error *error)
{
    uint8_t key[32];
    LKA_TRY(lka_workspace_key(import->workspace, key, error));
    bool prepared = lka_hmac_init(&import->key, key);
    explicit_bzero(key, sizeof key);
    return prepared ? LKA_OK : lka_fail(error, LKA_DATA, "libcrypto cannot make an HMAC");
}

/* A list that is there is not given up by a flag. */
static lka_status settle(struct import *import, const struct lka_session *session, struct lka_error *error)
{
    bool lost = false;
    if (!import->options->anew) {
        return lka_suppression_settle(import->workspace, &import->old, &import->before, error);
    }
    LKA_TRY(lka_suppression_is_lost(import->workspace, &lost, error));
    if (!lost) {
        return lka_fail(error, LKA_USAGE, "--anew: no list of objections was lost: what is imported is added to it");
    }
    lka_warn(session,
             "the list of objections that was lost begins again: import every table of them, whoever stands in none "
             "of these is not known to have objected");
    return LKA_OK;
}

static lka_status begin(struct import *import, const struct lka_session *session, struct lka_error *error)
{
    if (import->options->dry_run) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(import->options->workspace, LKA_WORKSPACE_WRITE, session, &import->workspace, error));
    lka_workspace_wait(import->workspace, import->options->wait);
    LKA_TRY(lka_workspace_begin(import->workspace, "suppress import", error));
    LKA_TRY(prepare_key(import, error));
    LKA_TRY(settle(import, session, error));
    return lka_entries_new(import->options->temporary, &import->entries, error);
}

static lka_status write_list(struct import *import, struct lka_error *error)
{
    char *path = NULL;
    char hash[33];
    LKA_TRY(lka_suppression_path(import->workspace, LKA_SUPPRESSION_NEW, &path, error));
    lka_status status = lka_entries_write(import->entries, import->old, path, &import->after, hash, error);
    lka_free(path);
    LKA_TRY(status);
    return lka_suppression_publish(import->workspace, hash, error);
}

/* The same table again on the same day, as after a crash behind the commit, is no second import. */
static lka_status is_recorded(struct import *import, const char *digest, bool *recorded, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(import->workspace,
                              "SELECT 1 FROM suppression_imports WHERE day = ? AND input = ? AND forms = ?", &statement,
                              error));
    lka_bind_text(statement, 1, lka_span_of(import->day));
    lka_bind_text(statement, 2, lka_span_of(digest));
    lka_bind_integer(statement, 3, (int64_t)import->forms);
    lka_status status = lka_statement_step(statement, recorded, error);
    lka_statement_free(statement);
    return status;
}

static lka_status record_import(struct import *import, const char *digest, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(import->workspace,
                              "INSERT INTO suppression_imports (day, input, rows, forms, added) VALUES (?, ?, ?, ?, ?)",
                              &statement, error));
    lka_bind_text(statement, 1, lka_span_of(import->day));
    lka_bind_text(statement, 2, lka_span_of(digest));
    lka_bind_integer(statement, 3, (int64_t)(import->people + import->nobody));
    lka_bind_integer(statement, 4, (int64_t)import->forms);
    lka_bind_integer(statement, 5, (int64_t)(import->after - import->before));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

static lka_status record_kinds(struct import *import, struct lka_error *error)
{
    struct lka_statement *statement;
    lka_status status = lka_statement_new(import->workspace,
                                          "INSERT INTO suppression_kinds (import, kind, identifiers, forms) "
                                          "VALUES ((SELECT max(id) FROM suppression_imports), ?, ?, ?)",
                                          &statement, error);
    for (size_t k = 0; k < LKA_IDENTIFIER_KINDS && status == LKA_OK; k++) {
        if (import->kinds[k].identifiers > 0) {
            lka_bind_text(statement, 1, lka_span_of(lka_identifier_kind_name(k)));
            lka_bind_integer(statement, 2, (int64_t)import->kinds[k].identifiers);
            lka_bind_integer(statement, 3, (int64_t)import->kinds[k].forms);
            status = lka_statement_run(statement, error);
        }
    }
    lka_statement_free(statement);
    return status;
}

static lka_status record(struct import *import, struct lka_error *error)
{
    char digest[33];
    bool recorded = false;
    lka_source_digest(import->identifiers.table.source, digest);
    LKA_TRY(is_recorded(import, digest, &recorded, error));
    if (recorded) {
        return LKA_OK;
    }
    LKA_TRY(record_import(import, digest, error));
    return record_kinds(import, error);
}

/* Phones have no MD5 or SHA-1 in the list in any case. */
static bool all_plain(const struct import *import)
{
    for (size_t i = 0; i < import->identifiers.count; i++) {
        const struct lka_identifier *what = &import->identifiers.items[i];
        if (what->hashed && what->type != LKA_ID_PHONE && import->kinds[what->kind].identifiers > 0) {
            return false;
        }
    }
    return true;
}

static lka_status publish(struct import *import, struct lka_error *error)
{
    if (!import->workspace) {
        return LKA_OK;
    }
    LKA_TRY(write_list(import, error));
    LKA_TRY(lka_suppression_note_short(import->workspace, import->before == 0, all_plain(import), error));
    LKA_TRY(record(import, error));
    LKA_TRY(lka_workspace_commit(import->workspace, error));
    return lka_suppression_rename(import->workspace, error);
}

/* ---- what is told ----------------------------------------------------------------------------- */

/* An objection that was not understood is one that is not met: it must not pass in silence. */
static void warn_unread(const struct import *import, const struct lka_session *session)
{
    for (size_t k = 0; k < LKA_IDENTIFIER_KINDS; k++) {
        if (import->kinds[k].unread > 0) {
            lka_warn(session, "%llu %s values could not be read", (unsigned long long)import->kinds[k].unread,
                     lka_identifier_kind_name(k));
        }
        if (import->kinds[k].national > 0) {
            lka_warn(session,
                     "%llu phones are in national spelling and of no known country: hashes of the international "
                     "number are not recognised (--country says which)",
                     (unsigned long long)import->kinds[k].national);
        }
    }
    if (import->nobody > 0) {
        lka_warn(session, "%llu of %llu rows tell nobody: their objection is not in the list",
                 (unsigned long long)import->nobody, (unsigned long long)(import->people + import->nobody));
    }
}

static json_t *kinds_json(const struct import *import)
{
    json_t *object = json_object();
    for (size_t k = 0; k < LKA_IDENTIFIER_KINDS && object; k++) {
        const struct kind_counts *kind = &import->kinds[k];
        if (kind->identifiers == 0 && kind->unread == 0) {
            continue;
        }
        json_t *counts = json_pack("{s:I, s:I, s:I}", "identifiers", (json_int_t)kind->identifiers, "forms",
                                   (json_int_t)kind->forms, "unread", (json_int_t)kind->unread);
        if (json_object_set_new(object, lka_identifier_kind_name(k), counts) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *document_of(const struct import *import, json_t *warnings)
{
    return json_pack("{s:i, s:s, s:o, s:s, s:I, s:I, s:o, s:O, s:o}", "schema", 1, "stage", "suppress import", "input",
                     lka_table_json(&import->identifiers.table), "date", import->day, "people",
                     (json_int_t)import->people, "nobody", (json_int_t)import->nobody, "kinds", kinds_json(import),
                     "warnings", warnings, "out",
                     lka_json_string(import->workspace ? import->options->workspace : "/dev/null"));
}

static lka_status summarise(const struct import *import, json_t *warnings, char **summary, struct lka_error *error)
{
    json_t *document = document_of(import, warnings);
    bool whole = document != NULL;
    if (whole && import->workspace) {
        whole = json_object_set_new(document, "added", json_integer((json_int_t)(import->after - import->before))) ==
                    0 &&
                json_object_set_new(document, "entries", json_integer((json_int_t)import->after)) == 0;
    }
    lka_status status = whole ? lka_json_text(document, JSON_COMPACT, summary, error) : lka_fail_memory(error, 0);
    json_decref(document);
    return status;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static lka_status read_day(struct import *import, struct lka_error *error)
{
    const char *date = import->options->date;
    int64_t seconds = 0;
    if (!date) {
        lka_format_date((int64_t)time(NULL) / 86400, import->day);
        return LKA_OK;
    }
    if (strlen(date) != 10 || !lka_parse_time(lka_span_of(date), &seconds)) {
        return lka_fail(error, LKA_USAGE, "--date: \"%.20s\" is no day; allowed: YYYY-MM-DD", date);
    }
    memcpy(import->day, date, 11);
    return LKA_OK;
}

/* A list of which nothing was understood is not the list that was meant. */
static lka_status check_some(const struct import *import, struct lka_error *error)
{
    return import->people > 0 || import->nobody == 0
               ? LKA_OK
               : lka_fail_at(error, LKA_DATA, lka_source_name(import->identifiers.table.source), 0, 0,
                             "none of %llu rows tells anybody: no objection was imported; allowed: e-mails, phones, "
                             "MAIDs, ids, or with --hashed their hashes",
                             (unsigned long long)import->nobody);
}

static lka_status run(struct import *import, const struct lka_options *options, const struct lka_session *session,
                      struct lka_error *error)
{
    LKA_TRY(read_day(import, error));
    LKA_TRY(lka_identifiers_open(options, &import->identifiers, error));
    LKA_TRY(begin(import, session, error));
    LKA_TRY(read_rows(import, session, error));
    LKA_TRY(check_some(import, error));
    LKA_TRY(publish(import, error));
    warn_unread(import, session);
    return LKA_OK;
}

static void release(struct import *import)
{
    lka_entries_free(import->entries);
    lka_workspace_close(import->workspace);
    lka_identifiers_close(&import->identifiers);
    explicit_bzero(&import->key, sizeof import->key);
    lka_free(import->old);
}

lka_status lka_suppress_import(const struct lka_options *options, const struct lka_session *session, char **summary,
                               struct lka_error *error)
{
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    struct import import = {.options = lka_options_values(options)};
    struct lka_warnings warnings;
    LKA_TRY(lka_warnings_init(&warnings, session, error));
    lka_status status = run(&import, options, &warnings.session, error);
    if (status == LKA_OK) {
        status = warnings.failed ? lka_fail_memory(error, 0) : summarise(&import, warnings.list, summary, error);
    }
    release(&import);
    lka_warnings_release(&warnings);
    return status;
}
