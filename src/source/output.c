#include "source/output.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/sha256_many.h"
#include "source/manifest.h"
#include "source/packing.h"
#include "source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file is written in pieces that begin and end where its pages do: the kernel then takes many pages at once, and none twice. */
enum { OUTPUT_BUFFER = 1 << 18, ATTEMPTS = 100 };

struct lka_output {
    int descriptor;
    char *path;      /* the target, links resolved; "stdout" for "-" */
    char *temporary; /* NULL: written in place (stdout, a device, a pipe) */
    struct lka_place_name place;
    struct lka_encoder *encoder; /* NULL: bytes go out as they are */
    unsigned char *packed;       /* OUTPUT_BUFFER bytes; NULL without an encoder */
    bool packed_all;             /* the encoder gave its last bytes */
    bool ready;                  /* all bytes are on the disk */
    bool failed;
    bool watched;                   /* somebody asked for the file's SHA-256 */
    struct lka_sha256_stream watch; /* of the buffer that was written, until the other one is full */
    uint64_t bytes;
    size_t used;
    size_t at; /* which buffer is filled: of what is not watched, always the first */
    char buffers[2][OUTPUT_BUFFER];
};

/* ---- opening ---------------------------------------------------------------------------------- */

/* Renaming onto a link would replace the link, so its target is what is written. */
static lka_status resolve(const char *path, char **resolved, struct lka_error *error)
{
    struct stat facts;
    char *real = lstat(path, &facts) == 0 && S_ISLNK(facts.st_mode) ? realpath(path, NULL) : NULL;
    *resolved = lka_copy_string(real ? real : path);
    free(real);
    return *resolved ? LKA_OK : lka_fail_memory(error, strlen(path) + 1);
}

static lka_status open_temporary(struct lka_output *output, bool is_private, struct lka_error *error)
{
    LKA_TRY(lka_place_name_init(&output->place, output->path, error));
    lka_temporary_remove_stale(&output->place);
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        lka_free(output->temporary);
        output->temporary = lka_temporary_name(&output->place, attempt);
        if (!output->temporary) {
            return lka_fail_memory(error, strlen(output->path));
        }
        output->descriptor = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                                  is_private ? 0600 : 0666);
        if (output->descriptor >= 0) {
            return LKA_OK;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    int number = errno;
    lka_free(output->temporary); /* it isn't ours to remove */
    output->temporary = NULL;
    return lka_fail_create(error, output->path, number);
}

static lka_status open_target(struct lka_output *output, const char *path, bool is_private, struct lka_error *error)
{
    if (strcmp(path, "-") == 0) {
        output->path = lka_copy_string("stdout");
        output->descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (!output->path) {
            return lka_fail_memory(error, 7);
        }
        return output->descriptor >= 0 ? LKA_OK : lka_fail_errno(error, LKA_IO, "write", "stdout", errno);
    }
    LKA_TRY(resolve(path, &output->path, error));
    struct stat facts;
    if (stat(output->path, &facts) != 0 || S_ISREG(facts.st_mode)) {
        return open_temporary(output, is_private, error);
    }
    if (S_ISDIR(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is a directory; a file is to be written");
    }
    output->descriptor = open(output->path, O_WRONLY | O_CLOEXEC);
    return output->descriptor >= 0 ? LKA_OK : lka_fail_create(error, path, errno);
}

static lka_status choose_encoder(struct lka_output *output, const char *path, struct lka_error *error)
{
    LKA_TRY(lka_encoder_new(path, &output->encoder, error));
    return output->encoder ? LKA_NEW(output->packed, OUTPUT_BUFFER, error) : LKA_OK;
}

lka_status lka_output_open(const char *path, bool is_private, struct lka_output **output, struct lka_error *error)
{
    *output = NULL;
    struct lka_output *opened = lka_resize(NULL, 1, sizeof *opened);
    if (!opened) {
        return lka_fail_memory(error, sizeof *opened);
    }
    opened->descriptor = -1;
    opened->path = opened->temporary = NULL;
    opened->place = (struct lka_place_name){0};
    opened->encoder = NULL;
    opened->packed = NULL;
    opened->bytes = 0;
    opened->packed_all = opened->ready = opened->failed = opened->watched = false;
    opened->used = opened->at = 0;
    lka_status status = choose_encoder(opened, path, error);
    if (status == LKA_OK) {
        status = open_target(opened, path, is_private, error);
    }
    if (status != LKA_OK) {
        lka_output_abandon(opened);
        return status;
    }
    *output = opened;
    return LKA_OK;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status write_through(struct lka_output *output, const char *bytes, size_t length, struct lka_error *error)
{
    while (length > 0) {
        ssize_t written = write(output->descriptor, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = output->descriptor, .events = POLLOUT};
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            output->failed = true;
            return lka_fail_errno(error, LKA_IO, "write", output->path, errno);
        }
    }
    return LKA_OK;
}

static lka_status put(struct lka_output *output, const char *bytes, size_t length, struct lka_error *error)
{
    output->bytes += length;
    if (output->watched) {
        lka_sha256_stream_put(&output->watch, bytes, length);
    }
    return write_through(output, bytes, length, error);
}

/* Through the encoder; with `end` the last bytes of all. */
static lka_status pack(struct lka_output *output, const char *bytes, size_t length, bool end, struct lka_error *error)
{
    struct lka_flow flow = {.in = (const unsigned char *)bytes, .in_size = length};
    while (flow.in_size > 0 || (end && !output->packed_all)) {
        flow.out = output->packed;
        flow.out_size = OUTPUT_BUFFER;
        lka_status status = output->encoder->encode(output->encoder, &flow, end, &output->packed_all, error);
        output->failed = output->failed || status != LKA_OK;
        LKA_TRY(status);
        LKA_TRY(put(output, (const char *)output->packed, OUTPUT_BUFFER - flow.out_size, error));
        if (output->watched) {
            lka_sha256_stream_catch_up(&output->watch);
        }
    }
    return LKA_OK;
}

static lka_status pass_on(struct lka_output *output, const char *bytes, size_t length, struct lka_error *error)
{
    return output->encoder ? pack(output, bytes, length, false, error) : put(output, bytes, length, error);
}

static lka_status flush(struct lka_output *output, struct lka_error *error)
{
    const char *full = output->buffers[output->at];
    size_t used = output->used;
    output->used = 0;
    output->at ^= output->watched;
    return pass_on(output, full, used, error);
}

lka_status lka_output_write(struct lka_output *output, const char *bytes, size_t length, struct lka_error *error)
{
    if (output->failed) {
        return lka_fail_at(error, LKA_IO, output->path, 0, 0, "cannot write: an earlier write failed");
    }
    output->ready = false;
    while (length > 0) {
        size_t room = OUTPUT_BUFFER - output->used;
        size_t taken = length < room ? length : room;
        memcpy(output->buffers[output->at] + output->used, bytes, taken);
        output->used += taken;
        bytes += taken;
        length -= taken;
        LKA_TRY(output->used == OUTPUT_BUFFER ? flush(output, error) : LKA_OK);
    }
    return LKA_OK;
}

void lka_output_watch(struct lka_output *output)
{
    output->watched = true;
    lka_sha256_stream_begin(&output->watch);
}

struct lka_sha256_stream *lka_output_watched(struct lka_output *output)
{
    return output->watched ? &output->watch : NULL;
}

lka_status lka_output_facts(struct lka_output *output, struct lka_file_facts *facts, struct lka_error *error)
{
    uint8_t digest[32];
    *facts = (struct lka_file_facts){.bytes = output->bytes};
    if (!lka_sha256_stream_end(&output->watch, digest)) {
        return lka_fail(error, LKA_DATA, "libcrypto cannot make a SHA-256");
    }
    for (size_t i = 0; i < 32; i++) {
        snprintf(facts->sha256 + 2 * i, 3, "%02x", digest[i]);
    }
    return LKA_OK;
}

/* ---- the end ---------------------------------------------------------------------------------- */

lka_status lka_output_ready(struct lka_output *output, struct lka_error *error)
{
    if (output->ready) {
        return LKA_OK;
    }
    LKA_TRY(lka_output_write(output, "", 0, error));
    LKA_TRY(flush(output, error));
    if (output->encoder) {
        LKA_TRY(pack(output, "", 0, true, error));
    }
    if (output->temporary && fsync(output->descriptor) != 0) {
        return lka_fail_errno(error, LKA_IO, "write", output->path, errno);
    }
    output->ready = true;
    return LKA_OK;
}

static lka_status publish(struct lka_output *output, struct lka_error *error)
{
    LKA_TRY(lka_output_ready(output, error));
    int closed = close(output->descriptor);
    output->descriptor = -1;
    if (closed != 0 && errno != EINTR) {
        return lka_fail_errno(error, LKA_IO, "write", output->path, errno);
    }
    if (!output->temporary) {
        return LKA_OK;
    }
    if (rename(output->temporary, output->path) != 0) {
        return lka_fail_errno(error, LKA_IO, "rename the finished file to", output->path, errno);
    }
    lka_free(output->temporary);
    output->temporary = NULL;
    lka_sync_directory(output->place.directory);
    return LKA_OK;
}

lka_status lka_output_commit(struct lka_output *output, struct lka_error *error)
{
    lka_status status = publish(output, error);
    lka_output_abandon(output);
    return status;
}

void lka_output_abandon(struct lka_output *output)
{
    if (!output) {
        return;
    }
    if (output->descriptor >= 0) {
        close(output->descriptor);
    }
    if (output->temporary) {
        unlink(output->temporary);
    }
    if (output->encoder) {
        output->encoder->free(output->encoder);
    }
    lka_free(output->packed);
    lka_free(output->temporary);
    lka_free(output->path);
    lka_place_name_release(&output->place);
    lka_free(output);
}

lka_status lka_output_file(const char *path, bool is_private, const char *bytes, size_t length, struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(lka_output_open(path, is_private, &output, error));
    lka_status status = lka_output_write(output, bytes, length, error);
    if (status != LKA_OK) {
        lka_output_abandon(output);
        return status;
    }
    return lka_output_commit(output, error);
}

/* ---- before there is anything to write -------------------------------------------------------- */

lka_status lka_output_check(const char *path, struct lka_error *error)
{
    struct stat facts;
    bool there = strcmp(path, "-") == 0 || stat(path, &facts) == 0;
    if (there && (strcmp(path, "-") == 0 || (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)))) {
        return LKA_OK; /* who reads a pipe would take an opening for the whole */
    }
    struct lka_output *output;
    LKA_TRY(lka_output_open(path, true, &output, error));
    lka_output_abandon(output);
    return LKA_OK;
}

static bool same_inode(const struct stat *one, const struct stat *two)
{
    return one->st_dev == two->st_dev && one->st_ino == two->st_ino;
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool look_at_directory(const char *path, struct stat *facts)
{
    char directory[PATH_MAX];
    int length = (int)(name_in(path) - path);
    snprintf(directory, sizeof directory, "%.*s", length > 0 ? length : 1, length > 0 ? path : ".");
    return stat(directory, facts) == 0;
}

bool lka_output_same(const char *path, const char *other)
{
    struct stat one;
    struct stat two;
    if (strcmp(path, "-") == 0 || strcmp(other, "-") == 0) {
        return strcmp(path, other) == 0;
    }
    bool first = stat(path, &one) == 0;
    bool second = stat(other, &two) == 0;
    if (first || second) {
        return first && second && S_ISREG(one.st_mode) && same_inode(&one, &two);
    }
    return strcmp(name_in(path), name_in(other)) == 0 && look_at_directory(path, &one) &&
           look_at_directory(other, &two) && same_inode(&one, &two);
}
