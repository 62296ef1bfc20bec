#include "eligibility/known.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/encode.h"

#include <stdlib.h>

void lka_known_init(struct lka_known *known, const struct lka_hmac *hmac)
{
    *known = (struct lka_known){.hmac = *hmac};
}

void lka_known_release(struct lka_known *known)
{
    lka_free(known->items);
    *known = (struct lka_known){0};
}

/* ---- keys ------------------------------------------------------------------------------------- */

lka_status lka_known_key_of_text(const struct lka_hmac *hmac, struct lka_span text, struct lka_known_key *key,
                                 struct lka_error *error)
{
    uint8_t mac[32];
    if (!lka_hmac_of(hmac, text.text, text.length, mac)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
    }
    memcpy(key->bytes, mac, sizeof key->bytes);
    return LKA_OK;
}

lka_status lka_known_key_of(const struct lka_hmac *hmac, const struct lka_form *form, struct lka_known_key *key,
                            struct lka_error *error)
{
    char text[16 + 64];
    const char *type = lka_id_type_name(form->type);
    size_t length = strlen(type);
    memcpy(text, type, length);
    text[length++] = ':';
    lka_encode_hex(form->sha256, form->bytes, text + length);
    return lka_known_key_of_text(hmac, (struct lka_span){text, (uint32_t)(length + 2u * form->bytes)}, key, error);
}

static lka_status add(struct lka_known *known, const void *key, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&known->items, &known->capacity, known->count + 1, sizeof *known->items, error));
    memcpy(known->items[known->count++].bytes, key, sizeof known->items->bytes);
    return LKA_OK;
}

/* ---- where they come from --------------------------------------------------------------------- */

lka_status lka_known_add_rows(struct lka_known *known, struct lka_statement *statement, struct lka_error *error)
{
    bool row = true;
    lka_status status = lka_statement_step(statement, &row, error);
    while (status == LKA_OK && row) {
        struct lka_span key = lka_column_blob(statement, 0);
        status = key.length == sizeof(struct lka_known_key) ? add(known, key.text, error) : LKA_OK;
        status = status == LKA_OK ? lka_statement_step(statement, &row, error) : status;
    }
    return status;
}

static lka_status add_query(struct lka_known *known, struct lka_workspace *workspace, const char *sql,
                            struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(workspace, sql, &statement, error));
    lka_status status = lka_known_add_rows(known, statement, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_known_add_campaign(struct lka_known *known, struct lka_workspace *workspace, struct lka_error *error)
{
    LKA_TRY(add_query(known, workspace, "SELECT key FROM campaign_keys", error));
    return add_query(known, workspace, "SELECT DISTINCT person FROM campaign_registrations WHERE contact = ''", error);
}

lka_status lka_known_add_erased(struct lka_known *known, struct lka_workspace *workspace, struct lka_error *error)
{
    return add_query(known, workspace, "SELECT key FROM erased ORDER BY key", error);
}

static lka_status add_id(struct lka_known *known, struct lka_span id, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    struct lka_known_key key;
    int count = id.length > 0 ? lka_forms_of(LKA_ID_CONTACT, id, NULL, false, forms) : 0;
    if (count < 0) {
        return lka_fail_memory(error, id.length);
    }
    for (int i = 0; i < count; i++) {
        LKA_TRY(lka_known_key_of(&known->hmac, &forms[i], &key, error));
        LKA_TRY(add(known, key.bytes, error));
    }
    return LKA_OK;
}

static lka_status add_row(struct lka_known *known, const struct lka_person_columns *columns, bool by_id,
                          const struct lka_rows *rows, size_t row, struct lka_error *error)
{
    struct lka_form forms[LKA_PERSON_FORMS];
    struct lka_known_key key;
    size_t count;
    LKA_TRY(lka_person_forms(columns, rows, row, forms, &count, error));
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(lka_known_key_of(&known->hmac, &forms[i], &key, error));
        LKA_TRY(add(known, key.bytes, error));
    }
    return by_id ? add_id(known, lka_cell(rows, columns->id_cell, row), error) : LKA_OK;
}

/* Every identifier, the country and the id get a cell of their own. */
static size_t select_cells(struct lka_person_columns *columns, size_t selected[LKA_PERSON_COLUMNS + 2])
{
    size_t count = 0;
    for (; count < columns->count; count++) {
        columns->items[count].cell = count;
        selected[count] = columns->items[count].column;
    }
    columns->id_cell = count;
    selected[count] = columns->id;
    count += columns->id != (size_t)LKA_NO_COLUMN;
    columns->country_cell = count;
    selected[count] = (size_t)columns->country;
    return count + (columns->country != LKA_NO_COLUMN);
}

static lka_status read_rows(struct lka_known *known, struct lka_table *table, const struct lka_person_columns *columns,
                            bool by_id, struct lka_rows *rows, const struct lka_session *session,
                            struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(table->source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(add_row(known, columns, by_id, rows, row, error));
        }
        LKA_TRY(lka_source_step(table->source, "read customers", session, error));
    } while (rows->count > 0);
    return LKA_OK;
}

lka_status lka_known_add_table(struct lka_known *known, struct lka_table *table, const struct lka_list *hashed,
                               const char *country, const char *id_name, const struct lka_session *session,
                               struct lka_error *error)
{
    struct lka_person_columns columns;
    size_t selected[LKA_PERSON_COLUMNS + 2];
    struct lka_rows rows;
    LKA_TRY(lka_person_columns_find(&table->schema, hashed, country, &columns, error));
    bool has_id = columns.id != (size_t)LKA_NO_COLUMN;
    bool by_id = has_id && strcmp(table->schema.columns[columns.id].name, id_name) == 0;
    if (columns.count == 0 && !by_id) {
        return lka_fail_at(
            error, LKA_USAGE, lka_source_name(table->source), 1, 0,
            "no column tells who a customer is; allowed: e-mail, phone, MAID, or the id column \"%.60s\"", id_name);
    }
    size_t count = select_cells(&columns, selected);
    LKA_TRY(lka_source_select(table->source, selected, count, error));
    LKA_TRY(lka_rows_init(&rows, count, LKA_BLOCK_ROWS, error));
    lka_status status = read_rows(known, table, &columns, by_id, &rows, session, error);
    lka_rows_release(&rows);
    return status;
}

/* ---- asking ----------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct lka_known_key));
}

void lka_known_sort(struct lka_known *known)
{
    if (known->count > 0) {
        qsort(known->items, known->count, sizeof *known->items, by_bytes);
    }
}

bool lka_known_has(const struct lka_known *known, const struct lka_known_key *key)
{
    return known->count > 0 && bsearch(key, known->items, known->count, sizeof *known->items, by_bytes) != NULL;
}

lka_status lka_known_holds(const struct lka_known *known, const struct lka_form *forms, size_t count,
                           struct lka_span id, bool *holds, struct lka_error *error)
{
    struct lka_form by_id[LKA_FORMS_MAX];
    struct lka_known_key key;
    *holds = false;
    for (size_t i = 0; i < count && known->count > 0 && !*holds; i++) {
        LKA_TRY(lka_known_key_of(&known->hmac, &forms[i], &key, error));
        *holds = lka_known_has(known, &key);
    }
    if (*holds || known->count == 0 || id.length == 0) {
        return LKA_OK;
    }
    int ids = lka_forms_of(LKA_ID_CONTACT, id, NULL, false, by_id);
    if (ids < 0) {
        return lka_fail_memory(error, id.length);
    }
    for (int i = 0; i < ids && !*holds; i++) {
        LKA_TRY(lka_known_key_of(&known->hmac, &by_id[i], &key, error));
        *holds = lka_known_has(known, &key);
    }
    return LKA_OK;
}
