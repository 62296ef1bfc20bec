#include "score/mixture.h"

#include "base/elementary.h"

#include <math.h>

static const double priors[] = {.001, .002, .005, .01, .02, .05, .1, .2, .5};

/* ---- the bound -------------------------------------------------------------------------------- */

static double uncertainty(uint64_t count)
{
    static const double delta = .05; /* that the bound holds for both shares at every threshold: 95% */
    return sqrt(lka_log(4 / delta) / (2 * (double)count));
}

void lka_mixture_estimate(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
                          struct lka_mixture *mixture)
{
    static const double gamma = .01;
    double noise = uncertainty(seed_count) + uncertainty(pool_count);
    double best = INFINITY;
    uint64_t below = 0; /* pool rows below the threshold */
    *mixture = (struct lka_mixture){1, 1, 1};
    for (uint64_t i = 0; i < seed_count; i++) {
        if (i > 0 && seeds[i] == seeds[i - 1]) {
            continue;
        }
        while (below < pool_count && pool[below] < seeds[i]) {
            below++;
        }
        double of_seeds = (double)(seed_count - i) / (double)seed_count;
        double of_pool = (double)(pool_count - below) / (double)pool_count;
        double bound = (of_pool + (1 + gamma) * noise) / of_seeds;
        if (bound < best) {
            best = bound;
            *mixture = (struct lka_mixture){fmin(1, of_pool / of_seeds), fmin(1, bound), of_seeds};
        }
    }
}

double lka_mixture_precision(double prior, double lift)
{
    return fmin(1, prior * lift);
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

static json_t *tiers_json(double prior, const struct lka_ranking *ranking)
{
    json_t *tiers = json_array();
    for (size_t t = 0; t < LKA_TIERS && tiers; t++) {
        const struct lka_tier *tier = &ranking->tiers[t];
        struct lka_interval interval = {lka_mixture_precision(prior, tier->lift_interval.low),
                                        lka_mixture_precision(prior, tier->lift_interval.high)};
        json_t *row = json_pack("{s:f, s:f, s:o}", "share", lka_tier_share[t], "precision",
                                lka_mixture_precision(prior, tier->lift), "precision_interval",
                                lka_interval_json(interval));
        if (json_array_append_new(tiers, row) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return tiers;
}

static bool add_prior(json_t *list, double prior, bool upper, const struct lka_ranking *ranking)
{
    return json_array_append_new(list, json_pack("{s:f, s:b, s:o}", "prior", prior, "upper", upper, "tiers",
                                                 tiers_json(prior, ranking))) == 0;
}

json_t *lka_mixture_json(const struct lka_mixture *mixture, const struct lka_ranking *ranking)
{
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; i < sizeof priors / sizeof *priors && good && priors[i] < mixture->upper; i++) {
        good = add_prior(list, priors[i], false, ranking);
    }
    if (!good || !add_prior(list, mixture->upper, true, ranking)) {
        json_decref(list);
        return NULL;
    }
    return json_pack("{s:s, s:f, s:f, s:o}", "method", "best bin estimation (Garg et al. 2021)", "prior_estimate",
                     mixture->estimate, "prior_upper", mixture->upper, "priors", list);
}
