/* campaign/registered.h: who came back and who is new, as files and as figures. */
#ifndef LKA_CAMPAIGN_REGISTERED_H
#define LKA_CAMPAIGN_REGISTERED_H

#include "campaign/document.h"
#include "campaign/registration.h"
#include "campaign/terms.h"

/* Of people, each by the first registration. */
struct lka_registered_cell {
    uint64_t people;
    uint64_t reactivated;
    uint64_t fresh;  /* new contacts */
    uint64_t active; /* contacts who were not inactive */
    uint64_t opted_in;
    uint64_t silent; /* said neither yes nor no to it */
};

struct lka_registered {
    struct lka_registered_cell all;
    struct lka_terms paths;
    struct lka_terms segments;
    struct lka_registered_cell *cells; /* (paths + 1) x (segments + 1): the last of each is the sum; empty at first */
    uint64_t repeated;                 /* registrations of people who had registered before */
    uint64_t by_key[LKA_MATCH_KEYS];   /* people matched by each key */
};

lka_status lka_registered_count(struct lka_registered *registered, const struct lka_registrations *registrations,
                                struct lka_error *error);
void lka_registered_release(struct lka_registered *registered);

/* registrations.csv: each person once, by time. */
lka_status lka_registered_write(const struct lka_registrations *registrations, struct lka_directory *directory,
                                struct lka_error *error);

/* {"all", "paths": {...}, "segments": {segment: {path: ...}}, "matched_by"}; NULL when memory is short. */
json_t *lka_registered_json(const struct lka_registered *registered, uint64_t floor);

/* How many of those who were assigned, in waves that were answered, came back, by path and by segment and path:
 * [{"segment", "path", "people", "came_back", "share", "interval"}]; a segment of null is the path's sum. */
lka_status lka_registered_response(struct lka_workspace *workspace, uint64_t floor, json_t **response,
                                   struct lka_error *error);

#endif
