/* score/absence.h: why somebody is missing: what eligibility says of one row, and what an audience's ledger says.
 */
#ifndef LKA_SCORE_ABSENCE_H
#define LKA_SCORE_ABSENCE_H

#include "eligibility/eligibility.h"
#include "score/binding.h"

#include <jansson.h>

struct lka_absence {
    struct lka_workspace *workspace;
    struct lka_eligibility eligibility;
    bool asked; /* --workspace was given */
};

/* `options` have "workspace", "eligible-for", "audience" and LKA_ELIGIBILITY_PARAMS. Without a workspace nothing is
 * asked; LKA_USAGE for what counts only with one. Errors else as of lka_eligibility_open. */
lka_status lka_absence_open(struct lka_absence *absence, const struct lka_options *options, struct lka_binding *binding,
                            const char *file, const struct lka_session *session, struct lka_error *error);
void lka_absence_close(struct lka_absence *absence); /* {0} is fine */

/* [{"reason", "column", "rule", "source"}], the bars in the row's way, each of them; empty without a workspace. */
lka_status lka_absence_tell(const struct lka_absence *absence, const struct lka_rows *rows, size_t row, json_t **list,
                            struct lka_error *error);

/* The id's row of DIR/ledger.csv: {"arm", "reason", "path", "first_entry"}; JSON null where it has none. LKA_DATA for
 * what is no ledger. */
lka_status lka_absence_ledger(const struct lka_absence *absence, const char *directory, struct lka_span id,
                              json_t **found, struct lka_error *error);

#endif
