/* simulate/response.h: the planted response: the probability with which a person answers, logistic in the person's true
 * attributes, with the interactions and the bent pieces that the world file plants. */
#ifndef LKA_SIMULATE_RESPONSE_H
#define LKA_SIMULATE_RESPONSE_H

#include "base/elementary.h"
#include "simulate/person.h"

static inline double lka_logistic(double x)
{
    return 1 / (1 + lka_exp(-x));
}

/* The log-odds that a person's attributes add up to, without the intercept. */
double lka_response_score(const struct lka_world *world, const struct lka_response *response,
                          const struct lka_person *person);

double lka_response_probability(const struct lka_world *world, const struct lka_person *person);

/* Whether this person answers: the probability against the person's own draw. */
bool lka_response_answers(const struct lka_world *world, const struct lka_person *person);

/* Finds the intercept with which `share` of the pool would answer. LKA_USAGE if so few of the CRM would that seeds
 * cannot be drawn. `file` is for the message. */
lka_status lka_response_calibrate(struct lka_world *world, const char *file, struct lka_error *error);

#endif
