/* lifecycle/profile_maker.h: the room in which profiles are made (profile.c) and unpacked (profile_pack.c). */
#ifndef LKA_LIFECYCLE_PROFILE_MAKER_H
#define LKA_LIFECYCLE_PROFILE_MAKER_H

#include "lifecycle/profile.h"

enum { LKA_PROFILE_CELLS = LKA_TYPES_MAX * LKA_CHANNELS_MAX };

/* Indices of signals; -1: none. */
struct lka_lasts {
    int32_t any;
    int32_t touch; /* not hidden */
};

struct lka_profile_maker {
    struct lka_profile_rules rules;
    int64_t window_starts[LKA_WINDOWS]; /* seconds */
    struct lka_profile profile;
    struct lka_count counts[LKA_PROFILE_CELLS];
    struct lka_lasts lasts[LKA_PROFILE_CELLS]; /* of each count */
    uint16_t count_of[LKA_PROFILE_CELLS];      /* place in `counts` and 1; 0: none yet */
    int32_t touched[LKA_CHANNELS_MAX];         /* signal of the last touch over each channel; -1: none */
    int32_t last_touch;                        /* over any */
    int32_t first_register;                    /* a machine's, too */
    struct lka_interest interests[LKA_TOPICS_MAX];
    uint16_t interest_of[LKA_TOPICS_MAX];
};

void lka_profile_clear(struct lka_profile_maker *maker);

#endif
