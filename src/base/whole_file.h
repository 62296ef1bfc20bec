/* base/whole_file.h: files that are kept in memory as they are: a model, the list of objections. Read and not mapped, since
 * whoever cuts a mapped file short kills those who look at it. */
#ifndef LKA_BASE_WHOLE_FILE_H
#define LKA_BASE_WHOLE_FILE_H

#include "lookalike/base.h"

/* *bytes, 16-aligned, are the caller's to lka_free; NULL where it fails. `what` is what messages call the file: "a
 * model". *absent is whether there is none, which is LKA_USAGE. LKA_USAGE, too, where it is no regular file or cannot be
 * opened; LKA_DATA where it gets shorter meanwhile. */
lka_status lka_whole_file_read(const char *path, const char *what, unsigned char **bytes, size_t *length, bool *absent,
                               struct lka_error *error);

#endif
