/* lifecycle/written.h: what a stage wrote, found by its directory: a file in it, its document, the day that it is as
 * of. */
#ifndef LKA_LIFECYCLE_WRITTEN_H
#define LKA_LIFECYCLE_WRITTEN_H

#include "base/error.h"
#include "base/session.h"

#include <jansson.h>

/* The file `name` in the directory `path`; `path` itself if it is none. Free with lka_free. */
lka_status lka_written_file(const char *path, const char *name, char **file, struct lka_error *error);

/* *document is NULL where there is none. */
lka_status lka_written_document(const char *path, const char *name, json_t **document, struct lka_error *error);

/* The as-of time of the stage's run, from its document. *known is false where there is none. */
lka_status lka_written_as_of(const char *path, const char *name, int64_t *seconds, bool *known,
                             struct lka_error *error);

/* Warns if what --`flag` names was found as of a day behind `as_of`: it may follow from what was not known then. */
lka_status lka_written_warn_later(const char *flag, const char *path, const char *name, int64_t as_of,
                                  const struct lka_session *session, struct lka_error *error);

#endif
