/* A set of 128-bit hashes by open addressing: 10,000,000 rows take 256 MiB. Two different rows among so many have the
 * same hash with a probability under 1e-24. */
#include "export/export.h"

#include "base/error.h"
#include "base/memory.h"

static bool is_free(struct lka_hash128 slot)
{
    return slot.high == 0 && slot.low == 0;
}

struct lka_hash128 lka_seen_key(struct lka_span row)
{
    struct lka_hash128 key = lka_hash128(row);
    key.low += is_free(key);
    return key;
}

static size_t place_of(const struct lka_hash128 *slots, size_t capacity, struct lka_hash128 key)
{
    size_t at = key.low & (capacity - 1);
    while (!is_free(slots[at]) && (slots[at].high != key.high || slots[at].low != key.low)) {
        at = (at + 1) & (capacity - 1);
    }
    return at;
}

static lka_status grow(struct lka_seen *seen, struct lka_error *error)
{
    struct lka_hash128 *slots;
    size_t capacity = seen->capacity ? 2 * seen->capacity : 1024;
    LKA_TRY(LKA_NEW(slots, capacity, error));
    for (size_t i = 0; i < seen->capacity; i++) {
        if (!is_free(seen->slots[i])) {
            slots[place_of(slots, capacity, seen->slots[i])] = seen->slots[i];
        }
    }
    lka_free(seen->slots);
    seen->slots = slots;
    seen->capacity = capacity;
    return LKA_OK;
}

lka_status lka_seen_add(struct lka_seen *seen, struct lka_hash128 key, bool *is_new, struct lka_error *error)
{
    if (4 * (seen->count + 1) > 3 * seen->capacity) {
        LKA_TRY(grow(seen, error));
    }
    size_t at = place_of(seen->slots, seen->capacity, key);
    *is_new = is_free(seen->slots[at]);
    seen->slots[at] = key;
    seen->count += *is_new;
    return LKA_OK;
}

bool lka_seen_has(const struct lka_seen *seen, struct lka_hash128 key)
{
    return seen->capacity > 0 && !is_free(seen->slots[place_of(seen->slots, seen->capacity, key)]);
}

void lka_seen_release(struct lka_seen *seen)
{
    lka_free(seen->slots);
    *seen = (struct lka_seen){0};
}
