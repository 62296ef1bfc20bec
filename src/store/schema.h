/* store/schema.h: the tables as data, and how a database of an older version becomes one of this version. */
#ifndef LKA_STORE_SCHEMA_H
#define LKA_STORE_SCHEMA_H

#include "store/workspace.h"

struct lka_stored_table {
    const char *name;
    const char *person; /* the column by which a person's rows are found; "" where it holds nobody */
    int version;        /* of the schema, since which it is there */
    const char *columns;
};

/* What a table's person key says (store/tables.h). */
struct lka_person_key {
    char columns[2][32]; /* rows are a person's by any of these */
    size_t count;
    char link[32]; /* a column by which the first is told, if it tells one alone; "" */
};
struct lka_person_key lka_person_key_of(const struct lka_stored_table *table);

struct lka_migration {
    int version; /* of the schema that it leads to */
    const char *sql;
};

struct lka_schema_history {
    int version;
    const struct lka_stored_table *tables;
    size_t table_count;
    const struct lka_migration *migrations;
    size_t migration_count;
};

/* This program's: store/tables.h. */
extern const struct lka_schema_history lka_store_schema;

/* Within an open transaction, from version `from` (0: a new database) to the newest: makes the tables that came since,
 * changes the older ones, and marks the database. */
lka_status lka_schema_migrate(struct lka_workspace *workspace, const struct lka_schema_history *schema, int64_t from,
                              struct lka_error *error);

#endif
