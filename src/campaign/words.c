#include "campaign/words.h"

#include "base/error.h"
#include "base/memory.h"

size_t lka_words_find(const struct lka_words *words, struct lka_span word)
{
    size_t at = 0;
    while (at < words->count && !lka_span_equal(lka_span_of(words->items[at]), word)) {
        at++;
    }
    return at;
}

lka_status lka_words_add(struct lka_words *words, struct lka_span word, const char *what, size_t *at,
                         struct lka_error *error)
{
    *at = lka_words_find(words, word);
    if (*at < words->count) {
        return LKA_OK;
    }
    if (words->count == LKA_WORDS_MOST) {
        return lka_fail(error, LKA_DATA, "there are more than %d different values of %s; is it the right column?",
                        LKA_WORDS_MOST, what);
    }
    LKA_TRY(lka_reserve(&words->items, &words->capacity, words->count + 1, sizeof *words->items, error));
    char *copy = lka_copy_text(word.text, word.length);
    if (!copy) {
        return lka_fail_memory(error, word.length);
    }
    words->items[words->count++] = copy;
    return LKA_OK;
}

void lka_words_order(const struct lka_words *words, size_t *order)
{
    for (size_t i = 0; i < words->count; i++) {
        size_t at = i;
        while (at > 0 && strcmp(words->items[order[at - 1]], words->items[i]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

void lka_words_release(struct lka_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        lka_free(words->items[i]);
    }
    lka_free(words->items);
    *words = (struct lka_words){0};
}
