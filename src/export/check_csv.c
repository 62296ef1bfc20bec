/* A platform's CSV or text file: its header, then its rows. */
#include "export/check_csv.h"

#include "export/check_row.h"
#include "export/raw_rows.h"

#include "base/error.h"
#include "source/open.h"

#include <stdio.h>

struct csv {
    struct lka_checking *checking;
    struct lka_raw_rows rows;
    size_t columns[LKA_RAW_FIELDS]; /* of the format, by the file's column */
    size_t column_count;
};

/* ---- rows --------------------------------------------------------------------------------------------- */

/* The platform's field in a column of the file; SIZE_MAX: none. */
static size_t field_at(const struct csv *csv, size_t cell)
{
    const struct lka_platform_format *format = csv->checking->format;
    size_t column = csv->columns[cell];
    return column < format->column_count ? format->columns[column].field : SIZE_MAX;
}

static lka_status check_values(struct csv *csv, struct lka_checked_row *row, struct lka_error *error)
{
    for (size_t c = 0; c < csv->column_count; c++) {
        size_t field = field_at(csv, c);
        if (field != SIZE_MAX) {
            const struct lka_checked_place place = {csv->rows.line, c + 1};
            const char *name = csv->checking->format->columns[csv->columns[c]].name;
            row->values[row->count++] = (struct lka_checked_value){field, csv->rows.fields[c]};
            LKA_TRY(lka_check_value(csv->checking, place, name, field, csv->rows.fields[c], error));
        }
    }
    return LKA_OK;
}

static lka_status check_row(struct csv *csv, struct lka_error *error)
{
    const struct lka_raw_rows *rows = &csv->rows;
    const struct lka_checked_place place = {rows->line, 0};
    struct lka_checked_row row = {.cells = rows->fields};
    csv->checking->row_count++;
    if (rows->problem || rows->count != csv->column_count) {
        return lka_check_say(csv->checking, place, "", "refused",
                             rows->problem ? rows->problem : "not as many fields as the header has", error);
    }
    LKA_TRY(check_values(csv, &row, error));
    return lka_check_person(csv->checking, place, &row, error);
}

/* ---- the header --------------------------------------------------------------------------------------- */

/* The format's column of that name, the further ones of a repeated name in their order. */
static size_t column_of(const struct csv *csv, struct lka_span name, bool ignoring_case)
{
    const struct lka_platform_format *format = csv->checking->format;
    size_t earlier = 0;
    size_t found = format->column_count;
    for (size_t c = 0; c < csv->column_count; c++) {
        earlier += csv->columns[c] < format->column_count &&
                   lka_span_equal_ignoring_case(name, lka_span_of(format->columns[csv->columns[c]].name));
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

static lka_status check_column(struct csv *csv, size_t number, struct lka_error *error)
{
    struct lka_checking *checking = csv->checking;
    const struct lka_platform_format *format = checking->format;
    struct lka_span name = csv->rows.fields[number];
    size_t column = column_of(csv, name, false);
    size_t nearly = column < format->column_count ? column : column_of(csv, name, true);
    csv->columns[csv->column_count++] = nearly;
    if (column < format->column_count) {
        return LKA_OK;
    }
    bool tells = false;
    LKA_TRY(lka_checked_people_column(&checking->people, number, name, &tells, error));
    char shown[64];
    snprintf(shown, sizeof shown, "%.*s", (int)(name.length < 40 ? name.length : 40), name.text);
    return lka_check_say(checking, (struct lka_checked_place){1, number + 1}, shown, "refused",
                         nearly < format->column_count ? "the name is written otherwise in the platform's header"
                         : tells ? "no column of the platform's header; whose consent it tells is looked at"
                                 : "no column of the platform's header, or once too often",
                         error);
}

static lka_status check_header(struct csv *csv, struct lka_error *error)
{
    const struct lka_platform_format *format = csv->checking->format;
    if (!format->header) {
        for (; csv->column_count < format->column_count; csv->column_count++) {
            csv->columns[csv->column_count] = csv->column_count;
        }
        return LKA_OK;
    }
    LKA_TRY(lka_raw_rows_next(&csv->rows, error));
    if (csv->rows.count == 0) {
        return lka_fail_at(error, LKA_DATA, csv->checking->options->check, 0, 0, "is empty; a header line is needed");
    }
    for (size_t c = 0; c < csv->rows.count && c < LKA_RAW_FIELDS; c++) {
        LKA_TRY(check_column(csv, c, error));
    }
    return LKA_OK;
}

/* Readers of ours pass over a byte order mark; the platforms' take it for a part of the first name. */
static lka_status check_mark(struct lka_checking *checking, struct stat *facts, struct lka_error *error)
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
               ? lka_check_say(checking, (struct lka_checked_place){1, 0}, "", "refused",
                               "a byte order mark before the first name", error)
               : LKA_OK;
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

static lka_status check_all(struct csv *csv, const struct lka_session *session, struct stat *facts,
                            struct lka_error *error)
{
    struct lka_checking *checking = csv->checking;
    const struct lka_export_options *options = checking->options;
    char separator;
    LKA_TRY(lka_separator_parse(options->separator, &separator, error));
    LKA_TRY(lka_raw_rows_open(&csv->rows, options->check, checking->format->kind == LKA_FORMAT_CSV, separator, error));
    LKA_TRY(check_mark(checking, facts, error));
    LKA_TRY(check_header(csv, error));
    do {
        LKA_TRY(lka_raw_rows_next(&csv->rows, error));
        checking->in_row = csv->rows.count > 0;
        LKA_TRY(checking->in_row ? check_row(csv, error) : LKA_OK);
        LKA_TRY(checking->row_count % 4096 == 0 ? lka_step(session, "check", checking->row_count, 0, error) : LKA_OK);
    } while (csv->rows.count > 0);
    return LKA_OK;
}

lka_status lka_check_csv(struct lka_checking *checking, const struct lka_session *session, struct stat *facts,
                         struct lka_error *error)
{
    struct csv csv = {.checking = checking};
    lka_status status = check_all(&csv, session, facts, error);
    lka_raw_rows_release(&csv.rows);
    return status;
}
