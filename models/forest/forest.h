/* models/forest/forest.h: gradient-boosted trees (Friedman 2001; Chen and Guestrin 2016) on the plan's codes: splits are the
 * plan's bins. XGBoost grows them; they are kept, scored and explained here.
 *
 * Every split, whatever its kind, is one comparison of a feature's code in 16-bit arithmetic that wraps around:
 *
 *     left if (uint16_t)(code - shift) < limit
 *
 *     a number under bin b, missing goes left    shift 0, limit b        (missing is code 0)
 *     a number under bin b, missing goes right   shift 1, limit b - 1    (0 - 1 wraps to the largest)
 *     any value but category c                   shift c + 1, limit 65535
 *
 * A margin is the base and then one leaf a tree, added up in the trees' order in float32, as XGBoost does it: its own
 * predictions of the same model to the last bit. The score is the margin less the log of the ratio of the classes' weights.
 */
#ifndef LKA_MODELS_FOREST_FOREST_H
#define LKA_MODELS_FOREST_FOREST_H

#include "models/model_family.h"

#include <stdatomic.h>

#define LKA_FOREST_PARAMS(X)                                                                                        \
    X(INTEGER, trees, "trees", "80", 1, 10000, NULL, "N", "trees of a member", false)                               \
    X(INTEGER, depth, "depth", "3", 1, 12, NULL, "N", "splits from the root of a tree to a leaf, at most", false)   \
    X(NUMBER, rate, "rate", "0.1", 0.0001, 1, NULL, "X", "what share of a tree is added", false)                    \
    X(NUMBER, l2, "l2", "3", 0, 1e9, NULL, "X", "penalty on the square of a leaf", false)                           \
    X(NUMBER, people, "people", "5", 0, 1e9, NULL, "N",                                                             \
      "seeds that a leaf must be expected to have: its rows, by the chance of being one", false)                    \
    X(NUMBER, rows, "rows", "0.7", 0.01, 1, NULL, "SHARE", "share of the rows that a tree is grown from", false)    \
    X(NUMBER, columns, "columns", "0.5", 0.01, 1, NULL, "SHARE", "share of the features that a tree is grown from", \
      false)                                                                                                        \
    X(TEXT, monotone, "monotone", NULL, 0, 0, NULL, "FEATURE:+|FEATURE:-,...",                                      \
      "numbers whose growth may only raise (+) or lower (-) the score", false)

enum { LKA_FOREST_DEEPEST = 12 };

LKA_PARAMS_STRUCT(lka_forest_options, LKA_FOREST_PARAMS);

struct lka_paths;
struct lka_slices;

struct lka_forest_node {
    uint32_t feature;
    uint16_t shift;
    uint16_t limit;
    uint32_t left; /* the left child; the right one stands behind it. 0: a leaf */
    float value;   /* of a leaf */
};

struct lka_forest {
    struct lka_family_model base;
    size_t features;
    size_t trees;
    size_t nodes;
    float start;      /* the margin before the first tree */
    double log_ratio; /* of the seeds' weight to the unlabelled rows' */
    uint32_t *root; /* by tree, ascending; trees + 1 entries: a tree's nodes stand together, children behind parents */
    struct lka_forest_node *node;
    float *cover;                      /* by node: weight of the rows that passed it when it was grown */
    struct lka_slices *slices;         /* the same trees for scoring many rows (slices.h); NULL: row by row */
    _Atomic(struct lka_paths *) paths; /* what their leaves add (paths.h); NULL until somebody asks */
};

/* The feature is a set of categories to XGBoost; else a number that may be missing, or 0 and 1. */
static inline bool lka_forest_is_category(const struct lka_feature *feature)
{
    return feature->kind == LKA_FEATURE_CODE && feature->codes > 2;
}

/* All zero but for the three sizes; `base.family` is the family's own to set. */
lka_status lka_forest_new(size_t features, size_t trees, size_t nodes, struct lka_forest **forest,
                          struct lka_error *error);
void lka_forest_free(struct lka_forest *forest); /* NULL is fine */

/* The features that XGBoost was given as its columns, ascending. */
struct lka_forest_columns {
    const struct lka_space *space;
    uint32_t *features;
    size_t count;
};

/* Trees from a model as XGBoost saves it in JSON (1.7 and later). LKA_DATA for one that is not of this shape. */
lka_status lka_forest_import(const char *json, const struct lka_forest_columns *columns, struct lka_forest **forest,
                             struct lka_error *error);

/* scores[row] is a float32 less log_ratio. In memory of its own; the family's slot takes the form (slices.h) and its scratch. */
lka_status lka_forest_score(const struct lka_forest *forest, const struct lka_block *block, double *scores,
                            struct lka_error *error);

/* What each feature adds to a row's score: Shapley values of the trees (Lundberg, Erion, Lee 2018: TreeSHAP, path-dependent),
 * where a feature that is not known goes both ways by the cover of the children. As the family's slot. */
lka_status lka_forest_contributions(const struct lka_forest *forest, const struct lka_block *block, double *out,
                                    double *base, struct lka_error *error);

/* What the family's slots save and load do. */
lka_status lka_forest_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                           struct lka_error *error);
lka_status lka_forest_load(const struct lka_space *space, const struct lka_tensor_store *store,
                           struct lka_forest **forest, struct lka_error *error);

#endif
