/* store/workspace.h: the workspace, what a brand's runs remember: a directory (0700) with
 *
 *     state.sqlite      runs, histories, allocations, registrations, log of suppression imports (WAL, secure delete)
 *     events/           the archive: immutable monthly segments, published by a row in state.sqlite (store/events.h)
 *     suppression.bin   who objected, published by its hash in state.sqlite (eligibility/suppression.h)
 *     key               32 random bytes (0600), made once: the key of every HMAC (identity/forms.h)
 *
 * A stage's write is one transaction: a process that dies at any moment leaves the state before it whole. There is one
 * writer at a time; readers see the last committed state. All tables stand in store/tables.h, each with its person key.
 *
 * Not thread-safe: one thread uses a workspace.
 */
#ifndef LKA_STORE_WORKSPACE_H
#define LKA_STORE_WORKSPACE_H

#include "base/session.h"
#include "base/text.h"

struct lka_workspace;

enum lka_workspace_mode {
    LKA_WORKSPACE_READ,  /* must exist */
    LKA_WORKSPACE_WRITE, /* made if absent, migrated if of an older version */
};

/* LKA_USAGE if it cannot be opened, is no workspace, or is of a newer version. */
lka_status lka_workspace_open(const char *path, enum lka_workspace_mode mode, const struct lka_session *session,
                              struct lka_workspace **workspace, struct lka_error *error);
void lka_workspace_close(struct lka_workspace *workspace); /* rolls back what is not committed; NULL is fine */
const char *lka_workspace_path(const struct lka_workspace *workspace);

/* How long a writer waits for another one: 30 s if nothing is said. */
void lka_workspace_wait(struct lka_workspace *workspace, double seconds);

/* Takes the writer's lock for `stage`. A second writer waits, then LKA_USAGE says which stage and process holds it. */
lka_status lka_workspace_begin(struct lka_workspace *workspace, const char *stage, struct lka_error *error);
/* Stages commit the workspace first and publish their output directory right after it: both follow from the same
 * inputs, so that a run repeated after a crash in between makes the same. */
lka_status lka_workspace_commit(struct lka_workspace *workspace, struct lka_error *error);
void lka_workspace_rollback(struct lka_workspace *workspace); /* fine without a transaction */

/* The workspace's key. LKA_USAGE if it is lost while something depends on it, or readable by others. */
lka_status lka_workspace_key(struct lka_workspace *workspace, uint8_t key[32], struct lka_error *error);

/* ---- statements: SQLite with our errors ------------------------------------------------------- */

struct lka_statement;

lka_status lka_workspace_execute(struct lka_workspace *workspace, const char *sql, struct lka_error *error);
lka_status lka_statement_new(struct lka_workspace *workspace, const char *sql, struct lka_statement **statement,
                             struct lka_error *error);
void lka_statement_free(struct lka_statement *statement); /* NULL is fine */

/* Parameters count from 1. Bytes are copied. A failed bind is told by the next step. */
void lka_bind_text(struct lka_statement *statement, int at, struct lka_span text);
void lka_bind_blob(struct lka_statement *statement, int at, const void *bytes, size_t length);
void lka_bind_integer(struct lka_statement *statement, int at, int64_t value);
void lka_bind_number(struct lka_statement *statement, int at, double value);

/* The next row (*row true), or the end (*row false: the statement is reset, and its parameters are kept). */
lka_status lka_statement_step(struct lka_statement *statement, bool *row, struct lka_error *error);
/* One step of a statement without rows, ready to be bound again. */
lka_status lka_statement_run(struct lka_statement *statement, struct lka_error *error);
/* The first column of the first row of `sql`, as an integer; 0 if there is no row. */
lka_status lka_statement_number(struct lka_workspace *workspace, const char *sql, int64_t *number,
                                struct lka_error *error);

/* Columns count from 0; valid until the next step. NULL is length 0, or 0. */
struct lka_span lka_column_text(struct lka_statement *statement, int at);
struct lka_span lka_column_blob(struct lka_statement *statement, int at);
int64_t lka_column_integer(struct lka_statement *statement, int at);
double lka_column_number(struct lka_statement *statement, int at);
bool lka_column_is_null(struct lka_statement *statement, int at);

#endif
