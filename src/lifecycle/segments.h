/* lifecycle/segments.h: in which segment a contact is, and, apart from it, when it must be deleted. */
#ifndef LKA_LIFECYCLE_SEGMENTS_H
#define LKA_LIFECYCLE_SEGMENTS_H

#include "base/period.h"
#include "lifecycle/profile.h"

#define LKA_SEGMENTS_X(X)     \
    X(ACTIVE, "active")       \
    X(LAPSING, "lapsing")     \
    X(AT_RISK, "at_risk")     \
    X(TO_DELETE, "to_delete") \
    X(NEVER, "never_"         \
             "engaged")
enum lka_segment {
#define X(name, text) LKA_SEGMENT_##name,
    LKA_SEGMENTS_X(X)
#undef X
        LKA_SEGMENTS
};
extern const char *const lka_segment_names[LKA_SEGMENTS];

struct lka_segment_rules {
    int32_t as_of;            /* day */
    struct lka_period active; /* a touch so long ago, and no longer */
    struct lka_period lapsing;
    struct lka_period at_risk;
    struct lka_period retention; /* after the last touch, else after signing up */
    struct lka_period notice;    /* so long before a deletion it is about to be */
    bool inactive[LKA_SEGMENTS];
};

/* What delete_on follows from. */
#define LKA_BASES_X(X)     \
    X(TOUCH, "last_touch") \
    X(OPEN, "last_open") X(SIGNED_UP, "signed_up") X(FIRST_EVENT, "first_event") X(HELD, "held") X(UNKNOWN, "unknown")
enum lka_basis {
#define X(name, text) LKA_BASIS_##name,
    LKA_BASES_X(X)
#undef X
        LKA_BASES
};
extern const char *const lka_basis_names[LKA_BASES];

enum lka_due { LKA_DUE_NOT, LKA_DUE_SOON, LKA_DUE_NOW };

struct lka_standing {
    int32_t delete_on; /* LKA_NO_DAY: held, or nothing is known */
    uint8_t segment;
    uint8_t basis;
    uint8_t due;
};

/* Those whose opens are hidden are judged by what else they did. A deletion cannot be undone, so that silence counts
 * for it only where it could have been broken: who never did anything but open is held (no date) while opens are
 * hidden, and an open that looks like a person's puts the date off. Neither is in to_delete before its date. */
struct lka_standing lka_standing_of(const struct lka_segment_rules *rules, const struct lka_profile *profile,
                                    int32_t signed_up);

#endif
