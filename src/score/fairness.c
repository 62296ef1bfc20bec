#include "score/fairness.h"

/* ---- the columns ------------------------------------------------------------------------------ */

static lka_status add_column(struct lka_protected *protected, const char *name, struct lka_error *error)
{
    struct lka_protected_column *column = &protected->columns[protected->count++];
    *column = (struct lka_protected_column){.name = name, .pool_cell = LKA_NO_COLUMN, .seeds_cell = LKA_NO_COLUMN};
    return LKA_NEW(column->counts, lka_histogram_size(protected->space) * LKA_PROXY_GROUPS, error);
}

lka_status lka_protected_init(struct lka_protected *protected, const struct lka_schema *pool,
                              const struct lka_space *space, struct lka_error *error)
{
    *protected = (struct lka_protected){.space = space};
    LKA_TRY(LKA_NEW(protected->columns, pool->count, error));
    for (size_t c = 0; c < pool->count; c++) {
        if (pool->columns[c].role == LKA_ROLE_PROTECTED) {
            LKA_TRY(add_column(protected, pool->columns[c].name, error));
        }
    }
    return LKA_OK;
}

void lka_protected_release(struct lka_protected *protected)
{
    for (size_t c = 0; c < protected->count; c++) {
        lka_text_release(&protected->columns[c].values);
        lka_free(protected->columns[c].of[0]);
        lka_free(protected->columns[c].of[1]);
        lka_free(protected->columns[c].counts);
    }
    lka_free(protected->columns);
    *protected = (struct lka_protected){0};
}

void lka_protected_bind(struct lka_protected *protected, bool seeds, struct lka_binding *binding)
{
    for (size_t c = 0; c < protected->count; c++) {
        struct lka_protected_column *column = &protected->columns[c];
        ptrdiff_t at = lka_schema_find(binding->schema, lka_span_of(column->name));
        ptrdiff_t cell = at == LKA_NO_COLUMN ? at : (ptrdiff_t)lka_binding_cell(binding, (size_t)at);
        *(seeds ? &column->seeds_cell : &column->pool_cell) = cell;
    }
}

/* ---- the rows --------------------------------------------------------------------------------- */

/* The group of a value, which is new if it was not met before. */
static lka_status group_of(struct lka_protected_column *column, struct lka_span value, uint8_t *group,
                           struct lka_error *error)
{
    size_t at = 0;
    for (size_t g = 0; g < column->groups; g++) {
        const char *name = column->values.bytes + at;
        size_t length = strlen(name);
        if (length == value.length && memcmp(name, value.text, length) == 0) {
            *group = (uint8_t)g;
            return LKA_OK;
        }
        at += length + 1;
    }
    if (column->groups == LKA_PROTECTED_GROUPS) {
        *group = LKA_PROTECTED_GROUPS - 1;
        return LKA_OK;
    }
    lka_text_append(&column->values, value.text, value.length);
    lka_text_append(&column->values, "", 1);
    *group = (uint8_t)column->groups++;
    return column->values.failed ? lka_fail_memory(error, column->values.capacity) : LKA_OK;
}

static lka_status note_groups(struct lka_protected_column *column, size_t side, const struct lka_scored *block,
                              const uint32_t *kept, size_t count, struct lka_error *error)
{
    ptrdiff_t cell = side ? column->seeds_cell : column->pool_cell;
    if (cell == LKA_NO_COLUMN) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&column->of[side], &column->capacity[side], column->count[side] + count, 1, error));
    for (size_t i = 0; i < count; i++) {
        struct lka_span value = lka_cell(&block->rows, (size_t)cell, block->eligible[kept[i]]);
        LKA_TRY(group_of(column, value, &column->of[side][column->count[side]++], error));
    }
    return LKA_OK;
}

static void count_codes(struct lka_protected_column *column, const struct lka_block *block, const uint32_t *kept,
                        size_t count)
{
    const uint8_t *groups = column->of[0] + column->count[0] - count;
    uint32_t *counts = column->counts;
    for (size_t f = 0; f < block->space->count; f++) {
        const uint16_t *codes = lka_block_codes(block, f);
        for (size_t i = 0; i < count; i++) {
            size_t group = groups[i] < LKA_PROXY_GROUPS ? groups[i] : LKA_PROXY_GROUPS - 1;
            counts[codes[kept[i]] * (size_t)LKA_PROXY_GROUPS + group]++;
        }
        counts += block->space->features[f].codes * (size_t)LKA_PROXY_GROUPS;
    }
}

lka_status lka_protected_note(struct lka_protected *protected, bool seeds, const struct lka_scored *block,
                              const uint32_t *kept, size_t count, struct lka_error *error)
{
    for (size_t c = 0; c < protected->count; c++) {
        struct lka_protected_column *column = &protected->columns[c];
        LKA_TRY(note_groups(column, seeds, block, kept, count, error));
        if (!seeds && column->pool_cell != LKA_NO_COLUMN && count > 0) {
            count_codes(column, &block->block, kept, count);
        }
    }
    return LKA_OK;
}
