/* --out: erase.json, which says what was searched and removed, and the files for platforms. */
#include "erase/stage.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "source/manifest.h"
#include "source/output.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the workspace's files ------------------------------------------------------------------------- */

lka_status lka_erase_look(struct lka_erasing *erasing, const char *when, struct lka_error *error)
{
    static const char *const names[] = {"state.sqlite", "suppression.bin"};
    erasing->files = erasing->files ? erasing->files : json_object();
    for (size_t i = 0; i < 2 && erasing->files; i++) {
        struct lka_text path = {0};
        struct lka_file_facts facts = {0};
        json_t *file = json_object_get(erasing->files, names[i]);
        lka_text_format(&path, "%s/%s", erasing->options->workspace, names[i]);
        lka_status status = path.failed                     ? lka_fail_memory(error, 0)
                            : access(path.bytes, F_OK) != 0 ? LKA_OK
                                                            : lka_file_look_at(path.bytes, &facts, error);
        lka_text_release(&path);
        LKA_TRY(status);
        if (!file) {
            file = json_object();
            json_object_set_new(erasing->files, names[i], file);
        }
        if (json_object_set_new(file, when, facts.sha256[0] ? json_string(facts.sha256) : json_null()) != 0) {
            return lka_fail_memory(error, 0);
        }
    }
    return erasing->files ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- what could not be searched -------------------------------------------------------------------- */

lka_status lka_erase_cannot_reach(struct lka_erasing *erasing, const char *kind, const char *path, const char *why,
                                  struct lka_error *error)
{
    json_t *entry = json_pack("{s:s, s:o, s:s}", "what", kind, "path", lka_json_string(path), "why", why);
    return json_array_append_new(erasing->unreachable, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- the document ----------------------------------------------------------------------------------- */

static json_t *parameters_of(const struct lka_erasing *erasing)
{
    static const char *const hidden[] = {"contact", "email", "phone", "ids", "wait", "contacts"};
    json_t *parameters = lka_options_echo(erasing->all);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        json_object_del(parameters, hidden[i]);
    }
    return parameters;
}

static bool set(json_t *object, const char *key, json_t *value)
{
    return object && value && json_object_set_new(object, key, value) == 0;
}

/* What no program can reach. */
static json_t *beyond_of(const struct lka_erasing *erasing)
{
    static const char *const always[] = {"backups and snapshots of the workspace and of outputs",
                                         "copies of outputs, and outputs of runs without --workspace",
                                         "the tables that stages read: the source systems' own",
                                         "what platforms have, until the files in remove/ are uploaded",
                                         "blocks of replaced files on the disk, until the file system uses them again"};
    json_t *list = json_deep_copy(erasing->unreachable);
    for (size_t i = 0; i < sizeof always / sizeof *always && list; i++) {
        if (json_array_append_new(list, json_pack("{s:s}", "what", always[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *lka_erase_document(const struct lka_erasing *erasing, bool done)
{
    json_t *document = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "schema", 1, "stage", "erase", "state",
                                 !erasing->changes ? "counted"
                                 : done            ? "done"
                                                   : "begun",
                                 "request", erasing->request, "date", erasing->day, "people",
                                 (json_int_t)erasing->people, "unknown", (json_int_t)erasing->unknown,
                                 "rows_of_others_with_their_phone", (json_int_t)erasing->kept_phones);
    bool whole = set(document, "parameters", parameters_of(erasing)) &&
                 set(document, "platforms", json_incref(erasing->platforms)) &&
                 set(document, "tables", json_incref(erasing->tables)) &&
                 set(document, "segments_searched", json_integer((json_int_t)erasing->segments_searched)) &&
                 set(document, "segments", json_incref(erasing->segments)) &&
                 set(document, "outputs", json_incref(erasing->outputs)) &&
                 set(document, "models", json_incref(erasing->models)) &&
                 set(document, "files", json_incref(erasing->files)) &&
                 set(document, "cannot_be_searched", beyond_of(erasing)) &&
                 set(document, "suppressed",
                     json_pack("{s:I, s:I}", "objections", (json_int_t)erasing->suppressed, "erased_keys",
                               (json_int_t)erasing->keys.kept_count)) &&
                 set(document, "warnings", json_incref(erasing->warnings.list));
    whole = whole && (!erasing->interrupted || set(document, "interrupted", json_incref(erasing->interrupted)));
    whole = whole && (!erasing->ledgers || set(document, "ledgers", json_incref(erasing->ledgers))) &&
            (!erasing->verified || set(document, "second_search", json_incref(erasing->verified)));
    if (!whole) {
        json_decref(document);
        return NULL;
    }
    return document;
}

/* ---- the directory ---------------------------------------------------------------------------------- */

/* What an earlier run found, and this one cannot find any more. */
static void take_over(json_t **list, json_t *earlier)
{
    if (json_array_size(*list) == 0 && json_array_size(earlier) > 0) {
        json_decref(*list);
        *list = json_incref(earlier);
    }
}

/* An earlier run of the same erasure died behind its first document, which has all that it was to purge: whatever of
 * that is gone by now, this run cannot count. */
static bool keep_counts(struct lka_erasing *erasing, json_t *document)
{
    static const char *const counts[] = {"unknown", "outputs", "segments", "tables", "files"};
    const char *state = json_string_value(json_object_get(document, "state"));
    if (erasing->interrupted || !state || strcmp(state, "begun") != 0) {
        return true;
    }
    json_t *earlier = json_object_get(document, "interrupted");
    erasing->interrupted = earlier ? json_incref(earlier) : json_object();
    bool whole = erasing->interrupted != NULL;
    for (size_t i = 0; i < sizeof counts / sizeof *counts && whole && !earlier; i++) {
        json_t *value = json_object_get(document, counts[i]);
        whole = !value || json_object_set(erasing->interrupted, counts[i], value) == 0;
    }
    return whole;
}

static lka_status check_request(struct lka_erasing *erasing, const char *path, bool takes_over, struct lka_error *error)
{
    json_t *document;
    LKA_TRY(lka_json_read_file(path, &document, NULL, error));
    const char *request = json_string_value(json_object_get(document, "request"));
    bool same = request && strcmp(request, erasing->request) == 0;
    bool kept = !same || takes_over || keep_counts(erasing, document);
    if (same && takes_over) {
        take_over(&erasing->platforms, json_object_get(document, "platforms"));
        take_over(&erasing->models, json_object_get(document, "models"));
    }
    json_decref(document);
    LKA_TRY(kept ? LKA_OK : lka_fail_memory(error, 0));
    return same ? LKA_OK
                : lka_fail(error, LKA_USAGE,
                           "--out %.200s holds the proof of another erasure, and perhaps files that were not uploaded "
                           "yet; give it another name",
                           erasing->options->out);
}

/* Files for platforms that an earlier run made for the same people: the ledger does not know them any more. */
static lka_status carry_file(struct lka_erasing *erasing, const char *path, const char *name, struct lka_error *error)
{
    char *to = NULL;
    LKA_TRY(lka_directory_path(erasing->directory, name, &to, error));
    lka_status status = link(path, to) == 0 || errno == EEXIST ? LKA_OK
                                                               : lka_fail_errno(error, LKA_IO, "link", to, errno);
    lka_free(to);
    return status;
}

static lka_status carry_removals(struct lka_erasing *erasing, struct lka_error *error)
{
    struct lka_text path = {0};
    struct stat facts;
    lka_text_format(&path, "%s/remove", erasing->options->out);
    lka_status status = path.failed ? lka_fail_memory(error, 0) : LKA_OK;
    bool there = status == LKA_OK && stat(path.bytes, &facts) == 0;
    FTS *walk = there ? fts_open((char *[]){path.bytes, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    size_t skip = strlen(erasing->options->out) + 1;
    for (FTSENT *entry; walk && status == LKA_OK && (entry = fts_read(walk));) {
        if (entry->fts_info == FTS_F) {
            status = carry_file(erasing, entry->fts_path, entry->fts_path + skip, error);
        }
    }
    if (walk) {
        fts_close(walk);
    }
    lka_text_release(&path);
    return status;
}

lka_status lka_erase_check_out(struct lka_erasing *erasing, bool takes_over, struct lka_error *error)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/erase.json", erasing->options->out);
    lka_status status = path.failed                     ? lka_fail_memory(error, 0)
                        : access(path.bytes, F_OK) == 0 ? check_request(erasing, path.bytes, takes_over, error)
                                                        : LKA_OK;
    lka_text_release(&path);
    return status;
}

lka_status lka_erase_open_out(struct lka_erasing *erasing, struct lka_error *error)
{
    LKA_TRY(lka_erase_check_out(erasing, true, error));
    return lka_directory_open(erasing->options->out, &erasing->directory, error);
}

static lka_status put_documents(struct lka_erasing *erasing, bool done, struct lka_error *error)
{
    char date[16];
    json_t *document = lka_erase_document(erasing, done);
    lka_status status = document ? lka_directory_json(erasing->directory, "erase.json", document, error)
                                 : lka_fail_memory(error, 0);
    json_decref(document);
    LKA_TRY(status);
    lka_format_date((int64_t)time(NULL) / 86400, date);
    json_t *run = json_pack("{s:i, s:s, s:s, s:s}", "schema", 1, "stage", "erase", "version", lka_version(), "date",
                            date);
    status = run ? lka_directory_json(erasing->directory, "erase.run.json", run, error) : lka_fail_memory(error, 0);
    json_decref(run);
    return status;
}

lka_status lka_erase_publish(struct lka_erasing *erasing, bool done, struct lka_error *error)
{
    LKA_TRY(carry_removals(erasing, error));
    LKA_TRY(put_documents(erasing, done, error));
    struct lka_directory *directory = erasing->directory;
    erasing->directory = NULL;
    return lka_directory_commit(directory, error);
}
