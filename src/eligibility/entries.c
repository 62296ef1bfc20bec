#include "eligibility/entries.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "source/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFERED = 4096 };

struct lka_entries {
    struct lka_sorter *sorter;
};

lka_status lka_entries_new(const char *directory, struct lka_entries **entries, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*entries, 1, error));
    lka_status status = lka_sorter_new(directory, LKA_ENTRY_BYTES, &(*entries)->sorter, error);
    if (status != LKA_OK) {
        lka_free(*entries);
        *entries = NULL;
    }
    return status;
}

void lka_entries_free(struct lka_entries *entries)
{
    if (entries) {
        lka_sorter_free(entries->sorter);
        lka_free(entries);
    }
}

lka_status lka_entries_add(struct lka_entries *entries, const uint8_t entry[LKA_ENTRY_BYTES], struct lka_error *error)
{
    return lka_sorter_add(entries->sorter, entry, error);
}

/* ---- the old file ----------------------------------------------------------------------------- */

struct old {
    const char *name;
    FILE *file;    /* NULL: there is none */
    uint64_t left; /* entries */
    uint8_t entry[LKA_ENTRY_BYTES];
    bool there; /* `entry` is the next one */
};

static lka_status advance(struct old *old, struct lka_error *error)
{
    old->there = old->left > 0;
    if (!old->there) {
        return LKA_OK;
    }
    old->left--;
    if (fread(old->entry, 1, LKA_ENTRY_BYTES, old->file) == LKA_ENTRY_BYTES) {
        return LKA_OK;
    }
    return ferror(old->file) ? lka_fail_errno(error, LKA_IO, "read", old->name, errno)
                             : lka_fail_at(error, LKA_DATA, old->name, 0, 0, "is truncated");
}

static lka_status open_old(struct old *old, struct lka_error *error)
{
    char header[LKA_ENTRIES_HEADER];
    if (!old->name) {
        return LKA_OK;
    }
    old->file = fopen(old->name, "rbe");
    if (!old->file) {
        return lka_fail_errno(error, LKA_USAGE, "open", old->name, errno);
    }
    if (fread(header, 1, sizeof header, old->file) != sizeof header) {
        return lka_fail_at(error, LKA_DATA, old->name, 0, 0, "is truncated");
    }
    memcpy(&old->left, header + 8, sizeof old->left);
    return advance(old, error);
}

/* ---- the new file ----------------------------------------------------------------------------- */

struct merge {
    struct lka_sorter *sorter;
    struct old old;
    int file;
    const char *path;
    struct lka_digest *digest;
    uint8_t out[BUFFERED][LKA_ENTRY_BYTES];
    size_t waiting;
    uint64_t written;
    uint8_t last[LKA_ENTRY_BYTES];
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
    size_t length = merge->waiting * LKA_ENTRY_BYTES;
    merge->waiting = 0;
    return put_bytes(merge, merge->out, length, error);
}

static lka_status put(struct merge *merge, const uint8_t *entry, struct lka_error *error)
{
    if (merge->written > 0 && memcmp(entry, merge->last, LKA_ENTRY_BYTES) == 0) {
        return LKA_OK;
    }
    memcpy(merge->last, entry, LKA_ENTRY_BYTES);
    memcpy(merge->out[merge->waiting++], entry, LKA_ENTRY_BYTES);
    merge->written++;
    return merge->waiting == BUFFERED ? flush(merge, error) : LKA_OK;
}

static lka_status merge_all(struct merge *merge, struct lka_error *error)
{
    const uint8_t *added;
    LKA_TRY(lka_sorter_next(merge->sorter, &added, error));
    while (added || merge->old.there) {
        if (merge->old.there && (!added || memcmp(merge->old.entry, added, LKA_ENTRY_BYTES) <= 0)) {
            LKA_TRY(put(merge, merge->old.entry, error));
            LKA_TRY(advance(&merge->old, error));
        } else {
            LKA_TRY(put(merge, added, error));
            LKA_TRY(lka_sorter_next(merge->sorter, &added, error));
        }
    }
    return flush(merge, error);
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

static void release(struct merge *merge)
{
    if (merge->file >= 0) {
        close(merge->file);
    }
    if (merge->old.file) {
        fclose(merge->old.file);
    }
    lka_digest_free(merge->digest);
    lka_free(merge);
}

lka_status lka_entries_write(struct lka_entries *entries, const char *old, const char *path, uint64_t *count,
                             char hex[33], struct lka_error *error)
{
    struct merge *merge;
    LKA_TRY(LKA_NEW(merge, 1, error));
    merge->sorter = entries->sorter;
    merge->old.name = old;
    merge->file = -1;
    merge->path = path;
    lka_status status = lka_digest_new(&merge->digest, error);
    if (status == LKA_OK) {
        status = open_old(&merge->old, error);
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
    release(merge);
    return status;
}
