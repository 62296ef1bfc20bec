/* What happens to the brand's mails: people open some, machines open and click what they are made to, dead mailboxes
 * return them. Machines are seen since `machines.since_days`; what was sent is kept for `mailings.keep_days`. */
#include "simulate/draws.h"
#include "simulate/life.h"

enum { BOUNCES_BEFORE_STOP = 3 };

static uint64_t bits_below(uint64_t bits, uint64_t bound)
{
    return (bits & 0xFFFF) * bound >> 16;
}

static double share_of(uint64_t bits)
{
    return (double)(bits & 0xFFFFFFFF) * 0x1p-32;
}

/* ---- people ----------------------------------------------------------------------------------- */

static int64_t opening_delay(const struct lka_life_world *setting, const struct lka_life *life, uint64_t bits)
{
    bool first_minute = life->machine == LKA_MAKER_PREFETCH &&
                        share_of(bits >> 32) < setting->brand->machines.people_first_minute;
    if (first_minute) {
        return 5 + (int64_t)bits_below(bits, 55);
    }
    const double *delays = setting->calendar.delays;
    double place = share_of(bits) * LKA_DELAY_CELLS;
    size_t cell = (size_t)place;
    return 60 + (int64_t)(delays[cell] + (place - (double)cell) * (delays[cell + 1] - delays[cell]));
}

/* People behind a privacy proxy are often seen through it. */
static void sign_as_person(const struct lka_brand *brand, const struct lka_life *life, uint64_t bits,
                           struct lka_event *event)
{
    bool proxied = life->machine == LKA_MAKER_PREFETCH && (bits & 7) < 3;
    bool unknown = (bits & 0x38) == 0;
    event->agent = (uint8_t)(proxied ? LKA_AGENT_BARE : unknown ? LKA_AGENT_NONE : LKA_AGENT_PEOPLE + life->client);
    event->declared = share_of(bits >> 16) < brand->machines.declared / 2 ? LKA_DECLARED_PERSON : LKA_DECLARED_NOTHING;
}

static int64_t before_end(const struct lka_life_world *setting, int64_t time)
{
    int64_t last = setting->calendar.as_of * 86400 - 1;
    return time < last ? time : last;
}

static struct lka_event *add_to_mail(const struct lka_life_world *setting, struct lka_life *life, size_t mailing,
                                     enum lka_event_type type, enum lka_maker maker, int64_t time)
{
    enum lka_channel channel = setting->calendar.mailings[mailing].sms ? LKA_CHANNEL_SMS : LKA_CHANNEL_EMAIL;
    struct lka_event *event = lka_life_add(life, type, channel, maker, before_end(setting, time));
    event->mailing = (uint16_t)mailing;
    return event;
}

static void click(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                  size_t mailing, int64_t time)
{
    uint64_t bits = lka_random_next(random);
    sign_as_person(setting->brand, life, bits >> 16,
                   add_to_mail(setting, life, mailing, LKA_EVENT_CLICK, LKA_MAKER_HUMAN, time));
    if ((bits & 7) < 5) {
        struct lka_event *visit = lka_life_add(life, LKA_EVENT_VISIT, LKA_CHANNEL_WEB, LKA_MAKER_HUMAN,
                                               before_end(setting, time + 2 + (int64_t)(bits >> 8 & 31)));
        visit->topic = setting->calendar.mailings[mailing].topic;
        visit->agent = (uint8_t)(LKA_AGENT_PEOPLE + life->client);
    }
}

static void leave(const struct lka_life_world *setting, struct lka_life *life, size_t mailing, enum lka_event_type type,
                  int64_t time)
{
    add_to_mail(setting, life, mailing, type, LKA_MAKER_HUMAN, time);
    life->left = time;
}

/* Somebody who opened: clicks, and some have had enough. */
static void read_on(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                    size_t mailing, int64_t time, double wish_to_leave)
{
    const struct lka_brand *brand = setting->brand;
    uint64_t bits = lka_random_next(random);
    sign_as_person(brand, life, lka_random_next(random),
                   add_to_mail(setting, life, mailing, LKA_EVENT_OPEN, LKA_MAKER_HUMAN, time));
    double draw = share_of(bits >> 32);
    if (life->clicks && share_of(bits) < brand->mailings.click) {
        click(setting, random, life, mailing, time + 3 + (int64_t)bits_below(bits >> 40, 90));
    } else if (draw < wish_to_leave * brand->mailings.unsubscribe) {
        leave(setting, life, mailing, LKA_EVENT_UNSUBSCRIBE, time + 20);
    } else if (draw > 1 - wish_to_leave * brand->mailings.complain) {
        leave(setting, life, mailing, LKA_EVENT_COMPLAINT, time + 15);
    }
}

static void read_month(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                       size_t month)
{
    const struct lka_brand *brand = setting->brand;
    const struct lka_calendar *calendar = &setting->calendar;
    bool full = life->states[month] == LKA_STATE_FULL;
    double level = full ? 1 : brand->engagement.faded_level;
    for (size_t m = calendar->month_mailing[month]; m < calendar->month_mailing[month + 1]; m++) {
        const struct lka_mailing *mailing = &calendar->mailings[m];
        bool match = mailing->topic == life->person.persona;
        double open = match ? brand->mailings.open_match : brand->mailings.open_other;
        double chance = mailing->sms ? (life->sms ? brand->mailings.sms_click : 0) : open * mailing->fatigue;
        uint64_t bits = lka_random_next(random);
        if (share_of(bits) >= chance * level) {
            continue;
        }
        int64_t time = lka_life_arrival(life, calendar, m) + opening_delay(setting, life, lka_random_next(random));
        int64_t day = mailing->time / 86400;
        if (day <= life->signed_up || day >= life->died || (!mailing->sms && day >= life->invalid) ||
            mailing->time >= life->left || time >= calendar->as_of * 86400) {
            continue;
        }
        if (mailing->sms) {
            click(setting, random, life, m, time);
        } else {
            read_on(setting, random, life, m, time, full ? 1 : 2);
        }
    }
}

void lka_life_read_mail(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life)
{
    for (size_t month = life->first_month; month < setting->calendar.month_count; month++) {
        if (life->states[month] == LKA_STATE_FULL || life->states[month] == LKA_STATE_FADED) {
            read_month(setting, random, life, month);
        }
    }
}

/* ---- machines --------------------------------------------------------------------------------- */

static void sign_as_machine(const struct lka_life_world *setting, const struct lka_life *life, uint64_t bits,
                            unsigned first_agent, unsigned agents, struct lka_event *event)
{
    const struct lka_brand *brand = setting->brand;
    bool named = share_of(bits) < brand->machines.named;
    bool nothing = (bits >> 32 & 1) != 0; /* else it looks like a person's program */
    unsigned agent = first_agent + (unsigned)bits_below(bits >> 33, agents);
    unsigned client = LKA_AGENT_PEOPLE + (unsigned)life->client;
    event->agent = (uint8_t)(named ? agent : nothing ? (unsigned)LKA_AGENT_NONE : client);
    bool declared = (double)(bits >> 49) * 0x1p-15 < brand->machines.declared;
    event->declared = declared ? LKA_DECLARED_MACHINE : LKA_DECLARED_NOTHING;
}

static void prefetch(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                     size_t mailing, int64_t time)
{
    double minutes = lka_draw_exponential(random) * setting->brand->machines.prefetch_minutes;
    struct lka_event *event = add_to_mail(setting, life, mailing, LKA_EVENT_OPEN, LKA_MAKER_PREFETCH,
                                          time + 1 + (int64_t)(minutes * 60));
    sign_as_machine(setting, life, lka_random_next(random), LKA_AGENT_BARE, 1, event);
}

/* Every link within seconds, all by the same program. */
static void scan(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life, size_t mailing,
                 int64_t time)
{
    uint64_t bits = lka_random_next(random);
    uint64_t agent = lka_random_next(random);
    time += 1 + (int64_t)bits_below(bits, 12);
    for (unsigned link = 0; link < setting->calendar.mailings[mailing].links; link++) {
        bits >>= 8;
        time += (int64_t)(bits & 1);
        sign_as_machine(setting, life, agent, LKA_AGENT_SCANNER, 3,
                        add_to_mail(setting, life, mailing, LKA_EVENT_CLICK, LKA_MAKER_SCANNER, time));
    }
}

/* A burst of visits and clicks, one every few seconds. */
static void burst(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                  size_t mailing, int64_t time)
{
    uint64_t pages = 15 + lka_random_below(random, 40);
    uint64_t agent = lka_random_next(random);
    for (uint64_t page = 0; page < pages; page++) {
        time += 1 + (int64_t)lka_random_below(random, 3);
        struct lka_event *event;
        if (page % 8 == 0) {
            event = add_to_mail(setting, life, mailing, LKA_EVENT_CLICK, LKA_MAKER_BOT, time);
        } else {
            event = lka_life_add(life, LKA_EVENT_VISIT, LKA_CHANNEL_WEB, LKA_MAKER_BOT, before_end(setting, time));
            event->topic = (uint8_t)lka_random_below(random, setting->world->persona_count);
        }
        sign_as_machine(setting, life, agent, LKA_AGENT_BOT, 3, event);
    }
}

static void run_machines(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                         size_t mailing, int64_t time)
{
    if (setting->calendar.mailings[mailing].sms) {
        return;
    }
    if (life->machine == LKA_MAKER_PREFETCH) {
        prefetch(setting, random, life, mailing, time);
    } else if (life->machine == LKA_MAKER_SCANNER) {
        scan(setting, random, life, mailing, time);
    } else if (life->machine == LKA_MAKER_BOT && lka_draw_happens(random, .35)) {
        burst(setting, random, life, mailing, time + 60 + (int64_t)lka_random_below(random, 86400));
    }
}

/* ---- what arrives ----------------------------------------------------------------------------- */

/* A mail to a dead mailbox comes back; after a few the brand stops. Returns whether it is still being sent. */
static bool deliver(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                    size_t mailing, unsigned *bounced)
{
    const struct lka_mailing *mail = &setting->calendar.mailings[mailing];
    int64_t kept = (setting->calendar.as_of - (int64_t)setting->brand->mailings.keep_days) * 86400;
    int64_t seen = (setting->calendar.as_of - (int64_t)setting->brand->machines.since_days) * 86400;
    bool dead = !mail->sms && mail->time / 86400 >= life->invalid;
    int64_t time = lka_life_arrival(life, &setting->calendar, mailing);
    if (mail->time >= kept) {
        add_to_mail(setting, life, mailing, LKA_EVENT_SEND, LKA_MAKER_BRAND, time);
    }
    if (dead) {
        add_to_mail(setting, life, mailing, LKA_EVENT_BOUNCE, LKA_MAKER_BRAND, time + 4);
        ++*bounced;
    } else if (mail->time >= seen) {
        run_machines(setting, random, life, mailing, time);
    }
    return *bounced < BOUNCES_BEFORE_STOP;
}

void lka_life_get_mail(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life)
{
    const struct lka_calendar *calendar = &setting->calendar;
    double keep = setting->brand->mailings.keep_days;
    double since = setting->brand->machines.since_days;
    int64_t first = calendar->as_of - (int64_t)(keep > since ? keep : since);
    first = life->invalid < first ? life->invalid : first;
    first = first > life->signed_up ? first : life->signed_up + 1;
    if (life->signed_up >= calendar->as_of || first >= calendar->as_of) {
        return;
    }
    unsigned bounced = 0;
    bool mailed = true;
    size_t month = lka_calendar_month(calendar, first, life->first_month);
    for (size_t m = calendar->month_mailing[month]; m < calendar->mailing_count; m++) {
        const struct lka_mailing *mailing = &calendar->mailings[m];
        bool wanted = mailing->sms ? life->sms : mailed;
        if (mailing->time >= calendar->as_of * 86400 - 7200 || mailing->time >= life->left) {
            break;
        }
        if (wanted && mailing->time / 86400 >= first) {
            mailed = deliver(setting, random, life, m, &bounced);
        }
    }
}
