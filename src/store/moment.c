#include "store/moment.h"

#include "base/error.h"

enum { VARINT_MOST = 5 };

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

size_t lka_record_bound(struct lka_span contact, const struct lka_event *event, unsigned own)
{
    size_t bound = LKA_ITEM_LONG_HEAD + VARINT_MOST + contact.length + LKA_TEXT_PADDING;
    for (; own; own &= own - 1) {
        bound += VARINT_MOST + lka_event_text(event, (unsigned)__builtin_ctz(own))->length;
    }
    return bound;
}

/* An amount hardly comes twice; what else is here has no word, or a shape without room for it. */
static lka_status put_field(char **at, struct lka_words *words, unsigned field, struct lka_span text,
                            struct lka_error *error)
{
    uint32_t number = LKA_NO_WORD;
    if (lka_event_field_repeats[field]) {
        LKA_TRY(lka_words_add(words, text, &number, error));
    }
    *at = number == LKA_NO_WORD ? put_bytes(put_varint(*at, (uint64_t)text.length << 1), text)
                                : put_varint(*at, (uint64_t)number << 1 | 1);
    return LKA_OK;
}

static lka_status put_long(char *record, size_t *length, struct lka_error *error)
{
    char *start = record + LKA_ITEM_HEAD;
    size_t behind = *length - LKA_ITEM_HEAD;
    *length += sizeof(uint32_t);
    if (*length > UINT32_MAX) {
        return lka_fail(error, LKA_DATA, "an event of %zu bytes; at most %u are allowed", *length, UINT32_MAX);
    }
    uint32_t written = (uint32_t)*length;
    memmove(start + sizeof written, start, behind);
    memcpy(start, &written, sizeof written);
    return LKA_OK;
}

lka_status lka_record_write(char *record, struct lka_shapes *shapes, uint32_t shape, struct lka_span contact,
                            const struct lka_event *event, bool padded, size_t *length, struct lka_error *error)
{
    char *at = put_contact(put_varint(record + LKA_ITEM_HEAD, contact.length), contact, padded);
    for (unsigned own = shapes->items[shape].own; own; own &= own - 1) {
        unsigned field = (unsigned)__builtin_ctz(own);
        LKA_TRY(put_field(&at, &shapes->words, field, *lka_event_text(event, field), error));
    }
    *length = (size_t)(at - record);
    bool is_long = *length >= LKA_ITEM_LONG;
    LKA_TRY(is_long ? put_long(record, length, error) : LKA_OK);
    uint64_t time = (uint64_t)(event->time - LKA_MOMENT_FIRST_TIME);
    uint64_t head = (is_long ? (uint64_t)LKA_ITEM_LONG : *length) | (uint64_t)shape << LKA_MOMENT_SHAPE_AT |
                    time << LKA_MOMENT_TIME_AT;
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

void lka_event_read(const struct lka_moment *moment, const struct lka_shapes *shapes, struct lka_event *event)
{
    uint32_t shape = lka_moment_shape(moment);
    lka_shape_read(shapes, shape, event);
    event->time = lka_moment_time(moment);
    unsigned own = shapes->items[shape].own;
    if (own == 0) {
        return;
    }
    struct lka_span contact = lka_record_contact(moment->record);
    const char *at = contact.text + contact.length;
    unsigned words = event->words;
    for (; own; own &= own - 1) {
        unsigned field = (unsigned)__builtin_ctz(own);
        words |= (unsigned)take_field(&at, &shapes->words, lka_event_field(event, field)) << field;
    }
    event->words = (uint16_t)words;
}
