/* lookalike/lifecycle.h: who is quiet, since when, and why: contacts and their events to one row a contact.
 *
 * Machines (privacy proxies, link scanners, bots) are taken out before anything is counted.
 */
#ifndef LOOKALIKE_LIFECYCLE_H
#define LOOKALIKE_LIFECYCLE_H

#include "lookalike/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike lifecycle`: --contacts and --events (and --workspace's archive), as of the beginning of the day --as-of,
 * into the directory --out:
 *
 *   contacts.csv        one row a contact: segment, delete_on, last touch by channel, counts and recency by type and
 *                       channel, interests, stated reason, reach class and what else vendors tell (--append); then the
 *                       columns of --contacts (0600)
 *   deletions.csv       who must be deleted, and who is about to be (0600)
 *   request/            whom to ask a vendor about: bounce_risk.csv of the inactive, personalisation.csv of the others
 *                       (0600)
 *   machines.csv        filtered events by reason and kind
 *   reasons.csv, surveys.csv  stated reasons and remedies; consideration by month
 *   selected.csv        ids that meet --where (0600)
 *   lifecycle.json      parameters, roles, hashes, counts, shares with intervals, warnings
 *
 * --value DIR joins the columns of what lka_value wrote (p_alive, expected_purchases, expected_spend, value, cluster,
 * previous_cluster), for --where as for who reads contacts.csv.
 *
 * With --workspace the archive is extended by the events that it lacks and the history of segments is written, in one
 * transaction, before the directory is published; previous_segment is what held at the last run before --as-of.
 * *summary is lifecycle.json with "out" and "seconds", to free with lka_free.
 * Memory: some 250 bytes a contact, and 512 MiB for events in work; the rest is spilled to --temporary.
 * Errors: LKA_USAGE for flags, files, columns, an as-of day before the workspace's last run; LKA_DATA for bad rows, a
 * contact twice, no contact, an as-of day before all events; LKA_IO, LKA_INTERRUPTED. Nothing new is left in any of
 * these cases but files of rejected rows. */
LKA_API extern const struct lka_param_table lka_lifecycle_params;
LKA_API LKA_MUST_USE lka_status lka_lifecycle(const struct lka_options *options, const struct lka_session *session,
                                              char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
