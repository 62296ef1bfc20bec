/* source/output.h: files that are either the old one or the new one. A temporary beside the target (0600 if private),
 * fsync, rename; "-" writes to stdout. A failed write (disk full, closed pipe) is LKA_IO and leaves the old file whole
 * and no temporary. What goes to a name that ends in .gz or .zst is compressed on the way: the same bytes give the same
 * file.
 */
#ifndef LKA_SOURCE_OUTPUT_H
#define LKA_SOURCE_OUTPUT_H

#include "base/session.h"
#include "base/text.h"

#include <jansson.h>

struct lka_output;

lka_status lka_output_open(const char *path, bool is_private, struct lka_output **output, struct lka_error *error);
lka_status lka_output_write(struct lka_output *output, const char *bytes, size_t length, struct lka_error *error);
/* Before the first byte: size and SHA-256 of the file are taken as it is written, so that nobody has to read it again.
 * They are told between lka_output_ready and lka_output_commit. */
struct lka_file_facts;
void lka_output_watch(struct lka_output *output);
/* The SHA-256 that is taken, to be gone on with beside other hashes (base/sha256_many.h); NULL: none is. */
struct lka_sha256_stream *lka_output_watched(struct lka_output *output);
lka_status lka_output_facts(struct lka_output *output, struct lka_file_facts *facts, struct lka_error *error);
/* Brings all bytes to the disk. Where several files belong together, all are made ready before the first is
 * committed. */
lka_status lka_output_ready(struct lka_output *output, struct lka_error *error);
/* Makes it ready and renames it into place; frees the output whether it worked or not. */
lka_status lka_output_commit(struct lka_output *output, struct lka_error *error);
void lka_output_abandon(struct lka_output *output); /* removes the temporary; NULL is fine */

/* Whether `path` can be written, before there is anything to write. Nothing is left behind. */
lka_status lka_output_check(const char *path, struct lka_error *error);

/* Would writing to one change the other? "-" and "-" do, two names of one device do not. */
bool lka_output_same(const char *path, const char *other);

/* Open, write all, commit. */
lka_status lka_output_file(const char *path, bool is_private, const char *bytes, size_t length,
                           struct lka_error *error);

/* A directory of files, published whole: everything is written into .<name>.tmp-<pid> beside the target, with
 * manifest.json (files, bytes, SHA-256), then exchanged with it (renameat2, plain rename if the target is new). A
 * target without our manifest is refused (LKA_USAGE). Stale temporaries of dead processes are removed. */
struct lka_directory;
lka_status lka_directory_open(const char *path, struct lka_directory **directory, struct lka_error *error);
/* The path for a file to write inside; "a/b.csv" makes a/. Free with lka_free. */
lka_status lka_directory_path(struct lka_directory *directory, const char *name, char **path, struct lka_error *error);
/* Size and SHA-256 of a file in it that was looked at already (source/manifest.h): it is not read a second time. */
lka_status lka_directory_know(struct lka_directory *directory, const char *name, const struct lka_file_facts *facts,
                              struct lka_error *error);
/* Writes a document into it as every stage does: indented, numbers to 15 digits. */
lka_status lka_directory_json(struct lka_directory *directory, const char *name, const json_t *value,
                              struct lka_error *error);
lka_status lka_directory_commit(struct lka_directory *directory, struct lka_error *error); /* frees it */
void lka_directory_abandon(struct lka_directory *directory);                               /* NULL is fine */

/* A nameless temporary file in `directory` (NULL: /tmp), already unlinked. The descriptor is the caller's to close. */
lka_status lka_temporary_file(const char *directory, int *descriptor, struct lka_error *error);

#endif
