#include "table/block.h"

#include "base/error.h"
#include "base/memory.h"

lka_status lka_block_init(struct lka_block *block, const struct lka_space *space, size_t capacity,
                          struct lka_error *error)
{
    *block = (struct lka_block){.space = space, .capacity = capacity};
    lka_status status = LKA_NEW(block->codes, space->count * capacity, error);
    if (status == LKA_OK) {
        status = LKA_NEW(block->values, space->count * capacity, error);
    }
    if (status != LKA_OK) {
        lka_block_release(block);
    }
    return status;
}

void lka_block_release(struct lka_block *block)
{
    lka_free(block->codes);
    lka_free(block->values);
    *block = (struct lka_block){0};
}

void lka_block_append(struct lka_block *to, const struct lka_block *from, const uint32_t *rows, size_t count)
{
    for (size_t f = 0; f < from->space->count; f++) {
        const uint16_t *codes = lka_block_codes(from, f);
        const double *values = lka_block_values(from, f);
        uint16_t *codes_out = lka_block_codes(to, f) + to->count;
        double *values_out = lka_block_values(to, f) + to->count;
        for (size_t i = 0; i < count; i++) {
            codes_out[i] = codes[rows[i]];
        }
        for (size_t i = 0; i < count && from->space->features[f].kind == LKA_FEATURE_NUMBER; i++) {
            values_out[i] = values[rows[i]];
        }
    }
    to->count += count;
}

void lka_block_gather(struct lka_block *to, const struct lka_block *from, const uint32_t *rows, size_t count)
{
    to->count = 0;
    lka_block_append(to, from, rows, count);
}
