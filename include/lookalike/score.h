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
 * explore_probability, reasons, then the identifier and consent columns, then what is kept by role or --keep; a column
 * given to --hash is written as <name>_sha256. Equal scores are ordered by a keyed hash of the id.
 *
 *   eligible    everybody in the pool who meets --where (a condition in SQL, see docs/source.md) but --seeds (unless
 *               --keep-seeds), people whose consent does not cover profiling, and rejected rows; ranks, percentiles and
 *               shares are among the eligible
 *   --top       a share of the eligible rows, rounded up, or a count
 *   --explore   besides, a random sample of all eligible rows, each with the same explore_probability, with their true
 *               ranks; drawn by --seed, else by the seed that the model was trained with
 *   ids         must be unique (--ids-unique skips the check). With --max-bad-rows the first row of an id is kept,
 *               later ones are rejected, and the pool is read twice
 *   drift       each column's population stability index against training; from --drift-limit on it is a warning,
 *               and with --gate LKA_REFUSED
 *
 * --model several times, or --models, a directory: the pool is read once, each model has a ranking of its own,
 * NAME.csv, the same bytes as of the model alone, in the directory --out, which is published whole with score.json and
 * score.run.json. Memory then besides: 24 bytes for each row of each top, up to twice as many rows as are wanted, and
 * 1 MiB or more for each model that is scored by itself; LKA_USAGE for --out - and --max-bad-rows, and for models that
 * are the same or have one name.
 *
 * Where --out is a file, OUT.score.json (parameters, roles, hashes, counts, drift, warnings: the same for every run)
 * and OUT.score.run.json (seconds, threads, host) are put into place just before it. *summary is the former with "out"
 * and "seconds", to free with lka_free. The output is 0600 if it holds identifiers.
 * Memory: bounded by some 24 MiB for the rows that may be written, 16 MiB for the ids, and the blocks in work; the rest
 * is spilled to --temporary. A share of what comes once (stdin) is known only at its end: until then all of it is kept
 * there, as it came.
 * Errors: LKA_USAGE for files, flags and columns; LKA_DATA for bad rows, repeated ids, a pool without an eligible row;
 * LKA_REFUSED when --gate is given and the pool drifted; LKA_IO, LKA_INTERRUPTED. Nothing new is left in any of these
 * cases but the file of rejected rows. */
LKA_API extern const struct lka_param_table lka_score_params;
LKA_API LKA_MUST_USE lka_status lka_score(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

/* `lookalike explain`: why row --row ID of --pool has its score, as JSON: score, rank, eligible, percentile and tier;
 * "member": the one that scores the row alone, or "mean"; "base" and "contributions" [{"feature", "value", "adds"}],
 * the largest first, that sum up to the score within 1e-9 (null, with "no_contributions", where the family can't tell).
 * A row that is not ranked has "left_out" with the reason instead of a rank. The pool is read twice (stdin is spooled).
 * Free *json with lka_free. Errors as of lka_score; LKA_DATA if no row has the id. */
LKA_API extern const struct lka_param_table lka_explain_params;
LKA_API LKA_MUST_USE lka_status lka_explain(const struct lka_options *options, const struct lka_session *session,
                                            char **json, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
