#include "train/gathering.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

struct lka_hashed {
    uint64_t hash;
    uint32_t row;
};

static int by_hash(const void *a, const void *b)
{
    const struct lka_hashed *x = a;
    const struct lka_hashed *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* The `keep` rows with the smallest hashes, in their order. */
static lka_status keep_smallest(struct lka_gathering *gathering, size_t keep, struct lka_error *error)
{
    struct lka_rows *rows = gathering->rows;
    if (rows->count > 1) {
        qsort(gathering->hashes, rows->count, sizeof *gathering->hashes, by_hash);
    }
    struct lka_rows kept;
    LKA_TRY(lka_rows_init(&kept, rows->columns, keep + 1, error));
    for (size_t i = 0; i < keep; i++) {
        lka_status status = lka_rows_append(&kept, rows, gathering->hashes[i].row, error);
        if (status != LKA_OK) {
            lka_rows_release(&kept);
            return status;
        }
        gathering->hashes[i].row = (uint32_t)i;
    }
    lka_rows_release(rows);
    *rows = kept;
    return LKA_OK;
}

/* Once there are twice as many rows as wanted, the larger half goes, and with it every later row above it. */
lka_status lka_gathering_add(struct lka_gathering *gathering, const struct lka_rows *from, size_t row,
                             struct lka_span id, struct lka_error *error)
{
    size_t at = gathering->rows->count;
    uint64_t hash = lka_hash(gathering->key, id);
    if (hash > gathering->threshold) {
        return LKA_OK;
    }
    if (at == UINT32_MAX) {
        return lka_fail(error, LKA_DATA, "more than %u rows to learn from", UINT32_MAX);
    }
    LKA_TRY(lka_reserve(&gathering->hashes, &gathering->capacity, at + 1, sizeof *gathering->hashes, error));
    LKA_TRY(lka_rows_append(gathering->rows, from, row, error));
    gathering->hashes[at] = (struct lka_hashed){hash, (uint32_t)at};
    if (gathering->rows->count == 2 * gathering->limit) {
        LKA_TRY(keep_smallest(gathering, gathering->limit, error));
        gathering->threshold = gathering->hashes[gathering->limit - 1].hash;
    }
    return LKA_OK;
}

lka_status lka_gathering_finish(struct lka_gathering *gathering, struct lka_error *error)
{
    size_t count = gathering->rows->count;
    size_t keep = count < gathering->limit ? count : (size_t)gathering->limit;
    LKA_TRY(keep_smallest(gathering, keep, error));
    if (count > gathering->limit) {
        gathering->threshold = gathering->hashes[keep - 1].hash;
    }
    return LKA_OK;
}

void lka_gathering_release(struct lka_gathering *gathering)
{
    lka_free(gathering->hashes);
    *gathering = (struct lka_gathering){0};
}
