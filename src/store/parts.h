/* store/parts.h: items dealt into parts, each part in the order in which it was filled; in memory up to a budget, and
 * beyond it in one unlinked temporary file, a stretch a part whenever the memory is full.
 *
 *     memory:  part 0 [items....][items..  ]   part 1 [items.......][items...][it    ]   ...     chunks, never moved
 *     file:    |part 0|part 1|part 2|...|part 0|part 1|...           part n is its stretches, then its memory
 *
 * An item begins with a uint64_t, whose lowest byte is the length of the item, or 255 where a uint32_t behind it is.
 */
#ifndef LKA_STORE_PARTS_H
#define LKA_STORE_PARTS_H

#include "base/memory.h"
#include "base/text.h"

struct lka_stretch {
    uint64_t start; /* bytes from the start of the file */
    uint64_t length;
};

struct lka_chunk {
    char *bytes;
    size_t used;
};

struct lka_part {
    char *bytes; /* the chunk that is being filled; NULL: none */
    size_t used;
    size_t capacity;
    struct lka_chunk *full; /* those before it; of a settled part all */
    size_t full_count;
    size_t full_capacity;
    uint64_t total; /* bytes, spilled ones too */
    struct lka_stretch *stretches;
    size_t stretch_count;
    size_t stretch_capacity;
};

struct lka_parts {
    struct lka_part *items;
    size_t count;
    size_t budget; /* bytes */
    size_t held;   /* bytes of all chunks */
    size_t used;   /* of them */
    const char *directory;
    int file; /* -1: nothing was spilled */
    uint64_t spilled;
};

/* `directory` is borrowed; NULL: /tmp. */
lka_status lka_parts_init(struct lka_parts *parts, size_t count, size_t budget, const char *directory,
                          struct lka_error *error);
void lka_parts_release(struct lka_parts *parts); /* fine for one whose init failed, or {0} */

/* Room for an item of at most `need` bytes at the end of a part; then `length` bytes of it are taken. Another part's
 * room is gone by then. */
lka_status lka_parts_room(struct lka_parts *parts, size_t part, size_t need, char **room, struct lka_error *error);
/* The same where there is room already; NULL if not. */
static inline char *lka_parts_room_left(const struct lka_parts *parts, size_t number, size_t need)
{
    const struct lka_part *part = &parts->items[number];
    return part->capacity - part->used < need ? NULL : part->bytes + part->used;
}
static inline void lka_parts_take(struct lka_parts *parts, size_t number, size_t length)
{
    enum { LINE = 64 };
    struct lka_part *part = &parts->items[number];
    part->used += length;
    part->total += length;
    parts->used += length;
    if (part->used + LINE < part->capacity) {
        __builtin_prefetch(part->bytes + part->used + LINE, 1); /* many parts are filled in turn */
    }
}

/* Everything is filled: if anything was spilled, or `spilled` asks for it, all is, and no memory is held any more. */
lka_status lka_parts_settle(struct lka_parts *parts, bool spilled, struct lka_error *error);

/* Items of a settled part one after the other, through a window of the file. */
struct lka_parts_reader {
    const struct lka_parts *parts;
    const struct lka_part *part;
    size_t stretch; /* the one being read, or the chunk where nothing was spilled */
    uint64_t done;  /* bytes of the stretch that were read */
    struct lka_text window;
    size_t at;
};
static inline struct lka_parts_reader lka_parts_reader(const struct lka_parts *parts, size_t part)
{
    return (struct lka_parts_reader){.parts = parts, .part = &parts->items[part]};
}
void lka_parts_reader_release(struct lka_parts_reader *reader);
/* NULL at the end; valid until the next call. */
lka_status lka_parts_reader_next(struct lka_parts_reader *reader, const char **item, struct lka_error *error);

/* All bytes of a settled part: where they are, or what was spilled, read into the buffer. Behind its last byte is room
 * to read on as base/short_text.h has it, if whoever asked for room had so much to spare. */
struct lka_part_bytes {
    const struct lka_chunk *chunks;
    size_t count;
    struct lka_chunk whole;
    struct lka_text buffer;
};
lka_status lka_parts_load(const struct lka_parts *parts, size_t part, struct lka_part_bytes *loaded,
                          struct lka_error *error);
void lka_part_bytes_release(struct lka_part_bytes *loaded);

/* A long item's length stands behind its head. */
enum { LKA_ITEM_HEAD = sizeof(uint64_t), LKA_ITEM_LONG = 255, LKA_ITEM_LONG_HEAD = LKA_ITEM_HEAD + sizeof(uint32_t) };

static inline uint64_t lka_item_head(const char *item)
{
    uint64_t head;
    memcpy(&head, item, sizeof head);
    return head;
}

static inline bool lka_item_is_long(uint64_t head)
{
    return (head & LKA_ITEM_LONG) == LKA_ITEM_LONG;
}

static inline uint32_t lka_item_length(const char *item)
{
    uint64_t head = lka_item_head(item);
    if (!lka_item_is_long(head)) {
        return head & LKA_ITEM_LONG;
    }
    uint32_t length;
    memcpy(&length, item + LKA_ITEM_HEAD, sizeof length);
    return length;
}

#endif
