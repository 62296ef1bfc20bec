/* How a contact's engagement goes on, month by month: full, faded, quiet; it rarely comes back, and a purchase makes it
 * full again. Visits and surveys follow from it. */
#include "simulate/choices.h"
#include "simulate/draws.h"
#include "simulate/life.h"

static int64_t some_time(const struct lka_calendar *calendar, const struct lka_life *life, size_t month,
                         struct lka_random *random)
{
    int64_t from = calendar->month_day[month] > life->signed_up ? calendar->month_day[month] : life->signed_up;
    int64_t to = calendar->month_day[month + 1] < life->died ? calendar->month_day[month + 1] : life->died;
    int64_t seconds = to > from ? (to - from) * 86400 : 0;
    return seconds ? from * 86400 + (int64_t)lka_random_below(random, (uint64_t)seconds) : -1;
}

/* From 0 to 10. The own brand is considered by who is engaged, and drifts over the years; others are by who is not. */
static uint8_t consider(const struct lka_life_world *setting, const struct lka_event *event, enum lka_state state,
                        double mood)
{
    static const double own[LKA_STATES] = {1.5, 5, 3.5, 1.5};
    static const double other[LKA_STATES] = {3, 2.5, 3.5, 4};
    double years = (double)(setting->calendar.as_of * 86400 - event->time) / (365.25 * 86400);
    double level = event->brand == 0 ? own[state] - setting->brand->surveys.trend_a_year * years : other[state];
    level += mood;
    return (uint8_t)(level < 0 ? 0 : level > 10 ? 10 : level);
}

/* A stated reason comes from somebody who leaves alone. */
static void answer(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life, size_t month,
                   bool leaves)
{
    const struct lka_texts *reasons = &setting->brand->surveys.reasons;
    const struct lka_texts *brands = &setting->brand->surveys.brands;
    int64_t time = some_time(&setting->calendar, life, month, random);
    if (time < 0 || reasons->count == 0 || brands->count == 0) {
        return;
    }
    uint64_t bits = lka_random_next(random);
    struct lka_event *event = lka_life_add(life, LKA_EVENT_SURVEY, LKA_CHANNEL_WEB, LKA_MAKER_HUMAN, time);
    event->reason = leaves ? (uint8_t)lka_choose(reasons->choices, reasons->count, (uint32_t)bits) : LKA_TOPIC_NONE;
    event->brand = (uint8_t)lka_choose(brands->choices, brands->count, (uint32_t)(bits >> 32));
    double mood = 2.5 * (lka_random_uniform(random) + lka_random_uniform(random));
    event->consideration = consider(setting, event, (enum lka_state)life->states[month], mood);
}

static void visit(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life, size_t month)
{
    static const enum lka_channel where[4] = {LKA_CHANNEL_WEB, LKA_CHANNEL_WEB, LKA_CHANNEL_APP, LKA_CHANNEL_STORE};
    int64_t time = some_time(&setting->calendar, life, month, random);
    if (time < 0) {
        return;
    }
    uint64_t bits = lka_random_next(random);
    struct lka_event *event = lka_life_add(life, LKA_EVENT_VISIT, where[bits & 3], LKA_MAKER_HUMAN, time);
    bool own = (bits & 0x1C) != 0; /* seven in eight look at what they like */
    event->topic = (uint8_t)(own ? life->person.persona : (bits >> 32) * setting->world->persona_count >> 32);
    event->agent = event->channel == LKA_CHANNEL_WEB ? (uint8_t)(LKA_AGENT_PEOPLE + life->client) : LKA_AGENT_NONE;
}

static enum lka_state next_state(const struct lka_brand *brand, const struct lka_life *life, enum lka_state state,
                                 double draw)
{
    switch (state) {
    case LKA_STATE_FULL:
        return draw < brand->engagement.fades_a_month * brand->engagement.personas[life->person.persona]
                   ? LKA_STATE_FADED
                   : LKA_STATE_FULL;
    case LKA_STATE_FADED:
        return draw < brand->engagement.quiet_a_month ? LKA_STATE_QUIET : LKA_STATE_FADED;
    case LKA_STATE_QUIET:
        return draw < brand->engagement.recovers_a_month ? LKA_STATE_FULL : LKA_STATE_QUIET;
    case LKA_STATE_NEVER:
    case LKA_STATES:
        break;
    }
    return state;
}

static void live_month(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                       size_t month, bool left)
{
    const struct lka_brand *brand = setting->brand;
    if (left && lka_draw_happens(random, brand->surveys.on_leaving)) {
        answer(setting, random, life, month, true);
    }
    if (life->states[month] == LKA_STATE_FULL || life->states[month] == LKA_STATE_FADED) {
        double level = life->states[month] == LKA_STATE_FULL ? 1 : brand->engagement.faded_level;
        uint64_t draws = lka_random_next(random);
        if ((double)(uint32_t)draws * 0x1p-32 < level * brand->mailings.visits_a_month) {
            visit(setting, random, life, month);
        }
        if ((double)(uint32_t)(draws >> 32) * 0x1p-32 < level * brand->surveys.answers_a_month) {
            answer(setting, random, life, month, false);
        }
    }
}

void lka_life_fade(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life)
{
    const struct lka_calendar *calendar = &setting->calendar;
    size_t purchases = life->event_count; /* so far nothing else has happened, and they are in order */
    size_t next = 0;
    enum lka_state state = life->never ? LKA_STATE_NEVER : LKA_STATE_FULL;
    life->first_month = lka_calendar_month(calendar, life->signed_up, 0);
    for (size_t month = life->first_month; month < calendar->month_count; month++) {
        enum lka_state before = state;
        if (month > life->first_month && !life->never) {
            state = next_state(setting->brand, life, state, lka_random_uniform(random));
        }
        for (; next < purchases && life->events[next].time < calendar->month_day[month + 1] * 86400; next++) {
            state = LKA_STATE_FULL;
        }
        if (life->died < calendar->month_day[month + 1]) {
            state = life->never ? LKA_STATE_NEVER : LKA_STATE_QUIET;
        }
        life->states[month] = (uint8_t)state;
        live_month(setting, random, life, month, before == LKA_STATE_FADED && state == LKA_STATE_QUIET);
    }
}
