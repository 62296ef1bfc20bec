/* models/blend/blend.h: several families together: each learns from the same rows, their scores are brought to one scale (mean
 * 0 and deviation 1 over the unlabelled rows), and added up with weights. Where the scores of all are log odds, the sum is brought
 * back to log odds: it is their mean, in which a part counts by its weight over its deviation.
 *
 * Families err differently, so their mean errs less than most of them, and where seeds are few nobody knows which of them to
 * trust: weights are equal. Or, for three more fits of each family, the weights that fit held-out rows best (stacking,
 * Wolpert 1992) count against equal ones as the seeds there are against 200.
 */
#ifndef LKA_MODELS_BLEND_BLEND_H
#define LKA_MODELS_BLEND_BLEND_H

#include "models/model_family.h"

#define LKA_BLEND_PARAMS(X)                                                                        \
    X(TEXT, of, "of", "logistic;forest", 0, 0, NULL, "FAMILY[:KEY=VALUE,...];...",                 \
      "the families, each with its settings; those that are not installed are passed over", false) \
    X(CHOICE, weights, "weights", "equal", 0, 0, "equal|stacked", "HOW",                           \
      "equal weights; or those that fit held-out rows, shrunk to equal ones where seeds are few", false)

LKA_PARAMS_STRUCT(lka_blend_options, LKA_BLEND_PARAMS);

enum { LKA_WEIGHTS_EQUAL, LKA_WEIGHTS_STACKED };
enum { LKA_PARTS_MOST = 8 };

struct lka_part {
    const struct lka_model_family *family;
    struct lka_options *options; /* while it is learned */
    struct lka_family_model *model;
    double mean; /* of its scores over the unlabelled rows, and one over their deviation; in log odds 0 and 1 */
    double scale;
    double weight;
};

struct lka_blend {
    struct lka_family_model base;
    size_t features;
    bool log_odds; /* the scores of all parts are, and its own */
    size_t count;
    struct lka_part parts[LKA_PARTS_MOST];
};

/* ---- parts.c: which families ---------------------------------------------------------------- */

/* From "logistic:l2=20;forest". LKA_USAGE for what is no family, a blend, a bad setting, or where nothing is installed. */
lka_status lka_parts_read(const char *of, struct lka_blend *blend, struct lka_error *error);

/* Whether all that were read, with their settings, score by log odds. */
bool lka_parts_tell_log_odds(const struct lka_blend *blend);

/* ---- fit.c ----------------------------------------------------------------------------------- */

enum { LKA_STACK_SEEDS = 60 }; /* with fewer, weights are equal */

/* The parts are read; learns their models, scales and weights. */
lka_status lka_blend_learn(const struct lka_fit_input *input, struct lka_blend *blend, struct lka_fit_info *info,
                           struct lka_error *error);

/* ---- stack.c: weights ----------------------------------------------------------------------- */

/* z[part * rows + row]: scores of held-out rows on their one scale; y: 1 seed, 0 not; weight: by row. Fills weights[parts], at
 * least 0, with the sum 1. LKA_MEMORY only. */
lka_status lka_stack(const double *z, const uint8_t *y, const double *weight, size_t parts, size_t rows, size_t seeds,
                     double *weights, struct lka_error *error);

#endif
