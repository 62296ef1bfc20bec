#include "base/whole_file.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static lka_status read_all(int descriptor, const char *path, unsigned char *bytes, size_t length,
                           struct lka_error *error)
{
    for (size_t at = 0; at < length;) {
        ssize_t got = read(descriptor, bytes + at, length - at);
        if (got == 0) {
            return lka_fail_at(error, LKA_DATA, path, 0, 0,
                               "changed while it was read (%zu bytes at first, %zu at its end)", length, at);
        }
        if (got < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "read", path, errno);
        }
        at += got > 0 ? (size_t)got : 0;
    }
    return LKA_OK;
}

static lka_status read_open(int descriptor, const char *path, const char *what, unsigned char **bytes, size_t *length,
                            struct lka_error *error)
{
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    if (!S_ISREG(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is no regular file; %s is one", what);
    }
    *length = (size_t)facts.st_size;
    LKA_TRY(LKA_NEW(*bytes, *length, error));
    lka_status status = read_all(descriptor, path, *bytes, *length, error);
    if (status != LKA_OK) {
        lka_free(*bytes);
        *bytes = NULL;
    }
    return status;
}

lka_status lka_whole_file_read(const char *path, const char *what, unsigned char **bytes, size_t *length, bool *absent,
                               struct lka_error *error)
{
    *bytes = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    *absent = descriptor < 0 && errno == ENOENT;
    if (descriptor < 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    lka_status status = read_open(descriptor, path, what, bytes, length, error);
    close(descriptor);
    return status;
}
