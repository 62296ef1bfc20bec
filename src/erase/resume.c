/* What an erasure leaves for a second run of it, and what it knows at its end: of whom nothing was found. */
#include "erase/keys.h"
#include "base/error.h"
#include "store/schema.h"

#include <stdio.h>

/* ---- from one run to the next ---------------------------------------------------------------- */

static lka_status with_request(struct lka_erase_keys *keys, const char *sql, const char *request,
                               struct lka_statement **statement, struct lka_error *error)
{
    LKA_TRY(lka_statement_new(keys->workspace, sql, statement, error));
    lka_bind_text(*statement, 1, lka_span_of(request));
    return LKA_OK;
}

static lka_status run_with_request(struct lka_erase_keys *keys, const char *sql, const char *request,
                                   struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(with_request(keys, sql, request, &statement, error));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_erase_keys_resume(struct lka_erase_keys *keys, const char *request, uint64_t *others,
                                 struct lka_error *error)
{
    struct lka_statement *rows;
    bool row = false;
    LKA_TRY(
        with_request(keys, "SELECT count(DISTINCT request) FROM erasing WHERE request <> ?", request, &rows, error));
    lka_status status = lka_statement_step(rows, &row, error);
    *others = row ? (uint64_t)lka_column_integer(rows, 0) : 0;
    lka_statement_free(rows);
    LKA_TRY(status);
    LKA_TRY(
        with_request(keys, "SELECT key, typeof(key) = 'text' FROM erasing WHERE request = ?", request, &rows, error));
    status = lka_erase_keys_absorb(keys, rows, &keys->resumed, error);
    lka_statement_free(rows);
    return status;
}

lka_status lka_erase_keys_keep(struct lka_erase_keys *keys, const char *request, struct lka_error *error)
{
    return run_with_request(keys, "INSERT OR IGNORE INTO erasing SELECT ?, key FROM temp.erase_keys WHERE lone = 0",
                            request, error);
}

lka_status lka_erase_keys_forget(struct lka_erase_keys *keys, const char *request, struct lka_error *error)
{
    return run_with_request(keys, "DELETE FROM erasing WHERE request = ?", request, error);
}

/* ---- who was found ---------------------------------------------------------------------------- */

static lka_status mark(struct lka_erase_keys *keys, struct lka_statement *rows, struct lka_error *error)
{
    bool unused = false;
    if (lka_column_integer(rows, 1) != 0) {
        return lka_erase_keys_has_id(keys, LKA_CONTACT_NUMBERING, lka_column_text(rows, 0), &unused, error);
    }
    struct lka_span key = lka_column_blob(rows, 0);
    return key.length == sizeof(struct lka_known_key)
               ? lka_erase_keys_has_key(keys, (const uint8_t *)key.text, &unused, error)
               : LKA_OK;
}

static lka_status mark_column(struct lka_erase_keys *keys, const char *table, const char *column,
                              struct lka_error *error)
{
    char sql[300];
    struct lka_statement *rows;
    bool row = true;
    snprintf(sql, sizeof sql,
             "SELECT DISTINCT %s, typeof(%s) = 'text' FROM %s WHERE %s IN (SELECT key FROM temp.erase_keys)", column,
             column, table, column);
    LKA_TRY(lka_statement_new(keys->workspace, sql, &rows, error));
    lka_status status = lka_statement_step(rows, &row, error);
    while (status == LKA_OK && row) {
        status = mark(keys, rows, error);
        status = status == LKA_OK ? lka_statement_step(rows, &row, error) : status;
    }
    lka_statement_free(rows);
    return status;
}

static lka_status mark_tables(struct lka_erase_keys *keys, struct lka_error *error)
{
    for (size_t i = 0; i < lka_store_schema.table_count; i++) {
        const struct lka_stored_table *table = &lka_store_schema.tables[i];
        struct lka_person_key of = lka_person_key_of(table);
        for (size_t c = 0; c < of.count; c++) {
            LKA_TRY(mark_column(keys, table->name, of.columns[c], error));
        }
        LKA_TRY(of.link[0] ? mark_column(keys, table->name, of.link, error) : LKA_OK);
    }
    return LKA_OK;
}

lka_status lka_erase_keys_unknown(struct lka_erase_keys *keys, uint64_t *unknown, struct lka_error *error)
{
    uint32_t last = 0;
    bool known = true;
    *unknown = 0;
    LKA_TRY(mark_tables(keys, error));
    for (size_t i = 0; i < keys->name_count; i++) {
        *unknown += keys->names[i].person != last && !known;
        known = (keys->names[i].person == last && known) || lka_seen_has(&keys->found, keys->names[i].name);
        last = keys->names[i].person;
    }
    *unknown += !known;
    return LKA_OK;
}
