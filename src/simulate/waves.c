#include "simulate/waves.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

enum {
    BLOCKS_A_THREAD = 8, /* a wave lasts long enough to be worth its threads */
    BLOCKS_MAX = 128,    /* bounds the memory of the two waves */
    THREADS_MAX = 64,
};

/* Two waves take turns: one is written while the other is made. */
struct pair {
    const struct lka_waves *waves;
    struct lka_wave_block *blocks[2];
    size_t used[2];
    size_t block_count; /* of one wave */
    size_t threads;
    size_t making; /* which of the two is being made */
    uint64_t from; /* its first row */
};

lka_status lka_wave_output(struct lka_directory *directory, const char *name, struct lka_output **output,
                           struct lka_error *error)
{
    char *path;
    LKA_TRY(lka_directory_path(directory, name, &path, error));
    lka_status status = lka_output_open(path, false, output, error);
    lka_free(path);
    return status;
}

char *lka_wave_room(struct lka_text *file, size_t room)
{
    size_t need = file->length + room;
    if (need > file->capacity && !file->failed) {
        /* Not zeroed: pages that are never needed are never touched. */
        size_t capacity = need > 2 * file->capacity ? need : 2 * file->capacity;
        char *bytes = lka_resize(file->bytes, capacity, 1);
        file->failed = !bytes;
        file->bytes = bytes ? bytes : file->bytes;
        file->capacity = bytes ? capacity : file->capacity;
    }
    return file->failed ? NULL : file->bytes + file->length;
}

static lka_status make_block(const struct pair *pair, size_t index, struct lka_error *error)
{
    const struct lka_waves *waves = pair->waves;
    struct lka_wave_block *block = &pair->blocks[pair->making][index];
    uint64_t from = pair->from + index * waves->block_rows;
    uint64_t left = waves->rows - from;
    for (size_t f = 0; f < waves->file_count; f++) {
        block->files[f].length = 0;
    }
    memset(block->facts, 0, waves->facts_size);
    waves->make(waves->context, from, from + (left < waves->block_rows ? left : waves->block_rows), block);
    for (size_t f = 0; f < waves->file_count; f++) {
        if (block->files[f].failed) {
            return lka_fail_memory(error, block->files[f].capacity);
        }
    }
    return LKA_OK;
}

static lka_status write_wave(const struct pair *pair, size_t which, struct lka_error *error)
{
    for (size_t b = 0; b < pair->used[which]; b++) {
        for (size_t f = 0; f < pair->waves->file_count; f++) {
            const struct lka_text *file = &pair->blocks[which][b].files[f];
            if (pair->waves->outputs[f] && file->length > 0) {
                LKA_TRY(lka_output_write(pair->waves->outputs[f], file->bytes, file->length, error));
            }
        }
    }
    return LKA_OK;
}

/* Piece 0 writes the wave before; the others make one block each of the next. */
static lka_status work(void *context, size_t index, struct lka_error *error)
{
    struct pair *pair = context;
    return index == 0 ? write_wave(pair, 1 - pair->making, error) : make_block(pair, index - 1, error);
}

static size_t blocks_left(const struct pair *pair)
{
    const struct lka_waves *waves = pair->waves;
    uint64_t left = (waves->rows - pair->from + waves->block_rows - 1) / waves->block_rows;
    return left < pair->block_count ? (size_t)left : pair->block_count;
}

static lka_status run(struct pair *pair, const struct lka_session *session, struct lka_error *error)
{
    const struct lka_waves *waves = pair->waves;
    for (bool more = true; more;) {
        size_t count = blocks_left(pair);
        pair->used[pair->making] = count;
        LKA_TRY(lka_parallel(pair->threads, count + 1, work, pair, error));
        for (size_t b = 0; b < count; b++) {
            waves->add(waves->total, pair->blocks[pair->making][b].facts);
        }
        pair->from += count * waves->block_rows;
        pair->from = pair->from < waves->rows ? pair->from : waves->rows;
        pair->making = 1 - pair->making;
        LKA_TRY(lka_step(session, waves->step, pair->from, waves->rows, error));
        more = count > 0; /* the last round makes nothing, and writes the last wave */
    }
    return LKA_OK;
}

static lka_status make_room(struct pair *pair, struct lka_error *error)
{
    for (size_t w = 0; w < 2; w++) {
        LKA_TRY(LKA_NEW(pair->blocks[w], pair->block_count, error));
        for (size_t b = 0; b < pair->block_count; b++) {
            pair->blocks[w][b].facts = lka_new(1, pair->waves->facts_size);
            if (!pair->blocks[w][b].facts) {
                return lka_fail_memory(error, pair->waves->facts_size);
            }
        }
    }
    return LKA_OK;
}

static void free_room(struct pair *pair)
{
    for (size_t w = 0; w < 2; w++) {
        for (size_t b = 0; pair->blocks[w] && b < pair->block_count; b++) {
            for (size_t f = 0; f < pair->waves->file_count; f++) {
                lka_free(pair->blocks[w][b].files[f].bytes);
            }
            lka_free(pair->blocks[w][b].facts);
        }
        lka_free(pair->blocks[w]);
    }
}

lka_status lka_waves_run(const struct lka_waves *waves, const struct lka_session *session, struct lka_error *error)
{
    struct pair pair = {.waves = waves, .threads = waves->threads < THREADS_MAX ? waves->threads : THREADS_MAX};
    uint64_t blocks = (waves->rows + waves->block_rows - 1) / waves->block_rows;
    pair.block_count = pair.threads * BLOCKS_A_THREAD;
    pair.block_count = pair.block_count < BLOCKS_MAX ? pair.block_count : BLOCKS_MAX;
    pair.block_count = blocks < pair.block_count ? (size_t)blocks : pair.block_count;
    lka_status status = make_room(&pair, error);
    if (status == LKA_OK) {
        status = run(&pair, session, error);
    }
    free_room(&pair);
    return status;
}
