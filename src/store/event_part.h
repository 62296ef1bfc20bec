/* store/event_part.h: the events of one part in their order: by the contact's hash, then the contact, then time, then
 * key; each once.
 *
 *     bytes     | record | record | record | ...            as they came (store/event_record.h)
 *     contacts  who has events here, by hash; of each, how many
 *     places    of the records, contact by contact, as they came: a log is in the order of its times already
 *     events    of the current contact, unpacked, repeats taken out
 */
#ifndef LKA_STORE_EVENT_PART_H
#define LKA_STORE_EVENT_PART_H

#include "source/entries.h"
#include "store/event_record.h"
#include "store/parts.h"

/* Of the events of one contact: which is first with an event_id. */
struct lka_event_ids {
    struct lka_event_id {
        uint32_t round; /* the slot is free unless it is of this round */
        uint32_t event;
    } * slots;
    size_t capacity;
    uint32_t round;
};

struct lka_event_contact {
    uint64_t hash;
    uint64_t first; /* place of its first record */
    size_t count;   /* its events; then where its next place goes */
};

struct lka_event_part {
    const struct lka_words *words;
    const char *bytes; /* borrowed */
    struct lka_event_contact *contacts;
    size_t contact_capacity;
    size_t contact_count;
    size_t contact;  /* the next one, in `order` */
    uint32_t *slots; /* by hash: a contact and 1 */
    size_t slot_capacity;
    struct lka_entry *order; /* of the contacts */
    size_t order_capacity;
    uint32_t *whose; /* of each record: its contact */
    size_t whose_capacity;
    uint64_t *places;
    size_t place_capacity;
    size_t count;
    size_t at;               /* the next contact's first place */
    struct lka_entry *times; /* of a contact whose records are in another order */
    size_t time_capacity;

    struct lka_event *events;
    bool *tabled; /* of each event: a row of a table says it */
    size_t event_capacity;
    size_t tabled_capacity;
    struct lka_event_ids ids;
    uint64_t duplicates; /* rows of tables that repeat one of a table */
    uint64_t known;      /* that repeat only what the archive has */
};

/* {.words = ...} is an empty one. */
void lka_event_part_release(struct lka_event_part *part);

uint64_t lka_event_contact_hash(struct lka_span contact);

/* Takes the records and sorts them. */
lka_status lka_event_part_fill(struct lka_event_part *part, const char *bytes, uint64_t length,
                               struct lka_error *error);
/* The next contact; group->count is 0 at the end. */
lka_status lka_event_part_next(struct lka_event_part *part, struct lka_event_group *group, struct lka_error *error);

#endif
