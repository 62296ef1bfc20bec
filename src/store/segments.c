#include "store/segments.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXTENSION ".csv.zst"

/* ---- names ------------------------------------------------------------------------------------ */

static lka_status directory_of(const struct lka_workspace *workspace, char **path, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s/events", lka_workspace_path(workspace));
    return lka_text_take(&text, path, error);
}

lka_status lka_segment_path(struct lka_workspace *workspace, int64_t month, uint64_t number, char **path,
                            const char **name, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s/events/%04d-%02d-%llu" EXTENSION, lka_workspace_path(workspace), (int)(month / 12),
                    (int)(month % 12) + 1, (unsigned long long)number);
    LKA_TRY(lka_text_take(&text, path, error));
    *name = strrchr(*path, '/') + 1;
    return LKA_OK;
}

/* False for any other name. */
static bool parse_name(const char *name, int64_t *month, uint64_t *number)
{
    int year = 0;
    int of_year = 0;
    unsigned long long counted = 0;
    int length = 0;
    if (sscanf(name, "%4d-%2d-%19llu" EXTENSION "%n", &year, &of_year, &counted, &length) != 3 ||
        name[length] != '\0' || length == 0) {
        return false;
    }
    *month = lka_month(year, of_year);
    *number = counted;
    char same[64];
    snprintf(same, sizeof same, "%04d-%02d-%llu" EXTENSION, year, of_year, counted);
    return of_year >= 1 && of_year <= 12 && strcmp(name, same) == 0;
}

/* ---- what is published ------------------------------------------------------------------------ */

static lka_status check_file(const struct lka_segment *segment, struct lka_error *error)
{
    struct stat facts;
    if (stat(segment->path, &facts) != 0) {
        return lka_fail_errno(error, LKA_DATA, "open the segment of the archive", segment->path, errno);
    }
    if ((uint64_t)facts.st_size != segment->bytes) {
        return lka_fail_at(error, LKA_DATA, segment->path, 0, 0,
                           "a segment of the archive of %llu bytes has %llu now; bring the file back as it was",
                           (unsigned long long)segment->bytes, (unsigned long long)facts.st_size);
    }
    return LKA_OK;
}

static lka_status add(struct lka_segments *segments, struct lka_workspace *workspace, struct lka_statement *statement,
                      struct lka_error *error)
{
    char name[64];
    struct lka_span text = lka_column_text(statement, 0);
    snprintf(name, sizeof name, "%.*s", (int)text.length, text.text);
    struct lka_segment segment = {.rows = (uint64_t)lka_column_integer(statement, 1),
                                  .bytes = (uint64_t)lka_column_integer(statement, 2)};
    if (!parse_name(name, &segment.month, &segment.number)) {
        return lka_fail(error, LKA_DATA, "%s: event_segments has a row \"%s\", which is no name of a segment",
                        lka_workspace_path(workspace), name);
    }
    LKA_TRY(lka_reserve(&segments->items, &segments->capacity, segments->count + 1, sizeof segment, error));
    const char *unused;
    LKA_TRY(lka_segment_path(workspace, segment.month, segment.number, &segment.path, &unused, error));
    segment.name = strrchr(segment.path, '/') + 1;
    segments->items[segments->count++] = segment;
    return check_file(&segment, error);
}

static int by_month(const void *a, const void *b)
{
    const struct lka_segment *x = a;
    const struct lka_segment *y = b;
    int order = (x->month > y->month) - (x->month < y->month);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

lka_status lka_segments_init(struct lka_segments *segments, struct lka_workspace *workspace, struct lka_error *error)
{
    *segments = (struct lka_segments){0};
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(workspace, "SELECT name, rows, bytes FROM event_segments", &statement, error));
    bool row = false;
    lka_status status;
    while ((status = lka_statement_step(statement, &row, error)) == LKA_OK && row) {
        if ((status = add(segments, workspace, statement, error)) != LKA_OK) {
            break;
        }
    }
    lka_statement_free(statement);
    if (status != LKA_OK) {
        lka_segments_release(segments);
    } else if (segments->count > 0) {
        qsort(segments->items, segments->count, sizeof *segments->items, by_month);
    }
    return status;
}

void lka_segments_release(struct lka_segments *segments)
{
    for (size_t i = 0; i < segments->count; i++) {
        lka_free(segments->items[i].path);
    }
    lka_free(segments->items);
    *segments = (struct lka_segments){0};
}

void lka_segments_of_month(const struct lka_segments *segments, int64_t month, size_t *count, uint64_t *number)
{
    *count = 0;
    *number = 0;
    for (size_t i = 0; i < segments->count; i++) {
        if (segments->items[i].month == month) {
            ++*count;
            *number = segments->items[i].number;
        }
    }
}

/* ---- publishing ------------------------------------------------------------------------------- */

lka_status lka_segment_publish(struct lka_workspace *workspace, const char *name, uint64_t rows,
                               const struct lka_file_facts *facts, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(
        workspace, "INSERT INTO event_segments(name, month, rows, bytes, sha256) VALUES (?1, ?2, ?3, ?4, ?5)",
        &statement, error));
    lka_bind_text(statement, 1, lka_span_of(name));
    lka_bind_text(statement, 2, (struct lka_span){name, sizeof "2024-03" - 1});
    lka_bind_integer(statement, 3, (int64_t)rows);
    lka_bind_integer(statement, 4, (int64_t)facts->bytes);
    lka_bind_text(statement, 5, lka_span_of(facts->sha256));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_segment_withdraw(struct lka_workspace *workspace, const char *name, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(workspace, "DELETE FROM event_segments WHERE name = ?1", &statement, error));
    lka_bind_text(statement, 1, lka_span_of(name));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

/* ---- readers ---------------------------------------------------------------------------------- */

/* A replaced segment's file may be on the list of a reader who has not opened it yet. */
lka_status lka_segments_hold(struct lka_workspace *workspace, int *hold, struct lka_error *error)
{
    char *path;
    *hold = -1;
    LKA_TRY(directory_of(workspace, &path, error));
    *hold = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lka_free(path);
    while (*hold >= 0 && flock(*hold, LOCK_SH) != 0) {
        if (errno != EINTR) {
            close(*hold);
            *hold = -1;
        }
    }
    return LKA_OK;
}

void lka_segments_let_go(int hold)
{
    if (hold >= 0) {
        close(hold);
    }
}

/* ---- cleaning --------------------------------------------------------------------------------- */

static bool is_published(const struct lka_segments *segments, const char *name)
{
    for (size_t i = 0; i < segments->count; i++) {
        if (strcmp(segments->items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A segment's name without a row, or what one is called while it is written: there is one writer, and it is us. */
static bool is_left_over(const struct lka_segments *segments, const char *name)
{
    int64_t month;
    uint64_t number;
    if (name[0] == '.') {
        return strstr(name, EXTENSION ".tmp-") != NULL;
    }
    return parse_name(name, &month, &number) && !is_published(segments, name);
}

static lka_status remove_left_over(const char *directory, const char *name, struct lka_error *error)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/%s", directory, name);
    lka_status status = path.failed               ? lka_fail_memory(error, path.capacity)
                        : unlink(path.bytes) == 0 ? LKA_OK
                                                  : lka_fail_errno(error, LKA_IO, "remove", path.bytes, errno);
    lka_text_release(&path);
    return status;
}

static lka_status clean(const struct lka_segments *segments, const char *path, struct lka_error *error)
{
    if (mkdir(path, 0700) == 0) {
        return LKA_OK;
    }
    if (errno != EEXIST) {
        return lka_fail_create(error, path, errno);
    }
    DIR *directory = opendir(path);
    if (!directory) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    lka_status status = LKA_OK;
    if (flock(dirfd(directory), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        closedir(directory);
        return LKA_OK;
    }
    for (struct dirent *entry = readdir(directory); entry && status == LKA_OK; entry = readdir(directory)) {
        if (is_left_over(segments, entry->d_name)) {
            status = remove_left_over(path, entry->d_name, error);
        }
    }
    closedir(directory);
    return status;
}

lka_status lka_segments_clean(const struct lka_segments *segments, struct lka_workspace *workspace,
                              struct lka_error *error)
{
    char *path;
    LKA_TRY(directory_of(workspace, &path, error));
    lka_status status = clean(segments, path, error);
    lka_free(path);
    return status;
}
