/* A table's columns, roles and values, for `lookalike inspect`. The file is read once, so what type a column has, and
 * which examples may be shown, is known only at the end; until then everything is counted. */
#include "lookalike/table.h"

#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/session.h"
#include "source/open.h"
#include "table/profile.h"
#include "table/tally.h"

#include <math.h>

#define INSPECT_PARAMS(X)                                                                  \
    X(TEXT, file, "file", NULL, 0, 0, NULL, "FILE", "the model or table to look at", true) \
    LKA_INPUT_PARAMS(X)
LKA_PARAMS_STRUCT(inspect_options, INSPECT_PARAMS);
#define LKA_PARAM_OWNER struct inspect_options
LKA_PARAMS_TABLE(lka_inspect_params, "inspect", INSPECT_PARAMS);

enum {
    EXAMPLES = 5,
    FLOOR = 10,             /* rows that a value needs to be shown */
    LONGEST_EXAMPLE = 200,  /* bytes */
    COUNTED_VALUES = 10000, /* different values of a column; with more it has no examples */
    COUNTED_IN_ALL = 1000000,
    CELLS = 1 << 20, /* of a block: a wide table gets shorter ones */
    BLOCK_LEAST = 16,
};

struct looked {
    struct lka_profile *profile;
    struct lka_tally tally;
    bool counts_values; /* false: an identifier, or too many different values */
};

struct inspection {
    struct lka_table table;
    struct lka_rows rows;
    struct looked *columns;
    struct lka_arena arena; /* the values that are counted */
    uint64_t row_count;
};

/* ---- reading ---------------------------------------------------------------------------------- */

/* No value of these leaves the file: not as an example, not as the end of a range. */
static bool is_private(enum lka_role role)
{
    return role == LKA_ROLE_ID || role == LKA_ROLE_SENSITIVE || lka_role_is_identifier(role);
}

static lka_status open_table(const struct lka_options *options, struct inspection *inspection, struct lka_error *error)
{
    const struct inspect_options *values = lka_options_values(options);
    char *path = values->file;
    struct lka_list paths = {&path, 1};
    if (lka_options_given(options, "max-bad-rows")) {
        return lka_fail(error, LKA_USAGE, "--max-bad-rows is not for inspect, which writes no file for rejected rows");
    }
    LKA_TRY(lka_table_open(&paths, options, NULL, false, &inspection->table, error));
    const struct lka_table *tables[] = {&inspection->table};
    return lka_tables_check(options, tables, 1, error);
}

static lka_status select_all(struct inspection *inspection, struct lka_error *error)
{
    size_t count = inspection->table.schema.count;
    size_t *all;
    LKA_TRY(LKA_NEW(all, count, error));
    for (size_t c = 0; c < count; c++) {
        all[c] = c;
    }
    lka_status status = lka_source_select(inspection->table.source, all, count, error);
    lka_free(all);
    LKA_TRY(status);
    LKA_TRY(LKA_NEW(inspection->columns, count, error));
    for (size_t c = 0; c < count; c++) {
        LKA_TRY(lka_profile_new(&inspection->columns[c].profile, error));
        inspection->columns[c].counts_values = !is_private(inspection->table.schema.columns[c].role);
    }
    size_t rows = CELLS / (count + 1);
    rows = rows < BLOCK_LEAST ? BLOCK_LEAST : rows > LKA_BLOCK_ROWS ? LKA_BLOCK_ROWS : rows;
    return lka_rows_init(&inspection->rows, count, rows, error);
}

static lka_status count_value(struct inspection *inspection, struct looked *looked, struct lka_span value, uint64_t row,
                              struct lka_error *error)
{
    size_t share = COUNTED_IN_ALL / inspection->table.schema.count;
    if (!looked->counts_values || value.length == 0 || value.length > LONGEST_EXAMPLE) {
        return LKA_OK;
    }
    LKA_TRY(lka_tally_add(&looked->tally, value, row, &inspection->arena, error));
    if (looked->tally.count > (share < COUNTED_VALUES ? share : COUNTED_VALUES)) {
        lka_tally_release(&looked->tally);
        looked->counts_values = false;
    }
    return LKA_OK;
}

static lka_status look_at_column(struct inspection *inspection, size_t c, struct lka_error *error)
{
    const struct lka_column *column = &inspection->table.schema.columns[c];
    struct looked *looked = &inspection->columns[c];
    for (size_t row = 0; row < inspection->rows.count; row++) {
        struct lka_span value = lka_cell(&inspection->rows, c, row);
        if (!lka_type_fits(column->type, value)) {
            return lka_type_fail(error, &inspection->rows, c, row, column->name, column->type,
                                 is_private(column->role));
        }
        LKA_TRY(lka_profile_add(looked->profile, value, error));
        LKA_TRY(count_value(inspection, looked, value, inspection->row_count + row, error));
    }
    return LKA_OK;
}

static lka_status read_rows(struct inspection *inspection, const struct lka_session *session, struct lka_error *error)
{
    for (;;) {
        LKA_TRY(lka_source_next(inspection->table.source, &inspection->rows, error));
        if (inspection->rows.count == 0) {
            return LKA_OK;
        }
        for (size_t c = 0; c < inspection->table.schema.count; c++) {
            LKA_TRY(look_at_column(inspection, c, error));
        }
        inspection->row_count += inspection->rows.count;
        LKA_TRY(lka_source_step(inspection->table.source, "inspect", session, error));
    }
}

/* ---- the document ----------------------------------------------------------------------------- */

/* Bytes that are no UTF-8 are no JSON; control bytes would act on the terminal that shows the document. */
static json_t *text_json(struct lka_span text)
{
    if (!lka_utf8_valid(text)) {
        return json_string("(not UTF-8)");
    }
    struct lka_text shown = {0};
    for (uint32_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.text[i];
        lka_text_append(&shown, c < 0x20 || c == 0x7F ? "?" : &text.text[i], 1);
    }
    json_t *json = shown.failed ? NULL : json_stringn(shown.bytes ? shown.bytes : "", shown.length);
    lka_text_release(&shown);
    return json;
}

static json_t *number_json(double number)
{
    bool whole = number == floor(number) && fabs(number) < 9e15;
    return whole ? json_integer((json_int_t)number) : json_real(number);
}

static json_t *date_json(int64_t seconds)
{
    char date[16];
    lka_format_date(lka_day_of(seconds), date);
    return json_string(date);
}

static json_t *role_json(const struct lka_column *column)
{
    const char *role = lka_role_name(column->role);
    bool has_argument = column->role_argument && column->role_argument[0];
    return has_argument ? json_sprintf("%s(%s)", role, column->role_argument) : json_string(role);
}

/* json_object_set_new takes the value, and fails for NULL. */
static bool set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static bool set_range(json_t *object, enum lka_type type, const struct lka_profile_facts *facts)
{
    if (type == LKA_TYPE_NUMBER) {
        return set(object, "minimum", number_json(facts->minimum)) &&
               set(object, "maximum", number_json(facts->maximum));
    }
    if (type == LKA_TYPE_DATE) {
        return set(object, "minimum", date_json(facts->earliest)) && set(object, "maximum", date_json(facts->latest));
    }
    return true;
}

/* The most frequent values. */
static bool set_examples(json_t *object, struct looked *looked)
{
    json_t *examples = json_array();
    bool good = set(object, "examples", examples);
    size_t frequent = looked->counts_values ? lka_tally_sort(&looked->tally, FLOOR) : 0;
    for (size_t i = 0; i < frequent && i < EXAMPLES && good; i++) {
        good = json_array_append_new(examples, text_json(looked->tally.entries[i].text)) == 0;
    }
    return good;
}

static json_t *column_json(const struct inspection *inspection, size_t c)
{
    const struct lka_column *column = &inspection->table.schema.columns[c];
    struct looked *looked = &inspection->columns[c];
    struct lka_profile_facts facts = lka_profile_facts(looked->profile);
    enum lka_type type = column->type != LKA_TYPE_UNKNOWN ? column->type : lka_profile_type(looked->profile);
    const char *from = column->role_given ? "given" : column->role == LKA_ROLE_FEATURE ? "default" : "name";
    double share = inspection->row_count ? (double)facts.missing / (double)inspection->row_count : 0;
    bool counted = facts.distinct <= LKA_PROFILE_DISTINCT;
    json_t *object = json_object();
    bool good = set(object, "name", text_json(lka_span_of(column->name))) && set(object, "role", role_json(column)) &&
                set(object, "role_from", json_string(from)) && set(object, "type", json_string(lka_type_name(type))) &&
                set(object, "missing", json_integer((json_int_t)facts.missing)) &&
                set(object, "missing_share", json_real(share)) &&
                set(object, "distinct", json_integer((json_int_t)facts.distinct)) &&
                (counted || set(object, "distinct_is_at_least", json_true()));
    if (good && facts.values > 0 && !is_private(column->role)) {
        bool is_range = type == LKA_TYPE_NUMBER || type == LKA_TYPE_DATE;
        good = is_range ? set_range(object, type, &facts) : set_examples(object, looked);
    }
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *table_json(const struct inspection *inspection)
{
    json_t *columns = json_array();
    json_t *object = json_object();
    struct lka_span file = lka_span_of(lka_source_name(inspection->table.source));
    bool good = set(object, "schema", json_integer(1)) && set(object, "kind", json_string("table")) &&
                set(object, "file", text_json(file)) &&
                set(object, "rows", json_integer((json_int_t)inspection->row_count));
    for (size_t c = 0; c < inspection->table.schema.count && good; c++) {
        good = json_array_append_new(columns, column_json(inspection, c)) == 0;
    }
    if (!good) {
        json_decref(columns);
        json_decref(object);
        return NULL;
    }
    if (!set(object, "columns", columns)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status inspect(const struct lka_options *options, const struct lka_session *session,
                          struct inspection *inspection, char **json, struct lka_error *error)
{
    LKA_TRY(lka_options_check(options, error));
    LKA_TRY(open_table(options, inspection, error));
    lka_schema_warn_unclaimed(&inspection->table.schema, lka_source_name(inspection->table.source), session);
    LKA_TRY(select_all(inspection, error));
    LKA_TRY(read_rows(inspection, session, error));
    json_t *document = table_json(inspection);
    lka_status status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), json, error);
    json_decref(document);
    return status;
}

static void release(struct inspection *inspection)
{
    for (size_t c = 0; inspection->columns && c < inspection->table.schema.count; c++) {
        lka_profile_free(inspection->columns[c].profile);
        lka_tally_release(&inspection->columns[c].tally);
    }
    lka_free(inspection->columns);
    lka_rows_release(&inspection->rows);
    lka_arena_release(&inspection->arena);
    lka_table_close(&inspection->table);
}

lka_status lka_inspect(const struct lka_options *options, const struct lka_session *session, char **json,
                       struct lka_error *error)
{
    struct inspection inspection = {0};
    *json = NULL;
    lka_status status = inspect(options, session, &inspection, json, error);
    release(&inspection);
    return status;
}
