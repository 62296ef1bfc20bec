/* table/tally.h: how many rows each text was met in, exactly. */
#ifndef LKA_TABLE_TALLY_H
#define LKA_TABLE_TALLY_H

#include "base/memory.h"
#include "base/text.h"

struct lka_tally_entry {
    struct lka_span text;
    uint64_t hash;
    uint64_t count; /* rows */
    uint64_t last;  /* 1 + the row that was counted last */
};

/* {0} is an empty one; release it with lka_tally_release. */
struct lka_tally {
    struct lka_tally_entry *entries; /* in the order of first appearance */
    size_t count;
    size_t capacity;
    uint32_t *slots; /* 1 + index of an entry; 0 is free */
    size_t slot_count;
};

/* Counts `text` once for `row`, however often the row repeats it; a row's calls follow each other. New texts are
 * copied into `arena`; with NULL they are borrowed, and must outlive the tally. */
lka_status lka_tally_add(struct lka_tally *tally, struct lka_span text, uint64_t row, struct lka_arena *arena,
                         struct lka_error *error);

/* The entry of that text, or NULL. */
const struct lka_tally_entry *lka_tally_find(const struct lka_tally *tally, struct lka_span text);

/* Sorts the entries: the most frequent first, ties by bytes. Returns how many have at least `floor` rows. Nothing can
 * be added or found after that. */
size_t lka_tally_sort(struct lka_tally *tally, uint64_t floor);

void lka_tally_release(struct lka_tally *tally);

#endif
