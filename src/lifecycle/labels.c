#include "lifecycle/labels.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

enum { LONGEST = 256 };

static size_t slots_for(size_t most)
{
    size_t slots = 64;
    while (slots < 2 * most) {
        slots *= 2;
    }
    return slots;
}

static lka_status add(struct lka_labels *labels, struct lka_span word, size_t slot, struct lka_error *error)
{
    size_t capacity = labels->capacity;
    LKA_TRY(lka_reserve(&labels->items, &labels->capacity, labels->count + 1, sizeof *labels->items, error));
    LKA_TRY(lka_reserve(&labels->people, &capacity, labels->count + 1, sizeof *labels->people, error));
    char *text = lka_arena_take(&labels->arena, word.length);
    if (!text) {
        return lka_fail_memory(error, word.length);
    }
    memcpy(text, word.text, word.length);
    labels->items[labels->count] = (struct lka_span){text, word.length};
    labels->people[labels->count] = 0;
    labels->slots[slot] = (uint16_t)++labels->count;
    return LKA_OK;
}

static struct lka_span folded(struct lka_span word, char buffer[LONGEST])
{
    for (uint32_t i = 0; i < word.length; i++) {
        char c = word.text[i];
        buffer[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return (struct lka_span){buffer, word.length};
}

lka_status lka_labels_of(struct lka_labels *labels, struct lka_span word, uint16_t *label, struct lka_error *error)
{
    char buffer[LONGEST];
    *label = labels->other;
    if (word.length == 0 || word.length > LONGEST) {
        return LKA_OK;
    }
    if (labels->fold_case) {
        word = folded(word, buffer);
    }
    size_t slot = lka_hash(0, word) & labels->slot_mask;
    for (; labels->slots[slot]; slot = (slot + 1) & labels->slot_mask) {
        uint16_t found = (uint16_t)(labels->slots[slot] - 1);
        if (lka_span_equal(labels->items[found], word)) {
            *label = found;
            return LKA_OK;
        }
    }
    if (labels->count == labels->most) {
        return LKA_OK;
    }
    *label = (uint16_t)labels->count;
    return add(labels, word, slot, error);
}

lka_status lka_labels_init(struct lka_labels *labels, const char *const *known, size_t known_count, size_t most,
                           uint16_t other, bool fold_case, struct lka_error *error)
{
    *labels = (struct lka_labels){.most = most, .other = other, .fold_case = fold_case};
    size_t slots = slots_for(most);
    labels->slot_mask = slots - 1;
    LKA_TRY(LKA_NEW(labels->slots, slots, error));
    for (size_t i = 0; i < known_count; i++) {
        uint16_t label;
        LKA_TRY(lka_labels_of(labels, lka_span_of(known[i]), &label, error));
    }
    return LKA_OK;
}

void lka_labels_release(struct lka_labels *labels)
{
    lka_free(labels->items);
    lka_free(labels->slots);
    lka_free(labels->people);
    lka_arena_release(&labels->arena);
    *labels = (struct lka_labels){0};
}

static int by_name(const void *a, const void *b, void *context)
{
    const struct lka_labels *labels = context;
    return lka_span_compare(labels->items[*(const uint16_t *)a], labels->items[*(const uint16_t *)b]);
}

lka_status lka_labels_sorted(const struct lka_labels *labels, size_t first, uint16_t **order, struct lka_error *error)
{
    size_t count = labels->count > first ? labels->count - first : 0;
    LKA_TRY(LKA_NEW(*order, count, error));
    for (size_t i = 0; i < count; i++) {
        (*order)[i] = (uint16_t)(first + i);
    }
    qsort_r(*order, count, sizeof **order, by_name, (void *)(uintptr_t)labels);
    return LKA_OK;
}
