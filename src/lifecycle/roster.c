#include "lifecycle/roster.h"

#include "base/date.h"
#include "base/error.h"
#include "eligibility/consent.h"
#include "source/each_row.h"
#include "source/unique.h"

const char *const lka_profiling_names[LKA_PROFILINGS] = {
#define X(name, text) text,
    LKA_PROFILING_X(X)
#undef X
};

struct reading {
    struct lka_roster *roster;
    struct lka_table *table;
    const struct lka_suppression *suppression;
    const struct lka_known *erased;
    struct lka_consent consent;
    int32_t as_of;
    size_t *columns; /* of the schema */
    size_t count;
    ptrdiff_t id;
    ptrdiff_t signed_up; /* cells; LKA_NO_COLUMN */
    ptrdiff_t email;
    ptrdiff_t phone;
    ptrdiff_t country;
    ptrdiff_t maid;
    size_t first_consent;
    struct lka_rows rows;
    struct lka_error problem; /* of the last row that was rejected */
};

/* ---- by id ------------------------------------------------------------------------------------ */

/* A function that does nothing else is taken out by gcc 12, since it returns nothing and writes nowhere: unless it was
 * inlined before. */
#define FETCHES inline __attribute__((always_inline))

enum { FIRST_BITS = 10, MOST_BITS = 31, AHEAD = 16, PROFILES_CHUNK = 4 << 20 };

static uint32_t tag_of(struct lka_span id)
{
    return (uint32_t)(lka_hash(0, id) >> 32);
}

/* The member's slot, or the free one where it belongs. */
static struct lka_roster_slot *slot_of(const struct lka_roster *roster, uint32_t tag, struct lka_hash128 hash)
{
    size_t mask = ((size_t)1 << roster->slot_bits) - 1;
    size_t at = tag >> (32 - roster->slot_bits);
    for (; roster->slots[at].index; at = (at + 1) & mask) {
        const struct lka_member *member = &roster->items[roster->slots[at].index - 1];
        if (roster->slots[at].tag == tag && member->hash.high == hash.high && member->hash.low == hash.low) {
            break;
        }
    }
    return &roster->slots[at];
}

/* Between a quarter and a half of the slots are taken. */
static FETCHES void fetch_members(const struct lka_roster *roster, uint32_t tag)
{
    size_t from = (tag >> (32 - roster->slot_bits)) + AHEAD;
    size_t all = (size_t)1 << roster->slot_bits;
    for (size_t at = from; at < from + AHEAD / 2 && at < all; at++) {
        if (roster->slots[at].index) {
            __builtin_prefetch(&roster->items[roster->slots[at].index - 1], 1);
            __builtin_prefetch(&roster->items[roster->slots[at].index], 1);
        }
    }
}

uint32_t lka_roster_find(const struct lka_roster *roster, struct lka_span id)
{
    if (roster->slot_bits == 0) {
        return LKA_NOBODY;
    }
    fetch_members(roster, tag_of(id));
    return slot_of(roster, tag_of(id), lka_hash128(id))->index - 1;
}

static lka_status widen(struct lka_roster *roster, struct lka_error *error)
{
    unsigned bits = roster->slot_bits ? roster->slot_bits + 1 : FIRST_BITS;
    size_t before = roster->slot_bits ? (size_t)1 << roster->slot_bits : 0;
    struct lka_roster_slot *slots;
    LKA_TRY(LKA_NEW(slots, (size_t)1 << bits, error));
    for (size_t i = 0; i < before; i++) {
        size_t at = roster->slots[i].tag >> (32 - bits);
        for (; roster->slots[i].index && slots[at].index; at = (at + 1) & (((size_t)1 << bits) - 1)) {
        }
        slots[at] = roster->slots[i].index ? roster->slots[i] : slots[at];
    }
    lka_free(roster->slots);
    roster->slots = slots;
    roster->slot_bits = bits;
    return LKA_OK;
}

static lka_status grow(struct lka_roster *roster, struct lka_error *error)
{
    if (roster->slot_bits > 0 && 2 * (roster->count + 1) <= (size_t)1 << roster->slot_bits) {
        return LKA_OK;
    }
    if (roster->slot_bits == MOST_BITS) {
        return lka_fail(error, LKA_DATA, "there are more than %zu contacts", roster->count);
    }
    return widen(roster, error);
}

/* ---- columns ---------------------------------------------------------------------------------- */

static ptrdiff_t select_column(struct reading *reading, ptrdiff_t column)
{
    if (column == LKA_NO_COLUMN) {
        return LKA_NO_COLUMN;
    }
    reading->columns[reading->count] = (size_t)column;
    return (ptrdiff_t)reading->count++;
}

static bool is_selected(const struct reading *reading, size_t column)
{
    bool found = false;
    for (size_t i = 0; i < reading->count; i++) {
        found = found || reading->columns[i] == column;
    }
    return found;
}

/* What is selected is checked for UTF-8: only if it is all, as in the second reading, are the same rows rejected. */
static void select_others(struct reading *reading)
{
    for (size_t column = 0; column < reading->table->schema.count; column++) {
        if (!is_selected(reading, column)) {
            (void)select_column(reading, (ptrdiff_t)column);
        }
    }
}

static lka_status select_columns(struct reading *reading, const char *signed_up, struct lka_error *error)
{
    const struct lka_schema *schema = &reading->table->schema;
    enum { OWN = 6 };
    LKA_TRY(LKA_NEW(reading->columns, schema->count + OWN, error));
    reading->id = select_column(reading, lka_schema_role(schema, LKA_ROLE_ID));
    reading->signed_up = select_column(reading,
                                       signed_up ? lka_schema_find(schema, lka_span_of(signed_up)) : LKA_NO_COLUMN);
    reading->email = select_column(reading, lka_schema_role(schema, LKA_ROLE_EMAIL));
    reading->phone = select_column(reading, lka_schema_role(schema, LKA_ROLE_PHONE));
    reading->country = select_column(reading, lka_schema_role(schema, LKA_ROLE_COUNTRY));
    reading->maid = select_column(reading, lka_schema_role(schema, LKA_ROLE_MAID));
    reading->consent = lka_consent_for(schema, "profiling");
    reading->first_consent = reading->count;
    for (size_t i = 0; i < reading->consent.count; i++) {
        (void)select_column(reading, (ptrdiff_t)reading->consent.columns[i]);
    }
    select_others(reading);
    return lka_source_select(reading->table->source, reading->columns, reading->count, error);
}

static struct lka_span cell(const struct reading *reading, ptrdiff_t column, size_t row)
{
    return column == LKA_NO_COLUMN ? LKA_SPAN("") : lka_cell(&reading->rows, (size_t)column, row);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status reject(struct reading *reading, size_t row, const struct lka_error *problem, struct lka_error *error)
{
    return lka_source_reject(reading->table->source, &reading->rows, row, problem, error);
}

static lka_status check_signed_up(const struct reading *reading, size_t row, int32_t *day, struct lka_error *problem)
{
    struct lka_span text = cell(reading, reading->signed_up, row);
    int64_t seconds;
    *day = LKA_NO_DAY;
    if (text.length == 0) {
        return LKA_OK;
    }
    const struct lka_rows *rows = &reading->rows;
    size_t column = reading->columns[reading->signed_up];
    const char *name = reading->table->schema.columns[column].name;
    char shown[64];
    if (!lka_parse_time(text, &seconds)) {
        return lka_fail_at(problem, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], column + 1,
                           "column \"%.60s\": %s is no day that exists; allowed: 2024-02-29, or a time of such a day",
                           name, lka_show(text, false, shown));
    }
    *day = (int32_t)((seconds - (seconds % 86400 + 86400) % 86400) / 86400);
    return LKA_OK;
}

static lka_status check_id(const struct reading *reading, size_t row, struct lka_span id, uint32_t before,
                           struct lka_error *problem)
{
    const struct lka_rows *rows = &reading->rows;
    const char *file = lka_row_origin(rows, row).file;
    size_t column = reading->columns[reading->id];
    const char *name = reading->table->schema.columns[column].name;
    if (id.length == 0) {
        return lka_fail_at(problem, LKA_DATA, file, rows->lines[row], column + 1,
                           "column \"%.60s\" is empty; every contact needs an id", name);
    }
    if (before == LKA_NOBODY) {
        return LKA_OK;
    }
    uint64_t place = reading->roster->items[before].place;
    return lka_fail_at(problem, LKA_DATA, file, rows->lines[row], column + 1,
                       "column \"%.60s\" repeats the id of %.200s, line %llu; every contact needs an id of its own",
                       name, lka_source_file(reading->table->source, lka_place_file(place)),
                       (unsigned long long)lka_place_line(place));
}

static const char *country_of(const struct reading *reading, size_t row, char code[3])
{
    struct lka_span country = cell(reading, reading->country, row);
    memset(code, 0, 3);
    memcpy(code, country.text, country.length == 2 ? 2 : 0);
    return code[0] ? code : NULL;
}

static lka_status may_profile(struct reading *reading, size_t row, uint8_t *profiling, struct lka_error *error)
{
    bool holds = false;
    char code[3];
    const char *country = country_of(reading, row, code);
    LKA_TRY(reading->suppression ? lka_suppression_holds(reading->suppression, cell(reading, reading->email, row),
                                                         cell(reading, reading->phone, row), country,
                                                         cell(reading, reading->maid, row), &holds, error)
                                 : LKA_OK);
    bool granted = lka_consent_granted(&reading->consent, &reading->rows, reading->first_consent, row);
    *profiling = holds ? LKA_PROFILING_SUPPRESSED : granted ? LKA_PROFILING_YES : LKA_PROFILING_NO_CONSENT;
    return LKA_OK;
}

/* By whatever the row has. The id that the person has now counts as erased, too: their events have nothing else. */
static lka_status ask_erased(struct reading *reading, size_t row, bool *erased, struct lka_error *error)
{
    struct lka_roster *roster = reading->roster;
    struct lka_span id = cell(reading, reading->id, row);
    struct lka_known_key key;
    char code[3];
    const char *country = country_of(reading, row, code);
    LKA_TRY(lka_erased_holds_values(reading->erased, cell(reading, reading->email, row),
                                    cell(reading, reading->phone, row), country, cell(reading, reading->maid, row), id,
                                    erased, error));
    if (!*erased) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&roster->erased, &roster->erased_capacity, roster->erased_count + 1, sizeof *roster->erased,
                        error));
    LKA_TRY(lka_erased_id_key(&reading->erased->hmac, LKA_CONTACT_NUMBERING, id, &key, error));
    roster->erased[roster->erased_count++] = key;
    return LKA_OK;
}

/* Contacts stand in any order: where each of them belongs is far from the one before. */
static FETCHES void fetch_ahead(const struct reading *reading, size_t row)
{
    if (row < reading->rows.count) {
        uint32_t tag = tag_of(cell(reading, reading->id, row));
        __builtin_prefetch(&reading->roster->slots[tag >> (32 - reading->roster->slot_bits)], 1);
    }
}

static lka_status read_row(void *user, size_t row, struct lka_error *error)
{
    struct reading *reading = user;
    struct lka_roster *roster = reading->roster;
    struct lka_span id = cell(reading, reading->id, row);
    struct lka_member member = {
        .hash = lka_hash128(id),
        .place = lka_place(lka_row_origin(&reading->rows, row).index, reading->rows.lines[row])};
    LKA_TRY(grow(roster, error));
    fetch_ahead(reading, row + AHEAD);
    uint32_t tag = tag_of(id);
    struct lka_roster_slot *slot = slot_of(roster, tag, member.hash);
    if (check_id(reading, row, id, slot->index - 1, &reading->problem) != LKA_OK ||
        check_signed_up(reading, row, &member.signed_up, &reading->problem) != LKA_OK) {
        return reject(reading, row, &reading->problem, error);
    }
    member.later = member.signed_up > reading->as_of;
    member.signed_up = member.later ? LKA_NO_DAY : member.signed_up;
    LKA_TRY(reading->erased ? ask_erased(reading, row, &member.erased, error) : LKA_OK);
    LKA_TRY(may_profile(reading, row, &member.profiling, error));
    LKA_TRY(lka_reserve(&roster->items, &roster->capacity, roster->count + 1, sizeof *roster->items, error));
    roster->items[roster->count++] = member;
    *slot = (struct lka_roster_slot){tag, (uint32_t)roster->count};
    return LKA_OK;
}

static lka_status read_table(struct reading *reading, const char *signed_up, const struct lka_session *session,
                             struct lka_error *error)
{
    LKA_TRY(select_columns(reading, signed_up, error));
    LKA_TRY(lka_rows_init(&reading->rows, reading->count, LKA_BLOCK_ROWS, error));
    struct lka_source *source = reading->table->source;
    lka_status status = lka_source_each_row(source, &reading->rows, "read contacts", session, read_row, reading, error);
    lka_rows_release(&reading->rows);
    return status == LKA_OK ? lka_source_rewind(source, error) : status;
}

/* From now on members are looked for by their hashes, here and there. */
static lka_status settle(struct lka_roster *roster, struct lka_error *error)
{
    size_t size = roster->count * sizeof *roster->items;
    struct lka_member *items = lka_resize(NULL, roster->count, sizeof *items);
    if (!items) {
        return lka_fail_memory(error, size);
    }
    lka_large_pages(items, size);
    memcpy(items, roster->items, size);
    lka_free(roster->items);
    roster->items = items;
    roster->capacity = roster->count;
    return LKA_OK;
}

lka_status lka_roster_read(struct lka_roster *roster, struct lka_table *table, const char *signed_up, int32_t as_of,
                           const struct lka_suppression *suppression, const struct lka_known *erased,
                           const struct lka_session *session, struct lka_error *error)
{
    struct reading reading = {
        .roster = roster, .table = table, .suppression = suppression, .erased = erased, .as_of = as_of};
    lka_status status = read_table(&reading, signed_up, session, error);
    lka_free(reading.columns);
    LKA_TRY(status);
    roster->profiles.chunk = PROFILES_CHUNK;
    return roster->count > 0 ? settle(roster, error)
                             : lka_fail_at(error, LKA_DATA, lka_source_name(table->source), 0, 0, "has no contact");
}

void lka_roster_release(struct lka_roster *roster)
{
    lka_free(roster->items);
    lka_free(roster->slots);
    lka_free(roster->erased);
    lka_arena_release(&roster->profiles);
    *roster = (struct lka_roster){0};
}
