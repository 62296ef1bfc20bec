/* lookalike/score.h: ranking a pool by a model.
 *
 * The loop is next, encode, score, top-k; its memory is bounded by the size of the top and not by the pool. The output
 * is the same bytes at any number of threads, block size, compression and CPU.
 */
#ifndef LOOKALIKE_SCORE_H
#define LOOKALIKE_SCORE_H

#include "lookalike/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike score`: --pool ranked by --model into --out (CSV): rank, <id>, score, percentile, tier, source,
 * explore_probability, reasons, then the identifier and consent columns, then --keep. Ties are broken by a
 * keyed hash of the id. Beside it OUT.score.json (parameters, hashes, counts, drift, warnings) and OUT.score.run.json
 * (seconds, host). *summary is the document, to free with lka_free.
 * Errors: LKA_USAGE, LKA_DATA as everywhere; LKA_REFUSED when --gate is given and the pool drifted: nothing is written. */
LKA_API extern const struct lka_param_table lka_score_params;
LKA_API LKA_MUST_USE lka_status lka_score(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

/* `lookalike explain`: why row --row ID of --pool has its score: what each feature adds, where the row stands. */
LKA_API extern const struct lka_param_table lka_explain_params;
LKA_API LKA_MUST_USE lka_status lka_explain(const struct lka_options *options, const struct lka_session *session,
                                            char **json, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
