/* bench/decompress: what decompressing a file costs alone: decompress FILE THREADS
 *
 * Reads it as the source does, and does nothing with the bytes. One thread: in place. More: beside, as `score --threads
 * N` has it. Prints the bytes, the CPU seconds and the wall seconds.
 */
#include "source/ahead.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void check(lka_status status, const struct lka_error *error)
{
    if (status != LKA_OK) {
        fprintf(stderr, "decompress: %s\n", error->message);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static char bytes[1 << 18];
    struct lka_error error = {0};
    struct lka_inputs inputs;
    struct lka_stream *stream;
    struct lka_ahead *ahead = NULL;
    if (argc != 3) {
        return 2;
    }
    size_t threads = strtoul(argv[2], NULL, 10);
    check(lka_inputs_init(&inputs, (const char *const *)&argv[1], 1, false, &error), &error);
    double wall = seconds(CLOCK_MONOTONIC);
    check(lka_stream_open(&inputs.items[0], NULL, &stream, &error), &error);
    if (threads > 1 && lka_stream_decodes(stream)) {
        check(lka_stream_decode_beside(stream, threads, &error), &error);
        check(lka_ahead_start(stream, &ahead, &error), &error);
    }
    uint64_t total = 0;
    size_t got = 0;
    do {
        check(ahead ? lka_ahead_read(ahead, bytes, sizeof bytes, &got, &error)
                    : lka_stream_read(stream, bytes, sizeof bytes, &got, &error),
              &error);
        total += got;
    } while (got > 0);
    lka_ahead_stop(ahead);
    lka_stream_close(stream);
    lka_inputs_release(&inputs);
    printf("%llu %.4f %.4f\n", (unsigned long long)total, seconds(CLOCK_PROCESS_CPUTIME_ID),
           seconds(CLOCK_MONOTONIC) - wall);
    return 0;
}
