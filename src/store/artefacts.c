#include "store/artefacts.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/temporary.h"

#include <stdio.h>
#include <stdlib.h>

/* A path that ends in slashes names what stands before them. */
static lka_status without_slashes(const char *path, char **cut, struct lka_error *error)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    *cut = lka_copy_text(path, length);
    return *cut ? LKA_OK : lka_fail_memory(error, length);
}

/* Without links, "." and "..", as far as its directory is there. */
static lka_status absolute_path(const char *path, char **absolute, struct lka_error *error)
{
    struct lka_place_name place = {0};
    struct lka_text text = {0};
    char *cut = NULL;
    LKA_TRY(without_slashes(path, &cut, error));
    lka_status status = lka_place_name_init(&place, cut, error);
    if (status == LKA_OK) {
        char *directory = realpath(place.directory, NULL); /* the system's allocation */
        lka_text_format(&text, "%s/%s", directory ? directory : place.directory, place.name);
        free(directory);
        status = lka_text_take(&text, absolute, error);
    }
    lka_place_name_release(&place);
    lka_free(cut);
    return status;
}

/* Where the workspace stands. */
static lka_status place_of(const struct lka_workspace *workspace, char **place, struct lka_error *error)
{
    LKA_TRY(absolute_path(lka_workspace_path(workspace), place, error));
    char *last = strrchr(*place, '/');
    *(last ? last : *place) = '\0';
    return LKA_OK;
}

static lka_status name_below(const char *place, const char *absolute, char **name, struct lka_error *error)
{
    struct lka_text text = {0};
    size_t length = strlen(place);
    bool below = strncmp(absolute, place, length) == 0 && absolute[length] == '/';
    lka_text_format(&text, "%s%s", below ? ".." : "", below ? absolute + length : absolute);
    return lka_text_take(&text, name, error);
}

lka_status lka_artefact_name(const struct lka_workspace *workspace, const char *path, char **name,
                             struct lka_error *error)
{
    char *absolute = NULL;
    char *place = NULL;
    lka_status status = absolute_path(path, &absolute, error);
    if (status == LKA_OK) {
        status = place_of(workspace, &place, error);
    }
    if (status == LKA_OK) {
        status = name_below(place, absolute, name, error);
    }
    lka_free(absolute);
    lka_free(place);
    return status;
}

lka_status lka_artefact_path(const struct lka_workspace *workspace, const char *name, char **path,
                             struct lka_error *error)
{
    struct lka_text text = {0};
    char *place = NULL;
    if (strncmp(name, "../", 3) == 0) {
        LKA_TRY(place_of(workspace, &place, error));
        lka_text_string(&text, place);
        name += 2;
    }
    lka_free(place);
    lka_text_string(&text, name);
    return lka_text_take(&text, path, error);
}

static lka_status put(struct lka_workspace *workspace, const char *const values[4], struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(workspace,
                              "INSERT INTO artefacts (path, kind, hash, made_by) VALUES (?, ?, ?, ?) "
                              "ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, hash = excluded.hash, "
                              "made_by = excluded.made_by",
                              &statement, error));
    for (int i = 0; i < 4; i++) {
        lka_bind_text(statement, i + 1, lka_span_of(values[i]));
    }
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_artefact_put(struct lka_workspace *workspace, const char *path, const char *kind, const char *hash,
                            const char *made_by, struct lka_error *error)
{
    char *name = NULL;
    LKA_TRY(lka_artefact_name(workspace, path, &name, error));
    const char *const values[4] = {name, kind, hash, made_by};
    lka_status status = put(workspace, values, error);
    lka_free(name);
    return status;
}

lka_status lka_artefact_register(const char *workspace, const char *path, const char *kind, const char *made_by,
                                 const struct lka_session *session, struct lka_error *error)
{
    struct lka_workspace *opened;
    LKA_TRY(lka_workspace_open(workspace, LKA_WORKSPACE_WRITE, session, &opened, error));
    lka_status status = lka_workspace_begin(opened, made_by, error);
    if (status == LKA_OK) {
        status = lka_artefact_put(opened, path, kind, "", made_by, error);
    }
    if (status == LKA_OK) {
        status = lka_workspace_commit(opened, error);
    }
    lka_workspace_close(opened);
    return status;
}
