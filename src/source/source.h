/* source/source.h: where rows come from. A source hands out blocks of text rows (table/rows.h) of the columns
 * that were selected, in file order. What is behind it (scan.h, libcsv) can be replaced without a change
 * elsewhere.
 *
 * Not thread-safe: one thread calls a source; the blocks it fills may go to others.
 */
#ifndef LKA_SOURCE_SOURCE_H
#define LKA_SOURCE_SOURCE_H

#include "base/session.h"
#include "source/scan.h"
#include "table/rows.h"
#include "table/schema.h"

struct lka_source;

struct lka_source_options {
    char separator;   /* 0: sniffed from the header line */
    size_t max_field; /* bytes; 0: 1 MiB */
    uint64_t max_bad_rows;
    const char *rejected; /* where bad rows go; NULL: a bad row stops the work, whatever max_bad_rows says */
    bool any_bytes;       /* in fields stands what is no UTF-8, too: for rows that were left out because of it */
    bool twice;           /* the table will be read again after lka_source_rewind: stdin is spooled to TMPDIR */
    const char *temporary_directory; /* for the spool; NULL: /tmp */
    size_t read_size;                /* bytes read at a time; 0: 262,144. Blocks do not depend on it. */
    size_t threads;                  /* more than one: decompression has its own */
    enum lka_reader_kind reader;     /* for tests; nothing but the time depends on it */
};

/* `paths`: files (.gz and .zst by name), globs, or "-" for stdin. All files must have the same header. Opens the
 * first and reads its header. LKA_USAGE if one can't be opened; LKA_DATA for an empty file or a bad header. */
lka_status lka_source_open(const char *const *paths, size_t count, const struct lka_source_options *options,
                           struct lka_source **source, struct lka_error *error);
/* NULL is fine. Publishes the rejected file as lka_source_finish does; that this failed is then nobody's to know. */
void lka_source_close(struct lka_source *source);
/* Publishes the rejected file, for callers that want to know whether it could be written; no row is rejected after it.
 * If the end was reached and no row rejected, the file that an earlier run left there is removed. */
lka_status lka_source_finish(struct lka_source *source, struct lka_error *error);

/* The columns of the header; roles are not assigned. Valid as long as the source. */
const struct lka_schema *lka_source_schema(const struct lka_source *source);
const char *lka_source_name(const struct lka_source *source); /* the first path, for messages */
const char *lka_source_file(const struct lka_source *source, uint32_t file_index);
/* Is the file one of those that are read? */
bool lka_source_reads(const struct lka_source *source, const char *path);

/* Which columns the blocks hold, by index in the schema. Before the first lka_source_next, or right after a rewind
 * (each pass may select others). Only these are checked for UTF-8. */
lka_status lka_source_select(struct lka_source *source, const size_t *columns, size_t count, struct lka_error *error);

/* From now on only rows that meet the rule (table/where.h; `schema` is the source's, with its types) are handed out.
 * Selects nothing: lka_source_select comes after it. Before the first lka_source_next, or right after a rewind. */
lka_status lka_source_filter(struct lka_source *source, const char *rule, const struct lka_schema *schema,
                             const struct lka_session *session, struct lka_error *error);
/* Before columns are selected: does the rule leave nobody out until further notice? */
void lka_source_see_all(struct lka_source *source, bool all);

/* Clears `rows` (made with lka_rows_init for the selection) and fills it with up to rows->capacity rows of one file.
 * rows->count == 0 means the end. LKA_DATA for what the grammar refuses, with file, line and column (field number
 * and name), after the rows before it; with max_bad_rows such a row is rejected instead, where the reader can find the
 * next row. After an error only close is allowed. */
lka_status lka_source_next(struct lka_source *source, struct lka_rows *rows, struct lka_error *error);

/* Whether lka_source_rewind can be. */
bool lka_source_again(const struct lka_source *source);

/* Back to the first row (LKA_USAGE without options.twice on stdin). Rows that were rejected before are passed over
 * in silence the second time. */
lka_status lka_source_rewind(struct lka_source *source, struct lka_error *error);

/* Leaves out row `row` of a block that was handed out, for a reason that only its user can see (a bad number, a
 * duplicate id): counts it and writes it to the rejected file. `problem` becomes the error, returned as LKA_DATA,
 * when max_bad_rows does not allow it. */
lka_status lka_source_reject(struct lka_source *source, const struct lka_rows *rows, size_t row,
                             const struct lka_error *problem, struct lka_error *error);

struct lka_source_counts {
    uint64_t rows;        /* handed out since the last rewind */
    uint64_t left_out;    /* by the rule, likewise */
    uint64_t rejected;    /* in all */
    uint64_t bytes;       /* read of the (compressed) files so far, for progress */
    uint64_t total_bytes; /* 0 if unknown */
};
struct lka_source_counts lka_source_counts(const struct lka_source *source);

/* About how many rows there are in all, from those that were handed out; 0: nobody knows. */
size_t lka_source_about_rows(const struct lka_source *source);

/* Tells the session how far the reading is, as lka_step does. */
static inline lka_status lka_source_step(const struct lka_source *source, const char *step,
                                         const struct lka_session *session, struct lka_error *error)
{
    struct lka_source_counts counts = lka_source_counts(source);
    return lka_step(session, step, counts.bytes, counts.total_bytes, error);
}

/* More rows than this the files cannot have, since each takes a byte a column; 0: not known, where there is a stream or
 * a compressed file. */
uint64_t lka_source_most_rows(const struct lka_source *source);

/* XXH3-128 of the decompressed bytes of all files, once the end was reached. */
void lka_source_digest(const struct lka_source *source, char hex[33]);

#endif
