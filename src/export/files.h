/* export/files.h: the files of one platform: split, closed, listed.
 */
#ifndef LKA_EXPORT_FILES_H
#define LKA_EXPORT_FILES_H

#include "export/layout.h"
#include "source/output.h"

struct lka_export_files {
    struct lka_directory *directory; /* NULL: --dry-run */
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    const char *add_how; /* where an added file goes; NULL: as the format says */
    struct lka_file_state state;
    struct lka_output *output;
    bool open;
    char *path;
    char name[160];
    uint64_t rows, bytes;  /* of the file at hand */
    uint64_t written;      /* of all */
    struct lka_text frame; /* head and tail */
    size_t tail_most;
    json_t *list; /* of the closed ones, for the manifest */
};

lka_status lka_export_files_begin(struct lka_export_files *files, struct lka_error *error);
/* The row with what ends it (lka_layout_end). LKA_DATA for one that no file of the platform can hold. */
lka_status lka_export_files_put(struct lka_export_files *files, struct lka_span row, struct lka_error *error);
/* Do so many rows, which stand one behind the other, go into the file at hand as they are? */
bool lka_export_files_take(const struct lka_export_files *files, size_t rows, size_t length);
lka_status lka_export_files_put_many(struct lka_export_files *files, size_t rows, struct lka_span bytes,
                                     struct lka_error *error);
lka_status lka_export_files_end(struct lka_export_files *files, struct lka_error *error);
void lka_export_files_release(struct lka_export_files *files);

#endif
