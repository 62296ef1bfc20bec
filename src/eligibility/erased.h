/* eligibility/erased.h: who was erased: keyed hashes (eligibility/known.h) of their identifiers and ids, in the
 * workspace's table `erased`. They are kept so that somebody who comes back in a file, by whichever of them, is not
 * profiled again.
 *
 * An id counts in its own numbering alone: the contacts' (columns called contact_id or customer_id, and whatever names
 * a contact in a stage of the CRM), or that of the column's name: prospect P1 is not contact P1.
 */
#ifndef LKA_ELIGIBILITY_ERASED_H
#define LKA_ELIGIBILITY_ERASED_H

#include "eligibility/known.h"

#define LKA_CONTACT_NUMBERING "contact_id"

/* The numbering of ids in a column of this name. */
const char *lka_id_numbering(const char *column);

/* The key of an id. LKA_MEMORY if libcrypto fails. */
lka_status lka_erased_id_key(const struct lka_hmac *hmac, const char *numbering, struct lka_span id,
                             struct lka_known_key *key, struct lka_error *error);

/* Who was erased from the workspace; nobody if `workspace` is NULL. LKA_USAGE if somebody was and the key is lost.
 * Release with lka_known_release. */
lka_status lka_erased_open(struct lka_workspace *workspace, struct lka_known *erased, struct lka_error *error);

/* Adds keys, in an open transaction; those that are there stay as they are. */
lka_status lka_erased_put(struct lka_workspace *workspace, const struct lka_known_key *keys, size_t count,
                          const char *day, struct lka_error *error);

/* Was the person of a row erased: by any form, or by the id (empty: it is not asked)? Thread-safe. */
lka_status lka_erased_holds(const struct lka_known *erased, const struct lka_form *forms, size_t count,
                            const char *numbering, struct lka_span id, bool *holds, struct lka_error *error);
/* The same of identifiers as they stand, each of which may be empty; `country` may be NULL. */
lka_status lka_erased_holds_values(const struct lka_known *erased, struct lka_span email, struct lka_span phone,
                                   const char *country, struct lka_span maid, struct lka_span contact, bool *holds,
                                   struct lka_error *error);

#endif
