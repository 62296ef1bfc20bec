/* campaign/terms.h: a short list of names (segments, platforms, paths), each once, in the order in which they came. {0}
 * is an empty one.
 */
#ifndef LKA_CAMPAIGN_TERMS_H
#define LKA_CAMPAIGN_TERMS_H

#include "base/text.h"

enum { LKA_TERMS_MOST = 1000 };

struct lka_terms {
    char **items;
    size_t count;
    size_t capacity;
};

/* The place of the word, or terms->count if it is not there. */
size_t lka_terms_find(const struct lka_terms *terms, struct lka_span word);
/* The same, after it was added. LKA_DATA for more than 1,000 terms: `what` ("segment", "platform") is then no such
 * thing. */
lka_status lka_terms_add(struct lka_terms *terms, struct lka_span word, const char *what, size_t *at,
                         struct lka_error *error);
/* order[i] is the place of the i-th word by bytes; `order` has room for all of them. */
void lka_terms_order(const struct lka_terms *terms, size_t *order);
void lka_terms_release(struct lka_terms *terms);

#endif
