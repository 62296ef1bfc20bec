/* store/database.h: SQLite behind the workspace, for the files of src/store. SQLite allocates with malloc, not through
 * base/memory.h. */
#ifndef LKA_STORE_DATABASE_H
#define LKA_STORE_DATABASE_H

#include "store/workspace.h"

#include <sqlite3.h>

sqlite3 *lka_workspace_database(struct lka_workspace *workspace);
const char *lka_workspace_database_path(const struct lka_workspace *workspace);
bool lka_workspace_writes(const struct lka_workspace *workspace); /* it was opened for writing */
bool lka_workspace_in_transaction(const struct lka_workspace *workspace);
/* The path of a file in the workspace. Free with lka_free. */
lka_status lka_workspace_file(const struct lka_workspace *workspace, const char *name, char **path,
                              struct lka_error *error);

/* What SQLite's code means to us: LKA_MEMORY, LKA_IO (full disk, read and write failures), LKA_USAGE (no database, may
 * not be opened or written), else `otherwise`; with SQLite's words. */
lka_status lka_database_fail(struct lka_workspace *workspace, int code, lka_status otherwise, struct lka_error *error);

#endif
