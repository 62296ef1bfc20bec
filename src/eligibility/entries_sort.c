/* In place and without memory, by their bytes, the highest first: McIlroy, Bostic, McIlroy 1993, "Engineering radix sort"
 * (the American flag sort). HMACs are spread evenly, so that three bytes part four million of them. */
#include "eligibility/entries_sort.h"

#include <string.h>

enum { FEW = 24, VALUES = 256 };

static int order(const struct lka_entry128 *a, const struct lka_entry128 *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static void insert_each(struct lka_entry128 *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct lka_entry128 moving = entries[i];
        size_t at = i;
        for (; at > 0 && order(&moving, &entries[at - 1]) < 0; at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = moving;
    }
}

/* Each entry is carried to the next free place of its value, and the one that was there goes on from it. */
static void permute(struct lka_entry128 *entries, size_t at, size_t next[VALUES], const size_t ends[VALUES])
{
    for (size_t value = 0; value < VALUES; value++) {
        while (next[value] < ends[value]) {
            struct lka_entry128 carried = entries[next[value]];
            while (carried.bytes[at] != value) {
                size_t *place = &next[carried.bytes[at]];
                struct lka_entry128 displaced = entries[*place];
                entries[(*place)++] = carried;
                carried = displaced;
            }
            entries[next[value]++] = carried;
        }
    }
}

static void sort_from(struct lka_entry128 *entries, size_t count, size_t at)
{
    if (count <= FEW || at == sizeof entries->bytes) {
        insert_each(entries, at == sizeof entries->bytes ? 0 : count);
        return;
    }
    size_t next[VALUES] = {0};
    size_t ends[VALUES];
    for (size_t i = 0; i < count; i++) {
        next[entries[i].bytes[at]]++;
    }
    size_t sum = 0;
    for (size_t value = 0; value < VALUES; value++) {
        size_t here = next[value];
        next[value] = sum;
        sum += here;
        ends[value] = sum;
    }
    permute(entries, at, next, ends);
    for (size_t value = 0; value < VALUES; value++) {
        size_t start = value ? ends[value - 1] : 0;
        sort_from(entries + start, ends[value] - start, at + 1);
    }
}

void lka_entries128_sort(struct lka_entry128 *entries, size_t count)
{
    sort_from(entries, count, 0);
}
