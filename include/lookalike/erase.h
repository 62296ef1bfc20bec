/* lookalike/erase.h: people taken out of everything that a workspace knows of, and a proof of it.
 */
#ifndef LOOKALIKE_ERASE_H
#define LOOKALIKE_ERASE_H

#include "lookalike/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike erase`: the people of --ids (a table: contact_id or another id, e-mail, phone, MAID), or the one of
 * --contact, --email, --phone, are
 *
 *   suppressed   keyed hashes of every form go into the list of objections and into the table `erased`: a stage that
 *                meets them again in a pool, a CRM, events or seeds leaves them out, with the reason "erased"
 *   removed      from platforms: files that take them off each platform that the export ledger says to have got them
 *   purged       from every table of the workspace that declares a person key, from the archive of events, from the
 *                outputs that stages registered in the workspace (audiences with their ledgers, rankings, CRM tables)
 *                and from the rejected rows beside them. Files are replaced whole; those that an export made for a
 *                platform are removed, if they had one of them. The database is written anew (VACUUM), its log
 *                truncated
 *   named        models whose seeds had one of them are marked for retraining
 *   proven       erase.json: what was searched and removed, SHA-256 of every file before and after, a second search
 *                that finds nothing, and what cannot be searched
 *
 * An e-mail tells everybody who has it; a phone alone tells somebody only if one person alone has it (families share
 * phones). Somebody whom the workspace does not know is suppressed all the same, and counted.
 *
 * With --retention the people are the contacts past their `delete_on` (of the table contacts.csv that `lifecycle`
 * registered, or --contacts) on --as-of. They are purged likewise, and known again by their contact id alone, since
 * they did not object. Without --confirm nothing is changed, and the counts are told. --ledger-days N also forgets what
 * the ledgers of exports and of audiences say of longer ago, except for who is still on a platform.
 *
 * --out gets erase.json (nobody is named in it), erase.run.json,
 * manifest.json and remove/<platform>/. A process that dies leaves what was there before, or what a second run with the
 * same --ids and --out finishes. Nobody's identifiers are logged.
 *
 * *summary is erase.json with "out" and "seconds"; free it with lka_free. Errors: LKA_USAGE for flags, tables, a
 * workspace that is none, is locked by another process, cannot be written or has lost its key, and an --out that holds
 * another erasure; LKA_DATA for a broken table or archive; LKA_IO; LKA_INTERRUPTED. */
LKA_API extern const struct lka_param_table lka_erase_params;
LKA_API LKA_MUST_USE lka_status lka_erase(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
