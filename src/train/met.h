/* train/met.h: with a workspace, whom a model is learned from: whoever was erased is not; of the others the workspace
 * keeps keyed hashes (table model_people), so that an erasure can name the models that learned from somebody. */
#ifndef LKA_TRAIN_MET_H
#define LKA_TRAIN_MET_H

#include "eligibility/known.h"
#include "eligibility/erased.h"

struct lka_met {
    struct lka_workspace *workspace; /* NULL: there is none, and nothing is done */
    bool writes;
    struct lka_known erased;
    struct lka_hmac hmac;
    struct lka_known_key *people; /* keys: of the forms and the id of each seed */
    size_t count;
    size_t capacity;
    uint64_t left_out; /* rows of people who were erased */
};

/* `path` NULL: no workspace. `write`: one that is not there yet is made, and seeds are kept to be remembered. */
lka_status lka_met_open(struct lka_met *met, const char *path, bool write, const struct lka_session *session,
                        struct lka_error *error);
void lka_met_close(struct lka_met *met); /* {0} is fine */

/* One row of a table. `learned`: the model learns from it as from a seed, unless its person was erased. */
lka_status lka_met_row(struct lka_met *met, const struct lka_person_columns *columns, const struct lka_rows *rows,
                       size_t row, bool learned, bool *erased, struct lka_error *error);

/* Remembers the model that was saved at `path` among the workspace's artefacts, and whom it was learned from. What an
 * older model of that path was learned from is forgotten, unless another path has the same. */
lka_status lka_met_remember(struct lka_met *met, const char *path, const char *made_by, struct lka_error *error);

#endif
