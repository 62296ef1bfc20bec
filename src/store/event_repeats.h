/* store/event_repeats.h: each event of a contact once, and those of one time by their keys. */
#ifndef LKA_STORE_EVENT_REPEATS_H
#define LKA_STORE_EVENT_REPEATS_H

#include "store/moment.h"

struct lka_event_repeats {
    /* Which event is first with an event_id. */
    struct lka_event_id {
        uint32_t round; /* the slot is free unless it is of this round */
        uint32_t event;
    } * ids;
    size_t id_capacity;
    uint32_t round;
    bool *tabled; /* of each event: a row of a table says it */
    size_t tabled_capacity;
    struct lka_event pair[2]; /* for looking at two */
    uint64_t duplicates;      /* rows of tables that repeat one of a table */
    uint64_t known;           /* that repeat only what the archive has */
};

/* {0} is an empty one. */
void lka_event_repeats_release(struct lka_event_repeats *repeats);

/* Takes repeats out of the moments, which are in the order of their times; *count becomes smaller by them. */
lka_status lka_event_repeats_take_out(struct lka_event_repeats *repeats, const struct lka_shapes *shapes,
                                      struct lka_moment *moments, size_t *count, struct lka_error *error);

#endif
