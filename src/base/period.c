#include "base/period.h"

#include "base/date.h"
#include "base/error.h"

lka_status lka_period_parse(const char *flag, const char *text, struct lka_period *period, struct lka_error *error)
{
    size_t length = strlen(text);
    int64_t count = -1;
    char unit = length > 1 ? text[length - 1] : '\0';
    bool known = unit == 'd' || unit == 'w' || unit == 'm' || unit == 'y';
    if (!known || !lka_parse_integer((struct lka_span){text, (uint32_t)length - 1}, &count) || count < 0 ||
        count > 100000) {
        char shown[64];
        return lka_fail(error, LKA_USAGE,
                        "--%s: %s is no period; allowed: a number from 0 to 100000 and d, w, m or y, as in 180d or 3y",
                        flag, lka_show(lka_span_of(text), false, shown));
    }
    *period = (struct lka_period){(int32_t)count, unit};
    return LKA_OK;
}

static int last_day_of(int64_t year, int month)
{
    int64_t next = month == 12 ? lka_days_from_civil(year + 1, 1, 1) : lka_days_from_civil(year, month + 1, 1);
    return (int)(next - lka_days_from_civil(year, month, 1));
}

int64_t lka_period_after(int64_t day, struct lka_period period)
{
    if (period.unit == 'd' || period.unit == 'w') {
        return day + (period.unit == 'w' ? 7 : 1) * (int64_t)period.count;
    }
    int64_t year;
    int month;
    int of_month;
    lka_civil_from_days(day, &year, &month, &of_month);
    int64_t months = year * 12 + month - 1 + (period.unit == 'y' ? 12 : 1) * (int64_t)period.count;
    year = months / 12;
    month = (int)(months % 12) + 1;
    int last = last_day_of(year, month);
    return lka_days_from_civil(year, month, of_month < last ? of_month : last);
}
