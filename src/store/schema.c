#include "store/schema.h"

#include "base/error.h"
#include "store/tables.h"

#include <stdio.h>

static const struct lka_stored_table tables[] = {
#define ROW(name, person, version, columns) {#name, person, version, columns},
    LKA_TABLES(ROW)
#undef ROW
};

/* The first row only keeps the array from being empty: nothing leads to version 0. */
static const struct lka_migration migrations[] = {{0, ""},
#define ROW(version, sql) {version, sql},
                                                  LKA_MIGRATIONS(ROW)
#undef ROW
};

const struct lka_schema_history lka_store_schema = {LKA_SCHEMA_VERSION, tables, sizeof tables / sizeof *tables,
                                                    migrations, sizeof migrations / sizeof *migrations};

struct lka_person_key lka_person_key_of(const struct lka_stored_table *table)
{
    struct lka_person_key key = {0};
    if (sscanf(table->person, "%31[a-z_] < %31[a-z_]", key.columns[0], key.link) < 2) {
        sscanf(table->person, "%31[a-z_], %31[a-z_]", key.columns[0], key.columns[1]);
    }
    key.count = (size_t)(key.columns[0][0] != 0) + (key.columns[1][0] != 0);
    return key;
}

static lka_status execute(struct lka_workspace *workspace, struct lka_text *sql, struct lka_error *error)
{
    lka_status status = sql->failed ? lka_fail_memory(error, sql->length)
                                    : lka_workspace_execute(workspace, sql->bytes, error);
    lka_text_release(sql);
    return status;
}

static lka_status make_tables(struct lka_workspace *workspace, const struct lka_schema_history *schema, int64_t from,
                              struct lka_error *error)
{
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct lka_stored_table *table = &schema->tables[i];
        if (table->version > from) {
            struct lka_text sql = {0};
            lka_text_format(&sql, "CREATE TABLE %s %s", table->name, table->columns);
            LKA_TRY(execute(workspace, &sql, error));
        }
    }
    return LKA_OK;
}

/* A new database has its tables as they are now. */
static lka_status change_tables(struct lka_workspace *workspace, const struct lka_schema_history *schema, int64_t from,
                                struct lka_error *error)
{
    for (size_t i = 0; i < schema->migration_count && from > 0; i++) {
        if (schema->migrations[i].version > from) {
            LKA_TRY(lka_workspace_execute(workspace, schema->migrations[i].sql, error));
        }
    }
    return LKA_OK;
}

lka_status lka_schema_migrate(struct lka_workspace *workspace, const struct lka_schema_history *schema, int64_t from,
                              struct lka_error *error)
{
    LKA_TRY(make_tables(workspace, schema, from, error));
    LKA_TRY(change_tables(workspace, schema, from, error));
    struct lka_text sql = {0};
    lka_text_format(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", (int)LKA_APPLICATION_ID,
                    schema->version);
    return execute(workspace, &sql, error);
}
