#include "campaign/moments.h"

#include "base/date.h"
#include "base/error.h"

#include <stdio.h>

int64_t lka_moment_after(int64_t seconds, struct lka_period period, bool back)
{
    int64_t day = lka_day_of(seconds);
    period.count = back ? -period.count : period.count;
    return lka_period_after(day, period) * 86400 + (seconds - day * 86400);
}

lka_status lka_moment_read(const char *text, const char *flag, int64_t *seconds, struct lka_error *error)
{
    return lka_parse_time(lka_span_of(text), seconds)
               ? LKA_OK
               : lka_fail(error, LKA_USAGE,
                          "--%s: \"%.40s\" is not allowed; allowed: a date or a time, such as 2025-06-30", flag, text);
}

void lka_moment_write(int64_t seconds, char buffer[32])
{
    int64_t days = lka_day_of(seconds);
    int clock = (int)(seconds - days * 86400);
    char date[16];
    lka_format_date(days, date);
    snprintf(buffer, 32, "%.10sT%02d:%02d:%02dZ", date, clock / 3600, clock / 60 % 60, clock % 60);
}
