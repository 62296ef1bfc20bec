/* Open addressing, where half a key tells the place and the other half, the mark, is what stands there: 10,000,000 take some 120
 * MiB. Two keys are taken for the same if they have the same mark and places so near that a search of one meets the other: among
 * so many with a probability under 1e-11. What has one half alone cannot be moved into a larger table: a table that is full stays,
 * and another is begun.
 */
#include "export/seen.h"

#include "base/error.h"
#include "base/memory.h"

#include <sys/mman.h>

enum { LARGE_PAGE = 1 << 21, FIRST = 1024 };

static uint64_t mark_of(struct lka_hash128 key)
{
    return key.low + (key.low == 0);
}

static size_t start_of(const struct lka_seen_table *table, struct lka_hash128 key)
{
    __extension__ typedef unsigned __int128 product;
    return (size_t)(((product)key.high * table->capacity) >> 64);
}

/* Where the key is, or would be. */
static size_t place_of(const struct lka_seen_table *table, struct lka_hash128 key)
{
    const uint64_t mark = mark_of(key);
    size_t at = start_of(table, key);
    while (table->marks[at] != 0 && table->marks[at] != mark) {
        at = at + 1 < table->capacity ? at + 1 : 0;
    }
    return at;
}

static const struct lka_seen_table *table_with(const struct lka_seen *seen, struct lka_hash128 key, size_t *place)
{
    for (size_t t = seen->table_count; t > 0; t--) {
        const struct lka_seen_table *table = &seen->tables[t - 1];
        *place = place_of(table, key);
        if (table->marks[*place] != 0) {
            return table;
        }
    }
    return NULL;
}

/* In pages of 2 MiB where the system has them: one of 4 KiB has to be looked up in memory, too, for nearly every key. */
static void ask_for_large_pages(uint64_t *marks, size_t bytes)
{
    uintptr_t start = ((uintptr_t)marks + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)marks + bytes) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (end > start) {
        madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
}

/* Two thirds full once all that are expected came; then, where more do, as large as all before together. */
static lka_status begin_table(struct lka_seen *seen, struct lka_error *error)
{
    struct lka_seen_table *table = &seen->tables[seen->table_count];
    size_t capacity = seen->expected / 2 * 3 + FIRST;
    if (seen->table_count == LKA_SEEN_TABLES) {
        return lka_fail_memory(error, 0);
    }
    for (size_t t = 0; t < seen->table_count; t++) {
        capacity = (t > 0 ? capacity : 0) + seen->tables[t].capacity;
    }
    LKA_TRY(LKA_NEW(table->marks, capacity, error));
    ask_for_large_pages(table->marks, capacity * sizeof *table->marks);
    lka_status status = seen->owned ? LKA_NEW(table->owners, capacity, error) : LKA_OK;
    if (status != LKA_OK) {
        lka_free(table->marks);
        table->marks = NULL;
        return status;
    }
    table->capacity = capacity;
    seen->table_count++;
    return LKA_OK;
}

static bool is_full(const struct lka_seen *seen)
{
    size_t last = seen->table_count;
    return last == 0 || seen->tables[last - 1].count >= seen->tables[last - 1].capacity / 5 * 4;
}

static bool is_in_older(const struct lka_seen *seen, struct lka_hash128 key)
{
    bool found = false;
    for (size_t t = 0; t + 1 < seen->table_count && !found; t++) {
        found = seen->tables[t].marks[place_of(&seen->tables[t], key)] != 0;
    }
    return found;
}

lka_status lka_seen_add(struct lka_seen *seen, struct lka_hash128 key, uint32_t owner, bool *is_new,
                        struct lka_error *error)
{
    LKA_TRY(is_full(seen) ? begin_table(seen, error) : LKA_OK);
    struct lka_seen_table *table = &seen->tables[seen->table_count - 1];
    size_t place = place_of(table, key);
    *is_new = table->marks[place] == 0 && !is_in_older(seen, key);
    if (*is_new) {
        table->marks[place] = mark_of(key);
        table->count++;
        seen->count++;
        if (table->owners) {
            table->owners[place] = owner;
        }
    }
    return LKA_OK;
}

void lka_seen_prefetch(const struct lka_seen *seen, struct lka_hash128 key)
{
    if (seen->table_count > 0) {
        const struct lka_seen_table *table = &seen->tables[seen->table_count - 1];
        __builtin_prefetch(&table->marks[start_of(table, key)], 1);
    }
}

bool lka_seen_has(const struct lka_seen *seen, struct lka_hash128 key)
{
    size_t place;
    return table_with(seen, key, &place) != NULL;
}

uint32_t lka_seen_owner(const struct lka_seen *seen, struct lka_hash128 key)
{
    size_t place;
    const struct lka_seen_table *table = table_with(seen, key, &place);
    return table && table->owners ? table->owners[place] : 0;
}

void lka_seen_release(struct lka_seen *seen)
{
    for (size_t t = 0; t < seen->table_count; t++) {
        lka_free(seen->tables[t].marks);
        lka_free(seen->tables[t].owners);
    }
    *seen = (struct lka_seen){0};
}
