#include "source/ahead.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <string.h>

enum { BUFFERS = 4, BUFFER = 1 << 18 };

struct buffer {
    char *bytes;
    size_t start; /* of what was not handed out */
    size_t end;   /* start == end, once it was filled: the end of the stream, or an error */
    lka_status status;
    struct lka_error problem;
};

/* Buffer b of all that were ever filled stands in buffers[b % BUFFERS]. */
struct lka_ahead {
    struct lka_stream *stream;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    uint64_t filled;
    uint64_t emptied;
    bool stop;
    struct buffer buffers[BUFFERS];
};

static void *fill_buffers(void *argument)
{
    struct lka_ahead *ahead = argument;
    bool last = false;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stop && !last) {
        if (ahead->filled - ahead->emptied == BUFFERS) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        struct buffer *buffer = &ahead->buffers[ahead->filled % BUFFERS];
        pthread_mutex_unlock(&ahead->lock);
        buffer->start = buffer->end = 0;
        buffer->status = lka_stream_read(ahead->stream, buffer->bytes, BUFFER, &buffer->end, &buffer->problem);
        last = buffer->status != LKA_OK || buffer->end == 0;
        pthread_mutex_lock(&ahead->lock);
        ahead->filled++;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

static void release(struct lka_ahead *ahead)
{
    for (size_t i = 0; i < BUFFERS; i++) {
        lka_free(ahead->buffers[i].bytes);
    }
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    lka_free(ahead);
}

lka_status lka_ahead_start(struct lka_stream *stream, struct lka_ahead **ahead, struct lka_error *error)
{
    *ahead = NULL;
    struct lka_ahead *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->stream = stream;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    lka_status status = LKA_OK;
    for (size_t i = 0; i < BUFFERS && status == LKA_OK; i++) {
        status = LKA_NEW(made->buffers[i].bytes, BUFFER, error);
    }
    if (status != LKA_OK || pthread_create(&made->thread, NULL, fill_buffers, made) != 0) {
        release(made);
        return status;
    }
    *ahead = made;
    return LKA_OK;
}

/* The end and an error stay where they are: they are told again. */
lka_status lka_ahead_read(struct lka_ahead *ahead, char *bytes, size_t size, size_t *got, struct lka_error *error)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->filled == ahead->emptied) {
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    }
    pthread_mutex_unlock(&ahead->lock);
    struct buffer *buffer = &ahead->buffers[ahead->emptied % BUFFERS];
    size_t left = buffer->end - buffer->start;
    *got = left < size ? left : size;
    memcpy(bytes, buffer->bytes + buffer->start, *got);
    buffer->start += *got;
    if (buffer->status != LKA_OK) {
        if (error) {
            *error = buffer->problem;
        }
        return buffer->status;
    }
    if (*got > 0 && buffer->start == buffer->end) {
        pthread_mutex_lock(&ahead->lock);
        ahead->emptied++;
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
    }
    return LKA_OK;
}

void lka_ahead_stop(struct lka_ahead *ahead)
{
    if (!ahead) {
        return;
    }
    pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    release(ahead);
}
