/* lookalike/eligibility.h: who may be used. Today: the list of those who objected, kept in a workspace.
 *
 * An objection is a reason to keep an entry, not to delete it: but as a keyed hash (HMAC-SHA-256 under the workspace's
 * key) of each form in which the person can be met, and never as plaintext. Somebody who objected by e-mail is so
 * recognised in a table that has the SHA-256 of the Gmail-folded address alone.
 *
 * Each function returns a document (JSON, to free with lka_free). Errors of each: LKA_USAGE for flags, files, columns
 * and a workspace that is none, is locked by another process or has lost its key; LKA_DATA for a broken table, or a
 * list that is not the published one; LKA_IO; LKA_INTERRUPTED. The list is then what it was.
 */
#ifndef LOOKALIKE_ELIGIBILITY_H
#define LOOKALIKE_ELIGIBILITY_H

#include "lookalike/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike suppress import FILE...`: adds everybody in the tables to the list. Columns by role: e-mail, phone, MAID,
 * as many of each as there are; values that are SHA-256 already only where --hashed says so, and then all of them. A
 * national phone number needs its country: the row's, or --country. Rows of which nothing can be read are counted by
 * what they lack. Constant memory. */
LKA_API extern const struct lka_param_table lka_suppress_import_params;
LKA_API LKA_MUST_USE lka_status lka_suppress_import(const struct lka_options *options,
                                                    const struct lka_session *session, char **summary,
                                                    struct lka_error *error);

/* `lookalike suppress check FILE...`: how many rows of the tables are of people who objected, by the kind of identifier
 * that told; how many could not be told. --out FILE (0600) gets file, line and id of each. */
LKA_API extern const struct lka_param_table lka_suppress_check_params;
LKA_API LKA_MUST_USE lka_status lka_suppress_check(const struct lka_options *options, const struct lka_session *session,
                                                   char **document, struct lka_error *error);

/* `lookalike suppress list`: the imports by number, date and kind of identifier. Nobody's name is in it. */
LKA_API extern const struct lka_param_table lka_suppress_list_params;
LKA_API LKA_MUST_USE lka_status lka_suppress_list(const struct lka_options *options, const struct lka_session *session,
                                                  char **document, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
