#include "campaign/terms.h"

#include "base/error.h"
#include "base/memory.h"

size_t lka_terms_find(const struct lka_terms *terms, struct lka_span word)
{
    size_t at = 0;
    while (at < terms->count && !lka_span_equal(lka_span_of(terms->items[at]), word)) {
        at++;
    }
    return at;
}

lka_status lka_terms_add(struct lka_terms *terms, struct lka_span word, const char *what, size_t *at,
                         struct lka_error *error)
{
    *at = lka_terms_find(terms, word);
    if (*at < terms->count) {
        return LKA_OK;
    }
    if (terms->count == LKA_TERMS_MOST) {
        return lka_fail(error, LKA_DATA, "there are more than %d different values of %s; is it the right column?",
                        LKA_TERMS_MOST, what);
    }
    LKA_TRY(lka_reserve(&terms->items, &terms->capacity, terms->count + 1, sizeof *terms->items, error));
    char *copy = lka_copy_text(word.text, word.length);
    if (!copy) {
        return lka_fail_memory(error, word.length);
    }
    terms->items[terms->count++] = copy;
    return LKA_OK;
}

void lka_terms_order(const struct lka_terms *terms, size_t *order)
{
    for (size_t i = 0; i < terms->count; i++) {
        size_t at = i;
        while (at > 0 && strcmp(terms->items[order[at - 1]], terms->items[i]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

void lka_terms_release(struct lka_terms *terms)
{
    for (size_t i = 0; i < terms->count; i++) {
        lka_free(terms->items[i]);
    }
    lka_free(terms->items);
    *terms = (struct lka_terms){0};
}
