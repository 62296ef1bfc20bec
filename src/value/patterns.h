/* value/patterns.h: the distinct (frequency, recency, T) and how many customers have each: the models see nothing else,
 * and dates repeat, so that a million customers are often some ten thousand patterns. In order of frequency, then T,
 * then recency, whatever the order of the customers: sums over them are the same for the same people. All patterns of
 * one frequency share what depends on a count alone (the gamma functions). */
#ifndef LKA_VALUE_PATTERNS_H
#define LKA_VALUE_PATTERNS_H

#include "value/customers.h"

struct lka_pattern_group {
    size_t frequency;
    size_t first;
    size_t count;
};

struct lka_patterns {
    double *recency;
    double *age;
    double *weight; /* customers */
    size_t count;
    struct lka_pattern_group *groups; /* by frequency, ascending */
    size_t group_count;
    double customers; /* sums over all */
    double purchases; /* repeat ones */
    double time;
};

/* Sets customers->items[].pattern as well. */
lka_status lka_patterns_init(struct lka_patterns *patterns, struct lka_customers *customers, struct lka_error *error);
/* Every k-th customer in the order of the patterns, so that no more than `limit` are taken: all kinds of them in their
 * proportions. */
lka_status lka_patterns_sample(struct lka_patterns *patterns, const struct lka_patterns *all, size_t limit,
                               struct lka_error *error);
void lka_value_patterns_release(struct lka_patterns *patterns); /* {0} is fine */

#endif
