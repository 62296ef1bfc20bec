/* A directory of files that is published whole. */
#include "source/output.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "source/manifest.h"
#include "source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct lka_directory {
    char *path;      /* the target, without a slash at the end */
    char *temporary; /* NULL until it is made */
    struct lka_place_name place;
    json_t *known; /* of files that were looked at: their entries in the manifest, by name; NULL: of none */
};

/* ---- opening ---------------------------------------------------------------------------------- */

/* The target; behind links if it is one. */
static lka_status resolve(const char *path, char **resolved, struct lka_error *error)
{
    char *real = realpath(path, NULL);
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    *resolved = real ? lka_copy_string(real) : lka_copy_text(path, length);
    free(real);
    return *resolved ? LKA_OK : lka_fail_memory(error, length + 1);
}

static lka_status check_target(const struct lka_directory *directory, bool *exists, struct lka_error *error)
{
    struct stat facts;
    *exists = lstat(directory->path, &facts) == 0;
    if (!*exists) {
        return errno == ENOENT ? LKA_OK : lka_fail_create(error, directory->path, errno);
    }
    if (!S_ISDIR(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, directory->path, 0, 0, "is a file; a directory is to be written");
    }
    return lka_manifest_check(directory->path, error);
}

/* The target is replaced by a new directory: whoever stands in the old one, or below it, would stand in no place at
 * all. */
static lka_status check_standing(const struct lka_directory *directory, struct lka_error *error)
{
    char *here = getcwd(NULL, 0);
    size_t length = strlen(directory->path);
    bool inside = here && strncmp(here, directory->path, length) == 0 && (here[length] == '\0' || here[length] == '/');
    free(here);
    return inside ? lka_fail_at(error, LKA_USAGE, directory->path, 0, 0,
                                "is the current directory or holds it, and would be replaced; name another one, or go "
                                "elsewhere before")
                  : LKA_OK;
}

static lka_status make_temporary(struct lka_directory *directory, struct lka_error *error)
{
    lka_temporary_remove_stale(&directory->place);
    char *temporary = lka_temporary_name(&directory->place, 0);
    if (!temporary) {
        return lka_fail_memory(error, strlen(directory->path));
    }
    /* One of a dead process that had our id. */
    lka_remove_tree(temporary);
    if (mkdir(temporary, 0777) != 0) {
        int number = errno;
        lka_free(temporary);
        return lka_fail_create(error, directory->path, number);
    }
    directory->temporary = temporary;
    return LKA_OK;
}

static lka_status prepare(struct lka_directory *directory, const char *path, struct lka_error *error)
{
    LKA_TRY(resolve(path, &directory->path, error));
    LKA_TRY(lka_place_name_init(&directory->place, directory->path, error));
    const char *name = directory->place.name;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(path, "-") == 0) {
        return lka_fail(error, LKA_USAGE, "\"%.200s\" is no name for a directory to be written", path);
    }
    bool exists;
    LKA_TRY(check_target(directory, &exists, error));
    LKA_TRY(exists ? check_standing(directory, error) : LKA_OK);
    return make_temporary(directory, error);
}

lka_status lka_directory_open(const char *path, struct lka_directory **directory, struct lka_error *error)
{
    *directory = NULL;
    struct lka_directory *opened;
    LKA_TRY(LKA_NEW(opened, 1, error));
    lka_status status = prepare(opened, path, error);
    if (status != LKA_OK) {
        lka_directory_abandon(opened);
        return status;
    }
    *directory = opened;
    return LKA_OK;
}

/* ---- its files -------------------------------------------------------------------------------- */

/* Relative, and without a way out. */
static bool stays_inside(const char *name)
{
    if (name[0] == '\0' || name[0] == '/') {
        return false;
    }
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        size_t length = strcspn(part, "/");
        if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0)) {
            return false;
        }
    }
    return true;
}

static lka_status make_parents(char *path, size_t start, struct lka_error *error)
{
    for (char *slash = strchr(path + start, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        lka_status status = made ? LKA_OK : lka_fail_create(error, path, errno);
        *slash = '/';
        LKA_TRY(status);
    }
    return LKA_OK;
}

lka_status lka_directory_path(struct lka_directory *directory, const char *name, char **path, struct lka_error *error)
{
    *path = NULL;
    if (!stays_inside(name) || strcmp(name, LKA_MANIFEST) == 0) {
        return lka_fail(error, LKA_USAGE, "\"%.200s\" is no name for a file inside a directory of results", name);
    }
    struct lka_text text = {0};
    lka_text_format(&text, "%s/%s", directory->temporary, name);
    LKA_TRY(lka_text_take(&text, path, error));
    lka_status status = make_parents(*path, strlen(directory->temporary) + 1, error);
    if (status != LKA_OK) {
        lka_free(*path);
        *path = NULL;
    }
    return status;
}

lka_status lka_directory_know(struct lka_directory *directory, const char *name, const struct lka_file_facts *facts,
                              struct lka_error *error)
{
    directory->known = directory->known ? directory->known : json_object();
    return json_object_set_new(directory->known, name, lka_file_facts_json(name, facts)) == 0
               ? LKA_OK
               : lka_fail_memory(error, strlen(name));
}

lka_status lka_directory_json(struct lka_directory *directory, const char *name, const json_t *value,
                              struct lka_error *error)
{
    char *text = NULL;
    char *path = NULL;
    LKA_TRY(lka_json_text(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15), &text, error));
    lka_status status = lka_directory_path(directory, name, &path, error);
    if (status == LKA_OK) {
        status = lka_output_file(path, false, text, strlen(text), error);
    }
    lka_free(path);
    lka_free(text);
    return status;
}

/* ---- publishing ------------------------------------------------------------------------------- */

/* For file systems that cannot exchange two names: there is a moment without the target, and then the old directory is
 * beside it, under a name that nobody removes. */
static lka_status replace_in_two_steps(const struct lka_directory *directory, struct lka_error *error)
{
    struct lka_text old = {0};
    lka_text_format(&old, "%s/.%.200s.old-%ld", directory->place.directory, directory->place.name, (long)getpid());
    if (old.failed) {
        lka_text_release(&old);
        return lka_fail_memory(error, strlen(directory->path));
    }
    lka_status status = LKA_OK;
    if (rename(directory->path, old.bytes) != 0) {
        status = lka_fail_errno(error, LKA_IO, "replace", directory->path, errno);
    } else if (rename(directory->temporary, directory->path) != 0) {
        status = lka_fail_errno(error, LKA_IO, "replace", directory->path, errno);
        rename(old.bytes, directory->path);
    } else {
        lka_remove_tree(old.bytes);
    }
    lka_text_release(&old);
    return status;
}

static lka_status exchange(const struct lka_directory *directory, bool exists, struct lka_error *error)
{
    if (!exists) {
        return rename(directory->temporary, directory->path) == 0
                   ? LKA_OK
                   : lka_fail_errno(error, LKA_IO, "publish", directory->path, errno);
    }
    if (renameat2(AT_FDCWD, directory->temporary, AT_FDCWD, directory->path, RENAME_EXCHANGE) == 0) {
        /* The exchange must be on the disk before the old one goes. */
        lka_sync_directory(directory->place.directory);
        lka_remove_tree(directory->temporary);
        return LKA_OK;
    }
    return errno == EINVAL || errno == ENOSYS ? replace_in_two_steps(directory, error)
                                              : lka_fail_errno(error, LKA_IO, "replace", directory->path, errno);
}

static lka_status publish(struct lka_directory *directory, struct lka_error *error)
{
    LKA_TRY(lka_manifest_write(directory->temporary, directory->known, error));
    lka_sync_directory(directory->temporary);
    bool exists;
    LKA_TRY(check_target(directory, &exists, error));
    LKA_TRY(exchange(directory, exists, error));
    lka_sync_directory(directory->place.directory);
    lka_free(directory->temporary);
    directory->temporary = NULL;
    return LKA_OK;
}

lka_status lka_directory_commit(struct lka_directory *directory, struct lka_error *error)
{
    lka_status status = publish(directory, error);
    lka_directory_abandon(directory);
    return status;
}

void lka_directory_abandon(struct lka_directory *directory)
{
    if (!directory) {
        return;
    }
    if (directory->temporary) {
        lka_remove_tree(directory->temporary);
    }
    lka_free(directory->temporary);
    lka_free(directory->path);
    json_decref(directory->known);
    lka_place_name_release(&directory->place);
    lka_free(directory);
}
