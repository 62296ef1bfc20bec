/* source/temporary.h: what an output is called until it is whole. */
#ifndef LKA_SOURCE_TEMPORARY_H
#define LKA_SOURCE_TEMPORARY_H

#include "base/session.h"

#include <sys/types.h>

/* A path cut at its last slash; both parts are copies. */
struct lka_place_name {
    char *directory; /* "." where the path has none */
    char *name;
};
lka_status lka_place_name_init(struct lka_place_name *place, const char *path, struct lka_error *error);
void lka_place_name_release(struct lka_place_name *place);

/* "<directory>/.<name>.tmp-<pid>", and "-<attempt>" behind it from the second attempt on. NULL when memory is short. */
char *lka_temporary_name(const struct lka_place_name *place, unsigned attempt);

/* Removes the temporaries of this name whose process is dead. What cannot be removed stays. */
void lka_temporary_remove_stale(const struct lka_place_name *place);

/* Removes a file, or a directory with all that is in it (no link is followed). */
void lka_remove_tree(const char *path);

/* So that a rename in it outlives a power cut. Not every file system can; the rename has happened anyway. */
void lka_sync_directory(const char *path);

/* The status for a file that cannot be made: the machine's fault or the user's. */
lka_status lka_fail_create(struct lka_error *error, const char *file, int error_number);

#endif
