/* lookalike/train.h: learning what the seeds look like, and how good the answer is.
 *
 * Two files: people known to have come back (seeds) and a pool of prospects, which is unlabelled: some of them are
 * like the seeds, nobody knows who (positive-unlabelled learning, case-control; Elkan and Noto 2008). A model is K
 * cross-fitted members (20 where they join into one model, else 10): member f never saw the rows of fold f, and a row
 * that was learned from is only ever scored by the member that did not see it.
 *
 * Or a CRM, in place of the seeds: contacts of the groups reactivated, silent and unreached. Then there are labels, the
 * reactivated against the silent, and weights: for reach (inverse propensities) and for the pool being other people
 * (importance weights; Shimodaira 2000). The manual's chapter says how they are bounded, and how much of them is used.
 *
 * Thread-safety: a lka_model is read-only once opened; several threads may use it.
 */
#ifndef LOOKALIKE_TRAIN_H
#define LOOKALIKE_TRAIN_H

#include "lookalike/features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike train`: reads --seeds and --pool, or --crm and perhaps --pool, learns a plan and a model, writes --model.
 * *summary is the stage's document (JSON, "schema": 1): "situation", "seeds" or "crm" and "weights", "pool", columns
 * used and left out with reasons, family and why, metrics with intervals (with a CRM and a pool also
 * "evaluation"."in_pool"), warnings; "seeds_report": what the seeds are worth, before anything is chosen or fitted.
 * Free it with lka_free. Errors: LKA_USAGE for files and flags, for a CRM without group or day columns; LKA_DATA for
 * bad rows, duplicate ids, fewer than 10 seeds (or reactivated, or silent), seeds that are all equal, no column in
 * common. Nothing is written then. */
LKA_API extern const struct lka_param_table lka_train_params;
LKA_API LKA_MUST_USE lka_status lka_train(const struct lka_options *options, const struct lka_session *session,
                                          char **summary, struct lka_error *error);

/* `lookalike evaluate`: recall, lift and AUC of the seeds (of a CRM as --seeds, those reactivated) against the pool by
 * tier with Wilson intervals, each seed scored by the member that did not see it; similarity by reach, precision over a
 * range of priors up to a bound, stability of the top. With --truth (CSV: the pool's id and `label`) also average
 * precision and the hidden positives' recall and lift beside a random and an ideal ranking; with it or --base-rate,
 * calibration. --against, --exclude and --split-by compare with another model, or one trained again; with --workspace
 * the better one is the champion. Columns of the role `protected` are audited. Writes a directory (evaluate.json,
 * tiers.csv, other tables). Errors: LKA_USAGE for flags, files and columns; LKA_DATA for bad rows, a truth without
 * positives, models that do not score the same rows, and dates that part no seeds. Nothing is written then, and no
 * champion changes. */
LKA_API extern const struct lka_param_table lka_evaluate_params;
LKA_API LKA_MUST_USE lka_status lka_evaluate(const struct lka_options *options, const struct lka_session *session,
                                             char **summary, struct lka_error *error);

/* A trained model, read from its file (safetensors; see the manual, chapter "The model file"). */
struct lka_model;

/* LKA_USAGE if it can't be opened; LKA_DATA if it is no model, truncated, tampered with or of a newer format. */
LKA_API LKA_MUST_USE lka_status lka_model_open(const char *path, struct lka_model **model, struct lka_error *error);
LKA_API void lka_model_close(struct lka_model *model); /* NULL is fine */

/* The model's card as JSON, and its feature plan as YAML. Free with lka_free. */
LKA_API LKA_MUST_USE lka_status lka_model_card(const struct lka_model *model, char **json, struct lka_error *error);
LKA_API LKA_MUST_USE lka_status lka_model_plan(const struct lka_model *model, char **yaml, struct lka_error *error);

/* The model families, for help and manual: index below lka_family_list_count(). */
LKA_API size_t lka_family_list_count(void);
LKA_API const char *lka_family_list_name(size_t index);
LKA_API const char *lka_family_list_summary(size_t index);
LKA_API const struct lka_param_table *lka_family_list_params(size_t index);

#ifdef __cplusplus
}
#endif
#endif
