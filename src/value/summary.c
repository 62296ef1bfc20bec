/* Reading --summary: one row a customer, frequency, recency and T, and the mean amount if it is known. */
#include "base/error.h"
#include "source/ids.h"
#include "value/value.h"

#include <math.h>

enum { ID, FREQUENCY, RECENCY, AGE, SPEND, COLUMNS };
static const char *const column_names[COLUMNS] = {
    [FREQUENCY] = "frequency", [RECENCY] = "recency", [AGE] = "T", [SPEND] = "monetary_value"};

struct reading {
    struct lka_table *table;
    const struct lka_contact_map *contacts;
    const struct lka_session *session;
    size_t columns; /* COLUMNS, or one less without amounts */
    size_t selected[COLUMNS];
    struct lka_ids ids;
    struct lka_customers *customers;
    struct lka_value_counts *counts;
};

static lka_status find_columns(struct reading *reading, struct lka_error *error)
{
    const struct lka_schema *schema = &reading->table->schema;
    reading->selected[ID] = (size_t)lka_schema_role(schema, LKA_ROLE_ID);
    reading->columns = COLUMNS;
    for (size_t c = FREQUENCY; c < COLUMNS; c++) {
        ptrdiff_t found = lka_schema_find(schema, lka_span_of(column_names[c]));
        if (found != LKA_NO_COLUMN) {
            reading->selected[c] = (size_t)found;
        } else if (c == SPEND) {
            reading->columns = SPEND;
        } else {
            return lka_fail_at(error, LKA_USAGE, lka_source_name(reading->table->source), 0, 0,
                               "has no column \"%s\"; a summary has an id, frequency, recency, T and, if known, "
                               "monetary_value",
                               column_names[c]);
        }
    }
    return LKA_OK;
}

/* ---- one row ---------------------------------------------------------------------------------- */

static lka_status refuse(const struct lka_rows *rows, size_t row, size_t column, const char *allowed,
                         struct lka_error *problem)
{
    char shown[64];
    return lka_fail_at(problem, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], rows->fields[column],
                       "%s is %s; allowed: %s", column_names[column],
                       lka_show(lka_cell(rows, column, row), false, shown), allowed);
}

/* What can be no history of a customer. */
static lka_status check_row(const struct lka_rows *rows, size_t row, const double *numbers, struct lka_error *problem)
{
    double frequency = numbers[FREQUENCY];
    if (frequency < 0 || frequency > LKA_FREQUENCY_MAX || frequency != floor(frequency)) {
        return refuse(rows, row, FREQUENCY, "a whole number from 0 to 1000000", problem);
    }
    if (numbers[AGE] < 0) {
        return refuse(rows, row, AGE, "a number from 0", problem);
    }
    if (numbers[RECENCY] < 0 || numbers[RECENCY] > numbers[AGE]) {
        return refuse(rows, row, RECENCY, "a number from 0 to T", problem);
    }
    if (frequency == 0 && numbers[RECENCY] > 0) {
        return refuse(rows, row, RECENCY, "0 where frequency is 0, since the first purchase is then the last", problem);
    }
    if (frequency > 0 && numbers[RECENCY] <= 0) {
        return refuse(rows, row, RECENCY,
                      "above 0 where frequency is above 0, since a repeat purchase comes after the first", problem);
    }
    return LKA_OK;
}

static lka_status read_row(const struct reading *reading, const struct lka_rows *rows, size_t row,
                           struct lka_customer *customer, struct lka_error *problem)
{
    double numbers[COLUMNS] = {[SPEND] = NAN};
    for (size_t c = FREQUENCY; c < reading->columns; c++) {
        struct lka_span text = lka_cell(rows, c, row);
        if (!(c == SPEND && text.length == 0) && !lka_parse_number(text, &numbers[c])) {
            return refuse(rows, row, c, c == SPEND ? "a number, or nothing" : "a number", problem);
        }
    }
    LKA_TRY(check_row(rows, row, numbers, problem));
    *customer = (struct lka_customer){.id = lka_cell(rows, ID, row),
                                      .frequency = (uint32_t)numbers[FREQUENCY],
                                      .recency = numbers[RECENCY],
                                      .age = numbers[AGE],
                                      .spend = numbers[FREQUENCY] > 0 ? numbers[SPEND] : NAN};
    return LKA_OK;
}

/* ---- all rows --------------------------------------------------------------------------------- */

static lka_status keep(struct reading *reading, struct lka_customer *customer, struct lka_error *error)
{
    if (reading->contacts) {
        enum lka_contact_state state = lka_contact_map_state(reading->contacts, customer->id);
        customer->inactive = state == LKA_CONTACT_INACTIVE;
        if (state == LKA_CONTACT_UNKNOWN) {
            reading->counts->unknown++;
            return LKA_OK;
        }
        if (state == LKA_CONTACT_UNPROFILED) {
            reading->counts->unprofiled++;
            return LKA_OK;
        }
    }
    return lka_customers_add(reading->customers, customer, error);
}

static lka_status take_row(struct reading *reading, const struct lka_rows *rows, size_t row, struct lka_error *error)
{
    struct lka_source *source = reading->table->source;
    struct lka_span id = lka_cell(rows, ID, row);
    struct lka_customer customer;
    struct lka_error problem;
    if (lka_ids_bad(&reading->ids, rows, row, id)) {
        lka_ids_describe(&reading->ids, source, rows, row, id, &problem);
        return lka_source_reject(source, rows, row, &problem, error);
    }
    if (read_row(reading, rows, row, &customer, &problem) != LKA_OK) {
        return lka_source_reject(source, rows, row, &problem, error);
    }
    LKA_TRY(lka_ids_add(&reading->ids, rows, row, id, error));
    return keep(reading, &customer, error);
}

static lka_status read_rows(struct reading *reading, struct lka_rows *rows, struct lka_error *error)
{
    struct lka_source *source = reading->table->source;
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(take_row(reading, rows, row, error));
        }
        LKA_TRY(lka_source_step(source, "read", reading->session, error));
    } while (rows->count > 0);
    LKA_TRY(lka_ids_check(&reading->ids, source, error));
    return lka_source_finish(source, error);
}

static lka_status read_all(struct reading *reading, const struct lka_value_options *options, struct lka_error *error)
{
    struct lka_source *source = reading->table->source;
    struct lka_rows rows;
    LKA_TRY(find_columns(reading, error));
    LKA_TRY(lka_source_select(source, reading->selected, reading->columns, error));
    LKA_TRY(lka_ids_init(&reading->ids, options->temporary, error));
    if (options->max_bad_rows > 0) {
        LKA_TRY(lka_ids_scan(&reading->ids, source, reading->columns, ID, reading->session, error));
    }
    LKA_TRY(lka_rows_init(&rows, reading->columns, LKA_BLOCK_ROWS, error));
    lka_status status = read_rows(reading, &rows, error);
    lka_rows_release(&rows);
    return status;
}

lka_status lka_summary_read(struct lka_table *table, const struct lka_value_options *options,
                            const struct lka_contact_map *contacts, const struct lka_session *session,
                            struct lka_customers *customers, struct lka_value_counts *counts, struct lka_error *error)
{
    struct reading reading = {
        .table = table, .contacts = contacts, .session = session, .customers = customers, .counts = counts};
    lka_status status = read_all(&reading, options, error);
    lka_ids_release(&reading.ids);
    counts->rows = lka_source_counts(table->source).rows;
    counts->rejected = lka_source_counts(table->source).rejected;
    return status;
}
