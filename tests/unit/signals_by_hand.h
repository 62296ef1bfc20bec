/* tests/unit/signals_by_hand.h: events of one contact, written down one by one, and what the stage makes of them. */
#ifndef LKA_TESTS_SIGNALS_BY_HAND_H
#define LKA_TESTS_SIGNALS_BY_HAND_H

#include "base/data.h"
#include "base/date.h"
#include "lifecycle/machines.h"
#include "lifecycle/profile.h"

#include <check.h>
#include <stdlib.h>

enum { EVENTS_MAX = 400 };

static struct lka_event hand_events[EVENTS_MAX];
static size_t hand_count;
static struct lka_shapes hand_shapes;
static struct lka_lexicon hand_lexicon;
static struct lka_patterns hand_agents;
static struct lka_signals hand_signals;
static const struct lka_machine_rules hand_rules = {.scanner_seconds = 15, .prefetch_seconds = 900, .rate = 12};

static inline void hand_setup(void)
{
    static const char *const kinds[] = {"prefetch", "scanner", "bot"};
    hand_count = 0;
    hand_signals = (struct lka_signals){0};
    ck_assert_int_eq(lka_lexicon_init(&hand_lexicon, NULL), LKA_OK);
    ck_assert_int_eq(lka_shapes_init(&hand_shapes, 1 << 20, NULL), LKA_OK);
    ck_assert_int_eq(lka_patterns_read(&hand_agents, NULL, "data/machines.yaml", lka_data_machines_yaml,
                                       lka_data_machines_yaml_size, kinds, 3, NULL),
                     LKA_OK);
}

static inline void hand_teardown(void)
{
    lka_signals_release(&hand_signals);
    lka_shapes_release(&hand_shapes);
    lka_lexicon_release(&hand_lexicon);
    lka_patterns_release(&hand_agents);
}

static inline int64_t at(const char *time)
{
    int64_t seconds = 0;
    ck_assert_msg(lka_parse_time(lka_span_of(time), &seconds), "%s is no time", time);
    return seconds;
}

/* The next event; the caller may set more of it. Call in the order of time. */
static inline struct lka_event *event(int64_t time, const char *type, const char *channel, const char *campaign)
{
    ck_assert_uint_lt(hand_count, EVENTS_MAX);
    struct lka_event *made = &hand_events[hand_count++];
    *made = (struct lka_event){
        .time = time, .type = lka_span_of(type), .channel = lka_span_of(channel), .campaign = lka_span_of(campaign)};
    return made;
}

static inline struct lka_moment packed(struct lka_event *event, char *room)
{
    uint32_t shape;
    size_t length;
    for (size_t field = 0; field < LKA_EVENT_FIELD_COUNT; field++) {
        bool filled = lka_event_text(event, field)->length > 0;
        event->filled = (uint16_t)(event->filled | filled << field);
    }
    ck_assert_int_eq(lka_shapes_take(&hand_shapes, event, &shape, NULL), LKA_OK);
    ck_assert_int_eq(lka_record_write(room, &hand_shapes, shape, LKA_SPAN("c"), event, false, &length, NULL), LKA_OK);
    return lka_moment_of(room);
}

/* Reads and marks what was written down; true if opens are hidden at the end. */
static inline bool mark(void)
{
    enum { LONGEST = 256 };
    static char records[EVENTS_MAX][LONGEST];
    struct lka_moment moments[EVENTS_MAX];
    for (size_t i = 0; i < hand_count; i++) {
        moments[i] = packed(&hand_events[i], records[i]);
    }
    struct lka_event_group group = {
        .contact = LKA_SPAN("c"), .moments = moments, .count = hand_count, .shapes = &hand_shapes};
    ck_assert_int_eq(lka_signals_read(&hand_signals, &hand_lexicon, &hand_agents, &group, NULL), LKA_OK);
    return lka_machines_mark(&hand_rules, &hand_signals);
}

#endif
