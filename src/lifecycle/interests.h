/* lifecycle/interests.h: which topics draw whom: answers against mails sent, as a posterior that 1 of 1 does not rule.
 *
 * How often one contact answers mails on one topic is Beta distributed over the contacts, with parameters by moments
 * from all of them (empirical Bayes; Kleinman 1973, "Proportions with extraneous variance"), each topic by itself, and
 * those whose opens are hidden (clicks alone count for them) apart from the others. A mail counts 2^(-age / half life);
 * a sum of such weights counts as that many mails in the posterior, and as (sum)^2 / sum of squares of them (Kish) in
 * the moments.
 *
 * Who reads much answers every topic more often than others do, who went quiet every topic less. So whether a topic is
 * an interest is asked of the contact's answers alone: their share on the topic, Beta as well, against the share that
 * it would be if the contact answered as all do what it was sent. Here weights are as of the contact's last answer:
 * what drew it then is known as well if that was long ago.
 *
 * Sources forget sends long before answers. Of the answers whose send is not known, the topics are compared with those
 * of all such answers.
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

/* One for those whose opens can be observed, one for the others. */
struct lka_interest_group {
    struct lka_interest_moments rates[LKA_TOPICS_MAX];  /* of mails on the topic, the share that was answered */
    struct lka_interest_moments shares[LKA_TOPICS_MAX]; /* of answers, the share on the topic */
    double loose[LKA_TOPICS_MAX];                       /* answers whose send is not known; after the fit as shares */
    struct lka_interest_prior rate_priors[LKA_TOPICS_MAX];
    struct lka_interest_prior share_priors[LKA_TOPICS_MAX];
};

struct lka_interests {
    struct lka_interest_group groups[2]; /* [1]: hidden opens */
};

struct lka_posterior {
    double mean;      /* of mails on the topic, the share that this contact answers */
    double certainty; /* P(the topic draws it more than its answers to all others would let one expect) */
    double lift;      /* by how much: the share of its answers over the expected one */
};

void lka_interests_add(struct lka_interests *interests, const struct lka_profile *profile);
/* The priors, once all contacts were added. */
void lka_interests_fit(struct lka_interests *interests);
struct lka_interest_prior lka_interest_fit(const struct lka_interest_moments *moments);

struct lka_posterior lka_interests_of(const struct lka_interests *interests, const struct lka_profile *profile,
                                      uint16_t topic);

#endif
