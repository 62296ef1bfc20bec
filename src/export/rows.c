/* The places of rows in the set of rows lie anywhere in some hundred MiB: to go there for each in its turn takes longer than all
 * else that is done for a row. Some thousand rows wait, and are looked up in the order of their places: neighbours share what the
 * CPU needs to find a page.
 */
#include "export/rows.h"

#include "base/error.h"
#include "base/memory.h"

/* ---- looking up --------------------------------------------------------------------------------- */

enum { PARTS = 256, AHEAD = 12 };

/* The rows by the first bits of their keys; those of a part in the order in which they came. */
static void order_by_place(const struct lka_export_rows_waiting *waiting, uint16_t order[LKA_ROWS_WAITING])
{
    uint32_t next[PARTS + 1] = {0};
    for (size_t i = 0; i < waiting->count; i++) {
        next[(waiting->rows[i].key.high >> 56) + 1]++;
    }
    for (size_t part = 0; part < PARTS; part++) {
        next[part + 1] += next[part];
    }
    for (size_t i = 0; i < waiting->count; i++) {
        order[next[waiting->rows[i].key.high >> 56]++] = (uint16_t)i;
    }
}

/* Which rows are new, and which the platform has. Equal rows are of the same part: the first of them is the new one. */
static lka_status look_up(struct lka_export_rows *rows, struct lka_error *error)
{
    struct lka_export_rows_waiting *waiting = &rows->waiting;
    struct lka_seen *adds = rows->purpose == LKA_ROWS_REMEMBER ? &rows->others : &rows->seen;
    uint16_t order[LKA_ROWS_WAITING];
    order_by_place(waiting, order);
    for (size_t i = 0; i < waiting->count; i++) {
        struct lka_export_row *row = &waiting->rows[order[i]];
        if (i + AHEAD < waiting->count) {
            lka_seen_prefetch(adds, waiting->rows[order[i + AHEAD]].key);
        }
        LKA_TRY(lka_seen_add(adds, row->key, row->owner, &row->is_new, error));
        row->stays = adds != &rows->others && rows->others.count > 0 && lka_seen_has(&rows->others, row->key);
    }
    return LKA_OK;
}

/* ---- taking -------------------------------------------------------------------------------------- */

/* A row that the platform has: is it known to have it as that person's? */
static void look_at_owner(struct lka_export_rows *rows, const struct lka_export_row *row)
{
    bool other = lka_seen_owner(&rows->others, row->key) != row->owner;
    rows->waiting.some_taken_over = rows->waiting.some_taken_over || (other && !rows->files.state.removes);
}

static lka_status put_run(struct lka_export_rows *rows, struct lka_error *error)
{
    struct lka_rows_run *run = &rows->waiting.run;
    if (run->rows == 0) {
        return LKA_OK;
    }
    struct lka_span bytes = {rows->waiting.bytes.bytes + run->first, (uint32_t)run->length};
    lka_status status = lka_export_files_put_many(&rows->files, run->rows, bytes, error);
    *run = (struct lka_rows_run){0};
    return status;
}

/* Rows that follow each other, as most do, are put at once. */
static lka_status put_row(struct lka_export_rows *rows, const struct lka_export_row *row, struct lka_error *error)
{
    struct lka_rows_run *run = &rows->waiting.run;
    bool joins = run->first + run->length == row->first && row->length <= UINT32_MAX - run->length;
    if (run->rows > 0 && !joins) {
        LKA_TRY(put_run(rows, error));
    }
    if (!lka_export_files_take(&rows->files, run->rows + 1, run->length + row->length)) {
        LKA_TRY(put_run(rows, error));
        struct lka_span bytes = {rows->waiting.bytes.bytes + row->first, row->length};
        return lka_export_files_put(&rows->files, bytes, error);
    }
    run->first = run->rows > 0 ? run->first : row->first;
    run->length += row->length;
    run->rows++;
    return LKA_OK;
}

static lka_status take(struct lka_export_rows *rows, const struct lka_export_row *row, struct lka_error *error)
{
    rows->waiting.some_new = rows->waiting.some_new || row->is_new;
    if (rows->purpose == LKA_ROWS_REMEMBER) {
        return LKA_OK;
    }
    if (row->stays) {
        look_at_owner(rows, row);
    }
    if (!row->is_new) {
        rows->waiting.some_of_others = rows->waiting.some_of_others || !row->stays;
        return LKA_OK;
    }
    rows->tally->people++;
    if (row->stays) {
        rows->tally->unchanged++;
        return LKA_OK;
    }
    rows->tally->written++;
    rows->waiting.some_written = true;
    return rows->purpose == LKA_ROWS_WRITE ? put_row(rows, row, error) : LKA_OK;
}

/* Whoever is told of, if only in the name of somebody else with the same row, is remembered: it is their row, too, that
 * a later erasure takes off the platform. */
static lka_status remember_person(struct lka_export_rows *rows, const struct lka_export_row *row,
                                  struct lka_error *error)
{
    const struct lka_export_rows_waiting *waiting = &rows->waiting;
    uint64_t times = 0;
    bool told = waiting->some_written || (waiting->some_of_others && row->person.named);
    if (!told && waiting->some_taken_over && row->person.named) {
        LKA_TRY(rows->given->statement ? lka_exported_times(rows->given, row->person.bytes, &times, error) : LKA_OK);
        told = times == 0;
    }
    return told ? lka_export_ledger_add(rows->ledger, &row->person, rows->files.state.removes, error) : LKA_OK;
}

/* All rows of a person are taken. */
static lka_status end_person(struct lka_export_rows *rows, const struct lka_export_row *row, struct lka_error *error)
{
    struct lka_export_rows_waiting *waiting = &rows->waiting;
    bool writes = rows->purpose == LKA_ROWS_WRITE;
    LKA_TRY(writes && rows->ledger ? remember_person(rows, row, error) : LKA_OK);
    if (!waiting->some_new) {
        lka_reasons_add(&rows->tally->left_out, "a repetition");
    } else if (writes && !rows->taken_off) {
        lka_country_count(&rows->countries, row->country[0] ? row->country : NULL);
    }
    waiting->some_new = waiting->some_written = waiting->some_of_others = waiting->some_taken_over = false;
    return LKA_OK;
}

lka_status lka_export_rows_end(struct lka_export_rows *rows, struct lka_error *error)
{
    struct lka_export_rows_waiting *waiting = &rows->waiting;
    LKA_TRY(look_up(rows, error));
    for (size_t i = 0; i < waiting->count; i++) {
        LKA_TRY(take(rows, &waiting->rows[i], error));
        LKA_TRY(waiting->rows[i].ends_person ? end_person(rows, &waiting->rows[i], error) : LKA_OK);
    }
    LKA_TRY(put_run(rows, error));
    waiting->count = 0;
    lka_text_clear(&waiting->bytes);
    return LKA_OK;
}

/* ---- rows, as people give them ------------------------------------------------------------------- */

/* A row that has nothing but one SHA-256 is known by that, which needs no other hash: most have. */
static struct lka_hash128 key_of(const struct lka_platform_format *format, const struct lka_person *person,
                                 size_t value, struct lka_span row)
{
    struct lka_hash128 key;
    bool one_field = format->kind != LKA_FORMAT_JSON && (person->there & (person->there - 1)) == 0;
    size_t field = one_field ? (size_t)__builtin_ctz(person->there) : 0;
    const struct lka_person_cell *cell = one_field ? lka_person_cell(person, field, format->each_value ? value : 0)
                                                   : NULL;
    if (!cell || !cell->hashed || (person->counts[field] > 1 && !format->each_value)) {
        return lka_hash128(row);
    }
    memcpy(&key.high, cell->sha256, sizeof key.high);
    memcpy(&key.low, cell->sha256 + sizeof key.high, sizeof key.low);
    key.low ^= field;
    return key;
}

/* One row of the person; *is_row: it has something. A row that is removed may have other bytes than the one that was
 * added. */
static lka_status add_row(struct lka_export_rows *rows, const struct lka_person *person, size_t value, bool *is_row,
                          struct lka_error *error)
{
    const struct lka_export_files *files = &rows->files;
    struct lka_text *bytes = &rows->waiting.bytes;
    struct lka_export_row *row = &rows->waiting.rows[rows->waiting.count];
    size_t first = bytes->length;
    lka_layout_row(files->platform, files->format, person, value, false, bytes);
    *is_row = bytes->length > first;
    if (*is_row && !bytes->failed) {
        struct lka_span whole = {bytes->bytes + first, (uint32_t)(bytes->length - first)};
        const struct lka_hash128 key = key_of(files->format, person, value, whole);
        *row = (struct lka_export_row){0};
        row->key.high = key.high; /* one by one: both at once would wait until they were written one by one */
        row->key.low = key.low;
        rows->waiting.count++;
    }
    if (*is_row && files->state.removes) {
        first = bytes->length;
        lka_layout_row(files->platform, files->format, person, value, true, bytes);
    }
    if (*is_row) {
        lka_layout_end(files->format, bytes);
        row->first = first;
        row->length = (uint32_t)(bytes->length - first);
    }
    return bytes->failed ? lka_fail_memory(error, bytes->length) : LKA_OK;
}

/* Who it is, for the ledger, and where they live. */
static lka_status note_person(struct lka_export_rows *rows, const struct lka_export_table *audience, size_t number,
                              struct lka_export_row *last, struct lka_error *error)
{
    char buffer[3];
    const char *country = lka_row_country(audience, rows->country, number, buffer);
    last->ends_person = true;
    if (country) {
        memcpy(last->country, country, 2);
    }
    LKA_TRY(rows->ledger && rows->purpose != LKA_ROWS_COUNT
                ? lka_export_ledger_key(rows->ledger, audience, number, &last->person, error)
                : LKA_OK);
    memcpy(&last->owner, last->person.bytes, sizeof last->owner);
    return LKA_OK;
}

lka_status lka_export_rows_add(struct lka_export_rows *rows, const struct lka_person *person,
                               const struct lka_export_table *audience, size_t row, bool *some, struct lka_error *error)
{
    struct lka_export_rows_waiting *waiting = &rows->waiting;
    size_t most = rows->files.format->each_value ? LKA_PLATFORM_VALUES : 1;
    LKA_TRY(waiting->count + most > LKA_ROWS_WAITING ? lka_export_rows_end(rows, error) : LKA_OK);
    size_t first = waiting->count;
    for (size_t v = 0; v < most; v++) {
        bool is_row = false;
        LKA_TRY(add_row(rows, person, v, &is_row, error));
    }
    *some = waiting->count > first;
    if (*some) {
        struct lka_export_row *last = &waiting->rows[waiting->count - 1];
        LKA_TRY(note_person(rows, audience, row, last, error));
        for (size_t i = first; i < waiting->count; i++) {
            waiting->rows[i].owner = last->owner;
        }
    }
    return LKA_OK;
}

/* ---- passes -------------------------------------------------------------------------------------- */

lka_status lka_export_rows_begin(struct lka_export_rows *rows, enum lka_rows_purpose purpose, bool owned,
                                 struct lka_error *error)
{
    rows->purpose = purpose;
    lka_seen_release(&rows->seen);
    rows->seen.owned = rows->others.owned = owned;
    return rows->waiting.rows ? LKA_OK : LKA_NEW(rows->waiting.rows, LKA_ROWS_WAITING, error);
}

void lka_export_rows_expect(struct lka_export_rows *rows, size_t people)
{
    struct lka_seen *seen = rows->purpose == LKA_ROWS_REMEMBER ? &rows->others : &rows->seen;
    if (seen->count == 0 && seen->expected == 0) {
        seen->expected = people;
    }
}

void lka_export_rows_turn(struct lka_export_rows *rows)
{
    lka_seen_release(&rows->others);
    rows->others = rows->seen;
    rows->seen = (struct lka_seen){0};
}

void lka_export_rows_release(struct lka_export_rows *rows)
{
    lka_text_release(&rows->waiting.bytes);
    lka_free(rows->waiting.rows);
    lka_seen_release(&rows->seen);
    lka_seen_release(&rows->others);
    lka_export_files_release(&rows->files);
}
