#include "simulate/calendar.h"

#include "base/date.h"
#include "base/elementary.h"
#include "base/error.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>

enum { MAILS_A_MONTH = 9, MORNING = 6 * 3600, SENDING_HOURS = 10 * 3600 };

/* ---- months ----------------------------------------------------------------------------------- */

static void make_months(const struct lka_world *world, struct lka_calendar *calendar)
{
    const struct lka_attribute *signed_up = &world->attributes[world->known[LKA_KNOWN_SIGNED_UP]];
    int64_t year = 0;
    int month = 0;
    int day = 0;
    int64_t longest = (LKA_MONTHS_MAX - 2) * 30;
    calendar->as_of = world->as_of;
    lka_civil_from_days(world->as_of - (signed_up->maximum < longest ? signed_up->maximum : longest), &year, &month,
                        &day);
    calendar->first_day = lka_days_from_civil(year, month, 1);
    double operational = 0;
    size_t count = 0;
    for (int64_t at = calendar->first_day; at < calendar->as_of && count < LKA_MONTHS_MAX; count++) {
        int64_t next = month == 12 ? lka_days_from_civil(year + 1, 1, 1) : lka_days_from_civil(year, month + 1, 1);
        calendar->month_day[count] = at;
        calendar->month_season[count] = operational;
        operational += (double)(next - at) * world->brand->purchases.seasons[month - 1];
        year += month == 12;
        month = month == 12 ? 1 : month + 1;
        at = next;
    }
    calendar->month_count = count;
    calendar->month_day[count] = calendar->as_of;
    calendar->month_season[count] = operational;
}

/* ---- mailings --------------------------------------------------------------------------------- */

static void name_mailing(const struct lka_world *world, int64_t month_day, size_t place, struct lka_mailing *mailing)
{
    char date[16];
    char name[sizeof mailing->text.text];
    lka_format_date(month_day, date);
    int length = snprintf(name, sizeof name, "%.7s-%s%c,%.40s,", date, mailing->sms ? "sms-" : "", (char)('a' + place),
                          world->personas[mailing->topic]);
    memcpy(mailing->text.text, name, sizeof name);
    mailing->text.length = (uint8_t)length;
}

static struct lka_mailing draw_mailing(const struct lka_world *world, const struct lka_calendar *calendar, size_t month,
                                       struct lka_random *random)
{
    int64_t days = calendar->month_day[month + 1] - calendar->month_day[month];
    int64_t day = calendar->month_day[month] + (int64_t)lka_random_below(random, (uint64_t)days);
    return (struct lka_mailing){.time = day * 86400 + MORNING + (int64_t)lka_random_below(random, SENDING_HOURS),
                                .topic = (uint8_t)lka_random_below(random, world->persona_count),
                                .links = (uint8_t)(2 + lka_random_below(random, 3))};
}

static void make_month(const struct lka_world *world, uint64_t key, size_t month, struct lka_calendar *calendar)
{
    const struct lka_brand *brand = world->brand;
    struct lka_random random = lka_random_start(key, (uint64_t)calendar->month_day[month]);
    uint64_t fewest = (uint64_t)brand->mailings.fewest_a_month;
    uint64_t most = (uint64_t)brand->mailings.most_a_month;
    size_t mails = (size_t)(fewest + lka_random_below(&random, most - fewest + 1));
    struct lka_mailing *list = calendar->mailings + calendar->mailing_count;
    calendar->month_mailing[month] = (uint16_t)calendar->mailing_count;
    for (size_t i = 0; i < mails + 1; i++) {
        struct lka_mailing made = draw_mailing(world, calendar, month, &random);
        made.sms = i == mails; /* one text message a month */
        made.fatigue = 1;
        for (size_t more = 2; more < mails; more++) {
            made.fatigue *= brand->mailings.fatigue;
        }
        size_t at = i;
        for (; at > 0 && list[at - 1].time > made.time; at--) {
            list[at] = list[at - 1];
        }
        list[at] = made;
    }
    for (size_t i = 0; i < mails + 1; i++) {
        name_mailing(world, calendar->month_day[month], i, &list[i]);
    }
    calendar->mailing_count += mails + 1;
}

/* ---- delays ----------------------------------------------------------------------------------- */

/* Logistic in the logarithm, with a median of three hours: the nearest to log-normal that has a closed inverse. */
static void make_delays(struct lka_calendar *calendar)
{
    static const double median = 3 * 3600;
    static const double spread = .75;
    static const double longest = 6 * 86400;
    for (size_t i = 0; i <= LKA_DELAY_CELLS; i++) {
        double share = ((double)i + .25) / (LKA_DELAY_CELLS + .5);
        double delay = median * lka_exp(spread * lka_log(share / (1 - share)));
        calendar->delays[i] = delay < longest ? delay : longest;
    }
}

static lka_status make_days(struct lka_calendar *calendar, struct lka_error *error)
{
    size_t count = (size_t)(calendar->as_of - calendar->first_day) + 2;
    LKA_TRY(LKA_NEW(calendar->days, count * LKA_DAY_TEXT + 16, error));
    for (size_t i = 0; i < count; i++) {
        char date[16];
        lka_format_date(calendar->first_day + (int64_t)i, date);
        date[10] = 'T';
        memcpy(calendar->days + i * LKA_DAY_TEXT, date, LKA_DAY_TEXT);
    }
    return LKA_OK;
}

lka_status lka_calendar_make(const struct lka_world *world, uint64_t key, struct lka_calendar *calendar,
                             struct lka_error *error)
{
    *calendar = (struct lka_calendar){0};
    make_months(world, calendar);
    LKA_TRY(LKA_NEW(calendar->mailings, calendar->month_count * MAILS_A_MONTH + 1, error));
    LKA_TRY(make_days(calendar, error));
    for (size_t month = 0; month < calendar->month_count; month++) {
        make_month(world, key, month, calendar);
    }
    calendar->month_mailing[calendar->month_count] = (uint16_t)calendar->mailing_count;
    make_delays(calendar);
    return LKA_OK;
}

void lka_calendar_release(struct lka_calendar *calendar)
{
    lka_free(calendar->mailings);
    lka_free(calendar->days);
    *calendar = (struct lka_calendar){0};
}
