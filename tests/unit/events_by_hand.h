/* tests/unit/events_by_hand.h: events as text, in and out. */
#ifndef LKA_TESTS_EVENTS_BY_HAND_H
#define LKA_TESTS_EVENTS_BY_HAND_H

#include "base/date.h"
#include "store/events.h"

#include "by_hand.h"
#include "files_by_hand.h"

static struct lka_error error;

#define NO_END INT64_MAX

/* Opens the tables with small settings of its own; NULL if it fails. */
static inline struct lka_events *open_tables(const char *const *paths, size_t count, struct lka_workspace *workspace,
                                             struct lka_events_options options)
{
    options.paths = paths;
    options.path_count = count;
    options.until = options.until ? options.until : NO_END;
    options.temporary = folder;
    options.memory = options.memory ? options.memory : (uint64_t)512 << 20;
    error = (struct lka_error){0};
    struct lka_events *events = NULL;
    lka_status status = lka_events_open(&options, workspace, NULL, &events, &error);
    ck_assert_msg((status == LKA_OK) == (events != NULL), "%s", error.message);
    return events;
}

static inline struct lka_events *open_table(const char *text, struct lka_events_options options)
{
    const char *path = write_file("events.csv", text);
    return open_tables(&path, 1, NULL, options);
}

static inline void append_event(struct lka_text *text, const struct lka_event *event)
{
    char day[16];
    lka_format_date(event->time >= 0 ? event->time / 86400 : -1, day);
    lka_text_format(text, " %s+%d", day, (int)(event->time % 86400));
#define X(name)                                                                              \
    if (event->name.length > 0) {                                                            \
        lka_text_format(text, " %s=%.*s", #name, (int)event->name.length, event->name.text); \
    }
    LKA_EVENT_FIELDS(X)
#undef X
    lka_text_string(text, "\n");
}

/* Every contact's events from here to the end; until the next but one call. */
static inline const char *transcript_of(struct lka_events *events)
{
    static struct lka_text texts[2];
    static unsigned next;
    struct lka_text *text = &texts[next++ % 2];
    lka_text_clear(text);
    lka_text_string(text, "");
    for (;;) {
        struct lka_event_group group;
        ck_assert_msg(lka_events_next(events, &group, &error) == LKA_OK, "%s", error.message);
        if (group.count == 0) {
            break;
        }
        lka_text_format(text, "%.*s\n", (int)group.contact.length, group.contact.text);
        struct lka_event event;
        lka_event_clear(&event);
        for (size_t i = 0; i < group.count; i++) {
            lka_event_read(&group.moments[i], group.shapes, &event);
            append_event(text, &event);
        }
    }
    ck_assert(!text->failed);
    return text->bytes;
}

/* The transcript of a table. */
static inline const char *read_table(const char *text, struct lka_events_options options)
{
    struct lka_events *events = open_table(text, options);
    ck_assert_msg(events != NULL, "%s", error.message);
    const char *transcript = transcript_of(events);
    lka_events_close(events);
    return transcript;
}

#endif
