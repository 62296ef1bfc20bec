/* table/roles.h: roles as users write them, and the column names that are recognised (data/roles.yaml). */
#ifndef LKA_TABLE_ROLES_H
#define LKA_TABLE_ROLES_H

#include "base/text.h"
#include "lookalike/table.h"

/* "email", "consent(profiling)", "consent(profiling, meta)". *argument (without spaces) is NULL where there is none;
 * free it. LKA_USAGE says what is allowed. */
lka_status lka_role_parse(struct lka_span text, enum lka_role *role, char **argument, struct lka_error *error);
lka_status lka_type_parse(struct lka_span text, enum lka_type *type, struct lka_error *error);

/* One recognised name. */
struct lka_role_name {
    char *pattern;
    enum lka_role role;
    char *argument; /* of consent(...); else NULL */
};

struct lka_role_names {
    struct lka_role_name *items; /* as the file has them */
    size_t count;
    size_t capacity;
};

lka_status lka_role_names_init(struct lka_role_names *names, struct lka_error *error);
void lka_role_names_release(struct lka_role_names *names);

bool lka_role_name_fits(const struct lka_role_name *name, const char *column);
/* The first that fits, or NULL. */
const struct lka_role_name *lka_role_names_find(const struct lka_role_names *names, const char *column);

#endif
