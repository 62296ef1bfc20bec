/* table/where.h: rules over rows in SQL: --where "segment = 'at_risk' and age between 30 and 50". A table is shown to
 * SQLite as one read-only virtual table behind an authorizer (no other table, no pragma, no function that reaches
 * outside), so that no language of our own is needed, and the same rule works on every table. An empty field is NULL. A
 * column of type number compares as a number (what is none is NULL); one whose type is not known does so where the
 * value is written as a number; everything else is text. A row for which the rule is NULL is not kept.
 *
 * Not thread-safe: one thread uses a rule. SQLite's memory comes from malloc and not from base/memory.h; where it is
 * short, that is LKA_MEMORY as elsewhere.
 */
#ifndef LKA_TABLE_WHERE_H
#define LKA_TABLE_WHERE_H

#include "table/rows.h"
#include "table/schema.h"

struct lka_where;

/* Compiles a rule for tables of that schema. LKA_USAGE for a syntax error, an unknown column (the nearest is named) or
 * what the authorizer refuses; the message shows the rule. The schema is not needed after it. */
lka_status lka_where_new(const char *rule, const struct lka_schema *schema, struct lka_where **where,
                         struct lka_error *error);
void lka_where_free(struct lka_where *where); /* NULL is fine */

/* Lets the session (NULL: nobody) interrupt a rule while it works. */
void lka_where_watch(struct lka_where *where, const struct lka_session *session);

/* The schema columns that the rule reads, ascending: select them with the source. */
const size_t *lka_where_columns(const struct lka_where *where, size_t *count);

/* kept[row] for every row of the block; cells[i] is the cell of the i-th of lka_where_columns in the rows' selection.
 * LKA_USAGE if a value breaks the rule (an overflow in a sum, say). */
lka_status lka_where_rows(struct lka_where *where, const struct lka_rows *rows, const size_t *cells, bool *kept,
                          struct lka_error *error);

#endif
