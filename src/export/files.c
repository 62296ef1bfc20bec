/* The files of one platform: a new one whenever the next row would go over the platform's limits. */
#include "export/files.h"

#include "base/error.h"
#include "base/json.h"
#include "source/manifest.h"

#include <stdio.h>

lka_status lka_export_files_begin(struct lka_export_files *files, struct lka_error *error)
{
    files->list = files->list ? files->list : json_array();
    struct lka_file_state most = {UINT64_MAX, UINT64_MAX, UINT64_MAX, false, files->state.removes};
    lka_text_clear(&files->frame);
    lka_layout_tail(files->format, &most, &files->frame);
    files->tail_most = files->frame.length;
    return files->list && !files->frame.failed ? LKA_OK : lka_fail_memory(error, files->tail_most);
}

static lka_status put(struct lka_export_files *files, const char *bytes, size_t length, struct lka_error *error)
{
    files->bytes += length;
    return files->output && length > 0 ? lka_output_write(files->output, bytes, length, error) : LKA_OK;
}

static lka_status open_file(struct lka_export_files *files, struct lka_error *error)
{
    static const char *const endings[] = {"csv", "txt", "json"};
    files->state.sequence++;
    files->rows = files->bytes = 0;
    files->open = true;
    snprintf(files->name, sizeof files->name, "%.40s-%.40s-%s-%04llu.%s", files->platform->name, files->format->name,
             files->state.removes ? "remove" : "add", (unsigned long long)files->state.sequence,
             endings[files->format->kind]);
    if (files->directory) {
        char inside[256];
        snprintf(inside, sizeof inside, "%.60s/%s", files->platform->name, files->name);
        LKA_TRY(lka_directory_path(files->directory, inside, &files->path, error));
        LKA_TRY(lka_output_open(files->path, true, &files->output, error));
        lka_output_watch(files->output);
    }
    lka_text_clear(&files->frame);
    lka_layout_head(files->format, &files->state, &files->frame);
    return files->frame.failed ? lka_fail_memory(error, files->frame.length)
                               : put(files, files->frame.bytes, files->frame.length, error);
}

static lka_status list_file(struct lka_export_files *files, const struct lka_file_facts *facts, struct lka_error *error)
{
    char inside[256];
    snprintf(inside, sizeof inside, "%.60s/%s", files->platform->name, files->name);
    LKA_TRY(lka_directory_know(files->directory, inside, facts, error));
    const char *add = files->add_how ? files->add_how : files->format->add;
    json_t *entry = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "name", files->name, "operation",
                              files->state.removes ? "remove" : "add", "how",
                              files->state.removes && files->format->remove ? files->format->remove : add, "rows",
                              (json_int_t)files->rows, "bytes", (json_int_t)facts->bytes, "sha256", facts->sha256);
    return entry && json_array_append_new(files->list, entry) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status close_file(struct lka_export_files *files, struct lka_error *error)
{
    files->state.last = files->written == files->state.total;
    lka_text_clear(&files->frame);
    lka_layout_tail(files->format, &files->state, &files->frame);
    LKA_TRY(files->frame.failed ? lka_fail_memory(error, files->frame.length)
                                : put(files, files->frame.bytes, files->frame.length, error));
    files->open = false;
    struct lka_output *output = files->output;
    files->output = NULL;
    if (output) {
        struct lka_file_facts facts = {0};
        lka_status status = lka_output_ready(output, error);
        status = status == LKA_OK ? lka_output_facts(output, &facts, error) : status;
        if (status != LKA_OK) {
            lka_output_abandon(output);
            return status;
        }
        LKA_TRY(lka_output_commit(output, error));
        LKA_TRY(list_file(files, &facts, error));
    }
    lka_free(files->path);
    files->path = NULL;
    return LKA_OK;
}

/* Without room for a further row, the `rows` that are still to be put among those before it. */
static bool is_full(const struct lka_export_files *files, size_t rows, size_t more)
{
    const struct lka_platform_format *format = files->format;
    return (format->rows > 0 && files->rows + rows >= format->rows) ||
           (format->bytes > 0 && files->bytes + more + files->tail_most > format->bytes);
}

lka_status lka_export_files_put(struct lka_export_files *files, struct lka_span row, struct lka_error *error)
{
    const struct lka_platform_format *format = files->format;
    const char *between = format->kind == LKA_FORMAT_JSON ? format->between : "";
    size_t more = row.length + strlen(between);
    if (files->open && is_full(files, 0, more)) {
        LKA_TRY(close_file(files, error));
    }
    if (!files->open) {
        LKA_TRY(open_file(files, error));
        if (is_full(files, 0, more)) {
            return lka_fail(error, LKA_DATA, "a row of %u bytes is more than a file for %s may have (%llu)", row.length,
                            files->platform->name, (unsigned long long)format->bytes);
        }
    }
    LKA_TRY(files->rows > 0 ? put(files, between, strlen(between), error) : LKA_OK);
    LKA_TRY(put(files, row.text, row.length, error));
    files->rows++;
    files->written++;
    return LKA_OK;
}

bool lka_export_files_take(const struct lka_export_files *files, size_t rows, size_t length)
{
    return files->open && files->rows > 0 && files->format->kind != LKA_FORMAT_JSON &&
           !is_full(files, rows - 1, length);
}

lka_status lka_export_files_put_many(struct lka_export_files *files, size_t rows, struct lka_span bytes,
                                     struct lka_error *error)
{
    LKA_TRY(put(files, bytes.text, bytes.length, error));
    files->rows += rows;
    files->written += rows;
    return LKA_OK;
}

lka_status lka_export_files_end(struct lka_export_files *files, struct lka_error *error)
{
    return files->open ? close_file(files, error) : LKA_OK;
}

void lka_export_files_release(struct lka_export_files *files)
{
    lka_output_abandon(files->output);
    lka_free(files->path);
    lka_text_release(&files->frame);
    json_decref(files->list);
    *files = (struct lka_export_files){0};
}
