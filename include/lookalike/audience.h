/* lookalike/audience.h: from a ranking to an audience that one may really upload.
 *
 *     ranked.csv ─► may they be used? ─► each person once ─► holdout, paths, caps ─► audience.csv and ledger.csv
 */
#ifndef LOOKALIKE_AUDIENCE_H
#define LOOKALIKE_AUDIENCE_H

#include "lookalike/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike audience`: --ranked (what score wrote), checked again against the workspace, into the directory --out:
 *
 *   audience.csv   rank, <id>, score, tier, path, identifiers: whom to upload (0600)
 *   ledger.csv     a row for everybody who was looked at: person, id_key, email_key (HMACs under the workspace's key),
 *                  rank, score, tier, arm (treated, holdout, explore), probability, path, reason, first_entry, rule,
 *                  path_probability (0600)
 *   holdout.csv    with --exclusions: the holdout, as audience.csv (0600)
 *   changes.csv, added.csv, removed.csv   with --previous (0600)
 *   audience.json  parameters, roles, hashes, the funnel, what the holdout can show, warnings
 *
 * Rows that share an e-mail, a phone with its country or a MAID are of one person: the best counts, and what bars one
 * of them bars all. A person is in the holdout by an HMAC of campaign and canonical identity, with the probability
 * --holdout; that is decided when they first enter the campaign's audience and remembered in the workspace, for every
 * refresh and every platform. Rows that --explore of score drew are an arm of their own, and take no place of --size
 * and --tier-cap.
 *
 * The workspace is written in one transaction before the directory is published. The same inputs, with what the
 * workspace remembers, give the same bytes; a run whose outcome stands in --out already ("run" in audience.json)
 * changes nothing. *summary is audience.json with "out", "seconds" and "repeated", to free with lka_free.
 * Memory: some 250 bytes a ranked row.
 * Errors: LKA_USAGE for flags, files, columns, a platform that is not known, a workspace that is none or has lost its
 * key; LKA_DATA for what is no ranking, an identifier that is a hash where none was declared, a damaged suppression
 * list; LKA_REFUSED for an audience under the platform's minimum; LKA_IO, LKA_INTERRUPTED. Nothing has changed in any
 * of these cases. */
LKA_API extern const struct lka_param_table lka_audience_params;
LKA_API LKA_MUST_USE lka_status lka_audience(const struct lka_options *options, const struct lka_session *session,
                                             char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
