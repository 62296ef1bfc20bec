#include "base/clock.h"

#include "base/error.h"
#include "base/text.h"

#include <time.h>

double lka_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

lka_status lka_duration_parse(const char *flag, const char *text, double *seconds, struct lka_error *error)
{
    size_t number = strspn(text, "0123456789");
    const char *unit = text + number;
    double in_seconds = strcmp(unit, "ms") == 0  ? .001
                        : strcmp(unit, "s") == 0 ? 1
                        : strcmp(unit, "m") == 0 ? 60
                        : strcmp(unit, "h") == 0 ? 3600
                                                 : 0;
    struct lka_span digits = {text, (uint32_t)number};
    int64_t count = 0;
    if (in_seconds == 0 || !lka_parse_integer(digits, &count) || count < 1 || count > 1000000) {
        return lka_fail(error, LKA_USAGE,
                        "--%s: \"%.60s\" is not allowed; allowed: a time such as 500ms, 90s, 10m or 2h", flag, text);
    }
    *seconds = (double)count * in_seconds;
    return LKA_OK;
}
