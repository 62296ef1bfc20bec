/* group_events MEMORY_MIB FILE ...: reads and groups events as the stages do (store/events.h), and prints a line: rows,
 * contacts, events, duplicates, CPU seconds in all and for the groups alone, peak memory. "plain" for MEMORY_MIB reads the rows
 * and does nothing with them: what parsing costs.
 */
#include "base/error.h"
#include "source/source.h"
#include "store/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static double seconds_used(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static double peak_mib(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_maxrss / 1024;
}

static lka_status read_plainly(const char *const *paths, size_t count, struct lka_error *error)
{
    struct lka_source *source;
    struct lka_rows rows;
    size_t columns[] = {0, 1, 2, 3, 4, 5, 6, 7};
    LKA_TRY(lka_source_open(paths, count, &(struct lka_source_options){0}, &source, error));
    LKA_TRY(lka_source_select(source, columns, 8, error));
    LKA_TRY(lka_rows_init(&rows, 8, LKA_BLOCK_ROWS, error));
    do {
        LKA_TRY(lka_source_next(source, &rows, error));
    } while (rows.count > 0);
    printf("plain: %llu rows, %.2f s\n", (unsigned long long)lka_source_counts(source).rows, seconds_used());
    lka_rows_release(&rows);
    lka_source_close(source);
    return LKA_OK;
}

static lka_status group(const char *const *paths, size_t count, uint64_t memory, struct lka_error *error)
{
    struct lka_events_options options = {.paths = paths, .path_count = count, .until = INT64_MAX, .memory = memory};
    struct lka_events *events;
    LKA_TRY(lka_events_open(&options, NULL, NULL, &events, error));
    double opened = seconds_used();
    struct lka_event_group contact;
    uint64_t contacts = 0;
    uint64_t sum = 0;
    for (;;) {
        LKA_TRY(lka_events_next(events, &contact, error));
        if (contact.count == 0) {
            break;
        }
        contacts++;
        sum += contact.count;
    }
    struct lka_events_counts counts = lka_events_counts(events);
    lka_events_close(events);
    double done = seconds_used();
    printf("%llu rows, %llu contacts, %llu events, %llu duplicates, %.2f s, groups %.2f s, %.0f MiB\n",
           (unsigned long long)counts.read, (unsigned long long)contacts, (unsigned long long)sum,
           (unsigned long long)counts.duplicates, done, done - opened, peak_mib());
    return LKA_OK;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: group_events plain|MEMORY_MIB FILE ...\n");
        return 2;
    }
    lka_init();
    struct lka_error error = {0};
    const char *const *paths = (const char *const *)argv + 2;
    size_t count = (size_t)argc - 2;
    lka_status status = strcmp(argv[1], "plain") == 0 ? read_plainly(paths, count, &error)
                                                      : group(paths, count, strtoull(argv[1], NULL, 10) << 20, &error);
    if (status != LKA_OK) {
        char text[2048];
        fprintf(stderr, "%s\n", lka_error_format(&error, text, sizeof text));
    }
    return lka_exit_code(status);
}
