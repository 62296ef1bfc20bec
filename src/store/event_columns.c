#include "store/event_columns.h"

#include "base/date.h"
#include "base/error.h"
#include "table/roles.h"

/* Sums of amounts beyond it lose cents. */
#define AMOUNT_MOST 1e13

/* The years 1 to 9999: an offset can lead out of them. */
#define FIRST_TIME (-62135596800)
#define LAST_TIME 253402300799

static const struct {
    const char *role;     /* what --role calls it */
    const char *names[4]; /* recognised, the first that the table has */
    bool required;
} known[LKA_EVENT_COLUMNS] = {[LKA_EVENT_CONTACT] = {"id", {"contact_id", "customer_id", "prospect_id", "id"}, true},
                              [LKA_EVENT_TIME] = {"time", {"timestamp", "event_time"}, true},
#define X(name) [LKA_EVENT_##name] = {#name, {#name}, LKA_EVENT_##name == LKA_EVENT_type},
                              LKA_EVENT_FIELDS(X)
#undef X
};

/* ---- which column is which -------------------------------------------------------------------- */

static lka_status use(struct lka_event_columns *columns, size_t what, ptrdiff_t column, const char *file,
                      struct lka_error *error)
{
    if (columns->cells[what] != LKA_NO_COLUMN) {
        return lka_fail(error, LKA_USAGE, "%s: --role names two columns as %s; one is allowed", file, known[what].role);
    }
    columns->cells[what] = (ptrdiff_t)columns->count;
    columns->selected[columns->count++] = (size_t)column;
    return LKA_OK;
}

static bool is_used(const struct lka_event_columns *columns, ptrdiff_t column)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->selected[i] == (size_t)column) {
            return true;
        }
    }
    return false;
}

/* "NAME=what". A role of another table's sake is fine; a word that is nothing at all is not. *spoken marks the columns
 * that were given a role, which their names then do not give. */
static lka_status take_role(struct lka_event_columns *columns, const struct lka_schema *schema, const char *item,
                            bool *spoken, const char *file, struct lka_error *error)
{
    const char *equals = strrchr(item, '=');
    if (!equals) {
        return lka_fail(error, LKA_USAGE, "--role: \"%.100s\" is no NAME=ROLE", item);
    }
    ptrdiff_t column = lka_schema_find(schema, (struct lka_span){item, (uint32_t)(equals - item)});
    if (column == LKA_NO_COLUMN) {
        return LKA_OK;
    }
    spoken[column] = true;
    for (size_t what = 0; what < LKA_EVENT_COLUMNS; what++) {
        if (strcmp(equals + 1, known[what].role) == 0) {
            return use(columns, what, column, file, error);
        }
    }
    enum lka_role role;
    char *argument;
    LKA_TRY(lka_role_parse(lka_span_of(equals + 1), &role, &argument, error));
    lka_free(argument);
    return LKA_OK;
}

static ptrdiff_t column_called(const struct lka_schema *schema, const char *name, const bool *spoken)
{
    struct lka_role_name pattern = {.pattern = (char *)(uintptr_t)name};
    for (size_t c = 0; c < schema->count; c++) {
        if (!spoken[c] && lka_role_name_fits(&pattern, schema->columns[c].name)) {
            return (ptrdiff_t)c;
        }
    }
    return LKA_NO_COLUMN;
}

static lka_status take_name(struct lka_event_columns *columns, const struct lka_schema *schema, size_t what,
                            const bool *spoken, const char *file, struct lka_error *error)
{
    for (size_t n = 0; n < 4 && known[what].names[n]; n++) {
        ptrdiff_t column = column_called(schema, known[what].names[n], spoken);
        if (column != LKA_NO_COLUMN && !is_used(columns, column)) {
            return use(columns, what, column, file, error);
        }
    }
    if (known[what].required) {
        return lka_fail(
            error, LKA_USAGE, "%s: no column is the events' %s; call it %s, or say --role NAME=%s for the one that is",
            file, what == LKA_EVENT_CONTACT ? "contact" : known[what].role, known[what].names[0], known[what].role);
    }
    return LKA_OK;
}

static lka_status find(struct lka_event_columns *columns, const struct lka_schema *schema, const struct lka_list *roles,
                       bool *spoken, const char *file, struct lka_error *error)
{
    for (size_t i = 0; roles && i < roles->count; i++) {
        LKA_TRY(take_role(columns, schema, roles->items[i], spoken, file, error));
    }
    for (size_t what = 0; what < LKA_EVENT_COLUMNS; what++) {
        if (columns->cells[what] == LKA_NO_COLUMN) {
            LKA_TRY(take_name(columns, schema, what, spoken, file, error));
        }
    }
    return LKA_OK;
}

lka_status lka_event_columns_find(struct lka_event_columns *columns, const struct lka_schema *schema,
                                  const struct lka_list *roles, const char *file, struct lka_error *error)
{
    *columns = (struct lka_event_columns){0};
    for (size_t what = 0; what < LKA_EVENT_COLUMNS; what++) {
        columns->cells[what] = LKA_NO_COLUMN;
    }
    bool *spoken;
    LKA_TRY(LKA_NEW(spoken, schema->count, error));
    lka_status status = find(columns, schema, roles, spoken, file, error);
    lka_free(spoken);
    for (size_t field = 0; field < LKA_EVENT_FIELD_COUNT; field++) {
        ptrdiff_t cell = columns->cells[LKA_EVENT_type + field];
        if (cell != LKA_NO_COLUMN) {
            columns->fields[columns->field_count++] = (struct lka_event_cell){field, (size_t)cell};
        }
    }
    return status;
}

/* ---- rows ------------------------------------------------------------------------------------- */

static bool has(const struct lka_event_columns *columns, size_t what)
{
    return columns->cells[what] != LKA_NO_COLUMN;
}

static struct lka_span cell_of(const struct lka_event_columns *columns, const struct lka_rows *rows, size_t row,
                               size_t what)
{
    ptrdiff_t cell = columns->cells[what];
    return cell == LKA_NO_COLUMN ? LKA_SPAN("") : lka_cell(rows, (size_t)cell, row);
}

static lka_status refuse(const struct lka_event_columns *columns, const struct lka_rows *rows, size_t row, size_t what,
                         const char *problem, struct lka_error *error)
{
    char seen[64];
    struct lka_span value = cell_of(columns, rows, row, what);
    size_t field = rows->fields ? rows->fields[columns->cells[what]] : 0;
    const char *file = lka_row_origin(rows, row).file;
    if (value.length == 0) {
        return lka_fail_at(error, LKA_DATA, file, rows->lines[row], field, "the event's %s is empty; %s",
                           known[what].names[0], problem);
    }
    return lka_fail_at(error, LKA_DATA, file, rows->lines[row], field, "%s is %s; %s", known[what].names[0],
                       lka_show(value, false, seen), problem);
}

static bool is_machine(struct lka_span text)
{
    return text.length == 0 || lka_span_equal_ignoring_case(text, LKA_SPAN("yes")) ||
           lka_span_equal_ignoring_case(text, LKA_SPAN("no"));
}

/* Empty, or a number within the limits. */
static bool is_number(struct lka_span text, double least, double most)
{
    double number;
    return text.length == 0 || (lka_parse_number(text, &number) && number >= least && number <= most);
}

static bool in_range(int64_t time)
{
    return time >= FIRST_TIME && time <= LAST_TIME;
}

bool lka_event_time(struct lka_event_day *day, struct lka_span text, int64_t *time)
{
    enum { DAY_LENGTH = 10, WHOLE = 20 };
    if (text.length == WHOLE && lka_event_time_today(day, text, time)) {
        return true;
    }
    if (!lka_parse_time(text, time) || !in_range(*time)) {
        return false;
    }
    if (text.length == WHOLE && text.text[WHOLE - 1] == 'Z') {
        day->text = lka_short_padded((struct lka_span){text.text, DAY_LENGTH});
        day->start = *time - (*time % 86400 + 86400) % 86400;
    }
    return true;
}

bool lka_event_amount_is_good(struct lka_span text)
{
    return is_number(text, -AMOUNT_MOST, AMOUNT_MOST);
}

lka_status lka_event_columns_read(struct lka_event_columns *columns, const struct lka_rows *rows, size_t row,
                                  struct lka_span *contact, struct lka_event *event, struct lka_error *error)
{
    *contact = lka_cell(rows, (size_t)columns->cells[LKA_EVENT_CONTACT], row);
    unsigned filled = 0;
    for (size_t i = 0; i < columns->field_count; i++) {
        struct lka_span text = lka_cell(rows, columns->fields[i].cell, row);
        *lka_event_field(event, columns->fields[i].field) = text;
        filled |= (unsigned)(text.length > 0) << columns->fields[i].field;
    }
    event->filled = (uint16_t)filled;
    if (contact->length == 0) {
        return refuse(columns, rows, row, LKA_EVENT_CONTACT, "every event needs one", error);
    }
    if (!lka_event_time(&columns->day, lka_cell(rows, (size_t)columns->cells[LKA_EVENT_TIME], row), &event->time)) {
        return refuse(columns, rows, row, LKA_EVENT_TIME,
                      "a day or time that exists is needed, as 2024-02-29 or 2024-02-29T13:05:00Z", error);
    }
    if (event->type.length == 0) {
        return refuse(columns, rows, row, LKA_EVENT_type, "every event needs one", error);
    }
    if (has(columns, LKA_EVENT_amount) && !lka_event_amount_is_good(event->amount)) {
        return refuse(columns, rows, row, LKA_EVENT_amount, "a number of at most 1e13 is needed, without a unit",
                      error);
    }
    if (has(columns, LKA_EVENT_machine) && !is_machine(event->machine)) {
        return refuse(columns, rows, row, LKA_EVENT_machine, "yes, no or nothing is allowed", error);
    }
    if (has(columns, LKA_EVENT_consideration) && !is_number(event->consideration, 0, 10)) {
        return refuse(columns, rows, row, LKA_EVENT_consideration, "a number from 0 to 10 is needed", error);
    }
    return LKA_OK;
}
