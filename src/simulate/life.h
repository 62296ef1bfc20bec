/* simulate/life.h: one contact of the made-up brand: who it is, how it fades, what it bought, received, opened, and
 * which machines did so in its name. A pure function of the world, the keys and the contact's index. */
#ifndef LKA_SIMULATE_LIFE_H
#define LKA_SIMULATE_LIFE_H

#include "base/random.h"
#include "simulate/event.h"
#include "simulate/person.h"

enum { LKA_LIFE_EVENTS_MAX = 12288, LKA_PURCHASES_MAX = 500 };

enum lka_state { LKA_STATE_NEVER, LKA_STATE_FULL, LKA_STATE_FADED, LKA_STATE_QUIET, LKA_STATES };
extern const char *const lka_state_names[LKA_STATES];

struct lka_life_world {
    const struct lka_world *world;
    const struct lka_brand *brand;
    struct lka_calendar calendar;
    uint64_t people_key; /* who a contact is */
    uint64_t double_key; /* whose duplicate it is, whose mailbox it uses */
    uint64_t life_key;
};

struct lka_life {
    uint64_t index;
    struct lka_person person;
    struct lka_person mailbox; /* whose e-mail is used, if shared */
    uint64_t duplicate_of;     /* the contact's own index if it is no duplicate */
    uint64_t shares_with;      /* the same for a shared e-mail */

    int64_t signed_up; /* days since 1970 */
    int64_t died;      /* INT64_MAX: alive */
    int64_t invalid;   /* since when the mailbox bounces */
    int64_t left;      /* second of the unsubscription */
    bool never;
    bool elsewhere;    /* engages with other brands */
    bool sms;          /* gets text messages */
    bool clicks;       /* false: only the scanner clicks */
    uint8_t machine;   /* enum lka_maker; LKA_MAKER_HUMAN: none */
    uint8_t client;    /* the person's own mail client */
    uint64_t mail_key; /* when each mailing reaches this contact */

    size_t first_month;
    uint8_t states[LKA_MONTHS_MAX + 1];

    bool buyer;
    bool buying; /* has not dropped out */
    double rate; /* purchases a day */
    double dropout;
    double spend; /* mean of a purchase */

    size_t event_count;
    struct lka_event events[LKA_LIFE_EVENTS_MAX];
};

/* Fills `life`, its events in the order of time. */
void lka_life_draw(const struct lka_life_world *setting, uint64_t index, struct lka_life *life);

/* The last human touch before a time; INT64_MIN if there is none. */
int64_t lka_life_last_touch(const struct lka_life *life, int64_t before);

/* The parts of lka_life_draw, in its order: purchases.c, engagement.c, mailbox.c (the person, then mailings and machines). */
void lka_life_buy(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life);
void lka_life_fade(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life);
void lka_life_read_mail(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life);
void lka_life_get_mail(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life);

static inline struct lka_event *lka_life_add(struct lka_life *life, enum lka_event_type type, enum lka_channel channel,
                                             enum lka_maker maker, int64_t time)
{
    /* The last place is given again and again: no contact comes near. */
    size_t place = life->event_count < LKA_LIFE_EVENTS_MAX ? life->event_count++ : LKA_LIFE_EVENTS_MAX - 1;
    life->events[place] = (struct lka_event){.time = time,
                                             .type = (uint8_t)type,
                                             .channel = (uint8_t)channel,
                                             .maker = (uint8_t)maker,
                                             .mailing = LKA_MAILING_NONE,
                                             .topic = LKA_TOPIC_NONE,
                                             .reason = LKA_TOPIC_NONE};
    return &life->events[place];
}

/* When a mailing reaches this contact: within two hours of its start. */
static inline int64_t lka_life_arrival(const struct lka_life *life, const struct lka_calendar *calendar, size_t mailing)
{
    uint64_t mixed = (life->mail_key ^ mailing) * UINT64_C(0x9E3779B97F4A7C15);
    return calendar->mailings[mailing].time + (int64_t)((mixed >> 32) * 7200 >> 32);
}

#endif
