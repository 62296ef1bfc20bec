#include "features/vocabulary.h"

#include "base/error.h"

static void enter_short(struct lka_vocabulary *vocabulary, size_t index)
{
    struct lka_span word = vocabulary->words[index];
    struct lka_short_text text = lka_short_text(word, false);
    size_t at = lka_short_hash(text) >> vocabulary->shift;
    while (vocabulary->places[at]) {
        at = (at + 1) & vocabulary->place_mask;
    }
    vocabulary->places[at] = (uint32_t)index + 1;
    vocabulary->shorts[index + 1] = (struct lka_short_word){text, word.length};
}

static void enter(struct lka_vocabulary *vocabulary, size_t index)
{
    if (vocabulary->words[index].length <= LKA_SHORT_TEXT) {
        enter_short(vocabulary, index);
        return;
    }
    vocabulary->shorts[index + 1].length = UINT32_MAX;
    uint64_t hash = lka_hash(0, vocabulary->words[index]);
    size_t at = hash & vocabulary->mask;
    while (vocabulary->slots[at].index) {
        at = (at + 1) & vocabulary->mask;
    }
    vocabulary->slots[at] = (struct lka_vocabulary_slot){(uint32_t)(hash >> 32), (uint32_t)index + 1};
}

ptrdiff_t lka_vocabulary_find_long(const struct lka_vocabulary *vocabulary, struct lka_span word)
{
    uint64_t hash = lka_hash(0, word);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = hash & vocabulary->mask;
    for (; vocabulary->slots[at].index; at = (at + 1) & vocabulary->mask) {
        if (vocabulary->slots[at].tag == tag &&
            lka_span_equal(vocabulary->words[vocabulary->slots[at].index - 1], word)) {
            return (ptrdiff_t)vocabulary->slots[at].index - 1;
        }
    }
    return -1;
}

enum { LEAST_ROOM = 16, PLACES = 16 };

/* For `room` words: half as many as there are slots, a sixteenth of the places. */
static lka_status new_slots(struct lka_vocabulary *vocabulary, size_t room, struct lka_error *error)
{
    struct lka_vocabulary_slot *slots;
    struct lka_short_word *shorts = NULL;
    uint32_t *places = NULL;
    LKA_TRY(LKA_NEW(slots, room * 2, error));
    if (LKA_NEW(shorts, room + 1, error) != LKA_OK || LKA_NEW(places, room * PLACES, error) != LKA_OK) {
        lka_free(shorts);
        lka_free(slots);
        return LKA_MEMORY;
    }
    shorts[0].length = UINT32_MAX;
    lka_free(vocabulary->slots);
    lka_free(vocabulary->shorts);
    lka_free(vocabulary->places);
    vocabulary->slots = slots;
    vocabulary->shorts = shorts;
    vocabulary->places = places;
    vocabulary->mask = room * 2 - 1;
    vocabulary->place_mask = room * PLACES - 1;
    vocabulary->shift = 64 - __builtin_ctzll(room * PLACES);
    return LKA_OK;
}

static lka_status make_room(struct lka_vocabulary *vocabulary, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&vocabulary->words, &vocabulary->capacity, vocabulary->count + 1, sizeof *vocabulary->words,
                        error));
    size_t room = vocabulary->slots ? (vocabulary->mask + 1) / 2 : 0;
    if (vocabulary->count < room) {
        return LKA_OK;
    }
    LKA_TRY(new_slots(vocabulary, room ? room * 2 : LEAST_ROOM, error));
    for (size_t i = 0; i < vocabulary->count; i++) {
        enter(vocabulary, i);
    }
    return LKA_OK;
}

lka_status lka_vocabulary_add(struct lka_vocabulary *vocabulary, struct lka_span word, bool *duplicate,
                              struct lka_error *error)
{
    *duplicate = lka_vocabulary_find(vocabulary, word) >= 0;
    if (*duplicate) {
        return LKA_OK;
    }
    LKA_TRY(make_room(vocabulary, error));
    vocabulary->words[vocabulary->count] = word;
    enter(vocabulary, vocabulary->count++);
    return LKA_OK;
}

void lka_vocabulary_release(struct lka_vocabulary *vocabulary)
{
    lka_free(vocabulary->words);
    lka_free(vocabulary->slots);
    lka_free(vocabulary->shorts);
    lka_free(vocabulary->places);
    *vocabulary = (struct lka_vocabulary){0};
}
