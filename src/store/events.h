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

#include "store/moment.h"
#include "store/workspace.h"

struct lka_event_group {
    struct lka_span contact;
    const struct lka_moment *moments; /* by time, then by key */
    size_t count;
    const struct lka_shapes *shapes; /* of them, and of the source's other events */
};

/* What every stage that reads events takes. */
#define LKA_EVENTS_PARAMS(X)                                     \
    X(INTEGER, memory, "memory", "512", 1, 1048576, NULL, "MIB", \
      "for the events in work; more are spilled to --temporary; results do not depend on it", false)

struct lka_events_options {
    const char *const *paths; /* the events tables; none is fine with a workspace */
    size_t path_count;
    const struct lka_list *roles; /* --role: NAME=time names the timestamp ...; may be NULL */
    int64_t until;                /* events at or after this time are left out, and counted */
    uint64_t memory;              /* bytes for what is in work; 128 KiB at least */
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
