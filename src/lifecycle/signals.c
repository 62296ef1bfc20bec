#include "lifecycle/signals.h"

#include "base/error.h"
#include "lifecycle/mails.h"

/* Before all times, and far enough from them. */
#define LONG_AGO (-INT64_C(1000000000000))

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

static lka_status read_event(struct lka_signal *signal, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                             const struct lka_event *event, struct lka_error *error)
{
    *signal = (struct lka_signal){.time = event->time,
                                  .sent = -1,
                                  .next = -1,
                                  .last = -1,
                                  .reason = LKA_NO_LABEL,
                                  .brand = LKA_NO_LABEL,
                                  .consideration = -1,
                                  .said = (uint8_t)said_by(event->machine),
                                  .nameless = event->user_agent.length == 0};
    LKA_TRY(lka_labels_of(&vocabulary->types, event->type, &signal->type, error));
    LKA_TRY(lka_labels_of(&vocabulary->channels, event->channel, &signal->channel, error));
    signal->agent = agent_of(vocabulary, agents, event);
    LKA_TRY(lka_labels_of(&vocabulary->topics, event->topic, &signal->topic, error));
    LKA_TRY(lka_labels_of(&vocabulary->abouts, event->topic.length > 0 ? event->topic : event->campaign, &signal->about,
                          error));
    return signal->type == LKA_SIGNAL_SURVEY ? read_survey(signal, vocabulary, event, error) : LKA_OK;
}

/* ---- shapes ----------------------------------------------------------------------------------- */

static lka_status make_senses(struct lka_signals *signals, size_t count, struct lka_error *error)
{
    size_t before = signals->sense_count;
    LKA_TRY(lka_reserve(&signals->senses, &signals->sense_count, count, sizeof *signals->senses, error));
    memset(signals->senses + before, 0, (signals->sense_count - before) * sizeof *signals->senses);
    return LKA_OK;
}

/* What the event says; of a shape that says all of it, only once. */
static lka_status make_sense(struct lka_signals *signals, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                             const struct lka_event_group *group, const struct lka_moment *moment,
                             struct lka_error *error)
{
    enum { OF_NO_SIGNAL = 1 << LKA_EVENT_FIELD_amount | 1 << LKA_EVENT_FIELD_currency | 1 << LKA_EVENT_FIELD_event_id };
    struct lka_sense *sense = &signals->senses[lka_moment_shape(moment)];
    struct lka_event event;
    lka_event_clear(&event);
    lka_event_read(moment, group->shapes, &event);
    LKA_TRY(read_event(&sense->signal, vocabulary, agents, &event, error));
    sense->mail = lka_mail_key(sense->signal.channel, event.campaign);
    sense->named = sense->signal.agent != LKA_KIND_NONE || sense->signal.said != LKA_SAID_NOTHING;
    sense->quick = lka_is_quick(&sense->signal);
    sense->known = (group->shapes->items[lka_moment_shape(moment)].own & ~(unsigned)OF_NO_SIGNAL) == 0;
    return LKA_OK;
}

static lka_status make_room(struct lka_signals *signals, const struct lka_event_group *group, struct lka_error *error)
{
    size_t capacity = signals->capacity;
    LKA_TRY(lka_reserve(&signals->items, &signals->capacity, group->count, sizeof *signals->items, error));
    LKA_TRY(lka_reserve(&signals->mails, &capacity, group->count, sizeof *signals->mails, error));
    return signals->sense_count < group->shapes->count ? make_senses(signals, group->shapes->count, error) : LKA_OK;
}

lka_status lka_signals_read(struct lka_signals *signals, struct lka_lexicon *vocabulary, struct lka_patterns *agents,
                            const struct lka_event_group *group, struct lka_error *error)
{
    struct lka_signal_traits traits = {
        .quick_gap = LKA_NEVER, .click_gap = LKA_NEVER, .soonest_open = LKA_NEVER, .soonest_click = LKA_NEVER};
    if (group->count > INT32_MAX) {
        return lka_fail(error, LKA_DATA, "a contact has %zu events; at most %d are allowed", group->count, INT32_MAX);
    }
    LKA_TRY(make_room(signals, group, error));
    int64_t last_quick = LONG_AGO;
    for (size_t i = 0; i < group->count; i++) {
        const struct lka_moment *moment = &group->moments[i];
        const struct lka_sense *sense = &signals->senses[lka_moment_shape(moment)];
        if (!sense->known) {
            LKA_TRY(make_sense(signals, vocabulary, agents, group, moment, error));
        }
        int64_t time = lka_moment_time(moment);
        signals->items[i] = sense->signal;
        signals->items[i].time = time;
        signals->mails[i] = sense->mail;
        int64_t gap = sense->quick ? time - last_quick : LKA_NEVER;
        traits.quick_gap = gap < traits.quick_gap ? gap : traits.quick_gap;
        last_quick = sense->quick ? time : last_quick;
        traits.sends += sense->signal.type == LKA_SIGNAL_SEND;
        traits.campaigns |= sense->mail != 0;
        traits.quick += sense->quick;
        traits.topics += sense->signal.topic != LKA_NO_LABEL;
        traits.surveys += sense->signal.type == LKA_SIGNAL_SURVEY;
        traits.named |= sense->named;
    }
    signals->count = group->count;
    signals->traits = traits;
    return lka_mails_link(signals, error);
}

void lka_signals_release(struct lka_signals *signals)
{
    lka_free(signals->items);
    lka_free(signals->mails);
    lka_free(signals->senses);
    lka_free(signals->slots);
    *signals = (struct lka_signals){0};
}
