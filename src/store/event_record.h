/* store/event_record.h: one event packed for waiting, some 35 bytes of it: an item of store/parts.h.
 *
 *     uint32 length | uint16 flags | int64 time | contact | the fields that are not empty
 *
 * Bit f of the flags is set where field f (the order of LKA_EVENT_FIELDS) is not empty, the highest where the event
 * came from the archive. The contact is a varint of its length and its bytes; a field is a varint v and, where v is
 * even, v / 2 bytes; where it is odd, word number v / 2. Not a file format: it lives as long as the process.
 */
#ifndef LKA_STORE_EVENT_RECORD_H
#define LKA_STORE_EVENT_RECORD_H

#include "store/events.h"
#include "store/words.h"

/* The most that the record can take. */
size_t lka_record_bound(struct lka_span contact, const struct lka_event *event);

/* Texts that come again become words; `padded`: all texts are, as base/short_text.h has it. *length is what the record
 * took. */
lka_status lka_record_write(char *record, struct lka_words *words, struct lka_span contact,
                            const struct lka_event *event, bool padded, size_t *length, struct lka_error *error);

int64_t lka_record_time(const char *record);
struct lka_span lka_record_contact(const char *record);
/* The spans point into the record and into the words. */
void lka_record_read(const char *record, const struct lka_words *words, struct lka_event *event);

#endif
