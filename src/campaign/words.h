/* campaign/words.h: a short list of names (segments, platforms, paths), each once, in the order in which they came. {0} is
 * an empty one.
 */
#ifndef LKA_CAMPAIGN_WORDS_H
#define LKA_CAMPAIGN_WORDS_H

#include "base/text.h"

enum { LKA_WORDS_MOST = 1000 };

struct lka_words {
    char **items;
    size_t count;
    size_t capacity;
};

/* The place of the word, or words->count if it is not there. */
size_t lka_words_find(const struct lka_words *words, struct lka_span word);
/* The same, after it was added. LKA_DATA for more than 1,000 words: `what` ("segment", "platform") is then no such
 * thing. */
lka_status lka_words_add(struct lka_words *words, struct lka_span word, const char *what, size_t *at,
                         struct lka_error *error);
/* order[i] is the place of the i-th word by bytes; `order` has room for all of them. */
void lka_words_order(const struct lka_words *words, size_t *order);
void lka_words_release(struct lka_words *words);

#endif
