/* Most rows are like one that came shortly before, but for contact and time: the texts that come again and again (type,
 * channel, campaign ...) are looked for all at once, among those of recent rows, and the shape is then known. So is that
 * these texts are allowed ones. What is new, long, or odd goes the long way: through struct lka_event. */
#include "store/event_rows.h"

#include "base/error.h"
#include "base/hash.h"
#include "store/event_columns.h"
#include "store/event_part.h"

enum { RECENT_BITS = 10, RECENT = 1 << RECENT_BITS, LENGTH_BITS = 5, LONG = (1 << LENGTH_BITS) - 1 };
_Static_assert(LENGTH_BITS *LKA_EVENT_FIELD_COUNT <= 64, "the lengths of all fields are one number");

enum {
#define X(name) BIT_##name = 1 << LKA_EVENT_FIELD_##name,
    LKA_EVENT_FIELDS(X)
#undef X
};

/* A row's fields. Of a text of more than LKA_SHORT_TEXT bytes its hash stands for it, and of one that hardly comes
 * twice (struct lka_shapes), that it is there. */
struct key {
    uint64_t lengths;
    struct lka_short_text texts[LKA_EVENT_FIELD_COUNT];
};

struct recent {
    struct key key;
    uint32_t shape;
    bool known;
    bool is_long; /* some text of it is */
};

struct reading {
    const struct lka_event_rows *to;
    struct lka_source *source;
    struct lka_event_columns columns;
    bool repeats[LKA_EVENT_FIELD_COUNT]; /* of columns.fields: lka_event_field_repeats */
    struct lka_rows rows;
    struct lka_event event;   /* of the row */
    struct lka_error problem; /* of the last row that was no event */
    struct recent *recent;
};

/* ---- records ---------------------------------------------------------------------------------- */

static lka_status keep(struct reading *reading, struct lka_span contact, uint32_t shape, struct lka_error *error)
{
    struct lka_parts *parts = reading->to->parts;
    size_t way = lka_event_way(lka_event_contact_hash(contact), 0);
    char *room;
    size_t length = 0;
    unsigned own = reading->to->shapes->items[shape].own;
    LKA_TRY(lka_parts_room(parts, way, lka_record_bound(contact, &reading->event, own), &room, error));
    LKA_TRY(lka_record_write(room, reading->to->shapes, shape, contact, &reading->event, reading->rows.padded, &length,
                             error));
    lka_parts_take(parts, way, length);
    return LKA_OK;
}

/* Of a row all of which the shape says. */
static inline lka_status keep_bare(struct reading *reading, struct lka_span contact, uint32_t shape, int64_t time,
                                   struct lka_error *error)
{
    struct lka_parts *parts = reading->to->parts;
    size_t way = lka_event_way(lka_event_contact_hash(contact), 0);
    char *room = lka_parts_room_left(parts, way, LKA_BARE_RECORD);
    if (!room) {
        LKA_TRY(lka_parts_room(parts, way, LKA_BARE_RECORD, &room, error));
    }
    lka_parts_take(parts, way, lka_record_write_bare(room, shape, contact, time));
    return LKA_OK;
}

/* ---- recent rows ------------------------------------------------------------------------------ */

static inline void put_text(struct key *key, size_t place, struct lka_span text)
{
    uint64_t length = text.length;
    if (length <= LKA_SHORT_TEXT) {
        key->texts[place] = lka_short_padded(text);
    } else {
        key->texts[place] = (struct lka_short_text){lka_hash(0, text), length};
        length = LONG;
    }
    key->lengths |= length << place * LENGTH_BITS;
}

/* The place among the recent ones where a row of these texts would be. */
static inline struct recent *look(const struct reading *reading, size_t row, struct key *key)
{
    uint64_t hash = 0;
    key->lengths = 0;
    for (size_t i = 0; i < reading->columns.field_count; i++) {
        struct lka_span text = lka_cell(&reading->rows, reading->columns.fields[i].cell, row);
        text.length = reading->repeats[i] ? text.length : text.length > 0;
        text.text = reading->repeats[i] ? text.text : "1234567890123456";
        put_text(key, i, text);
        hash = (hash << 17 | hash >> 47) + lka_short_hash(key->texts[i]);
    }
    return &reading->recent[hash >> (64 - RECENT_BITS)];
}

static inline bool is_same(const struct reading *reading, const struct recent *recent, const struct key *key)
{
    if (recent->key.lengths != key->lengths || !recent->known) {
        return false;
    }
    for (size_t i = 0; i < reading->columns.field_count; i++) {
        if (!lka_short_equal(recent->key.texts[i], key->texts[i])) {
            return false;
        }
    }
    return true;
}

/* Of long texts the hashes are the same: so are the texts, if they are the shape's words. */
static bool are_words(const struct reading *reading, uint32_t shape, size_t row)
{
    struct lka_event said;
    lka_event_clear(&said);
    lka_shape_read(reading->to->shapes, shape, &said);
    for (size_t i = 0; i < reading->columns.field_count; i++) {
        struct lka_span text = lka_cell(&reading->rows, reading->columns.fields[i].cell, row);
        if (reading->repeats[i] && !lka_span_equal(*lka_event_text(&said, reading->columns.fields[i].field), text)) {
            return false;
        }
    }
    return true;
}

/* Where a text that comes again and again has no word, the shape does not say that it is allowed. */
static void remember(const struct reading *reading, struct recent *recent, const struct key *key, uint32_t shape)
{
    enum { HARDLY_TWICE = BIT_amount | BIT_event_id };
    if (reading->to->shapes->items[shape].own & ~(unsigned)HARDLY_TWICE) {
        return;
    }
    *recent = (struct recent){.key = *key, .shape = shape, .known = true};
    for (size_t i = 0; i < reading->columns.field_count; i++) {
        recent->is_long |= (key->lengths >> i * LENGTH_BITS & LONG) == LONG;
    }
}

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status keep_new(struct reading *reading, size_t row, struct recent *recent, const struct key *key,
                           struct lka_error *error)
{
    struct lka_span contact;
    uint32_t shape;
    if (lka_event_columns_read(&reading->columns, &reading->rows, row, &contact, &reading->event, &reading->problem) !=
        LKA_OK) {
        return lka_source_reject(reading->source, &reading->rows, row, &reading->problem, error);
    }
    LKA_TRY(lka_shapes_take(reading->to->shapes, &reading->event, &shape, error));
    if (recent) {
        remember(reading, recent, key, shape);
    }
    return keep(reading, contact, shape, error);
}

/* False if the amount is none. */
static bool take_own(struct reading *reading, size_t row, unsigned own)
{
    bool good = true;
    for (size_t i = 0; i < reading->columns.field_count; i++) {
        size_t field = reading->columns.fields[i].field;
        if (own >> field & 1) {
            struct lka_span text = lka_cell(&reading->rows, reading->columns.fields[i].cell, row);
            *lka_event_field(&reading->event, field) = text;
            good = good && (field != LKA_EVENT_FIELD_amount || lka_event_amount_is_good(text));
        }
    }
    return good;
}

static inline lka_status keep_row(struct reading *reading, size_t row, struct lka_error *error)
{
    struct key key;
    struct recent *recent = look(reading, row, &key);
    struct lka_span contact = lka_cell(&reading->rows, (size_t)reading->columns.cells[LKA_EVENT_CONTACT], row);
    struct lka_span text = lka_cell(&reading->rows, (size_t)reading->columns.cells[LKA_EVENT_TIME], row);
    bool usual = is_same(reading, recent, &key) && contact.length - 1 < LKA_TEXT_PADDING &&
                 lka_event_time_today(&reading->columns.day, text, &reading->event.time);
    if (!usual || (recent->is_long && !are_words(reading, recent->shape, row))) {
        return keep_new(reading, row, recent, &key, error);
    }
    unsigned own = reading->to->shapes->items[recent->shape].own;
    if (own == 0) {
        return keep_bare(reading, contact, recent->shape, reading->event.time, error);
    }
    return take_own(reading, row, own) ? keep(reading, contact, recent->shape, error)
                                       : keep_new(reading, row, recent, &key, error);
}

static lka_status keep_rows(struct reading *reading, struct lka_error *error)
{
    for (size_t row = 0; row < reading->rows.count; row++) {
        LKA_TRY(reading->rows.padded ? keep_row(reading, row, error) : keep_new(reading, row, NULL, NULL, error));
    }
    return LKA_OK;
}

static lka_status read_rows(struct reading *reading, struct lka_error *error)
{
    const char *step = reading->to->archived ? "archive" : "events";
    for (;;) {
        LKA_TRY(lka_source_next(reading->source, &reading->rows, error));
        if (reading->rows.count == 0) {
            return LKA_OK;
        }
        LKA_TRY(keep_rows(reading, error));
        LKA_TRY(lka_source_step(reading->source, step, reading->to->session, error));
    }
}

lka_status lka_event_rows_read(const struct lka_event_rows *events, struct lka_source *source, struct lka_error *error)
{
    struct reading reading = {.to = events, .source = source};
    lka_event_clear(&reading.event);
    reading.event.archived = events->archived;
    struct lka_event_columns *columns = &reading.columns;
    LKA_TRY(lka_event_columns_find(columns, lka_source_schema(source), events->roles, lka_source_name(source), error));
    LKA_TRY(lka_source_select(source, columns->selected, columns->count, error));
    for (size_t i = 0; i < columns->field_count; i++) {
        reading.repeats[i] = lka_event_field_repeats[columns->fields[i].field];
    }
    LKA_TRY(LKA_NEW(reading.recent, RECENT, error));
    lka_status status = lka_rows_init(&reading.rows, columns->count, LKA_BLOCK_ROWS, error);
    status = status == LKA_OK ? read_rows(&reading, error) : status;
    lka_rows_release(&reading.rows);
    lka_free(reading.recent);
    return status;
}
