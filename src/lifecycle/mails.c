#include "lifecycle/mails.h"

#include "base/error.h"
#include "base/hash.h"

/* The latest send of a campaign over a channel. */
struct lka_mail_slot {
    uint64_t key; /* 0: free */
    int32_t send;
};

enum { ANSWERED_WITHIN = 30 * 86400, NO_SEND = -1 };

struct linking {
    struct lka_signals *signals;
    int32_t latest[LKA_CHANNELS_MAX]; /* send, of any campaign or none */
    int64_t clicked;                  /* the last click's time */
};

uint64_t lka_mail_key(uint16_t channel, struct lka_span campaign)
{
    return campaign.length == 0 ? 0 : lka_hash(channel + UINT64_C(1), campaign) | 1;
}

/* ---- sends ------------------------------------------------------------------------------------ */

static struct lka_mail_slot *slot_of(const struct lka_signals *signals, uint64_t key)
{
    size_t mask = signals->slot_mask;
    size_t at = (size_t)(key >> 20) & mask;
    while (signals->slots[at].key && signals->slots[at].key != key) {
        at = (at + 1) & mask;
    }
    return &signals->slots[at];
}

/* Room for all campaigns of the contact. */
static lka_status make_slots(struct lka_signals *signals, struct lka_error *error)
{
    if (!signals->traits.campaigns) {
        return LKA_OK;
    }
    size_t need = 16;
    while (need < 2 * signals->traits.sends + 2) {
        need *= 2;
    }
    if (need > signals->slot_capacity || need < signals->slot_capacity / 16) {
        lka_free(signals->slots);
        signals->slots = NULL;
        signals->slot_capacity = 0;
        LKA_TRY(LKA_NEW(signals->slots, need, error));
        signals->slot_capacity = need;
    }
    signals->slot_mask = need - 1;
    memset(signals->slots, 0, need * sizeof *signals->slots);
    return LKA_OK;
}

static inline void put_send(struct linking *linking, size_t index)
{
    struct lka_signals *signals = linking->signals;
    uint64_t mail = signals->mails[index];
    linking->latest[signals->items[index].channel] = (int32_t)index;
    if (mail != 0) {
        *slot_of(signals, mail) = (struct lka_mail_slot){mail, (int32_t)index};
    }
}

/* ---- answers ---------------------------------------------------------------------------------- */

static inline bool answers(uint16_t type)
{
    enum {
        ANSWERS = 1 << LKA_SIGNAL_OPEN | 1 << LKA_SIGNAL_CLICK | 1 << LKA_SIGNAL_BOUNCE | 1 << LKA_SIGNAL_UNSUBSCRIBE |
                  1 << LKA_SIGNAL_COMPLAINT
    };
    return ANSWERS >> type & 1;
}

/* NO_SEND where none is known. */
static inline int32_t send_of(const struct linking *linking, size_t index)
{
    const struct lka_signals *signals = linking->signals;
    uint64_t mail = signals->mails[index];
    if (mail != 0) {
        const struct lka_mail_slot *slot = slot_of(signals, mail);
        return slot->key ? slot->send : NO_SEND;
    }
    int32_t send = linking->latest[signals->items[index].channel];
    bool late = send != NO_SEND && signals->items[index].time - signals->items[send].time > ANSWERED_WITHIN;
    return late ? NO_SEND : send;
}

static inline int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void note_delay(struct linking *linking, const struct lka_signal *answer, int64_t sent)
{
    struct lka_signal_traits *traits = &linking->signals->traits;
    if (answer->type == LKA_SIGNAL_OPEN) {
        traits->soonest_open = least(traits->soonest_open, answer->time - sent);
    } else if (answer->type == LKA_SIGNAL_CLICK) {
        traits->soonest_click = least(traits->soonest_click, answer->time - sent);
        traits->click_gap = least(traits->click_gap,
                                  linking->clicked == INT64_MIN ? LKA_NEVER : answer->time - linking->clicked);
        linking->clicked = answer->time;
    }
}

static inline void put_answer(struct linking *linking, size_t index)
{
    struct lka_signals *signals = linking->signals;
    struct lka_signal *answer = &signals->items[index];
    int32_t sent = send_of(linking, index);
    if (sent == NO_SEND) {
        return;
    }
    struct lka_signal *send = &signals->items[sent];
    answer->sent = sent;
    *(send->last < 0 ? &send->next : &signals->items[send->last].next) = (int32_t)index;
    send->last = (int32_t)index;
    answer->topic = answer->topic == LKA_NO_LABEL ? send->topic : answer->topic;
    answer->about = answer->about == LKA_NO_LABEL ? send->about : answer->about;
    send->bounced = send->bounced || answer->type == LKA_SIGNAL_BOUNCE;
    note_delay(linking, answer, send->time);
}

static inline void link_one(struct linking *linking, size_t index)
{
    uint16_t type = linking->signals->items[index].type;
    if (type == LKA_SIGNAL_SEND) {
        put_send(linking, index);
    } else if (answers(type)) {
        put_answer(linking, index);
    }
}

/* Sends of a second go before the answers of that second. */
static void link_second(struct linking *linking, size_t from, size_t end)
{
    const struct lka_signal *items = linking->signals->items;
    for (size_t i = from; i < end; i++) {
        if (items[i].type == LKA_SIGNAL_SEND) {
            put_send(linking, i);
        }
    }
    for (size_t i = from; i < end; i++) {
        if (answers(items[i].type)) {
            put_answer(linking, i);
        }
    }
}

lka_status lka_mails_link(struct lka_signals *signals, struct lka_error *error)
{
    struct linking linking = {.signals = signals, .clicked = INT64_MIN};
    LKA_TRY(make_slots(signals, error));
    memset(linking.latest, 0xff, sizeof linking.latest);
    const struct lka_signal *items = signals->items;
    for (size_t i = 0, end; i < signals->count; i = end) {
        for (end = i + 1; end < signals->count && items[end].time == items[i].time; end++) {
        }
        if (end == i + 1) {
            link_one(&linking, i);
        } else {
            link_second(&linking, i, end);
        }
    }
    return LKA_OK;
}
