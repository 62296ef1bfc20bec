/* store/event_part.h: the events of one part in their order: by the contact's hash, then the contact, then time, then
 * key; each once.
 *
 *     bytes     | record | record | record | ...            as they came (store/moment.h)
 *     contacts  who has events here, by hash; of each, how many
 *     moments   contact by contact, as they came: a log is in the order of its times already
 */
#ifndef LKA_STORE_EVENT_PART_H
#define LKA_STORE_EVENT_PART_H

#include "source/entries.h"
#include "store/event_repeats.h"
#include "store/events.h"

struct lka_event_contact {
    struct lka_short_text text; /* of a long one: its hash */
    const char *record;         /* its first one */
    size_t count;               /* of its events; then where its next one goes */
    uint32_t length;            /* of the text */
};

/* Where a contact's hash leads. The rest of the hash is compared first: others that come there are passed by without a
 * look at them. */
struct lka_event_slot {
    uint32_t contact; /* and 1; 0: free */
    uint32_t tag;
};

struct lka_event_part {
    const struct lka_shapes *shapes;
    const struct lka_part_bytes *bytes;
    struct lka_event_contact *contacts;
    size_t contact_capacity;
    size_t contact_count;
    size_t contact;               /* the next one, in `order` */
    struct lka_event_slot *slots; /* by text */
    size_t slot_capacity;
    struct lka_entry *order; /* of the contacts */
    size_t order_capacity;
    uint32_t *whose; /* of each record: its contact */
    size_t whose_capacity;
    struct lka_moment *moments;
    size_t moment_capacity;
    size_t count;
    size_t at;               /* the next contact's first moment */
    struct lka_entry *times; /* of a contact whose records are in another order */
    size_t time_capacity;
    struct lka_event_repeats repeats;
};

/* {.shapes = ...} is an empty one. */
void lka_event_part_release(struct lka_event_part *part);

uint64_t lka_event_contact_hash(struct lka_span contact);

/* To which of the parts a contact goes that are dealt again and again by the hash's next byte. */
enum { LKA_EVENT_WAYS = 256 };
static inline size_t lka_event_way(uint64_t hash, size_t depth)
{
    return (hash >> (56 - 8 * depth)) & (LKA_EVENT_WAYS - 1);
}

/* Takes the records, which stay where they are, and sorts them. */
lka_status lka_event_part_fill(struct lka_event_part *part, const struct lka_part_bytes *bytes,
                               struct lka_error *error);
/* The next contact; group->count is 0 at the end. */
lka_status lka_event_part_next(struct lka_event_part *part, struct lka_event_group *group, struct lka_error *error);

#endif
