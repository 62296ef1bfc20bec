/* audience/shared.h: which keys more than one row of the ranking has, and what is known of each: whether one of the
 * rows may not be used, and which was met first. Nearly every key is one row's alone and says nothing about another:
 * those are left on the disk, so that 10,000,000 rows with some 40,000,000 keys need memory for the few that are
 * shared, 13 bytes each.
 */
#ifndef LKA_AUDIENCE_SHARED_H
#define LKA_AUDIENCE_SHARED_H

#include "audience/keymap.h"
#include "source/sorter.h"

struct lka_shared {
    struct lka_sorter *sorter; /* key, row, bar; until the keys are found */
    uint64_t *keys;            /* ascending */
    uint32_t *first_rows;      /* LKA_NO_NUMBER: none was met yet */
    uint8_t *bars;             /* of the first row that has one; 0: none */
    size_t key_capacity, row_capacity, bar_capacity;
    size_t count;
    uint32_t *starts; /* of the keys by their 16 highest bits */
};

lka_status lka_shared_init(struct lka_shared *shared, const char *temporary, struct lka_error *error);
void lka_shared_release(struct lka_shared *shared); /* {0} is fine */

/* Of one row, in the order of the rows; the same key twice is one. */
lka_status lka_shared_add(struct lka_shared *shared, const struct lka_known_key *keys, size_t count, uint32_t row,
                          uint8_t bar, struct lka_error *error);
/* All rows were added. */
lka_status lka_shared_find(struct lka_shared *shared, struct lka_error *error);
/* The key's place in the arrays; SIZE_MAX for a key that one row has, or none. */
size_t lka_shared_place(const struct lka_shared *shared, const struct lka_known_key *key);

#endif
