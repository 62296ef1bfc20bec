#include "lifecycle/interests.h"

#include <gsl/gsl_cdf.h>

/* Between contacts who are all alike (a + b = 1,000), and contacts of whom each answers all or nothing (1). */
static const double least_variance = 1e-3;
static const double most_variance = .5;

/* ---- the contacts together -------------------------------------------------------------------- */

static void add(struct lka_interest_moments *moments, double n, double p)
{
    moments->contacts++;
    moments->mails += n;
    moments->squares += n * n;
    moments->answered += n * p;
    moments->answered_squares += n * p * p;
}

/* All answers, each by its weight. */
static double answers_of(const struct lka_profile *profile)
{
    double all = 0;
    for (size_t i = 0; i < profile->interest_count; i++) {
        all += (double)profile->interests[i].answered + (double)profile->interests[i].loose;
    }
    return all;
}

void lka_interests_add(struct lka_interests *interests, const struct lka_profile *profile)
{
    struct lka_interest_group *group = &interests->groups[profile->hidden];
    double answers = answers_of(profile);
    double number = profile->answer_squares > 0 ? answers * answers / (double)profile->answer_squares : 0;
    for (size_t i = 0; i < profile->interest_count; i++) {
        const struct lka_interest *interest = &profile->interests[i];
        double sent = (double)interest->sent;
        group->loose[interest->topic] += (double)interest->loose;
        if (sent > 0 && interest->squares > 0) {
            add(&group->rates[interest->topic], sent * sent / (double)interest->squares,
                (double)interest->answered / sent);
        }
        if (number > 1.5) {
            add(&group->shares[interest->topic], number,
                ((double)interest->answered + (double)interest->loose) / answers);
        }
    }
}

/* With weights n: S = sum n (p - mean)^2 has the expectation pq ((k - 1) (1 - g) + g (N - sum n^2 / N)), g being
 * 1 / (a + b + 1), the share of the variance that lies between contacts. Solved for g. */
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

static void fit_group(struct lka_interest_group *group)
{
    double loose = 0;
    for (size_t t = 0; t < LKA_TOPICS_MAX; t++) {
        loose += group->loose[t];
    }
    for (size_t t = 0; t < LKA_TOPICS_MAX; t++) {
        group->loose[t] = loose > 0 ? group->loose[t] / loose : 0;
        group->rate_priors[t] = lka_interest_fit(&group->rates[t]);
        group->share_priors[t] = lka_interest_fit(&group->shares[t]);
    }
}

void lka_interests_fit(struct lka_interests *interests)
{
    fit_group(&interests->groups[0]);
    fit_group(&interests->groups[1]);
}

/* ---- one contact ------------------------------------------------------------------------------ */

static double mean_of(struct lka_interest_prior prior)
{
    return prior.a / (prior.a + prior.b);
}

static double loose_of(const struct lka_profile *profile)
{
    double loose = 0;
    for (size_t i = 0; i < profile->interest_count; i++) {
        loose += (double)profile->interests[i].loose;
    }
    return loose;
}

/* The share of its answers that would be on the topic if it answered as all do what it was sent. Where that was next to
 * nothing, it is the share that all contacts' answers have: as one expected answer. */
static double expected_share(const struct lka_interest_group *group, const struct lka_profile *profile, uint16_t topic)
{
    double loose = loose_of(profile);
    double here = 0;
    double all = 0;
    for (size_t i = 0; i < profile->interest_count; i++) {
        uint16_t other = profile->interests[i].topic;
        double expected = (double)profile->interests[i].sent * mean_of(group->rate_priors[other]);
        here += other == topic ? expected : 0;
        all += expected;
    }
    here += loose * group->loose[topic] + mean_of(group->share_priors[topic]);
    all += loose + 1;
    return here / all;
}

struct lka_posterior lka_interests_of(const struct lka_interests *interests, const struct lka_profile *profile,
                                      uint16_t topic)
{
    const struct lka_interest_group *group = &interests->groups[profile->hidden];
    struct lka_interest_prior rate = group->rate_priors[topic];
    struct lka_interest_prior share = group->share_priors[topic];
    struct lka_interest found = {0};
    for (size_t i = 0; i < profile->interest_count; i++) {
        found = profile->interests[i].topic == topic ? profile->interests[i] : found;
    }
    double last = profile->answer_weight > 0 ? (double)profile->answer_weight : 1;
    double answers = answers_of(profile) / last;
    double answered = ((double)found.answered + (double)found.loose) / last;
    double expected = expected_share(group, profile, topic);
    double strength = share.a + share.b;
    double a = strength * expected + answered;
    double b = strength * (1 - expected) + (answers > answered ? answers - answered : 0);
    return (struct lka_posterior){
        .mean = (rate.a + (double)found.answered) / (rate.a + rate.b + (double)found.sent),
        .certainty = gsl_cdf_beta_Q(expected, a, b),
        .lift = a / (a + b) / expected,
    };
}
