/* source/unique.h: is every id met once? 128-bit hashes of all ids, sorted in memory and, beyond a budget, in spilled
 * runs; two equal hashes are one id (the chance of two ids sharing one is below 1e-18 for 10^10 ids). */
#ifndef LKA_SOURCE_UNIQUE_H
#define LKA_SOURCE_UNIQUE_H

#include "base/session.h"
#include "base/text.h"

struct lka_unique;

/* `memory`: budget in bytes (at least 48 KiB are used); what is found to be repeated comes on top. `directory`: for the
 * spill; NULL: /tmp */
lka_status lka_unique_new(size_t memory, const char *directory, struct lka_unique **unique, struct lka_error *error);
void lka_unique_free(struct lka_unique *unique);
/* `place`: lka_place of the row, ascending between calls. */
lka_status lka_unique_add(struct lka_unique *unique, struct lka_span id, uint64_t place, struct lka_error *error);

/* Where a row stands: its file's index and its line in one number. */
static inline uint64_t lka_place(uint32_t file_index, uint64_t line)
{
    return ((uint64_t)file_index << 48) | line;
}
static inline uint32_t lka_place_file(uint64_t place)
{
    return (uint32_t)(place >> 48);
}
static inline uint64_t lka_place_line(uint64_t place)
{
    return place & (((uint64_t)1 << 48) - 1);
}

struct lka_duplicate {
    uint64_t first; /* the place that had the id first */
    uint64_t place; /* one that repeats it */
};
/* All repetitions, ascending by `place`; free with lka_free. Call once, after the last add. */
lka_status lka_unique_finish(struct lka_unique *unique, struct lka_duplicate **duplicates, size_t *count,
                             struct lka_error *error);

#endif
