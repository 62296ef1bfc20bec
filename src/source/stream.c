#include "source/stream.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/frames.h"
#include "source/output.h"
#include "source/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMPRESSED_READ = 1 << 17 };

/* Of a spool, in bytes: what may stay in the kernel's cache, what is written to the disk at a time, and how far behind
 * that it is forgotten. */
enum { SPOOL_CACHED = 1 << 30, SPOOL_PIECE = 1 << 23, SPOOL_BEHIND = 1 << 26 };

struct lka_stream {
    struct lka_input *input;
    const char *temporary_directory;
    int descriptor;
    bool borrowed; /* the descriptor is the input's spool */
    bool ended;    /* the descriptor has no more */
    off_t spooled; /* bytes in the input's spool */
    off_t sent;    /* ... of which the kernel was told to write them to the disk */
    struct stat opened;
    atomic_uint_least64_t position;
    struct lka_decoder *decoder; /* NULL: as it is */
    unsigned char *compressed;   /* COMPRESSED_READ bytes; NULL without a decoder */
    struct lka_frames *frames;   /* gives what it can before the decoder does; NULL: that gives everything */
    struct lka_flow flow;
};

static lka_status choose_decoder(struct lka_stream *stream, struct lka_error *error)
{
    const struct lka_input *input = stream->input;
    LKA_TRY(lka_decoder_new(input->path, input->name, &stream->decoder, error));
    return stream->decoder ? LKA_NEW(stream->compressed, COMPRESSED_READ, error) : LKA_OK;
}

static lka_status open_descriptor(struct lka_stream *stream, struct lka_error *error)
{
    struct lka_input *input = stream->input;
    if (input->spooled) {
        stream->borrowed = true;
        stream->descriptor = input->spool;
        return lseek(input->spool, 0, SEEK_SET) == 0 && fstat(input->spool, &stream->opened) == 0
                   ? LKA_OK
                   : lka_fail_errno(error, LKA_IO, "read the spooled copy again", input->name, errno);
    }
    bool is_stdin = strcmp(input->path, "-") == 0;
    stream->descriptor = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(input->path, O_RDONLY | O_CLOEXEC);
    if (stream->descriptor < 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", input->name, errno);
    }
    if (fstat(stream->descriptor, &stream->opened) != 0) {
        return lka_fail_errno(error, LKA_IO, "look at", input->name, errno);
    }
    if (input->keep && !input->again) {
        LKA_TRY(lka_temporary_file(stream->temporary_directory, &input->spool, error));
    }
    return LKA_OK;
}

lka_status lka_stream_open(struct lka_input *input, const char *temporary_directory, struct lka_stream **stream,
                           struct lka_error *error)
{
    *stream = NULL;
    struct lka_stream *opened;
    LKA_TRY(LKA_NEW(opened, 1, error));
    opened->input = input;
    opened->temporary_directory = temporary_directory;
    opened->descriptor = -1;
    lka_status status = open_descriptor(opened, error);
    if (status == LKA_OK) {
        status = choose_decoder(opened, error);
    }
    if (status != LKA_OK) {
        lka_stream_close(opened);
        return status;
    }
    *stream = opened;
    return LKA_OK;
}

/* A long spool is most likely never read. Where it fills the memory, the kernel looks for pages to free at each write:
 * that cost two thirds more of its time at 8 GB. These are hints, and may fail. */
static void let_go(struct lka_stream *stream)
{
    int spool = stream->input->spool;
    for (; stream->spooled - stream->sent >= SPOOL_CACHED; stream->sent += SPOOL_PIECE) {
        off_t written = stream->sent - SPOOL_BEHIND;
        (void)sync_file_range(spool, stream->sent, SPOOL_PIECE, SYNC_FILE_RANGE_WRITE);
        if (written >= 0) {
            (void)posix_fadvise(spool, written, SPOOL_PIECE, POSIX_FADV_DONTNEED);
        }
    }
}

static lka_status spool(struct lka_stream *stream, const unsigned char *bytes, size_t count, struct lka_error *error)
{
    while (count > 0) {
        ssize_t written = write(stream->input->spool, bytes, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return lka_fail_errno(error, LKA_IO, "write the copy for the second reading to the temporary directory",
                                  stream->input->name, errno);
        }
        bytes += written;
        count -= (size_t)written;
        stream->spooled += written;
    }
    let_go(stream);
    return LKA_OK;
}

lka_status lka_stream_unchanged(const struct lka_stream *stream, struct lka_error *error)
{
    struct stat now;
    if (stream->borrowed || !S_ISREG(stream->opened.st_mode) || fstat(stream->descriptor, &now) != 0) {
        return LKA_OK;
    }
    bool same_time = now.st_mtim.tv_sec == stream->opened.st_mtim.tv_sec &&
                     now.st_mtim.tv_nsec == stream->opened.st_mtim.tv_nsec;
    if (now.st_size == stream->opened.st_size && same_time) {
        return LKA_OK;
    }
    return lka_fail_at(
        error, LKA_DATA, stream->input->name, 0, 0,
        "changed while it was read (%lld bytes at first, %lld at its end); run again when nothing writes "
        "to it",
        (long long)stream->opened.st_size, (long long)now.st_size);
}

/* As the file has it; *got == 0 at the end. */
static lka_status read_raw(struct lka_stream *stream, void *bytes, size_t size, size_t *got, struct lka_error *error)
{
    *got = 0;
    if (stream->ended) {
        return LKA_OK;
    }
    ssize_t count;
    do {
        count = read(stream->descriptor, bytes, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return lka_fail_errno(error, LKA_IO, "read", stream->input->name, errno);
    }
    *got = (size_t)count;
    atomic_fetch_add_explicit(&stream->position, (size_t)count, memory_order_relaxed);
    stream->ended = count == 0;
    if (stream->ended) {
        LKA_TRY(lka_stream_unchanged(stream, error));
    }
    bool spooling = stream->input->spool >= 0 && !stream->borrowed;
    if (spooling && stream->ended) {
        stream->input->spooled = true;
    }
    return spooling ? spool(stream, bytes, *got, error) : LKA_OK;
}

static lka_status read_for_frames(void *user, void *bytes, size_t size, size_t *got, struct lka_error *error)
{
    return read_raw(user, bytes, size, got, error);
}

lka_status lka_stream_decode_beside(struct lka_stream *stream, size_t threads, struct lka_error *error)
{
    const struct lka_frames_options options = {.path = stream->input->path,
                                               .file = stream->input->name,
                                               .threads = threads,
                                               .read = read_for_frames,
                                               .user = stream};
    return lka_frames_new(&options, &stream->frames, error);
}

/* What frames were read and not decoded goes before what is still in the file. */
static lka_status refill(struct lka_stream *stream, struct lka_error *error)
{
    if (stream->frames) {
        LKA_TRY(lka_frames_rest(stream->frames, &stream->flow.in, &stream->flow.in_size, error));
        if (stream->flow.in_size > 0) {
            return LKA_OK;
        }
    }
    stream->flow.in = stream->compressed;
    return read_raw(stream, stream->compressed, COMPRESSED_READ, &stream->flow.in_size, error);
}

static lka_status read_decoded(struct lka_stream *stream, char *bytes, size_t size, size_t *got,
                               struct lka_error *error)
{
    struct lka_decoder *decoder = stream->decoder;
    *got = stream->frames ? lka_frames_read(stream->frames, bytes, size) : 0;
    stream->flow.out = (unsigned char *)bytes;
    stream->flow.out_size = size;
    while (*got == 0) {
        if (stream->flow.in_size == 0) {
            LKA_TRY(refill(stream, error));
        }
        size_t left = stream->flow.in_size;
        LKA_TRY(decoder->decode(decoder, &stream->flow, error));
        *got = size - stream->flow.out_size;
        bool stuck = *got == 0 && left == stream->flow.in_size;
        if (stuck && stream->ended) {
            break;
        }
    }
    if (*got == 0 && !decoder->may_end(decoder)) {
        return lka_fail_at(error, LKA_DATA, decoder->file, 0, 0,
                           "the %s stream ends in the middle, after %llu compressed bytes; was the file copied whole?",
                           decoder->what, (unsigned long long)lka_stream_position(stream));
    }
    return LKA_OK;
}

lka_status lka_stream_read(struct lka_stream *stream, char *bytes, size_t size, size_t *got, struct lka_error *error)
{
    return stream->decoder ? read_decoded(stream, bytes, size, got, error) : read_raw(stream, bytes, size, got, error);
}

lka_status lka_stream_drain(struct lka_stream *stream, struct lka_error *error)
{
    char bytes[1 << 14];
    size_t got = stream->input->spool >= 0 && !stream->borrowed;
    while (got > 0) {
        LKA_TRY(read_raw(stream, bytes, sizeof bytes, &got, error));
    }
    return LKA_OK;
}

bool lka_stream_is_flat(const struct lka_stream *stream)
{
    return !stream->decoder && (stream->borrowed || stream->input->again);
}

uint64_t lka_stream_size(const struct lka_stream *stream)
{
    return (uint64_t)stream->opened.st_size;
}

size_t lka_stream_read_at(const struct lka_stream *stream, uint64_t offset, char *bytes, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t count = pread(stream->descriptor, bytes + got, size - got, (off_t)(offset + got));
        if (count > 0) {
            got += (size_t)count;
        } else if (count == 0 || errno != EINTR) {
            break;
        }
    }
    return got;
}

lka_status lka_stream_seek(struct lka_stream *stream, uint64_t offset, struct lka_error *error)
{
    if (lseek(stream->descriptor, (off_t)offset, SEEK_SET) < 0) {
        return lka_fail_errno(error, LKA_IO, "read", stream->input->name, errno);
    }
    atomic_store_explicit(&stream->position, offset, memory_order_relaxed);
    stream->ended = false;
    return LKA_OK;
}

uint64_t lka_stream_position(const struct lka_stream *stream)
{
    return atomic_load_explicit(&stream->position, memory_order_relaxed);
}

bool lka_stream_decodes(const struct lka_stream *stream)
{
    return stream->decoder != NULL;
}

void lka_stream_close(struct lka_stream *stream)
{
    if (!stream) {
        return;
    }
    if (stream->descriptor >= 0 && !stream->borrowed) {
        close(stream->descriptor);
    }
    if (stream->decoder) {
        stream->decoder->free(stream->decoder);
    }
    lka_frames_free(stream->frames);
    lka_free(stream->compressed);
    lka_free(stream);
}
