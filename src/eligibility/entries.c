#include "eligibility/entries.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "eligibility/entries_sort.h"
#include "source/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IN_MEMORY = 1 << 22, BUFFERED = 4096 };

struct run {
    uint64_t start; /* in entries of the spill */
    uint64_t count;
};

struct lka_entries {
    char *directory;
    struct lka_entry128 *memory; /* IN_MEMORY of them */
    size_t capacity;
    size_t count;
    int spill; /* -1 until needed */
    struct run *runs;
    size_t run_capacity;
    size_t run_count;
};

lka_status lka_entries_new(const char *directory, struct lka_entries **entries, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*entries, 1, error));
    (*entries)->spill = -1;
    (*entries)->directory = lka_copy_string(directory ? directory : "/tmp");
    if (!(*entries)->directory) {
        lka_entries_free(*entries);
        *entries = NULL;
        return lka_fail_memory(error, 0);
    }
    return LKA_OK;
}

void lka_entries_free(struct lka_entries *entries)
{
    if (entries) {
        if (entries->spill >= 0) {
            close(entries->spill);
        }
        lka_free(entries->memory);
        lka_free(entries->runs);
        lka_free(entries->directory);
        lka_free(entries);
    }
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, LKA_ENTRY_BYTES);
}

static lka_status spill(struct lka_entries *entries, struct lka_error *error)
{
    lka_entries128_sort(entries->memory, entries->count);
    if (entries->spill < 0) {
        LKA_TRY(lka_temporary_file(entries->directory, &entries->spill, error));
    }
    LKA_TRY(lka_reserve(&entries->runs, &entries->run_capacity, entries->run_count + 1, sizeof *entries->runs, error));
    struct run *last = entries->run_count ? &entries->runs[entries->run_count - 1] : NULL;
    struct run run = {last ? last->start + last->count : 0, entries->count};
    const char *bytes = (const char *)entries->memory;
    size_t left = entries->count * sizeof *entries->memory;
    off_t at = (off_t)(run.start * sizeof *entries->memory);
    while (left > 0) {
        ssize_t written = pwrite(entries->spill, bytes, left, at);
        if (written < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write a temporary file in", entries->directory, errno);
        }
        written = written < 0 ? 0 : written;
        bytes += written;
        left -= (size_t)written;
        at += written;
    }
    entries->runs[entries->run_count++] = run;
    entries->count = 0;
    return LKA_OK;
}

lka_status lka_entries_add(struct lka_entries *entries, const uint8_t entry[LKA_ENTRY_BYTES], struct lka_error *error)
{
    if (entries->count == IN_MEMORY) {
        LKA_TRY(spill(entries, error));
    }
    LKA_TRY(lka_reserve(&entries->memory, &entries->capacity, entries->count + 1, sizeof *entries->memory, error));
    memcpy(entries->memory[entries->count++].bytes, entry, LKA_ENTRY_BYTES);
    return LKA_OK;
}

/* ---- merging ---------------------------------------------------------------------------------- */

/* One sorted stream: the old file, a spilled run, or what is in memory. */
struct stream {
    int file; /* -1: memory */
    const char *name;
    off_t at;
    uint64_t left; /* not read yet */
    struct lka_entry128 *buffer;
    size_t count;
    size_t next;
};

static lka_status refill(struct stream *stream, struct lka_error *error)
{
    size_t wanted = stream->left < BUFFERED ? (size_t)stream->left : BUFFERED;
    size_t bytes = wanted * sizeof *stream->buffer;
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(stream->file, (char *)stream->buffer + done, bytes - done, stream->at + (off_t)done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return lka_fail_errno(error, LKA_IO, "read", stream->name, got == 0 ? EIO : errno);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    stream->at += (off_t)bytes;
    stream->left -= wanted;
    stream->count = wanted;
    stream->next = 0;
    return LKA_OK;
}

static lka_status peek(struct stream *stream, const struct lka_entry128 **entry, struct lka_error *error)
{
    *entry = NULL;
    if (stream->next == stream->count && stream->left > 0) {
        LKA_TRY(refill(stream, error));
    }
    *entry = stream->next < stream->count ? &stream->buffer[stream->next] : NULL;
    return LKA_OK;
}

struct merge {
    struct stream *streams;
    size_t count;
    int old; /* -1 */
    int file;
    const char *path;
    struct lka_digest *digest;
    struct lka_entry128 out[BUFFERED];
    size_t waiting;
    uint64_t written;
    struct lka_entry128 last;
};

static lka_status put_bytes(struct merge *merge, const void *bytes, size_t length, struct lka_error *error)
{
    const char *at = bytes;
    lka_digest_add(merge->digest, bytes, length);
    while (length > 0) {
        ssize_t written = write(merge->file, at, length);
        if (written < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write", merge->path, errno);
        }
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return LKA_OK;
}

static lka_status flush(struct merge *merge, struct lka_error *error)
{
    size_t length = merge->waiting * sizeof *merge->out;
    merge->waiting = 0;
    return put_bytes(merge, merge->out, length, error);
}

/* The smallest of the streams' heads, taken off them all; NULL at the end. Streams are few. */
static lka_status take_smallest(struct merge *merge, bool *more, struct lka_error *error)
{
    const struct lka_entry128 *smallest = NULL;
    struct stream *from = NULL;
    for (size_t s = 0; s < merge->count; s++) {
        const struct lka_entry128 *head;
        LKA_TRY(peek(&merge->streams[s], &head, error));
        if (head && (!smallest || by_bytes(head, smallest) < 0)) {
            smallest = head;
            from = &merge->streams[s];
        }
    }
    *more = smallest != NULL;
    if (!smallest) {
        return LKA_OK;
    }
    from->next++;
    if (merge->written == 0 || by_bytes(smallest, &merge->last) != 0) {
        merge->last = *smallest;
        merge->out[merge->waiting++] = *smallest;
        merge->written++;
    }
    return merge->waiting == BUFFERED ? flush(merge, error) : LKA_OK;
}

static lka_status merge_all(struct merge *merge, struct lka_error *error)
{
    bool more = true;
    while (more) {
        LKA_TRY(take_smallest(merge, &more, error));
    }
    return flush(merge, error);
}

/* ---- the new file ----------------------------------------------------------------------------- */

static lka_status open_old(struct merge *merge, const char *old, struct lka_error *error)
{
    char header[LKA_ENTRIES_HEADER];
    uint64_t count = 0;
    merge->old = open(old, O_RDONLY | O_CLOEXEC);
    if (merge->old < 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", old, errno);
    }
    if (pread(merge->old, header, sizeof header, 0) != (ssize_t)sizeof header) {
        return lka_fail_at(error, LKA_DATA, old, 0, 0, "is truncated");
    }
    memcpy(&count, header + 8, sizeof count);
    merge->streams[merge->count++] = (struct stream){
        .file = merge->old, .name = old, .at = sizeof header, .left = count};
    return LKA_OK;
}

static lka_status open_streams(struct lka_entries *entries, const char *old, struct merge *merge,
                               struct lka_error *error)
{
    LKA_TRY(LKA_NEW(merge->streams, entries->run_count + 2, error));
    if (old) {
        LKA_TRY(open_old(merge, old, error));
    }
    for (size_t r = 0; r < entries->run_count; r++) {
        merge->streams[merge->count++] = (struct stream){
            .file = entries->spill,
            .name = entries->directory,
            .at = (off_t)(entries->runs[r].start * sizeof(struct lka_entry128)),
            .left = entries->runs[r].count};
    }
    for (size_t s = 0; s < merge->count; s++) {
        LKA_TRY(LKA_NEW(merge->streams[s].buffer, BUFFERED, error));
    }
    lka_entries128_sort(entries->memory, entries->count);
    merge->streams[merge->count++] = (struct stream){.file = -1, .buffer = entries->memory, .count = entries->count};
    return LKA_OK;
}

/* The count stands in the header and is known at the end: the header is digested last, as it is read. */
static lka_status write_file(struct merge *merge, struct lka_error *error)
{
    char header[LKA_ENTRIES_HEADER] = LKA_ENTRIES_MAGIC;
    merge->file = open(merge->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (merge->file < 0 || lseek(merge->file, sizeof header, SEEK_SET) < 0) {
        return lka_fail_errno(error, LKA_USAGE, "write", merge->path, errno);
    }
    LKA_TRY(merge_all(merge, error));
    memcpy(header + 8, &merge->written, sizeof merge->written);
    lka_digest_add(merge->digest, header, sizeof header);
    if (pwrite(merge->file, header, sizeof header, 0) != (ssize_t)sizeof header || fsync(merge->file) != 0) {
        return lka_fail_errno(error, LKA_IO, "write", merge->path, errno);
    }
    return LKA_OK;
}

static void release(struct lka_entries *entries, struct merge *merge)
{
    for (size_t s = 0; s < merge->count; s++) {
        if (merge->streams[s].buffer != entries->memory) {
            lka_free(merge->streams[s].buffer);
        }
    }
    if (merge->file >= 0) {
        close(merge->file);
    }
    if (merge->old >= 0) {
        close(merge->old);
    }
    lka_free(merge->streams);
    lka_digest_free(merge->digest);
    lka_free(merge);
}

lka_status lka_entries_write(struct lka_entries *entries, const char *old, const char *path, uint64_t *count,
                             char hex[33], struct lka_error *error)
{
    struct merge *merge;
    LKA_TRY(LKA_NEW(merge, 1, error));
    merge->old = -1;
    merge->file = -1;
    merge->path = path;
    lka_status status = lka_digest_new(&merge->digest, error);
    if (status == LKA_OK) {
        status = open_streams(entries, old, merge, error);
    }
    if (status == LKA_OK) {
        status = write_file(merge, error);
    }
    if (status == LKA_OK) {
        *count = merge->written;
        lka_digest_hex(merge->digest, hex);
    } else if (merge->file >= 0) {
        unlink(path);
    }
    release(entries, merge);
    return status;
}
