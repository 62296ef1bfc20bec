#include "score/runs.h"

#include "base/memory.h"
#include "score/record.h"
#include "source/output.h"

#include <errno.h>
#include <unistd.h>

enum { WRITE_BUFFER = 1 << 18, READ_LEAST = 1 << 12, READ_MOST = 1 << 18 };

/* A run while it is read: [at, end) of the file is not in the buffer yet. */
struct reader {
    uint64_t at;
    uint64_t end;
    char *buffer;
    size_t capacity;
    size_t start; /* of the current record */
    size_t have;  /* bytes in the buffer */
};

struct lka_runs {
    int descriptor;
    size_t fields;
    char *pending; /* WRITE_BUFFER bytes that are not in the file yet */
    size_t pending_used;
    uint64_t written; /* bytes in the file */
    struct reader *readers;
    size_t count;
    size_t capacity;
    size_t *heap; /* of readers, the one with the first record on top */
    size_t heap_count;
    bool started; /* the top's record was handed out */
};

lka_status lka_runs_new(const char *directory, size_t fields, struct lka_runs **runs, struct lka_error *error)
{
    struct lka_runs *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    *made = (struct lka_runs){.descriptor = -1, .fields = fields};
    lka_status status = LKA_NEW(made->pending, WRITE_BUFFER, error);
    if (status == LKA_OK) {
        status = lka_temporary_file(directory, &made->descriptor, error);
    }
    if (status != LKA_OK) {
        lka_runs_free(made);
        made = NULL;
    }
    *runs = made;
    return status;
}

void lka_runs_free(struct lka_runs *runs)
{
    if (!runs) {
        return;
    }
    if (runs->descriptor >= 0) {
        close(runs->descriptor);
    }
    for (size_t i = 0; i < runs->count; i++) {
        lka_free(runs->readers[i].buffer);
    }
    lka_free(runs->readers);
    lka_free(runs->heap);
    lka_free(runs->pending);
    lka_free(runs);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status write_out(struct lka_runs *runs, const char *bytes, size_t length, struct lka_error *error)
{
    while (length > 0) {
        ssize_t done = write(runs->descriptor, bytes, length);
        if (done < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write", "a temporary file", errno);
        }
        size_t step = done > 0 ? (size_t)done : 0;
        bytes += step;
        length -= step;
        runs->written += step;
    }
    return LKA_OK;
}

static lka_status flush(struct lka_runs *runs, struct lka_error *error)
{
    size_t length = runs->pending_used;
    runs->pending_used = 0;
    return write_out(runs, runs->pending, length, error);
}

lka_status lka_runs_begin(struct lka_runs *runs, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&runs->readers, &runs->capacity, runs->count + 1, sizeof *runs->readers, error));
    uint64_t at = runs->written + runs->pending_used;
    runs->readers[runs->count++] = (struct reader){.at = at, .end = at};
    return LKA_OK;
}

lka_status lka_runs_append(struct lka_runs *runs, const char *record, struct lka_error *error)
{
    size_t size = (size_t)lka_record_head(record).size;
    runs->readers[runs->count - 1].end += size;
    if (size > WRITE_BUFFER - runs->pending_used) {
        LKA_TRY(flush(runs, error));
    }
    if (size > WRITE_BUFFER) {
        return write_out(runs, record, size, error);
    }
    memcpy(runs->pending + runs->pending_used, record, size);
    runs->pending_used += size;
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* Reads on until `need` bytes of the current record are in the buffer. */
static lka_status fill(const struct lka_runs *runs, struct reader *reader, size_t need, struct lka_error *error)
{
    if (reader->have - reader->start >= need) {
        return LKA_OK;
    }
    memmove(reader->buffer, reader->buffer + reader->start, reader->have - reader->start);
    reader->have -= reader->start;
    reader->start = 0;
    LKA_TRY(lka_reserve(&reader->buffer, &reader->capacity, need, 1, error));
    while (reader->have < need) {
        size_t room = reader->capacity - reader->have;
        size_t wanted = reader->end - reader->at < room ? (size_t)(reader->end - reader->at) : room;
        ssize_t got = pread(runs->descriptor, reader->buffer + reader->have, wanted, (off_t)reader->at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return lka_fail_errno(error, LKA_IO, "read", "a temporary file", got < 0 ? errno : EIO);
        }
        reader->have += (size_t)got;
        reader->at += (uint64_t)got;
    }
    return LKA_OK;
}

static bool is_empty(const struct reader *reader)
{
    return reader->at == reader->end && reader->start == reader->have;
}

static const char *current(const struct reader *reader)
{
    return reader->buffer + reader->start;
}

/* Makes the whole current record stand in the buffer. */
static lka_status load(const struct lka_runs *runs, struct reader *reader, struct lka_error *error)
{
    LKA_TRY(fill(runs, reader, LKA_RECORD_HEAD, error));
    return fill(runs, reader, (size_t)lka_record_head(current(reader)).size, error);
}

static bool before(const struct lka_runs *runs, size_t a, size_t b)
{
    return lka_record_compare(current(&runs->readers[a]), current(&runs->readers[b]), runs->fields) < 0;
}

static void sift_down(struct lka_runs *runs, size_t at)
{
    size_t *heap = runs->heap;
    for (;;) {
        size_t first = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < runs->heap_count; child++) {
            first = before(runs, heap[child], heap[first]) ? child : first;
        }
        if (first == at) {
            return;
        }
        size_t held = heap[at];
        heap[at] = heap[first];
        heap[first] = held;
        at = first;
    }
}

lka_status lka_runs_merge(struct lka_runs *runs, size_t memory, struct lka_error *error)
{
    LKA_TRY(flush(runs, error));
    LKA_TRY(LKA_NEW(runs->heap, runs->count, error));
    size_t share = runs->count ? memory / runs->count : 0;
    share = share < READ_LEAST ? READ_LEAST : share > READ_MOST ? READ_MOST : share;
    for (size_t i = 0; i < runs->count; i++) {
        struct reader *reader = &runs->readers[i];
        LKA_TRY(lka_reserve(&reader->buffer, &reader->capacity, share, 1, error));
        if (!is_empty(reader)) {
            LKA_TRY(load(runs, reader, error));
            runs->heap[runs->heap_count++] = i;
        }
    }
    for (size_t i = runs->heap_count / 2; i-- > 0;) {
        sift_down(runs, i);
    }
    return LKA_OK;
}

/* Past the record that was handed out last. */
static lka_status advance(struct lka_runs *runs, struct lka_error *error)
{
    struct reader *reader = &runs->readers[runs->heap[0]];
    reader->start += (size_t)lka_record_head(current(reader)).size;
    if (is_empty(reader)) {
        runs->heap[0] = runs->heap[--runs->heap_count];
    } else {
        LKA_TRY(load(runs, reader, error));
    }
    sift_down(runs, 0);
    return LKA_OK;
}

lka_status lka_runs_next(struct lka_runs *runs, const char **record, struct lka_error *error)
{
    *record = NULL;
    if (runs->started && runs->heap_count > 0) {
        LKA_TRY(advance(runs, error));
    }
    runs->started = true;
    if (runs->heap_count > 0) {
        *record = current(&runs->readers[runs->heap[0]]);
    }
    return LKA_OK;
}
