#include "audience/verdicts.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/output.h"

#include <errno.h>
#include <unistd.h>

void lka_verdicts_init(struct lka_verdicts *verdicts, const char *temporary)
{
    *verdicts = (struct lka_verdicts){.file = -1, .temporary = temporary};
}

void lka_verdicts_release(struct lka_verdicts *verdicts)
{
    if (verdicts->file >= 0) {
        close(verdicts->file);
    }
    lka_free(verdicts->marks);
    lka_free(verdicts->buffer);
    lka_verdicts_init(verdicts, NULL);
}

lka_status lka_verdicts_mark(struct lka_verdicts *verdicts, uint8_t reason, struct lka_error *error)
{
    size_t need = verdicts->count + 1;
    LKA_TRY(lka_reserve(&verdicts->marks, &verdicts->capacity, need, sizeof *verdicts->marks, error));
    verdicts->marks[verdicts->count++] = (struct lka_mark){.reason = reason};
    return LKA_OK;
}

/* ---- the file --------------------------------------------------------------------------------- */

static lka_status flush(struct lka_verdicts *verdicts, struct lka_error *error)
{
    const char *bytes = (const char *)verdicts->buffer;
    off_t at = (off_t)(verdicts->first * sizeof *verdicts->buffer);
    for (size_t left = verdicts->filled * sizeof *verdicts->buffer; left > 0;) {
        ssize_t written = pwrite(verdicts->file, bytes, left, at);
        if (written < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write a temporary file in",
                                  verdicts->temporary ? verdicts->temporary : "/tmp", errno);
        }
        written = written < 0 ? 0 : written;
        bytes += written;
        left -= (size_t)written;
        at += written;
    }
    verdicts->written = verdicts->first + verdicts->filled;
    verdicts->first = verdicts->written;
    verdicts->filled = 0;
    return LKA_OK;
}

static lka_status read_rows(const struct lka_verdicts *verdicts, size_t first, size_t count, struct lka_verdict *rows,
                            struct lka_error *error)
{
    char *to = (char *)rows;
    size_t bytes = count * sizeof *rows;
    off_t at = (off_t)(first * sizeof *rows);
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(verdicts->file, to + done, bytes - done, at + (off_t)done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return lka_fail_errno(error, LKA_IO, "read a temporary file in",
                                  verdicts->temporary ? verdicts->temporary : "/tmp", got == 0 ? EIO : errno);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return LKA_OK;
}

lka_status lka_verdicts_put(struct lka_verdicts *verdicts, const struct lka_verdict *verdict, struct lka_error *error)
{
    if (!verdicts->buffer) {
        LKA_TRY(LKA_NEW(verdicts->buffer, LKA_VERDICTS_BUFFERED, error));
        LKA_TRY(lka_temporary_file(verdicts->temporary, &verdicts->file, error));
    }
    size_t row = verdicts->first + verdicts->filled;
    verdicts->marks[row] = (struct lka_mark){verdict->reason, verdict->arm};
    verdicts->buffer[verdicts->filled++] = *verdict;
    bool full = verdicts->filled == LKA_VERDICTS_BUFFERED || row + 1 == verdicts->count;
    return full ? flush(verdicts, error) : LKA_OK;
}

lka_status lka_verdicts_get(struct lka_verdicts *verdicts, size_t row, struct lka_verdict *verdict,
                            struct lka_error *error)
{
    if (row >= verdicts->first && row < verdicts->first + verdicts->filled) {
        *verdict = verdicts->buffer[row - verdicts->first];
        return LKA_OK;
    }
    return read_rows(verdicts, row, 1, verdict, error);
}

lka_status lka_verdicts_next(struct lka_verdicts *verdicts, size_t row, const struct lka_verdict **verdict,
                             struct lka_error *error)
{
    if (row < verdicts->first || row >= verdicts->first + verdicts->filled) {
        size_t left = verdicts->written - row;
        size_t wanted = left < LKA_VERDICTS_BUFFERED ? left : LKA_VERDICTS_BUFFERED;
        verdicts->filled = 0;
        LKA_TRY(read_rows(verdicts, row, wanted, verdicts->buffer, error));
        verdicts->first = row;
        verdicts->filled = wanted;
    }
    *verdict = &verdicts->buffer[row - verdicts->first];
    return LKA_OK;
}
