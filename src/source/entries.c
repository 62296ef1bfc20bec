#include "source/entries.h"

enum { FEW = 24 /* that insertion sorts faster */, KEY_BYTES = 24 };

static void sort_few(struct lka_entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct lka_entry moving = entries[i];
        size_t j = i;
        for (; j > 0 && lka_entry_before(&moving, &entries[j - 1]); j--) {
            entries[j] = entries[j - 1];
        }
        entries[j] = moving;
    }
}

static unsigned key_byte(const struct lka_entry *entry, unsigned depth)
{
    uint64_t word = depth < 8 ? entry->hash.high : depth < 16 ? entry->hash.low : entry->place;
    return (unsigned)(word >> (56 - 8 * (depth % 8))) & 0xFF;
}

/* Swaps every entry into the part of its byte; ends[b] is where part b ends. */
static void deal(struct lka_entry *entries, const size_t *ends, unsigned depth)
{
    size_t next[256];
    for (unsigned b = 0; b < 256; b++) {
        next[b] = b ? ends[b - 1] : 0;
    }
    for (unsigned b = 0; b < 256; b++) {
        while (next[b] < ends[b]) {
            struct lka_entry moving = entries[next[b]];
            for (unsigned to = key_byte(&moving, depth); to != b; to = key_byte(&moving, depth)) {
                struct lka_entry displaced = entries[next[to]];
                entries[next[to]++] = moving;
                moving = displaced;
            }
            entries[next[b]++] = moving;
        }
    }
}

/* The first byte in which not all are equal; KEY_BYTES if they are. */
static unsigned first_difference(const struct lka_entry *entries, size_t count)
{
    struct lka_entry differs = {0};
    for (size_t i = 1; i < count; i++) {
        differs.hash.high |= entries[i].hash.high ^ entries[0].hash.high;
        differs.hash.low |= entries[i].hash.low ^ entries[0].hash.low;
        differs.place |= entries[i].place ^ entries[0].place;
    }
    unsigned depth = 0;
    while (depth < KEY_BYTES && key_byte(&differs, depth) == 0) {
        depth++;
    }
    return depth;
}

static void sort_from(struct lka_entry *entries, size_t count, unsigned depth)
{
    if (count <= FEW) {
        sort_few(entries, count);
        return;
    }
    size_t ends[256] = {0};
    for (size_t i = 0; i < count; i++) {
        ends[key_byte(&entries[i], depth)]++;
    }
    if (ends[key_byte(entries, depth)] == count) {
        depth = first_difference(entries, count);
        if (depth < KEY_BYTES) {
            sort_from(entries, count, depth);
        }
        return;
    }
    for (unsigned b = 1; b < 256; b++) {
        ends[b] += ends[b - 1];
    }
    deal(entries, ends, depth);
    for (unsigned b = 0; b < 256 && depth + 1 < KEY_BYTES; b++) {
        size_t start = b ? ends[b - 1] : 0;
        sort_from(entries + start, ends[b] - start, depth + 1);
    }
}

void lka_entries_sort(struct lka_entry *entries, size_t count)
{
    sort_from(entries, count, 0);
}
