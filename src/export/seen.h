/* export/seen.h: a set of what was met before, known by 128 bits of its hash (base/hash.h), and of each, where that is wanted, the
 * number of its owner: whoever had it first.
 */
#ifndef LKA_EXPORT_SEEN_H
#define LKA_EXPORT_SEEN_H

#include "base/hash.h"

enum { LKA_SEEN_TABLES = 48 };

struct lka_seen {
    struct lka_seen_table {
        uint64_t *marks;  /* 0: free */
        uint32_t *owners; /* NULL: nobody asks */
        size_t capacity;
        size_t count;
    } tables[LKA_SEEN_TABLES]; /* the last takes what is new */
    size_t table_count;
    size_t count;
    size_t expected; /* about so many are to come; 0: nobody knows */
    bool owned;      /* whether owners are kept: before anything is added */
};

lka_status lka_seen_add(struct lka_seen *seen, struct lka_hash128 key, uint32_t owner, bool *is_new,
                        struct lka_error *error);
/* Its place will be asked for soon. */
void lka_seen_prefetch(const struct lka_seen *seen, struct lka_hash128 key);
bool lka_seen_has(const struct lka_seen *seen, struct lka_hash128 key);
/* Of a key that is there, in a set that keeps owners. */
uint32_t lka_seen_owner(const struct lka_seen *seen, struct lka_hash128 key);
/* Nothing is in it any more, nor expected; {0} is fine. */
void lka_seen_release(struct lka_seen *seen);

#endif
