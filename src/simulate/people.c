#include "simulate/people.h"

#include "base/error.h"
#include "base/random.h"
#include "simulate/response.h"
#include "simulate/row.h"
#include "simulate/waves.h"

enum {
    BLOCK_ROWS = 512, /* some 130 kB of text: it stays in the second-level cache until it is written */
    TRUTH_ROOM = 16,  /* "P0000000001,0\n" */
    TRIES_BITS = 20,  /* a seed has 2^20 sub-streams: calibration has checked that one in 500 answers */
};

enum { ROWS, TRUTH, FILES };

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

static char *put_truth(const struct lka_people_job *job, const struct lka_person *person, char *at,
                       struct lka_people_counts *counts)
{
    bool alike = lka_response_answers(job->world, person);
    counts->alike += alike;
    at = lka_row_write_id(job->population, person->index, at);
    *at++ = ',';
    *at++ = alike ? '1' : '0';
    *at++ = '\n';
    return at;
}

static void make_block(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block)
{
    const struct lka_people_job *job = context;
    struct lka_people_counts *counts = block->facts;
    struct lka_person person;
    char *at = lka_wave_room(&block->files[ROWS], (lka_row_room(job->world) + LKA_DIRT_ROOM) * BLOCK_ROWS);
    char *truth = lka_wave_room(&block->files[TRUTH], (size_t)TRUTH_ROOM * BLOCK_ROWS);
    if (!at || !truth) {
        return;
    }
    for (uint64_t index = from; index < to; index++) {
        draw(job, index, &person);
        char *start = at;
        at = lka_row_write(job->world, &person, at);
        enum lka_dirt dirt = lka_dirt_of(&job->dirt, index);
        if (dirt != LKA_DIRT_NONE) {
            counts->dirt[dirt]++;
            at = lka_dirt_apply(job->world, &job->dirt, job->population, index, dirt, start, at);
        }
        if (job->truth && dirt != LKA_DIRT_DUPLICATE_ID) {
            truth = put_truth(job, &person, truth, counts);
        }
    }
    lka_wave_end(&block->files[ROWS], at);
    lka_wave_end(&block->files[TRUTH], truth);
}

static void add_counts(void *total, const void *facts)
{
    struct lka_people_counts *counts = total;
    const struct lka_people_counts *some = facts;
    counts->alike += some->alike;
    for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
        counts->dirt[k] += some->dirt[k];
    }
}

/* ---- writing ---------------------------------------------------------------------------------- */

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

lka_status lka_people_write(const struct lka_people_job *job, const struct lka_session *session,
                            struct lka_people_counts *counts, struct lka_error *error)
{
    *counts = (struct lka_people_counts){0};
    LKA_TRY(write_headers(job, error));
    struct lka_waves waves = {.step = job->step,
                              .rows = job->rows,
                              .block_rows = BLOCK_ROWS,
                              .threads = job->threads,
                              .file_count = FILES,
                              .outputs = {job->output, job->truth},
                              .facts_size = sizeof *counts,
                              .make = make_block,
                              .add = add_counts,
                              .context = job,
                              .total = counts};
    return lka_waves_run(&waves, session, error);
}
