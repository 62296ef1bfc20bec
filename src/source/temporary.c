#include "source/temporary.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "source/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

lka_status lka_fail_create(struct lka_error *error, const char *file, int error_number)
{
    bool machine = error_number == ENOSPC || error_number == EDQUOT || error_number == EIO || error_number == EMFILE ||
                   error_number == ENFILE;
    return lka_fail_errno(error, machine ? LKA_IO : LKA_USAGE, "create", file, error_number);
}

lka_status lka_place_name_init(struct lka_place_name *place, const char *path, struct lka_error *error)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    place->directory = slash == path ? lka_copy_string("/") : lka_copy_text(slash ? path : ".", length);
    place->name = lka_copy_string(slash ? slash + 1 : path);
    if (!place->directory || !place->name) {
        lka_place_name_release(place);
        return lka_fail_memory(error, strlen(path) + 1);
    }
    return LKA_OK;
}

void lka_place_name_release(struct lka_place_name *place)
{
    lka_free(place->directory);
    lka_free(place->name);
    *place = (struct lka_place_name){0};
}

char *lka_temporary_name(const struct lka_place_name *place, unsigned attempt)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s/.%.200s.tmp-%ld", place->directory, place->name, (long)getpid());
    if (attempt > 0) {
        lka_text_format(&text, "-%u", attempt);
    }
    char *name = NULL;
    return lka_text_take(&text, &name, NULL) == LKA_OK ? name : NULL;
}

/* The process that ".<name>.tmp-<pid>" belongs to; 0 if the entry is called anything else. */
static pid_t owner(const char *entry, const char *name)
{
    char start[256];
    int length = snprintf(start, sizeof start, ".%.200s.tmp-", name);
    if (strncmp(entry, start, (size_t)length) != 0) {
        return 0;
    }
    char *end;
    long pid = strtol(entry + length, &end, 10);
    bool whole = end > entry + length && (*end == '\0' || *end == '-');
    return whole && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

void lka_temporary_remove_stale(const struct lka_place_name *place)
{
    DIR *directory = opendir(place->directory);
    if (!directory) {
        return;
    }
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        pid_t pid = owner(entry->d_name, place->name);
        if (pid == 0 || kill(pid, 0) == 0 || errno != ESRCH) {
            continue;
        }
        struct lka_text path = {0};
        lka_text_format(&path, "%s/%s", place->directory, entry->d_name);
        if (!path.failed) {
            lka_remove_tree(path.bytes);
        }
        lka_text_release(&path);
    }
    closedir(directory);
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *position)
{
    (void)facts;
    (void)kind;
    (void)position;
    remove(path);
    return 0;
}

void lka_remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void lka_sync_directory(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

/* For file systems without O_TMPFILE: a name for a moment. */
static int open_and_unlink(const char *directory)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/.lookalike-XXXXXX", directory);
    if (path.failed) {
        lka_text_release(&path);
        errno = ENOMEM;
        return -1;
    }
    int descriptor = mkostemp(path.bytes, O_CLOEXEC);
    if (descriptor >= 0) {
        unlink(path.bytes);
    }
    int number = errno;
    lka_text_release(&path);
    errno = number;
    return descriptor;
}

lka_status lka_temporary_file(const char *directory, int *descriptor, struct lka_error *error)
{
    const char *place = directory ? directory : "/tmp";
    *descriptor = open(place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        *descriptor = open_and_unlink(place);
    }
    if (*descriptor < 0 && errno == ENOMEM) {
        return lka_fail_memory(error, 0);
    }
    if (*descriptor >= 0) {
        return LKA_OK;
    }
    lka_status status = lka_fail_create(error, place, errno);
    if (error) {
        size_t used = strlen(error->message);
        snprintf(error->message + used, sizeof error->message - used,
                 "; temporary files go there (--temporary or TMPDIR says where)");
    }
    return status;
}
