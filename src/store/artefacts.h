/* store/artefacts.h: what was made of people and stands outside the workspace: a stage that has one tells it where its
 * output goes, so that erasure finds it there. */
#ifndef LKA_STORE_ARTEFACTS_H
#define LKA_STORE_ARTEFACTS_H

#include "store/workspace.h"

/* In an open transaction. `path` need not exist yet; it is kept under its name below. `hash`: "" where it is not known.
 * A path that is there already gets the new hash. */
lka_status lka_artefact_put(struct lka_workspace *workspace, const char *path, const char *kind, const char *hash,
                            const char *made_by, struct lka_error *error);

/* The same in a transaction of its own, for a stage that only reads the workspace. */
lka_status lka_artefact_register(const char *workspace, const char *path, const char *kind, const char *made_by,
                                 const struct lka_session *session, struct lka_error *error);

/* What a path is called in the workspace: "../out/audience" where it stands below the workspace's own directory, so
 * that both can be moved together, else the absolute path; and the path of such a name. Free both with lka_free. */
lka_status lka_artefact_name(const struct lka_workspace *workspace, const char *path, char **name,
                             struct lka_error *error);
lka_status lka_artefact_path(const struct lka_workspace *workspace, const char *name, char **path,
                             struct lka_error *error);

#endif
