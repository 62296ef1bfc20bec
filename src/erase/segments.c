/* The archive of events: a segment with somebody's events is written anew without them, under a new number. */
#include "store/segments.h"
#include "erase/stage.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <stdio.h>
#include <unistd.h>

static lka_status note(json_t *list, const char *name, uint64_t rows, const struct lka_file_facts *before,
                       const struct lka_file_facts *after, struct lka_error *error)
{
    json_t *entry = json_pack("{s:s, s:I}", "name", name, "rows", (json_int_t)rows);
    bool good = entry && (!before || json_object_set_new(entry, "sha256_before", json_string(before->sha256)) == 0) &&
                (!after || json_object_set_new(entry, "sha256_after", json_string(after->sha256)) == 0);
    if (!good) {
        json_decref(entry);
        return lka_fail_memory(error, 0);
    }
    return json_array_append_new(list, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status remember_old(struct lka_erasing *erasing, const char *path, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&erasing->old_segments, &erasing->old_capacity, erasing->old_count + 1,
                        sizeof *erasing->old_segments, error));
    char *copy = lka_copy_string(path);
    erasing->old_segments[erasing->old_count] = copy;
    erasing->old_count += copy != NULL;
    return copy ? LKA_OK : lka_fail_memory(error, strlen(path));
}

static lka_status replace(struct lka_erasing *erasing, const struct lka_segment *segment, uint64_t number,
                          uint64_t rows, json_t *list, struct lka_error *error)
{
    struct lka_file_facts before;
    struct lka_file_facts after;
    char *path = NULL;
    const char *name;
    uint64_t again = 0;
    LKA_TRY(lka_file_look_at(segment->path, &before, error));
    LKA_TRY(remember_old(erasing, segment->path, error));
    LKA_TRY(lka_segment_withdraw(erasing->workspace, segment->name, error));
    if (rows == segment->rows) {
        return note(list, segment->name, rows, &before, NULL, error);
    }
    LKA_TRY(lka_segment_path(erasing->workspace, segment->month, number, &path, &name, error));
    lka_status status = lka_erase_split(erasing, segment->path, NULL, path, false, &again, error);
    status = status == LKA_OK ? lka_file_look_at(path, &after, error) : status;
    status = status == LKA_OK ? lka_segment_publish(erasing->workspace, name, segment->rows - rows, &after, error)
                              : status;
    status = status == LKA_OK ? note(list, segment->name, rows, &before, &after, error) : status;
    lka_free(path);
    return status;
}

/* Numbers of a month go on from the greatest; `number` of this month, in the order of the segments. */
static lka_status take_all(struct lka_erasing *erasing, const struct lka_segments *segments, bool purge, json_t *list,
                           uint64_t *rows, struct lka_error *error)
{
    int64_t month = -1;
    uint64_t number = 0;
    for (size_t i = 0; i < segments->count; i++) {
        const struct lka_segment *segment = &segments->items[i];
        size_t unused;
        uint64_t count = 0;
        if (segment->month != month) {
            month = segment->month;
            lka_segments_of_month(segments, month, &unused, &number);
        }
        LKA_TRY(lka_erase_split(erasing, segment->path, NULL, NULL, false, &count, error));
        *rows += count;
        if (purge && count > 0) {
            LKA_TRY(replace(erasing, segment, ++number, count, list, error));
        } else if (count > 0) {
            LKA_TRY(note(list, segment->name, count, NULL, NULL, error));
        }
    }
    return LKA_OK;
}

lka_status lka_erase_segments(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                              struct lka_error *error)
{
    struct lka_segments segments;
    json_decref(*list);
    *list = json_array();
    *rows = 0;
    LKA_TRY(*list ? LKA_OK : lka_fail_memory(error, 0));
    LKA_TRY(lka_segments_init(&segments, erasing->workspace, error));
    /* What a process left that died between its commit and the removal may hold people, too. */
    lka_status status = purge ? lka_segments_clean(&segments, erasing->workspace, error) : LKA_OK;
    erasing->segments_searched = segments.count;
    status = status == LKA_OK ? take_all(erasing, &segments, purge, *list, rows, error) : status;
    lka_segments_release(&segments);
    return status;
}

void lka_erase_segments_finish(struct lka_erasing *erasing)
{
    for (size_t i = 0; i < erasing->old_count; i++) {
        unlink(erasing->old_segments[i]);
        lka_free(erasing->old_segments[i]);
    }
    lka_free(erasing->old_segments);
    erasing->old_segments = NULL;
    erasing->old_count = erasing->old_capacity = 0;
}
