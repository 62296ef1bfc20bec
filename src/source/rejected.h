/* source/rejected.h: the rows that were left out: how many may be, where they stood, and the file that tells why. */
#ifndef LKA_SOURCE_REJECTED_H
#define LKA_SOURCE_REJECTED_H

#include "base/session.h"
#include "base/text.h"
#include "source/output.h"

struct lka_rejected {
    char *path; /* NULL: every bad row stops the work */
    uint64_t allowed;
    uint64_t count;
    bool name_files;           /* the reason begins with the file's name */
    struct lka_output *output; /* NULL until the first one */
    struct lka_text line;

    uint64_t *places; /* lka_place of each */
    size_t place_count;
    size_t place_capacity;
    size_t sorted; /* of them are in order: those of earlier passes */
    size_t cursor; /* the first of these that the current pass has not come to */
};

lka_status lka_rejected_init(struct lka_rejected *rejected, const char *path, uint64_t allowed, bool name_files,
                             struct lka_error *error);
void lka_rejected_release(struct lka_rejected *rejected);
static inline bool lka_rejected_allows_any(const struct lka_rejected *rejected)
{
    return rejected->path && rejected->allowed > 0;
}

/* Writes one row (line,reason,row) or, when no more are allowed, turns `problem` into the error. */
lka_status lka_rejected_add(struct lka_rejected *rejected, uint64_t place, struct lka_span raw,
                            const struct lka_error *problem, struct lka_error *error);

/* Was the row at this place left out in an earlier pass? Ask in the order of the places. */
bool lka_rejected_before(struct lka_rejected *rejected, uint64_t place);
void lka_rejected_rewind(struct lka_rejected *rejected); /* a new pass begins */

/* Publishes the file. With `complete` (the input was read to its end) and nothing rejected, one that an earlier run
 * left is removed. */
lka_status lka_rejected_finish(struct lka_rejected *rejected, bool complete, struct lka_error *error);

#endif
