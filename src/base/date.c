#include "base/date.h"

#include "base/short_text.h"

#include <stdio.h>

int64_t lka_days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void lka_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

int lka_weekday(int64_t days)
{
    int64_t day = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day);
}

/* Exactly `count` digits at *at, moved past. */
static bool take_digits(const char **at, const char *end, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at >= end || **at < '0' || **at > '9') {
            return false;
        }
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool take(const char **at, const char *end, char wanted)
{
    if (*at < end && **at == wanted) {
        (*at)++;
        return true;
    }
    return false;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool take_clock(const char **at, const char *end, int64_t *seconds)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_digits(at, end, 2, &hour) || !take(at, end, ':') || !take_digits(at, end, 2, &minute)) {
        return false;
    }
    if (take(at, end, ':')) {
        if (!take_digits(at, end, 2, &second)) {
            return false;
        }
        if (take(at, end, '.')) {
            const char *fraction = *at;
            while (*at < end && **at >= '0' && **at <= '9') {
                (*at)++;
            }
            if (*at == fraction) {
                return false;
            }
        }
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

static bool take_offset(const char **at, const char *end, int64_t *seconds)
{
    *seconds = 0;
    if (*at == end || take(at, end, 'Z')) {
        return true;
    }
    bool behind = take(at, end, '-');
    int hour = 0;
    int minute = 0;
    if ((!behind && !take(at, end, '+')) || !take_digits(at, end, 2, &hour)) {
        return false;
    }
    (void)take(at, end, ':');
    if (!take_digits(at, end, 2, &minute) || hour > 14 || minute > 59) {
        return false;
    }
    *seconds = (behind ? -1 : 1) * (hour * 3600 + minute * 60);
    return true;
}

bool lka_parse_time(struct lka_span text, int64_t *seconds)
{
    const char *at = text.text;
    const char *end = at + text.length;
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_digits(&at, end, 4, &year) || !take(&at, end, '-') || !take_digits(&at, end, 2, &month) ||
        !take(&at, end, '-') || !take_digits(&at, end, 2, &day)) {
        return false;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
        return false;
    }
    int64_t clock = 0;
    int64_t offset = 0;
    if (at < end && (!(take(&at, end, 'T') || take(&at, end, ' ')) || !take_clock(&at, end, &clock) ||
                     !take_offset(&at, end, &offset))) {
        return false;
    }
    *seconds = lka_days_from_civil(year, month, day) * 86400 + clock - offset;
    return at == end;
}

#define ZEROS "0000-00-"

/* What differs from zeros with bars between them is the digits themselves. */
bool lka_parse_date(struct lka_span text, bool padded, struct lka_calendar_day *day)
{
    if (text.length != 10) {
        return false;
    }
    const uint64_t high_halves = UINT64_C(0xF0F0F0F0F0F0F0F0);
    const uint64_t sixes = UINT64_C(0x0006060006060606); /* bars stay as they are */
    struct lka_short_text bytes = lka_short_text(text, padded);
    uint64_t first = bytes.low ^ lka_eight_bytes(ZEROS);
    uint64_t last = bytes.high ^ (lka_eight_bytes(ZEROS) & 0xFFFF);
    uint64_t bars = first & UINT64_C(0xFF0000FF00000000);
    if (bars | ((first | (first + sixes) | last | (last + (sixes & 0xFFFF))) & high_halves)) {
        return false;
    }
    int digits[10];
    for (int i = 0; i < 10; i++) {
        digits[i] = (int)((i < 8 ? first >> 8 * i : last >> 8 * (i - 8)) & 0xFF);
    }
    int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    int month = digits[5] * 10 + digits[6];
    int of_month = digits[8] * 10 + digits[9];
    if (month < 1 || month > 12 || of_month < 1 || of_month > days_in_month(year, month)) {
        return false;
    }
    int64_t days = lka_days_from_civil(year, month, of_month);
    *day = (struct lka_calendar_day){days, month, lka_weekday(days)};
    return true;
}

void lka_format_date(int64_t days, char buffer[16])
{
    int64_t year = 0;
    int month = 0;
    int day = 0;
    lka_civil_from_days(days, &year, &month, &day);
    if (year < 0 || year > 9999) {
        snprintf(buffer, 16, "%04d-%02d-%02d", (int)year, month, day);
        return;
    }
    memcpy(buffer, ZEROS "00", 11);
    for (int at = 3; at >= 0; at--, year /= 10) {
        buffer[at] = (char)('0' + year % 10);
    }
    buffer[5] = (char)('0' + month / 10);
    buffer[6] = (char)('0' + month % 10);
    buffer[8] = (char)('0' + day / 10);
    buffer[9] = (char)('0' + day % 10);
}
