/* The tables of state.sqlite, by the person keys that store/tables.h declares: there is no second list. */
#include "erase/stage.h"

#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "store/artefacts.h"
#include "store/schema.h"

#include <stdio.h>

static void write_condition(const struct lka_person_key *key, char *condition, size_t size)
{
    static const char in[] = "IN (SELECT key FROM temp.erase_keys)";
    if (key->count == 2) {
        snprintf(condition, size, "%s %s OR %s %s", key->columns[0], in, key->columns[1], in);
    } else {
        snprintf(condition, size, "%s %s", key->columns[0], in);
    }
}

static lka_status take_table(struct lka_erasing *erasing, const struct lka_stored_table *table, bool purge,
                             json_t *list, uint64_t *rows, struct lka_error *error)
{
    char condition[256];
    char sql[400];
    int64_t count = 0;
    struct lka_person_key key = lka_person_key_of(table);
    if (key.count == 0) {
        return LKA_OK;
    }
    write_condition(&key, condition, sizeof condition);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s", table->name, condition);
    LKA_TRY(lka_statement_number(erasing->workspace, sql, &count, error));
    if (purge && count > 0) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE %s", table->name, condition);
        LKA_TRY(lka_workspace_execute(erasing->workspace, sql, error));
    }
    *rows += (uint64_t)count;
    return json_object_set_new(list, table->name, json_integer(count)) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

lka_status lka_erase_tables(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                            struct lka_error *error)
{
    json_decref(*list);
    *list = json_object();
    *rows = 0;
    for (size_t i = 0; i < lka_store_schema.table_count && *list; i++) {
        LKA_TRY(take_table(erasing, &lka_store_schema.tables[i], purge, *list, rows, error));
    }
    return *list ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- ledgers' own retention --------------------------------------------------------------------- */

/* What an export said long ago goes where a later one said something of the same person on the same platform, and where
 * it took the person off: whoever is on a platform still is remembered as long as they are there. */
static const char old_exports[] =
    "FROM exported_people WHERE export IN (SELECT id FROM exports WHERE day < '%s') AND (removed = 1 OR EXISTS "
    "(SELECT 1 FROM exported_people later JOIN exports l ON l.id = later.export JOIN exports e ON e.id = "
    "exported_people.export WHERE later.person = exported_people.person AND l.platform = e.platform AND l.id > e.id))";
static const char old_people[] = "FROM audience_people WHERE first_entry < '%s'";
static const char old_keys[] = "FROM audience_keys WHERE NOT EXISTS (SELECT 1 FROM audience_people p WHERE p.campaign "
                               "= audience_keys.campaign AND "
                               "p.person = audience_keys.person AND p.first_entry >= '%s')";

static lka_status forget(struct lka_erasing *erasing, const char *name, const char *which, const char *day,
                         struct lka_error *error)
{
    char rows[640];
    char sql[700];
    int64_t count = 0;
    snprintf(rows, sizeof rows, which, day);
    snprintf(sql, sizeof sql, "SELECT count(*) %s", rows);
    LKA_TRY(lka_statement_number(erasing->workspace, sql, &count, error));
    snprintf(sql, sizeof sql, "DELETE %s", rows);
    LKA_TRY(erasing->changes && count > 0 ? lka_workspace_execute(erasing->workspace, sql, error) : LKA_OK);
    return json_object_set_new(erasing->ledgers, name, json_integer(count)) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

lka_status lka_erase_ledgers(struct lka_erasing *erasing, struct lka_error *error)
{
    char day[16];
    int64_t seconds = 0;
    if (!lka_options_given(erasing->all, "ledger-days")) {
        return LKA_OK;
    }
    lka_parse_time(lka_span_of(erasing->day), &seconds);
    lka_format_date(seconds / 86400 - erasing->options->ledger_days, day);
    erasing->ledgers = json_pack("{s:s}", "before", day);
    LKA_TRY(erasing->ledgers ? LKA_OK : lka_fail_memory(error, 0));
    LKA_TRY(forget(erasing, "exported_people", old_exports, day, error));
    LKA_TRY(forget(erasing, "audience_people", old_people, day, error));
    return forget(erasing, "audience_keys", old_keys, day, error);
}

/* ---- models ------------------------------------------------------------------------------------- */

static lka_status name_model(struct lka_erasing *erasing, struct lka_span name, struct lka_span hash,
                             struct lka_error *error)
{
    char *copy = lka_copy_text(name.text, name.length);
    char *path = NULL;
    lka_status status = copy ? lka_artefact_path(erasing->workspace, copy, &path, error)
                             : lka_fail_memory(error, name.length);
    lka_free(copy);
    LKA_TRY(status);
    json_t *model = json_pack("{s:o, s:s%, s:b}", "path", lka_json_string(path), "xxh3", hash.text, (size_t)hash.length,
                              "retrain", 1);
    lka_free(path);
    return json_array_append_new(erasing->models, model) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status name_models(struct lka_erasing *erasing, struct lka_error *error)
{
    struct lka_statement *rows;
    bool row = true;
    LKA_TRY(lka_statement_new(erasing->workspace,
                              "SELECT a.path, a.hash FROM artefacts a JOIN temp.erase_models m ON a.hash = m.model "
                              "WHERE a.kind = 'model' ORDER BY a.path",
                              &rows, error));
    lka_status status = lka_statement_step(rows, &row, error);
    while (status == LKA_OK && row) {
        status = name_model(erasing, lka_column_text(rows, 0), lka_column_text(rows, 1), error);
        status = status == LKA_OK ? lka_statement_step(rows, &row, error) : status;
    }
    lka_statement_free(rows);
    return status;
}

lka_status lka_erase_models(struct lka_erasing *erasing, struct lka_error *error)
{
    char sql[200];
    erasing->models = json_array();
    LKA_TRY(erasing->models ? LKA_OK : lka_fail_memory(error, 0));
    LKA_TRY(lka_workspace_execute(erasing->workspace,
                                  "DROP TABLE IF EXISTS temp.erase_models; "
                                  "CREATE TEMP TABLE erase_models AS SELECT DISTINCT model FROM model_people "
                                  "WHERE person IN (SELECT key FROM temp.erase_keys)",
                                  error));
    snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO retraining SELECT model, '%s' FROM temp.erase_models",
             erasing->day);
    LKA_TRY(erasing->changes ? lka_workspace_execute(erasing->workspace, sql, error) : LKA_OK);
    return name_models(erasing, error);
}
