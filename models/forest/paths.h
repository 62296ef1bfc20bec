/* models/forest/paths.h: what the leaves of a forest add to a row's score, feature by feature, computed once for all rows.
 *
 * The Shapley values of one leaf (Lundberg, Erion, Lee 2018: TreeSHAP, path-dependent) depend on its row only by which of the
 * features on its path lead there. With d of them that is one of 2^d cases, and all of these can be laid out before (Yang
 * 2021, "Fast TreeSHAP", version 2): a row is then one look-up a leaf. For a case let A be the features that lead there and
 * z_i the share of the rows that do so at all splits of feature i, by cover; a set of s known features weighs s! (d-1-s)! / d!:
 *
 *     P(x) = product over A of (z_j + x) = sum of p_s x^s        r = value * product over the others of z_j
 *     a feature that does not lead there adds    -r * sum of p_s weight_s
 *     a feature i of A adds    r * (1 - z_i) * sum of q_s weight_s,    where P(x) = (z_i + x) * sum of q_s x^s
 */
#ifndef LKA_MODELS_FOREST_PATHS_H
#define LKA_MODELS_FOREST_PATHS_H

#include "models/forest/forest.h"

struct lka_path_leaf {
    size_t first; /* its features and shares */
    size_t table; /* 2^count cases of `count` numbers; LKA_NO_TABLE: they would be too many */
    uint32_t count;
};

#define LKA_NO_TABLE SIZE_MAX

/* A leaf of more features, or of a forest whose tables would be larger than some MiB, has its cases computed row by row. */
enum { LKA_PATHS_TABLE_FEATURES = 6 };

struct lka_paths {
    double mean;                /* of the forest's margin, by cover */
    uint8_t *place;             /* by node that splits: of its feature on the paths through it */
    bool *meets;                /* by node that splits: the path had not met that feature */
    struct lka_path_leaf *leaf; /* by node that is a leaf */
    uint32_t *feature;          /* of each leaf's path, once each, from the root on */
    double *share;
    size_t steps;
    size_t feature_capacity;
    size_t share_capacity;
    double *adds;
    double weight[LKA_FOREST_DEEPEST + 1][LKA_FOREST_DEEPEST]; /* by d and s */
};

/* The forest's, made when they are first asked for; any number of threads may ask. */
lka_status lka_paths_of(const struct lka_forest *forest, const struct lka_paths **paths, struct lka_error *error);
void lka_paths_free(struct lka_paths *paths); /* NULL is fine */

/* adds[0 .. count) of a leaf where `agree` has a bit for each feature of its path that leads there. */
void lka_paths_add(const struct lka_paths *paths, const struct lka_path_leaf *leaf, uint32_t agree, double value,
                   double *adds);

#endif
