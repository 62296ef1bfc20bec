/* score/runs.h: sorted runs of records (score/record.h) in a nameless temporary file, and their merge: the half of an
 * external merge sort that is on disk (Knuth, The Art of Computer Programming, volume 3, 5.4.1). */
#ifndef LKA_SCORE_RUNS_H
#define LKA_SCORE_RUNS_H

#include "base/error.h"

struct lka_runs;

/* `directory` NULL: /tmp. `fields`: of every record. */
lka_status lka_runs_new(const char *directory, size_t fields, struct lka_runs **runs, struct lka_error *error);
void lka_runs_free(struct lka_runs *runs); /* NULL is fine */

/* Opens another run, then its records in ascending order. LKA_IO when the disk is full. */
lka_status lka_runs_begin(struct lka_runs *runs, struct lka_error *error);
lka_status lka_runs_append(struct lka_runs *runs, const char *record, struct lka_error *error);

/* Ends the writing. `memory`: for all read buffers together; a run gets at least 4 KiB of it. */
lka_status lka_runs_merge(struct lka_runs *runs, size_t memory, struct lka_error *error);
/* The next record over all runs; NULL at the end. It is valid until the next call. */
lka_status lka_runs_next(struct lka_runs *runs, const char **record, struct lka_error *error);

#endif
