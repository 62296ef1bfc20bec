#include "store/shapes.h"

#include "base/error.h"

#include <stddef.h>

enum {
    FIRST_SLOTS = 256,
    MOST = 1 << 16,
    FIELD_BITS = 4,
    SHAPE_COST = sizeof(struct lka_shape) + 4 * sizeof(uint32_t),
};
_Static_assert(MOST + (2 << LKA_EVENT_FIELD_COUNT) <= 1 << LKA_SHAPE_BITS, "all that may be beyond the most");
_Static_assert(LKA_EVENT_FIELD_COUNT <= 1 << FIELD_BITS, "a field is so many bits");

const size_t lka_event_field_offsets[LKA_EVENT_FIELD_COUNT] = {
#define X(name) offsetof(struct lka_event, name),
    LKA_EVENT_FIELDS(X)
#undef X
};

/* Nearly every event has an amount or an id of its own, so that keeping them as words would only cost. */
const bool lka_event_field_repeats[LKA_EVENT_FIELD_COUNT] = {
#define X(name)                                                                    \
    [LKA_EVENT_FIELD_##name] = LKA_EVENT_FIELD_##name != LKA_EVENT_FIELD_amount && \
                               LKA_EVENT_FIELD_##name != LKA_EVENT_FIELD_event_id,
    LKA_EVENT_FIELDS(X)
#undef X
};

lka_status lka_shapes_init(struct lka_shapes *shapes, size_t memory, struct lka_error *error)
{
    *shapes = (struct lka_shapes){.words = {.limit = memory}};
    size_t most = memory / SHAPE_COST;
    shapes->most = most < MOST ? most : MOST;
    LKA_TRY(LKA_NEW(shapes->slots, FIRST_SLOTS, error));
    shapes->slot_count = FIRST_SLOTS;
    LKA_TRY(lka_reserve(&shapes->items, &shapes->capacity, 2, sizeof *shapes->items, error));
    for (; shapes->count < 2; shapes->count++) {
        shapes->items[shapes->count] = (struct lka_shape){.archived = shapes->count == 1};
    }
    return LKA_OK;
}

void lka_shapes_release(struct lka_shapes *shapes)
{
    lka_words_release(&shapes->words);
    lka_free(shapes->items);
    lka_free(shapes->slots);
    *shapes = (struct lka_shapes){0};
}

size_t lka_shapes_held(const struct lka_shapes *shapes)
{
    return shapes->words.held + shapes->count * SHAPE_COST;
}

/* ---- steps ------------------------------------------------------------------------------------ */

static size_t hash_of(uint32_t from, unsigned field, uint32_t word)
{
    uint64_t mixed = ((uint64_t)from << FIELD_BITS | field) * (uint64_t)LKA_SHORT_HASH_LOW +
                     word * (uint64_t)LKA_SHORT_HASH_HIGH;
    return (size_t)(mixed >> 32);
}

/* The slot of the shape that the step leads to, or the free one where it belongs. */
static uint32_t *slot_of(const struct lka_shapes *shapes, uint32_t from, unsigned field, uint32_t word)
{
    size_t mask = shapes->slot_count - 1;
    for (size_t at = hash_of(from, field, word) & mask;; at = (at + 1) & mask) {
        const struct lka_shape *shape = &shapes->items[shapes->slots[at]];
        if (shapes->slots[at] == 0 || (shape->before == from && shape->field == field && shape->word == word)) {
            return &shapes->slots[at];
        }
    }
}

static lka_status widen(struct lka_shapes *shapes, struct lka_error *error)
{
    uint32_t *wider;
    LKA_TRY(LKA_NEW(wider, 2 * shapes->slot_count, error));
    lka_free(shapes->slots);
    shapes->slots = wider;
    shapes->slot_count *= 2;
    for (size_t i = 2; i < shapes->count; i++) {
        const struct lka_shape *shape = &shapes->items[i];
        *slot_of(shapes, shape->before, shape->field, shape->word) = (uint32_t)i;
    }
    return LKA_OK;
}

static lka_status add(struct lka_shapes *shapes, uint32_t from, unsigned field, uint32_t word, struct lka_error *error)
{
    if (2 * shapes->count >= shapes->slot_count) {
        LKA_TRY(widen(shapes, error));
    }
    LKA_TRY(lka_reserve(&shapes->items, &shapes->capacity, shapes->count + 1, sizeof *shapes->items, error));
    const struct lka_shape *before = &shapes->items[from];
    unsigned bit = 1U << field;
    shapes->items[shapes->count] = (struct lka_shape){
        .before = from,
        .word = word,
        .filled = (uint16_t)(before->filled | bit),
        .own = (uint16_t)(before->own | (word == LKA_NO_WORD ? bit : 0)),
        .field = (uint8_t)field,
        .archived = before->archived,
    };
    shapes->filled |= bit;
    *slot_of(shapes, from, field, word) = (uint32_t)shapes->count++;
    return LKA_OK;
}

/* *to is 0 where there is no room for a further shape. */
static lka_status walk(struct lka_shapes *shapes, uint32_t from, unsigned field, uint32_t word, size_t most,
                       uint32_t *to, struct lka_error *error)
{
    *to = *slot_of(shapes, from, field, word);
    if (*to == 0 && shapes->count < most) {
        LKA_TRY(add(shapes, from, field, word, error));
        *to = (uint32_t)shapes->count - 1;
    }
    return LKA_OK;
}

static lka_status step(struct lka_shapes *shapes, uint32_t from, unsigned field, struct lka_span text, uint32_t *to,
                       struct lka_error *error)
{
    uint32_t word = LKA_NO_WORD;
    LKA_TRY(lka_event_field_repeats[field] ? lka_words_add(&shapes->words, text, &word, error) : LKA_OK);
    return walk(shapes, from, field, word, shapes->most, to, error);
}

/* All fields are the event's own. */
static lka_status take_bare(struct lka_shapes *shapes, const struct lka_event *event, uint32_t *shape,
                            struct lka_error *error)
{
    *shape = event->archived;
    for (unsigned fields = event->filled; fields; fields &= fields - 1) {
        unsigned field = (unsigned)__builtin_ctz(fields);
        LKA_TRY(walk(shapes, *shape, field, LKA_NO_WORD, SIZE_MAX, shape, error));
    }
    return LKA_OK;
}

lka_status lka_shapes_take(struct lka_shapes *shapes, const struct lka_event *event, uint32_t *shape,
                           struct lka_error *error)
{
    *shape = event->archived;
    for (unsigned fields = event->filled; fields; fields &= fields - 1) {
        unsigned field = (unsigned)__builtin_ctz(fields);
        LKA_TRY(step(shapes, *shape, field, *lka_event_text(event, field), shape, error));
        if (*shape == 0) {
            return take_bare(shapes, event, shape, error);
        }
    }
    return LKA_OK;
}

/* ---- reading ---------------------------------------------------------------------------------- */

void lka_shape_read(const struct lka_shapes *shapes, uint32_t number, struct lka_event *event)
{
    const struct lka_shape *shape = &shapes->items[number];
    for (unsigned stale = event->filled & ~(unsigned)shape->filled; stale; stale &= stale - 1) {
        *lka_event_field(event, (unsigned)__builtin_ctz(stale)) = LKA_SPAN("");
    }
    event->filled = shape->filled;
    event->words = (uint16_t)(shape->filled & ~(unsigned)shape->own);
    event->archived = shape->archived;
    for (; number > 1; number = shape->before) {
        shape = &shapes->items[number];
        if (shape->word != LKA_NO_WORD) {
            *lka_event_field(event, shape->field) = lka_word(&shapes->words, shape->word);
        }
    }
}
