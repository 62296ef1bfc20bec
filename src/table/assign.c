/* Which role and type each column has: what the user says, then what the stage that wrote the file says, then its
 * name. */
#include "table/schema.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/roles.h"

struct assignment {
    struct lka_schema *schema;
    const char *file;
    bool id_optional;
    bool *settled; /* columns that have their role */
};

/* The nearest of the names, which may be many; NULL if none is near. */
static const char *nearest_column(const struct lka_schema *schema, const char *word)
{
    const char *best = NULL;
    for (size_t c = 0; c < schema->count; c++) {
        const char *pair[] = {best ? best : schema->columns[c].name, schema->columns[c].name};
        best = lka_nearest(word, pair, best ? 2 : 1);
    }
    return best;
}

static lka_status fail_absent(const struct assignment *assignment, const char *flag, struct lka_span name,
                              struct lka_error *error)
{
    char shown[64];
    char *word = lka_copy_text(name.text, name.length);
    if (!word) {
        return lka_fail_memory(error, name.length);
    }
    const char *nearest = nearest_column(assignment->schema, word);
    lka_free(word);
    return lka_fail_at(error, LKA_USAGE, assignment->file, 0, 0, "has no column %s, which --%s names%s%s%s",
                       lka_show(name, false, shown), flag, nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                       nearest ? "\"?" : "");
}

/* Cuts "NAME=WHAT" at its last =, and finds the column. */
static lka_status take_apart(const struct assignment *assignment, const char *flag, const char *item, size_t *column,
                             struct lka_span *what, struct lka_error *error)
{
    const char *equals = strrchr(item, '=');
    if (!equals || equals == item || !equals[1]) {
        return lka_fail(error, LKA_USAGE, "--%s \"%.100s\"; %s is needed", flag, item,
                        strcmp(flag, "role") == 0 ? "NAME=ROLE" : "NAME=TYPE");
    }
    struct lka_span name = {item, (uint32_t)(equals - item)};
    *what = lka_span_of(equals + 1);
    ptrdiff_t found = lka_schema_find(assignment->schema, name);
    if (found == LKA_NO_COLUMN) {
        return fail_absent(assignment, flag, name, error);
    }
    *column = (size_t)found;
    return LKA_OK;
}

/* The problem of a value, told with the flag and the column it stands for. */
static lka_status fail_value(const char *flag, const char *column, const struct lka_error *problem,
                             struct lka_error *error)
{
    if (problem->code != LKA_USAGE) {
        return lka_fail(error, problem->code, "%.1000s", problem->message);
    }
    return lka_fail(error, LKA_USAGE, "--%s: column \"%.100s\": %.800s", flag, column, problem->message);
}

static void settle(struct assignment *assignment, size_t column, enum lka_role role, char *argument)
{
    struct lka_column *to = &assignment->schema->columns[column];
    lka_free(to->role_argument);
    to->role = role;
    to->role_argument = argument;
    assignment->settled[column] = true;
}

static lka_status take_role(struct assignment *assignment, const char *item, struct lka_error *error)
{
    size_t column = 0;
    struct lka_span what;
    LKA_TRY(take_apart(assignment, "role", item, &column, &what, error));
    enum lka_role role;
    char *argument;
    struct lka_column *to = &assignment->schema->columns[column];
    struct lka_error problem = {0};
    if (lka_role_parse(what, &role, &argument, &problem) != LKA_OK) {
        return fail_value("role", to->name, &problem, error);
    }
    if (assignment->settled[column] &&
        (to->role != role || strcmp(argument ? argument : "", to->role_argument ? to->role_argument : "") != 0)) {
        lka_free(argument);
        return lka_fail(error, LKA_USAGE, "--role gives column \"%.100s\" two roles; one is allowed", to->name);
    }
    settle(assignment, column, role, argument);
    to->role_given = true;
    return LKA_OK;
}

static lka_status take_type(struct assignment *assignment, const char *item, struct lka_error *error)
{
    size_t column = 0;
    struct lka_span what;
    LKA_TRY(take_apart(assignment, "type", item, &column, &what, error));
    struct lka_column *to = &assignment->schema->columns[column];
    enum lka_type type;
    struct lka_error problem = {0};
    if (lka_type_parse(what, &type, &problem) != LKA_OK) {
        return fail_value("type", to->name, &problem, error);
    }
    if (to->type_given && to->type != type) {
        return lka_fail(error, LKA_USAGE, "--type gives column \"%.100s\" two types; one is allowed", to->name);
    }
    to->type = type;
    to->type_given = true;
    return LKA_OK;
}

/* A role that a later version wrote, and that this one does not know, is passed over. */
static lka_status take_stage_roles(struct assignment *assignment, const json_t *stage_roles, struct lka_error *error)
{
    for (size_t c = 0; c < assignment->schema->count; c++) {
        const char *text = json_string_value(json_object_get(stage_roles, assignment->schema->columns[c].name));
        if (!text || assignment->settled[c]) {
            continue;
        }
        enum lka_role role;
        char *argument;
        lka_status status = lka_role_parse(lka_span_of(text), &role, &argument, NULL);
        if (status == LKA_OK) {
            settle(assignment, c, role, argument);
        } else if (status == LKA_MEMORY) {
            return lka_fail_memory(error, strlen(text));
        }
    }
    return LKA_OK;
}

static lka_status take_recognised(struct assignment *assignment, const struct lka_role_names *names,
                                  struct lka_error *error)
{
    for (size_t c = 0; c < assignment->schema->count; c++) {
        if (assignment->settled[c]) {
            continue;
        }
        const struct lka_role_name *name = lka_role_names_find(names, assignment->schema->columns[c].name);
        if (!name) {
            continue;
        }
        char *argument = lka_copy_string(name->argument);
        if (name->argument && !argument) {
            return lka_fail_memory(error, strlen(name->argument) + 1);
        }
        /* Which of the recognised ids is the id is decided afterwards. */
        settle(assignment, c, name->role == LKA_ROLE_ID ? LKA_ROLE_IGNORE : name->role, argument);
        assignment->settled[c] = name->role != LKA_ROLE_ID;
    }
    return LKA_OK;
}

/* ---- the id column ---------------------------------------------------------------------------- */

static lka_status take_id(struct assignment *assignment, const char *id, struct lka_error *error)
{
    ptrdiff_t found = lka_schema_find(assignment->schema, lka_span_of(id));
    if (found == LKA_NO_COLUMN) {
        return fail_absent(assignment, "id", lka_span_of(id), error);
    }
    for (size_t c = 0; c < assignment->schema->count; c++) {
        struct lka_column *column = &assignment->schema->columns[c];
        if (column->role == LKA_ROLE_ID && (ptrdiff_t)c != found) {
            if (column->role_given) {
                return lka_fail(error, LKA_USAGE,
                                "--id %.100s and --role %.100s=id name two id columns; one is allowed", id,
                                column->name);
            }
            column->role = LKA_ROLE_IGNORE;
        }
    }
    settle(assignment, (size_t)found, LKA_ROLE_ID, NULL);
    assignment->schema->columns[found].role_given = true;
    return LKA_OK;
}

/* The ids that roles named: one is the id, two are one too many. *found stays LKA_NO_COLUMN if there is none. */
static lka_status id_by_role(const struct assignment *assignment, ptrdiff_t *found, struct lka_error *error)
{
    *found = LKA_NO_COLUMN;
    for (size_t c = 0; c < assignment->schema->count; c++) {
        const struct lka_column *column = &assignment->schema->columns[c];
        if (column->role != LKA_ROLE_ID) {
            continue;
        }
        if (*found != LKA_NO_COLUMN) {
            return lka_fail_at(error, LKA_USAGE, assignment->file, 0, 0,
                               "columns \"%.100s\" and \"%.100s\" both have the role id; one is allowed",
                               assignment->schema->columns[*found].name, column->name);
        }
        *found = (ptrdiff_t)c;
    }
    return LKA_OK;
}

/* Of the columns that nobody gave a role: the one whose name comes first in the table of ids. */
static ptrdiff_t id_by_name(const struct assignment *assignment, const struct lka_role_names *names)
{
    for (size_t n = 0; n < names->count; n++) {
        for (size_t c = 0; c < assignment->schema->count && names->items[n].role == LKA_ROLE_ID; c++) {
            if (!assignment->settled[c] && lka_role_name_fits(&names->items[n], assignment->schema->columns[c].name)) {
                return (ptrdiff_t)c;
            }
        }
    }
    return LKA_NO_COLUMN;
}

static lka_status fail_no_id(const struct assignment *assignment, struct lka_error *error)
{
    enum { SHOWN = 8 };
    struct lka_text columns = {0};
    const struct lka_schema *schema = assignment->schema;
    for (size_t c = 0; c < schema->count && c < SHOWN; c++) {
        char shown[64];
        lka_text_format(&columns, "%s%s", c ? ", " : "", lka_show(lka_span_of(schema->columns[c].name), false, shown));
    }
    lka_text_string(&columns, schema->count > SHOWN ? ", ..." : "");
    lka_status status =
        columns.failed
            ? lka_fail_memory(error, columns.length)
            : lka_fail_at(
                  error, LKA_USAGE, assignment->file, 0, 0,
                  "has no id column; name it with --id (recognised: id, contact_id, prospect_id, customer_id; the "
                  "columns are %s)",
                  columns.bytes);
    lka_text_release(&columns);
    return status;
}

static lka_status find_id(struct assignment *assignment, const char *id, const struct lka_role_names *names,
                          struct lka_error *error)
{
    if (id) {
        return take_id(assignment, id, error);
    }
    ptrdiff_t found;
    LKA_TRY(id_by_role(assignment, &found, error));
    if (found == LKA_NO_COLUMN) {
        found = id_by_name(assignment, names);
    }
    if (found == LKA_NO_COLUMN) {
        return assignment->id_optional ? LKA_OK : fail_no_id(assignment, error);
    }
    settle(assignment, (size_t)found, LKA_ROLE_ID, NULL);
    return LKA_OK;
}

static lka_status assign(struct assignment *assignment, const char *id, const struct lka_list *roles,
                         const struct lka_list *types, const json_t *stage_roles, const struct lka_role_names *names,
                         struct lka_error *error)
{
    for (size_t i = 0; roles && i < roles->count; i++) {
        LKA_TRY(take_role(assignment, roles->items[i], error));
    }
    for (size_t i = 0; types && i < types->count; i++) {
        LKA_TRY(take_type(assignment, types->items[i], error));
    }
    LKA_TRY(take_stage_roles(assignment, stage_roles, error));
    LKA_TRY(take_recognised(assignment, names, error));
    return find_id(assignment, id, names, error);
}

static lka_status assign_all(struct assignment assignment, const char *id, const struct lka_list *roles,
                             const struct lka_list *types, const json_t *stage_roles, struct lka_error *error)
{
    struct lka_role_names names;
    LKA_TRY(lka_role_names_init(&names, error));
    lka_status status = LKA_NEW(assignment.settled, assignment.schema->count, error);
    if (status == LKA_OK) {
        status = assign(&assignment, id, roles, types, stage_roles, &names, error);
    }
    lka_free(assignment.settled);
    lka_role_names_release(&names);
    return status;
}

lka_status lka_schema_assign(struct lka_schema *schema, const char *id, const struct lka_list *roles,
                             const struct lka_list *types, const json_t *stage_roles, const char *file,
                             struct lka_error *error)
{
    return assign_all((struct assignment){.schema = schema, .file = file}, id, roles, types, stage_roles, error);
}

lka_status lka_schema_assign_roles(struct lka_schema *schema, const struct lka_list *roles, const char *file,
                                   struct lka_error *error)
{
    return assign_all((struct assignment){.schema = schema, .file = file, .id_optional = true}, NULL, roles, NULL, NULL,
                      error);
}
