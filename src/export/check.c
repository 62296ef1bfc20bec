/* `lookalike export --check`: a file for a platform, by whomever, row by row. What is said of a value: refused (the
 * platform takes no such thing), unmatched (it is taken, and will never find anybody). */
#include "export/check_people.h"
#include "export/export.h"
#include "export/raw_rows.h"

#include "base/error.h"
#include "base/json.h"
#include "identity/forms.h"
#include "source/open.h"

#include <stdio.h>
#include <sys/stat.h>

struct checking {
    const struct lka_export_options *options;
    struct lka_rules *platform;
    const struct lka_platform_format *format;
    struct lka_checked_people people;
    struct lka_raw_rows rows;
    struct lka_output *output;
    struct lka_text line;
    struct lka_normal normal;
    struct lka_seen seen;
    size_t columns[LKA_RAW_FIELDS]; /* of the format, by the file's column */
    size_t column_count;
    uint64_t row_count;
    uint64_t bad_rows;
    uint64_t problems;
    uint64_t reported_line;
    bool in_row; /* what is said is of a row, and not of the header or the file */
};

lka_status lka_export_verified(const struct lka_rules *platform, bool accepted, struct lka_error *error)
{
    if (platform->verified || accepted) {
        return LKA_OK;
    }
    return lka_fail(error, LKA_USAGE,
                    "%s: its rules were not confirmed with the platform: %s; --unverified accepts them",
                    platform->title, platform->unverified ? platform->unverified : "all of them");
}

static lka_status say(struct checking *checking, uint64_t line, size_t column, const char *field, const char *outcome,
                      const char *problem, struct lka_error *error)
{
    checking->problems++;
    checking->bad_rows += checking->in_row && checking->reported_line != line;
    checking->reported_line = checking->in_row ? line : checking->reported_line;
    lka_text_clear(&checking->line);
    lka_text_format(&checking->line, "%llu,%zu,", (unsigned long long)line, column);
    lka_text_csv_for_people(&checking->line, lka_span_of(field), ',');
    lka_text_format(&checking->line, ",%s,", outcome);
    lka_text_csv_field(&checking->line, lka_span_of(problem), ',');
    lka_text_string(&checking->line, "\n");
    return checking->line.failed
               ? lka_fail_memory(error, checking->line.length)
               : lka_output_write(checking->output, checking->line.bytes, checking->line.length, error);
}

/* ---- values ------------------------------------------------------------------------------------------- */

static bool all_of(struct lka_span value, const char *allowed)
{
    for (uint32_t i = 0; i < value.length; i++) {
        if (!strchr(allowed, value.text[i]) || value.text[i] == '\0') {
            return false;
        }
    }
    return true;
}

#define HEX "0123456789abcdef"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

static bool is_hash_of_nothing(struct lka_span value, const struct lka_platform_field *field)
{
    struct lka_text nothing = {0};
    bool made = lka_encode_value((struct lka_span){"", 0}, field->hashing, field->encoding, &nothing);
    bool same = made && nothing.length == value.length && memcmp(nothing.bytes, value.text, value.length) == 0;
    lka_text_release(&nothing);
    return same;
}

/* A hash as the platform wants it, or what is wrong with it; *outcome is NULL if nothing is. */
static const char *look_at_hash(struct lka_span value, const struct lka_platform_field *field, const char **outcome)
{
    bool base64 = field->encoding == LKA_ENCODE_BASE64;
    size_t wanted = lka_encoding_length(field->encoding, lka_hashing_bytes(field->hashing));
    *outcome = "refused";
    if (value.length == wanted && all_of(value, base64 ? BASE64 : HEX)) {
        *outcome = is_hash_of_nothing(value, field) ? "unmatched" : NULL;
        return "the hash of nothing; a missing value stays empty";
    }
    if (all_of(value, HEX "ABCDEF") && (value.length == 64 || value.length == 40 || value.length == 32)) {
        return base64                   ? "a hash in hexadecimal digits; wanted: Base64 of the hash's bytes"
               : value.length == wanted ? "a hash in upper-case digits; wanted: lower-case"
                                        : "a hash of another kind";
    }
    if (value.length == 44 && all_of(value, BASE64)) {
        return "a hash in Base64; wanted: hexadecimal digits";
    }
    return NULL;
}

/* No hash where one is wanted: it is hashed neither here nor there; or the platform's page hashes it, as it stands. */
static const char *look_at_plain(struct checking *checking, struct lka_span value,
                                 const struct lka_platform_field *field, const char **outcome)
{
    const char *reason = lka_rules_normalise(field, value, checking->options->country, &checking->normal);
    struct lka_span normal = lka_normal_span(&checking->normal);
    *outcome = "unmatched";
    if (reason || normal.length == 0) {
        return reason ? reason : "nothing is left of it";
    }
    if (field->hashing != LKA_HASH_NONE) {
        *outcome = "refused";
        return "not hashed";
    }
    if (!lka_span_equal(normal, value)) {
        return "not normalised as the platform does it";
    }
    *outcome = NULL;
    return "";
}

/* The platform's field in a column of the file; SIZE_MAX: none. */
static size_t field_at(const struct checking *checking, size_t cell)
{
    size_t column = checking->columns[cell];
    return column < checking->format->column_count ? checking->format->columns[column].field : SIZE_MAX;
}

static lka_status check_value(struct checking *checking, size_t cell, struct lka_error *error)
{
    struct lka_span value = checking->rows.fields[cell];
    size_t column = checking->columns[cell];
    size_t number = field_at(checking, cell);
    if (value.length == 0 || number == SIZE_MAX) {
        return LKA_OK;
    }
    const struct lka_platform_field *field = &checking->platform->fields[number];
    const char *outcome = NULL;
    const char *problem = NULL;
    if (field->hashing != LKA_HASH_NONE) {
        problem = look_at_hash(value, field, &outcome);
    }
    if (!problem) {
        problem = look_at_plain(checking, value, field, &outcome);
    }
    if (checking->normal.value.failed) {
        return lka_fail_memory(error, value.length);
    }
    return outcome ? say(checking, checking->rows.line, cell + 1, checking->format->columns[column].name, outcome,
                         problem, error)
                   : LKA_OK;
}

/* ---- rows --------------------------------------------------------------------------------------------- */

static lka_status check_repetition(struct checking *checking, struct lka_error *error)
{
    struct lka_text whole = {0};
    bool is_new = true;
    for (size_t c = 0; c < checking->column_count && c < checking->rows.count; c++) {
        lka_text_csv_field(&whole, checking->rows.fields[c], ',');
        lka_text_append(&whole, ",", 1);
    }
    struct lka_hash128 key = lka_seen_key((struct lka_span){whole.bytes, (uint32_t)whole.length});
    lka_status status = whole.failed ? lka_fail_memory(error, 0) : lka_seen_add(&checking->seen, key, &is_new, error);
    lka_text_release(&whole);
    LKA_TRY(status);
    return is_new ? LKA_OK
                  : say(checking, checking->rows.line, 0, "", "unmatched", "the same as an earlier row", error);
}

static bool has_key(const struct checking *checking)
{
    uint32_t there = 0;
    bool found = false;
    for (size_t c = 0; c < checking->column_count && c < checking->rows.count; c++) {
        size_t field = field_at(checking, c);
        there |= checking->rows.fields[c].length > 0 && field != SIZE_MAX ? (uint32_t)1 << field : 0;
    }
    for (size_t k = 0; k < checking->platform->key_count; k++) {
        found = found || (there & checking->platform->keys[k]) == checking->platform->keys[k];
    }
    return found;
}

static lka_status check_row(struct checking *checking, struct lka_error *error)
{
    const struct lka_raw_rows *rows = &checking->rows;
    checking->row_count++;
    if (rows->problem || rows->count != checking->column_count) {
        return say(checking, rows->line, 0, "", "refused",
                   rows->problem ? rows->problem : "not as many fields as the header has", error);
    }
    for (size_t c = 0; c < checking->column_count; c++) {
        LKA_TRY(check_value(checking, c, error));
    }
    const char *problem = NULL;
    LKA_TRY(lka_checked_people_row(&checking->people, rows->fields, checking->columns, checking->column_count, &problem,
                                   error));
    if (problem) {
        return say(checking, rows->line, 0, "", "refused", problem, error);
    }
    if (!has_key(checking)) {
        return say(checking, rows->line, 0, "", "unmatched", "no identifier that the platform takes", error);
    }
    return check_repetition(checking, error);
}

/* ---- the header and the file ---------------------------------------------------------------------------- */

/* The format's column of that name, the further ones of a repeated name in their order. */
static size_t column_of(const struct checking *checking, struct lka_span name, bool ignoring_case)
{
    const struct lka_platform_format *format = checking->format;
    size_t earlier = 0;
    size_t found = format->column_count;
    for (size_t c = 0; c < checking->column_count; c++) {
        earlier += checking->columns[c] < format->column_count &&
                   lka_span_equal_ignoring_case(name, lka_span_of(format->columns[checking->columns[c]].name));
    }
    for (size_t c = 0; c < format->column_count && found == format->column_count; c++) {
        struct lka_span wanted = lka_span_of(format->columns[c].name);
        bool same = ignoring_case ? lka_span_equal_ignoring_case(name, wanted) : lka_span_equal(name, wanted);
        if (same && earlier-- == 0) {
            found = c;
        }
    }
    return found;
}

static lka_status check_column(struct checking *checking, size_t number, struct lka_error *error)
{
    const struct lka_platform_format *format = checking->format;
    struct lka_span name = checking->rows.fields[number];
    size_t column = column_of(checking, name, false);
    size_t nearly = column < format->column_count ? column : column_of(checking, name, true);
    checking->columns[checking->column_count++] = nearly;
    if (column < format->column_count) {
        return LKA_OK;
    }
    bool tells = false;
    LKA_TRY(lka_checked_people_column(&checking->people, number, name, &tells, error));
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)(name.length < 40 ? name.length : 40), name.text);
    return say(checking, 1, number + 1, shown, "refused",
               nearly < format->column_count ? "the name is written otherwise in the platform's header"
               : tells                       ? "no column of the platform's header; whose consent it tells is looked at"
                                             : "no column of the platform's header, or once too often",
               error);
}

static lka_status check_header(struct checking *checking, struct lka_error *error)
{
    if (!checking->format->header) {
        for (; checking->column_count < checking->format->column_count; checking->column_count++) {
            checking->columns[checking->column_count] = checking->column_count;
        }
        return LKA_OK;
    }
    LKA_TRY(lka_raw_rows_next(&checking->rows, error));
    if (checking->rows.count == 0) {
        return lka_fail_at(error, LKA_DATA, checking->options->check, 0, 0, "is empty; a header line is needed");
    }
    for (size_t c = 0; c < checking->rows.count && c < LKA_RAW_FIELDS; c++) {
        LKA_TRY(check_column(checking, c, error));
    }
    return LKA_OK;
}

/* Readers of ours pass over a byte order mark; the platforms' take it for a part of the first name. */
static lka_status check_mark(struct checking *checking, struct stat *facts, struct lka_error *error)
{
    FILE *file = strcmp(checking->options->check, "-") == 0 ? NULL : fopen(checking->options->check, "rbe");
    char start[3] = "";
    if (!file) {
        return LKA_OK;
    }
    size_t got = fread(start, 1, sizeof start, file);
    fstat(fileno(file), facts);
    fclose(file);
    return got == 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0
               ? say(checking, 1, 0, "", "refused", "a byte order mark before the first name", error)
               : LKA_OK;
}

static lka_status check_file(struct checking *checking, const struct stat *facts, struct lka_error *error)
{
    const struct lka_rules *platform = checking->platform;
    const struct lka_platform_format *format = checking->format;
    if (format->rows > 0 && checking->row_count > format->rows) {
        LKA_TRY(say(checking, 1, 0, "", "refused", "more rows than one file may have", error));
    }
    if (format->bytes > 0 && S_ISREG(facts->st_mode) && (uint64_t)facts->st_size > format->bytes) {
        LKA_TRY(say(checking, 1, 0, "", "refused", "more bytes than one file may have", error));
    }
    if (checking->row_count - (checking->bad_rows < checking->row_count ? checking->bad_rows : checking->row_count) <
        platform->minimum) {
        LKA_TRY(say(checking, 1, 0, "", "refused", "fewer good rows than the platform's minimum", error));
    }
    return LKA_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static lka_status check_all(struct checking *checking, const struct lka_session *session, struct lka_error *error)
{
    struct stat facts = {0};
    LKA_TRY(check_mark(checking, &facts, error));
    LKA_TRY(check_header(checking, error));
    do {
        LKA_TRY(lka_raw_rows_next(&checking->rows, error));
        checking->in_row = checking->rows.count > 0;
        LKA_TRY(checking->in_row ? check_row(checking, error) : LKA_OK);
        LKA_TRY(checking->row_count % 4096 == 0 ? lka_step(session, "check", checking->row_count, 0, error) : LKA_OK);
    } while (checking->rows.count > 0);
    return check_file(checking, &facts, error);
}

static lka_status open_all(struct checking *checking, const struct lka_session *session, struct lka_error *error)
{
    const struct lka_export_options *options = checking->options;
    char separator;
    if (options->platform.count != 1 || options->audience) {
        return lka_fail(error, LKA_USAGE, "--check looks at one file for one --platform, and takes no --audience");
    }
    LKA_TRY(lka_rules_load("platform", options->platform.items[0], &checking->platform, error));
    LKA_TRY(lka_export_verified(checking->platform, options->unverified, error));
    LKA_TRY(lka_rules_find_format(checking->platform, options->format, &checking->format, error));
    if (checking->format->kind == LKA_FORMAT_JSON) {
        return lka_fail(error, LKA_USAGE, "--check reads a platform's CSV and text files; the format %s of %s is JSON",
                        checking->format->name, checking->platform->title);
    }
    LKA_TRY(lka_checked_people_open(&checking->people, options, checking->platform, checking->format, session, error));
    LKA_TRY(lka_separator_parse(options->separator, &separator, error));
    LKA_TRY(
        lka_raw_rows_open(&checking->rows, options->check, checking->format->kind == LKA_FORMAT_CSV, separator, error));
    LKA_TRY(lka_output_open(options->out ? options->out : "-", true, &checking->output, error));
    return lka_output_write(checking->output, "line,column,field,outcome,problem\n", 34, error);
}

static lka_status finish(struct checking *checking, char **summary, struct lka_error *error)
{
    struct lka_output *output = checking->output;
    checking->output = NULL;
    LKA_TRY(lka_output_commit(output, error));
    if (checking->problems > 0) {
        return lka_fail_at(error, LKA_DATA, checking->options->check, 0, 0,
                           "%llu problem%s for %s; in %llu of %llu rows", (unsigned long long)checking->problems,
                           checking->problems == 1 ? "" : "s", checking->platform->title,
                           (unsigned long long)checking->bad_rows, (unsigned long long)checking->row_count);
    }
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:i}", "schema", 1, "stage", "export check", "platform",
                               checking->platform->name, "title", checking->platform->title, "rule_version",
                               checking->platform->version, "rows", (json_int_t)checking->row_count, "problems", 0);
    lka_status status = object ? lka_json_text(object, JSON_INDENT(2), summary, error) : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

lka_status lka_export_check(const struct lka_options *options, const struct lka_session *session, char **summary,
                            struct lka_error *error)
{
    struct checking checking = {.options = lka_options_values(options)};
    lka_status status = open_all(&checking, session, error);
    if (status == LKA_OK) {
        status = check_all(&checking, session, error);
    }
    if (status == LKA_OK) {
        status = finish(&checking, summary, error);
    }
    lka_output_abandon(checking.output);
    lka_raw_rows_release(&checking.rows);
    lka_checked_people_close(&checking.people);
    lka_rules_free(checking.platform);
    lka_normal_release(&checking.normal);
    lka_seen_release(&checking.seen);
    lka_text_release(&checking.line);
    return status;
}
