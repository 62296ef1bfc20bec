#include "source/open.h"

#include "base/error.h"
#include "base/json.h"
#include "base/threads.h"
#include "source/manifest.h"

/* The column's name in "NAME=ROLE". */
static struct lka_span name_of(const char *item)
{
    const char *equals = strrchr(item, '=');
    return equals ? (struct lka_span){item, (uint32_t)(equals - item)} : lka_span_of(item);
}

/* The items that name a column of the schema. Borrowed strings: free the array alone. */
static lka_status items_for(const struct lka_list *list, const struct lka_schema *schema, struct lka_list *own,
                            struct lka_error *error)
{
    *own = (struct lka_list){0};
    if (!list) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(own->items, list->count, error));
    for (size_t i = 0; i < list->count; i++) {
        if (lka_schema_find(schema, name_of(list->items[i])) != LKA_NO_COLUMN) {
            own->items[own->count++] = list->items[i];
        }
    }
    return LKA_OK;
}

/* `written`: what the stage that made the file says; NULL for any other file. */
static lka_status assign(struct lka_table *table, const struct lka_options *options, const json_t *written,
                         struct lka_error *error)
{
    struct lka_list roles = {0};
    struct lka_list types = {0};
    const char *id = lka_options_text(options, "id");
    if (id && lka_schema_find(&table->schema, lka_span_of(id)) == LKA_NO_COLUMN) {
        id = NULL;
    }
    lka_status status = items_for(lka_options_value(options, "role"), &table->schema, &roles, error);
    if (status == LKA_OK) {
        status = items_for(lka_options_value(options, "type"), &table->schema, &types, error);
    }
    if (status == LKA_OK) {
        const char *file = lka_source_name(table->source);
        status = lka_param_find(lka_options_table(options), "id")
                     ? lka_schema_assign(&table->schema, id, &roles, &types, written, file, error)
                     : lka_schema_assign_roles(&table->schema, &roles, file, error);
    }
    lka_free(roles.items);
    lka_free(types.items);
    return status;
}

lka_status lka_separator_parse(const char *text, char *separator, struct lka_error *error)
{
    *separator = '\0';
    if (!text) {
        return LKA_OK;
    }
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0) {
        text = "\t";
    }
    if (strlen(text) != 1 || *text == '"' || *text == '\n' || *text == '\r' || (unsigned char)*text >= 0x80) {
        return lka_fail(
            error, LKA_USAGE,
            "--separator: \"%.20s\" is not allowed; allowed: one ASCII character but quote and newline, or tab", text);
    }
    *separator = *text;
    return LKA_OK;
}

/* What is written must not be what is read. */
static lka_status check_outputs(const struct lka_source *source, const struct lka_options *options,
                                const char *rejected, struct lka_error *error)
{
    static const char *const keys[] = {"out", "save-model", "model"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *path = lka_options_text(options, keys[i]);
        if (path && lka_source_reads(source, path)) {
            return lka_fail(error, LKA_USAGE, "--%s: \"%.200s\" is read as a table, too; give another name", keys[i],
                            path);
        }
    }
    if (rejected && lka_source_reads(source, rejected)) {
        return lka_fail(error, LKA_USAGE,
                        "\"%.200s\" is read as a table, and is where rejected rows go; give it another name", rejected);
    }
    return LKA_OK;
}

/* "-" is read once, by whichever table. */
static lka_status check_stdin(const struct lka_options *options, struct lka_error *error)
{
    static const char *const keys[] = {"seeds", "crm", "pool"};
    size_t count = 0;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const struct lka_list *list = lka_options_value(options, keys[k]);
        for (size_t i = 0; list && i < list->count; i++) {
            count += strcmp(list->items[i], "-") == 0;
        }
    }
    const char *truth = lka_options_text(options, "truth");
    count += truth && strcmp(truth, "-") == 0;
    return count < 2 ? LKA_OK : lka_fail(error, LKA_USAGE, "stdin (-) is given twice; it can be read once");
}

lka_status lka_table_open(const struct lka_list *paths, const struct lka_options *options, const char *rejected,
                          bool twice, struct lka_table *table, struct lka_error *error)
{
    *table = (struct lka_table){0};
    struct lka_source_options wanted = {
        .max_field = (size_t)lka_options_integer(options, "max-field"),
        .max_bad_rows = rejected ? (uint64_t)lka_options_integer(options, "max-bad-rows") : 0,
        .rejected = rejected,
        .temporary_directory = lka_options_text(options, "temporary"),
    };
    if (lka_param_find(lka_options_table(options), "threads")) {
        wanted.threads = lka_thread_count(lka_options_integer(options, "threads"));
    }
    wanted.twice = twice || wanted.max_bad_rows > 0;
    LKA_TRY(check_stdin(options, error));
    LKA_TRY(lka_separator_parse(lka_options_text(options, "separator"), &wanted.separator, error));
    LKA_TRY(lka_source_open((const char *const *)paths->items, paths->count, &wanted, &table->source, error));
    lka_status status = check_outputs(table->source, options, rejected, error);
    if (status == LKA_OK) {
        status = lka_schema_copy(&table->schema, lka_source_schema(table->source), error);
    }
    json_t *written = NULL;
    if (status == LKA_OK && paths->count == 1) {
        status = lka_manifest_roles(paths->items[0], &written, error);
    }
    if (status == LKA_OK) {
        status = assign(table, options, written, error);
    }
    json_decref(written);
    if (status != LKA_OK) {
        lka_table_close(table);
    }
    return status;
}

void lka_table_close(struct lka_table *table)
{
    lka_source_close(table->source);
    lka_schema_release(&table->schema);
    *table = (struct lka_table){0};
}

/* ---- the rule --------------------------------------------------------------------------------- */

lka_status lka_table_filter(struct lka_table *table, const struct lka_options *options,
                            const struct lka_session *session, struct lka_error *error)
{
    const char *rule = lka_options_text(options, "where");
    return rule ? lka_source_filter(table->source, rule, &table->schema, session, error) : LKA_OK;
}

bool lka_table_tell_filter(const struct lka_table *table, const struct lka_options *options, json_t *left_out)
{
    json_int_t count = (json_int_t)lka_source_counts(table->source).left_out;
    return !lka_options_text(options, "where") || json_object_set_new(left_out, "by --where", json_integer(count)) == 0;
}

/* ---- names that no table has ------------------------------------------------------------------ */

static lka_status check_name(const char *flag, struct lka_span name, const struct lka_table *const *tables,
                             size_t count, struct lka_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (lka_schema_find(&tables[i]->schema, name) != LKA_NO_COLUMN) {
            return LKA_OK;
        }
    }
    const char *names[512] = {NULL};
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < tables[i]->schema.count && known < 512; c++) {
            names[known++] = tables[i]->schema.columns[c].name;
        }
    }
    char word[64];
    uint32_t length = name.length < sizeof word - 1 ? name.length : (uint32_t)sizeof word - 1;
    memcpy(word, name.text, length);
    word[length] = '\0';
    const char *nearest = lka_nearest(word, names, known);
    return lka_fail(error, LKA_USAGE, "--%s: there is no column \"%s\" in %s%s%s%s%s", flag, word,
                    lka_source_name(tables[0]->source), count > 1 ? " or the other table" : "",
                    nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

lka_status lka_tables_check_list(const struct lka_options *options, const char *flag,
                                 const struct lka_table *const *tables, size_t count, struct lka_error *error)
{
    const struct lka_list *list = lka_options_value(options, flag);
    bool assigns = strcmp(flag, "role") == 0 || strcmp(flag, "type") == 0;
    for (size_t i = 0; list && i < list->count; i++) {
        const char *item = list->items[i];
        LKA_TRY(check_name(flag, assigns ? name_of(item) : lka_span_of(item), tables, count, error));
    }
    return LKA_OK;
}

lka_status lka_tables_check(const struct lka_options *options, const struct lka_table *const *tables, size_t count,
                            struct lka_error *error)
{
    static const char *const flags[] = {"role", "type", "exclude"};
    const char *id = lka_options_text(options, "id");
    if (id) {
        LKA_TRY(check_name("id", lka_span_of(id), tables, count, error));
    }
    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
        LKA_TRY(lka_tables_check_list(options, flags[f], tables, count, error));
    }
    return LKA_OK;
}

json_t *lka_table_json(const struct lka_table *table)
{
    char hex[33];
    lka_source_digest(table->source, hex);
    struct lka_source_counts counts = lka_source_counts(table->source);
    return json_pack("{s:o, s:s, s:I, s:I}", "file", lka_json_string(lka_source_name(table->source)), "xxh3", hex,
                     "rows", (json_int_t)(counts.rows + counts.left_out), "rejected", (json_int_t)counts.rejected);
}
