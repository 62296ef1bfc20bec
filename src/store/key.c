/* The workspace's key: 32 random bytes in a file of their own (0600), made once. Its fingerprint stands in
 * state.sqlite, so that a key that was lost or exchanged is noticed, and not replaced by one under which nothing is
 * found any more. */
#include "base/error.h"
#include "base/memory.h"
#include "identity/identity.h"
#include "source/temporary.h"
#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_BYTES = 32 };

static lka_status fingerprint_of(const uint8_t key[KEY_BYTES], char hex[65], struct lka_error *error)
{
    struct lka_span bytes = {(const char *)key, KEY_BYTES};
    return lka_sha256_hex(bytes, hex) ? LKA_OK : lka_fail(error, LKA_DATA, "libcrypto cannot make a SHA-256");
}

/* ---- the fingerprint -------------------------------------------------------------------------- */

static lka_status read_fingerprint(struct lka_workspace *workspace, char hex[65], struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(workspace, "SELECT value FROM facts WHERE name = 'key'", &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    snprintf(hex, 65, "%s", row ? lka_column_text(statement, 0).text : "");
    lka_statement_free(statement);
    return status;
}

static lka_status write_fingerprint(struct lka_workspace *workspace, const char *hex, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(workspace, "INSERT INTO facts (name, value) VALUES ('key', ?)", &statement, error));
    lka_bind_text(statement, 1, lka_span_of(hex));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

/* ---- the file --------------------------------------------------------------------------------- */

static lka_status check_mode(int file, const char *path, struct lka_error *error)
{
    struct stat facts;
    if (fstat(file, &facts) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "read", path, errno);
    }
    if ((facts.st_mode & 077) != 0) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0,
                           "can be read by others (mode %04o); whoever has the key can test guesses: chmod 600 it",
                           (unsigned)(facts.st_mode & 07777));
    }
    return facts.st_size == KEY_BYTES
               ? LKA_OK
               : lka_fail_at(error, LKA_USAGE, path, 0, 0, "is no key: it has %lld bytes, not %d",
                             (long long)facts.st_size, (int)KEY_BYTES);
}

/* *there is false if there is no such file. */
static lka_status read_key(const char *path, uint8_t key[KEY_BYTES], bool *there, struct lka_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *there = file >= 0;
    if (file < 0) {
        return errno == ENOENT ? LKA_OK : lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    lka_status status = check_mode(file, path, error);
    if (status == LKA_OK && read(file, key, KEY_BYTES) != KEY_BYTES) {
        status = lka_fail_errno(error, LKA_USAGE, "read", path, errno);
    }
    close(file);
    return status;
}

static lka_status write_key(const char *path, const uint8_t key[KEY_BYTES], struct lka_error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        return lka_fail_errno(error, LKA_USAGE, "write", path, errno);
    }
    bool written = write(file, key, KEY_BYTES) == KEY_BYTES && fsync(file) == 0;
    int why = errno;
    close(file);
    return written ? LKA_OK : lka_fail_errno(error, LKA_IO, "write", path, why);
}

/* A transaction is open, so nobody else makes one. A file without a fingerprint was left by a process that died between
 * the two: nothing depends on it yet, and it is written anew. */
static lka_status make_key(struct lka_workspace *workspace, const char *path, uint8_t key[KEY_BYTES],
                           struct lka_error *error)
{
    char hex[65];
    if (getrandom(key, KEY_BYTES, 0) != KEY_BYTES) {
        return lka_fail_errno(error, LKA_IO, "draw random bytes for", path, errno);
    }
    LKA_TRY(write_key(path, key, error));
    lka_sync_directory(lka_workspace_path(workspace));
    LKA_TRY(fingerprint_of(key, hex, error));
    return write_fingerprint(workspace, hex, error);
}

/* Another process may have made it while this one waited for the lock. */
static lka_status make_if_absent(struct lka_workspace *workspace, const char *path, struct lka_error *error)
{
    char wanted[65];
    uint8_t key[KEY_BYTES];
    LKA_TRY(read_fingerprint(workspace, wanted, error));
    lka_status status = wanted[0] ? LKA_OK : make_key(workspace, path, key, error);
    explicit_bzero(key, sizeof key);
    return status;
}

/* Without a transaction it has one of its own. */
static lka_status make_first(struct lka_workspace *workspace, const char *path, struct lka_error *error)
{
    if (!workspace->lock) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is not made yet; the first stage that writes makes it");
    }
    if (workspace->in_transaction) {
        return make_if_absent(workspace, path, error);
    }
    LKA_TRY(lka_workspace_begin(workspace, "the key", error));
    lka_status status = make_if_absent(workspace, path, error);
    if (status == LKA_OK) {
        status = lka_workspace_commit(workspace, error);
    }
    lka_workspace_rollback(workspace);
    return status;
}

static lka_status take_key(struct lka_workspace *workspace, const char *path, uint8_t key[KEY_BYTES],
                           struct lka_error *error)
{
    char wanted[65];
    char hex[65];
    bool there = false;
    LKA_TRY(read_fingerprint(workspace, wanted, error));
    if (!wanted[0]) {
        LKA_TRY(make_first(workspace, path, error));
        LKA_TRY(read_fingerprint(workspace, wanted, error));
    }
    LKA_TRY(read_key(path, key, &there, error));
    if (!there) {
        return lka_fail_at(
            error, LKA_USAGE, path, 0, 0,
            "is lost: objections and ledgers were written under it, and none of them can be found without it; "
            "bring it back from a backup");
    }
    LKA_TRY(fingerprint_of(key, hex, error));
    return strcmp(hex, wanted) == 0 ? LKA_OK
                                    : lka_fail_at(error, LKA_USAGE, path, 0, 0,
                                                  "is not this workspace's key: its fingerprint is another one");
}

lka_status lka_workspace_key(struct lka_workspace *workspace, uint8_t key[KEY_BYTES], struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_workspace_file(workspace, "key", &path, error));
    lka_status status = take_key(workspace, path, key, error);
    lka_free(path);
    return status;
}
