/* store/words.h: texts that come again and again, kept once and known by a number: types, channels, campaigns, user
 * agents. The memory is bounded: when it is full, new texts are not taken any more.
 */
#ifndef LKA_STORE_WORDS_H
#define LKA_STORE_WORDS_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#define LKA_NO_WORD UINT32_MAX
enum { LKA_WORD_LONGEST = 512 };

struct lka_word {
    struct lka_span text;
    uint32_t hash;
};

struct lka_words {
    struct lka_word *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* an item's number + 1, or 0; open addressing */
    size_t slot_count;
    struct lka_arena arena;
    size_t held;  /* bytes, of all */
    size_t limit; /* at most so many */
};

/* {.limit = ...} is an empty one. */
void lka_words_release(struct lka_words *words);

/* *number is LKA_NO_WORD if it is too long, or there is no room for a further one. */
lka_status lka_words_add(struct lka_words *words, struct lka_span text, uint32_t *number, struct lka_error *error);

/* The same bytes have the same address as long as the words live. */
static inline struct lka_span lka_word(const struct lka_words *words, uint32_t number)
{
    return words->items[number].text;
}

#endif
