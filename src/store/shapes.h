/* store/shapes.h: what events have in common. Each distinct combination of texts that come again and again (type,
 * channel, campaign, topic, user agent ...) is one small number, so that whatever follows from them is found once.
 *
 *     (no field) ── type send ── channel email ── campaign m101 ── topic games      a shape is a path from the root,
 *         │              └────── channel sms                                        field by field in their order;
 *         └──────── type purchase ── channel web ── amount: the event's own         a field that is empty is left out
 *
 * What hardly comes twice (an amount, an id, a text for which the words have no room) is the event's own, and only that
 * it is there belongs to the shape. The number of shapes is bounded: beyond it all fields are the event's own.
 */
#ifndef LKA_STORE_SHAPES_H
#define LKA_STORE_SHAPES_H

#include "base/short_text.h"
#include "store/event.h"
#include "store/words.h"

enum { LKA_SHAPE_BITS = 17 };

struct lka_shape {
    uint32_t before; /* the shape without its last field */
    uint32_t word;   /* of that field; LKA_NO_WORD: it is the event's own */
    uint16_t filled; /* a bit a field: it is not empty */
    uint16_t own;    /* of these: it is the event's own */
    uint8_t field;   /* the last one */
    bool archived;   /* of events that came from the archive */
};

struct lka_shapes {
    struct lka_words words;
    struct lka_shape *items; /* the first two have no field */
    size_t count;
    size_t capacity;
    size_t most;
    uint32_t *slots; /* by last step: a shape, or 0 */
    size_t slot_count;
    unsigned filled; /* of all shapes */
};

/* `memory`: bytes that words, and as many that shapes, may take. */
lka_status lka_shapes_init(struct lka_shapes *shapes, size_t memory, struct lka_error *error);
void lka_shapes_release(struct lka_shapes *shapes); /* {0} is fine */
size_t lka_shapes_held(const struct lka_shapes *shapes);

/* The shape of an event, a new one if it is the first. */
lka_status lka_shapes_take(struct lka_shapes *shapes, const struct lka_event *event, uint32_t *shape,
                           struct lka_error *error);

/* The fields that the shape says. `event` was cleared, or read, before. */
void lka_shape_read(const struct lka_shapes *shapes, uint32_t shape, struct lka_event *event);

#endif
