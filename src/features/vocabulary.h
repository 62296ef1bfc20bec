/* features/vocabulary.h: the words of a category, or the items of a list, each with a number: found by one hash. */
#ifndef LKA_FEATURES_VOCABULARY_H
#define LKA_FEATURES_VOCABULARY_H

#include "base/hash.h"
#include "base/memory.h"
#include "base/short_text.h"

struct lka_vocabulary_slot {
    uint32_t tag;   /* upper half of the hash: spares most comparisons of words that differ */
    uint32_t index; /* 1 + the word's; 0 is free */
};

/* Words of at most 16 bytes stand in slots of their own, so that nothing has to be looked up of them elsewhere. */
struct lka_short_slot {
    struct lka_short_text word;
    uint32_t length;
    uint32_t index; /* as above */
};

/* {0} is an empty one. The bytes of the words are somebody else's (the plan's arena). */
struct lka_vocabulary {
    struct lka_span *words;
    size_t count;
    size_t capacity;
    struct lka_vocabulary_slot *slots; /* of the longer words */
    struct lka_short_slot *shorts;
    size_t mask;  /* of both */
    int shift;    /* of a short word's hash */
};

/* Appends a word; *duplicate says that it is there already, and nothing was appended. */
lka_status lka_vocabulary_add(struct lka_vocabulary *vocabulary, struct lka_span word, bool *duplicate,
                              struct lka_error *error);
void lka_vocabulary_release(struct lka_vocabulary *vocabulary);

static inline ptrdiff_t lka_vocabulary_find_short(const struct lka_vocabulary *vocabulary, struct lka_short_text word,
                                                  uint32_t length)
{
    size_t at = lka_short_hash(word) >> vocabulary->shift;
    const struct lka_short_slot *slot = &vocabulary->shorts[at];
    while (slot->index && (!lka_short_equal(slot->word, word) || slot->length != length)) {
        at = (at + 1) & vocabulary->mask;
        slot = &vocabulary->shorts[at];
    }
    return (ptrdiff_t)slot->index - 1;
}

ptrdiff_t lka_vocabulary_find_long(const struct lka_vocabulary *vocabulary, struct lka_span word);

/* The word's number from 0, or -1. `padded`: base/short_text.h. */
static inline ptrdiff_t lka_vocabulary_find(const struct lka_vocabulary *vocabulary, struct lka_span word, bool padded)
{
    if (vocabulary->count == 0) {
        return -1;
    }
    return word.length <= LKA_SHORT_TEXT
               ? lka_vocabulary_find_short(vocabulary, lka_short_text(word, padded), word.length)
               : lka_vocabulary_find_long(vocabulary, word);
}

#endif
