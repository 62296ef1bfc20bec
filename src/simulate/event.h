/* simulate/event.h: what happened to one contact, and how it stands in events.csv. */
#ifndef LKA_SIMULATE_EVENT_H
#define LKA_SIMULATE_EVENT_H

#include "simulate/calendar.h"

enum lka_event_type {
    LKA_EVENT_SEND,
    LKA_EVENT_BOUNCE,
    LKA_EVENT_OPEN,
    LKA_EVENT_CLICK,
    LKA_EVENT_VISIT,
    LKA_EVENT_PURCHASE,
    LKA_EVENT_SURVEY,
    LKA_EVENT_UNSUBSCRIBE,
    LKA_EVENT_COMPLAINT,
    LKA_EVENT_TYPES
};
enum lka_channel {
    LKA_CHANNEL_EMAIL,
    LKA_CHANNEL_SMS,
    LKA_CHANNEL_WEB,
    LKA_CHANNEL_APP,
    LKA_CHANNEL_STORE,
    LKA_CHANNELS
};

/* Who made it happen: the truth, which events.csv does not tell. */
enum lka_maker { LKA_MAKER_BRAND, LKA_MAKER_HUMAN, LKA_MAKER_PREFETCH, LKA_MAKER_SCANNER, LKA_MAKER_BOT, LKA_MAKERS };
extern const struct lka_slot lka_maker_names[LKA_MAKERS];

enum {
    LKA_AGENT_NONE,
    LKA_AGENT_BARE,
    LKA_AGENT_SCANNER,
    LKA_AGENT_BOT = LKA_AGENT_SCANNER + 3,
    LKA_AGENT_PEOPLE = LKA_AGENT_BOT + 3,
    LKA_AGENTS = LKA_AGENT_PEOPLE + 8
};

enum { LKA_DECLARED_NOTHING, LKA_DECLARED_MACHINE, LKA_DECLARED_PERSON, LKA_DECLARATIONS };

enum { LKA_TOPIC_NONE = 0xFF };

struct lka_event {
    int64_t time;
    int32_t cents;    /* purchase */
    uint16_t mailing; /* or LKA_MAILING_NONE */
    uint8_t type;
    uint8_t channel;
    uint8_t maker;
    uint8_t agent;
    uint8_t declared;
    uint8_t topic;  /* where there is no mailing: a persona, or LKA_TOPIC_NONE */
    uint8_t reason; /* survey */
    uint8_t brand;
    uint8_t consideration;
};

/* Human acts that show life: not what the brand or a machine did. */
static inline bool lka_event_is_touch(const struct lka_event *event)
{
    return event->maker == LKA_MAKER_HUMAN;
}

/* By time; equal times stay in the order in which they were made. */
void lka_events_sort(struct lka_event *events, size_t count);

extern const char lka_event_header[];
enum { LKA_EVENT_ROOM = 480, LKA_EVENT_ID_ROOM = 20 };

/* "C0000000001-017": the contact's id and the event's place in its history. */
char *lka_event_write_id(const char *contact_id, size_t place, char *at);

/* One line with its newline; returns the end. */
char *lka_event_write(const struct lka_world *world, const struct lka_calendar *calendar, const struct lka_event *event,
                      const char *contact_id, size_t place, char *at);

/* "2025-03-04T09:12:33Z" of a time within the calendar (earlier ones as its first second). */
char *lka_event_write_time(const struct lka_calendar *calendar, int64_t time, char *at);

#endif
