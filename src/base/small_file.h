/* base/small_file.h: files that are read whole since they are small: rules, a plan, a project. */
#ifndef LKA_BASE_SMALL_FILE_H
#define LKA_BASE_SMALL_FILE_H

#include "base/text.h"

/* Appends the file's bytes to `text`, which is the caller's to release, whatever comes of it. `what` is what messages
 * call it: "a plan". LKA_USAGE where it cannot be opened, is a directory, or has more than `most` bytes; LKA_IO where
 * it cannot be read. */
lka_status lka_small_file_read(const char *path, const char *what, size_t most, struct lka_text *text,
                               struct lka_error *error);

#endif
