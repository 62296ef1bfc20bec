/* source/entries.h: what the check for unique ids sorts. */
#ifndef LKA_SOURCE_ENTRIES_H
#define LKA_SOURCE_ENTRIES_H

#include "base/hash.h"

struct lka_entry {
    struct lka_hash128 hash;
    uint64_t place;
};

/* By hash, then by place. */
static inline bool lka_entry_before(const struct lka_entry *a, const struct lka_entry *b)
{
    if (a->hash.high != b->hash.high) {
        return a->hash.high < b->hash.high;
    }
    return a->hash.low != b->hash.low ? a->hash.low < b->hash.low : a->place < b->place;
}

/* In place and without memory: by their bytes, the highest first (McIlroy, Bostic, McIlroy 1993, "Engineering radix
 * sort": the American flag sort). */
void lka_entries_sort(struct lka_entry *entries, size_t count);

#endif
