/* campaign/index.h: from a key (the 128-bit hash of an id, an e-mail's form, an identity) to a number. Open addressing;
 * the chance that two of a billion keys share a hash is below 1e-20. {0} is an empty one.
 */
#ifndef LKA_CAMPAIGN_INDEX_H
#define LKA_CAMPAIGN_INDEX_H

#include "base/hash.h"

#define LKA_NOBODY UINT32_MAX

struct lka_index_slot {
    struct lka_hash128 hash; /* all zero: empty */
    uint32_t value;
};

struct lka_index {
    struct lka_index_slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

/* What the key stands for; LKA_NOBODY if it is unknown. */
uint32_t lka_index_find(const struct lka_index *index, struct lka_hash128 hash);

/* Gives the key `value` unless it has one. *place is where its value stands, until the next call; *added tells
 * which. */
lka_status lka_index_add(struct lka_index *index, struct lka_hash128 hash, uint32_t value, uint32_t **place,
                         bool *added, struct lka_error *error);
void lka_index_release(struct lka_index *index);

#endif
