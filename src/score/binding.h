/* score/binding.h: a model's plan meets a table: which column of the table is what, and where it stands in a block. */
#ifndef LKA_SCORE_BINDING_H
#define LKA_SCORE_BINDING_H

#include "eligibility/consent.h"
#include "source/open.h"
#include "train/model.h"

struct lka_binding {
    const struct lka_schema *schema; /* the table's, with roles; borrowed */
    size_t *columns;                 /* what to select, by index in the schema */
    size_t count;
    ptrdiff_t *cell;            /* by index in the schema: where it stands in the selection, or LKA_NO_COLUMN */
    size_t id;                  /* cells */
    ptrdiff_t email;            /* LKA_NO_COLUMN if there is none */
    struct lka_consent consent; /* for profiling; its first cell is 0 */
    ptrdiff_t *plan_cell;       /* by the plan's columns, for lka_plan_encode */
};

/* The table's roles are taken as they are. Columns of the plan that it lacks are told in a warning, they are missing
 * in every row then; with `strict` they are LKA_USAGE. So is a table that has none of them. */
lka_status lka_binding_init(struct lka_binding *binding, const struct lka_model *model, const struct lka_table *table,
                            bool strict, const struct lka_session *session, struct lka_error *error);
void lka_binding_release(struct lka_binding *binding);

/* The same in two steps, for several plans: the table alone, without plan_cell; then each plan. Of every plan that is
 * checked what it lacks is told, with `whose` it is; *cells, by the plan's columns, are free'd by the caller. */
lka_status lka_binding_begin(struct lka_binding *binding, const struct lka_table *table, struct lka_error *error);
lka_status lka_binding_check(const struct lka_binding *binding, const struct lka_plan *plan, const char *whose,
                             const char *file, bool strict, const struct lka_session *session, struct lka_error *error);
lka_status lka_binding_cells(struct lka_binding *binding, const struct lka_plan *plan, ptrdiff_t **cells,
                             struct lka_error *error);

/* The cell of a column of the schema; the column is selected if it was not. */
size_t lka_binding_cell(struct lka_binding *binding, size_t column);

/* The column of that name; LKA_USAGE, with the flag and the nearest name, if the table has none. */
lka_status lka_binding_find(const struct lka_binding *binding, const char *flag, const char *name, size_t *column,
                            struct lka_error *error);

/* Rows that a block of this table should hold, so that a block takes a few MiB however wide the table is. */
size_t lka_binding_block_rows(const struct lka_binding *binding, const struct lka_model *model);

#endif
