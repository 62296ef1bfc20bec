/* Files that take people off the platforms that had got them, by the export ledger: made by `export` itself, from their
 * rows in the audience that was sent, and, where these are gone, from what was given. */
#include "erase/stage.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "eligibility/rules.h"
#include "source/output.h"
#include "source/temporary.h"
#include "store/artefacts.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The newest export of one format to one platform that has any of the people. */
struct sent {
    char platform[64];
    char format[64];
    uint64_t people;
    char *audience;
    char *parameters;
};

struct removing {
    struct lka_erasing *erasing;
    struct sent *items;
    size_t count;
    size_t capacity;
};

/* ---- who had got them ----------------------------------------------------------------------------- */

static void copy_text(struct lka_statement *row, int at, char to[64])
{
    struct lka_span text = lka_column_text(row, at);
    snprintf(to, 64, "%.*s", (int)text.length, text.length ? text.text : "");
}

static lka_status take_sent(struct removing *removing, struct lka_statement *row, struct lka_error *error)
{
    struct sent sent = {.people = (uint64_t)lka_column_integer(row, 4)};
    copy_text(row, 0, sent.platform);
    copy_text(row, 1, sent.format);
    LKA_TRY(lka_reserve(&removing->items, &removing->capacity, removing->count + 1, sizeof sent, error));
    struct lka_span audience = lka_column_text(row, 2);
    struct lka_span parameters = lka_column_text(row, 3);
    char *name = lka_copy_text(audience.text, audience.length);
    lka_status status = name ? lka_artefact_path(removing->erasing->workspace, name, &sent.audience, error) : LKA_OK;
    lka_free(name);
    sent.parameters = lka_copy_text(parameters.text, parameters.length);
    removing->items[removing->count++] = sent;
    return status != LKA_OK || (sent.audience && sent.parameters) ? status : lka_fail_memory(error, audience.length);
}

static lka_status find_sent(struct removing *removing, struct lka_error *error)
{
    struct lka_statement *rows;
    bool row = true;
    /* SQLite takes the other columns from the row that max() is of. */
    LKA_TRY(lka_statement_new(removing->erasing->workspace,
                              "SELECT platform, format, audience, parameters, count(DISTINCT person), max(id) "
                              "FROM exported_people JOIN exports ON id = export "
                              "WHERE person IN (SELECT key FROM temp.erase_keys) AND removed = 0 "
                              "GROUP BY platform, format ORDER BY platform, format",
                              &rows, error));
    lka_status status = lka_statement_step(rows, &row, error);
    while (status == LKA_OK && row) {
        status = take_sent(removing, rows, error);
        status = status == LKA_OK ? lka_statement_step(rows, &row, error) : status;
    }
    lka_statement_free(rows);
    return status;
}

/* ---- one file -------------------------------------------------------------------------------------- */

static lka_status set_list(struct lka_options *options, const char *key, const json_t *list, struct lka_error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        LKA_TRY(lka_options_set(options, key, json_string_value(json_array_get(list, i)), error));
    }
    return LKA_OK;
}

/* A platform that a file described goes by the file's name. *platform is borrowed; the platform's own name where there
 * is none. */
static lka_status find_platform(const struct sent *sent, const json_t *parameters, const char **platform,
                                struct lka_error *error)
{
    const json_t *given = json_object_get(parameters, "platform");
    *platform = sent->platform;
    for (size_t i = 0; i < json_array_size(given); i++) {
        const char *name = json_string_value(json_array_get(given, i));
        struct lka_rules *rules = NULL;
        struct lka_error problem = {0};
        if (!name || !strstr(name, ".yaml") || access(name, R_OK) != 0) {
            continue;
        }
        lka_status status = lka_rules_load("platform", name, &rules, &problem);
        if (status == LKA_OK && strcmp(rules->name, sent->platform) == 0) {
            *platform = name;
        }
        lka_rules_free(rules);
        LKA_TRY(status == LKA_MEMORY ? lka_fail_memory(error, 0) : LKA_OK);
    }
    return LKA_OK;
}

/* As the people were sent. */
static lka_status set_parameters(struct lka_options *options, const struct sent *sent, bool given,
                                 struct lka_error *error)
{
    json_t *parameters = NULL;
    lka_status status = lka_json_read(sent->parameters, strlen(sent->parameters), 0, &parameters, error);
    static const char *const lists[] = {"hashed", "column", "role"};
    for (size_t i = 0; i < 3 && status == LKA_OK && !given; i++) {
        status = set_list(options, lists[i], json_object_get(parameters, lists[i]), error);
    }
    const char *platform = sent->platform;
    status = status == LKA_OK ? find_platform(sent, parameters, &platform, error) : status;
    status = status == LKA_OK ? lka_options_set(options, "platform", platform, error) : status;
    const char *country = json_string_value(json_object_get(parameters, "country"));
    if (status == LKA_OK && country) {
        status = lka_options_set(options, "country", country, error);
    }
    if (status == LKA_OK && json_is_true(json_object_get(parameters, "external-id")) && !given) {
        status = lka_options_set(options, "external-id", "true", error);
    }
    json_decref(parameters);
    return status;
}

static lka_status set_all(struct lka_options *options, const struct sent *sent, const char *from, const char *to,
                          bool given, struct lka_error *error)
{
    LKA_TRY(lka_options_set(options, "audience", from, error));
    LKA_TRY(lka_options_set(options, "out", to, error));
    LKA_TRY(lka_options_set(options, "format", sent->format, error));
    LKA_TRY(lka_options_set(options, "operation", "remove", error));
    LKA_TRY(lka_options_set(options, "unverified", "true", error));
    return set_parameters(options, sent, given, error);
}

static lka_status export_rows(const struct sent *sent, const char *from, const char *to, bool given, uint64_t *written,
                              struct lka_error *error)
{
    struct lka_options *options = NULL;
    char *summary = NULL;
    LKA_TRY(lka_options_new(&lka_export_params, &options, error));
    lka_status status = set_all(options, sent, from, to, given, error);
    if (status == LKA_OK) {
        status = lka_export(options, NULL, &summary, error);
    }
    if (status == LKA_OK) {
        json_t *document = NULL;
        status = lka_json_read(summary, strlen(summary), 0, &document, error);
        *written = (uint64_t)json_integer_value(json_object_get(document, "written"));
        json_decref(document);
    }
    lka_free(summary);
    lka_options_free(options);
    return status;
}

/* ---- the people's rows ------------------------------------------------------------------------------ */

static lka_status link_document(const char *audience, const char *rows, struct lka_error *error)
{
    struct lka_place_name place;
    struct lka_text from = {0};
    struct lka_text to = {0};
    LKA_TRY(lka_place_name_init(&place, audience, error));
    lka_text_format(&from, "%s/audience.json", place.directory);
    lka_text_format(&to, "%s/audience.json", rows);
    lka_status status = from.failed || to.failed ? lka_fail_memory(error, 0) : LKA_OK;
    if (status == LKA_OK && link(from.bytes, to.bytes) != 0) {
        status = access(from.bytes, F_OK) == 0 ? lka_fail_errno(error, LKA_IO, "link", to.bytes, 0) : LKA_OK;
    }
    lka_text_release(&from);
    lka_text_release(&to);
    lka_place_name_release(&place);
    return status;
}

/* Into <rows>/audience.csv, with the audience's document, which says what the columns are. */
static lka_status gather_rows(struct removing *removing, const struct sent *sent, const char *rows, uint64_t *count,
                              struct lka_error *error)
{
    struct lka_text table = {0};
    *count = 0;
    if (access(sent->audience, F_OK) != 0) {
        return LKA_OK;
    }
    lka_text_format(&table, "%s/audience.csv", rows);
    lka_status status = table.failed ? lka_fail_memory(error, 0)
                                     : lka_erase_split(removing->erasing, sent->audience, table.bytes, NULL, false,
                                                       count, error);
    lka_text_release(&table);
    return status == LKA_OK ? link_document(sent->audience, rows, error) : status;
}

static lka_status write_given(struct removing *removing, const char *rows, struct lka_error *error)
{
    struct lka_text table = {0};
    const struct lka_text *given = &removing->erasing->given;
    lka_text_format(&table, "%s/audience.csv", rows);
    lka_status status = table.failed ? lka_fail_memory(error, 0)
                                     : lka_output_file(table.bytes, true, given->bytes, given->length, error);
    lka_text_release(&table);
    return status;
}

static lka_status remove_rows(struct removing *removing, const struct sent *sent, const char *rows, bool given,
                              uint64_t *written, struct lka_error *error)
{
    char name[200];
    char *to = NULL;
    snprintf(name, sizeof name, "remove/%s-%s%s", sent->platform, sent->format, given ? "-given" : "");
    LKA_TRY(lka_directory_path(removing->erasing->directory, name, &to, error));
    lka_status status = export_rows(sent, rows, to, given, written, error);
    lka_free(to);
    return status;
}

/* Their rows stand in the directory that is not published yet, and go before it is: what a process leaves that dies,
 * the next one removes. */
static lka_status with_rows(struct removing *removing, const struct sent *sent, bool given, uint64_t *written,
                            struct lka_error *error)
{
    char *rows = NULL;
    uint64_t count = 0;
    LKA_TRY(lka_directory_path(removing->erasing->directory, "rows/audience.csv", &rows, error));
    *strrchr(rows, '/') = '\0';
    lka_status status = given ? write_given(removing, rows, error) : gather_rows(removing, sent, rows, &count, error);
    if (status == LKA_OK && (given || count > 0)) {
        status = remove_rows(removing, sent, rows, given, written, error);
    }
    lka_remove_tree(rows);
    lka_free(rows);
    return status;
}

/* ---- each platform ---------------------------------------------------------------------------------- */

static lka_status tell(struct removing *removing, const struct sent *sent, uint64_t written, const char *problem,
                       struct lka_error *error)
{
    json_t *entry = json_pack("{s:s, s:s, s:I, s:I}", "platform", sent->platform, "format", sent->format, "people",
                              (json_int_t)sent->people, "rows", (json_int_t)written);
    if (entry && problem) {
        json_object_set_new(entry, "problem", lka_json_string(problem));
    }
    return json_array_append_new(removing->erasing->platforms, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

/* What a platform cannot do is told, and does not keep the others from being told. */
static lka_status take_off(struct removing *removing, const struct sent *sent, struct lka_error *error)
{
    struct lka_error problem = {0};
    uint64_t of_audience = 0;
    uint64_t of_given = 0;
    if (!removing->erasing->directory) {
        return tell(removing, sent, 0, NULL, error);
    }
    lka_status status = with_rows(removing, sent, false, &of_audience, &problem);
    if ((status == LKA_OK || status == LKA_DATA || status == LKA_USAGE) && of_audience < sent->people &&
        removing->erasing->given.length > 0) {
        problem = (struct lka_error){0};
        status = with_rows(removing, sent, true, &of_given, &problem);
    }
    if (status != LKA_OK && status != LKA_USAGE && status != LKA_DATA && status != LKA_REFUSED) {
        return lka_fail_at(error, status, problem.file, problem.line, problem.column, "%.1000s", problem.message);
    }
    const char *why = of_audience + of_given > 0 ? NULL
                      : status != LKA_OK
                          ? problem.message
                          : "no identifier of theirs is known any more: replace the platform's audience as a whole";
    if (why) {
        lka_warn(lka_erasing_session(removing->erasing), "%s: no file that removes: %.300s", sent->platform, why);
    }
    return tell(removing, sent, of_audience + of_given, why, error);
}

lka_status lka_erase_removals(struct lka_erasing *erasing, struct lka_error *error)
{
    struct removing removing = {.erasing = erasing};
    lka_status status = find_sent(&removing, error);
    if (removing.count > 0) {
        json_array_clear(erasing->platforms);
    }
    for (size_t i = 0; i < removing.count && status == LKA_OK; i++) {
        status = take_off(&removing, &removing.items[i], error);
    }
    for (size_t i = 0; i < removing.count; i++) {
        lka_free(removing.items[i].audience);
        lka_free(removing.items[i].parameters);
    }
    lka_free(removing.items);
    return status;
}
