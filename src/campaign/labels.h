/* campaign/labels.h: a short list of names (segments, platforms, paths), each once, in the order in which they came. {0} is
 * an empty one.
 */
#ifndef LKA_CAMPAIGN_LABELS_H
#define LKA_CAMPAIGN_LABELS_H

#include "base/text.h"

enum { LKA_LABELS_MOST = 1000 };

struct lka_labels {
    char **items;
    size_t count;
    size_t capacity;
};

/* The place of the word, or labels->count if it is not there. */
size_t lka_labels_find(const struct lka_labels *labels, struct lka_span word);
/* The same, after it was added. LKA_DATA for more than 1,000 words: `what` ("segment", "platform") is then no such
 * thing. */
lka_status lka_labels_add(struct lka_labels *labels, struct lka_span word, const char *what, size_t *at,
                          struct lka_error *error);
/* order[i] is the place of the i-th word by bytes; `order` has room for all of them. */
void lka_labels_order(const struct lka_labels *labels, size_t *order);
void lka_labels_release(struct lka_labels *labels);

#endif
