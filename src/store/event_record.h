/* store/event_record.h: one event packed for waiting, some 20 bytes of it: an item of store/parts.h.
 *
 *     length (8 bits) | flags (16) | time (40): one uint64   |  uint32 length, of a long one  |  contact  |  fields
 *
 * Bit f of the flags is set where field f (the order of LKA_EVENT_FIELDS) is not empty, and stands here; the highest where
 * the event came from the archive. The time is seconds since the year 1. The contact is a varint of its length and its
 * bytes; a field is a varint v and, where v is even, v / 2 bytes; where it is odd, word number v / 2. Not a file format:
 * it lives as long as the process.
 */
#ifndef LKA_STORE_EVENT_RECORD_H
#define LKA_STORE_EVENT_RECORD_H

#include "store/events.h"
#include "store/parts.h"
#include "store/words.h"

enum { LKA_RECORD_TIME_AT = 24 };
#define LKA_RECORD_FIRST_TIME (-62135596800) /* 0001-01-01 */

/* The most that the record can take, and what may be written behind it. */
size_t lka_record_bound(struct lka_span contact, const struct lka_event *event);

/* Texts that come again become words; `padded`: all texts are, as base/short_text.h has it. *length is what the record
 * took. */
lka_status lka_record_write(char *record, struct lka_words *words, struct lka_span contact,
                            const struct lka_event *event, bool padded, size_t *length, struct lka_error *error);

static inline const char *lka_record_varint(const char *at, uint64_t *value)
{
    *value = (unsigned char)*at & 0x7F;
    for (unsigned shift = 7; (unsigned char)*at++ & 0x80; shift += 7) {
        *value |= (uint64_t)((unsigned char)*at & 0x7F) << shift;
    }
    return at;
}

static inline int64_t lka_record_time(const char *record)
{
    return (int64_t)(lka_item_head(record) >> LKA_RECORD_TIME_AT) + LKA_RECORD_FIRST_TIME;
}

static inline struct lka_span lka_record_contact(const char *record)
{
    uint64_t length;
    bool is_long = lka_item_is_long(lka_item_head(record));
    const char *text = lka_record_varint(record + (is_long ? LKA_ITEM_LONG_HEAD : LKA_ITEM_HEAD), &length);
    return (struct lka_span){text, (uint32_t)length};
}

/* The spans point into the record and into the words. `event` was cleared, or read, before. */
void lka_record_read(const char *record, const struct lka_words *words, struct lka_event *event);

#endif
