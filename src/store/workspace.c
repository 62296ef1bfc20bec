#include "store/workspace.h"

#include "base/error.h"
#include "base/memory.h"
#include "store/database.h"
#include "store/lock.h"
#include "store/schema.h"
#include "store/tables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

const char *lka_workspace_path(const struct lka_workspace *workspace)
{
    return workspace->path;
}

lka_status lka_workspace_file(const struct lka_workspace *workspace, const char *name, char **path,
                              struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s/%s", workspace->path, name);
    return lka_text_take(&text, path, error);
}

/* ---- the schema ------------------------------------------------------------------------------- */

/* 0: there is nothing in it yet. */
static lka_status read_version(struct lka_workspace *workspace, int64_t *version, struct lka_error *error)
{
    int64_t id = 0;
    int64_t objects = 0;
    LKA_TRY(lka_statement_number(workspace, "PRAGMA application_id", &id, error));
    LKA_TRY(lka_statement_number(workspace, "PRAGMA user_version", version, error));
    LKA_TRY(lka_statement_number(workspace, "SELECT count(*) FROM sqlite_master", &objects, error));
    bool is_new = id == 0 && *version == 0 && objects == 0;
    if (id != LKA_APPLICATION_ID && !is_new) {
        return lka_fail_at(error, LKA_USAGE, workspace->database_path, 0, 0,
                           "is another program's database and no workspace of lookalike");
    }
    if (*version > LKA_SCHEMA_VERSION) {
        return lka_fail_at(error, LKA_USAGE, workspace->database_path, 0, 0,
                           "has schema version %lld, made by a newer lookalike; this one knows versions up to %d",
                           (long long)*version, (int)LKA_SCHEMA_VERSION);
    }
    return LKA_OK;
}

/* Another process may have done it while this one waited for the lock, so the version is read again. */
static lka_status migrate(struct lka_workspace *workspace, struct lka_error *error)
{
    int64_t version = 0;
    LKA_TRY(lka_workspace_begin(workspace, "migration", error));
    LKA_TRY(read_version(workspace, &version, error));
    if (version < LKA_SCHEMA_VERSION) {
        LKA_TRY(lka_schema_migrate(workspace, &lka_store_schema, version, error));
    }
    return lka_workspace_commit(workspace, error);
}

static lka_status check_schema(struct lka_workspace *workspace, enum lka_workspace_mode mode, struct lka_error *error)
{
    int64_t version = 0;
    LKA_TRY(read_version(workspace, &version, error));
    if (version == LKA_SCHEMA_VERSION) {
        return LKA_OK;
    }
    return mode == LKA_WORKSPACE_WRITE ? migrate(workspace, error)
                                       : lka_fail_at(error, LKA_USAGE, workspace->database_path, 0, 0,
                                                     "has schema version %lld; a stage that writes brings it to %d",
                                                     (long long)version, (int)LKA_SCHEMA_VERSION);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static lka_status check_directory(const char *path, enum lka_workspace_mode mode, struct lka_error *error)
{
    struct stat facts;
    if (mode == LKA_WORKSPACE_WRITE && mkdir(path, 0700) != 0 && errno != EEXIST) {
        return lka_fail_errno(error, LKA_USAGE, "make", path, errno);
    }
    if (stat(path, &facts) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    return S_ISDIR(facts.st_mode) ? LKA_OK
                                  : lka_fail_at(error, LKA_USAGE, path, 0, 0, "is no directory; a workspace is one");
}

/* What a process that died early may have left. */
static bool may_be_ours(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "lock") == 0 ||
           strncmp(name, "state.sqlite", strlen("state.sqlite")) == 0;
}

static lka_status check_no_files(const char *path, const char *database, struct lka_error *error)
{
    DIR *directory = opendir(path);
    if (!directory) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    bool free_of_others = true;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        free_of_others = free_of_others && may_be_ours(entry->d_name);
    }
    closedir(directory);
    return free_of_others ? LKA_OK
                          : lka_fail_at(error, LKA_USAGE, path, 0, 0,
                                        "is no workspace: it has files and %s state.sqlite; a new workspace needs an "
                                        "empty or absent directory",
                                        database);
}

/* An empty file is a new database to SQLite, which gives what it puts beside it the same mode. */
static lka_status make_private(const char *path, struct lka_error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return lka_fail_errno(error, LKA_USAGE, "make", path, errno);
    }
    close(file);
    return LKA_OK;
}

/* A directory that was there before is closed to others as well. */
static lka_status make_new(struct lka_workspace *workspace, struct lka_error *error)
{
    LKA_TRY(check_no_files(workspace->path, "no", error));
    if (chmod(workspace->path, 0700) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "close to others", workspace->path, errno);
    }
    return make_private(workspace->database_path, error);
}

/* "file:...": what a URI gives a meaning of its own is written as %XX. */
static void put_uri(const char *path, struct lka_text *uri)
{
    lka_text_string(uri, "file:");
    for (; *path; path++) {
        if (strchr("?#%", *path)) {
            lka_text_format(uri, "%%%02X", (unsigned)*path);
        } else {
            lka_text_append(uri, path, 1);
        }
    }
    lka_text_string(uri, "?immutable=1");
}

/* Where nothing can be written, no reader can take part in WAL: the file is read as it stands, and nobody may change it
 * meanwhile. What a writer that died left in the log is not in it. */
static lka_status open_unwritable(struct lka_workspace *workspace, struct lka_error *error)
{
    struct lka_text uri = {0};
    struct lka_text log = {0};
    struct stat facts;
    put_uri(workspace->database_path, &uri);
    lka_text_format(&log, "%s-wal", workspace->database_path);
    lka_status status = uri.failed || log.failed ? lka_fail_memory(error, 0) : LKA_OK;
    if (status == LKA_OK && stat(log.bytes, &facts) == 0 && facts.st_size > 0) {
        status = lka_fail_at(
            error, LKA_USAGE, workspace->path, 0, 0,
            "cannot be written to, and its log has changes that are not in state.sqlite yet: let somebody "
            "who may write run any stage on it first");
    }
    if (status == LKA_OK) {
        int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
        int code = sqlite3_open_v2(uri.bytes, &workspace->database, flags, NULL);
        status = code == SQLITE_OK ? LKA_OK : lka_database_fail(workspace, code, LKA_USAGE, error);
    }
    lka_text_release(&uri);
    lka_text_release(&log);
    return status;
}

static lka_status open_database(struct lka_workspace *workspace, enum lka_workspace_mode mode, struct lka_error *error)
{
    struct stat facts;
    bool there = stat(workspace->database_path, &facts) == 0;
    if (mode == LKA_WORKSPACE_READ && !there) {
        return lka_fail_at(error, LKA_USAGE, workspace->path, 0, 0,
                           "is no workspace: it has no state.sqlite; stages that write make one");
    }
    if (there && facts.st_size == 0 && mode == LKA_WORKSPACE_READ) {
        return lka_fail_at(error, LKA_USAGE, workspace->database_path, 0, 0, "is empty");
    }
    if (!there) {
        LKA_TRY(make_new(workspace, error));
    } else if (facts.st_size == 0) {
        /* One that was cut to nothing would pass for new beside its archive, and everybody for never seen. */
        LKA_TRY(check_no_files(workspace->path, "an empty", error));
    }
    if (mode == LKA_WORKSPACE_READ && access(workspace->path, W_OK) != 0) {
        return open_unwritable(workspace, error);
    }
    /* WAL needs a file beside the database to be written even by readers. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(workspace->database_path, &workspace->database, flags, NULL);
    return code == SQLITE_OK ? LKA_OK : lka_database_fail(workspace, code, LKA_USAGE, error);
}

static lka_status set_up(struct lka_workspace *workspace, enum lka_workspace_mode mode, struct lka_error *error)
{
    sqlite3_busy_timeout(workspace->database, 5000);
    LKA_TRY(lka_workspace_execute(workspace,
                                  "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                                  "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY",
                                  error));
    if (mode == LKA_WORKSPACE_WRITE) {
        /* Before anything is written: WAL is a change to the file, and the lock is a file, where neither may be
         * ours. */
        int64_t version = 0;
        LKA_TRY(read_version(workspace, &version, error));
        LKA_TRY(lka_lock_new(workspace->path, &workspace->lock, error));
        LKA_TRY(lka_workspace_execute(workspace, "PRAGMA journal_mode = WAL", error));
    }
    return check_schema(workspace, mode, error);
}

static lka_status open_all(struct lka_workspace *workspace, const char *path, enum lka_workspace_mode mode,
                           struct lka_error *error)
{
    workspace->path = lka_copy_string(path);
    if (!workspace->path) {
        return lka_fail_memory(error, strlen(path));
    }
    LKA_TRY(lka_workspace_file(workspace, "state.sqlite", &workspace->database_path, error));
    LKA_TRY(check_directory(path, mode, error));
    LKA_TRY(open_database(workspace, mode, error));
    return set_up(workspace, mode, error);
}

lka_status lka_workspace_open(const char *path, enum lka_workspace_mode mode, const struct lka_session *session,
                              struct lka_workspace **workspace, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*workspace, 1, error));
    (*workspace)->session = session;
    lka_status status = open_all(*workspace, path, mode, error);
    if (status != LKA_OK) {
        lka_workspace_close(*workspace);
        *workspace = NULL;
    }
    return status;
}

void lka_workspace_close(struct lka_workspace *workspace)
{
    if (workspace) {
        lka_workspace_rollback(workspace);
        sqlite3_close(workspace->database);
        lka_lock_free(workspace->lock);
        lka_free(workspace->database_path);
        lka_free(workspace->path);
        lka_free(workspace);
    }
}

void lka_workspace_wait(struct lka_workspace *workspace, double seconds)
{
    if (workspace->lock) {
        lka_lock_wait(workspace->lock, seconds);
    }
}

/* ---- transactions ----------------------------------------------------------------------------- */

lka_status lka_workspace_begin(struct lka_workspace *workspace, const char *stage, struct lka_error *error)
{
    LKA_TRY(lka_lock_take(workspace->lock, stage, workspace->session, error));
    lka_status status = lka_workspace_execute(workspace, "BEGIN IMMEDIATE", error);
    workspace->in_transaction = status == LKA_OK;
    if (status != LKA_OK) {
        lka_lock_release(workspace->lock);
    }
    return status;
}

lka_status lka_workspace_commit(struct lka_workspace *workspace, struct lka_error *error)
{
    LKA_TRY(lka_workspace_execute(workspace, "COMMIT", error));
    workspace->in_transaction = false;
    lka_lock_release(workspace->lock);
    return LKA_OK;
}

void lka_workspace_rollback(struct lka_workspace *workspace)
{
    if (workspace->in_transaction) {
        sqlite3_exec(workspace->database, "ROLLBACK", NULL, NULL, NULL);
        workspace->in_transaction = false;
        lka_lock_release(workspace->lock);
    }
}
