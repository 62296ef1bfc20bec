/* source/manifest.h: the list of files by which a directory of ours is known: manifest.json. */
#ifndef LKA_SOURCE_MANIFEST_H
#define LKA_SOURCE_MANIFEST_H

#include "base/session.h"

#include <jansson.h>

#define LKA_MANIFEST "manifest.json"

struct lka_file_facts {
    uint64_t bytes;
    char sha256[65]; /* hex */
};

json_t *lka_file_facts_json(const char *name,
                            const struct lka_file_facts *facts); /* {name, bytes, sha256}; NULL: no memory */

/* Of a regular file, which is synced. */
lka_status lka_file_look_at(const char *path, struct lka_file_facts *facts, struct lka_error *error);

/* Writes the manifest of a directory, once everything else is in it, and syncs the files: name, bytes and SHA-256 of
 * each, by name. A file that `known` has an entry of (the same three, by name; NULL: of none) is not read again. Files
 * called *.run.json (seconds, dates, the machine) are left out, so that the same input gives the same manifest. */
lka_status lka_manifest_write(const char *directory, json_t *known, struct lka_error *error);

/* May the directory be replaced? LKA_USAGE if it has no manifest of ours, or files that are not in it. An empty one
 * may. */
lka_status lka_manifest_check(const char *directory, struct lka_error *error);

/* The roles that the stage which wrote the file gave its columns: "roles" of the document beside it, if both are in a
 * manifest of ours; else NULL. LKA_DATA if that document is damaged. */
lka_status lka_manifest_roles(const char *file, json_t **roles, struct lka_error *error);

#endif
