/* lookalike/export.h: an audience as the ad platforms take it.
 *
 * What each platform takes is data (data/platforms, one file each: fields, the steps that normalise them, hash,
 * encoding, header, limits, minimum): a platform more needs no code. Nothing is uploaded.
 */
#ifndef LOOKALIKE_EXPORT_H
#define LOOKALIKE_EXPORT_H

#include "lookalike/audience.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike export`: --audience for each --platform into a directory --out:
 *
 *   <platform>/<platform>-<format>-add-0001.csv ...   (0600) split by the platform's rows and bytes
 *   <platform>/<platform>-<format>-remove-0001.csv    with --previous, and --operation remove
 *   <platform>/manifest.json   version of the rules, files with rows, bytes, SHA-256 and where they go, counts, whom it
 *                              left out and why, which values of which field could not be used and why
 *   export.json, export.run.json, manifest.json
 *
 *   who         rows with at least one identifier that the platform matches by, each once; with consent for advertising
 *               where the table has a column of it; not in the --workspace's list of objections; of --path
 *   values      normalised by the platform's steps. One that the platform could not match is left out and counted by
 * its reason. An empty one stays empty. In columns given to --hashed every value must be a SHA-256, in others
 *               none
 *   minimum     fewer people than the platform takes: LKA_REFUSED; fewer than three times that: a warning
 *   unverified  rules that nobody confirmed with the platform need --unverified
 *
 * With --check FILE: every row of somebody's file for the platform, and what would be refused or not matched in it, to
 * --out (stdout): line, column, field, outcome, problem; of JSON batch, row, field, outcome, problem. LKA_DATA if there
 * is anything. A JSON of any size takes 1 MiB for a row and for a batch's frame, and some 24 bytes a row.
 *
 * *summary is export.json with "out" and "seconds" (of a check: counts); free it with lka_free. The same audience
 * gives the same bytes. Memory: some 24 bytes a row of the audience, twice that with
 * --previous, and 16 a person written with --workspace.
 * Errors: LKA_USAGE for flags, files, columns, platforms; LKA_DATA for rows, and if nobody is left; LKA_REFUSED;
 * LKA_IO, LKA_INTERRUPTED. The directory is then what it was. */
LKA_API extern const struct lka_param_table lka_export_params;
LKA_API LKA_MUST_USE lka_status lka_export(const struct lka_options *options, const struct lka_session *session,
                                           char **summary, struct lka_error *error);

/* `lookalike platforms`: the rules by which export writes, of all platforms or of each --platform. The document is to
 * free with lka_free:
 *
 *   all         no --platform was given
 *   platforms   [{name, also, title, version, source, date, verified, unverified, terms, minimum, signals, seeds, keys,
 *               fields, formats}]
 *
 * Errors: LKA_USAGE for an unknown platform and for a file with mistakes. */
LKA_API extern const struct lka_param_table lka_platforms_params;
LKA_API LKA_MUST_USE lka_status lka_platforms(const struct lka_options *options, const struct lka_session *session,
                                              char **document, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
