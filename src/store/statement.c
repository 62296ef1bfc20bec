#include "base/error.h"
#include "base/memory.h"
#include "store/database.h"

#include <errno.h>

struct lka_statement {
    struct lka_workspace *workspace;
    sqlite3_stmt *prepared;
    int bind_code; /* of the first bind that failed since the last step */
};

/* SQLite's "disk I/O error" is also what a full disk gives where its index of the log is to grow. */
static const char *why_no_disk(struct lka_workspace *workspace, const char *said)
{
    int number = workspace->database ? sqlite3_system_errno(workspace->database) : 0;
    return number == ENOSPC || number == EDQUOT ? strerror(number) : said;
}

lka_status lka_database_fail(struct lka_workspace *workspace, int code, lka_status otherwise, struct lka_error *error)
{
    const char *path = workspace->database_path;
    const char *said = workspace->database ? sqlite3_errmsg(workspace->database) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return lka_fail_memory(error, 0);
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return lka_fail_at(error, LKA_IO, path, 0, 0, "cannot be read or written: %s", why_no_disk(workspace, said));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "cannot be written: %s", said);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is damaged or no database: %s", said);
    case SQLITE_BUSY:
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is locked by another program: %s", said);
    default:
        return lka_fail_at(error, otherwise, path, 0, 0, "%s", said);
    }
}

lka_status lka_workspace_execute(struct lka_workspace *workspace, const char *sql, struct lka_error *error)
{
    int code = sqlite3_exec(workspace->database, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? LKA_OK : lka_database_fail(workspace, code, LKA_DATA, error);
}

lka_status lka_statement_new(struct lka_workspace *workspace, const char *sql, struct lka_statement **statement,
                             struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*statement, 1, error));
    (*statement)->workspace = workspace;
    int code = sqlite3_prepare_v2(workspace->database, sql, -1, &(*statement)->prepared, NULL);
    if (code != SQLITE_OK) {
        lka_free(*statement);
        *statement = NULL;
        return lka_database_fail(workspace, code, LKA_DATA, error);
    }
    return LKA_OK;
}

void lka_statement_free(struct lka_statement *statement)
{
    if (statement) {
        sqlite3_finalize(statement->prepared);
        lka_free(statement);
    }
}

/* ---- parameters ------------------------------------------------------------------------------- */

static void note(struct lka_statement *statement, int code)
{
    statement->bind_code = statement->bind_code == SQLITE_OK ? code : statement->bind_code;
}

void lka_bind_text(struct lka_statement *statement, int at, struct lka_span text)
{
    const char *bytes = text.text ? text.text : "";
    note(statement, sqlite3_bind_text(statement->prepared, at, bytes, (int)text.length, SQLITE_TRANSIENT));
}

void lka_bind_blob(struct lka_statement *statement, int at, const void *bytes, size_t length)
{
    note(statement, sqlite3_bind_blob64(statement->prepared, at, bytes, length, SQLITE_TRANSIENT));
}

void lka_bind_integer(struct lka_statement *statement, int at, int64_t value)
{
    note(statement, sqlite3_bind_int64(statement->prepared, at, value));
}

void lka_bind_number(struct lka_statement *statement, int at, double value)
{
    note(statement, sqlite3_bind_double(statement->prepared, at, value));
}

/* ---- rows ------------------------------------------------------------------------------------- */

lka_status lka_statement_step(struct lka_statement *statement, bool *row, struct lka_error *error)
{
    int code = statement->bind_code;
    *row = false;
    statement->bind_code = SQLITE_OK;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement->prepared);
    }
    if (code == SQLITE_ROW) {
        *row = true;
        return LKA_OK;
    }
    lka_status status = code == SQLITE_DONE ? LKA_OK : lka_database_fail(statement->workspace, code, LKA_DATA, error);
    sqlite3_reset(statement->prepared);
    return status;
}

lka_status lka_statement_run(struct lka_statement *statement, struct lka_error *error)
{
    bool row;
    lka_status status = lka_statement_step(statement, &row, error);
    sqlite3_reset(statement->prepared);
    return status;
}

lka_status lka_statement_number(struct lka_workspace *workspace, const char *sql, int64_t *number,
                                struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(workspace, sql, &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    *number = row ? lka_column_integer(statement, 0) : 0;
    lka_statement_free(statement);
    return status;
}

struct lka_span lka_column_text(struct lka_statement *statement, int at)
{
    const unsigned char *text = sqlite3_column_text(statement->prepared, at);
    if (!text && sqlite3_column_type(statement->prepared, at) != SQLITE_NULL) {
        note(statement, SQLITE_NOMEM); /* told by the next step */
    }
    return (struct lka_span){(const char *)text, (uint32_t)sqlite3_column_bytes(statement->prepared, at)};
}

struct lka_span lka_column_blob(struct lka_statement *statement, int at)
{
    const void *bytes = sqlite3_column_blob(statement->prepared, at);
    return (struct lka_span){bytes, (uint32_t)sqlite3_column_bytes(statement->prepared, at)};
}

int64_t lka_column_integer(struct lka_statement *statement, int at)
{
    return sqlite3_column_int64(statement->prepared, at);
}

double lka_column_number(struct lka_statement *statement, int at)
{
    return sqlite3_column_double(statement->prepared, at);
}

bool lka_column_is_null(struct lka_statement *statement, int at)
{
    return sqlite3_column_type(statement->prepared, at) == SQLITE_NULL;
}
