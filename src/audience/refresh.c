/* Against the audience before: who is added, kept, removed, and why. Nobody's identifiers are kept for it but those
 * that the previous audience.csv holds. */
#include "audience/stage.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

struct refresh {
    struct lka_audience *audience;
    struct lka_table table; /* the previous audience.csv */
    struct lka_rows rows;
    struct lka_person_columns person;
    struct lka_keymap now;    /* persons of the ranking by row */
    struct lka_keymap before; /* persons of the previous audience; the number says nothing */
    struct lka_page changes;
    struct lka_page added;
    struct lka_page removed;
    struct lka_directory *directory;
    uint64_t counts[3]; /* added, kept, removed */
    json_t *reasons;    /* of the removed */
};

static struct lka_known_key key_of(const uint8_t person[32])
{
    struct lka_known_key key;
    memcpy(key.bytes, person, sizeof key.bytes);
    return key;
}

static bool is_in(uint8_t arm)
{
    return arm == LKA_ARM_TREATED || arm == LKA_ARM_EXPLORE;
}

/* ---- the previous audience -------------------------------------------------------------------- */

/* The id, the country and every column that tells who somebody is. All columns are selected: rows are copied whole. */
static lka_status open_previous(struct refresh *refresh, struct lka_error *error)
{
    struct lka_audience *audience = refresh->audience;
    struct lka_text path = {0};
    size_t *all = NULL;
    lka_text_format(&path, "%s/audience.csv", audience->options->previous);
    struct lka_list paths = {&path.bytes, 1};
    lka_status status = path.failed ? lka_fail_memory(error, 0)
                                    : lka_table_open(&paths, audience->all, NULL, true, &refresh->table, error);
    lka_text_release(&path);
    LKA_TRY(status);
    const struct lka_schema *schema = &refresh->table.schema;
    struct lka_person_columns *person = &refresh->person;
    LKA_TRY(lka_person_columns_find(schema, audience->options->hashed.count ? &audience->options->hashed : NULL,
                                    audience->options->country, person, error));
    for (size_t i = 0; i < person->count; i++) {
        person->items[i].cell = person->items[i].column;
    }
    person->id_cell = person->id;
    person->country_cell = person->country == LKA_NO_COLUMN ? 0 : (size_t)person->country;
    LKA_TRY(LKA_NEW(all, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        all[c] = c;
    }
    status = lka_source_select(refresh->table.source, all, schema->count, error);
    lka_free(all);
    return status == LKA_OK ? lka_rows_init(&refresh->rows, schema->count, LKA_BLOCK_ROWS, error) : status;
}

/* The person of a previous row, as they entered. */
static lka_status find_person(struct refresh *refresh, size_t row, struct lka_known_key *person, uint8_t whole[32],
                              struct lka_error *error)
{
    struct lka_known_key keys[LKA_PERSON_FORMS];
    struct lka_entrant entrant;
    size_t count;
    bool known;
    LKA_TRY(lka_audience_keys(refresh->audience, &refresh->person, &refresh->rows, row, keys, &count, error));
    LKA_TRY(lka_audience_person(refresh->audience, &refresh->person, &refresh->rows, row, whole, error));
    LKA_TRY(lka_entrants_find(&refresh->audience->entrants, keys, count, &entrant, &known, error));
    if (known) {
        memcpy(whole, entrant.person, sizeof entrant.person);
    }
    *person = key_of(whole);
    return LKA_OK;
}

/* ---- changes ---------------------------------------------------------------------------------- */

static lka_status put_change(struct refresh *refresh, const uint8_t person[32], const char *id_key, const char *change,
                             const char *reason, struct lka_error *error)
{
    char hex[65];
    lka_person_hex(person, hex);
    lka_page_string(&refresh->changes, hex);
    lka_page_string(&refresh->changes, id_key);
    lka_page_string(&refresh->changes, change);
    lka_page_string(&refresh->changes, reason);
    return lka_page_end_row(&refresh->changes, error);
}

/* By the ranking, else by what score left out. */
static lka_status reason_of(struct refresh *refresh, const struct lka_known_key *person, const char *id_key,
                            const char **reason, struct lka_error *error)
{
    const struct lka_audience *audience = refresh->audience;
    uint8_t bytes[32];
    uint32_t row = lka_keymap_find(&refresh->now, person);
    *reason = "not ranked";
    if (row != LKA_NO_NUMBER) {
        *reason = lka_reason_name((enum lka_reason)audience->verdicts.marks[row].reason);
    } else if (lka_sha256_read(lka_span_of(id_key), bytes)) {
        struct lka_known_key key = key_of(bytes);
        uint32_t bar = lka_keymap_find(&audience->left_out_keys, &key);
        *reason = bar != LKA_NO_NUMBER ? lka_bar_name((enum lka_bar)bar) : *reason;
    }
    json_int_t before = json_integer_value(json_object_get(refresh->reasons, *reason));
    return json_object_set_new(refresh->reasons, *reason, json_integer(before + 1)) == 0 ? LKA_OK
                                                                                         : lka_fail_memory(error, 0);
}

static lka_status take_previous(struct refresh *refresh, size_t row, struct lka_error *error)
{
    const struct lka_audience *audience = refresh->audience;
    struct lka_known_key person;
    uint8_t whole[32];
    char id_key[65];
    const char *reason = "";
    LKA_TRY(find_person(refresh, row, &person, whole, error));
    LKA_TRY(lka_keymap_put(&refresh->before, &person, 0, error));
    LKA_TRY(lka_eligibility_id_key(&audience->eligibility, lka_cell(&refresh->rows, refresh->person.id_cell, row),
                                   id_key, error));
    uint32_t now = lka_keymap_find(&refresh->now, &person);
    if (now != LKA_NO_NUMBER && is_in(audience->verdicts.marks[now].arm)) {
        return LKA_OK;
    }
    LKA_TRY(reason_of(refresh, &person, id_key, &reason, error));
    LKA_TRY(put_change(refresh, whole, id_key, "removed", reason, error));
    for (size_t c = 0; c < refresh->rows.columns; c++) {
        lka_page_field(&refresh->removed, lka_cell(&refresh->rows, c, row));
    }
    refresh->counts[2]++;
    return lka_page_end_row(&refresh->removed, error);
}

static lka_status read_previous(struct refresh *refresh, struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(refresh->table.source, &refresh->rows, error));
        for (size_t row = 0; row < refresh->rows.count; row++) {
            LKA_TRY(take_previous(refresh, row, error));
        }
    } while (refresh->rows.count > 0);
    return LKA_OK;
}

static lka_status take_current(struct refresh *refresh, size_t row, size_t number, struct lka_error *error)
{
    struct lka_audience *audience = refresh->audience;
    const struct lka_verdict *verdict;
    char id_key[65];
    LKA_TRY(lka_verdicts_next(&audience->verdicts, number, &verdict, error));
    if (!is_in(verdict->arm)) {
        return LKA_OK;
    }
    struct lka_known_key person = key_of(verdict->person);
    bool kept = lka_keymap_find(&refresh->before, &person) != LKA_NO_NUMBER;
    refresh->counts[kept]++;
    LKA_TRY(lka_eligibility_id_key(&audience->eligibility, lka_cell(&audience->rows, audience->cells.id, row), id_key,
                                   error));
    LKA_TRY(put_change(refresh, verdict->person, id_key, kept ? "kept" : "added", "", error));
    if (!kept) {
        lka_audience_put_row(audience, &refresh->added, row, verdict);
        LKA_TRY(lka_page_end_row(&refresh->added, error));
    }
    return LKA_OK;
}

static lka_status read_current(struct refresh *refresh, struct lka_error *error)
{
    struct lka_audience *audience = refresh->audience;
    size_t number = 0;
    LKA_TRY(lka_source_rewind(audience->table.source, error));
    do {
        LKA_TRY(lka_source_next(audience->table.source, &audience->rows, error));
        for (size_t row = 0; row < audience->rows.count; row++) {
            LKA_TRY(take_current(refresh, row, number++, error));
        }
    } while (audience->rows.count > 0);
    return LKA_OK;
}

/* ---- pages ------------------------------------------------------------------------------------ */

static lka_status index_persons(struct refresh *refresh, struct lka_error *error)
{
    struct lka_audience *audience = refresh->audience;
    for (size_t i = 0; i < audience->verdicts.count; i++) {
        const struct lka_verdict *verdict;
        LKA_TRY(lka_verdicts_next(&audience->verdicts, i, &verdict, error));
        struct lka_known_key person = key_of(verdict->person);
        if (verdict->reason != LKA_REASON_DUPLICATE) {
            LKA_TRY(lka_keymap_put(&refresh->now, &person, (uint32_t)i, error));
        }
    }
    return LKA_OK;
}

static lka_status open_pages(struct refresh *refresh, struct lka_error *error)
{
    struct lka_text header = {0};
    const struct lka_schema *schema = &refresh->table.schema;
    lka_status status = lka_audience_header(refresh->audience, &header, error);
    if (status == LKA_OK) {
        status = lka_page_open(&refresh->added, refresh->directory, "added.csv", header.bytes, error);
    }
    lka_text_clear(&header);
    for (size_t c = 0; c < schema->count; c++) {
        lka_text_string(&header, c ? "," : "");
        lka_text_csv_field(&header, lka_span_of(schema->columns[c].name), ',');
    }
    if (status == LKA_OK) {
        status = header.failed
                     ? lka_fail_memory(error, 0)
                     : lka_page_open(&refresh->removed, refresh->directory, "removed.csv", header.bytes, error);
    }
    lka_text_release(&header);
    LKA_TRY(status);
    return lka_page_open(&refresh->changes, refresh->directory, "changes.csv", "person,id_key,change,reason", error);
}

static lka_status compare(struct refresh *refresh, struct lka_error *error)
{
    refresh->reasons = json_object();
    LKA_TRY(refresh->reasons ? LKA_OK : lka_fail_memory(error, 0));
    LKA_TRY(open_previous(refresh, error));
    LKA_TRY(open_pages(refresh, error));
    LKA_TRY(index_persons(refresh, error));
    LKA_TRY(read_previous(refresh, error));
    LKA_TRY(read_current(refresh, error));
    LKA_TRY(lka_page_close(&refresh->added, error));
    LKA_TRY(lka_page_close(&refresh->removed, error));
    LKA_TRY(lka_page_close(&refresh->changes, error));
    refresh->audience->changes = json_pack("{s:I, s:I, s:I, s:O}", "added", (json_int_t)refresh->counts[0], "kept",
                                           (json_int_t)refresh->counts[1], "removed", (json_int_t)refresh->counts[2],
                                           "reasons", refresh->reasons);
    return refresh->audience->changes ? LKA_OK : lka_fail_memory(error, 0);
}

lka_status lka_audience_refresh(struct lka_audience *audience, struct lka_directory *directory, struct lka_error *error)
{
    struct refresh refresh = {.audience = audience, .directory = directory};
    lka_status status = compare(&refresh, error);
    lka_page_abandon(&refresh.added);
    lka_page_abandon(&refresh.removed);
    lka_page_abandon(&refresh.changes);
    lka_keymap_release(&refresh.now);
    lka_keymap_release(&refresh.before);
    lka_rows_release(&refresh.rows);
    lka_table_close(&refresh.table);
    json_decref(refresh.reasons);
    return status;
}
