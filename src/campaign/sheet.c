#include "campaign/sheet.h"

#include "base/error.h"
#include "base/json.h"

#include <stdio.h>

/* ---- opening ---------------------------------------------------------------------------------- */

/* The column that a role names for the field, else the one of the field's own name. */
static ptrdiff_t find_column(const struct lka_schema *schema, const struct lka_list *roles, const char *field)
{
    for (size_t i = 0; roles && i < roles->count; i++) {
        const char *equals = strrchr(roles->items[i], '=');
        if (equals && strcmp(equals + 1, field) == 0) {
            struct lka_span name = {roles->items[i], (uint32_t)(equals - roles->items[i])};
            ptrdiff_t column = lka_schema_find(schema, name);
            if (column != LKA_NO_COLUMN) {
                return column;
            }
        }
    }
    return lka_schema_find(schema, lka_span_of(field));
}

static lka_status bind(struct lka_sheet *sheet, const struct lka_options *options, struct lka_error *error)
{
    const struct lka_schema *schema = lka_source_schema(sheet->source);
    size_t used = 0;
    for (size_t f = 0; f < sheet->count; f++) {
        ptrdiff_t column = find_column(schema, lka_options_value(options, "role"), sheet->fields[f]);
        sheet->cells[f] = column == LKA_NO_COLUMN ? -1 : (ptrdiff_t)used;
        if (column != LKA_NO_COLUMN) {
            sheet->names[f] = schema->columns[column].name;
            sheet->columns[used++] = (size_t)column;
        }
    }
    if (used == 0) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(sheet->source), 1, 0,
                           "has none of the columns of such a table, %s, %s ...; --role NAME=%s says that a column is "
                           "one of them",
                           sheet->fields[0], sheet->fields[1], sheet->fields[0]);
    }
    LKA_TRY(lka_source_select(sheet->source, sheet->columns, used, error));
    return lka_rows_init(&sheet->rows, used, LKA_BLOCK_ROWS, error);
}

static lka_status separator_of(const struct lka_options *options, char *separator, struct lka_error *error)
{
    const char *text = lka_options_text(options, "separator");
    bool tab = text && (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0);
    *separator = tab ? '\t' : text ? *text : '\0';
    if (text && !tab && strlen(text) != 1) {
        return lka_fail(error, LKA_USAGE, "--separator: \"%.20s\" is not allowed; allowed: one ASCII character, or tab",
                        text);
    }
    return LKA_OK;
}

lka_status lka_sheet_rejected_path(const struct lka_options *options, const char *table, char **path,
                                   struct lka_error *error)
{
    struct lka_text text = {0};
    const char *out = lka_options_target(options, "out");
    size_t length = strlen(out);
    while (length > 1 && out[length - 1] == '/') {
        length--;
    }
    lka_text_append(&text, out, length);
    if (strcmp(out, "/dev/null") != 0) {
        lka_text_format(&text, ".%s.rejected.csv", table);
    }
    return lka_text_take(&text, path, error);
}

static lka_status open_source(struct lka_sheet *sheet, const struct lka_list *paths, const struct lka_options *options,
                              const char *rejected, struct lka_error *error)
{
    struct lka_source_options wanted = {
        .max_field = (size_t)lka_options_integer(options, "max-field"),
        .max_bad_rows = (uint64_t)lka_options_integer(options, "max-bad-rows"),
        .rejected = rejected,
        .temporary_directory = lka_options_text(options, "temporary"),
    };
    LKA_TRY(separator_of(options, &wanted.separator, error));
    LKA_TRY(lka_source_open((const char *const *)paths->items, paths->count, &wanted, &sheet->source, error));
    if (lka_source_reads(sheet->source, rejected)) {
        return lka_fail(error, LKA_USAGE,
                        "\"%.200s\" is read as a table, and is where rejected rows go; give it another name", rejected);
    }
    return bind(sheet, options, error);
}

lka_status lka_sheet_open(const struct lka_list *paths, const struct lka_options *options, const char *table,
                          const char *const *fields, size_t count, struct lka_sheet *sheet, struct lka_error *error)
{
    *sheet = (struct lka_sheet){.fields = fields, .count = count};
    char *rejected;
    LKA_TRY(lka_sheet_rejected_path(options, table, &rejected, error));
    lka_status status = open_source(sheet, paths, options, rejected, error);
    lka_free(rejected);
    if (status != LKA_OK) {
        lka_sheet_close(sheet);
    }
    return status;
}

void lka_sheet_close(struct lka_sheet *sheet)
{
    lka_rows_release(&sheet->rows);
    lka_source_close(sheet->source);
    *sheet = (struct lka_sheet){0};
}

/* ---- rows ------------------------------------------------------------------------------------- */

lka_status lka_sheet_next(struct lka_sheet *sheet, const struct lka_session *session, const char *step,
                          struct lka_error *error)
{
    LKA_TRY(lka_source_next(sheet->source, &sheet->rows, error));
    return lka_source_step(sheet->source, step, session, error);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct lka_span lka_sheet_value(const struct lka_sheet *sheet, size_t field, size_t row)
{
    if (sheet->cells[field] < 0) {
        return (struct lka_span){"", 0};
    }
    struct lka_span value = lka_cell(&sheet->rows, (size_t)sheet->cells[field], row);
    while (value.length > 0 && is_space(value.text[0])) {
        value.text++;
        value.length--;
    }
    while (value.length > 0 && is_space(value.text[value.length - 1])) {
        value.length--;
    }
    return value;
}

lka_status lka_sheet_reject(struct lka_sheet *sheet, size_t row, size_t field, bool masked, const char *why,
                            struct lka_error *error)
{
    char shown[64];
    struct lka_error problem;
    const char *name = sheet->names[field] ? sheet->names[field] : sheet->fields[field];
    uint64_t column = sheet->cells[field] < 0 ? 0 : sheet->columns[sheet->cells[field]] + 1;
    lka_fail_at(&problem, LKA_DATA, sheet->rows.file, sheet->rows.lines[row], column, "column \"%.60s\": %s %s", name,
                lka_show(lka_sheet_value(sheet, field, row), masked, shown), why);
    return lka_source_reject(sheet->source, &sheet->rows, row, &problem, error);
}

lka_status lka_sheet_need(const struct lka_sheet *sheet, uint32_t mask, struct lka_error *error)
{
    char names[256] = "";
    size_t used = 0;
    for (size_t f = 0; f < sheet->count; f++) {
        if (!(mask & (1u << f))) {
            continue;
        }
        if (lka_sheet_has(sheet, f)) {
            return LKA_OK;
        }
        used += (size_t)snprintf(names + used, used < sizeof names ? sizeof names - used : 0, "%s\"%s\"",
                                 used ? " or " : "", sheet->fields[f]);
        used = used < sizeof names ? used : sizeof names - 1;
    }
    return lka_fail_at(error, LKA_USAGE, lka_source_name(sheet->source), 1, 0,
                       "has no column %s; --role NAME=FIELD says that a column is one of them", names);
}

json_t *lka_sheet_json(const struct lka_sheet *sheet)
{
    char hex[33];
    lka_source_digest(sheet->source, hex);
    struct lka_source_counts counts = lka_source_counts(sheet->source);
    return json_pack("{s:o, s:s, s:I, s:I}", "file", lka_json_string(lka_source_name(sheet->source)), "xxh3", hex,
                     "rows", (json_int_t)counts.rows, "rejected", (json_int_t)counts.rejected);
}
