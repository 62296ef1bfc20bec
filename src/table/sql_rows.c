#include "table/sql_rows.h"

#include "base/memory.h"

struct row_table {
    sqlite3_vtab base;
    struct lka_sql_rows *view;
};

struct row_cursor {
    sqlite3_vtab_cursor base;
    const struct lka_sql_rows *view;
    size_t row;
};

static void append_name(struct lka_text *text, const char *name)
{
    lka_text_string(text, "\"");
    for (; *name; name++) {
        lka_text_append(text, name, 1);
        if (*name == '"') {
            lka_text_string(text, "\"");
        }
    }
    lka_text_string(text, "\"");
}

/* SQLite compares a text with a number as numbers where the column is said to hold numbers, and the text is one. */
static const char *affinity_of(const struct lka_sql_column *declared)
{
    bool maybe_number = declared->type == LKA_TYPE_NUMBER ||
                        (declared->type == LKA_TYPE_UNKNOWN && !declared->identifier);
    return maybe_number ? " NUMERIC" : " TEXT";
}

static int table_connect(sqlite3 *database, void *user, int argument_count, const char *const *arguments,
                         sqlite3_vtab **table, char **message)
{
    struct lka_sql_rows *view = user;
    struct lka_text text = {0};
    (void)argument_count;
    (void)arguments;
    (void)message;
    for (size_t i = 0; i < view->count; i++) {
        lka_text_string(&text, i ? ", " : "CREATE TABLE rows(");
        append_name(&text, view->schema->columns[view->columns[i].column].name);
        lka_text_string(&text, affinity_of(&view->columns[i]));
    }
    lka_text_string(&text, ")");
    struct row_table *made = text.failed ? NULL : sqlite3_malloc(sizeof *made);
    view->declaring = true;
    int result = made ? sqlite3_declare_vtab(database, text.bytes) : SQLITE_NOMEM;
    view->declaring = false;
    lka_text_release(&text);
    if (result != SQLITE_OK) {
        sqlite3_free(made);
        return result;
    }
    *made = (struct row_table){.view = view};
    *table = &made->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* There is one way through the rows: all of them, in order. */
static int table_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = LKA_BLOCK_ROWS;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    struct row_cursor *made = sqlite3_malloc(sizeof *made);
    if (!made) {
        return SQLITE_NOMEM;
    }
    *made = (struct row_cursor){.view = ((struct row_table *)table)->view};
    *cursor = &made->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int cursor_start(sqlite3_vtab_cursor *cursor, int plan, const char *plan_name, int count, sqlite3_value **values)
{
    (void)plan;
    (void)plan_name;
    (void)count;
    (void)values;
    ((struct row_cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *cursor)
{
    ((struct row_cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int cursor_at_end(sqlite3_vtab_cursor *cursor)
{
    const struct row_cursor *own = (const struct row_cursor *)cursor;
    return own->row >= own->view->rows->count;
}

static int cursor_row(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row)
{
    *row = (sqlite3_int64)((struct row_cursor *)cursor)->row;
    return SQLITE_OK;
}

/* Written as a number would be: no 007, no +49, no digits beyond what a double keeps, so that codes stay text. */
static bool looks_like_number(struct lka_span text)
{
    const char *at = text.text;
    const char *end = at + text.length;
    at += *at == '-';
    bool leading_zero = end - at >= 2 && at[0] == '0' && at[1] != '.';
    bool point = false;
    size_t digits = 0;
    for (; at < end; at++) {
        bool digit = *at >= '0' && *at <= '9';
        if (!digit && (*at != '.' || point || digits == 0 || at + 1 == end)) {
            return false;
        }
        point = point || !digit;
        digits += digit;
    }
    return digits > 0 && digits <= 15 && !leading_zero;
}

static void give_number(sqlite3_context *context, struct lka_span text)
{
    int64_t whole;
    double number;
    if (lka_parse_integer(text, &whole)) {
        sqlite3_result_int64(context, whole);
    } else if (lka_parse_number(text, &number)) {
        sqlite3_result_double(context, number);
    }
}

static int cursor_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const struct row_cursor *own = (const struct row_cursor *)cursor;
    const struct lka_sql_rows *view = own->view;
    const struct lka_sql_column *declared = &view->columns[column];
    if (!declared->read) {
        return SQLITE_OK; /* NULL: nobody looks at it */
    }
    struct lka_span text = lka_cell(view->rows, view->cells[declared->place], own->row);
    if (text.length == 0) {
        return SQLITE_OK;
    }
    if (declared->type == LKA_TYPE_NUMBER ||
        (declared->type == LKA_TYPE_UNKNOWN && !declared->identifier && looks_like_number(text))) {
        give_number(context, text);
    } else {
        sqlite3_result_text(context, text.text, (int)text.length, SQLITE_STATIC);
    }
    return SQLITE_OK;
}

const sqlite3_module lka_sql_rows_module = {
    .iVersion = 1,
    .xConnect = table_connect, /* without xCreate nobody can make another such table */
    .xBestIndex = table_plan,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_start,
    .xNext = cursor_next,
    .xEof = cursor_at_end,
    .xColumn = cursor_value,
    .xRowid = cursor_row,
};
