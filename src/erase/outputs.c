/* What stages registered in the workspace: a file, or a directory of files that is published whole, and the rejected
 * and left-out rows beside it. */
#include "erase/stage.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "source/manifest.h"
#include "source/temporary.h"
#include "store/artefacts.h"
#include "source/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct visiting {
    struct lka_erasing *erasing;
    json_t *list; /* NULL: the rows are only learned from */
    bool purge;
    uint64_t rows;
    struct lka_directory *directory; /* that takes the place of the one at hand */
    uint64_t found;                  /* rows in the one at hand */
};

static lka_status note(struct visiting *visiting, const char *path, uint64_t rows, const struct lka_file_facts *before,
                       const struct lka_file_facts *after, struct lka_error *error)
{
    visiting->rows += rows;
    if (!visiting->list) {
        return LKA_OK;
    }
    json_t *entry = json_pack("{s:o, s:I}", "path", lka_json_string(path), "rows", (json_int_t)rows);
    bool good = entry && (!before || json_object_set_new(entry, "sha256_before", json_string(before->sha256)) == 0) &&
                (!after || json_object_set_new(entry, "sha256_after", json_string(after->sha256)) == 0);
    if (!good) {
        json_decref(entry);
        return lka_fail_memory(error, 0);
    }
    return json_array_append_new(visiting->list, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- files --------------------------------------------------------------------------------------- */

static lka_status count_rows(struct visiting *visiting, const char *path, uint64_t *rows, struct lka_error *error)
{
    return lka_erase_split(visiting->erasing, path, NULL, NULL, visiting->list == NULL, rows, error);
}

/* Replaces a file that stands alone. */
static lka_status purge_file(struct visiting *visiting, const char *path, struct lka_error *error)
{
    struct lka_file_facts before;
    struct lka_file_facts after;
    uint64_t rows = 0;
    LKA_TRY(count_rows(visiting, path, &rows, error));
    if (rows == 0 || !visiting->purge) {
        return note(visiting, path, rows, NULL, NULL, error);
    }
    LKA_TRY(lka_file_look_at(path, &before, error));
    LKA_TRY(lka_erase_split(visiting->erasing, path, NULL, path, false, &rows, error));
    LKA_TRY(lka_file_look_at(path, &after, error));
    return note(visiting, path, rows, &before, &after, error);
}

static bool is_beside(const char *entry, const char *name)
{
    size_t length = strlen(name);
    size_t whole = strlen(entry);
    static const char *const endings[] = {".rejected.csv", ".left_out.csv"};
    for (size_t i = 0; i < 2; i++) {
        size_t tail = strlen(endings[i]);
        if (whole >= length + tail && strncmp(entry, name, length) == 0 && entry[length] == '.' &&
            strcmp(entry + whole - tail, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* OUT.rejected.csv, OUT.contacts.rejected.csv, OUT.left_out.csv ... */
static lka_status visit_beside(struct visiting *visiting, const char *path, struct lka_error *error)
{
    struct lka_place_name place;
    LKA_TRY(lka_place_name_init(&place, path, error));
    DIR *directory = opendir(place.directory);
    lka_status status = LKA_OK;
    for (struct dirent *entry; status == LKA_OK && directory && (entry = readdir(directory));) {
        struct lka_text file = {0};
        if (is_beside(entry->d_name, place.name)) {
            lka_text_format(&file, "%s/%s", place.directory, entry->d_name);
            status = file.failed ? lka_fail_memory(error, 0) : purge_file(visiting, file.bytes, error);
        }
        lka_text_release(&file);
    }
    if (directory) {
        closedir(directory);
    }
    lka_place_name_release(&place);
    return status;
}

/* ---- directories ---------------------------------------------------------------------------------- */

static lka_status count_file(void *user, const char *path, const char *name, struct lka_error *error)
{
    struct visiting *visiting = user;
    uint64_t rows = 0;
    (void)name;
    if (!lka_erase_is_table(path)) {
        return LKA_OK;
    }
    LKA_TRY(count_rows(visiting, path, &rows, error));
    visiting->found += rows;
    return visiting->purge && rows > 0 ? LKA_OK : note(visiting, path, rows, NULL, NULL, error);
}

/* Into the new directory: as it is, or without the people's rows. */
static lka_status renew_file(void *user, const char *path, const char *name, struct lka_error *error)
{
    struct visiting *visiting = user;
    char *to = NULL;
    uint64_t rows = 0;
    if (strcmp(name, LKA_MANIFEST) == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_directory_path(visiting->directory, name, &to, error));
    lka_status status = lka_erase_is_table(path) ? count_rows(visiting, path, &rows, error) : LKA_OK;
    struct lka_file_facts before;
    struct lka_file_facts after;
    if (status == LKA_OK && rows == 0) {
        status = link(path, to) == 0 ? LKA_OK : lka_fail_errno(error, LKA_IO, "link", to, errno);
    } else if (status == LKA_OK) {
        status = lka_file_look_at(path, &before, error);
        status = status == LKA_OK ? lka_erase_split(visiting->erasing, path, NULL, to, false, &rows, error) : status;
        status = status == LKA_OK ? lka_file_look_at(to, &after, error) : status;
        status = status == LKA_OK ? note(visiting, path, rows, &before, &after, error) : status;
    }
    lka_free(to);
    return status;
}

static lka_status renew_directory(struct visiting *visiting, const char *path, struct lka_error *error)
{
    LKA_TRY(lka_directory_open(path, &visiting->directory, error));
    lka_status status = lka_erase_each_file(path, renew_file, visiting, error);
    if (status != LKA_OK) {
        lka_directory_abandon(visiting->directory);
        return status;
    }
    return lka_directory_commit(visiting->directory, error);
}

static lka_status visit_directory(struct visiting *visiting, const char *path, struct lka_error *error)
{
    visiting->found = 0;
    LKA_TRY(lka_erase_each_file(path, count_file, visiting, error));
    return visiting->found > 0 && visiting->purge ? renew_directory(visiting, path, error) : LKA_OK;
}

/* ---- all of them ---------------------------------------------------------------------------------- */

static lka_status visit_output(struct visiting *visiting, const char *path, const char *kind, struct lka_error *error)
{
    struct stat facts;
    bool there = stat(path, &facts) == 0;
    if (strcmp(kind, "model") == 0) {
        return LKA_OK;
    }
    if (there && strcmp(kind, "export") == 0) {
        return lka_erase_sent(visiting->erasing, path, visiting->purge, visiting->list, &visiting->rows, error);
    }
    if (!there) {
        return visiting->list ? LKA_OK
                              : lka_erase_cannot_reach(visiting->erasing, kind, path,
                                                       "it is not there any more: moved or deleted", error);
    }
    LKA_TRY(S_ISDIR(facts.st_mode)     ? visit_directory(visiting, path, error)
            : lka_erase_is_table(path) ? purge_file(visiting, path, error)
                                       : LKA_OK);
    return visit_beside(visiting, path, error);
}

static lka_status visit_registered(struct visiting *visiting, struct lka_span name, struct lka_span kind,
                                   struct lka_error *error)
{
    char what[32];
    char *path = NULL;
    char *copy = lka_copy_text(name.text, name.length);
    snprintf(what, sizeof what, "%.*s", (int)kind.length, kind.text);
    lka_status status = copy ? lka_artefact_path(visiting->erasing->workspace, copy, &path, error)
                             : lka_fail_memory(error, name.length);
    if (status == LKA_OK) {
        status = visit_output(visiting, path, what, error);
    }
    lka_free(path);
    lka_free(copy);
    return status;
}

static lka_status visit_all(struct visiting *visiting, struct lka_error *error)
{
    struct lka_statement *rows;
    bool row = true;
    LKA_TRY(lka_statement_new(visiting->erasing->workspace, "SELECT path, kind FROM artefacts ORDER BY path", &rows,
                              error));
    lka_status status = lka_statement_step(rows, &row, error);
    while (status == LKA_OK && row) {
        status = visit_registered(visiting, lka_column_text(rows, 0), lka_column_text(rows, 1), error);
        status = status == LKA_OK ? lka_statement_step(rows, &row, error) : status;
    }
    lka_statement_free(rows);
    return status;
}

lka_status lka_erase_outputs_learn(struct lka_erasing *erasing, struct lka_error *error)
{
    struct visiting visiting = {.erasing = erasing};
    json_array_clear(erasing->unreachable);
    erasing->kept_phones = 0;
    return visit_all(&visiting, error);
}

lka_status lka_erase_outputs(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                             struct lka_error *error)
{
    json_decref(*list);
    *list = json_array();
    struct visiting visiting = {.erasing = erasing, .list = *list, .purge = purge};
    lka_status status = *list ? visit_all(&visiting, error) : lka_fail_memory(error, 0);
    *rows = visiting.rows;
    return status;
}
