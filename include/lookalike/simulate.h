/* lookalike/simulate.h: a made-up brand with a planted truth, to try everything without data. */
#ifndef LOOKALIKE_SIMULATE_H
#define LOOKALIKE_SIMULATE_H

#include "lookalike/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike simulate pool`: --out DIR gets seeds.csv, pool.csv and truth/pool.csv (the pool's id and `label`); --out -
 * streams the pool alone to stdout. Same seed, same bytes, at any number of threads; constant memory. The world's
 * parameters are --world W.yaml (default: data/worlds/default.yaml, built in). */
LKA_API extern const struct lka_param_table lka_simulate_pool_params;
LKA_API LKA_MUST_USE lka_status lka_simulate_pool(const struct lka_options *options, const struct lka_session *session,
                                                  char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
