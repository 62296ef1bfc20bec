/* group_events MEMORY_MIB WORKSPACE|- FILE ...: reads and groups events as the stages do (store/events.h), archives
 * them where there is a workspace, and prints a line: rows, contacts, events, duplicates, CPU seconds in all, for the
 * groups and for archiving, peak memory. "plain" for MEMORY_MIB reads the rows of the files alone: what parsing costs.
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
    size_t used = lka_source_schema(source)->count < 8 ? lka_source_schema(source)->count : 8;
    LKA_TRY(lka_source_select(source, columns, used, error));
    LKA_TRY(lka_rows_init(&rows, used, LKA_BLOCK_ROWS, error));
    do {
        LKA_TRY(lka_source_next(source, &rows, error));
    } while (rows.count > 0);
    printf("plain: %llu rows, %.2f s\n", (unsigned long long)lka_source_counts(source).rows, seconds_used());
    lka_rows_release(&rows);
    lka_source_close(source);
    return LKA_OK;
}

static lka_status archive(struct lka_workspace *workspace, struct lka_events *events, struct lka_error *error)
{
    if (!workspace) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_begin(workspace, "bench", error));
    LKA_TRY(lka_events_archive(events, error));
    return lka_workspace_commit(workspace, error);
}

static lka_status group(struct lka_events_options options, struct lka_workspace *workspace, struct lka_error *error)
{
    struct lka_events *events;
    LKA_TRY(lka_events_open(&options, workspace, NULL, &events, error));
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
    double grouped = seconds_used();
    LKA_TRY(archive(workspace, events, error));
    double done = seconds_used();
    struct lka_events_counts counts = lka_events_counts(events);
    lka_events_close(events);
    printf(
        "%llu rows + %llu archived, %llu contacts, %llu events, %llu duplicates, %.2f s, groups %.2f s, archive %.2f s "
        "for %llu new, %.0f MiB\n",
        (unsigned long long)counts.read, (unsigned long long)counts.archive, (unsigned long long)contacts,
        (unsigned long long)sum, (unsigned long long)counts.duplicates, done, grouped - opened, done - grouped,
        (unsigned long long)counts.added, peak_mib());
    return LKA_OK;
}

static lka_status run(char **argv, size_t count, struct lka_error *error)
{
    const char *const *paths = (const char *const *)argv + 3;
    if (strcmp(argv[1], "plain") == 0) {
        return read_plainly(paths, count, error);
    }
    struct lka_events_options options = {
        .paths = paths, .path_count = count, .until = INT64_MAX, .memory = strtoull(argv[1], NULL, 10) << 20};
    struct lka_workspace *workspace = NULL;
    if (strcmp(argv[2], "-") != 0) {
        LKA_TRY(lka_workspace_open(argv[2], LKA_WORKSPACE_WRITE, NULL, &workspace, error));
    }
    lka_status status = group(options, workspace, error);
    lka_workspace_close(workspace);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: group_events plain|MEMORY_MIB WORKSPACE|- [FILE ...]\n");
        return 2;
    }
    lka_init();
    struct lka_error error = {0};
    lka_status status = run(argv, (size_t)argc - 3, &error);
    if (status != LKA_OK) {
        char text[2048];
        fprintf(stderr, "%s\n", lka_error_format(&error, text, sizeof text));
    }
    return lka_exit_code(status);
}
