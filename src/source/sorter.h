/* source/sorter.h: records of one size, more than memory holds, handed out in the order of their bytes: runs are sorted
 * in 64 MiB of memory, spilled to a nameless file, and merged as they are read.
 */
#ifndef LKA_SOURCE_SORTER_H
#define LKA_SOURCE_SORTER_H

#include "base/session.h"

struct lka_sorter;

/* `directory` is where the spill goes; NULL: /tmp. A record has at most LKA_RECORD_LONGEST (64) bytes. */
lka_status lka_sorter_new(const char *directory, size_t record_bytes, struct lka_sorter **sorter,
                          struct lka_error *error);
void lka_sorter_free(struct lka_sorter *sorter); /* NULL is fine */

lka_status lka_sorter_add(struct lka_sorter *sorter, const void *record, struct lka_error *error);
/* The next record, ascending, equal ones one after the other; *record is NULL at the end, and good until the next call.
 * After the first one nothing can be added. */
lka_status lka_sorter_next(struct lka_sorter *sorter, const uint8_t **record, struct lka_error *error);

#endif
