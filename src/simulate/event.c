#include "simulate/event.h"

#include "simulate/identity.h"
#include "simulate/row.h"

/* clang-format off */
const char lka_event_header[] = "contact_id,timestamp,type,channel,campaign,topic,amount,currency,user_agent,machine,"
                                "event_id,reason,brand,consideration\n";
/* clang-format on */

#define SLOT(text)             \
    {                          \
        sizeof(text) - 1, text \
    }

const struct lka_slot lka_maker_names[LKA_MAKERS] = {SLOT("brand\n"), SLOT("human\n"), SLOT("prefetch\n"),
                                                     SLOT("scanner\n"), SLOT("bot\n")};
static const struct lka_slot types[LKA_EVENT_TYPES] = {SLOT("send,"),   SLOT("bounce,"),      SLOT("open,"),
                                                       SLOT("click,"),  SLOT("visit,"),       SLOT("purchase,"),
                                                       SLOT("survey,"), SLOT("unsubscribe,"), SLOT("complaint,")};
static const struct lka_slot channels[LKA_CHANNELS] = {SLOT("email,"), SLOT("sms,"), SLOT("web,"), SLOT("app,"),
                                                       SLOT("store,")};
static const struct lka_slot declarations[LKA_DECLARATIONS] = {SLOT(","), SLOT("yes,"), SLOT("no,")};

/* As CSV, with the comma behind it; longer than a slot. */
static const struct {
    uint8_t length;
    char text[127];
} agents[LKA_AGENTS] = {
    [LKA_AGENT_NONE] = SLOT(","),
    /* The privacy proxies of a large mail client say no more than this. */
    [LKA_AGENT_BARE] = SLOT("Mozilla/5.0,"),
    [LKA_AGENT_SCANNER] = SLOT("Mozilla/5.0 (compatible; MailGuard-LinkScanner/2.1),"),
    SLOT("Barracuda Sentinel (EE),"),
    SLOT("Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks/1.0 url-protection,"),
    [LKA_AGENT_BOT] = SLOT("python-requests/2.31.0,"),
    SLOT("\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari\","),
    SLOT("Mozilla/5.0 (compatible; crawler-bot/1.0; +https://example.org/bot),"),
    [LKA_AGENT_PEOPLE] = SLOT("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148,"),
    SLOT("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15,"),
    SLOT("Mozilla/5.0 (Linux; Android 14; Mobile) Chrome/124.0.0.0,"),
    SLOT("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/125.0.0.0 Safari/537.36,"),
    SLOT("Microsoft Outlook 16.0.17628,"),
    SLOT("Mozilla/5.0 (Windows NT 10.0; rv:126.0) Gecko/20100101 Firefox/126.0,"),
    SLOT("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.11,"),
    SLOT("Dalvik/2.1.0 (Linux; Android 13; SM-A536B),"),
};

void lka_events_sort(struct lka_event *events, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct lka_event event = events[i];
        size_t at = i;
        for (; at > 0 && events[at - 1].time > event.time; at--) {
            events[at] = events[at - 1];
        }
        events[at] = event;
    }
}

/* ---- fields ----------------------------------------------------------------------------------- */

static inline char *put_short(const struct lka_slot *slot, char *at)
{
    memcpy(at, slot->text, 16);
    return at + slot->length;
}

char *lka_event_write_time(const struct lka_calendar *calendar, int64_t time, char *at)
{
    int64_t since = time - calendar->first_day * 86400;
    since = since < 0 ? 0 : since;
    uint32_t day = (uint32_t)(since / 86400);
    uint32_t second = (uint32_t)(since % 86400);
    memcpy(at, calendar->days + (size_t)day * LKA_DAY_TEXT, 16);
    at = lka_write_two(second / 3600, at + LKA_DAY_TEXT);
    *at++ = ':';
    at = lka_write_two(second / 60 % 60, at);
    *at++ = ':';
    at = lka_write_two(second % 60, at);
    *at++ = 'Z';
    return at;
}

static char *put_topic(const struct lka_world *world, unsigned topic, char *at)
{
    *at++ = ','; /* no campaign */
    if (topic != LKA_TOPIC_NONE) {
        const char *name = world->personas[topic];
        size_t length = strlen(name);
        memcpy(at, name, length);
        at += length;
    }
    *at++ = ',';
    return at;
}

static char *put_amount(int32_t cents, char *at)
{
    at = lka_write_digits((uint64_t)cents / 100, at);
    *at++ = '.';
    at = lka_write_two((unsigned)cents % 100, at);
    memcpy(at, ",EUR,", 5);
    return at + 5;
}

static char *put_answer(const struct lka_world *world, const struct lka_event *event, char *at)
{
    const struct lka_slot *brand = &world->brand->surveys.brands.slots[event->brand];
    if (event->reason == LKA_TOPIC_NONE) {
        *at++ = ',';
    } else {
        const struct lka_slot *reason = &world->brand->surveys.reasons.slots[event->reason];
        memcpy(at, reason->text, sizeof reason->text);
        at += reason->length;
    }
    memcpy(at, brand->text, sizeof brand->text);
    at = lka_write_digits(event->consideration, at + brand->length);
    *at++ = '\n';
    return at;
}

char *lka_event_write_id(const char *contact_id, size_t place, char *at)
{
    memcpy(at, contact_id, 16);
    at[0] = 'E';
    at += LKA_ROW_ID_LENGTH;
    *at++ = '-';
    if (place >= 999) {
        return lka_write_digits(place + 1, at);
    }
    *at++ = (char)('0' + (place + 1) / 100);
    return lka_write_two((unsigned)(place + 1) % 100, at);
}

char *lka_event_write(const struct lka_world *world, const struct lka_calendar *calendar, const struct lka_event *event,
                      const char *contact_id, size_t place, char *at)
{
    memcpy(at, contact_id, 16);
    at += LKA_ROW_ID_LENGTH;
    *at++ = ',';
    at = lka_event_write_time(calendar, event->time, at);
    *at++ = ',';
    at = put_short(&types[event->type], at);
    at = put_short(&channels[event->channel], at);
    if (event->mailing != LKA_MAILING_NONE) {
        const struct lka_slot *text = &calendar->mailings[event->mailing].text;
        memcpy(at, text->text, sizeof text->text);
        at += text->length;
    } else {
        at = put_topic(world, event->topic, at);
    }
    if (event->type == LKA_EVENT_PURCHASE) {
        at = put_amount(event->cents, at);
    } else {
        memcpy(at, ",,", 2);
        at += 2;
    }
    memcpy(at, agents[event->agent].text, sizeof agents->text);
    at = put_short(&declarations[event->declared], at + agents[event->agent].length);
    at = lka_event_write_id(contact_id, place, at);
    *at++ = ',';
    if (event->type == LKA_EVENT_SURVEY) {
        return put_answer(world, event, at);
    }
    memcpy(at, ",,\n", 3);
    return at + 3;
}
