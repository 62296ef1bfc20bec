#include "base/threads.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

size_t lka_thread_count(int64_t wanted)
{
    if (wanted > 0) {
        return (size_t)wanted;
    }
    cpu_set_t cores;
    CPU_ZERO(&cores);
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count > 0 ? (size_t)count : 1;
}

struct crew {
    lka_work work;
    void *context;
    size_t count;
    atomic_size_t next;
    pthread_mutex_t lock; /* guards what follows */
    size_t failed_index;
    lka_status status;
    struct lka_error *error;
};

static void keep_first_failure(struct crew *crew, size_t index, lka_status status, const struct lka_error *error)
{
    pthread_mutex_lock(&crew->lock);
    if (crew->status == LKA_OK || index < crew->failed_index) {
        crew->status = status;
        crew->failed_index = index;
        if (crew->error) {
            *crew->error = *error;
        }
    }
    pthread_mutex_unlock(&crew->lock);
    /* Indices are handed out in order, so every smaller one has been started and will report. */
    atomic_store(&crew->next, crew->count);
}

static void *take_turns(void *argument)
{
    struct crew *crew = argument;
    for (;;) {
        size_t index = atomic_fetch_add(&crew->next, 1);
        if (index >= crew->count) {
            return NULL;
        }
        struct lka_error error = {0};
        lka_status status = crew->work(crew->context, index, &error);
        if (status != LKA_OK) {
            keep_first_failure(crew, index, status, &error);
        }
    }
}

lka_status lka_parallel(size_t threads, size_t count, lka_work work, void *context, struct lka_error *error)
{
    struct crew crew = {.work = work, .context = context, .count = count, .error = error};
    atomic_init(&crew.next, 0);
    size_t helpers = threads < count ? threads : count;
    helpers -= helpers > 0;
    pthread_t *ids = NULL;
    if (helpers > 0) {
        LKA_TRY(LKA_NEW(ids, helpers, error));
    }
    pthread_mutex_init(&crew.lock, NULL);
    size_t started = 0;
    while (started < helpers && pthread_create(&ids[started], NULL, take_turns, &crew) == 0) {
        started++;
    }
    take_turns(&crew);
    for (size_t i = 0; i < started; i++) {
        pthread_join(ids[i], NULL);
    }
    pthread_mutex_destroy(&crew.lock);
    lka_free(ids);
    return crew.status;
}
