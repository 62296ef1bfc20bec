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

/* Without a call for the words of most categories, which have 4 to 16 bytes: their halves overlap. */
static inline bool lka_words_equal(struct lka_span a, struct lka_span b)
{
    if (a.length != b.length) {
        return false;
    }
    if (a.length >= 8 && a.length <= 16) {
        uint64_t words[4];
        memcpy(&words[0], a.text, 8);
        memcpy(&words[1], a.text + a.length - 8, 8);
        memcpy(&words[2], b.text, 8);
        memcpy(&words[3], b.text + b.length - 8, 8);
        return words[0] == words[2] && words[1] == words[3];
    }
    if (a.length >= 4 && a.length < 8) {
        uint32_t words[4];
        memcpy(&words[0], a.text, 4);
        memcpy(&words[1], a.text + a.length - 4, 4);
        memcpy(&words[2], b.text, 4);
        memcpy(&words[3], b.text + b.length - 4, 4);
        return words[0] == words[2] && words[1] == words[3];
    }
    return lka_span_equal(a, b);
}

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
            lka_words_equal(vocabulary->words[vocabulary->slots[at].index - 1], word)) {
            return (ptrdiff_t)vocabulary->slots[at].index - 1;
        }
    }
    return -1;
}

#endif
