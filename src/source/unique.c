/* An external merge sort of the ids' hashes: sorted runs go to one unlinked file and are merged, several at a time. */
#include "source/unique.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/entries.h"
#include "source/output.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    LEAST_ENTRIES = 2048, /* whatever the budget */
    LEAST_BUFFER = 64,    /* entries that a run's buffer has in a merge */
};

struct run {
    uint64_t start; /* entries from the start of the file */
    uint64_t count;
};

struct lka_unique {
    struct lka_entry *entries;
    size_t count;
    size_t capacity;
    size_t limit; /* entries that the budget allows */
    char *directory;
    int file; /* -1: nothing was spilled */
    uint64_t spilled;
    struct run *runs;
    size_t run_count;
    size_t run_capacity;

    struct lka_duplicate *duplicates;
    size_t duplicate_count;
    size_t duplicate_capacity;
    struct lka_entry group; /* the first of the ids equal to it */
    bool has_group;
};

lka_status lka_unique_new(size_t memory, const char *directory, struct lka_unique **unique, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*unique, 1, error));
    size_t limit = memory / sizeof(struct lka_entry);
    **unique = (struct lka_unique){.limit = limit < LEAST_ENTRIES ? LEAST_ENTRIES : limit, .file = -1};
    (*unique)->directory = lka_copy_string(directory ? directory : "/tmp");
    if (!(*unique)->directory) {
        lka_unique_free(*unique);
        *unique = NULL;
        return lka_fail_memory(error, 0);
    }
    return LKA_OK;
}

void lka_unique_free(struct lka_unique *unique)
{
    if (!unique) {
        return;
    }
    if (unique->file >= 0) {
        close(unique->file);
    }
    lka_free(unique->entries);
    lka_free(unique->directory);
    lka_free(unique->runs);
    lka_free(unique->duplicates);
    lka_free(unique);
}

/* ---- the spill -------------------------------------------------------------------------------- */

static lka_status write_entries(struct lka_unique *unique, const struct lka_entry *entries, size_t count,
                                struct lka_error *error)
{
    const char *bytes = (const char *)entries;
    size_t left = count * sizeof *entries;
    off_t at = (off_t)(unique->spilled * sizeof *entries);
    while (left > 0) {
        ssize_t written = pwrite(unique->file, bytes, left, at);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return lka_fail_errno(error, LKA_IO, "write a temporary file for the check for duplicate ids in",
                                  unique->directory, errno);
        }
        bytes += written;
        at += written;
        left -= (size_t)written;
    }
    unique->spilled += count;
    return LKA_OK;
}

static lka_status read_entries(const struct lka_unique *unique, struct lka_entry *entries, size_t count, uint64_t start,
                               struct lka_error *error)
{
    char *bytes = (char *)entries;
    size_t left = count * sizeof *entries;
    off_t at = (off_t)(start * sizeof *entries);
    while (left > 0) {
        ssize_t got = pread(unique->file, bytes, left, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return lka_fail_errno(error, LKA_IO, "read the temporary file for the check for duplicate ids in",
                                  unique->directory, got < 0 ? errno : EIO);
        }
        bytes += got;
        at += got;
        left -= (size_t)got;
    }
    return LKA_OK;
}

static lka_status add_run(struct lka_unique *unique, struct run run, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&unique->runs, &unique->run_capacity, unique->run_count + 1, sizeof run, error));
    unique->runs[unique->run_count++] = run;
    return LKA_OK;
}

static lka_status spill(struct lka_unique *unique, struct lka_error *error)
{
    if (unique->file < 0) {
        LKA_TRY(lka_temporary_file(unique->directory, &unique->file, error));
    }
    lka_entries_sort(unique->entries, unique->count);
    LKA_TRY(add_run(unique, (struct run){unique->spilled, unique->count}, error));
    LKA_TRY(write_entries(unique, unique->entries, unique->count, error));
    unique->count = 0;
    return LKA_OK;
}

static lka_status grow(struct lka_unique *unique, struct lka_error *error)
{
    size_t wanted = unique->capacity ? unique->capacity * 2 : LEAST_ENTRIES;
    wanted = wanted < unique->limit ? wanted : unique->limit;
    struct lka_entry *grown = lka_resize(unique->entries, wanted, sizeof *grown);
    if (!grown) {
        return lka_fail_memory(error, wanted * sizeof *grown);
    }
    unique->entries = grown;
    unique->capacity = wanted;
    return LKA_OK;
}

lka_status lka_unique_add(struct lka_unique *unique, struct lka_span id, uint64_t place, struct lka_error *error)
{
    if (unique->count == unique->limit) {
        LKA_TRY(spill(unique, error));
    }
    if (unique->count == unique->capacity) {
        LKA_TRY(grow(unique, error));
    }
    unique->entries[unique->count++] = (struct lka_entry){lka_hash128(id), place};
    return LKA_OK;
}

/* ---- merging ---------------------------------------------------------------------------------- */

/* What sorted entries go to. */
typedef lka_status (*receiver)(struct lka_unique *unique, const struct lka_entry *entry, struct lka_error *error);

struct cursor {
    struct run rest; /* not read yet */
    struct lka_entry *buffer;
    size_t at;
    size_t held;
};

struct merge {
    struct lka_unique *unique;
    struct cursor *cursors; /* a heap: the smallest entry first */
    size_t count;
    size_t buffer_size; /* entries */
};

static const struct lka_entry *front(const struct cursor *cursor)
{
    return &cursor->buffer[cursor->at];
}

static lka_status refill(const struct merge *merge, struct cursor *cursor, struct lka_error *error)
{
    size_t size = cursor->rest.count < merge->buffer_size ? (size_t)cursor->rest.count : merge->buffer_size;
    LKA_TRY(read_entries(merge->unique, cursor->buffer, size, cursor->rest.start, error));
    cursor->rest.start += size;
    cursor->rest.count -= size;
    cursor->at = 0;
    cursor->held = size;
    return LKA_OK;
}

static void sink_down(struct merge *merge, size_t at)
{
    struct cursor *heap = merge->cursors;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < merge->count; child++) {
            least = lka_entry_before(front(&heap[child]), front(&heap[least])) ? child : least;
        }
        if (least == at) {
            return;
        }
        struct cursor swapped = heap[at];
        heap[at] = heap[least];
        heap[least] = swapped;
        at = least;
    }
}

static lka_status advance(struct merge *merge, struct lka_error *error)
{
    struct cursor *first = &merge->cursors[0];
    if (++first->at == first->held) {
        LKA_TRY(refill(merge, first, error));
        if (first->held == 0) {
            *first = merge->cursors[--merge->count];
        }
    }
    sink_down(merge, 0);
    return LKA_OK;
}

static lka_status run_merge(struct merge *merge, receiver receive, struct lka_error *error)
{
    for (size_t i = 0; i < merge->count; i++) {
        merge->cursors[i].rest = merge->unique->runs[i];
        merge->cursors[i].buffer = merge->unique->entries + i * merge->buffer_size;
        LKA_TRY(refill(merge, &merge->cursors[i], error));
    }
    for (size_t i = merge->count / 2; i-- > 0;) {
        sink_down(merge, i);
    }
    while (merge->count > 0) {
        LKA_TRY(receive(merge->unique, front(&merge->cursors[0]), error));
        LKA_TRY(advance(merge, error));
    }
    return LKA_OK;
}

/* Merges the first `count` runs. The entries' memory serves as buffers: one a run, and one behind them for the
 * receiver. */
static lka_status merge_runs(struct lka_unique *unique, size_t count, receiver receive, struct lka_error *error)
{
    struct merge merge = {.unique = unique, .count = count, .buffer_size = unique->limit / (count + 1)};
    LKA_TRY(LKA_NEW(merge.cursors, count, error));
    lka_status status = run_merge(&merge, receive, error);
    lka_free(merge.cursors);
    return status;
}

/* Collects a longer run behind the buffers, where `count` entries wait to be written. */
static lka_status collect(struct lka_unique *unique, const struct lka_entry *entry, struct lka_error *error)
{
    struct lka_entry *waiting = unique->entries + unique->limit - LEAST_BUFFER;
    waiting[unique->count++] = *entry;
    if (unique->count < LEAST_BUFFER) {
        return LKA_OK;
    }
    unique->count = 0;
    return write_entries(unique, waiting, LEAST_BUFFER, error);
}

/* Makes one run of the first `count`. */
static lka_status shorten(struct lka_unique *unique, size_t count, struct lka_error *error)
{
    uint64_t start = unique->spilled;
    LKA_TRY(merge_runs(unique, count, collect, error));
    LKA_TRY(write_entries(unique, unique->entries + unique->limit - LEAST_BUFFER, unique->count, error));
    unique->count = 0;
    unique->run_count -= count;
    memmove(unique->runs, unique->runs + count, unique->run_count * sizeof *unique->runs);
    return add_run(unique, (struct run){start, unique->spilled - start}, error);
}

/* ---- duplicates ------------------------------------------------------------------------------- */

static lka_status compare(struct lka_unique *unique, const struct lka_entry *entry, struct lka_error *error)
{
    const struct lka_entry *group = &unique->group;
    if (!unique->has_group || group->hash.high != entry->hash.high || group->hash.low != entry->hash.low) {
        unique->group = *entry;
        unique->has_group = true;
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&unique->duplicates, &unique->duplicate_capacity, unique->duplicate_count + 1,
                        sizeof *unique->duplicates, error));
    unique->duplicates[unique->duplicate_count++] = (struct lka_duplicate){group->place, entry->place};
    return LKA_OK;
}

static lka_status compare_all(struct lka_unique *unique, struct lka_error *error)
{
    if (unique->run_count == 0) {
        lka_entries_sort(unique->entries, unique->count);
        for (size_t i = 0; i < unique->count; i++) {
            LKA_TRY(compare(unique, &unique->entries[i], error));
        }
        return LKA_OK;
    }
    LKA_TRY(spill(unique, error));
    size_t most = unique->limit / LEAST_BUFFER - 1;
    while (unique->run_count > most) {
        LKA_TRY(shorten(unique, most, error));
    }
    return merge_runs(unique, unique->run_count, compare, error);
}

static int by_place(const void *a, const void *b)
{
    const struct lka_duplicate *first = a;
    const struct lka_duplicate *second = b;
    return (first->place > second->place) - (first->place < second->place);
}

lka_status lka_unique_finish(struct lka_unique *unique, struct lka_duplicate **duplicates, size_t *count,
                             struct lka_error *error)
{
    *duplicates = NULL;
    *count = 0;
    LKA_TRY(compare_all(unique, error));
    if (unique->duplicate_count > 0) {
        qsort(unique->duplicates, unique->duplicate_count, sizeof *unique->duplicates, by_place);
    }
    *duplicates = unique->duplicates;
    *count = unique->duplicate_count;
    unique->duplicates = NULL;
    return LKA_OK;
}
