#include "score/placed.h"

#include <stdlib.h>

static int best_first(const void *a, const void *b)
{
    const struct lka_placed *x = a;
    const struct lka_placed *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->person > y->person) - (x->person < y->person);
}

void lka_placed_sort(struct lka_placed *placed, size_t count)
{
    qsort(placed, count, sizeof *placed, best_first);
}
