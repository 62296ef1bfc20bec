#include "store/parts.h"

#include "base/error.h"
#include "base/short_text.h"
#include "source/output.h"

#include <errno.h>
#include <unistd.h>

enum { LEAST_CHUNK = 1024, MOST_CHUNK = 1 << 16, WINDOW = 1 << 20 };

lka_status lka_parts_init(struct lka_parts *parts, size_t count, size_t budget, const char *directory,
                          struct lka_error *error)
{
    *parts = (struct lka_parts){.count = count, .budget = budget, .directory = directory, .file = -1};
    return LKA_NEW(parts->items, count, error);
}

static void free_chunks(struct lka_part *part)
{
    for (size_t i = 0; i < part->full_count; i++) {
        lka_free(part->full[i].bytes);
    }
    lka_free(part->bytes);
    part->bytes = NULL;
    part->used = part->capacity = part->full_count = 0;
}

static void free_memory(struct lka_parts *parts)
{
    for (size_t i = 0; parts->items && i < parts->count; i++) {
        free_chunks(&parts->items[i]);
    }
    parts->held = parts->used = 0;
}

void lka_parts_release(struct lka_parts *parts)
{
    free_memory(parts);
    for (size_t i = 0; parts->items && i < parts->count; i++) {
        lka_free(parts->items[i].stretches);
        lka_free(parts->items[i].full);
    }
    if (parts->items && parts->file >= 0) {
        close(parts->file);
    }
    lka_free(parts->items);
    *parts = (struct lka_parts){.file = -1};
}

/* ---- spilling --------------------------------------------------------------------------------- */

static const char *place(const struct lka_parts *parts)
{
    return parts->directory ? parts->directory : "/tmp";
}

/* At the end of the file. */
static lka_status write_bytes(struct lka_parts *parts, const char *bytes, size_t length, struct lka_error *error)
{
    off_t at = (off_t)parts->spilled;
    parts->spilled += length;
    while (length > 0) {
        ssize_t written = pwrite(parts->file, bytes, length, at);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return lka_fail_errno(error, LKA_IO, "write a temporary file for events in", place(parts), errno);
        }
        bytes += written;
        at += written;
        length -= (size_t)written;
    }
    return LKA_OK;
}

static lka_status read_bytes(const struct lka_parts *parts, char *bytes, size_t length, uint64_t start,
                             struct lka_error *error)
{
    off_t at = (off_t)start;
    while (length > 0) {
        ssize_t got = pread(parts->file, bytes, length, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return lka_fail_errno(error, LKA_IO, "read the temporary file for events in", place(parts),
                                  got < 0 ? errno : EIO);
        }
        bytes += got;
        at += got;
        length -= (size_t)got;
    }
    return LKA_OK;
}

static lka_status spill_part(struct lka_parts *parts, struct lka_part *part, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->stretches, &part->stretch_capacity, part->stretch_count + 1, sizeof *part->stretches,
                        error));
    uint64_t start = parts->spilled;
    for (size_t i = 0; i < part->full_count; i++) {
        LKA_TRY(write_bytes(parts, part->full[i].bytes, part->full[i].used, error));
    }
    LKA_TRY(part->bytes ? write_bytes(parts, part->bytes, part->used, error) : LKA_OK);
    part->stretches[part->stretch_count++] = (struct lka_stretch){start, parts->spilled - start};
    return LKA_OK;
}

static lka_status spill(struct lka_parts *parts, struct lka_error *error)
{
    if (parts->file < 0) {
        LKA_TRY(lka_temporary_file(parts->directory, &parts->file, error));
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->items[i].bytes || parts->items[i].full_count > 0) {
            LKA_TRY(spill_part(parts, &parts->items[i], error));
        }
    }
    free_memory(parts);
    return LKA_OK;
}

/* ---- filling ---------------------------------------------------------------------------------- */

/* As much as the part holds, within bounds. */
static size_t chunk_size(const struct lka_part *part, size_t need)
{
    size_t wanted = part->total < LEAST_CHUNK ? LEAST_CHUNK : part->total < MOST_CHUNK ? part->total : MOST_CHUNK;
    return wanted > need ? wanted : need;
}

static lka_status close_chunk(struct lka_part *part, struct lka_error *error)
{
    if (!part->bytes) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&part->full, &part->full_capacity, part->full_count + 1, sizeof *part->full, error));
    part->full[part->full_count++] = (struct lka_chunk){part->bytes, part->used};
    part->bytes = NULL;
    part->used = part->capacity = 0;
    return LKA_OK;
}

static lka_status add_chunk(struct lka_parts *parts, struct lka_part *part, size_t size, struct lka_error *error)
{
    LKA_TRY(close_chunk(part, error));
    char *bytes = lka_resize(NULL, size, 1);
    if (!bytes) {
        return lka_fail_memory(error, size);
    }
    part->bytes = bytes;
    part->used = 0;
    part->capacity = size;
    parts->held += size;
    return LKA_OK;
}

lka_status lka_parts_room(struct lka_parts *parts, size_t number, size_t need, char **room, struct lka_error *error)
{
    struct lka_part *part = &parts->items[number];
    if (part->capacity - part->used < need) {
        size_t size = chunk_size(part, need);
        LKA_TRY(parts->held + size > parts->budget && parts->used > 0 ? spill(parts, error) : LKA_OK);
        LKA_TRY(add_chunk(parts, part, size, error));
    }
    *room = part->bytes + part->used;
    return LKA_OK;
}

lka_status lka_parts_settle(struct lka_parts *parts, bool spilled, struct lka_error *error)
{
    if (parts->file >= 0 || spilled) {
        return spill(parts, error);
    }
    for (size_t i = 0; i < parts->count; i++) {
        LKA_TRY(close_chunk(&parts->items[i], error));
    }
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* `length` bytes behind the buffer's last. */
static lka_status make_room(struct lka_text *buffer, size_t length, struct lka_error *error)
{
    return lka_reserve(&buffer->bytes, &buffer->capacity, buffer->length + length, 1, error);
}

lka_status lka_parts_load(const struct lka_parts *parts, size_t number, struct lka_part_bytes *loaded,
                          struct lka_error *error)
{
    const struct lka_part *part = &parts->items[number];
    struct lka_text *buffer = &loaded->buffer;
    loaded->chunks = part->full;
    loaded->count = part->full_count;
    if (parts->file < 0) {
        return LKA_OK;
    }
    buffer->length = 0;
    LKA_TRY(make_room(buffer, part->total + LKA_TEXT_PADDING, error));
    for (size_t i = 0; i < part->stretch_count; i++) {
        const struct lka_stretch *stretch = &part->stretches[i];
        LKA_TRY(read_bytes(parts, buffer->bytes + buffer->length, stretch->length, stretch->start, error));
        buffer->length += stretch->length;
    }
    loaded->whole = (struct lka_chunk){buffer->bytes, buffer->length};
    loaded->chunks = &loaded->whole;
    loaded->count = 1;
    return LKA_OK;
}

void lka_part_bytes_release(struct lka_part_bytes *loaded)
{
    lka_text_release(&loaded->buffer);
}

void lka_parts_reader_release(struct lka_parts_reader *reader)
{
    lka_text_release(&reader->window);
}

/* At least `need` bytes in the window, where there are so many: moves what is left to its front and reads on behind it. */
static lka_status refill(struct lka_parts_reader *reader, size_t need, struct lka_error *error)
{
    struct lka_text *window = &reader->window;
    size_t left = window->length - reader->at;
    if (left >= need) {
        return LKA_OK;
    }
    if (left > 0) {
        memmove(window->bytes, window->bytes + reader->at, left);
    }
    window->length = left;
    reader->at = 0;
    while (window->length < need && reader->stretch < reader->part->stretch_count) {
        const struct lka_stretch *stretch = &reader->part->stretches[reader->stretch];
        uint64_t rest = stretch->length - reader->done;
        size_t size = need - window->length > WINDOW ? need - window->length : WINDOW;
        size = rest < size ? (size_t)rest : size;
        LKA_TRY(make_room(window, size, error));
        LKA_TRY(read_bytes(reader->parts, window->bytes + window->length, size, stretch->start + reader->done, error));
        window->length += size;
        reader->done += size;
        if (reader->done == stretch->length) {
            reader->stretch++;
            reader->done = 0;
        }
    }
    return LKA_OK;
}

/* From memory, where nothing was spilled. */
static const char *next_held(struct lka_parts_reader *reader)
{
    const struct lka_part *part = reader->part;
    for (; reader->stretch < part->full_count && reader->at == part->full[reader->stretch].used; reader->stretch++) {
        reader->at = 0;
    }
    if (reader->stretch == part->full_count) {
        return NULL;
    }
    const char *item = part->full[reader->stretch].bytes + reader->at;
    reader->at += lka_item_length(item);
    return item;
}

lka_status lka_parts_reader_next(struct lka_parts_reader *reader, const char **item, struct lka_error *error)
{
    if (reader->parts->file < 0) {
        *item = next_held(reader);
        return LKA_OK;
    }
    struct lka_text *window = &reader->window;
    *item = NULL;
    LKA_TRY(refill(reader, LKA_ITEM_HEAD, error));
    if (window->length == reader->at) {
        return LKA_OK;
    }
    bool is_long = lka_item_is_long(lka_item_head(window->bytes + reader->at));
    LKA_TRY(is_long ? refill(reader, LKA_ITEM_LONG_HEAD, error) : LKA_OK);
    size_t length = lka_item_length(window->bytes + reader->at);
    LKA_TRY(refill(reader, length, error));
    *item = window->bytes + reader->at;
    reader->at += length;
    return LKA_OK;
}
