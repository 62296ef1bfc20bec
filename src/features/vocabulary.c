#include "features/vocabulary.h"

#include "base/error.h"

static void enter(struct lka_vocabulary *vocabulary, size_t index)
{
    uint64_t hash = lka_hash(0, vocabulary->words[index]);
    size_t at = hash & vocabulary->mask;
    while (vocabulary->slots[at].index) {
        at = (at + 1) & vocabulary->mask;
    }
    vocabulary->slots[at] = (struct lka_vocabulary_slot){(uint32_t)(hash >> 32), (uint32_t)index + 1};
}

/* At most half full: a probe ends after a step or two. */
static lka_status make_room(struct lka_vocabulary *vocabulary, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&vocabulary->words, &vocabulary->capacity, vocabulary->count + 1, sizeof *vocabulary->words,
                        error));
    if (vocabulary->slots && (vocabulary->count + 1) * 2 <= vocabulary->mask + 1) {
        return LKA_OK;
    }
    size_t wanted = vocabulary->slots ? (vocabulary->mask + 1) * 2 : 16;
    struct lka_vocabulary_slot *slots;
    LKA_TRY(LKA_NEW(slots, wanted, error));
    lka_free(vocabulary->slots);
    vocabulary->slots = slots;
    vocabulary->mask = wanted - 1;
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
    *vocabulary = (struct lka_vocabulary){0};
}
