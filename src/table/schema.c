#include "table/schema.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

/* ---- making ----------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct lka_column *const *first = a;
    const struct lka_column *const *second = b;
    int order = strcmp((*first)->name, (*second)->name);
    return order ? order : (*first > *second) - (*first < *second);
}

/* Two columns of one name stand side by side once sorted. */
static lka_status check_repeated(const struct lka_schema *schema, const char *file, struct lka_error *error)
{
    const struct lka_column **sorted;
    LKA_TRY(LKA_NEW(sorted, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        sorted[c] = &schema->columns[c];
    }
    qsort(sorted, schema->count, sizeof *sorted, by_name);
    const struct lka_column *repeated = NULL;
    const struct lka_column *first = NULL;
    for (size_t c = 1; c < schema->count; c++) {
        bool same = strcmp(sorted[c]->name, sorted[c - 1]->name) == 0;
        if (same && (!repeated || sorted[c] < repeated)) {
            first = sorted[c - 1];
            repeated = sorted[c];
        }
    }
    lka_free(sorted);
    if (!repeated) {
        return LKA_OK;
    }
    char shown[64];
    return lka_fail_at(error, LKA_DATA, file, 1, (uint64_t)(repeated - schema->columns) + 1,
                       "the header names column %s twice, first as field %td; every column needs a name of its own",
                       lka_show(lka_span_of(repeated->name), false, shown), first - schema->columns + 1);
}

static lka_status fill(struct lka_schema *schema, const struct lka_span *names, size_t count, const char *file,
                       struct lka_error *error)
{
    LKA_TRY(LKA_NEW(schema->columns, count, error));
    for (size_t c = 0; c < count; c++) {
        if (names[c].length == 0) {
            return lka_fail_at(error, LKA_DATA, file, 1, c + 1,
                               "field %zu of the header is empty; every column needs a name", c + 1);
        }
        schema->columns[c].name = lka_copy_text(names[c].text, names[c].length);
        if (!schema->columns[c].name) {
            return lka_fail_memory(error, names[c].length + (size_t)1);
        }
        schema->count = c + 1;
    }
    return check_repeated(schema, file, error);
}

lka_status lka_schema_init(struct lka_schema *schema, const struct lka_span *names, size_t count, const char *file,
                           struct lka_error *error)
{
    *schema = (struct lka_schema){0};
    lka_status status = fill(schema, names, count, file, error);
    if (status != LKA_OK) {
        lka_schema_release(schema);
    }
    return status;
}

static bool copy_column(struct lka_column *to, const struct lka_column *from)
{
    *to = *from;
    to->name = lka_copy_string(from->name);
    to->role_argument = lka_copy_string(from->role_argument);
    return to->name && (to->role_argument || !from->role_argument);
}

lka_status lka_schema_copy(struct lka_schema *to, const struct lka_schema *from, struct lka_error *error)
{
    *to = (struct lka_schema){0};
    LKA_TRY(LKA_NEW(to->columns, from->count, error));
    for (size_t c = 0; c < from->count; c++) {
        to->count = c + 1;
        if (!copy_column(&to->columns[c], &from->columns[c])) {
            lka_schema_release(to);
            return lka_fail_memory(error, from->count * sizeof *to->columns);
        }
    }
    return LKA_OK;
}

void lka_schema_release(struct lka_schema *schema)
{
    for (size_t c = 0; c < schema->count; c++) {
        lka_free(schema->columns[c].name);
        lka_free(schema->columns[c].role_argument);
    }
    lka_free(schema->columns);
    *schema = (struct lka_schema){0};
}

/* ---- looking up ------------------------------------------------------------------------------- */

static bool is_called(const struct lka_column *column, struct lka_span name)
{
    return strncmp(column->name, name.text, name.length) == 0 && column->name[name.length] == '\0';
}

ptrdiff_t lka_schema_find(const struct lka_schema *schema, struct lka_span name)
{
    for (size_t c = 0; c < schema->count; c++) {
        if (is_called(&schema->columns[c], name)) {
            return (ptrdiff_t)c;
        }
    }
    return LKA_NO_COLUMN;
}

ptrdiff_t lka_schema_role(const struct lka_schema *schema, enum lka_role role)
{
    for (size_t c = 0; c < schema->count; c++) {
        if (schema->columns[c].role == role) {
            return (ptrdiff_t)c;
        }
    }
    return LKA_NO_COLUMN;
}

json_t *lka_schema_roles_json(const struct lka_schema *schema)
{
    json_t *object = json_object();
    bool failed = !object;
    for (size_t c = 0; c < schema->count && !failed; c++) {
        const struct lka_column *column = &schema->columns[c];
        const char *role = lka_role_name(column->role);
        json_t *value = column->role_argument && column->role_argument[0]
                            ? json_sprintf("%s(%s)", role, column->role_argument)
                            : json_string(role);
        failed = json_object_set_new(object, column->name, value) != 0;
    }
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
