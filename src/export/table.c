/* The audience's table, and which of its columns give which field of a platform. */
#include "export/table.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "export/template.h"
#include "source/open.h"

#include <stdio.h>
#include <sys/stat.h>

/* ---- opening -------------------------------------------------------------------------------------- */

/* What `audience` wrote beside its table; NULL where there is no such file. */
static lka_status load_document(const char *directory, json_t **document, struct lka_error *error)
{
    struct lka_text path = {0};
    json_error_t problem = {0};
    struct stat facts;
    lka_text_format(&path, "%s/audience.json", directory);
    if (path.failed) {
        lka_text_release(&path);
        return lka_fail_memory(error, strlen(directory));
    }
    lka_status status = LKA_OK;
    if (stat(path.bytes, &facts) == 0) {
        status = lka_json_read_file(path.bytes, document, &problem, error);
        if (status == LKA_OK && !*document) {
            status = lka_fail_at(error, LKA_DATA, path.bytes, (uint64_t)problem.line, 0, "is no JSON: %s",
                                 problem.text);
        }
    }
    lka_text_release(&path);
    return status;
}

const char *lka_export_table_made_for(const struct lka_export_table *audience)
{
    return json_string_value(json_object_get(audience->document, "platform"));
}

static lka_status find_table(const char *path, struct lka_export_table *audience, struct lka_error *error)
{
    struct stat facts;
    struct lka_text name = {0};
    audience->is_directory = stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
    lka_text_string(&name, path);
    if (audience->is_directory) {
        lka_text_string(&name, "/audience.csv");
    }
    return lka_text_take(&name, &audience->path, error);
}

static lka_status assign(struct lka_export_table *audience, const struct lka_export_options *options,
                         struct lka_error *error)
{
    const json_t *roles = json_object_get(audience->document, "roles");
    struct lka_list no_types = {0};
    LKA_TRY(lka_schema_copy(&audience->schema, lka_source_schema(audience->source), error));
    return roles ? lka_schema_assign(&audience->schema, NULL, &options->role, &no_types, roles, audience->path, error)
                 : lka_schema_assign_roles(&audience->schema, &options->role, audience->path, error);
}

lka_status lka_export_table_open(const char *path, const struct lka_export_options *options,
                                 const struct lka_session *session, struct lka_export_table *audience,
                                 struct lka_error *error)
{
    *audience = (struct lka_export_table){0};
    struct lka_source_options wanted = {.twice = true, .temporary_directory = options->temporary};
    LKA_TRY(lka_separator_parse(options->separator, &wanted.separator, error));
    LKA_TRY(find_table(path, audience, error));
    LKA_TRY(audience->is_directory ? load_document(path, &audience->document, error) : LKA_OK);
    const char *const paths[] = {audience->path};
    LKA_TRY(lka_source_open(paths, 1, &wanted, &audience->source, error));
    LKA_TRY(assign(audience, options, error));
    lka_schema_warn_unclaimed(&audience->schema, audience->path, session);
    return options->where ? lka_source_filter(audience->source, options->where, &audience->schema, session, error)
                          : LKA_OK;
}

void lka_export_table_close(struct lka_export_table *audience)
{
    lka_rows_release(&audience->rows);
    lka_source_close(audience->source);
    lka_schema_release(&audience->schema);
    lka_free(audience->path);
    json_decref(audience->document);
    *audience = (struct lka_export_table){0};
}

/* ---- columns and fields ----------------------------------------------------------------------------- */

static bool is_listed(const struct lka_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Declared with --hashed, here or when the audience was made. */
static bool is_hashed(const struct lka_export_table *audience, const struct lka_export_options *options,
                      const char *name)
{
    const json_t *parameters = json_object_get(audience->document, "parameters");
    const json_t *declared = json_object_get(parameters, "hashed");
    for (size_t i = 0; i < json_array_size(declared); i++) {
        const char *column = json_string_value(json_array_get(declared, i));
        if (column && strcmp(column, name) == 0) {
            return true;
        }
    }
    return is_listed(&options->hashed, name);
}

/* The column that --column gives for the field; LKA_NO_COLUMN if none. LKA_USAGE if there is no such column. */
static lka_status given_column(const struct lka_export_table *audience, const struct lka_list *columns,
                               const char *field, ptrdiff_t *column, struct lka_error *error)
{
    size_t length = strlen(field);
    *column = LKA_NO_COLUMN;
    for (size_t i = 0; i < columns->count; i++) {
        const char *item = columns->items[i];
        if (strncmp(item, field, length) == 0 && item[length] == '=') {
            *column = lka_schema_find(&audience->schema, lka_span_of(item + length + 1));
            if (*column == LKA_NO_COLUMN) {
                return lka_fail(error, LKA_USAGE, "--column %.60s: there is no column \"%.60s\" in %s", item,
                                item + length + 1, audience->path);
            }
        }
    }
    return LKA_OK;
}

/* A column that --column gives to some field is no other's. */
static bool is_given_away(const struct lka_list *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        const char *equals = strchr(columns->items[i], '=');
        if (equals && strcmp(equals + 1, name) == 0) {
            return true;
        }
    }
    return false;
}

static void bind(struct lka_export_table *audience, const struct lka_export_options *options, size_t column,
                 size_t field)
{
    audience->bound[audience->bound_count++] = (struct lka_bound){
        .column = column,
        .field = field,
        .hashed = is_hashed(audience, options, audience->schema.columns[column].name)};
}

/* Of consents the one that is meant. */
static bool has_role(const struct lka_column *column, const struct lka_platform_field *field)
{
    const char *argument = column->role_argument ? column->role_argument : "";
    return column->role == field->role &&
           (field->role != LKA_ROLE_CONSENT || strcmp(argument, field->role_argument) == 0);
}

static lka_status bind_field(struct lka_export_table *audience, const struct lka_export_options *options,
                             const struct lka_platform_field *field, size_t number, struct lka_error *error)
{
    ptrdiff_t given;
    LKA_TRY(given_column(audience, &options->column, field->name, &given, error));
    if (field->role == LKA_ROLE_VALUE && options->value) {
        given = lka_schema_find(&audience->schema, lka_span_of(options->value));
    }
    if (given != LKA_NO_COLUMN) {
        bind(audience, options, (size_t)given, number);
        return LKA_OK;
    }
    size_t found = 0;
    for (size_t c = 0; c < audience->schema.count && found < LKA_PLATFORM_VALUES; c++) {
        const struct lka_column *column = &audience->schema.columns[c];
        bool fits = field->role == LKA_ROLE_FEATURE
                        ? lka_span_equal_ignoring_case(lka_span_of(column->name), lka_span_of(field->name))
                        : has_role(column, field);
        if (fits && !is_given_away(&options->column, column->name)) {
            bind(audience, options, c, number);
            found++;
        }
    }
    return LKA_OK;
}

static lka_status check_value_column(const struct lka_export_table *audience, const char *name, struct lka_error *error)
{
    const char *names[256];
    size_t count = audience->schema.count < 256 ? audience->schema.count : 256;
    if (lka_schema_find(&audience->schema, lka_span_of(name)) != LKA_NO_COLUMN) {
        return LKA_OK;
    }
    for (size_t c = 0; c < count; c++) {
        names[c] = audience->schema.columns[c].name;
    }
    const char *nearest = lka_nearest(name, names, count);
    return lka_fail(error, LKA_USAGE, "--value: there is no column \"%.60s\" in %s%s%s%s", name, audience->path,
                    nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

/* A value that would go nowhere is not what the user meant. */
static lka_status check_value_field(const struct lka_export_options *options, const struct lka_rules *platform,
                                    uint32_t fields, struct lka_error *error)
{
    for (size_t f = 0; f < platform->field_count; f++) {
        if ((fields >> f & 1) && platform->fields[f].role == LKA_ROLE_VALUE) {
            return LKA_OK;
        }
    }
    return options->value
               ? lka_fail(error, LKA_USAGE, "--value: %s takes no value of a person in this format", platform->title)
               : LKA_OK;
}

static lka_status check_names(const struct lka_export_table *audience, const struct lka_export_options *options,
                              const struct lka_rules *platform, struct lka_error *error)
{
    for (size_t i = 0; i < options->hashed.count; i++) {
        if (lka_schema_find(&audience->schema, lka_span_of(options->hashed.items[i])) == LKA_NO_COLUMN) {
            return lka_fail(error, LKA_USAGE, "--hashed: there is no column \"%.60s\" in %s", options->hashed.items[i],
                            audience->path);
        }
    }
    LKA_TRY(options->value ? check_value_column(audience, options->value, error) : LKA_OK);
    for (size_t i = 0; i < options->column.count; i++) {
        const char *item = options->column.items[i];
        const char *equals = strchr(item, '=');
        char name[64];
        size_t field;
        if (!equals) {
            return lka_fail(error, LKA_USAGE, "--column: \"%.60s\" is not FIELD=COLUMN", item);
        }
        snprintf(name, sizeof name, "%.*s", (int)(equals - item), item);
        LKA_TRY(lka_rules_find_field(platform, name, &field, error));
    }
    return LKA_OK;
}

/* A SHA-256 can be written in Base64, but is no SHA-1 and hides what is not to be hashed. */
static lka_status check_hashed(const struct lka_export_table *audience, const struct lka_rules *platform,
                               struct lka_error *error)
{
    for (size_t b = 0; b < audience->bound_count; b++) {
        const struct lka_platform_field *field = &platform->fields[audience->bound[b].field];
        if (audience->bound[b].hashed && field->hashing != LKA_HASH_SHA256) {
            return lka_fail(error, LKA_USAGE, "--hashed %.60s: %s takes %s %s, which cannot be made of a SHA-256",
                            audience->schema.columns[audience->bound[b].column].name, platform->name, field->name,
                            field->hashing == LKA_HASH_NONE ? "as it is" : lka_hashing_name(field->hashing));
        }
    }
    return LKA_OK;
}

/* ---- the selection ------------------------------------------------------------------------------------ */

static ptrdiff_t add_cell(size_t *columns, size_t *count, ptrdiff_t column)
{
    if (column == LKA_NO_COLUMN) {
        return -1;
    }
    columns[*count] = (size_t)column;
    return (ptrdiff_t)(*count)++;
}

static size_t add_consent(size_t *columns, size_t *count, const struct lka_consent *consent)
{
    size_t first = *count;
    for (size_t i = 0; i < consent->count; i++) {
        columns[(*count)++] = consent->columns[i];
    }
    return first;
}

/* Who the person of a row is. */
static lka_status select_person(struct lka_export_table *audience, const struct lka_export_options *options,
                                size_t *columns, size_t *count, struct lka_error *error)
{
    struct lka_person_columns *who = &audience->who;
    LKA_TRY(lka_person_columns_find(&audience->schema, NULL, options->country, who, error));
    for (size_t i = 0; i < who->count; i++) {
        struct lka_person_column *column = &who->items[i];
        column->hashed = column->hashed || is_hashed(audience, options, audience->schema.columns[column->column].name);
        column->cell = *count;
        columns[(*count)++] = column->column;
    }
    if (who->id != (size_t)LKA_NO_COLUMN) {
        who->id_cell = *count;
        columns[(*count)++] = who->id;
    }
    who->country_cell = audience->country_cell < 0 ? 0 : (size_t)audience->country_cell;
    return LKA_OK;
}

static void ask_consents(struct lka_export_table *audience)
{
    const struct lka_schema *schema = &audience->schema;
    struct lka_asked_consent *consents = audience->consents;
    consents[LKA_ASK_ADVERTISING].consent = lka_consent_on(schema, "advertising", audience->known_as);
    consents[LKA_ASK_PROFILING].consent = lka_consent_on(schema, "profiling", audience->known_as);
    consents[LKA_ASK_USER_DATA].consent = lka_consent_signal(schema, "ad_user_data");
    consents[LKA_ASK_PERSONALIZATION].consent = lka_consent_signal(schema, "ad_personalization");
}

const char *lka_row_country(const struct lka_export_table *audience, const char *otherwise, size_t row, char buffer[3])
{
    struct lka_span value = {0};
    if (audience->country_cell >= 0) {
        value = lka_cell(&audience->rows, (size_t)audience->country_cell, row);
    }
    if (value.length != 2) {
        return value.length == 0 ? otherwise : NULL;
    }
    memcpy(buffer, value.text, 2);
    buffer[2] = '\0';
    return buffer;
}

bool lka_export_table_grants(const struct lka_export_table *audience, size_t consent, size_t row)
{
    const struct lka_asked_consent *asked = &audience->consents[consent];
    return lka_consent_granted(&asked->consent, &audience->rows, asked->first_cell, row);
}

bool lka_export_table_tells_consents(const struct lka_export_table *audience)
{
    size_t columns = 0;
    for (size_t i = 0; i < LKA_ASKED_CONSENTS; i++) {
        columns += audience->consents[i].consent.count;
    }
    return columns > 0;
}

static lka_status select_cells(struct lka_export_table *audience, const struct lka_export_options *options,
                               struct lka_error *error)
{
    size_t columns[LKA_BOUND_MOST + 48 + LKA_PERSON_COLUMNS];
    size_t count = 0;
    const struct lka_schema *schema = &audience->schema;
    for (; count < audience->bound_count; count++) {
        columns[count] = audience->bound[count].column;
        audience->bound[count].cell = count;
    }
    audience->path_cell = add_cell(columns, &count, lka_schema_find(schema, LKA_SPAN("path")));
    audience->country_cell = add_cell(columns, &count, lka_schema_role(schema, LKA_ROLE_COUNTRY));
    LKA_TRY(select_person(audience, options, columns, &count, error));
    ask_consents(audience);
    for (size_t i = 0; i < LKA_ASKED_CONSENTS; i++) {
        audience->consents[i].first_cell = add_consent(columns, &count, &audience->consents[i].consent);
    }
    LKA_TRY(lka_source_select(audience->source, columns, count, error));
    lka_rows_release(&audience->rows);
    return lka_rows_init(&audience->rows, count, LKA_BLOCK_ROWS, error);
}

static lka_status nothing_bound(const struct lka_export_table *audience, const struct lka_rules *platform,
                                const struct lka_platform_format *format, struct lka_error *error)
{
    struct lka_text names = {0};
    uint32_t fields = lka_format_fields(platform, format);
    for (size_t f = 0; f < platform->field_count; f++) {
        if (fields >> f & 1) {
            lka_text_format(&names, "%s%s", names.length ? ", " : "", platform->fields[f].name);
        }
    }
    lka_status status = lka_fail_at(
        error, LKA_USAGE, audience->path, 1, 0,
        "no column gives anything that %s takes (%s); --role NAME=email, or --column FIELD=NAME, "
        "says which does",
        platform->name, names.bytes ? names.bytes : "");
    lka_text_release(&names);
    return status;
}

lka_status lka_export_table_bind(struct lka_export_table *audience, const struct lka_export_options *options,
                                 const struct lka_rules *platform, const struct lka_platform_format *format,
                                 struct lka_error *error)
{
    uint32_t fields = lka_format_fields(platform, format);
    audience->bound_count = 0;
    LKA_TRY(check_names(audience, options, platform, error));
    LKA_TRY(check_value_field(options, platform, fields, error));
    for (size_t f = 0; f < platform->field_count; f++) {
        bool wanted = (fields >> f & 1) && (platform->fields[f].role != LKA_ROLE_ID || options->external_id);
        LKA_TRY(wanted ? bind_field(audience, options, &platform->fields[f], f, error) : LKA_OK);
    }
    if (audience->bound_count == 0) {
        return nothing_bound(audience, platform, format, error);
    }
    LKA_TRY(check_hashed(audience, platform, error));
    LKA_TRY(lka_source_rewind(audience->source, error));
    return select_cells(audience, options, error);
}
