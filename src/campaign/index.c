#include "campaign/index.h"

#include "base/error.h"
#include "base/memory.h"

static bool is_empty(const struct lka_index_slot *slot)
{
    return (slot->hash.high | slot->hash.low) == 0;
}

/* The slot that holds the hash, or the empty one where it belongs. */
static size_t slot_of(const struct lka_index_slot *slots, size_t capacity, struct lka_hash128 hash)
{
    size_t at = (size_t)hash.low & (capacity - 1);
    while (!is_empty(&slots[at]) && (slots[at].hash.high != hash.high || slots[at].hash.low != hash.low)) {
        at = (at + 1) & (capacity - 1);
    }
    return at;
}

static lka_status grow(struct lka_index *index, struct lka_error *error)
{
    size_t capacity = index->capacity ? index->capacity * 2 : 64;
    struct lka_index_slot *slots;
    LKA_TRY(LKA_NEW(slots, capacity, error));
    for (size_t i = 0; i < index->capacity; i++) {
        if (!is_empty(&index->slots[i])) {
            slots[slot_of(slots, capacity, index->slots[i].hash)] = index->slots[i];
        }
    }
    lka_free(index->slots);
    index->slots = slots;
    index->capacity = capacity;
    return LKA_OK;
}

uint32_t lka_index_find(const struct lka_index *index, struct lka_hash128 hash)
{
    if (index->count == 0) {
        return LKA_NOBODY;
    }
    const struct lka_index_slot *slot = &index->slots[slot_of(index->slots, index->capacity, hash)];
    return is_empty(slot) ? LKA_NOBODY : slot->value;
}

lka_status lka_index_add(struct lka_index *index, struct lka_hash128 hash, uint32_t value, uint32_t **place,
                         bool *added, struct lka_error *error)
{
    if (index->count * 2 >= index->capacity) {
        LKA_TRY(grow(index, error));
    }
    struct lka_index_slot *slot = &index->slots[slot_of(index->slots, index->capacity, hash)];
    *added = is_empty(slot);
    if (*added) {
        *slot = (struct lka_index_slot){hash, value};
        index->count++;
    }
    *place = &slot->value;
    return LKA_OK;
}

void lka_index_release(struct lka_index *index)
{
    lka_free(index->slots);
    *index = (struct lka_index){0};
}
