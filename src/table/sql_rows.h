/* table/sql_rows.h: a block of rows as a read-only table of SQLite, for table/where.h. The table is made once; another
 * block is put behind it between two statements.
 */
#ifndef LKA_TABLE_SQL_ROWS_H
#define LKA_TABLE_SQL_ROWS_H

#include "table/rows.h"
#include "table/schema.h"

#include <sqlite3.h>

/* A column that SQLite knows of. */
struct lka_sql_column {
    size_t column; /* of the schema */
    enum lka_type type;
    bool identifier;
    bool read;    /* by the statement; the others are NULL */
    size_t place; /* of its cell, in `cells` */
};

struct lka_sql_rows {
    const struct lka_schema *schema; /* needed until the statement is compiled */
    struct lka_sql_column *columns;
    size_t count;   /* at least 1 */
    bool declaring; /* SQLite is told the columns now, which asks an authorizer, too */
    const struct lka_rows *rows;
    const size_t *cells;
};

/* sqlite3_create_module(database, name, &lka_sql_rows_module, view): the table has the module's name. */
extern const sqlite3_module lka_sql_rows_module;

#endif
