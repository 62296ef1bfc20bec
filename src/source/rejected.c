#include "source/rejected.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/unique.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char header[] = "line,reason,row\n";

lka_status lka_rejected_init(struct lka_rejected *rejected, const char *path, uint64_t allowed, bool name_files,
                             struct lka_error *error)
{
    *rejected = (struct lka_rejected){.allowed = allowed, .name_files = name_files};
    rejected->path = lka_copy_string(path);
    return !path || rejected->path ? LKA_OK : lka_fail_memory(error, strlen(path) + 1);
}

void lka_rejected_release(struct lka_rejected *rejected)
{
    lka_output_abandon(rejected->output);
    lka_text_release(&rejected->line);
    lka_free(rejected->places);
    lka_free(rejected->path);
    *rejected = (struct lka_rejected){0};
}

static lka_status refuse(const struct lka_rejected *rejected, const struct lka_error *problem, struct lka_error *error)
{
    if (!lka_rejected_allows_any(rejected)) {
        return lka_fail_at(error, LKA_DATA, problem->file, problem->line, problem->column, "%s", problem->message);
    }
    return lka_fail_at(error, LKA_DATA, problem->file, problem->line, problem->column,
                       "%.800s (bad rows left out before this one: %llu, which is all that --max-bad-rows allows)",
                       problem->message, (unsigned long long)rejected->count);
}

static lka_status remember(struct lka_rejected *rejected, uint64_t place, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&rejected->places, &rejected->place_capacity, rejected->place_count + 1,
                        sizeof *rejected->places, error));
    rejected->places[rejected->place_count++] = place;
    return LKA_OK;
}

static lka_status write_row(struct lka_rejected *rejected, uint64_t line, struct lka_span raw,
                            const struct lka_error *problem, struct lka_error *error)
{
    char reason[sizeof problem->file + sizeof problem->message + 2];
    bool named = rejected->name_files && problem->file[0];
    snprintf(reason, sizeof reason, "%s%s%s", named ? problem->file : "", named ? ": " : "", problem->message);
    struct lka_text *text = &rejected->line;
    lka_text_clear(text);
    lka_text_format(text, "%llu,", (unsigned long long)line);
    lka_text_csv_field(text, lka_span_of(reason), ',');
    lka_text_append(text, ",", 1);
    lka_text_csv_for_people(text, raw, ',');
    lka_text_append(text, "\n", 1);
    if (text->failed) {
        return lka_fail_memory(error, raw.length);
    }
    return lka_output_write(rejected->output, text->bytes, text->length, error);
}

lka_status lka_rejected_add(struct lka_rejected *rejected, uint64_t place, struct lka_span raw,
                            const struct lka_error *problem, struct lka_error *error)
{
    if (!lka_rejected_allows_any(rejected) || rejected->count >= rejected->allowed) {
        return refuse(rejected, problem, error);
    }
    if (!rejected->output) {
        LKA_TRY(lka_output_open(rejected->path, true, &rejected->output, error));
        LKA_TRY(lka_output_write(rejected->output, header, sizeof header - 1, error));
    }
    LKA_TRY(remember(rejected, place, error));
    LKA_TRY(write_row(rejected, lka_place_line(place), raw, problem, error));
    rejected->count++;
    return LKA_OK;
}

bool lka_rejected_before(struct lka_rejected *rejected, uint64_t place)
{
    while (rejected->cursor < rejected->sorted && rejected->places[rejected->cursor] < place) {
        rejected->cursor++;
    }
    return rejected->cursor < rejected->sorted && rejected->places[rejected->cursor] == place;
}

static int ascending(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a;
    uint64_t second = *(const uint64_t *)b;
    return (first > second) - (first < second);
}

void lka_rejected_rewind(struct lka_rejected *rejected)
{
    if (rejected->place_count > 0) {
        qsort(rejected->places, rejected->place_count, sizeof *rejected->places, ascending);
    }
    rejected->sorted = rejected->place_count;
    rejected->cursor = 0;
}

/* Only a file that begins as ours do. */
static void remove_stale(const char *path)
{
    char start[sizeof header] = "";
    FILE *file = fopen(path, "rbe");
    if (!file) {
        return;
    }
    bool ours = fread(start, 1, sizeof header - 1, file) == sizeof header - 1 && strcmp(start, header) == 0;
    fclose(file);
    if (ours) {
        unlink(path);
    }
}

lka_status lka_rejected_finish(struct lka_rejected *rejected, bool complete, struct lka_error *error)
{
    struct lka_output *output = rejected->output;
    rejected->output = NULL;
    if (output) {
        return lka_output_commit(output, error);
    }
    if (complete && rejected->path && rejected->count == 0) {
        remove_stale(rejected->path);
    }
    return LKA_OK;
}
