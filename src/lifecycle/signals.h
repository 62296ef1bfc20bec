/* lifecycle/signals.h: what one contact did and was sent, as numbers: the words as labels, every open and click at the
 * mail that it belongs to. The rules for machines and the profile work on nothing else. */
#ifndef LKA_LIFECYCLE_SIGNALS_H
#define LKA_LIFECYCLE_SIGNALS_H

#include "lifecycle/labels.h"
#include "lifecycle/patterns.h"
#include "store/events.h"

/* Types and channels that are known; others are kept under their own names. "other" is also what has no name. */
#define LKA_SIGNAL_TYPES(X) \
    X(SEND, "send")         \
    X(OPEN, "open")         \
    X(CLICK, "click")       \
    X(VISIT, "visit")       \
    X(PURCHASE, "purchase") \
    X(REGISTER, "register") \
    X(UNSUBSCRIBE, "unsubscribe") X(BOUNCE, "bounce") X(COMPLAINT, "complaint") X(SURVEY, "survey") X(OTHER, "other")
#define LKA_SIGNAL_CHANNELS(X) \
    X(EMAIL, "email")          \
    X(SMS, "sms")              \
    X(APP, "app") X(WEB, "web") X(STORE, "store") X(SOCIAL, "social") X(DISPLAY, "display") X(OTHER, "other")

enum lka_signal_type {
#define X(name, text) LKA_SIGNAL_##name,
    LKA_SIGNAL_TYPES(X)
#undef X
        LKA_SIGNAL_KNOWN
};
enum lka_signal_channel {
#define X(name, text) LKA_OVER_##name,
    LKA_SIGNAL_CHANNELS(X)
#undef X
        LKA_OVER_KNOWN
};

enum {
    LKA_TYPES_MAX = 32, /* with those that are known */
    LKA_CHANNELS_MAX = 24,
    LKA_TOPICS_MAX = 1000,
    LKA_ABOUTS_MAX = 60000, /* topics and campaigns, as what a touch was about */
    LKA_REASONS_MAX = 2000,
    LKA_BRANDS_MAX = 200,
};

struct lka_lexicon {
    struct lka_recent_label agents[LKA_LABELS_RECENT]; /* the class of a user agent and 1 */
    struct lka_labels types;
    struct lka_labels channels;
    struct lka_labels topics;
    struct lka_labels abouts;
    struct lka_labels reasons;
    struct lka_labels brands;
};

lka_status lka_lexicon_init(struct lka_lexicon *vocabulary, struct lka_error *error);
void lka_lexicon_release(struct lka_lexicon *vocabulary);

/* Which machine, as a class of data/machines.yaml: its index there and 1. */
#define LKA_MACHINE_KINDS_X(X) X(PREFETCH, "prefetch") X(SCANNER, "scanner") X(BOT, "bot")
enum lka_machine_kind {
    LKA_KIND_NONE,
#define X(name, text) LKA_KIND_##name,
    LKA_MACHINE_KINDS_X(X)
#undef X
        LKA_MACHINE_KINDS
};
extern const char *const lka_machine_kind_names[LKA_MACHINE_KINDS]; /* [0] is "human" */

/* Why an event is a machine's; the first that holds. */
#define LKA_MACHINE_REASONS_X(X) \
    X(DECLARED, "declared")      \
    X(AGENT, "user_agent") X(SECONDS, "seconds_after_send") X(LINKS, "every_link") X(RATE, "rate")
enum lka_machine_reason {
    LKA_MACHINE_NOT,
#define X(name, text) LKA_MACHINE_##name,
    LKA_MACHINE_REASONS_X(X)
#undef X
        LKA_MACHINE_REASONS
};
extern const char *const lka_machine_reason_names[LKA_MACHINE_REASONS]; /* [0] is "human" */

enum lka_said { LKA_SAID_NOTHING, LKA_SAID_MACHINE, LKA_SAID_PERSON };

struct lka_signal {
    int64_t time;
    int32_t sent;  /* index of the send that it answers; -1: none is known */
    int32_t next;  /* of a send: the first that answers it; of an answer: the next one; -1: none. In time order */
    int32_t last;  /* of a send: the last that answers it */
    uint16_t type; /* labels */
    uint16_t channel;
    uint16_t topic; /* LKA_NO_LABEL: none; of its send if it has none itself */
    uint16_t about;
    uint16_t reason; /* of a survey */
    uint16_t brand;
    float consideration; /* of a survey; negative: none */
    uint8_t said;        /* enum lka_said: the column `machine` */
    uint8_t agent;       /* enum lka_machine_kind, by the user agent */
    bool nameless;       /* without a user agent */
    uint8_t machine;     /* enum lka_machine_reason */
    uint8_t kind;        /* enum lka_machine_kind; of a machine */
    bool bounced;        /* a send that came back */
    bool proxied;        /* a send that a privacy proxy opens */
    bool engaged;        /* a send that a person answered: lka_profile_make */
};

/* What every event of a shape is. */
struct lka_sense {
    struct lka_signal signal; /* but for its time */
    uint64_t mail;            /* lka_mail_key */
    bool known;               /* nothing of it is the event's own */
    bool named;               /* a machine's user agent, or a word about machines */
    bool quick;               /* open, click or visit */
};

/* What of a contact's signals tells who need not look at them: most rules for machines. Seconds; LKA_NEVER. */
struct lka_signal_traits {
    size_t sends;
    bool campaigns; /* some signal has one */
    size_t surveys;
    size_t topics;         /* signals that have one of their own */
    size_t quick;          /* opens, clicks and visits */
    int64_t quick_gap;     /* the least between two of them */
    int64_t click_gap;     /* ... between two clicks in mails */
    int64_t soonest_open;  /* the least behind its send */
    int64_t soonest_click; /* likewise */
    bool named;
};
#define LKA_NEVER INT64_MAX

struct lka_signals {
    struct lka_signal *items; /* by time */
    uint64_t *mails;          /* of each: lka_mail_key */
    size_t count;
    size_t capacity;
    struct lka_sense *senses; /* by shape */
    size_t sense_count;
    struct lka_mail_slot *slots; /* lka_mail_key -> the latest send */
    size_t slot_capacity;
    size_t slot_mask; /* so many of them, less one, are in use */
    struct lka_signal_traits traits;
    bool suspected; /* lka_machines_mark: some may be a machine's */
    bool proxied;   /* ... some send is */
};

void lka_signals_release(struct lka_signals *signals); /* {0} is fine */

/* The contact's events as signals; clears what was there. All groups are of one source. */
lka_status lka_signals_read(struct lka_signals *signals, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                            const struct lka_event_group *group, struct lka_error *error);

static inline bool lka_is_quick(const struct lka_signal *signal)
{
    return signal->type == LKA_SIGNAL_OPEN || signal->type == LKA_SIGNAL_CLICK || signal->type == LKA_SIGNAL_VISIT;
}

/* Seconds from the send that it answers; -1 if none is known. */
static inline int64_t lka_signal_delay(const struct lka_signals *signals, const struct lka_signal *signal)
{
    return signal->sent < 0 ? -1 : signal->time - signals->items[signal->sent].time;
}

#endif
