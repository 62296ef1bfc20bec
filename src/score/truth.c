#include "score/truth.h"

#include "base/error.h"
#include "base/memory.h"

/* Open addressing; a slot whose hash is all zero is empty. */
struct slot {
    struct lka_hash128 hash;
    bool label;
};

struct lka_truth_map {
    struct slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

static bool is_empty(const struct slot *slot)
{
    return (slot->hash.high | slot->hash.low) == 0;
}

static struct slot *find(const struct lka_truth_map *map, struct lka_hash128 hash)
{
    size_t at = (size_t)hash.low & (map->capacity - 1);
    while (!is_empty(&map->slots[at]) &&
           (map->slots[at].hash.high != hash.high || map->slots[at].hash.low != hash.low)) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

static lka_status grow(struct lka_truth_map *map, struct lka_error *error)
{
    struct lka_truth_map larger = {.capacity = map->capacity ? map->capacity * 2 : 1024, .count = map->count};
    LKA_TRY(LKA_NEW(larger.slots, larger.capacity, error));
    for (size_t i = 0; i < map->capacity; i++) {
        if (!is_empty(&map->slots[i])) {
            *find(&larger, map->slots[i].hash) = map->slots[i];
        }
    }
    lka_free(map->slots);
    *map = larger;
    return LKA_OK;
}

static lka_status add(struct lka_truth_map *map, const struct lka_rows *rows, size_t row, size_t label_field,
                      struct lka_error *error)
{
    struct lka_span label = lka_cell(rows, 1, row);
    char shown[64];
    if (label.length != 1 || (label.text[0] != '0' && label.text[0] != '1')) {
        return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], label_field,
                           "the label is %s; allowed: 0 and 1", lka_show(label, false, shown));
    }
    if (map->count * 2 >= map->capacity) {
        LKA_TRY(grow(map, error));
    }
    struct lka_hash128 hash = lka_hash128(lka_cell(rows, 0, row));
    struct slot *slot = find(map, hash);
    if (!is_empty(slot)) {
        return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], 0,
                           "the id of this row was already met; ids must be unique");
    }
    *slot = (struct slot){hash, label.text[0] == '1'};
    map->count++;
    return LKA_OK;
}

static lka_status read_rows(struct lka_truth_map *map, const struct lka_table *table, struct lka_rows *rows,
                            struct lka_error *error)
{
    size_t label = (size_t)lka_schema_find(&table->schema, LKA_SPAN("label"));
    do {
        LKA_TRY(lka_source_next(table->source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(add(map, rows, row, label + 1, error));
        }
    } while (rows->count > 0);
    return LKA_OK;
}

static lka_status read_table(struct lka_truth_map *map, const struct lka_table *table, struct lka_error *error)
{
    ptrdiff_t label = lka_schema_find(&table->schema, LKA_SPAN("label"));
    if (label == LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(table->source), 0, 0,
                           "has no column \"label\"; a truth has the pool's id and a label, 0 or 1");
    }
    size_t columns[] = {(size_t)lka_schema_role(&table->schema, LKA_ROLE_ID), (size_t)label};
    struct lka_rows rows;
    LKA_TRY(lka_source_select(table->source, columns, 2, error));
    LKA_TRY(lka_rows_init(&rows, 2, LKA_BLOCK_ROWS, error));
    lka_status status = read_rows(map, table, &rows, error);
    lka_rows_release(&rows);
    return status;
}

lka_status lka_truth_map_read(const struct lka_table *table, struct lka_truth_map **map, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*map, 1, error));
    return read_table(*map, table, error);
}

void lka_truth_map_free(struct lka_truth_map *map)
{
    if (map) {
        lka_free(map->slots);
        lka_free(map);
    }
}

bool lka_truth_map_label(const struct lka_truth_map *map, struct lka_span id, bool *label)
{
    if (map->count == 0) {
        return false;
    }
    const struct slot *slot = find(map, lka_hash128(id));
    *label = slot->label;
    return !is_empty(slot);
}
