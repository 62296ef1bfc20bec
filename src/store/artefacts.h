/* store/artefacts.h: what was made of people and stands outside the workspace: a stage that has one tells it where its output
 * goes, so that erasure finds it there. */
#ifndef LKA_STORE_ARTEFACTS_H
#define LKA_STORE_ARTEFACTS_H

#include "store/workspace.h"

/* In an open transaction. `path` need not exist yet; it is kept as an absolute one. `hash`: "" where it is not known. A path
 * that is there already gets the new hash. */
lka_status lka_artefact_put(struct lka_workspace *workspace, const char *path, const char *kind, const char *hash,
                            const char *made_by, struct lka_error *error);

/* The same in a transaction of its own, for a stage that only reads the workspace. */
lka_status lka_artefact_register(const char *workspace, const char *path, const char *kind, const char *made_by,
                                 const struct lka_session *session, struct lka_error *error);

/* The path without links, "." and "..", as far as its directory is there. Free with lka_free. */
lka_status lka_absolute_path(const char *path, char **absolute, struct lka_error *error);

#endif
