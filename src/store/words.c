#include "store/words.h"

#include "base/error.h"
#include "base/hash.h"

enum { FIRST_SLOTS = 256, WORD_COST = sizeof(struct lka_word) + 2 * sizeof(uint32_t) + 16 };

void lka_words_release(struct lka_words *words)
{
    lka_free(words->items);
    lka_free(words->slots);
    lka_arena_release(&words->arena);
    *words = (struct lka_words){0};
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find(const struct lka_words *words, struct lka_span text, uint32_t hash)
{
    size_t mask = words->slot_count - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        uint32_t slot = words->slots[at];
        if (slot == 0) {
            return at;
        }
        const struct lka_word *word = &words->items[slot - 1];
        if (word->hash == hash && lka_span_equal(word->text, text)) {
            return at;
        }
    }
}

static lka_status widen(struct lka_words *words, struct lka_error *error)
{
    size_t wanted = words->slot_count ? words->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots;
    LKA_TRY(LKA_NEW(slots, wanted, error));
    for (size_t i = 0; i < words->count; i++) {
        size_t at = words->items[i].hash & (wanted - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (wanted - 1);
        }
        slots[at] = (uint32_t)i + 1;
    }
    lka_free(words->slots);
    words->slots = slots;
    words->slot_count = wanted;
    return LKA_OK;
}

static lka_status append(struct lka_words *words, struct lka_span text, uint32_t hash, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&words->items, &words->capacity, words->count + 1, sizeof *words->items, error));
    char *copy = lka_arena_take(&words->arena, text.length);
    if (!copy) {
        return lka_fail_memory(error, text.length);
    }
    memcpy(copy, text.text, text.length);
    words->items[words->count++] = (struct lka_word){{copy, text.length}, hash};
    words->held += WORD_COST + text.length;
    return LKA_OK;
}

lka_status lka_words_add(struct lka_words *words, struct lka_span text, uint32_t *number, struct lka_error *error)
{
    *number = LKA_NO_WORD;
    if (text.length == 0 || text.length > LKA_WORD_LONGEST) {
        return LKA_OK;
    }
    if (2 * words->count >= words->slot_count) {
        LKA_TRY(widen(words, error));
    }
    uint32_t hash = (uint32_t)lka_hash(0, text);
    size_t slot = find(words, text, hash);
    if (words->slots[slot] == 0) {
        if (words->held + WORD_COST + text.length > words->limit || words->count >= INT32_MAX) {
            return LKA_OK;
        }
        LKA_TRY(append(words, text, hash, error));
        words->slots[slot] = (uint32_t)words->count;
    }
    *number = words->slots[slot] - 1;
    return LKA_OK;
}
