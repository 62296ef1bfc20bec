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

/* A word of at most 16 bytes, so that nothing has to be looked up of it elsewhere. */
struct lka_short_word {
    struct lka_short_text text;
    uint32_t length; /* more than any text's: the word is longer */
};

/* {0} is an empty one. The bytes of the words are somebody else's (the plan's arena). */
struct lka_vocabulary {
    struct lka_span *words;
    size_t count;
    size_t capacity;
    struct lka_vocabulary_slot *slots; /* of the longer words */
    size_t mask;
    struct lka_short_word *shorts; /* by 1 + the word's number; the first is no word */
    uint32_t *places;              /* of short words: where they stand in `shorts`; 0 is free */
    size_t place_mask;
    int shift; /* of a short word's hash */
};

/* Appends a word; *duplicate says that it is there already, and nothing was appended. */
lka_status lka_vocabulary_add(struct lka_vocabulary *vocabulary, struct lka_span word, bool *duplicate,
                              struct lka_error *error);
void lka_vocabulary_release(struct lka_vocabulary *vocabulary);

static inline bool lka_short_word_is(const struct lka_short_word *word, struct lka_short_text text, uint32_t length)
{
    return lka_short_equal(word->text, text) && word->length == length;
}

/* At most a sixteenth of the places is taken: hardly ever is the first one another word's. */
static inline ptrdiff_t lka_vocabulary_find_short(const struct lka_vocabulary *vocabulary, struct lka_short_text text,
                                                  uint32_t length)
{
    size_t at = lka_short_hash(text) >> vocabulary->shift;
    uint32_t place = vocabulary->places[at];
    while (__builtin_expect(!lka_short_word_is(&vocabulary->shorts[place], text, length), 0)) {
        if (place == 0) {
            break;
        }
        at = (at + 1) & vocabulary->place_mask;
        place = vocabulary->places[at];
    }
    return (ptrdiff_t)place - 1;
}

ptrdiff_t lka_vocabulary_find_long(const struct lka_vocabulary *vocabulary, struct lka_span word);

/* The word's number from 0, or -1. */
static inline ptrdiff_t lka_vocabulary_find(const struct lka_vocabulary *vocabulary, struct lka_span word)
{
    if (vocabulary->count == 0) {
        return -1;
    }
    return word.length <= LKA_SHORT_TEXT
               ? lka_vocabulary_find_short(vocabulary, lka_short_text(word, false), word.length)
               : lka_vocabulary_find_long(vocabulary, word);
}

#endif
