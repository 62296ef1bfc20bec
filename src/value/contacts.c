#include "value/contacts.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "lifecycle/written.h"
#include "source/source.h"

/* Open addressing; a slot whose state is UNKNOWN is empty. */
struct slot {
    struct lka_hash128 hash;
    enum lka_contact_state state;
};

struct lka_contact_map {
    struct slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

static struct slot *find(const struct lka_contact_map *map, struct lka_hash128 hash)
{
    size_t at = (size_t)hash.low & (map->capacity - 1);
    while (map->slots[at].state != LKA_CONTACT_UNKNOWN &&
           (map->slots[at].hash.high != hash.high || map->slots[at].hash.low != hash.low)) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

static lka_status grow(struct lka_contact_map *map, struct lka_error *error)
{
    struct lka_contact_map larger = {.capacity = map->capacity ? map->capacity * 2 : 1024, .count = map->count};
    LKA_TRY(LKA_NEW(larger.slots, larger.capacity, error));
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].state != LKA_CONTACT_UNKNOWN) {
            *find(&larger, map->slots[i].hash) = map->slots[i];
        }
    }
    lka_free(map->slots);
    *map = larger;
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* The columns that are read, in the order of the selection. */
struct columns {
    size_t selected[3]; /* contact_id; inactive or segment; profiled, if there is such a column */
    size_t count;
    bool by_segment;
};

static lka_status state_of(const struct columns *columns, struct lka_span text, const struct lka_rows *rows, size_t row,
                           enum lka_contact_state *state, struct lka_error *error)
{
    char shown[64];
    bool yes = lka_span_equal(text, LKA_SPAN("yes"));
    if (columns->by_segment && text.length > 0) {
        *state = lka_span_equal(text, LKA_SPAN("active")) ? LKA_CONTACT_ACTIVE : LKA_CONTACT_INACTIVE;
        return LKA_OK;
    }
    if (columns->by_segment || !(yes || lka_span_equal(text, LKA_SPAN("no")))) {
        return lka_fail_at(error, LKA_DATA, rows->file, rows->lines[row], rows->fields[1], "%s is %s; allowed: %s",
                           columns->by_segment ? "segment" : "inactive", lka_show(text, false, shown),
                           columns->by_segment ? "the name of a segment" : "yes and no");
    }
    *state = yes ? LKA_CONTACT_INACTIVE : LKA_CONTACT_ACTIVE;
    return LKA_OK;
}

static lka_status add(struct lka_contact_map *map, const struct columns *columns, const struct lka_rows *rows,
                      size_t row, struct lka_error *error)
{
    struct slot new = {.hash = lka_hash128(lka_cell(rows, 0, row))};
    LKA_TRY(state_of(columns, lka_cell(rows, 1, row), rows, row, &new.state, error));
    if (columns->count > 2 && !lka_span_equal(lka_cell(rows, 2, row), LKA_SPAN("yes"))) {
        new.state = LKA_CONTACT_UNPROFILED;
    }
    if (map->count * 2 >= map->capacity) {
        LKA_TRY(grow(map, error));
    }
    struct slot *slot = find(map, new.hash);
    if (slot->state != LKA_CONTACT_UNKNOWN) {
        return lka_fail_at(error, LKA_DATA, rows->file, rows->lines[row], rows->fields[0],
                           "the contact of this row was already met; contacts must be unique");
    }
    *slot = new;
    map->count++;
    return LKA_OK;
}

static lka_status find_columns(const struct lka_source *source, struct columns *columns, struct lka_error *error)
{
    const struct lka_schema *schema = lka_source_schema(source);
    ptrdiff_t id = lka_schema_find(schema, LKA_SPAN("contact_id"));
    ptrdiff_t state = lka_schema_find(schema, LKA_SPAN("inactive"));
    columns->by_segment = state == LKA_NO_COLUMN;
    state = columns->by_segment ? lka_schema_find(schema, LKA_SPAN("segment")) : state;
    if (id == LKA_NO_COLUMN || state == LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(source), 0, 0,
                           "has no column \"%s\"; --contacts wants what `lookalike lifecycle` wrote",
                           id == LKA_NO_COLUMN ? "contact_id" : "segment");
    }
    columns->selected[0] = (size_t)id;
    columns->selected[1] = (size_t)state;
    ptrdiff_t profiled = lka_schema_find(schema, LKA_SPAN("profiled"));
    columns->selected[2] = (size_t)profiled;
    columns->count = profiled == LKA_NO_COLUMN ? 2 : 3;
    return LKA_OK;
}

static lka_status read_rows(struct lka_contact_map *map, struct lka_source *source, const struct columns *columns,
                            struct lka_rows *rows, struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(add(map, columns, rows, row, error));
        }
    } while (rows->count > 0);
    return LKA_OK;
}

static lka_status read_source(struct lka_contact_map *map, struct lka_source *source, struct lka_error *error)
{
    struct columns columns;
    struct lka_rows rows;
    LKA_TRY(find_columns(source, &columns, error));
    LKA_TRY(lka_source_select(source, columns.selected, columns.count, error));
    LKA_TRY(lka_rows_init(&rows, columns.count, LKA_BLOCK_ROWS, error));
    lka_status status = read_rows(map, source, &columns, &rows, error);
    lka_rows_release(&rows);
    return status;
}

static lka_status read_file(struct lka_contact_map *map, const char *path, struct lka_error *error)
{
    struct lka_source *source = NULL;
    LKA_TRY(grow(map, error));
    LKA_TRY(lka_source_open(&path, 1, &(struct lka_source_options){0}, &source, error));
    lka_status status = read_source(map, source, error);
    lka_source_close(source);
    return status;
}

lka_status lka_contact_map_read(const char *written, struct lka_contact_map **map, struct lka_error *error)
{
    char *file;
    *map = NULL;
    LKA_TRY(lka_written_file(written, "contacts.csv", &file, error));
    lka_status status = LKA_NEW(*map, 1, error);
    if (status == LKA_OK) {
        status = read_file(*map, file, error);
    }
    lka_free(file);
    return status;
}

void lka_contact_map_free(struct lka_contact_map *map)
{
    if (map) {
        lka_free(map->slots);
        lka_free(map);
    }
}

enum lka_contact_state lka_contact_map_state(const struct lka_contact_map *map, struct lka_span contact)
{
    return find(map, lka_hash128(contact))->state;
}
