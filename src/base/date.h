/* base/date.h: ISO 8601 dates and times, proleptic Gregorian, UTC unless an offset is given. */
#ifndef LKA_BASE_DATE_H
#define LKA_BASE_DATE_H

#include "base/text.h"

/* Days since 1970-01-01 of a civil date; months and days from 1 (Hinnant's algorithm). */
int64_t lka_days_from_civil(int64_t year, int month, int day);
void lka_civil_from_days(int64_t days, int64_t *year, int *month, int *day);
int lka_weekday(int64_t days); /* 0 Monday .. 6 Sunday */

/* "2024-02-29", "2024-02-29T13:05:00Z", "2024-02-29 13:05", with optional seconds, fraction and offset
 * (Z, +02:00, +0200). Seconds since 1970-01-01T00:00:00Z. False for anything else, impossible dates too. */
bool lka_parse_time(struct lka_span text, int64_t *seconds);

/* The day of a time, also before 1970: days since 1970-01-01. */
static inline int64_t lka_day_of(int64_t seconds)
{
    return seconds / 86400 - (seconds % 86400 < 0);
}

/* The day of "2024-02-29" alone, which is how most tables write it. */
struct lka_calendar_day {
    int64_t days; /* since 1970-01-01 */
    int month;
    int weekday;
};
bool lka_parse_date(struct lka_span text, bool padded, struct lka_calendar_day *day);

/* "YYYY-MM-DD" */
void lka_format_date(int64_t days, char buffer[16]);

#endif
