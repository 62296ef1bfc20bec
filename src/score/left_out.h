/* score/left_out.h: who may not be ranked for a platform: OUT.left_out.csv (id_key, reason), which `audience` copies
 * into its ledger. Nobody's id stands in it, but its HMAC.
 */
#ifndef LKA_SCORE_LEFT_OUT_H
#define LKA_SCORE_LEFT_OUT_H

#include "eligibility/eligibility.h"
#include "score/binding.h"
#include "score/pipeline.h"
#include "source/output.h"

#define LKA_LEFT_OUT_ENDING ".left_out.csv"

struct lka_left_out {
    struct lka_workspace *workspace;
    struct lka_eligibility eligibility;
    bool asked;                /* --eligible-for was given */
    struct lka_output *output; /* NULL: the ranking goes to no file */
    struct lka_text text;
    uint64_t counts[LKA_BARS];
};

/* Nothing if `options` have no "eligible-for". LKA_USAGE if they have it and no "workspace", or the other way round
 * what only counts with it; else as of lka_eligibility_open. */
lka_status lka_left_out_open(struct lka_left_out *left_out, const struct lka_options *options,
                             struct lka_binding *binding, const char *file, const struct lka_session *session,
                             struct lka_error *error);
/* Warns of a model that was learned from somebody who was erased since (`hash` of its file; "": it was not saved). */
lka_status lka_left_out_check_model(const struct lka_left_out *left_out, const char *hash,
                                    const struct lka_session *session, struct lka_error *error);
/* NULL where nobody asks. */
const struct lka_eligibility *lka_left_out_asks(const struct lka_left_out *left_out);
/* The name of the column that says how old somebody is, to be carried into the ranking; NULL: there is none. */
const char *lka_left_out_age(const struct lka_left_out *left_out);

/* LKA_DATA that says why no row of a source may be ranked; `by_state`: rows by enum lka_row_state. `platform`: that of
 * --eligible-for, or NULL. */
lka_status lka_left_out_all(const struct lka_source *source, const uint64_t *by_state, const char *platform,
                            struct lka_error *error);

/* Counts and writes the rows of a block that are neither eligible nor rejected, in their order. */
lka_status lka_left_out_take(struct lka_left_out *left_out, const struct lka_scored *block,
                             const struct lka_binding *binding, struct lka_error *error);

/* Tells the workspace where the ranking goes, so that erasure finds it; warns where the workspace cannot be written. */
lka_status lka_left_out_register(const struct lka_left_out *left_out, const struct lka_options *options,
                                 const struct lka_session *session, struct lka_error *error);

/* Complete, but not in its place before lka_left_out_commit. */
lka_status lka_left_out_ready(struct lka_left_out *left_out, struct lka_error *error);
lka_status lka_left_out_commit(struct lka_left_out *left_out, struct lka_error *error);
void lka_left_out_close(struct lka_left_out *left_out); /* {0} is fine */

#endif
