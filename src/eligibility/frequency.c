#include "eligibility/frequency.h"

#include "base/date.h"
#include "base/error.h"

#include <time.h>

enum { TIMES_MOST = 1000000, DAYS_MOST = 36500 };

static bool read_cap(const char *text, struct lka_frequency *frequency)
{
    const char *slash = strchr(text, '/');
    if (!slash) {
        return false;
    }
    struct lka_span times = {text, (uint32_t)(slash - text)};
    return lka_parse_integer(times, &frequency->times) && frequency->times >= 1 && frequency->times <= TIMES_MOST &&
           lka_parse_integer(lka_span_of(slash + 1), &frequency->days) && frequency->days >= 1 &&
           frequency->days <= DAYS_MOST;
}

lka_status lka_frequency_read(const char *cap, const char *as_of, struct lka_frequency *frequency,
                              struct lka_error *error)
{
    int64_t seconds = (int64_t)time(NULL);
    *frequency = (struct lka_frequency){0};
    if (as_of && !lka_parse_time(lka_span_of(as_of), &seconds)) {
        return lka_fail(error, LKA_USAGE, "--as-of: \"%.40s\" is no date; allowed: such as 2025-06-30", as_of);
    }
    if (cap && !read_cap(cap, frequency)) {
        return lka_fail(error, LKA_USAGE,
                        "--frequency-cap: \"%.40s\" is not allowed; allowed: TIMES/DAYS, as 3/30: three times in "
                        "thirty days",
                        cap);
    }
    frequency->last = seconds / 86400;
    return LKA_OK;
}

lka_status lka_frequency_add(const struct lka_frequency *frequency, struct lka_workspace *workspace,
                             const char *platform, struct lka_known *frequent, struct lka_error *error)
{
    struct lka_statement *statement;
    char first[16];
    char last[16];
    if (frequency->times == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_new(workspace,
                              "SELECT person FROM exported_people JOIN exports ON id = export WHERE removed = 0 "
                              "AND (?1 IS NULL OR platform = ?1) AND day BETWEEN ?2 AND ?3 "
                              "GROUP BY person HAVING count(*) >= ?4",
                              &statement, error));
    lka_format_date(frequency->last - frequency->days + 1, first);
    lka_format_date(frequency->last, last);
    if (platform) {
        lka_bind_text(statement, 1, lka_span_of(platform));
    }
    lka_bind_text(statement, 2, lka_span_of(first));
    lka_bind_text(statement, 3, lka_span_of(last));
    lka_bind_integer(statement, 4, frequency->times);
    lka_status status = lka_known_add_rows(frequent, statement, error);
    lka_statement_free(statement);
    return status;
}
