/* store/moment.h: one event packed, some 18 bytes of it: an item of store/parts.h.
 *
 *     length (8 bits) | shape (17) | time (39): one uint64   |  uint32 length, of a long one  |  contact  |  fields
 *
 * The time is seconds since the year 1, the shape that of store/shapes.h. The contact is a varint of its length and its
 * bytes. Of the fields those stand here that are the event's own, in their order: a varint v and, where v is even, v / 2
 * bytes; where it is odd, word number v / 2. Not a file format: it lives as long as the process.
 */
#ifndef LKA_STORE_MOMENT_H
#define LKA_STORE_MOMENT_H

#include "store/parts.h"
#include "store/shapes.h"

/* An event in the order of its contact's. The head is the record's. */
struct lka_moment {
    uint64_t head;
    const char *record;
};

enum { LKA_MOMENT_SHAPE_AT = 8, LKA_MOMENT_TIME_AT = LKA_MOMENT_SHAPE_AT + LKA_SHAPE_BITS };
#define LKA_MOMENT_FIRST_TIME (-62135596800) /* 0001-01-01 */

static inline int64_t lka_moment_time(const struct lka_moment *moment)
{
    return (int64_t)(moment->head >> LKA_MOMENT_TIME_AT) + LKA_MOMENT_FIRST_TIME;
}

static inline uint32_t lka_moment_shape(const struct lka_moment *moment)
{
    return (uint32_t)(moment->head >> LKA_MOMENT_SHAPE_AT) & ((1U << LKA_SHAPE_BITS) - 1);
}

/* All of it. The spans point into the record and into the words. `event` was cleared, or read, before. */
void lka_event_read(const struct lka_moment *moment, const struct lka_shapes *shapes, struct lka_event *event);

static inline struct lka_moment lka_moment_of(const char *record)
{
    return (struct lka_moment){lka_item_head(record), record};
}

/* The most that a record can take, and what may be written behind it. `own`: fields that are the event's own. */
size_t lka_record_bound(struct lka_span contact, const struct lka_event *event, unsigned own);

/* `padded`: the contact is, as base/short_text.h has it. *length is what the record took. */
lka_status lka_record_write(char *record, struct lka_shapes *shapes, uint32_t shape, struct lka_span contact,
                            const struct lka_event *event, bool padded, size_t *length, struct lka_error *error);

/* The same of an event all of which its shape says, and whose contact is padded and at most LKA_TEXT_PADDING bytes. What
 * it took; up to LKA_BARE_RECORD bytes are written. */
enum { LKA_BARE_RECORD = LKA_ITEM_HEAD + 1 + LKA_TEXT_PADDING };
static inline size_t lka_record_write_bare(char *record, uint32_t shape, struct lka_span contact, int64_t time)
{
    uint64_t length = LKA_ITEM_HEAD + 1 + contact.length;
    uint64_t head = length | (uint64_t)shape << LKA_MOMENT_SHAPE_AT |
                    (uint64_t)(time - LKA_MOMENT_FIRST_TIME) << LKA_MOMENT_TIME_AT;
    memcpy(record, &head, sizeof head);
    record[LKA_ITEM_HEAD] = (char)contact.length;
    memcpy(record + LKA_ITEM_HEAD + 1, contact.text, LKA_TEXT_PADDING);
    return length;
}

static inline const char *lka_record_varint(const char *at, uint64_t *value)
{
    *value = (unsigned char)*at & 0x7F;
    for (unsigned shift = 7; (unsigned char)*at++ & 0x80; shift += 7) {
        *value |= (uint64_t)((unsigned char)*at & 0x7F) << shift;
    }
    return at;
}

/* Padded. */
static inline struct lka_span lka_record_contact(const char *record)
{
    uint64_t length;
    bool is_long = lka_item_is_long(lka_item_head(record));
    const char *text = lka_record_varint(record + (is_long ? LKA_ITEM_LONG_HEAD : LKA_ITEM_HEAD), &length);
    return (struct lka_span){text, (uint32_t)length};
}

#endif
