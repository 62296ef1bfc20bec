/* features/vocabulary.h: the words of a category, or the items of a list, each with a number: found by one hash. */
#ifndef LKA_FEATURES_VOCABULARY_H
#define LKA_FEATURES_VOCABULARY_H

#include "base/hash.h"
#include "base/memory.h"

struct lka_vocabulary_slot {
    uint32_t tag;   /* upper half of the hash: spares most comparisons of words that differ */
    uint32_t index; /* 1 + the word's; 0 is free */
};

/* {0} is an empty one. The bytes of the words are somebody else's (the plan's arena). */
struct lka_vocabulary {
    struct lka_span *words;
    size_t count;
    size_t capacity;
    struct lka_vocabulary_slot *slots;
    size_t mask;
};

/* Appends a word; *duplicate says that it is there already, and nothing was appended. */
lka_status lka_vocabulary_add(struct lka_vocabulary *vocabulary, struct lka_span word, bool *duplicate,
                              struct lka_error *error);
void lka_vocabulary_release(struct lka_vocabulary *vocabulary);

/* The word's number from 0, or -1. */
static inline ptrdiff_t lka_vocabulary_find(const struct lka_vocabulary *vocabulary, struct lka_span word)
{
    if (vocabulary->count == 0) {
        return -1;
    }
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

#endif
