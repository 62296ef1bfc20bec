/* The files below a directory that a stage registered. */
#include "erase/stage.h"

#include "base/error.h"
#include "base/memory.h"

#include <fts.h>

lka_status lka_erase_each_file(const char *directory, lka_erase_visit *visit, void *user, struct lka_error *error)
{
    char *path = lka_copy_string(directory);
    FTS *walk = path ? fts_open((char *[]){path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    lka_free(path);
    if (!walk) {
        return lka_fail_memory(error, strlen(directory));
    }
    lka_status status = LKA_OK;
    for (FTSENT *entry; status == LKA_OK && (entry = fts_read(walk));) {
        if (entry->fts_info == FTS_F) {
            status = visit(user, entry->fts_path, entry->fts_path + strlen(directory) + 1, error);
        }
    }
    fts_close(walk);
    return status;
}
