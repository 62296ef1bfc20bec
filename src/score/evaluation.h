/* score/evaluation.h: an evaluation on its way: what evaluate.c drives, the comparisons and the document look at. */
#ifndef LKA_SCORE_EVALUATION_H
#define LKA_SCORE_EVALUATION_H

#include "base/warnings.h"
#include "score/collected.h"
#include "score/inputs.h"
#include "score/refit.h"
#include "source/output.h"

#define LKA_EVALUATE_PARAMS(X)                                                                                         \
    X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "the trained model", true)                                       \
    X(LIST, seeds, "seeds", NULL, 0, 0, NULL, "FILE", "the people known to have come back", true)                      \
    X(LIST, pool, "pool", NULL, 0, 0, NULL, "FILE", "the prospects", true)                                             \
    X(TEXT, truth, "truth", NULL, 0, 0, NULL, "FILE", "who in the pool is positive: its id and `label` (0 or 1)",      \
      false)                                                                                                           \
    X(NUMBER, base_rate, "base-rate", NULL, 1e-9, .999999999, NULL, "SHARE",                                           \
      "the share of the pool that is known to answer: scores are then shown as chances", false)                        \
    X(TEXT, against, "against", NULL, 0, 0, NULL, "FILE", "another model to compare with, on the same seeds", false)   \
    X(LIST, exclude, "exclude", NULL, 0, 0, NULL, "COL", "train again without this column, and tell what that costs",  \
      false)                                                                                                           \
    X(TEXT, split_by, "split-by", NULL, 0, 0, NULL, "COL",                                                             \
      "train again on the seeds that are earlier by this column of dates, and look for the later ones", false)         \
    X(NUMBER, later, "later", "0.3", .01, .99, NULL, "SHARE", "with --split-by: the share of the seeds that is later", \
      false)                                                                                                           \
    X(INTEGER, resample, "resample", "0", 0, 200, NULL, "N",                                                           \
      "train again on N draws of the seeds, and tell how much of the top stays", false)                                \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                           \
      "where the champion is remembered: without --against the model is compared with it", false)                      \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where evaluate.json, tiers.csv and the other tables go", true)       \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL,                                                           \
      "ids of seeds and pool name the same people, though their columns have different names", false)                  \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL,                                                               \
      "a column that the model reads and a table lacks is an error, and not a warning", false)                         \
    LKA_WHERE_PARAMS(X)                                                                                                \
    LKA_INPUT_PARAMS(X)                                                                                                \
    LKA_OUTPUT_PARAMS(X)                                                                                               \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(evaluate_options, LKA_EVALUATE_PARAMS);

struct lka_workspace;

struct lka_evaluation {
    const struct lka_options *all;
    const struct evaluate_options *options;
    struct lka_warnings warnings;
    struct lka_score_inputs inputs;
    struct lka_table seeds;
    struct lka_truth_map *truth;
    struct lka_directory *directory; /* open until it is put into place */
    struct lka_workspace *workspace; /* NULL: none, or none yet and nothing is to be written */
    struct lka_protected protected;
    struct lka_stability stability;
    struct lka_collected seed_scores;
    struct lka_collected pool_scores;
    struct lka_ranking ranking;
    struct lka_truth found;
    json_t *parts; /* of the document: those beside ranking and truth */
};

static inline const struct lka_session *lka_evaluation_session(const struct lka_evaluation *evaluation)
{
    return &evaluation->warnings.session;
}

/* Puts a part into the document, and takes it over; NULL is LKA_MEMORY. */
lka_status lka_evaluation_add(struct lka_evaluation *evaluation, const char *name, json_t *part,
                              struct lka_error *error);
/* How the evaluated model is trained again: without columns, on the seeds that meet `rule` (NULL: all). */
struct lka_refit lka_evaluation_refit(const struct lka_evaluation *evaluation, const struct lka_list *without,
                                      const char *rule);
/* The same tables by another model; only seeds that meet `rule` (NULL: all). The caller releases what was collected,
 * also when this fails. */
lka_status lka_evaluation_score_by(struct lka_evaluation *evaluation, const struct lka_model *model, const char *rule,
                                   struct lka_collected *seeds, struct lka_collected *pool, struct lka_error *error);

/* ---- evaluate_compare.c ----------------------------------------------------------------------- */

/* Adds "without", if --exclude is given. */
lka_status lka_evaluation_without(struct lka_evaluation *evaluation, struct lka_error *error);
/* Adds "against", if there is another model, and "champion", if there is a workspace, which then remembers who sits. */
lka_status lka_evaluation_against(struct lka_evaluation *evaluation, struct lka_error *error);

/* ---- evaluate_split.c ------------------------------------------------------------------------- */

/* Adds "later", if --split-by is given. */
lka_status lka_evaluation_split(struct lka_evaluation *evaluation, struct lka_error *error);

/* ---- evaluate_resample.c ---------------------------------------------------------------------- */

/* Adds "resampling", if --resample is given. */
lka_status lka_evaluation_resample(struct lka_evaluation *evaluation, struct lka_error *error);

/* ---- evaluate_document.c ---------------------------------------------------------------------- */

lka_status lka_evaluation_document(const struct lka_evaluation *evaluation, json_t **document, struct lka_error *error);
/* evaluate.json, tiers.csv and the tables of the parts that are there. */
lka_status lka_evaluation_write(const struct lka_evaluation *evaluation, const json_t *document,
                                struct lka_error *error);

#endif
