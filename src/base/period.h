/* base/period.h: lengths of time as people write them: 180d, 6w, 18m, 3y.
 *
 * Months and years are those of the calendar. A period that would end on a day that its month lacks ends on that
 * month's last day: three years from 29 February 2020 are over on 28 February 2023 (Regulation (EEC, Euratom) No
 * 1182/71, article 3(2)(c)).
 */
#ifndef LKA_BASE_PERIOD_H
#define LKA_BASE_PERIOD_H

#include "base/text.h"

struct lka_period {
    int32_t count; /* 0 to 100,000 */
    char unit;     /* d, w, m or y */
};

/* A whole number and its unit, nothing else. LKA_USAGE names the flag, the value and what is allowed. */
lka_status lka_period_parse(const char *flag, const char *text, struct lka_period *period, struct lka_error *error);

/* Days since 1970-01-01. */
int64_t lka_period_after(int64_t day, struct lka_period period);

#endif
