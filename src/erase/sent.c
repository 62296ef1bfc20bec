/* The files of a registered export. They hold people in the platforms' own forms, by which nobody is found; whom they
 * hold the export ledger knows, by the run that export.json names. A platform's files with any of the people go as a
 * whole, and the documents that list them say so: what is not uploaded yet is made again from the audience. */
#include "erase/stage.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "source/manifest.h"
#include "source/temporary.h"
#include "source/output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct sent {
    struct lka_erasing *erasing;
    const char *path;
    json_t *document; /* export.json */
    json_t *gone;     /* names of files, below the directory */
    json_t *list;     /* of the proof */
    bool purge;
    uint64_t people;
    struct lka_directory *directory;
};

static lka_status read_document(const char *directory, const char *name, json_t **document, struct lka_error *error)
{
    struct lka_text path = {0};
    json_error_t problem = {0};
    lka_text_format(&path, "%s/%s", directory, name);
    *document = NULL;
    lka_status status = path.failed ? lka_fail_memory(error, path.length)
                                    : lka_json_read_file(path.bytes, document, &problem, error);
    if (status == LKA_OK && !*document) {
        status = lka_fail(error, LKA_DATA, "%.300s: %.160s; delete the export, or move it away, and erase again",
                          path.bytes, problem.text);
    }
    lka_text_release(&path);
    return status;
}

static lka_status count_people(const struct sent *sent, const char *run, uint64_t *people, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(sent->erasing->workspace,
                              "SELECT count(*) FROM exported_people JOIN exports ON id = export "
                              "WHERE run = ? AND person IN (SELECT key FROM temp.erase_keys)",
                              &statement, error));
    lka_bind_text(statement, 1, lka_span_of(run));
    lka_status status = lka_statement_step(statement, &row, error);
    *people = row ? (uint64_t)lka_column_integer(statement, 0) : 0;
    lka_statement_free(statement);
    return status;
}

/* ---- which files ----------------------------------------------------------------------------------- */

/* A file of a platform, with its SHA-256, is put down for going; one that went before is passed over. */
static lka_status put_down(struct sent *sent, const char *platform, json_t *file, json_t *files,
                           struct lka_error *error)
{
    struct lka_text name = {0};
    struct lka_text path = {0};
    struct lka_file_facts facts;
    const char *of_file = json_string_value(json_object_get(file, "name"));
    lka_text_format(&name, "%s/%s", platform, of_file ? of_file : "");
    lka_text_format(&path, "%s/%s", sent->path, name.bytes ? name.bytes : "");
    lka_status status = name.failed || path.failed ? lka_fail_memory(error, 0) : LKA_OK;
    if (status == LKA_OK && of_file && access(path.bytes, F_OK) == 0) {
        status = lka_file_look_at(path.bytes, &facts, error);
        bool kept = status == LKA_OK && json_object_set_new(sent->gone, name.bytes, json_true()) == 0 &&
                    json_object_set_new(file, "erased", json_string(sent->erasing->day)) == 0 &&
                    json_object_set_new(files, of_file, json_string(facts.sha256)) == 0;
        status = kept || status != LKA_OK ? status : lka_fail_memory(error, 0);
    }
    lka_text_release(&path);
    lka_text_release(&name);
    return status;
}

/* {"path": OUT/PLATFORM, "rows": of the people, "files_removed": {NAME: SHA-256}} */
static lka_status note(struct sent *sent, const char *platform, uint64_t people, json_t *files, struct lka_error *error)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/%s", sent->path, platform);
    json_t *entry = path.failed ? NULL
                                : json_pack("{s:o, s:I, s:O}", "path", lka_json_string(path.bytes), "rows",
                                            (json_int_t)people, "files_removed", files);
    lka_text_release(&path);
    return json_array_append_new(sent->list, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status find_files(struct sent *sent, json_t *report, struct lka_error *error)
{
    const char *platform = json_string_value(json_object_get(report, "platform"));
    const char *run = json_string_value(json_object_get(report, "run"));
    uint64_t people = 0;
    LKA_TRY(platform && run ? count_people(sent, run, &people, error) : LKA_OK);
    if (people == 0) {
        return LKA_OK;
    }
    json_t *files = json_object();
    json_t *of_platform = json_object_get(report, "files");
    lka_status status = files ? LKA_OK : lka_fail_memory(error, 0);
    for (size_t i = 0; i < json_array_size(of_platform) && status == LKA_OK; i++) {
        status = put_down(sent, platform, json_array_get(of_platform, i), files, error);
    }
    if (status == LKA_OK && json_object_size(files) > 0) {
        sent->people += people;
        status = note(sent, platform, people, files, error);
        if (sent->purge) {
            lka_warn(lka_erasing_session(sent->erasing),
                     "%.60s: files that had some of the people are removed (erase.json names them); export again what "
                     "is not uploaded yet",
                     platform);
        }
    }
    json_decref(files);
    return status;
}

/* ---- without them ------------------------------------------------------------------------------------ */

/* A platform's manifest lists the same files as export.json does. */
static lka_status renew_manifest(struct sent *sent, const char *name, struct lka_error *error)
{
    json_t *manifest;
    LKA_TRY(read_document(sent->path, name, &manifest, error));
    json_t *reports = json_object_get(sent->document, "platforms");
    const char *platform = json_string_value(json_object_get(manifest, "platform"));
    bool whole = true;
    for (size_t i = 0; i < json_array_size(reports) && platform; i++) {
        json_t *report = json_array_get(reports, i);
        const char *other = json_string_value(json_object_get(report, "platform"));
        if (other && strcmp(other, platform) == 0) {
            whole = json_object_set(manifest, "files", json_object_get(report, "files")) == 0;
        }
    }
    lka_status status = whole ? lka_directory_json(sent->directory, name, manifest, error) : lka_fail_memory(error, 0);
    json_decref(manifest);
    return status;
}

static bool is_manifest(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash && strcmp(slash + 1, LKA_MANIFEST) == 0;
}

static lka_status renew_file(void *user, const char *path, const char *name, struct lka_error *error)
{
    struct sent *sent = user;
    char *to = NULL;
    if (strcmp(name, LKA_MANIFEST) == 0 || json_object_get(sent->gone, name)) {
        return LKA_OK;
    }
    if (strcmp(name, "export.json") == 0) {
        return lka_directory_json(sent->directory, name, sent->document, error);
    }
    if (is_manifest(name)) {
        return renew_manifest(sent, name, error);
    }
    LKA_TRY(lka_directory_path(sent->directory, name, &to, error));
    lka_status status = link(path, to) == 0 ? LKA_OK : lka_fail_errno(error, LKA_IO, "link", to, errno);
    lka_free(to);
    return status;
}

static lka_status renew(struct sent *sent, struct lka_error *error)
{
    LKA_TRY(lka_directory_open(sent->path, &sent->directory, error));
    lka_status status = lka_erase_each_file(sent->path, renew_file, sent, error);
    if (status != LKA_OK) {
        lka_directory_abandon(sent->directory);
        return status;
    }
    return lka_directory_commit(sent->directory, error);
}

/* An export by a version that did not name its runs. */
static bool is_nameless(json_t *reports)
{
    bool nameless = !json_is_array(reports);
    for (size_t i = 0; i < json_array_size(reports); i++) {
        nameless = nameless || !json_object_get(json_array_get(reports, i), "run");
    }
    return nameless;
}

static lka_status search(struct sent *sent, struct lka_error *error)
{
    LKA_TRY(read_document(sent->path, "export.json", &sent->document, error));
    json_t *reports = json_object_get(sent->document, "platforms");
    if (is_nameless(reports)) {
        return sent->list ? LKA_OK
                          : lka_erase_cannot_reach(sent->erasing, "export", sent->path,
                                                   "it does not say which export of the ledger it was; delete its "
                                                   "files once they are uploaded",
                                                   error);
    }
    lka_status status = LKA_OK;
    for (size_t i = 0; sent->list && i < json_array_size(reports) && status == LKA_OK; i++) {
        status = find_files(sent, json_array_get(reports, i), error);
    }
    return status == LKA_OK && sent->purge && json_object_size(sent->gone) > 0 ? renew(sent, error) : status;
}

lka_status lka_erase_sent(struct lka_erasing *erasing, const char *path, bool purge, json_t *list, uint64_t *rows,
                          struct lka_error *error)
{
    struct sent sent = {.erasing = erasing, .path = path, .list = list, .purge = purge, .gone = json_object()};
    lka_status status = sent.gone ? search(&sent, error) : lka_fail_memory(error, 0);
    *rows += sent.people;
    json_decref(sent.document);
    json_decref(sent.gone);
    return status;
}
