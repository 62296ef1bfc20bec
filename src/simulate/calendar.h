/* simulate/calendar.h: what the brand did when: its mailings by month, its seasons, and the days as text. A pure
 * function of a world and a key; read-only once made. Months are counted from that of `first_day`. */
#ifndef LKA_SIMULATE_CALENDAR_H
#define LKA_SIMULATE_CALENDAR_H

#include "simulate/brand.h"

enum {
    LKA_MONTHS_MAX = 241, /* twenty years; whoever signed up before has the same history from then on */
    LKA_DAY_TEXT = 11,    /* "2025-03-04T" */
    LKA_DELAY_CELLS = 256,
    LKA_MAILING_NONE = UINT16_MAX
};

struct lka_mailing {
    int64_t time;  /* seconds since 1970 when the first of it goes out */
    uint8_t topic; /* a persona */
    uint8_t links;
    bool sms;
    double fatigue;       /* what is left of the wish to open in a month with so many mails */
    struct lka_slot text; /* "2025-03-b,science," */
};

struct lka_calendar {
    int64_t first_day;
    int64_t as_of; /* events end before its first second */
    size_t month_count;
    int64_t month_day[LKA_MONTHS_MAX + 1];   /* the first day of each month; the last ends at as_of */
    double month_season[LKA_MONTHS_MAX + 1]; /* operational time, in days, at the start of each month */
    uint16_t month_mailing[LKA_MONTHS_MAX + 1];
    struct lka_mailing *mailings;
    size_t mailing_count;
    char *days;                         /* LKA_DAY_TEXT each, from first_day */
    double delays[LKA_DELAY_CELLS + 1]; /* seconds until a person opens, evenly spaced in probability */
};

lka_status lka_calendar_make(const struct lka_world *world, uint64_t key, struct lka_calendar *calendar,
                             struct lka_error *error);
void lka_calendar_release(struct lka_calendar *calendar);

/* The month of a day at or after first_day; looks forward from `month`. */
static inline size_t lka_calendar_month(const struct lka_calendar *calendar, int64_t day, size_t month)
{
    while (month + 1 < calendar->month_count && day >= calendar->month_day[month + 1]) {
        month++;
    }
    return month;
}

#endif
