/* lifecycle/surveys.h: how the brand and others are considered, month by month. */
#ifndef LKA_LIFECYCLE_SURVEYS_H
#define LKA_LIFECYCLE_SURVEYS_H

#include "base/parameters.h"
#include "lifecycle/signals.h"

/* Answers, from which mean and interval follow. */
struct lka_answers {
    uint64_t count;
    double sum;
    double squares;
};

struct lka_surveys {
    struct lka_answers *months; /* brand by brand, then month by month from the first */
    size_t brand_count;         /* rooms for brands */
    int32_t first_month;        /* since 1970 */
    size_t month_count;
    struct lka_answers before[LKA_BRANDS_MAX]; /* the 90 days before the last run */
    struct lka_answers since[LKA_BRANDS_MAX];  /* from the last run on */
    int64_t previous;                          /* seconds of the last run; INT64_MIN: there was none */
};

void lka_surveys_release(struct lka_surveys *surveys); /* {0} is fine */

lka_status lka_surveys_add(struct lka_surveys *surveys, const struct lka_signal *survey, struct lka_error *error);

/* Mean with its 95% interval (Student's t); *low and *high are the mean for a single answer. */
double lka_answers_mean(const struct lka_answers *answers, double *low, double *high);

/* surveys.csv: brand,month,answers,consideration,low,high,change (against the month before). Months of fewer than
 * `floor` answers have a count alone. */
lka_status lka_surveys_write(const struct lka_surveys *surveys, const struct lka_labels *brands, uint64_t floor,
                             struct lka_text *csv, struct lka_error *error);

/* {"ours": {"answers", "consideration", "interval", "since_last_run": {...}}}; brands of fewer than `floor` answers are
 * left out. NULL when memory is short. */
json_t *lka_surveys_json(const struct lka_surveys *surveys, const struct lka_labels *brands, uint64_t floor);

#endif
