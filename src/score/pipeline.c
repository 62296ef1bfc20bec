#include "score/scored.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>

/* ---- the ring --------------------------------------------------------------------------------- */

enum phase { WAITING, TAKEN, DONE };

struct slot {
    struct lka_scored scored;
    struct lka_range range; /* whose rows they are, where */
    bool ranged;            /* ... the calling thread did not read them itself */
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
    struct lka_bench *benches; /* one a thread; the calling thread's is the first */
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
    struct lka_bench *bench;
};

static lka_status work_on_slot(const struct lka_pipeline *pipeline, struct slot *slot, struct lka_bench *bench)
{
    struct lka_scored *scored = &slot->scored;
    slot->right = true;
    if (slot->ranged) {
        lka_status status = lka_range_read(&bench->reader, pipeline->source, &slot->range, &scored->rows, &slot->right,
                                           &slot->error);
        if (status != LKA_OK || !slot->right) {
            return status;
        }
    }
    lka_status status = lka_scored_work(pipeline, scored, bench, &slot->error);
    bool odd = status != LKA_OK || scored->problems.count > 0;
    if (slot->ranged && odd && status != LKA_MEMORY) {
        slot->right = false; /* on which line that is, is not known here: it is met again, there */
        return LKA_OK;
    }
    return status;
}

/* With the lock held, but not while they are woken: who wakes would wait for it at once. */
static void tell_others(struct ring *ring)
{
    pthread_mutex_unlock(&ring->lock);
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_lock(&ring->lock);
}

/* With the lock held: works on the next block that waits. */
static void take_turn(struct ring *ring, struct lka_bench *bench)
{
    struct slot *slot = &ring->slots[ring->taken++ % ring->depth];
    slot->phase = TAKEN;
    pthread_mutex_unlock(&ring->lock);
    lka_status status = work_on_slot(ring->pipeline, slot, bench);
    pthread_mutex_lock(&ring->lock);
    slot->status = status;
    slot->phase = DONE;
    tell_others(ring);
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
        lka_scored_count(&slot->scored.block, UINT64_MAX, histogram);
    }
    lka_rows_clear(&slot->scored.rows);
    lka_range_release(&slot->range);
}

/* The oldest range was cut where no row ends, or holds a row that must be looked at more closely: all ranges go
 * back. */
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

/* Waits for the oldest block, working meanwhile. Only here are helpers told of what was read, so that who wakes finds
 * several blocks, where there is room for them. */
static struct slot *wait_for_oldest(struct ring *ring)
{
    struct slot *slot = slot_of(ring, ring->delivered);
    pthread_mutex_lock(&ring->lock);
    tell_others(ring);
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
    if (slot->status != LKA_OK) {
        if (error) {
            *error = slot->error;
        }
        return slot->status;
    }
    if (!slot->right ||
        (slot->ranged && !lka_source_accept(ring->pipeline->source, &slot->range, &slot->scored.rows))) {
        return put_back(ring, error);
    }
    ring->delivered++;
    lka_range_release(&slot->range);
    return ring->pipeline->deliver(ring->pipeline->user, &slot->scored, error);
}

/* The oldest block, and those behind it that are done as well. */
static lka_status deliver_done(struct ring *ring, struct lka_error *error)
{
    bool done = true;
    while (done) {
        LKA_TRY(deliver_oldest(ring, error));
        pthread_mutex_lock(&ring->lock);
        done = ring->delivered < ring->read && slot_of(ring, ring->delivered)->phase == DONE;
        pthread_mutex_unlock(&ring->lock);
    }
    return LKA_OK;
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

static void put_into_ring(struct ring *ring, bool ranged)
{
    struct slot *slot = slot_of(ring, ring->read);
    pthread_mutex_lock(&ring->lock);
    slot->phase = WAITING;
    slot->ranged = ranged;
    ring->read++;
    pthread_mutex_unlock(&ring->lock);
}

/* Rows that the calling thread reads itself: all before them must be known to be right. */
static lka_status read_alone(struct ring *ring, bool *end, struct lka_error *error)
{
    struct slot *slot = slot_of(ring, ring->read);
    LKA_TRY(lka_source_next(ring->pipeline->source, &slot->scored.rows, error));
    *end = slot->scored.rows.count == 0;
    if (!*end) {
        put_into_ring(ring, false);
    }
    return LKA_OK;
}

static lka_status read_block(struct ring *ring, bool *end, struct lka_error *error)
{
    const struct lka_pipeline *pipeline = ring->pipeline;
    LKA_TRY(report_progress(ring, error));
    if (lka_source_range(pipeline->source, pipeline->block_rows, &slot_of(ring, ring->read)->range)) {
        put_into_ring(ring, true);
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
            LKA_TRY(deliver_done(ring, error));
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
        LKA_TRY(lka_scored_init(&ring->slots[i].scored, pipeline, error));
    }
    for (size_t i = 0; i < threads; i++) {
        LKA_TRY(lka_bench_init(&ring->benches[i], pipeline, error));
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
        lka_scored_release(&ring->slots[i].scored);
        lka_range_free(&ring->slots[i].range);
    }
    for (size_t i = 0; ring->benches && i < ring->pipeline->threads; i++) {
        lka_bench_release(&ring->benches[i]);
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
