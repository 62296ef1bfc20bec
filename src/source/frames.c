#include "source/frames.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <string.h>

/* A job is frames of at most so many bytes, compressed; and what one of them may be, before and after. */
enum { READ = 1 << 18, FRAME_MOST = 4 << 20, TEXT_MOST = 8 << 20, THREADS_MOST = 8 };

enum phase { WAITING, TAKEN, DONE };

struct job {
    enum phase phase;
    unsigned char *in;
    size_t in_size;
    size_t in_room;
    unsigned char *out;
    size_t out_size;
    size_t out_room;
    bool failed;
};

/* Job j of all that were ever made stands in jobs[j % depth]; those from `given` to `made` are there. */
struct lka_frames {
    struct lka_frames_options options;
    struct lka_decoder *decoder; /* the calling thread's */
    unsigned char *carry;        /* read, and not yet in a job */
    size_t carry_size;
    size_t carry_room;
    lka_status status; /* of reading the file */
    struct lka_error problem;
    bool no_more;  /* jobs are made */
    bool spent;    /* the calling thread's decoder met what it could not decode */
    bool finished; /* the rest is the caller's */
    size_t handed; /* bytes of the oldest job, out */
    pthread_t threads[THREADS_MOST];
    size_t thread_count;
    pthread_mutex_t lock; /* guards what follows, and the phases of jobs */
    pthread_cond_t changed;
    bool stop;
    size_t depth;
    uint64_t made;
    uint64_t taken;
    uint64_t given;
    struct job jobs[THREADS_MOST + 2];
};

static struct job *job_of(struct lka_frames *frames, uint64_t number)
{
    return &frames->jobs[number % frames->depth];
}

/* ---- a job ------------------------------------------------------------------------------------ */

static bool widen(struct job *job)
{
    size_t guess = 4 * job->in_size + READ;
    size_t wanted = job->out_room > 0 ? job->out_room + 1 : guess < TEXT_MOST ? guess : TEXT_MOST;
    return wanted <= TEXT_MOST && lka_reserve(&job->out, &job->out_room, wanted, 1, NULL) == LKA_OK;
}

/* False for whatever is wrong with it: the caller's own decoder tells that. */
static bool decode_job(struct lka_decoder *decoder, struct job *job)
{
    struct lka_flow flow = {job->in, job->in_size, job->out, job->out_room};
    while (flow.in_size > 0 || !decoder->may_end(decoder)) {
        size_t used = job->out_room - flow.out_size;
        if (flow.out_size == 0) {
            if (!widen(job)) {
                return false;
            }
            flow.out = job->out + used;
            flow.out_size = job->out_room - used;
        }
        size_t left = flow.in_size;
        size_t room = flow.out_size;
        if (decoder->decode(decoder, &flow, NULL) != LKA_OK || (left == flow.in_size && room == flow.out_size)) {
            return false;
        }
    }
    job->out_size = job->out_room - flow.out_size;
    return true;
}

/* With the lock held: works on the next job that nobody has. False: it failed; then the decoder stands in the middle of
 * something, and jobs behind this one are nobody's. */
static bool take_turn(struct lka_frames *frames, struct lka_decoder *decoder)
{
    struct job *job = job_of(frames, frames->taken++);
    job->phase = TAKEN;
    pthread_mutex_unlock(&frames->lock);
    bool good = decode_job(decoder, job);
    pthread_mutex_lock(&frames->lock);
    job->failed = !good;
    job->phase = DONE;
    pthread_cond_broadcast(&frames->changed);
    return good;
}

static void *help(void *argument)
{
    struct lka_frames *frames = argument;
    struct lka_decoder *decoder;
    if (lka_decoder_new(frames->options.path, frames->options.file, &decoder, NULL) != LKA_OK) {
        return NULL;
    }
    pthread_mutex_lock(&frames->lock);
    bool good = true;
    while (good && !frames->stop) {
        if (frames->taken < frames->made) {
            good = take_turn(frames, decoder);
        } else {
            pthread_cond_wait(&frames->changed, &frames->lock);
        }
    }
    pthread_mutex_unlock(&frames->lock);
    decoder->free(decoder);
    return NULL;
}

/* ---- making jobs ------------------------------------------------------------------------------ */

/* Whole frames at the front of what was read; 0: there is none that can be a job. */
static size_t whole_frames(struct lka_frames *frames)
{
    const struct lka_decoder *decoder = frames->decoder;
    size_t length = 0;
    size_t text = 0;
    while (length < READ && length < frames->carry_size) {
        struct lka_frame frame;
        frames->no_more = !decoder->find_frame(frames->carry + length, frames->carry_size - length, &frame) ||
                          frame.length > FRAME_MOST || frame.text > TEXT_MOST;
        if (frames->no_more || frame.length == 0 || text + frame.text > TEXT_MOST) {
            frames->no_more &= length == 0;
            break;
        }
        length += frame.length;
        text += frame.text;
    }
    return length;
}

static void read_more(struct lka_frames *frames)
{
    size_t got = 0;
    frames->status = lka_reserve(&frames->carry, &frames->carry_room, frames->carry_size + READ, 1, &frames->problem);
    if (frames->status == LKA_OK) {
        frames->status = frames->options.read(frames->options.user, frames->carry + frames->carry_size, READ, &got,
                                              &frames->problem);
    }
    frames->carry_size += got;
    frames->no_more = got == 0 || frames->carry_size > FRAME_MOST + READ;
}

/* Fewer than wished for, where the system refuses, only cost time. */
static void start_threads(struct lka_frames *frames)
{
    size_t wanted = frames->options.threads - 1;
    while (frames->thread_count < wanted &&
           pthread_create(&frames->threads[frames->thread_count], NULL, help, frames) == 0) {
        frames->thread_count++;
    }
}

static void make_job(struct lka_frames *frames)
{
    size_t length = whole_frames(frames);
    while (length == 0 && !frames->no_more) {
        read_more(frames);
        length = frames->no_more ? 0 : whole_frames(frames);
    }
    struct job *job = job_of(frames, frames->made);
    if (length == 0 || lka_reserve(&job->in, &job->in_room, length, 1, NULL) != LKA_OK) {
        frames->no_more = true;
        return;
    }
    memcpy(job->in, frames->carry, length);
    job->in_size = length;
    frames->carry_size -= length;
    memmove(frames->carry, frames->carry + length, frames->carry_size);
    pthread_mutex_lock(&frames->lock);
    job->phase = WAITING;
    frames->made++;
    pthread_cond_broadcast(&frames->changed);
    pthread_mutex_unlock(&frames->lock);
    if (frames->made == 2) { /* there are several */
        start_threads(frames);
    }
}

/* ---- handing out ------------------------------------------------------------------------------ */

static void wait_for_oldest(struct lka_frames *frames)
{
    struct job *job = job_of(frames, frames->given);
    pthread_mutex_lock(&frames->lock);
    while (job->phase != DONE) {
        if (frames->taken < frames->made && !frames->spent) {
            frames->spent = !take_turn(frames, frames->decoder);
        } else {
            pthread_cond_wait(&frames->changed, &frames->lock);
        }
    }
    pthread_mutex_unlock(&frames->lock);
}

static void stop_threads(struct lka_frames *frames)
{
    pthread_mutex_lock(&frames->lock);
    frames->stop = true;
    pthread_cond_broadcast(&frames->changed);
    pthread_mutex_unlock(&frames->lock);
    for (size_t i = 0; i < frames->thread_count; i++) {
        pthread_join(frames->threads[i], NULL);
    }
    frames->thread_count = 0;
}

/* The oldest job, once it is done; NULL: there is none, or it failed, and the rest is the caller's. */
static struct job *next_job(struct lka_frames *frames)
{
    while (!frames->no_more && frames->made - frames->given < frames->depth) {
        make_job(frames);
    }
    if (frames->given == frames->made) {
        return NULL;
    }
    wait_for_oldest(frames);
    struct job *job = job_of(frames, frames->given);
    return job->failed ? NULL : job;
}

size_t lka_frames_read(struct lka_frames *frames, char *bytes, size_t size)
{
    size_t got = 0;
    while (got == 0 && !frames->finished) {
        struct job *job = next_job(frames);
        if (!job) {
            stop_threads(frames);
            frames->finished = true;
            break;
        }
        size_t left = job->out_size - frames->handed;
        got = left < size ? left : size;
        memcpy(bytes, job->out + frames->handed, got);
        frames->handed += got;
        if (frames->handed == job->out_size) {
            frames->handed = 0;
            frames->given++;
        }
    }
    return got;
}

lka_status lka_frames_rest(struct lka_frames *frames, const unsigned char **bytes, size_t *size,
                           struct lka_error *error)
{
    *size = 0;
    if (frames->given < frames->made) {
        struct job *job = job_of(frames, frames->given++);
        *bytes = job->in;
        *size = job->in_size;
    } else if (frames->carry_size > 0) {
        *bytes = frames->carry;
        *size = frames->carry_size;
        frames->carry_size = 0;
    } else if (frames->status != LKA_OK && error) {
        *error = frames->problem;
    }
    return *size > 0 ? LKA_OK : frames->status;
}

/* ---- starting and ending ---------------------------------------------------------------------- */

lka_status lka_frames_new(const struct lka_frames_options *options, struct lka_frames **frames, struct lka_error *error)
{
    *frames = NULL;
    struct lka_frames *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->options = *options;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    lka_status status = lka_decoder_new(options->path, options->file, &made->decoder, error);
    made->options.threads = options->threads < THREADS_MOST ? options->threads : THREADS_MOST;
    made->depth = made->options.threads + 2;
    if (status != LKA_OK) {
        lka_frames_free(made);
        return status;
    }
    *frames = made;
    return LKA_OK;
}

void lka_frames_free(struct lka_frames *frames)
{
    if (!frames) {
        return;
    }
    stop_threads(frames);
    for (size_t i = 0; i < frames->depth; i++) {
        lka_free(frames->jobs[i].in);
        lka_free(frames->jobs[i].out);
    }
    if (frames->decoder) {
        frames->decoder->free(frames->decoder);
    }
    lka_free(frames->carry);
    pthread_cond_destroy(&frames->changed);
    pthread_mutex_destroy(&frames->lock);
    lka_free(frames);
}
