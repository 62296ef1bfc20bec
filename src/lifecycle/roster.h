/* lifecycle/roster.h: the contacts, by id, in the order of their file: what is known of each before its events, and
 * what came of them. */
#ifndef LKA_LIFECYCLE_ROSTER_H
#define LKA_LIFECYCLE_ROSTER_H

#include "eligibility/erased.h"
#include "eligibility/suppression.h"
#include "lifecycle/segments.h"
#include "base/hash.h"
#include "source/open.h"

#define LKA_NOBODY UINT32_MAX

/* May a contact be profiled? */
#define LKA_PROFILING_X(X) X(YES, "yes") X(NO_CONSENT, "no_consent") X(SUPPRESSED, "suppressed")
enum lka_profiling {
#define X(name, text) LKA_PROFILING_##name,
    LKA_PROFILING_X(X)
#undef X
        LKA_PROFILINGS
};
extern const char *const lka_profiling_names[LKA_PROFILINGS];

struct lka_member {
    struct lka_hash128 hash;
    uint64_t place;      /* lka_place of its row */
    const void *profile; /* packed; NULL: no event */
    int32_t signed_up;   /* day; LKA_NO_DAY */
    struct lka_standing standing;
    uint8_t profiling; /* enum lka_profiling */
    bool hidden;
    bool erased; /* from the workspace: it is passed over */
    bool later;  /* signed up after the as-of day: no contact then, unless it did something before */
};

/* Slots stand in the order of a 64-bit hash, by its upper bits: events come in that order (store/events.h), so that
 * neighbours are asked for one after the other. */
struct lka_roster_slot {
    uint32_t tag;   /* the upper half of the hash */
    uint32_t index; /* and 1; 0: free */
};

struct lka_roster {
    struct lka_member *items;
    size_t count;
    size_t capacity;
    struct lka_roster_slot *slots;
    unsigned slot_bits; /* 2^slot_bits of them; 0: none */
    struct lka_arena profiles;
    uint64_t later;               /* left out, after the fold */
    struct lka_known_key *erased; /* keys of the ids of those who were erased */
    size_t erased_count;
    size_t erased_capacity;
};

/* Reads the opened table once and rewinds it. `signed_up`: the column's name, or NULL. A contact that comes twice or
 * has no id, and an impossible day of signing up, are rejected, or LKA_DATA. A day after `as_of` is as if unknown.
 * `erased` may be NULL. */
lka_status lka_roster_read(struct lka_roster *roster, struct lka_table *table, const char *signed_up, int32_t as_of,
                           const struct lka_suppression *suppression, const struct lka_known *erased,
                           const struct lka_session *session, struct lka_error *error);
void lka_roster_release(struct lka_roster *roster); /* {0} is fine */

/* LKA_NOBODY if there is none. */
uint32_t lka_roster_find(const struct lka_roster *roster, struct lka_span id);

#endif
