#include "store/archive.h"

#include "base/date.h"
#include "base/error.h"
#include "source/output.h"

#include <stdio.h>

enum { DAY = 86400 };

lka_status lka_archive_begin(struct lka_archive *archive, struct lka_workspace *workspace,
                             const struct lka_shapes *shapes, size_t memory, const char *temporary,
                             struct lka_error *error)
{
    *archive = (struct lka_archive){.workspace = workspace, .shapes = shapes, .day = INT64_MIN};
    LKA_TRY(lka_parts_init(&archive->parts, LKA_ARCHIVE_MONTHS, memory, temporary, error));
    LKA_TRY(LKA_NEW(archive->rewritten, LKA_ARCHIVE_MONTHS, error));
    LKA_TRY(lka_segments_init(&archive->segments, workspace, error));
    for (size_t i = 0; i < archive->segments.count; i++) {
        size_t month = (size_t)archive->segments.items[i].month;
        archive->rewritten[month] = (uint8_t)(archive->rewritten[month] + (archive->rewritten[month] < UINT8_MAX));
    }
    for (size_t month = 0; month < LKA_ARCHIVE_MONTHS; month++) {
        archive->rewritten[month] = archive->rewritten[month] >= LKA_SEGMENTS_A_MONTH;
    }
    return lka_segments_clean(&archive->segments, workspace, error);
}

void lka_archive_release(struct lka_archive *archive)
{
    lka_parts_release(&archive->parts);
    lka_segments_release(&archive->segments);
    lka_free(archive->rewritten);
    *archive = (struct lka_archive){0};
}

/* ---- collecting ------------------------------------------------------------------------------- */

static int64_t day_of(int64_t time)
{
    return time / DAY - (time % DAY < 0);
}

static size_t month_of(struct lka_archive *archive, int64_t time)
{
    int64_t day = day_of(time);
    if (day != archive->day) {
        int64_t year;
        int month;
        int unused;
        lka_civil_from_days(day, &year, &month, &unused);
        archive->day = day;
        archive->month = lka_month(year, month);
    }
    return (size_t)archive->month;
}

static lka_status collect(struct lka_archive *archive, size_t month, const char *record, struct lka_error *error)
{
    char *room;
    size_t length = lka_item_length(record);
    LKA_TRY(lka_parts_room(&archive->parts, month, length, &room, error));
    memcpy(room, record, length);
    lka_parts_take(&archive->parts, month, length);
    return LKA_OK;
}

lka_status lka_archive_add(struct lka_archive *archive, const struct lka_event_group *group, struct lka_error *error)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct lka_moment *moment = &group->moments[i];
        bool archived = group->shapes->items[lka_moment_shape(moment)].archived;
        size_t month = month_of(archive, lka_moment_time(moment));
        if (!archived || archive->rewritten[month]) {
            LKA_TRY(collect(archive, month, moment->record, error));
            archive->added += !archived;
        }
    }
    return LKA_OK;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static const char header[] = "contact_id,timestamp"
#define X(name) "," #name
    LKA_EVENT_FIELDS(X)
#undef X
        "\n";

static void put_two(char *at, int number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

struct writing {
    const struct lka_archive *archive;
    struct lka_text line;
    int64_t first;  /* day of the month */
    char stamp[64]; /* "2024-03-00T00:00:00Z" of it, to be filled */
};

static struct writing start_writing(const struct lka_archive *archive, size_t month)
{
    int year = (int)(month / 12);
    int of_year = (int)(month % 12) + 1;
    struct writing writing = {.archive = archive, .first = lka_days_from_civil(year, of_year, 1)};
    snprintf(writing.stamp, sizeof writing.stamp, "%04d-%02d-00T00:00:00Z", year, of_year);
    return writing;
}

static void append_time(struct writing *writing, int64_t time)
{
    int64_t day = day_of(time);
    int clock = (int)(time - day * DAY);
    put_two(writing->stamp + 8, (int)(day - writing->first) + 1);
    put_two(writing->stamp + 11, clock / 3600);
    put_two(writing->stamp + 14, clock / 60 % 60);
    put_two(writing->stamp + 17, clock % 60);
    lka_text_append(&writing->line, writing->stamp, 20);
}

static lka_status write_event(struct writing *writing, const char *record, struct lka_output *output,
                              struct lka_error *error)
{
    struct lka_text *line = &writing->line;
    struct lka_event event;
    lka_event_clear(&event);
    struct lka_moment moment = lka_moment_of(record);
    lka_event_read(&moment, writing->archive->shapes, &event);
    lka_text_clear(line);
    lka_text_csv_field(line, lka_record_contact(record), ',');
    lka_text_append(line, ",", 1);
    append_time(writing, event.time);
#define X(name)                                    \
    lka_text_append(line, ",", 1);                 \
    if (event.name.length > 0) {                   \
        lka_text_csv_field(line, event.name, ','); \
    }
    LKA_EVENT_FIELDS(X)
#undef X
    lka_text_append(line, "\n", 1);
    return line->failed ? lka_fail_memory(error, line->capacity)
                        : lka_output_write(output, line->bytes, line->length, error);
}

static lka_status write_events(const struct lka_archive *archive, size_t month, struct lka_output *output,
                               uint64_t *count, struct lka_error *error)
{
    struct lka_parts_reader reader = lka_parts_reader(&archive->parts, month);
    struct writing writing = start_writing(archive, month);
    const char *record = NULL;
    lka_status status = lka_output_write(output, header, sizeof header - 1, error);
    while (status == LKA_OK && (status = lka_parts_reader_next(&reader, &record, error)) == LKA_OK && record) {
        status = write_event(&writing, record, output, error);
        ++*count;
    }
    lka_parts_reader_release(&reader);
    lka_text_release(&writing.line);
    return status;
}

static lka_status write_file(const struct lka_archive *archive, size_t month, const char *path, uint64_t *count,
                             struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(lka_output_open(path, true, &output, error));
    lka_status status = write_events(archive, month, output, count, error);
    if (status != LKA_OK) {
        lka_output_abandon(output);
        return status;
    }
    return lka_output_commit(output, error);
}

static lka_status withdraw_month(const struct lka_archive *archive, size_t month, struct lka_error *error)
{
    for (size_t i = 0; i < archive->segments.count; i++) {
        const struct lka_segment *segment = &archive->segments.items[i];
        if (segment->month == (int64_t)month) {
            LKA_TRY(lka_segment_withdraw(archive->workspace, segment->name, error));
        }
    }
    return LKA_OK;
}

static lka_status write_month(const struct lka_archive *archive, size_t month, struct lka_error *error)
{
    size_t unused;
    uint64_t number;
    lka_segments_of_month(&archive->segments, (int64_t)month, &unused, &number);
    char *path;
    const char *name;
    LKA_TRY(lka_segment_path(archive->workspace, (int64_t)month, number + 1, &path, &name, error));
    uint64_t count = 0;
    lka_status status = write_file(archive, month, path, &count, error);
    struct lka_file_facts facts;
    if (status == LKA_OK) {
        status = lka_file_look_at(path, &facts, error);
    }
    if (status == LKA_OK && archive->rewritten[month]) {
        status = withdraw_month(archive, month, error);
    }
    if (status == LKA_OK) {
        status = lka_segment_publish(archive->workspace, name, count, &facts, error);
    }
    lka_free(path);
    return status;
}

lka_status lka_archive_write(struct lka_archive *archive, const struct lka_session *session, struct lka_error *error)
{
    LKA_TRY(lka_parts_settle(&archive->parts, false, error));
    for (size_t month = 0; month < LKA_ARCHIVE_MONTHS; month++) {
        if (archive->parts.items[month].total > 0) {
            LKA_TRY(lka_step(session, "archive", 0, 0, error));
            LKA_TRY(write_month(archive, month, error));
        }
    }
    return LKA_OK;
}
