/* lookalike/value.h: what customers are worth: who is still alive, how often they will buy, for how much.
 *
 * The models are probability models of repeat buying ("buy till you die"): they see of each customer how many repeat
 * purchases there were (frequency), when the last one was (recency) and how long ago the first (T), and nothing else.
 */
#ifndef LOOKALIKE_VALUE_H
#define LOOKALIKE_VALUE_H

#include "lookalike/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike value`: from --events (purchases before --as-of) or --summary (frequency, recency, T, and monetary_value
 * if known: the mean amount of a repeat purchase) to the directory --out:
 *
 *   value.csv        (0600) contact_id, frequency, recency, T, p_alive, expected_purchases, expected_spend (a
 *                    purchase), value (of the purchases over --horizon, discounted), cluster; with --workspace
 *                    previous_cluster
 *   value.json       model, parameters with standard errors, log-likelihood, counts, warnings: the same for every run
 *   value.run.json   seconds, date, host
 *
 *   model     mbg_nbd (Batislam, Denizel, Filiztekin 2007), bg_nbd (Fader, Hardie, Lee 2005), pareto_nbd (Schmittlein,
 *             Morrison, Colombo 1987), by maximum likelihood; spend by the Gamma-Gamma model (Fader, Hardie 2013). A
 *             fit that did not converge, or ended at its bounds, is told in value.json and as a warning, and is no
 *             error
 *   unit      of recency, T and the parameters; purchases of one day are one purchase
 *   cluster   inactive (by the contacts of --contacts, the directory that lifecycle wrote, else by --inactive-after
 *             since the last purchase), fading (P(alive) < .5), top, regular, occasional
 *   contacts  with it, whoever is no contact of lifecycle's, or may not be profiled, is left out and counted
 *   workspace the clusters go into the history "cluster" as of --as-of; previous_cluster is that of the last run before
 *
 * *summary is value.json with "out" and "seconds"; free it with lka_free. Memory: some 150 bytes a customer.
 * Errors: LKA_USAGE for flags, files and columns; LKA_DATA for rows that are no history of a customer, ids that repeat,
 * amounts in several currencies, nobody who bought twice; LKA_MEMORY, LKA_IO, LKA_INTERRUPTED. Nothing new is left then
 * but the file of rejected rows. */
LKA_API extern const struct lka_param_table lka_value_params;
LKA_API LKA_MUST_USE lka_status lka_value(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
