/* store/words.h: texts that come again and again, kept once and known by a number: types, channels, campaigns, user
 * agents. The memory is bounded: when it is full, new texts are not taken any more.
 */
#ifndef LKA_STORE_WORDS_H
#define LKA_STORE_WORDS_H

#include "base/error.h"
#include "base/memory.h"
#include "base/short_text.h"

#define LKA_NO_WORD UINT32_MAX
enum { LKA_WORD_LONGEST = 512, LKA_WORDS_RECENT = 64 };

struct lka_word {
    struct lka_span text;
    uint32_t hash;
};

/* A short text that was met before, where its hash leads: most texts are a few, again and again. */
struct lka_recent_word {
    struct lka_short_text text; /* zeros: none */
    uint32_t number;
};

struct lka_words {
    struct lka_word *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* an item's number + 1, or 0; open addressing */
    size_t slot_count;
    struct lka_arena arena;
    struct lka_recent_word recent[LKA_WORDS_RECENT];
    size_t held;  /* bytes, of all */
    size_t limit; /* at most so many */
};

/* {.limit = ...} is an empty one. */
void lka_words_release(struct lka_words *words);

/* *number is LKA_NO_WORD if it is too long, or there is no room for a further one. */
lka_status lka_words_add(struct lka_words *words, struct lka_span text, uint32_t *number, struct lka_error *error);

/* The same, with a look at those just met before. `padded`: as base/short_text.h has it. */
static inline lka_status lka_words_take(struct lka_words *words, struct lka_span text, bool padded, uint32_t *number,
                                        struct lka_error *error)
{
    if (text.length == 0 || text.length > LKA_SHORT_TEXT) {
        return lka_words_add(words, text, number, error);
    }
    struct lka_short_text bytes = lka_short_text(text, padded);
    struct lka_recent_word *recent = &words->recent[lka_short_hash(bytes) >> 58];
    if (lka_short_equal(recent->text, bytes)) {
        *number = recent->number;
        return LKA_OK;
    }
    LKA_TRY(lka_words_add(words, text, number, error));
    if (*number != LKA_NO_WORD) {
        *recent = (struct lka_recent_word){bytes, *number};
    }
    return LKA_OK;
}

/* The same bytes have the same address as long as the words live. */
static inline struct lka_span lka_word(const struct lka_words *words, uint32_t number)
{
    return words->items[number].text;
}

#endif
