/* score/drift.h: is the pool that is scored like the pool that was learned from?
 *
 * Population stability index of each feature (Siddiqi 2006, Credit Risk Scorecards): the sum over groups of codes of
 * (p - q) ln(p / q), p and q being the group's shares in the training sample and in the scored pool. About 0.1 is a
 * small change and 0.25 a large one. What is done about its known weaknesses:
 *   - groups: a number's quantile bins are joined to at most 10 groups of about equal size, missing apart; a
 *     category's rare and unseen values, and every code that fewer than 5 rows of the sample have, are one group;
 *   - empty groups: one that is empty in both is left out; a share below half a row, or below 1 in 10,000, counts as
 *     that, but as no more than the share on the other side;
 *   - small samples: without any drift the index of n and m rows in B groups is about (1/n + 1/m) times chi-squared
 *     with B - 1 degrees of freedom (Yurdakul 2018, Statistical properties of population stability index). Its mean,
 *     (B - 1)(1/n + 1/m), is subtracted; and no alarm is given below that distribution's upper 0.003%.
 */
#ifndef LKA_SCORE_DRIFT_H
#define LKA_SCORE_DRIFT_H

#include "train/model.h"

/* One feature's. */
struct lka_drift {
    double index;   /* with the mean under no drift subtracted; at least 0 */
    bool is_chance; /* not above what chance gives */
};

/* `reference` and `scored`: rows by code. `has_others`: the feature is a category, whose code 1 is rare or unseen. */
struct lka_drift lka_drift_of(const struct lka_feature *feature, bool has_others, const double *reference,
                              const uint64_t *scored);

/* {"limit", "drifted": [names], "columns": [{"column", "index", "drifted", "missing", "missing_in_training", "unseen",
 * "unseen_in_training"}]}: a column's index is that of its feature that changed most; shares that have no meaning for
 * the column's type are absent. `histogram`: the scored rows by feature and code. JSON null if the model has no
 * reference. */
lka_status lka_drift_measure(const struct lka_model *model, const uint64_t *histogram, double limit, json_t **drift,
                             struct lka_error *error);

/* "city (0.61; unseen 34% against 2%), age (0.31)" for a message, of the columns that drifted. Returns their number;
 * appends nothing if there are none. `told->failed` as usual. */
size_t lka_drift_tell(const json_t *drift, struct lka_text *told);

#endif
