#include "store/event_record.h"

#include "base/error.h"

#include <stddef.h>

enum { FLAGS_AT = 8, VARINT_MOST = 5, ARCHIVED = 1 << 15 };

const size_t lka_event_field_offsets[LKA_EVENT_FIELD_COUNT] = {
#define X(name) offsetof(struct lka_event, name),
    LKA_EVENT_FIELDS(X)
#undef X
};
/* Nearly every event has an amount or an id of its own, so that keeping them as words would only cost. */
static const bool repeats[] = {
#define X(name)                                                                    \
    [LKA_EVENT_FIELD_##name] = LKA_EVENT_FIELD_##name != LKA_EVENT_FIELD_amount && \
                               LKA_EVENT_FIELD_##name != LKA_EVENT_FIELD_event_id,
    LKA_EVENT_FIELDS(X)
#undef X
};

/* ---- varints: seven bits a byte, the lowest first (LEB128) -------------------------------------- */

static inline char *put_varint(char *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        *at++ = (char)(value | 0x80);
    }
    *at++ = (char)value;
    return at;
}

/* Whole words where what is behind the text may be read, and written over. */
static inline char *put_contact(char *at, struct lka_span text, bool padded)
{
    if (padded && text.length <= LKA_TEXT_PADDING) {
        memcpy(at, text.text, LKA_TEXT_PADDING);
        return at + text.length;
    }
    memcpy(at, text.text, text.length);
    return at + text.length;
}

static inline char *put_bytes(char *at, struct lka_span text)
{
    memcpy(at, text.text, text.length);
    return at + text.length;
}

/* ---- writing ---------------------------------------------------------------------------------- */

size_t lka_record_bound(struct lka_span contact, const struct lka_event *event)
{
    size_t bound = LKA_ITEM_LONG_HEAD + VARINT_MOST + contact.length + LKA_TEXT_PADDING;
#define X(name) bound += VARINT_MOST + event->name.length;
    LKA_EVENT_FIELDS(X)
#undef X
    return bound;
}

static inline lka_status put_field(char **at, struct lka_words *words, bool is_repeated, struct lka_span text,
                                   bool padded, struct lka_error *error)
{
    uint32_t number = LKA_NO_WORD;
    if (is_repeated) {
        LKA_TRY(lka_words_take(words, text, padded, &number, error));
    }
    *at = number == LKA_NO_WORD ? put_bytes(put_varint(*at, (uint64_t)text.length << 1), text)
                                : put_varint(*at, (uint64_t)number << 1 | 1);
    return LKA_OK;
}

lka_status lka_record_write(char *record, struct lka_words *words, struct lka_span contact,
                            const struct lka_event *event, bool padded, size_t *length, struct lka_error *error)
{
    char *start = record + LKA_ITEM_HEAD;
    char *at = put_contact(put_varint(start, contact.length), contact, padded);
    uint64_t flags = event->filled | (event->archived ? ARCHIVED : 0u);
    for (unsigned fields = event->filled; fields; fields &= fields - 1) {
        unsigned field = (unsigned)__builtin_ctz(fields);
        LKA_TRY(put_field(&at, words, repeats[field], *lka_event_text(event, field), padded, error));
    }
    *length = (size_t)(at - record);
    uint64_t shown = *length;
    if (*length >= LKA_ITEM_LONG) {
        *length += sizeof(uint32_t);
        if (*length > UINT32_MAX) {
            return lka_fail(error, LKA_DATA, "an event of %zu bytes; at most %u are allowed", *length, UINT32_MAX);
        }
        uint32_t written = (uint32_t)*length;
        memmove(start + sizeof written, start, (size_t)(at - start));
        memcpy(start, &written, sizeof written);
        shown = LKA_ITEM_LONG;
    }
    uint64_t head = shown | flags << FLAGS_AT | (uint64_t)(event->time - LKA_RECORD_FIRST_TIME) << LKA_RECORD_TIME_AT;
    memcpy(record, &head, sizeof head);
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* True if it is a word. */
static inline bool take_field(const char **at, const struct lka_words *words, struct lka_span *text)
{
    uint64_t value;
    *at = lka_record_varint(*at, &value);
    if (value & 1) {
        *text = lka_word(words, (uint32_t)(value >> 1));
        return true;
    }
    *text = (struct lka_span){*at, (uint32_t)(value >> 1)};
    *at += text->length;
    return false;
}

void lka_record_read(const char *record, const struct lka_words *words, struct lka_event *event)
{
    unsigned flags = lka_item_head(record) >> FLAGS_AT & UINT16_MAX;
    unsigned filled = flags & (ARCHIVED - 1);
    struct lka_span contact = lka_record_contact(record);
    const char *at = contact.text + contact.length;
    unsigned words_met = 0;
    for (unsigned stale = event->filled & ~filled; stale; stale &= stale - 1) {
        *lka_event_field(event, (unsigned)__builtin_ctz(stale)) = LKA_SPAN("");
    }
    for (unsigned fields = filled; fields; fields &= fields - 1) {
        unsigned field = (unsigned)__builtin_ctz(fields);
        words_met |= (unsigned)take_field(&at, words, lka_event_field(event, field)) << field;
    }
    event->time = lka_record_time(record);
    event->archived = flags & ARCHIVED;
    event->words = (uint16_t)words_met;
    event->filled = (uint16_t)filled;
}
