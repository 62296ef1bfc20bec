/* store/events.h: what contacts did: every event of the given tables and of the workspace's archive, each once, contact
 * by contact and in time order within a contact.
 *
 *     events.csv ...  ─┐
 *                      ├─ partitioned by a hash of the contact, spilled beyond the memory allowed ─ dealt ─► groups
 *     archive ─────────┘
 *
 * An event's key is event_id if the source has one, else contact, time, type, channel, campaign, topic, amount: exact
 * repeats are one event, counted as duplicates. The archive outlives the 90 or 180 days that source systems keep:
 * events it lacks are added as new immutable monthly segments (events/2024-03-<n>.csv.zst, sorted), published in the
 * stage's transaction, so that it grows by what is new alone.
 */
#ifndef LKA_STORE_EVENTS_H
#define LKA_STORE_EVENTS_H

#include "store/workspace.h"

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

struct lka_event_group {
    struct lka_span contact;
    const struct lka_event *events; /* by time, then by key */
    size_t count;
};

struct lka_events_options {
    const char *const *paths; /* the events tables; none is fine with a workspace */
    size_t path_count;
    const struct lka_list *roles; /* --role: NAME=time names the timestamp ...; may be NULL */
    int64_t until;                /* events at or after this time are left out, and counted */
    uint64_t memory;              /* bytes for what is in work; 0: 512 MiB */
    uint64_t max_bad_rows;        /* impossible times, rows without contact or type ... */
    const char *rejected;         /* where they go; NULL: the first stops the work */
    const char *separator;
    size_t max_field;
    const char *temporary; /* for spills; NULL: /tmp */
    size_t threads;
};

struct lka_events_counts {
    uint64_t read;     /* rows of the tables */
    uint64_t rejected; /* of them, and of those that the CSV grammar refuses */
    uint64_t archive;  /* events that were in the archive before */
    uint64_t
        duplicates;  /* rows of the tables that repeat another one; from here on known once a pass came to its end */
    uint64_t known;  /* rows of the tables that the archive had already */
    uint64_t erased; /* of contacts who were erased from the workspace: left out, and not archived */
    uint64_t later;  /* at or after `until` */
    uint64_t added;  /* new in the archive, after lka_events_archive */
};

struct lka_events;

/* Reads all tables and the archive (`workspace` NULL: none) and partitions them. Session and workspace outlive it.
 * LKA_DATA for a row that is no event (no contact, no type, an impossible time, an amount that is no number or beyond
 * 1e13, a machine that is neither yes nor no, a consideration outside 0 to 10) unless max_bad_rows allows it. What a
 * type or channel means, whether a contact is known, and what an amount below 0 is, are questions for the stages. */
lka_status lka_events_open(const struct lka_events_options *options, struct lka_workspace *workspace,
                           const struct lka_session *session, struct lka_events **events, struct lka_error *error);
void lka_events_close(struct lka_events *events); /* NULL is fine */

/* The next contact's events; group->count is 0 at the end. Valid until the next call. The order of contacts is that of
 * their hashes: the same for the same events, however the tables were split or ordered. */
lka_status lka_events_next(struct lka_events *events, struct lka_event_group *group, struct lka_error *error);
/* Back to the first contact. */
lka_status lka_events_rewind(struct lka_events *events, struct lka_error *error);

/* Adds to the archive what it lacks; a transaction must be open. Events after `until` are archived too. Goes through
 * all of them and leaves off before the first contact. Without a workspace it does nothing. */
lka_status lka_events_archive(struct lka_events *events, struct lka_error *error);

struct lka_events_counts lka_events_counts(const struct lka_events *events);
/* XXH3-128 over the tables' decompressed bytes. */
void lka_events_digest(const struct lka_events *events, char hex[33]);

#endif
