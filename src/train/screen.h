/* train/screen.h: by column, how much it tells the CRM from the pool, and whether it tells responders from silent. */
#ifndef LKA_TRAIN_SCREEN_H
#define LKA_TRAIN_SCREEN_H

#include "train/learning.h"

struct lka_screened {
    double shift;    /* population stability index of CRM against pool, less what chance alone gives; the largest of the
                      * column's features */
    double response; /* the largest z of the tests of responders against silent: 1.28 is p = .1 */
};

/* `columns` has room for one a column of the plan. Numbers are compared by at most eight coarse bins. */
lka_status lka_screen(const struct lka_learning *learning, struct lka_screened *columns, struct lka_error *error);

/* The more a column shifts, the more evidence it needs that it tells the response: z of 1.28 + 2 shift. Chance alone
 * keeps one in ten useless columns at 1.28, and one in which CRM and pool hardly overlap would then decide every
 * weight. */
bool lka_screened_is_misleading(const struct lka_screened *column);

#endif
