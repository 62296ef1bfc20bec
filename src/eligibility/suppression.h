/* eligibility/suppression.h: who objected; whoever was erased (eligibility/erased.h) counts as having done so. An entry
 * is the HMAC-SHA-256, under the workspace's key, of a form's type and SHA-256 (identity/forms.h); one person has
 * several forms. suppression.bin holds the entries' first 128 bits, sorted; it is published by its hash in
 * state.sqlite.
 *
 * Thread-safety: an open list is read-only; any thread may ask it.
 */
#ifndef LKA_ELIGIBILITY_SUPPRESSION_H
#define LKA_ELIGIBILITY_SUPPRESSION_H

#include "identity/forms.h"
#include "store/workspace.h"

struct lka_suppression;

/* The workspace's list; an empty one if nobody was imported. `workspace` NULL: an empty one. LKA_DATA if the file is
 * not the published one. */
lka_status lka_suppression_open(struct lka_workspace *workspace, struct lka_suppression **list,
                                struct lka_error *error);
void lka_suppression_close(struct lka_suppression *list);
uint64_t lka_suppression_count(const struct lka_suppression *list);

/* Can the list tell whether the owner of an MD5 or SHA-1 objected? Only if the identifiers of all imports were
 * plain. */
bool lka_suppression_knows_short(const struct lka_suppression *list);

/* The types of identifiers that objections came with, as bits: a row that has none of them cannot be reached by any.
 * All of an empty list. */
uint32_t lka_suppression_types(const struct lka_suppression *list);

/* Was the person with that id in a column of the name erased? Objections have no ids. *holds true stays. */
lka_status lka_suppression_holds_id(const struct lka_suppression *list, const char *column, struct lka_span id,
                                    bool *holds, struct lka_error *error);
/* Is any of the forms in the list? Leaves *holds alone where it is true already. */
lka_status lka_suppression_holds_forms(const struct lka_suppression *list, const struct lka_form *forms, int count,
                                       bool *holds, struct lka_error *error);

/* Is any form of one identifier in the list? Leaves *holds alone where it is true already. `hashed`: as
 * lka_forms_of. */
lka_status lka_suppression_holds_value(const struct lka_suppression *list, enum lka_id_type type, struct lka_span value,
                                       const char *country, bool hashed, bool *holds, struct lka_error *error);

/* Is any form of the person in the list? */
lka_status lka_suppression_holds(const struct lka_suppression *list, struct lka_span email, struct lka_span phone,
                                 const char *country, struct lka_span maid, bool *holds, struct lka_error *error);

#endif
