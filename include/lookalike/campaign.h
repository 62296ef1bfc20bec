/* lookalike/campaign.h: bringing inactive contacts back, and telling who came: the seeds of a look-alike audience.
 *
 *     lifecycle's contacts ─┐
 *     identities ───────────┴─► onboard ─► who can be reached, by what; a file for each path
 *                                  │
 *     paths, costs, budget ─────► allocate ─► who is tried on which path, with what probability
 *                                  │
 *     registrations ────────────► registrations ─► who came back, who is new
 *                                  │
 *     exposures ────────────────► seeds ─► crm.csv: reactivated, silent, unreached, as they were before
 *
 * The four commands share a workspace. Each writes it in one transaction and then publishes its directory, with
 * campaign.json (parameters, inputs with hashes, counts, warnings: the same for every run) and campaign.run.json.
 * Tables of people are 0600. No platform is called and nothing is sent.
 *
 * *summary of each is campaign.json with "out" and "seconds", to free with lka_free.
 * Errors of each: LKA_USAGE for flags, files and columns, and a workspace that another process writes; LKA_DATA for bad
 * rows (with --max-bad-rows they are left out, to OUT.<table>.rejected.csv); LKA_IO, LKA_INTERRUPTED. Then neither the
 * workspace nor the directory has changed.
 */
#ifndef LOOKALIKE_CAMPAIGN_H
#define LOOKALIKE_CAMPAIGN_H

#include "lookalike/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike campaign onboard`: --contacts (lifecycle's directory, or its contacts.csv) x --identities.
 *
 *   an identity belongs to the contact of its contact_id, else of its email_sha256 (the SHA-256 of the plain or the
 *   Gmail-folded form); one that several contacts claim reaches nobody. It is used if its consent says yes, its contact
 *   is inactive, has consented to advertising (where the table tells), is not in the workspace's suppression list, and,
 *   with --seen-within, was seen lately.
 *
 * Writes reach.csv (contact_id, segment, reachable, id_types, platforms, paths, reason: every inactive contact) and
 * reactivation/<path>.csv (contact_id, id_type, platform, id); reach by segment with its interval, of segments of at
 * least --min-people. */
LKA_API extern const struct lka_param_table lka_campaign_onboard_params;
LKA_API LKA_MUST_USE lka_status lka_campaign_onboard(const struct lka_options *options,
                                                     const struct lka_session *session, char **summary,
                                                     struct lka_error *error);

/* `lookalike campaign allocate`: the reachable contacts that no earlier wave has and who did not come back, to --paths
 * within their caps and --budget. Each is assigned at random, by the probability that a path is the best for its
 * segment given what earlier waves brought (Thompson's rule), mixed with an even split (--exploration); an even split
 * where nothing is known.
 *
 * Writes allocation.csv (contact_id, path, probability, segment, wave): the probability of that assignment, given all
 * that were made before it. A --wave is drawn once: run again it gives the same files, and LKA_USAGE where the
 * parameters are others. */
LKA_API extern const struct lka_param_table lka_campaign_allocate_params;
LKA_API LKA_MUST_USE lka_status lka_campaign_allocate(const struct lka_options *options,
                                                      const struct lka_session *session, char **summary,
                                                      struct lka_error *error);

/* `lookalike campaign registrations`: each of --registrations is matched to a contact by contact id, old e-mail,
 * identity or new e-mail, in this order of trust; an inactive contact is so reactivated, with a new e-mail and a date
 * of last contact; whoever is nobody's is a new contact. Of a person's registrations the first counts.
 *
 * Writes registrations.csv (contact_id or empty, new_contact, matched_by, new_email, opt_in, path, timestamp, status)
 * and conflicts.csv; counts and opt-in by path and segment with intervals, who said neither yes nor no apart. */
LKA_API extern const struct lka_param_table lka_campaign_registrations_params;
LKA_API LKA_MUST_USE lka_status lka_campaign_registrations(const struct lka_options *options,
                                                           const struct lka_session *session, char **summary,
                                                           struct lka_error *error);

/* `lookalike campaign seeds`: crm.csv, what `train --crm` learns from: inactive contacts who came back within --window
 * of an exposure (reactivated), who did not (silent), who were never shown anything (unreached), each as of the moment
 * before the exposure, or a moment of the same distribution. Events are counted as lifecycle was told to
 * (lifecycle.json beside the contacts) where nothing else is given; attributes are those of lifecycle's day. No model
 * is fitted. */
LKA_API extern const struct lka_param_table lka_campaign_seeds_params;
LKA_API LKA_MUST_USE lka_status lka_campaign_seeds(const struct lka_options *options, const struct lka_session *session,
                                                   char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
