/* lifecycle/profile.h: what the events of one contact say about it, once the machines are out: a pure function of its
 * signals. Kept packed, since there is one for every contact. */
#ifndef LKA_LIFECYCLE_PROFILE_H
#define LKA_LIFECYCLE_PROFILE_H

#include "lifecycle/signals.h"

#define LKA_NO_DAY INT32_MIN

/* The windows of counts, and ever. */
enum { LKA_WINDOWS = 5 };
extern const int lka_window_days[LKA_WINDOWS]; /* the last is 0: ever */
extern const char *const lka_window_names[LKA_WINDOWS];

struct lka_profile_rules {
    int64_t as_of;    /* seconds: the moment before which everything is known */
    uint32_t touches; /* bits of the types that are touches */
    double half_life; /* days after which a mail counts half, for interests */
};

/* The day and what it was about, of the last touch over one channel. */
struct lka_touch {
    int32_t day; /* since 1970; LKA_NO_DAY */
    uint16_t about;
};

struct lka_count {
    uint16_t type;
    uint16_t channel;
    uint32_t within[LKA_WINDOWS];
    int32_t day; /* of the last one */
};

/* Mails on a topic and how many of them were answered, each weighted by its age. */
struct lka_interest {
    uint16_t topic;
    float sent;
    float answered;
    float loose;   /* answers to mails whose send is not known any more */
    float squares; /* of the weights of those sent; not packed */
};

struct lka_profile {
    int32_t first_day; /* of the first event of any kind */
    int32_t touch_day; /* last touch that can be observed */
    uint16_t touch_type;
    uint16_t touch_channel;
    uint16_t touch_about;
    int32_t open_day; /* last open that looks like a person's, hidden ones too */
    bool hidden;      /* a proxy opened the last mails: opens cannot be observed */
    bool other_touch; /* some touch was no open */
    bool engaged;     /* some touch came after signing up */
    uint16_t reason;  /* the last that was stated; LKA_NO_LABEL */
    int32_t reason_day;
    uint32_t machine_events;
    float answer_weight;  /* of the last answer to a mail; 0: there is none */
    float answer_squares; /* of the weights of all; not packed */

    struct lka_touch touches[LKA_CHANNELS_MAX];
    struct lka_count *counts; /* those that occur */
    size_t count_count;
    struct lka_interest *interests; /* by topic */
    size_t interest_count;
};

/* Room for one profile at a time. */
struct lka_profile_maker;
lka_status lka_profile_maker_new(const struct lka_profile_rules *rules, struct lka_profile_maker **maker,
                                 struct lka_error *error);
void lka_profile_maker_free(struct lka_profile_maker *maker);

/* `signals` are marked; `signed_up` is a day or LKA_NO_DAY. The profile is the maker's, until the next one. Sets
 * `engaged` of sends. */
const struct lka_profile *lka_profile_make(struct lka_profile_maker *maker, struct lka_signals *signals, bool hidden,
                                           int32_t signed_up);

/* Packed into `bytes` (cleared before). With `whole` false the counts and interests are left out: nobody is profiled
 * who did not consent to it. */
void lka_profile_pack(const struct lka_profile *profile, int32_t as_of_day, bool whole, struct lka_text *bytes);
/* The maker's room is used. */
const struct lka_profile *lka_profile_unpack(struct lka_profile_maker *maker, const void *bytes, int32_t as_of_day);

#endif
