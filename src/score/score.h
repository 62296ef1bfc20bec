/* score/score.h: the scorer's inside, for match: rank an open source with a model in memory. */
#ifndef LKA_SCORE_SCORE_H
#define LKA_SCORE_SCORE_H

#include "eligibility/eligibility.h"
#include "lookalike/score.h"
#include "source/open.h"
#include "train/model.h"
#include "train/seeds.h"

#define LKA_SCORE_PARAMS(X)                                                                                       \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "FILE", "the ranked audience (CSV); - for stdout", true)                \
    X(AMOUNT, top, "top", "1%", 0, 0, NULL, "SHARE|N", "how many of the eligible rows to emit", false)            \
    X(AMOUNT, explore, "explore", NULL, 0, 0, NULL, "SHARE",                                                      \
      "a random sample of all eligible rows besides, as a share of the top's size", false)                        \
    X(LIST, keep, "keep", NULL, 0, 0, NULL, "COL", "a column of the pool to carry into the output", false)        \
    X(LIST, hash, "hash", NULL, 0, 0, NULL, "COL",                                                                \
      "a column to write as the SHA-256 of its trimmed, lower-cased value", false)                                \
    X(INTEGER, reasons, "reasons", "3", 0, 20, NULL, "N",                                                         \
      "reasons told of each row at most; 0: none, and no profile of the top", false)                              \
    X(FLAG, keep_seeds, "keep-seeds", "false", 0, 0, NULL, NULL, "seeds that are in the pool stay in the output", \
      false)                                                                                                      \
    X(FLAG, gate, "gate", "false", 0, 0, NULL, NULL,                                                              \
      "refuse (exit 3) when the pool drifted from what the model learned from", false)                            \
    X(NUMBER, drift_limit, "drift-limit", "0.25", 0, 100, NULL, "PSI",                                            \
      "the population stability index from which a column has drifted", false)                                    \
    X(TEXT, eligible_for, "eligible-for", NULL, 0, 0, NULL, "PLATFORM",                                           \
      "rank only whom the platform may be given; needs --workspace", false)                                       \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                      \
      "what the brand's runs remember: who objected, who is a customer", false)                                   \
    LKA_ELIGIBILITY_PARAMS(X)

struct lka_score_result {
    json_t *document; /* the stage's document, without seconds; "out" says where the output went */
};

/* `options` is of lka_score_params' table. Scores all rows of `pool` (at its start, nothing selected yet) and writes
 * the output. Seeds that are in the pool are left out, or with --keep-seeds scored as what they are; `seeds` may be
 * NULL. Where bad rows are tolerated, the pool is read twice. */
lka_status lka_score_source(const struct lka_options *options, const struct lka_model *model,
                            const struct lka_seed_set *seeds, struct lka_table *pool, const struct lka_session *session,
                            struct lka_score_result *result, struct lka_error *error);
void lka_score_result_release(struct lka_score_result *result);

#endif
