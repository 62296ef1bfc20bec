#include "simulate/people.h"

#include "base/error.h"
#include "base/random.h"
#include "base/threads.h"
#include "simulate/response.h"
#include "simulate/row.h"

enum {
    BLOCK_ROWS = 512,    /* some 130 kB of text: it stays in the second-level cache until it is written */
    BLOCKS_A_THREAD = 8, /* a wave lasts long enough to be worth its threads */
    BLOCKS_MAX = 128,    /* bounds the memory of the two waves */
    THREADS_MAX = 64,
    TRUTH_ROOM = 16, /* "P0000000001,0\n" */
    TRIES_BITS = 20, /* a seed has 2^20 sub-streams: calibration has checked that one in 500 answers */
};

struct block {
    char *rows;
    char *truth;
    size_t rows_length;
    size_t truth_length;
    struct lka_people_counts counts;
};

/* Two waves take turns: one is written while the other is made. */
struct waves {
    const struct lka_people_job *job;
    struct block *blocks[2];
    size_t used[2];
    size_t block_count; /* of one wave */
    size_t making;      /* which of the two is being made */
    uint64_t from;      /* its first row */
};

/* ---- making ----------------------------------------------------------------------------------- */

static void draw(const struct lka_people_job *job, uint64_t index, struct lka_person *person)
{
    if (!job->answered_only) {
        lka_person_draw(job->world, job->population, job->key, index, person);
        return;
    }
    /* People are drawn until one has answered. */
    for (uint64_t try = 0; try >> TRIES_BITS == 0; try++) {
        lka_person_draw(job->world, job->population, job->key, index << TRIES_BITS | try, person);
        if (lka_response_answers(job->world, person)) {
            break;
        }
    }
    person->index = index;
}

static char *put_truth(const struct lka_people_job *job, const struct lka_person *person, char *at, struct block *block)
{
    bool alike = lka_response_answers(job->world, person);
    block->counts.alike += alike;
    at = lka_row_write_id(job->population, person->index, at);
    *at++ = ',';
    *at++ = alike ? '1' : '0';
    *at++ = '\n';
    return at;
}

static void make_block(const struct lka_people_job *job, uint64_t from, uint64_t to, struct block *block)
{
    struct lka_person person;
    char *at = block->rows;
    char *truth = block->truth;
    block->counts = (struct lka_people_counts){0};
    for (uint64_t index = from; index < to; index++) {
        draw(job, index, &person);
        char *start = at;
        at = lka_row_write(job->world, &person, at);
        enum lka_dirt dirt = lka_dirt_of(&job->dirt, index);
        if (dirt != LKA_DIRT_NONE) {
            block->counts.dirt[dirt]++;
            at = lka_dirt_apply(job->world, &job->dirt, job->population, index, dirt, start, at);
        }
        if (truth && dirt != LKA_DIRT_DUPLICATE_ID) {
            truth = put_truth(job, &person, truth, block);
        }
    }
    block->rows_length = (size_t)(at - block->rows);
    block->truth_length = truth ? (size_t)(truth - block->truth) : 0;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status write_wave(const struct lka_people_job *job, const struct block *blocks, size_t count,
                             struct lka_error *error)
{
    for (size_t b = 0; b < count; b++) {
        LKA_TRY(lka_output_write(job->output, blocks[b].rows, blocks[b].rows_length, error));
        if (job->truth) {
            LKA_TRY(lka_output_write(job->truth, blocks[b].truth, blocks[b].truth_length, error));
        }
    }
    return LKA_OK;
}

static lka_status write_headers(const struct lka_people_job *job, struct lka_error *error)
{
    struct lka_text header = {0};
    lka_row_header(job->world, job->population, &header);
    lka_status status = header.failed ? lka_fail_memory(error, header.capacity)
                                      : lka_output_write(job->output, header.bytes, header.length, error);
    lka_text_release(&header);
    if (status == LKA_OK && job->truth) {
        const char *truth = job->population == LKA_CRM ? "contact_id,label\n" : "prospect_id,label\n";
        status = lka_output_write(job->truth, truth, strlen(truth), error);
    }
    return status;
}

/* ---- waves ------------------------------------------------------------------------------------ */

/* Piece 0 writes the wave before; the others make one block each of the next. */
static lka_status work(void *context, size_t index, struct lka_error *error)
{
    struct waves *waves = context;
    const struct lka_people_job *job = waves->job;
    if (index == 0) {
        size_t written = 1 - waves->making;
        return write_wave(job, waves->blocks[written], waves->used[written], error);
    }
    uint64_t from = waves->from + (index - 1) * BLOCK_ROWS;
    uint64_t left = job->rows - from;
    make_block(job, from, from + (left < BLOCK_ROWS ? left : BLOCK_ROWS), &waves->blocks[waves->making][index - 1]);
    return LKA_OK;
}

static size_t blocks_left(const struct waves *waves)
{
    uint64_t left = (waves->job->rows - waves->from + BLOCK_ROWS - 1) / BLOCK_ROWS;
    return left < waves->block_count ? (size_t)left : waves->block_count;
}

static void add_counts(const struct waves *waves, struct lka_people_counts *counts)
{
    for (size_t b = 0; b < waves->used[waves->making]; b++) {
        const struct lka_people_counts *some = &waves->blocks[waves->making][b].counts;
        counts->alike += some->alike;
        for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
            counts->dirt[k] += some->dirt[k];
        }
    }
}

static lka_status run_waves(struct waves *waves, const struct lka_session *session, struct lka_people_counts *counts,
                            struct lka_error *error)
{
    const struct lka_people_job *job = waves->job;
    for (bool more = true; more;) {
        size_t count = blocks_left(waves);
        waves->used[waves->making] = count;
        LKA_TRY(lka_parallel(job->threads, count + 1, work, waves, error));
        add_counts(waves, counts);
        waves->from += count * BLOCK_ROWS;
        waves->from = waves->from < job->rows ? waves->from : job->rows;
        waves->making = 1 - waves->making;
        LKA_TRY(lka_step(session, job->step, waves->from, job->rows, error));
        more = count > 0; /* the last round makes nothing, and writes the last wave */
    }
    return LKA_OK;
}

static lka_status make_room(struct waves *waves, struct lka_error *error)
{
    size_t room = (lka_row_room(waves->job->world) + LKA_DIRT_ROOM) * BLOCK_ROWS;
    for (size_t w = 0; w < 2; w++) {
        LKA_TRY(LKA_NEW(waves->blocks[w], waves->block_count, error));
        for (size_t b = 0; b < waves->block_count; b++) {
            struct block *block = &waves->blocks[w][b];
            /* Not zeroed: of the room for the longest rows, pages that are never needed are never touched. */
            block->rows = lka_resize(NULL, room, 1);
            block->truth = waves->job->truth ? lka_resize(NULL, BLOCK_ROWS, TRUTH_ROOM) : NULL;
            if (!block->rows || (waves->job->truth && !block->truth)) {
                return lka_fail_memory(error, room);
            }
        }
    }
    return LKA_OK;
}

static void free_room(struct waves *waves)
{
    for (size_t w = 0; w < 2; w++) {
        for (size_t b = 0; waves->blocks[w] && b < waves->block_count; b++) {
            lka_free(waves->blocks[w][b].rows);
            lka_free(waves->blocks[w][b].truth);
        }
        lka_free(waves->blocks[w]);
    }
}

lka_status lka_people_write(const struct lka_people_job *job, const struct lka_session *session,
                            struct lka_people_counts *counts, struct lka_error *error)
{
    struct lka_people_job bounded = *job;
    bounded.threads = job->threads < THREADS_MAX ? job->threads : THREADS_MAX;
    struct waves waves = {.job = &bounded, .block_count = bounded.threads * BLOCKS_A_THREAD};
    waves.block_count = waves.block_count < BLOCKS_MAX ? waves.block_count : BLOCKS_MAX;
    uint64_t blocks = (job->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    waves.block_count = blocks < waves.block_count ? (size_t)blocks : waves.block_count;
    *counts = (struct lka_people_counts){0};
    lka_status status = make_room(&waves, error);
    if (status == LKA_OK) {
        status = write_headers(&bounded, error);
    }
    if (status == LKA_OK) {
        status = run_waves(&waves, session, counts, error);
    }
    free_room(&waves);
    return status;
}
