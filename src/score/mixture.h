/* score/mixture.h: how many of a pool may be like the seeds at most, and what precision that would mean.
 *
 * A pool that nobody labelled is a mixture: a share of it (the prior) is like the seeds. The share is not to be known
 * from seeds and pool alone (Elkan, Noto 2008; Ramaswamy et al. 2016), but bounded: above no threshold can the pool
 * hold a smaller share of its rows than prior x the share of the seeds there. Best bin estimation (Garg, Wu, Smola,
 * Balakrishnan, Lipton 2021, "Mixture proportion estimation and PU learning: a modern approach", algorithm 1) takes the
 * threshold where that bound, with its uncertainty, is lowest. It supposes that the seeds are a fair sample of those
 * who are alike.
 *
 * Nothing is chosen by it.
 */
#ifndef LKA_SCORE_MIXTURE_H
#define LKA_SCORE_MIXTURE_H

#include "train/metrics.h"

struct lka_mixture {
    double estimate; /* pool's share over seeds' share above the best threshold, at most 1 */
    double upper;    /* with the uncertainty of both shares (95%), at most 1 */
    double above;    /* of the seeds, the share above that threshold */
};

/* Held-out seeds and pool, both ascending. */
void lka_mixture_estimate(const double *seeds, uint64_t seed_count, const double *pool, uint64_t pool_count,
                          struct lka_mixture *mixture);

/* Of the people in a tier, those that are like the seeds, if a share `prior` of the pool is. */
double lka_mixture_precision(double prior, double lift);

/* {"method", "prior_estimate", "prior_upper", "priors": [{"prior", "upper", "tiers": [{"share", "precision",
 * "precision_interval"}]}]}: priors from .1% to 50% up to the bound, and the bound itself. NULL when memory is
 * short. */
json_t *lka_mixture_json(const struct lka_mixture *mixture, const struct lka_ranking *ranking);

#endif
