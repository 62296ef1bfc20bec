/* lifecycle/interests.h: which topics draw whom: answers against mails sent, as a posterior that 1 of 1 does not rule.
 *
 * How often one contact answers mails on one topic is Beta distributed over the contacts, with parameters by moments from
 * all of them (empirical Bayes; Kleinman 1973, "Proportions with extraneous variance"), each topic by itself, and those
 * whose opens are hidden (clicks alone count for them) apart from the others. A mail counts 2^(-age / half life); a sum of
 * such weights counts as that many mails in the posterior, and as (sum)^2 / sum of squares of them (Kish) in the moments.
 */
#ifndef LKA_LIFECYCLE_INTERESTS_H
#define LKA_LIFECYCLE_INTERESTS_H

#include "lifecycle/profile.h"

/* Sums over contacts, of one topic. */
struct lka_interest_moments {
    double contacts;
    double mails;            /* sum of the effective numbers n */
    double squares;          /* ... of n^2 */
    double answered;         /* ... of n p */
    double answered_squares; /* ... of n p^2 */
};

struct lka_interest_prior {
    double a;
    double b;
};

struct lka_interests {
    struct lka_interest_moments moments[2][LKA_TOPICS_MAX]; /* [1]: hidden opens */
    double loose[2][LKA_TOPICS_MAX];                        /* answers whose send is not known any more */
    struct lka_interest_prior priors[2][LKA_TOPICS_MAX];
    double loose_shares[2][LKA_TOPICS_MAX];
};

struct lka_posterior {
    double mean;      /* the share of mails on the topic that this contact answers */
    double certainty; /* P(that share is above the mean contact's) */
};

void lka_interests_add(struct lka_interests *interests, const struct lka_profile *profile);
/* The priors, once all contacts were added. */
void lka_interests_fit(struct lka_interests *interests);
struct lka_interest_prior lka_interest_fit(const struct lka_interest_moments *moments);

struct lka_posterior lka_interest_posterior(struct lka_interest_prior prior, double sent, double answered);

/* The same of a contact's profile: with its answers to mails whose sends the source keeps no more. Of these it is not known
 * what else was sent; were the contact like all others, they would be on each topic in the shares of all such answers. So
 * n of them stand for n x share / mean mails on a topic. */
struct lka_posterior lka_interests_of(const struct lka_interests *interests, const struct lka_profile *profile,
                                      uint16_t topic);

#endif
