/* store/database.h: SQLite behind the workspace, for the files of src/store. SQLite allocates with malloc, not through
 * base/memory.h. */
#ifndef LKA_STORE_DATABASE_H
#define LKA_STORE_DATABASE_H

#include "store/workspace.h"

#include <sqlite3.h>

struct lka_workspace {
    char *path;
    char *database_path;
    sqlite3 *database;
    struct lka_lock *lock; /* store/lock.h; NULL for reading */
    const struct lka_session *session;
    bool in_transaction;
};

/* The path of a file in the workspace. Free with lka_free. */
lka_status lka_workspace_file(const struct lka_workspace *workspace, const char *name, char **path,
                              struct lka_error *error);

/* What SQLite's code means to us: LKA_MEMORY, LKA_IO (full disk, read and write failures), LKA_USAGE (no database, may
 * not be opened or written), else `otherwise`; with SQLite's words. */
lka_status lka_database_fail(struct lka_workspace *workspace, int code, lka_status otherwise, struct lka_error *error);

#endif
