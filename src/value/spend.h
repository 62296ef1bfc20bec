/* value/spend.h: what a purchase brings: the Gamma-Gamma model of the mean amount of a customer's repeat purchases. */
#ifndef LKA_VALUE_SPEND_H
#define LKA_VALUE_SPEND_H

#include "value/customers.h"
#include "value/fit.h"

enum { LKA_SPEND_P, LKA_SPEND_Q, LKA_SPEND_V, LKA_SPEND_PARAMETERS };
extern const char *const lka_spend_parameters[LKA_SPEND_PARAMETERS];

struct lka_spend {
    struct lka_fit fit;
    size_t customers; /* that it was fitted to: those with a repeat purchase and a mean amount above 0 */
    size_t unusable;  /* with a repeat purchase and amounts, whose mean is 0 or less */
};

/* spend->customers is 0 where nobody can be used: there is no fit then. LKA_MEMORY alone. */
lka_status lka_spend_fit(const struct lka_customers *customers, struct lka_spend *spend, struct lka_error *error);

/* The expected amount of a purchase to come. */
double lka_spend_expected(const struct lka_spend *spend, const struct lka_customer *customer);

#endif
