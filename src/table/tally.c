#include "table/tally.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

/* Open addressing, linear probing, at most half full. */
static size_t slot_of(const struct lka_tally *tally, struct lka_span text, uint64_t hash)
{
    size_t mask = tally->slot_count - 1;
    size_t slot = hash & mask;
    for (; tally->slots[slot]; slot = (slot + 1) & mask) {
        const struct lka_tally_entry *entry = &tally->entries[tally->slots[slot] - 1];
        if (entry->hash == hash && lka_span_equal(entry->text, text)) {
            break;
        }
    }
    return slot;
}

static lka_status make_room(struct lka_tally *tally, struct lka_error *error)
{
    if (tally->count >= UINT32_MAX - 1) {
        return lka_fail_memory(error, tally->count);
    }
    LKA_TRY(lka_reserve(&tally->entries, &tally->capacity, tally->count + 1, sizeof *tally->entries, error));
    if (tally->count * 2 < tally->slot_count) {
        return LKA_OK;
    }
    size_t wanted = tally->slot_count ? tally->slot_count * 2 : 32;
    uint32_t *slots;
    LKA_TRY(LKA_NEW(slots, wanted, error));
    lka_free(tally->slots);
    tally->slots = slots;
    tally->slot_count = wanted;
    for (size_t i = 0; i < tally->count; i++) {
        slots[slot_of(tally, tally->entries[i].text, tally->entries[i].hash)] = (uint32_t)i + 1;
    }
    return LKA_OK;
}

static lka_status keep_copy(struct lka_arena *arena, struct lka_span *text, struct lka_error *error)
{
    char *copy = lka_arena_take(arena, text->length);
    if (!copy) {
        return lka_fail_memory(error, text->length);
    }
    if (text->length) {
        memcpy(copy, text->text, text->length);
    }
    text->text = copy;
    return LKA_OK;
}

lka_status lka_tally_add(struct lka_tally *tally, struct lka_span text, uint64_t row, struct lka_arena *arena,
                         struct lka_error *error)
{
    LKA_TRY(make_room(tally, error));
    uint64_t hash = lka_hash(0, text);
    size_t slot = slot_of(tally, text, hash);
    if (!tally->slots[slot]) {
        if (arena) {
            LKA_TRY(keep_copy(arena, &text, error));
        }
        tally->entries[tally->count++] = (struct lka_tally_entry){.text = text, .hash = hash};
        tally->slots[slot] = (uint32_t)tally->count;
    }
    struct lka_tally_entry *entry = &tally->entries[tally->slots[slot] - 1];
    entry->count += entry->last != row + 1;
    entry->last = row + 1;
    return LKA_OK;
}

const struct lka_tally_entry *lka_tally_find(const struct lka_tally *tally, struct lka_span text)
{
    if (tally->slot_count == 0) {
        return NULL;
    }
    size_t slot = slot_of(tally, text, lka_hash(0, text));
    return tally->slots[slot] ? &tally->entries[tally->slots[slot] - 1] : NULL;
}

static int by_count_then_bytes(const void *left, const void *right)
{
    const struct lka_tally_entry *a = left;
    const struct lka_tally_entry *b = right;
    return a->count != b->count ? (a->count < b->count) - (a->count > b->count) : lka_span_compare(a->text, b->text);
}

size_t lka_tally_sort(struct lka_tally *tally, uint64_t floor)
{
    if (tally->count > 0) {
        qsort(tally->entries, tally->count, sizeof *tally->entries, by_count_then_bytes);
    }
    size_t frequent = 0;
    while (frequent < tally->count && tally->entries[frequent].count >= floor) {
        frequent++;
    }
    return frequent;
}

void lka_tally_release(struct lka_tally *tally)
{
    lka_free(tally->entries);
    lka_free(tally->slots);
    *tally = (struct lka_tally){0};
}
