/* table/where.h: rules over rows in SQL: --where "segment = 'at_risk' and age between 30 and 50". A table is shown to
 * SQLite as one read-only virtual table behind an authorizer (no other table, no pragma, no function that reaches outside),
 * so that no language of our own is needed, and the same rule works on every table. A column of type number compares as a
 * number, an empty field is NULL, everything else is text.
 *
 * Not thread-safe: one thread uses a rule.
 */
#ifndef LKA_TABLE_WHERE_H
#define LKA_TABLE_WHERE_H

#include "table/rows.h"
#include "table/schema.h"

struct lka_where;

/* Compiles a rule for tables of that schema. LKA_USAGE for a syntax error, an unknown column (the nearest is named) or what
 * the authorizer refuses; the message shows the rule. */
lka_status lka_where_new(const char *rule, const struct lka_schema *schema, struct lka_where **where,
                         struct lka_error *error);
void lka_where_free(struct lka_where *where); /* NULL is fine */

/* The schema columns that the rule reads, ascending: select them with the source. */
const size_t *lka_where_columns(const struct lka_where *where, size_t *count);

/* kept[row] for every row of the block; cells[i] is the cell of the i-th of lka_where_columns in the rows' selection. */
lka_status lka_where_rows(struct lka_where *where, const struct lka_rows *rows, const size_t *cells, bool *kept,
                          struct lka_error *error);

#endif
