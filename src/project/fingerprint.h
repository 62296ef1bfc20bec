/* project/fingerprint.h: what a stage's result follows from, as one hash: the tool's version, the stage's parameters,
 * and the bytes of every file that it reads. Where files lie is no part of it.
 */
#ifndef LKA_PROJECT_FINGERPRINT_H
#define LKA_PROJECT_FINGERPRINT_H

#include "base/text.h"
#include "project/project.h"

/* XXH3-128 of a file's bytes, or of all files below a directory with their names, but for *.run.json. A path that is
 * not there gives "". LKA_IO if something cannot be read. */
lka_status lka_fingerprint_path(const char *path, const struct lka_session *session, char hex[33],
                                struct lka_error *error);

/* `before`: what else it follows from. The options must be complete. */
lka_status lka_fingerprint_stage(const struct lka_project_stage *block, const char *before,
                                 const struct lka_session *session, char hex[33], struct lka_error *error);

#endif
