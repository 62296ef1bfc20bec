/* What a contact buys. Fader, Hardie, Lee 2005, with the dropout of Batislam, Denizel, Filiztekin 2007: a customer may
 * be lost after any purchase, the first one too. While alive, purchases are a Poisson process in operational time,
 * which runs faster in strong seasons; rates are gamma-distributed, dropout beta. Amounts are Gamma-Gamma (Fader,
 * Hardie 2013). */
#include "simulate/draws.h"
#include "simulate/life.h"

/* The day, with its fraction, at which operational time is that; past the end of the calendar: its end. */
static double day_of(const struct lka_calendar *calendar, double operational, size_t *month)
{
    while (*month < calendar->month_count && calendar->month_season[*month + 1] <= operational) {
        ++*month;
    }
    if (*month == calendar->month_count) {
        return (double)calendar->as_of;
    }
    size_t m = *month;
    double start = calendar->month_season[m];
    double share = (operational - start) / (calendar->month_season[m + 1] - start);
    /* The last month is cut by the as-of date, its season is not. */
    int64_t days = m + 1 < calendar->month_count ? calendar->month_day[m + 1] - calendar->month_day[m] : 30;
    return (double)calendar->month_day[m] + share * (double)days;
}

static double operational_of(const struct lka_calendar *calendar, double day, size_t month)
{
    int64_t days = month + 1 < calendar->month_count ? calendar->month_day[month + 1] - calendar->month_day[month] : 30;
    double share = (day - (double)calendar->month_day[month]) / (double)days;
    double start = calendar->month_season[month];
    return start + share * (calendar->month_season[month + 1] - start);
}

static void draw_customer(const struct lka_brand *brand, struct lka_random *random, struct lka_life *life)
{
    double a = lka_draw_gamma(random, brand->purchases.dropout_a);
    double b = lka_draw_gamma(random, brand->purchases.dropout_b);
    life->rate = lka_draw_gamma(random, brand->purchases.rate_shape) / brand->purchases.rate_days;
    life->dropout = a / (a + b);
    life->spend = brand->purchases.spend_p * brand->purchases.spend_gamma /
                  lka_draw_gamma(random, brand->purchases.spend_q);
}

static void add_purchase(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life,
                         double day)
{
    const struct lka_brand *brand = setting->brand;
    static const enum lka_channel where[4] = {LKA_CHANNEL_WEB, LKA_CHANNEL_STORE, LKA_CHANNEL_WEB, LKA_CHANNEL_APP};
    uint64_t bits = lka_random_next(random);
    struct lka_event *event = lka_life_add(life, LKA_EVENT_PURCHASE, where[bits & 3], LKA_MAKER_HUMAN,
                                           (int64_t)(day * 86400));
    double amount = life->spend / brand->purchases.spend_p * lka_draw_gamma(random, brand->purchases.spend_p);
    double cents = amount * 100 + .5;
    event->cents = cents < 1 ? 1 : cents > 2e9 ? 2000000000 : (int32_t)cents;
    event->topic = (bits & 0x30) != 0 ? (uint8_t)life->person.persona : LKA_TOPIC_NONE;
}

void lka_life_buy(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life)
{
    const struct lka_calendar *calendar = &setting->calendar;
    life->buyer = !life->never && lka_draw_happens(random, setting->brand->purchases.buyers);
    life->buying = false;
    if (!life->buyer) {
        return;
    }
    draw_customer(setting->brand, random, life);
    double day = (double)life->signed_up + lka_random_uniform(random);
    day += lka_draw_happens(random, setting->brand->purchases.at_sign_up) ? 0 : 60 * lka_draw_exponential(random);
    double end = (double)(life->died < calendar->as_of ? life->died : calendar->as_of);
    life->buyer = day < end;
    life->buying = day < end;
    size_t month = day < end ? lka_calendar_month(calendar, (int64_t)day, 0) : 0;
    double operational = operational_of(calendar, day, month);
    for (size_t bought = 0; day < end && bought < LKA_PURCHASES_MAX; bought++) {
        add_purchase(setting, random, life, day);
        if (lka_draw_happens(random, life->dropout)) {
            life->buying = false;
            break;
        }
        operational += lka_draw_exponential(random) / life->rate;
        day = day_of(calendar, operational, &month);
    }
    life->buying = life->buying && life->died >= calendar->as_of;
}
