#include "score/binding.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

/* ---- selecting -------------------------------------------------------------------------------- */

size_t lka_binding_cell(struct lka_binding *binding, size_t column)
{
    if (binding->cell[column] == LKA_NO_COLUMN) {
        binding->columns[binding->count] = column;
        binding->cell[column] = (ptrdiff_t)binding->count++;
    }
    return (size_t)binding->cell[column];
}

static lka_status lay_out(struct lka_binding *binding, struct lka_error *error)
{
    size_t width = binding->schema->count;
    LKA_TRY(LKA_NEW(binding->columns, width, error));
    LKA_TRY(LKA_NEW(binding->cell, width, error));
    for (size_t c = 0; c < width; c++) {
        binding->cell[c] = LKA_NO_COLUMN;
    }
    binding->consent = lka_consent_for(binding->schema, "profiling");
    for (size_t i = 0; i < binding->consent.count; i++) {
        (void)lka_binding_cell(binding, binding->consent.columns[i]);
    }
    binding->id = lka_binding_cell(binding, (size_t)lka_schema_role(binding->schema, LKA_ROLE_ID));
    ptrdiff_t email = lka_schema_role(binding->schema, LKA_ROLE_EMAIL);
    binding->email = email == LKA_NO_COLUMN ? email : (ptrdiff_t)lka_binding_cell(binding, (size_t)email);
    return LKA_OK;
}

/* ---- the plan's columns ----------------------------------------------------------------------- */

/* "a", "b", "c" and 7 more */
static void list_names(struct lka_text *names, const char *name, size_t before)
{
    if (before < 5) {
        lka_text_format(names, "%s\"%.60s\"", before ? ", " : "", name);
    }
}

static lka_status note_absent(const struct lka_text *names, size_t absent, size_t wanted, bool strict,
                              const char *whose, const char *file, const struct lka_session *session,
                              struct lka_error *error)
{
    char more[48] = "";
    if (absent > 5) {
        snprintf(more, sizeof more, " and %zu more", absent - 5);
    }
    if (absent == wanted) {
        return lka_fail_at(error, LKA_USAGE, file, 0, 0,
                           "has none of the %zu columns that %.200s reads: %s%s; names must be those of training",
                           wanted, whose, names->bytes, more);
    }
    if (strict) {
        return lka_fail_at(error, LKA_USAGE, file, 0, 0,
                           "lacks %zu of the %zu columns that %.200s reads: %s%s; --strict wants all", absent, wanted,
                           whose, names->bytes, more);
    }
    lka_warn(session, "%s lacks %zu of the %zu columns that %.200s reads, they count as missing: %s%s", file, absent,
             wanted, whose, names->bytes, more);
    return LKA_OK;
}

/* The plan's types were learned: --type may repeat them, and cannot change them. */
static lka_status check_types(const struct lka_binding *binding, const struct lka_plan *plan, struct lka_error *error)
{
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        const char *name = lka_plan_column_name(plan, c);
        ptrdiff_t at = lka_schema_find(binding->schema, lka_span_of(name));
        const struct lka_column *column = at == LKA_NO_COLUMN ? NULL : &binding->schema->columns[at];
        if (column && column->type_given && column->type != lka_plan_column_type(plan, c)) {
            return lka_fail(error, LKA_USAGE,
                            "--type %.60s=%s: the model was trained with type %s; train again to change it", name,
                            lka_type_name(column->type), lka_type_name(lka_plan_column_type(plan, c)));
        }
    }
    return LKA_OK;
}

lka_status lka_binding_check(const struct lka_binding *binding, const struct lka_plan *plan, const char *whose,
                             const char *file, bool strict, const struct lka_session *session, struct lka_error *error)
{
    size_t wanted = lka_plan_column_count(plan);
    struct lka_text names = {0};
    size_t absent = 0;
    for (size_t c = 0; c < wanted; c++) {
        const char *name = lka_plan_column_name(plan, c);
        if (lka_schema_find(binding->schema, lka_span_of(name)) == LKA_NO_COLUMN) {
            list_names(&names, name, absent++);
        }
    }
    lka_status status = names.failed ? lka_fail_memory(error, names.capacity) : check_types(binding, plan, error);
    if (status == LKA_OK && absent > 0) {
        status = note_absent(&names, absent, wanted, strict, whose, file, session, error);
    }
    lka_text_release(&names);
    return status;
}

lka_status lka_binding_cells(struct lka_binding *binding, const struct lka_plan *plan, ptrdiff_t **cells,
                             struct lka_error *error)
{
    size_t wanted = lka_plan_column_count(plan);
    LKA_TRY(LKA_NEW(*cells, wanted, error));
    for (size_t c = 0; c < wanted; c++) {
        ptrdiff_t column = lka_schema_find(binding->schema, lka_span_of(lka_plan_column_name(plan, c)));
        (*cells)[c] = column == LKA_NO_COLUMN ? column : (ptrdiff_t)lka_binding_cell(binding, (size_t)column);
    }
    return LKA_OK;
}

/* ---- life ------------------------------------------------------------------------------------- */

lka_status lka_binding_begin(struct lka_binding *binding, const struct lka_table *table, struct lka_error *error)
{
    *binding = (struct lka_binding){.schema = &table->schema};
    lka_status status = lay_out(binding, error);
    if (status != LKA_OK) {
        lka_binding_release(binding);
    }
    return status;
}

lka_status lka_binding_init(struct lka_binding *binding, const struct lka_model *model, const struct lka_table *table,
                            bool strict, const struct lka_session *session, struct lka_error *error)
{
    LKA_TRY(lka_binding_begin(binding, table, error));
    lka_status status = lka_binding_cells(binding, model->plan, &binding->plan_cell, error);
    if (status == LKA_OK) {
        status = lka_binding_check(binding, model->plan, "the model", lka_source_name(table->source), strict, session,
                                   error);
    }
    if (status != LKA_OK) {
        lka_binding_release(binding);
    }
    return status;
}

void lka_binding_release(struct lka_binding *binding)
{
    lka_free(binding->columns);
    lka_free(binding->cell);
    lka_free(binding->plan_cell);
    *binding = (struct lka_binding){0};
}

lka_status lka_binding_find(const struct lka_binding *binding, const char *flag, const char *name, size_t *column,
                            struct lka_error *error)
{
    ptrdiff_t found = lka_schema_find(binding->schema, lka_span_of(name));
    if (found != LKA_NO_COLUMN) {
        *column = (size_t)found;
        return LKA_OK;
    }
    const char **names;
    LKA_TRY(LKA_NEW(names, binding->schema->count, error));
    for (size_t c = 0; c < binding->schema->count; c++) {
        names[c] = binding->schema->columns[c].name;
    }
    const char *nearest = lka_nearest(name, names, binding->schema->count);
    char shown[64];
    lka_status status = lka_fail(error, LKA_USAGE, "--%s: the pool has no column %s%s%s%s", flag,
                                 lka_show(lka_span_of(name), false, shown), nearest ? "; did you mean \"" : "",
                                 nearest ? nearest : "", nearest ? "\"?" : "");
    lka_free(names);
    return status;
}

size_t lka_binding_block_rows(const struct lka_binding *binding, const struct lka_model *model)
{
    enum { CELLS = 1 << 13, LEAST = 64, TOGETHER = 504 };
    size_t features = lka_plan_space(model->plan)->count;
    size_t widest = binding->count > features ? binding->count : features;
    /* A forest takes up to 512 rows at once (models/forest/slices.h): nearly as many, where that is near. Not as many, since
     * columns that stand a power of two apart share a few lines of the nearest cache, and a row has one in each of them. */
    size_t rows = CELLS / (widest ? widest : 1);
    rows = rows < TOGETHER / 2 ? rows : (rows + TOGETHER / 2) / TOGETHER * TOGETHER;
    return rows < LEAST ? LEAST : rows > LKA_BLOCK_ROWS ? LKA_BLOCK_ROWS : rows;
}
