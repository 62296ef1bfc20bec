#include "store/lock.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

struct lka_lock {
    char *path;
    int file;
    double patience;
};

lka_status lka_lock_new(const char *workspace, struct lka_lock **lock, struct lka_error *error)
{
    struct lka_text path = {0};
    LKA_TRY(LKA_NEW(*lock, 1, error));
    (*lock)->file = -1;
    (*lock)->patience = LKA_LOCK_SECONDS;
    lka_text_format(&path, "%s/lock", workspace);
    lka_status status = lka_text_take(&path, &(*lock)->path, error);
    if (status == LKA_OK) {
        (*lock)->file = open((*lock)->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        status = (*lock)->file >= 0 ? LKA_OK : lka_fail_errno(error, LKA_USAGE, "write", (*lock)->path, errno);
    }
    if (status != LKA_OK) {
        lka_lock_free(*lock);
        *lock = NULL;
    }
    return status;
}

void lka_lock_free(struct lka_lock *lock)
{
    if (lock) {
        if (lock->file >= 0) {
            close(lock->file);
        }
        lka_free(lock->path);
        lka_free(lock);
    }
}

void lka_lock_wait(struct lka_lock *lock, double seconds)
{
    lock->patience = seconds;
}

static lka_status fail_held(const struct lka_lock *lock, struct lka_error *error)
{
    char holder[96] = "";
    ssize_t length = pread(lock->file, holder, sizeof holder - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    return lka_fail_at(error, LKA_USAGE, lock->path, 0, 0,
                       "the workspace is being written by %s; waited %.0f s for it to end",
                       holder[0] ? holder : "another process", lock->patience);
}

static lka_status write_holder(const struct lka_lock *lock, const char *stage, struct lka_error *error)
{
    char holder[96];
    int length = snprintf(holder, sizeof holder, "%.60s (process %ld)", stage, (long)getpid());
    bool written = ftruncate(lock->file, 0) == 0 && pwrite(lock->file, holder, (size_t)length, 0) == length;
    return written ? LKA_OK : lka_fail_errno(error, LKA_IO, "write", lock->path, errno);
}

lka_status lka_lock_take(struct lka_lock *lock, const char *stage, const struct lka_session *session,
                         struct lka_error *error)
{
    if (!lock) {
        return lka_fail(error, LKA_USAGE, "the workspace was opened for reading");
    }
    double until = lka_seconds() + lock->patience;
    while (flock(lock->file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "lock", lock->path, errno);
        }
        if (lka_seconds() >= until) {
            return fail_held(lock, error);
        }
        LKA_TRY(lka_step(session, "wait", 0, 0, error));
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    lka_status status = write_holder(lock, stage, error);
    if (status != LKA_OK) {
        lka_lock_release(lock);
    }
    return status;
}

void lka_lock_release(struct lka_lock *lock)
{
    flock(lock->file, LOCK_UN);
}
