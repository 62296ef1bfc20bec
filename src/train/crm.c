#include "train/crm.h"

#include "base/date.h"
#include "base/error.h"

const char *const lka_group_names[LKA_GROUPS] = {"reactivated", "silent", "unreached"};

enum { GROUP, AS_OF, WEIGHT };

/* ---- the columns ------------------------------------------------------------------------------ */

/* The column of this name if it has the role, else the first that has it. */
static ptrdiff_t find(const struct lka_schema *schema, const char *name, enum lka_role role)
{
    ptrdiff_t named = lka_schema_find(schema, lka_span_of(name));
    return named != LKA_NO_COLUMN && schema->columns[named].role == role ? named : lka_schema_role(schema, role);
}

static void add(struct lka_crm_columns *columns, const struct lka_schema *schema, ptrdiff_t at)
{
    columns->columns[columns->count] = (size_t)at;
    columns->names[columns->count++] = schema->columns[at].name;
}

static lka_status need(struct lka_crm_columns *columns, const struct lka_schema *schema, const char *name,
                       enum lka_role role, const char *file, const char *what, struct lka_error *error)
{
    ptrdiff_t at = find(schema, name, role);
    if (at == LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, file, 0, 0, "has no column %s, %s; name another with --role NAME=%s", name,
                           what, role == LKA_ROLE_GROUP ? "group" : "time");
    }
    add(columns, schema, at);
    return LKA_OK;
}

lka_status lka_crm_columns_find(struct lka_schema *schema, const char *file, struct lka_crm_columns *columns,
                                struct lka_error *error)
{
    *columns = (struct lka_crm_columns){0};
    LKA_TRY(need(columns, schema, "group", LKA_ROLE_GROUP, file, "which says who is reactivated, silent or unreached",
                 error));
    LKA_TRY(
        need(columns, schema, "features_as_of", LKA_ROLE_TIME, file, "the day that a row's features are as of", error));
    ptrdiff_t weight = lka_schema_find(schema, LKA_SPAN("weight"));
    if (weight != LKA_NO_COLUMN && !schema->columns[weight].role_given) {
        schema->columns[weight].role = LKA_ROLE_WEIGHT;
    }
    weight = find(schema, "weight", LKA_ROLE_WEIGHT);
    if (weight != LKA_NO_COLUMN) {
        add(columns, schema, weight);
    }
    return LKA_OK;
}

/* ---- a row ------------------------------------------------------------------------------------ */

static bool refuse(const struct lka_crm_columns *columns, const struct lka_rows *rows, size_t first_cell, size_t which,
                   size_t row, const char *allowed, struct lka_error *problem)
{
    char name[64];
    char shown[64];
    struct lka_span value = lka_cell(rows, first_cell + which, row);
    (void)lka_fail_at(problem, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row],
                      rows->fields ? rows->fields[first_cell + which] : 0, "column %s: %s is not allowed; allowed: %s",
                      lka_show(lka_span_of(columns->names[which]), false, name),
                      value.length ? lka_show(value, false, shown) : "nothing", allowed);
    return false;
}

static bool read_group(struct lka_span value, enum lka_group *group)
{
    for (int g = 0; g < LKA_GROUPS; g++) {
        if (lka_span_equal(value, lka_span_of(lka_group_names[g]))) {
            *group = (enum lka_group)g;
            return true;
        }
    }
    return false;
}

static bool read_weight(struct lka_span value, double *weight)
{
    *weight = 1;
    return value.length == 0 || (lka_parse_number(value, weight) && *weight >= 0 && *weight <= 1e9);
}

bool lka_contact_read(const struct lka_crm_columns *columns, const struct lka_rows *rows, size_t first_cell, size_t row,
                      struct lka_contact *contact, struct lka_error *problem)
{
    int64_t seconds = 0;
    contact->weight = 1;
    if (!read_group(lka_cell(rows, first_cell + GROUP, row), &contact->group)) {
        return refuse(columns, rows, first_cell, GROUP, row, "reactivated, silent or unreached", problem);
    }
    if (!lka_parse_time(lka_cell(rows, first_cell + AS_OF, row), &seconds)) {
        return refuse(columns, rows, first_cell, AS_OF, row, "an ISO 8601 date such as 2024-02-29", problem);
    }
    if (columns->count > WEIGHT && !read_weight(lka_cell(rows, first_cell + WEIGHT, row), &contact->weight)) {
        return refuse(columns, rows, first_cell, WEIGHT, row, "a number from 0 to 1e9", problem);
    }
    contact->day = seconds / 86400 - (seconds % 86400 < 0);
    return true;
}
