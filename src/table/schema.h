/* table/schema.h: the columns of a table, their roles and types. */
#ifndef LKA_TABLE_SCHEMA_H
#define LKA_TABLE_SCHEMA_H

#include "base/text.h"
#include "lookalike/table.h"

#include <jansson.h>

struct lka_column {
    char *name;
    enum lka_role role;
    char *role_argument; /* "profiling" of consent(profiling); NULL if there is none */
    bool role_given;     /* by the user, and not by its name */
    enum lka_type type;  /* UNKNOWN until inferred */
    bool type_given;
};

struct lka_schema {
    struct lka_column *columns;
    size_t count;
};

enum { LKA_NO_COLUMN = -1 };

/* Columns of these names, every role `feature`, every type unknown. Copies the names.
 * LKA_DATA for an empty or repeated name (file and field number told). */
lka_status lka_schema_init(struct lka_schema *schema, const struct lka_span *names, size_t count, const char *file,
                           struct lka_error *error);
lka_status lka_schema_copy(struct lka_schema *to, const struct lka_schema *from, struct lka_error *error);
void lka_schema_release(struct lka_schema *schema);

/* Index of the column of that name (exact), or LKA_NO_COLUMN. */
ptrdiff_t lka_schema_find(const struct lka_schema *schema, struct lka_span name);
/* Index of the first column of that role, or LKA_NO_COLUMN. */
ptrdiff_t lka_schema_role(const struct lka_schema *schema, enum lka_role role);

/* Gives roles and types: --role and --type of the user first (an unknown column is LKA_USAGE, names the
 * nearest), then `stage_roles` (an object column -> role from a <stage>.json; NULL for none), then the
 * recognised names. The id column: `id` (LKA_USAGE if absent), else the column of role id, else the first of id,
 * contact_id, prospect_id, customer_id; with none of them LKA_USAGE says what is allowed. */
lka_status lka_schema_assign(struct lka_schema *schema, const char *id, const struct lka_list *roles,
                             const struct lka_list *types, const json_t *stage_roles, const char *file,
                             struct lka_error *error);

/* The same for a table that need not have an id column, and whose types do not matter. */
lka_status lka_schema_assign_roles(struct lka_schema *schema, const struct lka_list *roles, const char *file,
                                   struct lka_error *error);

/* Warns of each column that is taken for a feature, and whose name is that of an identifier (unclaimed.c). */
void lka_schema_warn_unclaimed(const struct lka_schema *schema, const char *file, const struct lka_session *session);

/* {"column": "role", ...} for <stage>.json. NULL when memory is short. */
json_t *lka_schema_roles_json(const struct lka_schema *schema);

#endif
