/* What reading alone gains from threads: a file read by one thread, or by two that take its pieces in turn, each into a
 * buffer of its own, and nothing done with the bytes but to touch them.
 *
 *     bare_readers FILE THREADS     prints the seconds that passed
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 18, MOST_THREADS = 64, LINE = 64 };

struct reader {
    int file;
    atomic_long next; /* the piece that nobody has taken */
    atomic_int failed;
};

static void *read_pieces(void *argument)
{
    struct reader *reader = argument;
    char *buffer = malloc(PIECE);
    ssize_t got = buffer ? 1 : -1;
    volatile char seen = 0;
    while (got > 0) {
        got = pread(reader->file, buffer, PIECE, (off_t)atomic_fetch_add(&reader->next, 1) * PIECE);
        for (ssize_t i = 0; i < got; i += LINE) {
            seen = (char)(seen ^ buffer[i]);
        }
    }
    free(buffer);
    if (got < 0) {
        atomic_store(&reader->failed, 1);
    }
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    int threads = count == 3 ? atoi(arguments[2]) : 0;
    struct reader reader = {.file = count == 3 ? open(arguments[1], O_RDONLY) : -1};
    pthread_t running[MOST_THREADS];
    if (threads < 1 || threads > MOST_THREADS || reader.file < 0) {
        fputs("usage: bare_readers FILE THREADS\n", stderr);
        return 2;
    }
    double start = now();
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&running[i], NULL, read_pieces, &reader) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(running[i], NULL);
    }
    printf("%.4f\n", now() - start);
    return atomic_load(&reader.failed) ? 1 : 0;
}
