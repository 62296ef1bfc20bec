/* lookalike/simulate.h: a made-up brand with a planted truth, to try everything without data.
 *
 * Both commands: the same seed, world and parameters give the same bytes, at any number of threads; a person depends on
 * seed, world and place alone; memory is constant. *summary is JSON: what was made, in counts, "out" and
 * "seconds"; free it with lka_free. Errors: LKA_USAGE for flags and the world file (all problems in one go), LKA_IO,
 * LKA_MEMORY, LKA_INTERRUPTED; nothing new is left then, save what a stream has sent already.
 */
#ifndef LOOKALIKE_SIMULATE_H
#define LOOKALIKE_SIMULATE_H

#include "lookalike/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike simulate pool`: --out DIR gets seeds.csv, pool.csv and truth/pool.csv (the pool's id and `label`); --out -
 * streams the pool alone to stdout. The world's parameters are --world W.yaml (default: data/worlds/default.yaml, built
 * in). */
LKA_API extern const struct lka_param_table lka_simulate_pool_params;
LKA_API LKA_MUST_USE lka_status lka_simulate_pool(const struct lka_options *options, const struct lka_session *session,
                                                  char **summary, struct lka_error *error);

/* `lookalike simulate crm`: --out DIR gets a whole CRM: contacts.csv, events.csv, append.csv, identities.csv,
 * exposures.csv, registrations.csv, pool.csv, a project.yaml and a paths.yaml that run the stages on them, and truth/
 * with one file a table (docs/simulate.md says what is in each). */
LKA_API extern const struct lka_param_table lka_simulate_crm_params;
LKA_API LKA_MUST_USE lka_status lka_simulate_crm(const struct lka_options *options, const struct lka_session *session,
                                                 char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
