#include "lifecycle/signals.h"

#include "base/error.h"
#include "base/hash.h"

/* The latest send of a campaign over a channel; the one with no campaign is the latest over that channel at all. */
struct lka_mail_slot {
    uint64_t key; /* 0: free */
    int32_t send;
};

static const char *const type_names[] = {
#define X(name, text) text,
    LKA_SIGNAL_TYPES(X)
#undef X
};
static const char *const channel_names[] = {
#define X(name, text) text,
    LKA_SIGNAL_CHANNELS(X)
#undef X
};
const char *const lka_machine_reason_names[LKA_MACHINE_REASONS] = {"human",
#define X(name, text) text,
                                                                   LKA_MACHINE_REASONS_X(X)
#undef X
};
const char *const lka_machine_kind_names[LKA_MACHINE_KINDS] = {"human",
#define X(name, text) text,
                                                               LKA_MACHINE_KINDS_X(X)
#undef X
};

/* A click or an open without a campaign answers the latest mail, unless that is older than this. */
enum { ANSWERED_WITHIN = 30 * 86400 };

/* ---- words ------------------------------------------------------------------------------------ */

lka_status lka_lexicon_init(struct lka_lexicon *vocabulary, struct lka_error *error)
{
    *vocabulary = (struct lka_lexicon){0};
    LKA_TRY(lka_labels_init(&vocabulary->types, type_names, LKA_SIGNAL_KNOWN, LKA_TYPES_MAX, LKA_SIGNAL_OTHER, true,
                            error));
    LKA_TRY(lka_labels_init(&vocabulary->channels, channel_names, LKA_OVER_KNOWN, LKA_CHANNELS_MAX, LKA_OVER_OTHER,
                            true, error));
    LKA_TRY(lka_labels_init(&vocabulary->topics, NULL, 0, LKA_TOPICS_MAX, LKA_NO_LABEL, false, error));
    LKA_TRY(lka_labels_init(&vocabulary->abouts, NULL, 0, LKA_ABOUTS_MAX, LKA_NO_LABEL, false, error));
    LKA_TRY(lka_labels_init(&vocabulary->reasons, NULL, 0, LKA_REASONS_MAX, LKA_NO_LABEL, false, error));
    return lka_labels_init(&vocabulary->brands, NULL, 0, LKA_BRANDS_MAX, LKA_NO_LABEL, false, error);
}

void lka_lexicon_release(struct lka_lexicon *vocabulary)
{
    lka_labels_release(&vocabulary->types);
    lka_labels_release(&vocabulary->channels);
    lka_labels_release(&vocabulary->topics);
    lka_labels_release(&vocabulary->abouts);
    lka_labels_release(&vocabulary->reasons);
    lka_labels_release(&vocabulary->brands);
}

static lka_status read_survey(struct lka_signal *signal, struct lka_lexicon *vocabulary, const struct lka_event *event,
                              struct lka_error *error)
{
    double consideration;
    if (event->consideration.length > 0 && lka_parse_number(event->consideration, &consideration)) {
        signal->consideration = (float)consideration;
    }
    LKA_TRY(lka_labels_of(&vocabulary->reasons, event->reason, &signal->reason, error));
    return lka_labels_of(&vocabulary->brands, event->brand, &signal->brand, error);
}

static enum lka_said said_by(struct lka_span machine)
{
    return machine.length == 0                                      ? LKA_SAID_NOTHING
           : lka_span_equal_ignoring_case(machine, LKA_SPAN("yes")) ? LKA_SAID_MACHINE
           : lka_span_equal_ignoring_case(machine, LKA_SPAN("no"))  ? LKA_SAID_PERSON
                                                                    : LKA_SAID_NOTHING;
}

static inline bool is_word(const struct lka_event *event, enum lka_event_field field)
{
    return event->words >> field & 1;
}

static uint8_t agent_of(struct lka_lexicon *vocabulary, struct lka_patterns *agents, const struct lka_event *event)
{
    struct lka_span text = event->user_agent;
    struct lka_recent_label *recent = lka_recent_label(vocabulary->agents, text);
    if (text.length == 0 || (is_word(event, LKA_EVENT_FIELD_user_agent) && recent->word == text.text)) {
        return text.length == 0 ? LKA_KIND_NONE : (uint8_t)recent->label;
    }
    uint8_t found = (uint8_t)(lka_patterns_class(agents, text) + 1);
    if (is_word(event, LKA_EVENT_FIELD_user_agent)) {
        *recent = (struct lka_recent_label){text.text, found};
    }
    return found;
}

static lka_status read_subject(struct lka_signal *signal, struct lka_lexicon *vocabulary, const struct lka_event *event,
                               struct lka_error *error)
{
    bool on_topic = event->topic.length > 0;
    LKA_TRY(lka_labels_again(&vocabulary->topics, event->topic, is_word(event, LKA_EVENT_FIELD_topic), &signal->topic,
                             error));
    return lka_labels_again(&vocabulary->abouts, on_topic ? event->topic : event->campaign,
                            is_word(event, on_topic ? LKA_EVENT_FIELD_topic : LKA_EVENT_FIELD_campaign), &signal->about,
                            error);
}

/* What has neither a user agent nor a word of a machine, of a topic or a campaign. */
static inline bool is_plain(const struct lka_event *event)
{
    enum { PLAIN = 1 << LKA_EVENT_FIELD_type | 1 << LKA_EVENT_FIELD_channel };
    return (event->filled & ~PLAIN) == 0;
}

static lka_status read_event(struct lka_signal *signal, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                             const struct lka_event *event, struct lka_error *error)
{
    *signal = (struct lka_signal){.time = event->time,
                                  .sent = -1,
                                  .next = -1,
                                  .last = -1,
                                  .topic = LKA_NO_LABEL,
                                  .about = LKA_NO_LABEL,
                                  .reason = LKA_NO_LABEL,
                                  .brand = LKA_NO_LABEL,
                                  .consideration = -1,
                                  .nameless = event->user_agent.length == 0};
    LKA_TRY(
        lka_labels_again(&vocabulary->types, event->type, is_word(event, LKA_EVENT_FIELD_type), &signal->type, error));
    LKA_TRY(lka_labels_again(&vocabulary->channels, event->channel, is_word(event, LKA_EVENT_FIELD_channel),
                             &signal->channel, error));
    if (is_plain(event)) {
        return LKA_OK;
    }
    signal->said = (uint8_t)said_by(event->machine);
    signal->agent = agent_of(vocabulary, agents, event);
    LKA_TRY(read_subject(signal, vocabulary, event, error));
    return signal->type == LKA_SIGNAL_SURVEY ? read_survey(signal, vocabulary, event, error) : LKA_OK;
}

/* ---- mails and their answers ------------------------------------------------------------------ */

static uint64_t key_of(const struct lka_signal *signal, struct lka_span campaign)
{
    uint64_t channel = signal->channel + UINT64_C(1);
    return campaign.length == 0 ? (channel << 20) | 1 : lka_hash(channel, campaign) | 1;
}

static struct lka_mail_slot *slot_of(const struct lka_signals *signals, uint64_t key)
{
    size_t mask = signals->slot_mask;
    size_t at = (size_t)(key >> 20) & mask;
    while (signals->slots[at].key && signals->slots[at].key != key) {
        at = (at + 1) & mask;
    }
    return &signals->slots[at];
}

static void put_send(struct lka_signals *signals, size_t index, struct lka_span campaign)
{
    const struct lka_signal *signal = &signals->items[index];
    struct lka_span names[] = {campaign, LKA_SPAN("")};
    for (size_t i = campaign.length == 0; i < 2; i++) {
        uint64_t key = key_of(signal, names[i]);
        *slot_of(signals, key) = (struct lka_mail_slot){key, (int32_t)index};
    }
}

static bool answers(uint16_t type)
{
    return type == LKA_SIGNAL_OPEN || type == LKA_SIGNAL_CLICK || type == LKA_SIGNAL_BOUNCE ||
           type == LKA_SIGNAL_UNSUBSCRIBE || type == LKA_SIGNAL_COMPLAINT;
}

static void find_send(struct lka_signals *signals, struct lka_signal *signal, struct lka_span campaign)
{
    const struct lka_mail_slot *slot = slot_of(signals, key_of(signal, campaign));
    if (!slot->key) {
        return;
    }
    struct lka_signal *send = &signals->items[slot->send];
    if (campaign.length == 0 && signal->time - send->time > ANSWERED_WITHIN) {
        return;
    }
    int32_t index = (int32_t)(signal - signals->items);
    signal->sent = slot->send;
    *(send->last < 0 ? &send->next : &signals->items[send->last].next) = index;
    send->last = index;
    signal->topic = signal->topic == LKA_NO_LABEL ? send->topic : signal->topic;
    signal->about = signal->about == LKA_NO_LABEL ? send->about : signal->about;
    send->bounced = send->bounced || signal->type == LKA_SIGNAL_BOUNCE;
}

/* Sends of a second go before the answers of that second. */
static void link_answers(struct lka_signals *signals, const struct lka_event *events)
{
    size_t end;
    for (size_t from = 0; from < signals->count; from = end) {
        for (end = from; end < signals->count && signals->items[end].time == signals->items[from].time; end++) {
            if (signals->items[end].type == LKA_SIGNAL_SEND) {
                put_send(signals, end, events[end].campaign);
            }
        }
        for (size_t i = from; i < end; i++) {
            if (answers(signals->items[i].type)) {
                find_send(signals, &signals->items[i], events[i].campaign);
            }
        }
    }
}

static lka_status make_slots(struct lka_signals *signals, struct lka_error *error)
{
    size_t sends = 0;
    for (size_t i = 0; i < signals->count; i++) {
        sends += signals->items[i].type == LKA_SIGNAL_SEND;
    }
    size_t need = 16;
    while (need < 4 * sends + 4) {
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

lka_status lka_signals_read(struct lka_signals *signals, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                            const struct lka_event_group *group, struct lka_error *error)
{
    signals->count = 0;
    if (group->count > INT32_MAX) {
        return lka_fail(error, LKA_DATA, "a contact has %zu events; at most %d are allowed", group->count, INT32_MAX);
    }
    LKA_TRY(lka_reserve(&signals->items, &signals->capacity, group->count, sizeof *signals->items, error));
    for (; signals->count < group->count; signals->count++) {
        LKA_TRY(read_event(&signals->items[signals->count], vocabulary, agents, &group->events[signals->count], error));
    }
    LKA_TRY(make_slots(signals, error));
    link_answers(signals, group->events);
    return LKA_OK;
}

void lka_signals_release(struct lka_signals *signals)
{
    lka_free(signals->items);
    lka_free(signals->slots);
    *signals = (struct lka_signals){0};
}
