/* value/customers.h: what the models know of a customer: how often, how recently, for how long, and how much.
 *
 *     first purchase            last purchase           as-of
 *          |---- x ----- x ---------- x ..................|
 *          <-------- recency --------->
 *          <---------------------- age (T) --------------->       frequency: the x behind the first one
 */
#ifndef LKA_VALUE_CUSTOMERS_H
#define LKA_VALUE_CUSTOMERS_H

#include "base/memory.h"
#include "base/text.h"
#include "lookalike/value.h"

enum { LKA_FREQUENCY_MAX = 1000000 };

struct lka_customer {
    struct lka_span id; /* in the table's arena */
    double recency;     /* in units; 0 where frequency is 0 */
    double age;         /* T, in units */
    double spend;       /* mean amount of a repeat purchase; NaN where none is known */
    uint32_t frequency; /* repeat purchases */
    uint32_t pattern;   /* which of the distinct (frequency, recency, T): set by lka_patterns_init */
    bool inactive;      /* so said by --contacts */
};

struct lka_customers {
    struct lka_customer *items;
    size_t count;
    size_t capacity;
    struct lka_arena ids;
};

/* Copies the customer and its id. */
lka_status lka_customers_add(struct lka_customers *customers, const struct lka_customer *customer,
                             struct lka_error *error);
void lka_customers_release(struct lka_customers *customers); /* {0} is fine */

#endif
