#include "audience/shared.h"

#include "base/error.h"
#include "base/memory.h"

#include <endian.h>

enum { STARTS = 1 << 16, RECORD = 13 };

lka_status lka_shared_init(struct lka_shared *shared, const char *temporary, struct lka_error *error)
{
    *shared = (struct lka_shared){0};
    return lka_sorter_new(temporary, RECORD, &shared->sorter, error);
}

void lka_shared_release(struct lka_shared *shared)
{
    lka_sorter_free(shared->sorter);
    lka_free(shared->keys);
    lka_free(shared->first_rows);
    lka_free(shared->bars);
    lka_free(shared->starts);
    *shared = (struct lka_shared){0};
}

/* 64 bits of a HMAC are as good as all for so many people as a table holds. */
static uint64_t number_of(const struct lka_known_key *key)
{
    uint64_t number;
    memcpy(&number, key->bytes, sizeof number);
    return be64toh(number);
}

static bool is_repeated(const struct lka_known_key *keys, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (memcmp(&keys[i], &keys[at], sizeof *keys) == 0) {
            return true;
        }
    }
    return false;
}

lka_status lka_shared_add(struct lka_shared *shared, const struct lka_known_key *keys, size_t count, uint32_t row,
                          uint8_t bar, struct lka_error *error)
{
    uint8_t record[RECORD];
    uint32_t ordered = htobe32(row);
    memcpy(record + 8, &ordered, sizeof ordered);
    record[12] = bar;
    for (size_t i = 0; i < count; i++) {
        if (!is_repeated(keys, i)) {
            memcpy(record, keys[i].bytes, 8);
            LKA_TRY(lka_sorter_add(shared->sorter, record, error));
        }
    }
    return LKA_OK;
}

static lka_status keep(struct lka_shared *shared, uint64_t key, uint8_t bar, struct lka_error *error)
{
    size_t need = shared->count + 1;
    LKA_TRY(lka_reserve(&shared->keys, &shared->key_capacity, need, sizeof *shared->keys, error));
    LKA_TRY(lka_reserve(&shared->first_rows, &shared->row_capacity, need, sizeof *shared->first_rows, error));
    LKA_TRY(lka_reserve(&shared->bars, &shared->bar_capacity, need, sizeof *shared->bars, error));
    shared->keys[shared->count] = key;
    shared->first_rows[shared->count] = LKA_NO_NUMBER;
    shared->bars[shared->count++] = bar;
    return LKA_OK;
}

static void index_keys(struct lka_shared *shared)
{
    size_t at = 0;
    for (size_t start = 0; start <= STARTS; start++) {
        while (at < shared->count && shared->keys[at] >> 48 < start) {
            at++;
        }
        shared->starts[start] = (uint32_t)at;
    }
}

/* Rows stand in their order behind each key. */
lka_status lka_shared_find(struct lka_shared *shared, struct lka_error *error)
{
    uint64_t last = 0;
    size_t rows = 0;
    uint8_t bar = 0;
    const uint8_t *record;
    LKA_TRY(LKA_NEW(shared->starts, STARTS + 1, error));
    do {
        uint64_t key = 0;
        LKA_TRY(lka_sorter_next(shared->sorter, &record, error));
        if (record) {
            memcpy(&key, record, sizeof key);
            key = be64toh(key);
        }
        if (!record || rows == 0 || key != last) {
            LKA_TRY(rows > 1 ? keep(shared, last, bar, error) : LKA_OK);
            rows = 0;
            bar = 0;
        }
        last = key;
        rows++;
        bar = record && bar == 0 ? record[12] : bar;
    } while (record);
    lka_sorter_free(shared->sorter);
    shared->sorter = NULL;
    index_keys(shared);
    return LKA_OK;
}

size_t lka_shared_place(const struct lka_shared *shared, const struct lka_known_key *key)
{
    uint64_t number = number_of(key);
    size_t low = shared->starts[number >> 48];
    size_t high = shared->starts[(number >> 48) + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shared->keys[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < shared->count && shared->keys[low] == number ? low : SIZE_MAX;
}
