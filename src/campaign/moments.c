#include "campaign/moments.h"

#include "base/date.h"
#include "base/error.h"

#include <stdio.h>

lka_status lka_window_read(const char *text, const char *flag, int64_t *seconds, struct lka_error *error)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'h', 3600}, {'d', 86400}, {'w', 7 * 86400}, {'y', 365 * 86400}};
    struct lka_span span = lka_span_of(text);
    int64_t unit = 86400;
    for (size_t i = 0; i < sizeof units / sizeof *units && span.length > 0; i++) {
        if (span.text[span.length - 1] == units[i].unit) {
            unit = units[i].seconds;
            span.length--;
            break;
        }
    }
    int64_t number = 0;
    if (!lka_parse_integer(span, &number) || number < 0 || number > 100000) {
        return lka_fail(error, LKA_USAGE, "--%s: \"%.40s\" is not allowed; allowed: such as 30d, 12h, 4w, 2y", flag,
                        text);
    }
    *seconds = number * unit;
    return LKA_OK;
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
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int clock = (int)(seconds - days * 86400);
    char date[16];
    lka_format_date(days, date);
    snprintf(buffer, 32, "%.10sT%02d:%02d:%02dZ", date, clock / 3600, clock / 60 % 60, clock % 60);
}
