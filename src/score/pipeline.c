#include "score/pipeline.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>

/* ---- one block -------------------------------------------------------------------------------- */

/* What a thread needs to work on a block. */
struct bench {
    struct lka_arena scratch;
    struct lka_range_reader reader;
    uint64_t *histogram;
};

static void bench_release(struct bench *bench)
{
    lka_arena_release(&bench->scratch);
    lka_range_reader_release(&bench->reader);
    lka_free(bench->histogram);
}

static lka_status bench_init(struct bench *bench, const struct lka_pipeline *pipeline, struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(pipeline->model->plan);
    return pipeline->histogram ? LKA_NEW(bench->histogram, lka_histogram_size(space), error) : LKA_OK;
}

static lka_status scored_init(struct lka_scored *scored, const struct lka_pipeline *pipeline, struct lka_error *error)
{
    LKA_TRY(lka_rows_init(&scored->rows, pipeline->binding->count, pipeline->block_rows, error));
    const struct lka_space *space = lka_plan_space(pipeline->model->plan);
    LKA_TRY(lka_block_init(&scored->block, space, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->state, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->bars, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->eligible, pipeline->block_rows, error));
    LKA_TRY(LKA_NEW(scored->member, pipeline->block_rows, error));
    return LKA_NEW(scored->scores, pipeline->block_rows, error);
}

static void scored_release(struct lka_scored *scored)
{
    lka_rows_release(&scored->rows);
    lka_block_release(&scored->block);
    lka_free(scored->state);
    lka_free(scored->bars);
    lka_free(scored->eligible);
    lka_free(scored->member);
    lka_free(scored->scores);
    lka_problems_release(&scored->problems);
}

lka_status lka_row_state_of(const struct lka_pipeline *pipeline, const struct lka_rows *rows, size_t row,
                            enum lka_row_state *state, enum lka_bar *bar, struct lka_span *learned_as,
                            struct lka_error *error)
{
    const struct lka_binding *binding = pipeline->binding;
    struct lka_span id = lka_cell(rows, binding->id, row);
    *learned_as = (struct lka_span){NULL, 0};
    *bar = LKA_BAR_NONE;
    if (lka_ids_bad(pipeline->ids, rows, row, id)) {
        *state = LKA_ROW_REJECTED;
        return LKA_OK;
    }
    /* Whoever did not agree to profiling is compared with nothing, not even with the seeds. */
    if (!lka_consent_granted(&binding->consent, rows, 0, row)) {
        *state = LKA_ROW_NO_CONSENT;
        return LKA_OK;
    }
    if (pipeline->eligibility) {
        LKA_TRY(lka_eligibility_of(pipeline->eligibility, rows, row, bar, error));
        if (*bar != LKA_BAR_NONE) {
            *state = LKA_ROW_BARRED;
            return LKA_OK;
        }
    }
    if (pipeline->all_seeds) {
        *learned_as = id;
    } else if (pipeline->seeds) {
        struct lka_span none = {"", 0};
        struct lka_span email = binding->email == LKA_NO_COLUMN ? none : lka_cell(rows, (size_t)binding->email, row);
        LKA_TRY(lka_seed_set_find(pipeline->seeds, id, email, learned_as, error));
    }
    *state = learned_as->text && !pipeline->keep_seeds ? LKA_ROW_SEED : LKA_ROW_ELIGIBLE;
    return LKA_OK;
}

static void take_eligible(const struct lka_pipeline *pipeline, struct lka_scored *scored, size_t row,
                          struct lka_span learned_as)
{
    bool is_seed = learned_as.text != NULL;
    struct lka_span id = learned_as.length > 0 ? learned_as : lka_cell(&scored->rows, pipeline->binding->id, row);
    size_t at = scored->eligible_count++;
    scored->eligible[at] = (uint32_t)row;
    scored->member[at] = (uint8_t)lka_model_member(pipeline->model, id, is_seed);
}

/* Whether every row may be ranked that has an id. */
static bool asks_nothing(const struct lka_pipeline *pipeline)
{
    const struct lka_consent *consent = &pipeline->binding->consent;
    return (!pipeline->ids || pipeline->ids->repeated_count == 0) && consent->count == 0 && !consent->too_many &&
           !pipeline->eligibility && !pipeline->seeds && !pipeline->all_seeds;
}

static bool all_have_ids(const struct lka_pipeline *pipeline, const struct lka_rows *rows)
{
    uint32_t shortest = UINT32_MAX;
    for (size_t row = 0; row < rows->count; row++) {
        uint32_t length = lka_cell(rows, pipeline->binding->id, row).length;
        shortest = length < shortest ? length : shortest;
    }
    return shortest > 0;
}

/* What sort_out does of rows that may all be ranked. */
static void take_all(const struct lka_pipeline *pipeline, struct lka_scored *scored)
{
    memset(scored->state, LKA_ROW_ELIGIBLE, scored->rows.count);
    memset(scored->bars, LKA_BAR_NONE, scored->rows.count);
    for (size_t row = 0; row < scored->rows.count; row++) {
        take_eligible(pipeline, scored, row, (struct lka_span){NULL, 0});
    }
}

/* Gives every row its state, and lists the eligible ones. */
static lka_status sort_out(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_error *error)
{
    scored->eligible_count = 0;
    if (scored->problems.count == 0 && asks_nothing(pipeline) && all_have_ids(pipeline, &scored->rows)) {
        take_all(pipeline, scored);
        return LKA_OK;
    }
    const struct lka_problems *problems = &scored->problems;
    size_t problem = 0;
    for (size_t row = 0; row < scored->rows.count; row++) {
        struct lka_span learned_as;
        enum lka_row_state state;
        enum lka_bar bar;
        LKA_TRY(lka_row_state_of(pipeline, &scored->rows, row, &state, &bar, &learned_as, error));
        scored->bars[row] = (uint8_t)bar;
        if (problem < problems->count && problems->items[problem].row == row) {
            problem++;
            state = LKA_ROW_REJECTED;
        }
        scored->state[row] = (uint8_t)state;
        if (state == LKA_ROW_ELIGIBLE) {
            take_eligible(pipeline, scored, row, learned_as);
        }
    }
    return LKA_OK;
}

size_t lka_histogram_size(const struct lka_space *space)
{
    size_t size = 0;
    for (size_t f = 0; f < space->count; f++) {
        size += space->features[f].codes;
    }
    return size;
}

enum { FEW_CODES = 64, SIDE_BY_SIDE = 4 };

/* Where the same few counters come again and again, each increment waits for the one before: so each has several. */
static void count_few(const uint16_t *codes, size_t count, uint64_t by, uint64_t *histogram, size_t kinds)
{
    uint32_t counts[SIDE_BY_SIDE][FEW_CODES] = {0};
    size_t i = 0;
    for (; i + SIDE_BY_SIDE <= count; i += SIDE_BY_SIDE) {
        for (size_t side = 0; side < SIDE_BY_SIDE; side++) {
            counts[side][codes[i + side]]++;
        }
    }
    for (; i < count; i++) {
        counts[0][codes[i]]++;
    }
    for (size_t code = 0; code < kinds; code++) {
        histogram[code] += by * ((uint64_t)counts[0][code] + counts[1][code] + counts[2][code] + counts[3][code]);
    }
}

/* `by` 1, or UINT64_MAX: to take back what was counted before, maybe in another thread's counters. */
static void count_codes(const struct lka_block *block, uint64_t by, uint64_t *histogram)
{
    for (size_t f = 0; f < block->space->count; f++) {
        const uint16_t *codes = lka_block_codes(block, f);
        size_t kinds = block->space->features[f].codes;
        if (kinds <= FEW_CODES) {
            count_few(codes, block->count, by, histogram, kinds);
        } else {
            for (size_t i = 0; i < block->count; i++) {
                histogram[codes[i]] += by;
            }
        }
        histogram += kinds;
    }
}

static lka_status check_scores(struct lka_scored *scored, struct lka_error *error)
{
    for (size_t i = 0; i < scored->eligible_count; i++) {
        double score = scored->scores[i];
        if (score != score) {
            return lka_fail_at(error, LKA_DATA, scored->rows.file, scored->rows.lines[scored->eligible[i]], 0,
                               "the model gives this row no score (not a number): the model file is damaged");
        }
        scored->scores[i] = score + 0.0; /* -0 becomes 0: one number, one place in the order */
    }
    return LKA_OK;
}

lka_status lka_scored_account(const struct lka_scored *block, struct lka_ids *ids, struct lka_source *source,
                              const struct lka_binding *binding, struct lka_error *error)
{
    const struct lka_problems *problems = &block->problems;
    size_t at = 0;
    if (block->eligible_count == block->rows.count && !ids->unique) {
        return LKA_OK;
    }
    for (size_t row = 0; row < block->rows.count; row++) {
        struct lka_span id = lka_cell(&block->rows, binding->id, row);
        bool broken = at < problems->count && problems->items[at].row == row;
        if (block->state[row] != LKA_ROW_REJECTED) {
            LKA_TRY(lka_ids_add(ids, &block->rows, row, id, error));
            continue;
        }
        struct lka_error problem = {0};
        if (lka_ids_bad(ids, &block->rows, row, id)) {
            lka_ids_describe(ids, source, &block->rows, row, id, &problem);
        } else {
            problem = problems->items[at].error;
        }
        LKA_TRY(lka_source_reject(source, &block->rows, row, &problem, error));
        at += broken;
    }
    return LKA_OK;
}

static lka_status work_on(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct bench *bench,
                          struct lka_error *error)
{
    LKA_TRY(lka_plan_encode(pipeline->model->plan, &scored->rows, pipeline->binding->plan_cell, &scored->block,
                            &scored->problems, error));
    LKA_TRY(sort_out(pipeline, scored, error));
    if (scored->eligible_count < scored->rows.count) {
        /* In place: a row only ever moves towards the start. */
        lka_block_gather(&scored->block, &scored->block, scored->eligible, scored->eligible_count);
    }
    if (scored->eligible_count == 0) {
        return LKA_OK;
    }
    LKA_TRY(
        lka_model_score_by(pipeline->model, &scored->block, scored->member, &bench->scratch, scored->scores, error));
    LKA_TRY(check_scores(scored, error));
    if (bench->histogram) {
        count_codes(&scored->block, 1, bench->histogram);
    }
    return LKA_OK;
}

/* ---- the ring --------------------------------------------------------------------------------- */

enum phase { WAITING, TAKEN, DONE };

struct slot {
    struct lka_scored scored;
    struct lka_range range; /* whose rows they are; its page is NULL where the calling thread read them */
    bool right;             /* the range holds what it was taken for */
    enum phase phase;
    lka_status status;
    struct lka_error error;
};

/* Blocks are numbered from 0; block b stands in slots[b % depth]. */
struct ring {
    const struct lka_pipeline *pipeline;
    struct slot *slots;
    size_t depth;
    struct bench *benches; /* one a thread; the calling thread's is the first */
    pthread_t *threads;
    size_t thread_count;  /* helpers that were started */
    pthread_mutex_t lock; /* guards what follows, and the slots' phases */
    pthread_cond_t changed;
    uint64_t read;  /* blocks that were read */
    uint64_t taken; /* ... that somebody works on or has worked on */
    uint64_t delivered;
    bool stop;
};

struct helper {
    struct ring *ring;
    struct bench *bench;
};

static lka_status work_on_slot(const struct lka_pipeline *pipeline, struct slot *slot, struct bench *bench)
{
    struct lka_scored *scored = &slot->scored;
    slot->right = true;
    if (slot->range.page) {
        lka_status status = lka_range_read(&bench->reader, pipeline->source, &slot->range, &scored->rows, &slot->right,
                                           &slot->error);
        if (status != LKA_OK || !slot->right) {
            return status;
        }
    }
    return work_on(pipeline, scored, bench, &slot->error);
}

/* With the lock held: works on the next block that waits. */
static void take_turn(struct ring *ring, struct bench *bench)
{
    struct slot *slot = &ring->slots[ring->taken++ % ring->depth];
    slot->phase = TAKEN;
    pthread_mutex_unlock(&ring->lock);
    lka_status status = work_on_slot(ring->pipeline, slot, bench);
    pthread_mutex_lock(&ring->lock);
    slot->status = status;
    slot->phase = DONE;
    pthread_cond_broadcast(&ring->changed);
}

static void *help(void *argument)
{
    struct helper *helper = argument;
    struct ring *ring = helper->ring;
    pthread_mutex_lock(&ring->lock);
    while (!ring->stop) {
        if (ring->taken < ring->read) {
            take_turn(ring, helper->bench);
        } else {
            pthread_cond_wait(&ring->changed, &ring->lock);
        }
    }
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

static struct slot *slot_of(const struct ring *ring, uint64_t block)
{
    return &ring->slots[block % ring->depth];
}

/* With the lock held: until nobody works on a block any more. */
static void wait_for_all(struct ring *ring)
{
    ring->taken = ring->read;
    for (uint64_t block = ring->delivered; block < ring->read; block++) {
        while (slot_of(ring, block)->phase == TAKEN) {
            pthread_cond_wait(&ring->changed, &ring->lock);
        }
    }
}

static void forget(struct ring *ring, struct slot *slot)
{
    uint64_t *histogram = ring->benches[0].histogram;
    if (histogram && slot->phase == DONE && slot->status == LKA_OK && slot->right && slot->scored.eligible_count > 0) {
        count_codes(&slot->scored.block, UINT64_MAX, histogram);
    }
    lka_rows_clear(&slot->scored.rows);
    lka_range_release(&slot->range);
}

/* The oldest range was cut where no row ends, or holds a row that must be looked at more closely: all ranges go back. */
static lka_status put_back(struct ring *ring, struct lka_error *error)
{
    struct lka_range *ranges;
    size_t count = 0;
    LKA_TRY(LKA_NEW(ranges, ring->depth, error));
    pthread_mutex_lock(&ring->lock);
    wait_for_all(ring);
    pthread_mutex_unlock(&ring->lock);
    for (uint64_t block = ring->delivered; block < ring->read; block++) {
        ranges[count++] = slot_of(ring, block)->range;
    }
    lka_status status = lka_source_put_back(ring->pipeline->source, ranges, count, error);
    for (uint64_t block = ring->delivered; block < ring->read; block++) {
        forget(ring, slot_of(ring, block));
    }
    ring->delivered = ring->read;
    lka_free(ranges);
    return status;
}

/* Waits for the oldest block, working meanwhile. */
static struct slot *wait_for_oldest(struct ring *ring)
{
    struct slot *slot = slot_of(ring, ring->delivered);
    pthread_mutex_lock(&ring->lock);
    while (slot->phase != DONE) {
        if (ring->taken < ring->read) {
            take_turn(ring, &ring->benches[0]);
        } else {
            pthread_cond_wait(&ring->changed, &ring->lock);
        }
    }
    pthread_mutex_unlock(&ring->lock);
    return slot;
}

/* Delivers the oldest block. */
static lka_status deliver_oldest(struct ring *ring, struct lka_error *error)
{
    struct slot *slot = wait_for_oldest(ring);
    if (slot->status == LKA_OK && !slot->right) {
        return put_back(ring, error);
    }
    ring->delivered++;
    if (slot->range.page && slot->right) {
        lka_source_accept(ring->pipeline->source, &slot->range, &slot->scored.rows);
    }
    lka_range_release(&slot->range);
    if (slot->status != LKA_OK) {
        if (error) {
            *error = slot->error;
        }
        return slot->status;
    }
    return ring->pipeline->deliver(ring->pipeline->user, &slot->scored, error);
}

static lka_status deliver_rest(struct ring *ring, struct lka_error *error)
{
    while (ring->delivered < ring->read) {
        LKA_TRY(deliver_oldest(ring, error));
    }
    return LKA_OK;
}

static lka_status report_progress(const struct ring *ring, struct lka_error *error)
{
    struct lka_source_counts counts = lka_source_counts(ring->pipeline->source);
    bool sized = counts.total_bytes > 0;
    return lka_step(ring->pipeline->session, ring->pipeline->step, sized ? counts.bytes : counts.rows,
                    counts.total_bytes, error);
}

static void put_into_ring(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    slot_of(ring, ring->read)->phase = WAITING;
    ring->read++;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

/* Rows that the calling thread reads itself: all before them must be known to be right. */
static lka_status read_alone(struct ring *ring, bool *end, struct lka_error *error)
{
    struct slot *slot = slot_of(ring, ring->read);
    LKA_TRY(lka_source_next(ring->pipeline->source, &slot->scored.rows, error));
    *end = slot->scored.rows.count == 0;
    if (!*end) {
        put_into_ring(ring);
    }
    return LKA_OK;
}

static lka_status read_block(struct ring *ring, bool *end, struct lka_error *error)
{
    const struct lka_pipeline *pipeline = ring->pipeline;
    LKA_TRY(report_progress(ring, error));
    if (lka_source_range(pipeline->source, pipeline->block_rows, &slot_of(ring, ring->read)->range)) {
        put_into_ring(ring);
        return LKA_OK;
    }
    /* What is wrong earlier in the file is told first. */
    LKA_TRY(deliver_rest(ring, error));
    return read_alone(ring, end, error);
}

static lka_status run_ring(struct ring *ring, struct lka_error *error)
{
    bool end = false;
    while (!end) {
        LKA_TRY(read_block(ring, &end, error));
        if (ring->read - ring->delivered == ring->depth) {
            LKA_TRY(deliver_oldest(ring, error));
        }
    }
    return deliver_rest(ring, error);
}

/* ---- starting and ending ---------------------------------------------------------------------- */

static lka_status ring_init(struct ring *ring, const struct lka_pipeline *pipeline, struct helper **helpers,
                            struct lka_error *error)
{
    size_t threads = pipeline->threads;
    ring->depth = threads > 1 ? threads + 2 : 1;
    LKA_TRY(LKA_NEW(ring->slots, ring->depth, error));
    LKA_TRY(LKA_NEW(ring->benches, threads, error));
    LKA_TRY(LKA_NEW(ring->threads, threads, error));
    LKA_TRY(LKA_NEW(*helpers, threads, error));
    for (size_t i = 0; i < ring->depth; i++) {
        LKA_TRY(scored_init(&ring->slots[i].scored, pipeline, error));
    }
    for (size_t i = 0; i < threads; i++) {
        LKA_TRY(bench_init(&ring->benches[i], pipeline, error));
    }
    return LKA_OK;
}

/* Fewer helpers than wished for, where the system refuses, only cost time. */
static void start_helpers(struct ring *ring, struct helper *helpers)
{
    for (size_t i = 1; i < ring->pipeline->threads; i++) {
        helpers[i] = (struct helper){ring, &ring->benches[i]};
        if (pthread_create(&ring->threads[ring->thread_count], NULL, help, &helpers[i]) != 0) {
            return;
        }
        ring->thread_count++;
    }
}

static void stop_helpers(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->stop = true;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
    for (size_t i = 0; i < ring->thread_count; i++) {
        pthread_join(ring->threads[i], NULL);
    }
}

static void add_histograms(const struct ring *ring)
{
    const struct lka_pipeline *pipeline = ring->pipeline;
    size_t size = pipeline->histogram ? lka_histogram_size(lka_plan_space(pipeline->model->plan)) : 0;
    for (size_t t = 0; t < pipeline->threads; t++) {
        for (size_t i = 0; i < size; i++) {
            pipeline->histogram[i] += ring->benches[t].histogram[i];
        }
    }
}

static void ring_release(struct ring *ring, struct helper *helpers)
{
    for (size_t i = 0; ring->slots && i < ring->depth; i++) {
        scored_release(&ring->slots[i].scored);
        lka_range_release(&ring->slots[i].range);
    }
    for (size_t i = 0; ring->benches && i < ring->pipeline->threads; i++) {
        bench_release(&ring->benches[i]);
    }
    pthread_cond_destroy(&ring->changed);
    pthread_mutex_destroy(&ring->lock);
    lka_free(ring->slots);
    lka_free(ring->benches);
    lka_free(ring->threads);
    lka_free(helpers);
}

lka_status lka_pipeline_run(const struct lka_pipeline *pipeline, struct lka_error *error)
{
    struct ring ring = {.pipeline = pipeline};
    struct helper *helpers = NULL;
    pthread_mutex_init(&ring.lock, NULL);
    pthread_cond_init(&ring.changed, NULL);
    lka_status status = ring_init(&ring, pipeline, &helpers, error);
    if (status == LKA_OK) {
        start_helpers(&ring, helpers);
        status = run_ring(&ring, error);
        stop_helpers(&ring);
    }
    if (status == LKA_OK) {
        add_histograms(&ring);
    }
    ring_release(&ring, helpers);
    return status;
}
