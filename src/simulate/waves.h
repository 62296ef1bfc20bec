/* simulate/waves.h: files whose rows are made in blocks on several threads while the blocks before them are written, in
 * order: the same bytes at any number of threads, and memory that does not grow with the rows. */
#ifndef LKA_SIMULATE_WAVES_H
#define LKA_SIMULATE_WAVES_H

#include "base/session.h"
#include "base/text.h"
#include "source/output.h"

enum { LKA_WAVE_FILES_MAX = 20 };

/* What one block adds to each file; `facts` is a struct of the caller's for what it counts, zeroed before. */
struct lka_wave_block {
    struct lka_text files[LKA_WAVE_FILES_MAX];
    void *facts;
};

struct lka_waves {
    const char *step; /* for progress: "seeds", "pool", "contacts" */
    uint64_t rows;
    uint64_t block_rows;
    size_t threads;
    size_t file_count;
    struct lka_output *outputs[LKA_WAVE_FILES_MAX]; /* NULL: nobody wants this one */
    size_t facts_size;
    void (*make)(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block);
    void (*add)(void *total, const void *facts); /* in the order of the blocks */
    const void *context;
    void *total;
};

lka_status lka_waves_run(const struct lka_waves *waves, const struct lka_session *session, struct lka_error *error);

/* A file of that name in a directory that is being written. */
lka_status lka_wave_output(struct lka_directory *directory, const char *name, struct lka_output **output,
                           struct lka_error *error);

/* Where `room` more bytes of a file can be written directly (lka_wave_end tells how far), or NULL when memory is
 * short. */
char *lka_wave_room(struct lka_text *file, size_t room);
static inline void lka_wave_end(struct lka_text *file, const char *end)
{
    file->length = (size_t)(end - file->bytes);
}

#endif
