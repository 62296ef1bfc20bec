/* store/archive.h: new events on their way into segments: dealt by month as they come, contact by contact, then written
 * a month at a time. A month of many segments is rewritten as one.
 */
#ifndef LKA_STORE_ARCHIVE_H
#define LKA_STORE_ARCHIVE_H

#include "base/session.h"
#include "store/events.h"
#include "store/parts.h"
#include "store/segments.h"

enum { LKA_ARCHIVE_MONTHS = 120000 /* of the years 0 to 9999 */, LKA_SEGMENTS_A_MONTH = 8 };

struct lka_archive {
    struct lka_workspace *workspace;
    struct lka_segments segments;
    const struct lka_shapes *shapes;
    struct lka_parts parts; /* by month */
    uint8_t *rewritten;     /* of each month: all of its events are to come, not only the new ones */
    uint64_t added;
    int64_t day;   /* the last event's, */
    int64_t month; /* and its month */
};

/* A transaction must be open. `memory`: for events that wait. */
lka_status lka_archive_begin(struct lka_archive *archive, struct lka_workspace *workspace,
                             const struct lka_shapes *shapes, size_t memory, const char *temporary,
                             struct lka_error *error);
void lka_archive_release(struct lka_archive *archive); /* {0} is fine */

/* Every event of a contact, archived or not; contacts and events in their order. */
lka_status lka_archive_add(struct lka_archive *archive, const struct lka_event_group *group, struct lka_error *error);
/* Writes and publishes the segments. */
lka_status lka_archive_write(struct lka_archive *archive, const struct lka_session *session, struct lka_error *error);

#endif
