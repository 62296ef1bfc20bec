#include "source/sorter.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/output.h"
#include "source/records_sort.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { IN_MEMORY = 1 << 26, BUFFERED = 1 << 16 }; /* bytes */

/* A sorted run: part of the spill, or, the last one, what is in memory. */
struct run {
    off_t at;      /* byte of the spill that is read next */
    uint64_t left; /* records that were not read yet */
    uint8_t *buffer;
    size_t count; /* records in the buffer */
    size_t next;
};

struct lka_sorter {
    char *directory;
    size_t size;
    uint8_t *memory;
    size_t capacity; /* bytes */
    size_t count;
    int spill; /* -1 until needed */
    off_t spilled;
    struct run *runs;
    size_t run_capacity;
    size_t run_count;
    bool reading;
};

lka_status lka_sorter_new(const char *directory, size_t record_bytes, struct lka_sorter **sorter,
                          struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*sorter, 1, error));
    (*sorter)->spill = -1;
    (*sorter)->size = record_bytes;
    (*sorter)->directory = lka_copy_string(directory ? directory : "/tmp");
    if (!(*sorter)->directory) {
        lka_sorter_free(*sorter);
        *sorter = NULL;
        return lka_fail_memory(error, 0);
    }
    return LKA_OK;
}

void lka_sorter_free(struct lka_sorter *sorter)
{
    if (!sorter) {
        return;
    }
    for (size_t r = 0; r < sorter->run_count; r++) {
        if (sorter->runs[r].buffer != sorter->memory) {
            lka_free(sorter->runs[r].buffer);
        }
    }
    if (sorter->spill >= 0) {
        close(sorter->spill);
    }
    lka_free(sorter->memory);
    lka_free(sorter->runs);
    lka_free(sorter->directory);
    lka_free(sorter);
}

/* ---- adding ----------------------------------------------------------------------------------- */

static lka_status add_run(struct lka_sorter *sorter, struct run run, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&sorter->runs, &sorter->run_capacity, sorter->run_count + 1, sizeof *sorter->runs, error));
    sorter->runs[sorter->run_count++] = run;
    return LKA_OK;
}

static lka_status spill(struct lka_sorter *sorter, struct lka_error *error)
{
    lka_records_sort(sorter->memory, sorter->count, sorter->size);
    if (sorter->spill < 0) {
        LKA_TRY(lka_temporary_file(sorter->directory, &sorter->spill, error));
    }
    LKA_TRY(add_run(sorter, (struct run){.at = sorter->spilled, .left = sorter->count}, error));
    const uint8_t *bytes = sorter->memory;
    for (size_t left = sorter->count * sorter->size; left > 0;) {
        ssize_t written = pwrite(sorter->spill, bytes, left, sorter->spilled);
        if (written < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write a temporary file in", sorter->directory, errno);
        }
        written = written < 0 ? 0 : written;
        bytes += written;
        left -= (size_t)written;
        sorter->spilled += written;
    }
    sorter->count = 0;
    return LKA_OK;
}

lka_status lka_sorter_add(struct lka_sorter *sorter, const void *record, struct lka_error *error)
{
    if ((sorter->count + 1) * sorter->size > IN_MEMORY) {
        LKA_TRY(spill(sorter, error));
    }
    size_t need = (sorter->count + 1) * sorter->size;
    LKA_TRY(lka_reserve(&sorter->memory, &sorter->capacity, need, 1, error));
    memcpy(sorter->memory + sorter->count++ * sorter->size, record, sorter->size);
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* What is in memory is the last run. */
static lka_status begin(struct lka_sorter *sorter, struct lka_error *error)
{
    sorter->reading = true;
    for (size_t r = 0; r < sorter->run_count; r++) {
        LKA_TRY(LKA_NEW(sorter->runs[r].buffer, BUFFERED, error));
    }
    lka_records_sort(sorter->memory, sorter->count, sorter->size);
    return add_run(sorter, (struct run){.buffer = sorter->memory, .count = sorter->count}, error);
}

static lka_status refill(const struct lka_sorter *sorter, struct run *run, struct lka_error *error)
{
    size_t most = BUFFERED / sorter->size;
    size_t wanted = run->left < most ? (size_t)run->left : most;
    size_t bytes = wanted * sorter->size;
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(sorter->spill, run->buffer + done, bytes - done, run->at + (off_t)done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return lka_fail_errno(error, LKA_IO, "read a temporary file in", sorter->directory, got == 0 ? EIO : errno);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    run->at += (off_t)bytes;
    run->left -= wanted;
    run->count = wanted;
    run->next = 0;
    return LKA_OK;
}

/* Runs are few. */
lka_status lka_sorter_next(struct lka_sorter *sorter, const uint8_t **record, struct lka_error *error)
{
    struct run *from = NULL;
    *record = NULL;
    LKA_TRY(sorter->reading ? LKA_OK : begin(sorter, error));
    for (size_t r = 0; r < sorter->run_count; r++) {
        struct run *run = &sorter->runs[r];
        if (run->next == run->count && run->left > 0) {
            LKA_TRY(refill(sorter, run, error));
        }
        if (run->next == run->count) {
            continue;
        }
        const uint8_t *head = run->buffer + run->next * sorter->size;
        if (!*record || memcmp(head, *record, sorter->size) < 0) {
            *record = head;
            from = run;
        }
    }
    if (from) {
        from->next++;
    }
    return LKA_OK;
}
