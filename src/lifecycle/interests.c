#include "lifecycle/interests.h"

#include <gsl/gsl_cdf.h>

/* Between contacts who are all alike (a + b = 1,000), and contacts of whom each answers all or nothing (1). */
static const double least_variance = 1e-3;
static const double most_variance = .5;

static void add(struct lka_interest_moments *moments, const struct lka_interest *interest)
{
    double sent = (double)interest->sent;
    if (!(sent > 0) || !(interest->squares > 0)) {
        return;
    }
    double n = sent * sent / (double)interest->squares;
    double p = (double)interest->answered / sent;
    moments->contacts++;
    moments->mails += n;
    moments->squares += n * n;
    moments->answered += n * p;
    moments->answered_squares += n * p * p;
}

void lka_interests_add(struct lka_interests *interests, const struct lka_profile *profile)
{
    for (size_t i = 0; i < profile->interest_count; i++) {
        uint16_t topic = profile->interests[i].topic;
        add(&interests->moments[profile->hidden][topic], &profile->interests[i]);
        interests->loose[profile->hidden][topic] += (double)profile->interests[i].loose;
    }
}

/* With weights n: S = sum n (p - mean)^2 has the expectation pq ((k - 1) (1 - g) + g (N - sum n^2 / N)), g being 1 / (a + b +
 * 1), the share of the variance that lies between contacts. Solved for g. */
struct lka_interest_prior lka_interest_fit(const struct lka_interest_moments *moments)
{
    double total = moments->mails;
    double mean = total > 0 ? moments->answered / total : 0;
    /* Nobody, or everybody, answered: half an answer keeps the prior proper. */
    double least = total > 0 ? .5 / (total + 1) : .5;
    mean = mean < least ? least : mean > 1 - least ? 1 - least : mean;
    double spread = mean * (1 - mean);
    double sum = moments->answered_squares - (total > 0 ? moments->answered * moments->answered / total : 0);
    double within = spread * (moments->contacts - 1);
    double room = total > 0 ? spread * (total - moments->squares / total) - within : 0;
    double share = room > 0 ? (sum - within) / room : least_variance;
    share = share < least_variance ? least_variance : share > most_variance ? most_variance : share;
    double strength = (1 - share) / share;
    return (struct lka_interest_prior){mean * strength, (1 - mean) * strength};
}

void lka_interests_fit(struct lka_interests *interests)
{
    for (size_t hidden = 0; hidden < 2; hidden++) {
        double all = 0;
        for (size_t t = 0; t < LKA_TOPICS_MAX; t++) {
            all += interests->loose[hidden][t];
        }
        for (size_t t = 0; t < LKA_TOPICS_MAX; t++) {
            interests->loose_shares[hidden][t] = all > 0 ? interests->loose[hidden][t] / all : 0;
            interests->priors[hidden][t] = lka_interest_fit(&interests->moments[hidden][t]);
        }
    }
}

struct lka_posterior lka_interest_posterior(struct lka_interest_prior prior, double sent, double answered)
{
    double a = prior.a + answered;
    double b = prior.b + (sent > answered ? sent - answered : 0);
    return (struct lka_posterior){a / (a + b), gsl_cdf_beta_Q(prior.a / (prior.a + prior.b), a, b)};
}

struct lka_posterior lka_interests_of(const struct lka_interests *interests, const struct lka_profile *profile,
                                      uint16_t topic)
{
    struct lka_interest_prior prior = interests->priors[profile->hidden][topic];
    struct lka_interest found = {0};
    double loose = 0;
    for (size_t i = 0; i < profile->interest_count; i++) {
        found = profile->interests[i].topic == topic ? profile->interests[i] : found;
        loose += (double)profile->interests[i].loose;
    }
    double stood_for = loose * interests->loose_shares[profile->hidden][topic] * (prior.a + prior.b) / prior.a;
    double answered = (double)found.answered + (double)found.loose;
    double sent = (double)found.sent + stood_for;
    return lka_interest_posterior(prior, sent > answered ? sent : answered, answered);
}
