/* A rule is compiled once, as
 *
 *     SELECT (RULE
 *     ) IS TRUE FROM rows
 *
 * where `rows` is a virtual table over the block that lka_where_rows was called with; for each block the statement is
 * reset and stepped through. Whatever a rule does to get out of the brackets makes a second FROM, a second column or a
 * second SELECT, and each of these is refused.
 */
#include "table/where.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/sql_rows.h"

enum {
    LONGEST_RULE = 16384,      /* bytes */
    LONGEST_VALUE = 16 << 20,  /* bytes; of what a rule makes, too */
    STEPS_UNWATCHED = 1 << 16, /* of SQLite's machine, between two looks at whether to stop */
};

static const char before_rule[] = "SELECT (";
static const char behind_rule[] = "\n) IS TRUE FROM rows";

/* What a rule may call: pure, the same on every machine, one row at a time. */
static const char *const functions[] = {"abs",   "ceil",  "ceiling", "coalesce",  "floor", "glob",   "ifnull",  "iif",
                                        "like",  "instr", "length",  "lower",     "ltrim", "nullif", "replace", "round",
                                        "rtrim", "sign",  "substr",  "substring", "trim",  "typeof", "upper"};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

struct lka_where {
    char *rule;
    sqlite3 *database;
    sqlite3_stmt *statement;
    struct lka_sql_rows view;
    size_t *columns; /* of the schema, that the rule reads */
    size_t column_count;
    const struct lka_session *session;

    bool selecting;    /* the one SELECT was seen */
    char refused[120]; /* by the authorizer, in words */
};

/* ---- the authorizer --------------------------------------------------------------------------- */

static int refuse(struct lka_where *where, const char *format, const char *name)
{
    if (!where->refused[0]) {
        sqlite3_snprintf(sizeof where->refused, where->refused, format, name);
    }
    return SQLITE_DENY;
}

static int may_read(struct lka_where *where, const char *table, const char *column)
{
    if (strcmp(table, "rows") != 0) {
        return refuse(where, "the table \"%.40s\" can't be read; a rule sees the columns of its own table", table);
    }
    if (!column || !*column) {
        return SQLITE_OK; /* the table as such */
    }
    for (size_t i = 0; i < where->view.count; i++) {
        if (strcmp(where->view.schema->columns[where->view.columns[i].column].name, column) == 0) {
            where->view.columns[i].read = true;
            return SQLITE_OK;
        }
    }
    return refuse(where, "there is no column \"%.40s\"", column);
}

static int may_call(struct lka_where *where, const char *function)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (sqlite3_stricmp(functions[i], function) == 0) {
            return SQLITE_OK;
        }
    }
    return refuse(where, "the function %.40s is not allowed", function);
}

static int authorise(void *user, int action, const char *first, const char *second, const char *database,
                     const char *inner)
{
    struct lka_where *where = user;
    (void)database;
    (void)inner;
    if (where->view.declaring) {
        return SQLITE_OK; /* its CREATE TABLE is ours, and makes nothing */
    }
    if (action == SQLITE_SELECT && !where->selecting) {
        where->selecting = true;
        return SQLITE_OK;
    }
    if (action == SQLITE_READ) {
        return may_read(where, first, second);
    }
    if (action == SQLITE_FUNCTION) {
        return may_call(where, second);
    }
    return refuse(where, "%s",
                  action == SQLITE_SELECT || action == SQLITE_RECURSIVE ? "a rule has no SELECT of its own"
                                                                        : "a rule only reads");
}

/* ---- which columns SQLite has to know --------------------------------------------------------- */

static bool contains(const char *rule, const char *name, bool any_case)
{
    size_t length = strlen(name);
    for (; *rule; rule++) {
        if (any_case ? sqlite3_strnicmp(rule, name, (int)length) == 0 : strncmp(rule, name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* A table may have 65,535 columns, and SQLite takes 2,000: only those are declared whose name stands somewhere in the
 * rule (or has a quote in it, which a rule would write doubled). */
static bool may_name(const char *rule, const char *name)
{
    return contains(rule, name, true) || strpbrk(name, "\"`[]") != NULL;
}

/* SQLite's names are the same in any case: of two such columns the one that the rule spells is meant. */
static lka_status declare(struct lka_where *where, const struct lka_schema *schema, size_t column,
                          struct lka_error *error)
{
    const struct lka_column *named = &schema->columns[column];
    size_t at = where->view.count;
    for (size_t i = 0; i < where->view.count; i++) {
        const char *other = schema->columns[where->view.columns[i].column].name;
        if (sqlite3_stricmp(other, named->name) != 0) {
            continue;
        }
        if (!contains(where->rule, named->name, false)) {
            return LKA_OK;
        }
        if (contains(where->rule, other, false)) {
            return lka_fail(error, LKA_USAGE,
                            "--where \"%.200s\": the columns \"%.60s\" and \"%.60s\" differ by case alone, and a rule "
                            "can't have both",
                            where->rule, other, named->name);
        }
        at = i;
    }
    where->view.columns[at] = (struct lka_sql_column){.column = column,
                                                      .type = named->type,
                                                      .identifier = named->role == LKA_ROLE_ID ||
                                                                    lka_role_is_identifier(named->role)};
    where->view.count += at == where->view.count;
    return LKA_OK;
}

static lka_status declare_all(struct lka_where *where, const struct lka_schema *schema, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(where->view.columns, schema->count, error));
    for (size_t i = 0; i < schema->count; i++) {
        if (may_name(where->rule, schema->columns[i].name)) {
            LKA_TRY(declare(where, schema, i, error));
        }
    }
    /* A table of no column is no table. */
    return where->view.count == 0 ? declare(where, schema, 0, error) : LKA_OK;
}

/* ---- compiling -------------------------------------------------------------------------------- */

static lka_status fail_sqlite(const struct lka_where *where, int result, const char *what, struct lka_error *error)
{
    if ((result & 0xff) == SQLITE_NOMEM) {
        return lka_fail_memory(error, 0);
    }
    return lka_fail(error, LKA_USAGE, "--where \"%.200s\": %s", where->rule, what);
}

static const char *nearest_column(const struct lka_schema *schema, const char *word)
{
    const char **names = lka_new(schema->count, sizeof *names);
    const char *nearest = NULL;
    for (size_t i = 0; names && i < schema->count; i++) {
        names[i] = schema->columns[i].name;
    }
    if (names) {
        nearest = lka_nearest(word, names, schema->count);
    }
    lka_free(names);
    return nearest;
}

static lka_status fail_column(const struct lka_where *where, const char *word, struct lka_error *error)
{
    const char *nearest = nearest_column(where->view.schema, word);
    if (nearest) {
        return lka_fail(error, LKA_USAGE, "--where \"%.200s\": there is no column \"%.60s\"; did you mean \"%.60s\"?",
                        where->rule, word, nearest);
    }
    return lka_fail(error, LKA_USAGE,
                    "--where \"%.200s\": there is no column \"%.60s\"; text stands in single quotes, a column's name "
                    "may stand in double ones",
                    where->rule, word);
}

static lka_status fail_compiling(const struct lka_where *where, int result, struct lka_error *error)
{
    static const char unknown[] = "no such column: ";
    const char *message = sqlite3_errmsg(where->database);
    if (where->refused[0]) {
        return fail_sqlite(where, SQLITE_AUTH, where->refused, error);
    }
    if (strncmp(message, unknown, sizeof unknown - 1) == 0) {
        return fail_column(where, message + sizeof unknown - 1, error);
    }
    char what[200];
    int place = sqlite3_error_offset(where->database) - (int)(sizeof before_rule - 1);
    bool inside = place >= 0 && (size_t)place < strlen(where->rule);
    if (inside) {
        sqlite3_snprintf(sizeof what, what, "%.140s (character %d)", message, place + 1);
    } else {
        sqlite3_snprintf(sizeof what, what, "%.140s", message);
    }
    return fail_sqlite(where, result,
                       place >= (int)strlen(where->rule) ? "it is not complete, or its brackets do not match" : what,
                       error);
}

static int watch(void *user)
{
    const struct lka_session *session = ((struct lka_where *)user)->session;
    return session && session->interrupted && session->interrupted(session->user);
}

static void limit(sqlite3 *database)
{
    static const struct {
        int what;
        int most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, LONGEST_VALUE},     {SQLITE_LIMIT_SQL_LENGTH, LONGEST_VALUE},
        {SQLITE_LIMIT_EXPR_DEPTH, 100},           {SQLITE_LIMIT_COMPOUND_SELECT, 1},
        {SQLITE_LIMIT_FUNCTION_ARG, 16},          {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 0},          {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        sqlite3_limit(database, limits[i].what, limits[i].most);
    }
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    /* "at_risk" in double quotes is a column, and never quietly a text. */
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
}

static lka_status open_database(struct lka_where *where, struct lka_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    int result = sqlite3_open_v2(":memory:", &where->database, flags, NULL);
    if (result == SQLITE_OK) {
        limit(where->database);
        result = sqlite3_create_module(where->database, "rows", &lka_sql_rows_module, &where->view);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_set_authorizer(where->database, authorise, where);
    }
    if (result != SQLITE_OK) {
        return fail_sqlite(where, result, sqlite3_errstr(result), error);
    }
    sqlite3_progress_handler(where->database, STEPS_UNWATCHED, watch, where);
    return LKA_OK;
}

static lka_status prepare(struct lka_where *where, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_string(&text, before_rule);
    lka_text_string(&text, where->rule);
    lka_text_string(&text, behind_rule);
    if (text.failed) {
        lka_text_release(&text);
        return lka_fail_memory(error, 0);
    }
    int result = sqlite3_prepare_v3(where->database, text.bytes, (int)text.length, SQLITE_PREPARE_PERSISTENT,
                                    &where->statement, NULL);
    lka_text_release(&text);
    if (result != SQLITE_OK) {
        return fail_compiling(where, result, error);
    }
    if (!where->statement || sqlite3_column_count(where->statement) != 1) {
        return fail_sqlite(where, SQLITE_ERROR, "a rule is one condition; join several with AND or OR", error);
    }
    return LKA_OK;
}

static lka_status list_columns(struct lka_where *where, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(where->columns, where->view.count, error));
    /* The declared stand in the schema's order, but where one took another's place. */
    for (size_t column = 0; column < where->view.schema->count; column++) {
        for (size_t i = 0; i < where->view.count; i++) {
            if (where->view.columns[i].column == column && where->view.columns[i].read) {
                where->view.columns[i].place = where->column_count;
                where->columns[where->column_count++] = column;
            }
        }
    }
    return LKA_OK;
}

static lka_status compile(struct lka_where *where, const struct lka_schema *schema, struct lka_error *error)
{
    size_t length = strlen(where->rule);
    if (length > LONGEST_RULE) {
        return lka_fail(error, LKA_USAGE, "--where \"%.40s...\": %zu bytes; at most %d are allowed", where->rule,
                        length, LONGEST_RULE);
    }
    if (strspn(where->rule, " \t\r\n") == length) {
        return lka_fail(error, LKA_USAGE, "--where is empty; it takes a condition, as in \"age >= 30\"");
    }
    where->view.schema = schema;
    LKA_TRY(declare_all(where, schema, error));
    LKA_TRY(open_database(where, error));
    LKA_TRY(prepare(where, error));
    LKA_TRY(list_columns(where, error));
    where->view.schema = NULL;
    return LKA_OK;
}

lka_status lka_where_new(const char *rule, const struct lka_schema *schema, struct lka_where **where,
                         struct lka_error *error)
{
    *where = NULL;
    struct lka_where *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->rule = lka_copy_string(rule);
    lka_status status = made->rule ? compile(made, schema, error) : lka_fail_memory(error, strlen(rule));
    if (status != LKA_OK) {
        lka_where_free(made);
        return status;
    }
    *where = made;
    return LKA_OK;
}

void lka_where_free(struct lka_where *where)
{
    if (!where) {
        return;
    }
    sqlite3_finalize(where->statement);
    sqlite3_close(where->database);
    lka_free(where->view.columns);
    lka_free(where->columns);
    lka_free(where->rule);
    lka_free(where);
}

void lka_where_watch(struct lka_where *where, const struct lka_session *session)
{
    where->session = session;
}

const size_t *lka_where_columns(const struct lka_where *where, size_t *count)
{
    *count = where->column_count;
    return where->columns;
}

/* ---- a block ---------------------------------------------------------------------------------- */

static lka_status fail_running(const struct lka_where *where, int result, struct lka_error *error)
{
    if (result == SQLITE_INTERRUPT) {
        return lka_fail(error, LKA_INTERRUPTED, "interrupted");
    }
    return fail_sqlite(where, result, sqlite3_errmsg(where->database), error);
}

lka_status lka_where_rows(struct lka_where *where, const struct lka_rows *rows, const size_t *cells, bool *kept,
                          struct lka_error *error)
{
    where->view.rows = rows;
    where->view.cells = cells;
    lka_status status = LKA_OK;
    for (size_t row = 0; row < rows->count && status == LKA_OK; row++) {
        int result = sqlite3_step(where->statement);
        if (result == SQLITE_ROW) {
            kept[row] = sqlite3_column_int(where->statement, 0) != 0;
        } else {
            status = fail_running(where, result, error);
        }
    }
    sqlite3_reset(where->statement);
    where->view.rows = NULL;
    where->view.cells = NULL;
    return status;
}
