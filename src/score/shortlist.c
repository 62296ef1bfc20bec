#include "score/shortlist.h"

#include "base/memory.h"

#include <math.h>

enum { FIRST_GUESS = 512, MARGIN = 16, SPARE = 512 };

void lka_shortlist_init(struct lka_shortlist *list, double share, uint64_t most)
{
    *list = (struct lka_shortlist){
        .share = share, .most = most, .next = FIRST_GUESS, .cut_key = UINT64_MAX, .cut_tie = UINT64_MAX};
}

void lka_shortlist_release(struct lka_shortlist *list)
{
    lka_free(list->entries);
    *list = (struct lka_shortlist){0};
}

/* ---- the cut ----------------------------------------------------------------------------------- */

static bool is_before(const struct lka_shortlist_entry *a, const struct lka_shortlist_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static void swap(struct lka_shortlist_entry *a, struct lka_shortlist_entry *b)
{
    struct lka_shortlist_entry held = *a;
    *a = *b;
    *b = held;
}

/* The middle one of three that stand apart, put first. */
static void choose_pivot(struct lka_shortlist_entry *entries, size_t count)
{
    struct lka_shortlist_entry *middle = &entries[count / 2];
    struct lka_shortlist_entry *last = &entries[count - 1];
    if (is_before(middle, entries)) {
        swap(middle, entries);
    }
    if (is_before(last, entries)) {
        swap(last, entries);
    }
    if (is_before(last, middle)) {
        swap(last, middle);
    }
    swap(entries, middle);
}

/* Quickselect (Hoare 1961): puts the entry of that rank, from 0, into its place. */
static void put_in_place(struct lka_shortlist_entry *entries, size_t count, size_t rank)
{
    while (count > 2) {
        choose_pivot(entries, count);
        size_t low = 1;
        size_t high = count - 1;
        for (;;) {
            while (low <= high && is_before(&entries[low], &entries[0])) {
                low++;
            }
            while (low <= high && is_before(&entries[0], &entries[high])) {
                high--;
            }
            if (low >= high) {
                break;
            }
            swap(&entries[low++], &entries[high--]);
        }
        size_t pivot = low - 1;
        swap(&entries[0], &entries[pivot]);
        if (pivot == rank) {
            return;
        }
        bool left = rank < pivot;
        entries += left ? 0 : pivot + 1;
        rank -= left ? 0 : pivot + 1;
        count = left ? pivot : count - pivot - 1;
    }
    if (count == 2 && is_before(&entries[1], &entries[0])) {
        swap(&entries[0], &entries[1]);
    }
}

/* Behind the entry of that rank. */
static void cut_at(struct lka_shortlist *list, size_t rank)
{
    put_in_place(list->entries, list->count, rank);
    list->cut_key = list->entries[rank].key;
    list->cut_tie = list->entries[rank].tie;
    size_t kept = rank + 1;
    for (size_t i = rank + 1; i < list->count; i++) {
        if (lka_shortlist_takes(list, list->entries[i].key, list->entries[i].tie)) {
            list->entries[kept++] = list->entries[i];
        }
    }
    list->count = kept;
}

/* ---- rows -------------------------------------------------------------------------------------- */

lka_status lka_shortlist_add(struct lka_shortlist *list, const struct lka_shortlist_entry *entry,
                             struct lka_error *error)
{
    if (list->count == list->capacity) {
        LKA_TRY(lka_reserve(&list->entries, &list->capacity, list->count + 1, sizeof *list->entries, error));
    }
    list->entries[list->count++] = *entry;
    if (list->most > 0 && list->count / 2 >= list->most + SPARE) {
        cut_at(list, (size_t)list->most - 1);
    }
    return LKA_OK;
}

void lka_shortlist_saw(struct lka_shortlist *list, uint64_t rows)
{
    if (list->share <= 0 || rows < list->next) {
        return;
    }
    double expected = list->share * (double)rows;
    size_t rank = (size_t)(expected + 6 * sqrt(expected)) + MARGIN;
    if (rank < list->count) {
        cut_at(list, rank);
    }
    list->next = 2 * rows;
}

bool lka_shortlist_finish(struct lka_shortlist *list, uint64_t wanted)
{
    if (list->count < wanted) {
        return false;
    }
    if (wanted > 0 && list->count > wanted) {
        cut_at(list, (size_t)wanted - 1);
    }
    return true;
}
