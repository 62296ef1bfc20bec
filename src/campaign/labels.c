#include "campaign/labels.h"

#include "base/error.h"
#include "base/memory.h"

size_t lka_labels_find(const struct lka_labels *labels, struct lka_span word)
{
    size_t at = 0;
    while (at < labels->count && !lka_span_equal(lka_span_of(labels->items[at]), word)) {
        at++;
    }
    return at;
}

lka_status lka_labels_add(struct lka_labels *labels, struct lka_span word, const char *what, size_t *at,
                          struct lka_error *error)
{
    *at = lka_labels_find(words, word);
    if (*at < labels->count) {
        return LKA_OK;
    }
    if (labels->count == LKA_LABELS_MOST) {
        return lka_fail(error, LKA_DATA, "there are more than %d different values of %s; is it the right column?",
                        LKA_LABELS_MOST, what);
    }
    LKA_TRY(lka_reserve(&labels->items, &labels->capacity, labels->count + 1, sizeof *labels->items, error));
    char *copy = lka_copy_text(word.text, word.length);
    if (!copy) {
        return lka_fail_memory(error, word.length);
    }
    labels->items[labels->count++] = copy;
    return LKA_OK;
}

void lka_labels_order(const struct lka_labels *labels, size_t *order)
{
    for (size_t i = 0; i < labels->count; i++) {
        size_t at = i;
        while (at > 0 && strcmp(labels->items[order[at - 1]], labels->items[i]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

void lka_labels_release(struct lka_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        lka_free(labels->items[i]);
    }
    lka_free(labels->items);
    *words = (struct lka_labels){0};
}
