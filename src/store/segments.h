/* store/segments.h: the archive's files: events/2024-03-<n>.csv.zst in the workspace. A segment is one as soon as its
 * row in event_segments is committed; a file without a row was left by a process that died, or was replaced by a larger
 * one, and is nobody's.
 */
#ifndef LKA_STORE_SEGMENTS_H
#define LKA_STORE_SEGMENTS_H

#include "source/manifest.h"
#include "store/workspace.h"

/* Months since January of the year 0. */
static inline int64_t lka_month(int64_t year, int month)
{
    return year * 12 + month - 1;
}

struct lka_segment {
    char *name; /* "2024-03-1.csv.zst" */
    char *path;
    int64_t month;
    uint64_t number;
    uint64_t rows;
    uint64_t bytes;
};

struct lka_segments {
    struct lka_segment *items; /* by month, then number */
    size_t count;
    size_t capacity;
};

/* Those that are published. LKA_DATA for a row that names none, or a file that is missing or of another size. */
lka_status lka_segments_init(struct lka_segments *segments, struct lka_workspace *workspace, struct lka_error *error);
void lka_segments_release(struct lka_segments *segments); /* {0} is fine */

/* Of one month: how many, and the greatest number. */
void lka_segments_of_month(const struct lka_segments *segments, int64_t month, size_t *count, uint64_t *number);

/* Keeps writers from removing files while they are read: hold before the list is asked for, until the last file was
 * read. *hold is -1 where there is no archive, or its file system has no locks. LKA_MEMORY only. Nobody waits for a
 * reader. */
lka_status lka_segments_hold(struct lka_workspace *workspace, int *hold, struct lka_error *error);
void lka_segments_let_go(int hold); /* -1 is fine */

/* For the writer, with a transaction open: makes events/ if it is absent, and removes from it what is no segment,
 * unless somebody reads: then the next writer does. */
lka_status lka_segments_clean(const struct lka_segments *segments, struct lka_workspace *workspace,
                              struct lka_error *error);

/* "<workspace>/events/2024-03-<number>.csv.zst"; *name points into it. Free the path. */
lka_status lka_segment_path(struct lka_workspace *workspace, int64_t month, uint64_t number, char **path,
                            const char **name, struct lka_error *error);

lka_status lka_segment_publish(struct lka_workspace *workspace, const char *name, uint64_t rows,
                               const struct lka_file_facts *facts, struct lka_error *error);
/* Its file stays until the next writer comes: the transaction may yet fail. */
lka_status lka_segment_withdraw(struct lka_workspace *workspace, const char *name, struct lka_error *error);

#endif
