/* store/event.h: one event, all of its fields as texts. */
#ifndef LKA_STORE_EVENT_H
#define LKA_STORE_EVENT_H

#include "base/text.h"

/* The columns of the events table, by their canonical names (specs: docs/lifecycle.md). An absent one is empty. */
#define LKA_EVENT_FIELDS(X) \
    X(type)                 \
    X(channel)              \
    X(campaign) X(topic) X(amount) X(currency) X(user_agent) X(machine) X(event_id) X(reason) X(brand) X(consideration)

struct lka_event {
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
#define X(name) struct lka_span name;
    LKA_EVENT_FIELDS(X)
#undef X
    bool archived;  /* it came from the archive; else from a table */
    uint16_t words; /* a bit a field, in their order: the same text has the same address in every event of the source */
    uint16_t filled; /* a bit a field: it is not empty */
};

enum lka_event_field {
#define X(name) LKA_EVENT_FIELD_##name,
    LKA_EVENT_FIELDS(X)
#undef X
        LKA_EVENT_FIELD_COUNT
};
extern const size_t lka_event_field_offsets[LKA_EVENT_FIELD_COUNT];
extern const bool lka_event_field_repeats[LKA_EVENT_FIELD_COUNT]; /* do its texts come again and again? */

/* No field, no time. */
static inline void lka_event_clear(struct lka_event *event)
{
#define X(name) event->name = LKA_SPAN("");
    LKA_EVENT_FIELDS(X)
#undef X
    event->time = 0;
    event->archived = false;
    event->words = 0;
    event->filled = 0;
}

static inline struct lka_span *lka_event_field(struct lka_event *event, size_t field)
{
    return (struct lka_span *)(void *)((char *)event + lka_event_field_offsets[field]);
}

static inline const struct lka_span *lka_event_text(const struct lka_event *event, size_t field)
{
    return (const struct lka_span *)(const void *)((const char *)event + lka_event_field_offsets[field]);
}

#endif
