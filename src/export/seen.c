/* A set of hashes by open addressing: 10,000,000 rows take 256 MiB. Of a slot's 128 bits 96 are the row's, by which two
 * different rows among so many are the same with a probability under 1e-14, and 32 tell whose it was first. */
#include "export/export.h"

#include "base/error.h"
#include "base/memory.h"

#include <sys/mman.h>

enum { LARGE_PAGE = 1 << 21 };

static bool is_free(struct lka_hash128 slot)
{
    return slot.high == 0 && slot.low == 0;
}

struct lka_hash128 lka_seen_key(struct lka_span row)
{
    struct lka_hash128 key = lka_hash128(row);
    key.low &= ~(uint64_t)UINT32_MAX;
    key.high += is_free(key);
    return key;
}

static bool is_same(struct lka_hash128 slot, struct lka_hash128 key)
{
    return slot.high == key.high && slot.low >> 32 == key.low >> 32;
}

/* In the order of the keys, so that a table is copied into a larger one from front to end. */
static size_t start_of(const struct lka_seen *seen, struct lka_hash128 key)
{
    __extension__ typedef unsigned __int128 product;
    return (size_t)(((product)key.high * seen->capacity) >> 64);
}

static size_t place_of(const struct lka_seen *seen, struct lka_hash128 key)
{
    const struct lka_hash128 *slots = seen->slots;
    size_t at = start_of(seen, key);
    while (!is_free(slots[at]) && !is_same(slots[at], key)) {
        at = at + 1 < seen->capacity ? at + 1 : 0;
    }
    return at;
}

/* In pages of 2 MiB where the system has them: one of 4 KiB has to be looked up in memory, too, for nearly every
 * key. */
static lka_status new_slots(struct lka_seen *seen, struct lka_error *error)
{
    size_t bytes = seen->capacity * sizeof *seen->slots;
    seen->slots = lka_new(seen->capacity, sizeof *seen->slots);
    if (!seen->slots) {
        return lka_fail_memory(error, bytes);
    }
    uintptr_t start = ((uintptr_t)seen->slots + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)seen->slots + bytes) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (end > start) {
        madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
    return LKA_OK;
}

static lka_status grow(struct lka_seen *seen, struct lka_error *error)
{
    size_t capacity = seen->capacity ? 2 * seen->capacity : 1024;
    size_t for_all = seen->expected + seen->expected / 2; /* two thirds full */
    struct lka_seen larger = {
        .capacity = capacity > for_all ? capacity : for_all, .count = seen->count, .expected = seen->expected};
    LKA_TRY(new_slots(&larger, error));
    for (size_t i = 0; i < seen->capacity; i++) {
        if (!is_free(seen->slots[i])) {
            larger.slots[place_of(&larger, seen->slots[i])] = seen->slots[i];
        }
    }
    lka_free(seen->slots);
    *seen = larger;
    return LKA_OK;
}

lka_status lka_seen_add(struct lka_seen *seen, struct lka_hash128 key, bool *is_new, struct lka_error *error)
{
    if (4 * (seen->count + 1) > 3 * seen->capacity) {
        LKA_TRY(grow(seen, error));
    }
    size_t at = place_of(seen, key);
    *is_new = is_free(seen->slots[at]);
    if (*is_new) {
        seen->slots[at] = key;
        seen->count++;
    }
    return LKA_OK;
}

void lka_seen_prefetch(const struct lka_seen *seen, struct lka_hash128 key)
{
    if (seen->capacity > 0) {
        __builtin_prefetch(&seen->slots[start_of(seen, key)], 1);
    }
}

bool lka_seen_has(const struct lka_seen *seen, struct lka_hash128 key)
{
    return seen->capacity > 0 && !is_free(seen->slots[place_of(seen, key)]);
}

uint32_t lka_seen_whose(const struct lka_seen *seen, struct lka_hash128 key)
{
    return (uint32_t)seen->slots[place_of(seen, key)].low;
}

void lka_seen_release(struct lka_seen *seen)
{
    lka_free(seen->slots);
    *seen = (struct lka_seen){0};
}
