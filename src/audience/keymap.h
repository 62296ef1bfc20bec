/* audience/keymap.h: keys of people, each with a number: which row, or which reason. The first number of a key
 * counts. */
#ifndef LKA_AUDIENCE_KEYMAP_H
#define LKA_AUDIENCE_KEYMAP_H

#include "eligibility/known.h"

#define LKA_NO_NUMBER UINT32_MAX

struct lka_keymap {
    struct lka_keymap_slot {
        uint64_t key; /* 64 bits of a HMAC are as good as all for so many people as a table holds */
        uint32_t number;
    } * slots;
    size_t capacity; /* a power of 2, or 0 */
    size_t count;
};

lka_status lka_keymap_put(struct lka_keymap *map, const struct lka_known_key *key, uint32_t number,
                          struct lka_error *error);
uint32_t lka_keymap_find(const struct lka_keymap *map, const struct lka_known_key *key); /* or LKA_NO_NUMBER */
void lka_keymap_release(struct lka_keymap *map);                                         /* {0} is an empty one */

#endif
