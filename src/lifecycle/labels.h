/* lifecycle/labels.h: words of the data (types, channels, topics, campaigns, reasons, brands) as small numbers. What is
 * known beforehand has the first ones, in its order; the others follow as they are met. */
#ifndef LKA_LIFECYCLE_LABELS_H
#define LKA_LIFECYCLE_LABELS_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum { LKA_NO_LABEL = UINT16_MAX, LKA_LABELS_RECENT = 64 };

/* What was found for a word, by its address: for words that keep theirs (store/events.h). */
struct lka_recent_label {
    const char *word;
    uint16_t label;
};

static inline struct lka_recent_label *lka_recent_label(struct lka_recent_label *recent, struct lka_span word)
{
    return &recent[(uintptr_t)word.text / 16 % LKA_LABELS_RECENT];
}

struct lka_labels {
    struct lka_span *items;
    size_t count;
    size_t capacity;
    size_t most;     /* at most so many; a word beyond them is `other` */
    uint16_t *slots; /* hash table of indices + 1 */
    size_t slot_mask;
    uint32_t *people; /* how many contacts have each: lka_labels_count */
    uint16_t other;   /* what a word gets for which there is no room: a label, or LKA_NO_LABEL */
    bool fold_case;   /* ASCII letters are made small */
    struct lka_arena arena;
};

/* `known` may be empty; `other` is one of its indices, or LKA_NO_LABEL. */
lka_status lka_labels_init(struct lka_labels *labels, const char *const *known, size_t known_count, size_t most,
                           uint16_t other, bool fold_case, struct lka_error *error);
void lka_labels_release(struct lka_labels *labels);

/* The word's number; `other` for an empty word. */
lka_status lka_labels_of(struct lka_labels *labels, struct lka_span word, uint16_t *label, struct lka_error *error);

static inline struct lka_span lka_label(const struct lka_labels *labels, uint16_t label)
{
    return label < labels->count ? labels->items[label] : (struct lka_span){"", 0};
}

/* Indices of all labels from `first` on, by name. Free with lka_free. */
lka_status lka_labels_sorted(const struct lka_labels *labels, size_t first, uint16_t **order, struct lka_error *error);

#endif
