/* models/centroid/centroid.h: likeness as nearness to the seeds' mean.
 *
 * Rows are columns of models/columns.h, each centred and scaled to deviation 1 over the rows learned from. Then
 *
 *     cosine       score = z'm / (|z| |m|)                m: the seeds' mean
 *     mahalanobis  score = -(z - m)' P (z - m)            P: inverse of the shrunk covariance of all rows
 *     contrast     the same + (z - u)' P (z - u)          u: the mean of the unlabelled
 *
 * In the contrast the squares cancel, and a linear score is left (Fisher's discriminant): to be far away in a direction
 * that says nothing about seeds costs nothing. It is the default: on Caravan, bank-full, bank-additional and Hillstrom
 * the distance alone ranked worse than chance (AUC .30 to .49), the contrast did not (.64 to .79).
 */
#ifndef LKA_MODELS_CENTROID_H
#define LKA_MODELS_CENTROID_H

#include "models/columns.h"
#include "models/linear.h"
#include "models/model_family.h"

#define LKA_CENTROID_PARAMS(X)                                                     \
    X(CHOICE, metric, "metric", "mahalanobis", 0, 0, "mahalanobis|cosine", "NAME", \
      "how nearness to the seeds' mean is measured", false)                        \
    X(FLAG, contrast, "contrast", "true", 0, 0, NULL, NULL,                        \
      "mahalanobis: nearer to the seeds' mean than to the pool's, and not just near", false)

LKA_PARAMS_STRUCT(lka_centroid_options, LKA_CENTROID_PARAMS);
enum { LKA_METRIC_MAHALANOBIS, LKA_METRIC_COSINE };

/* ---- what is learned (covariance.c) ----------------------------------------------------------- */

enum {
    LKA_MOST_CORRELATED = 4096, /* columns; above, correlations are left out: the covariance is the identity */
    LKA_MOST_FACTORED = 1024,   /* columns for which a model keeps a matrix */
};

struct lka_moments {
    struct lka_columns columns;
    uint32_t *rows; /* those with a weight: the unlabelled, then the seeds */
    double *weight; /* by position in `rows`; the caller's, or 1 */
    size_t unlabelled;
    size_t count;
    double total;          /* of the weights */
    double effective;      /* rows that weigh the same and say as much (Kish 1965) */
    double *mean;          /* by column of the design, over all rows */
    double *inverse_scale; /* 1 / deviation; 0 for a column that never varies */
    double *seed_mean;     /* raw, not standardised */
    double *other_mean;
    double *seen;     /* weight of the rows by code */
    double *share;    /* share of the unlabelled by code */
    double *matrix;   /* design.count squared, rows of the lower triangle: correlations, shrunk; NULL above the limit */
    double shrinkage; /* 0: the correlations as they are; 1: none */
};

lka_status lka_moments_init(struct lka_moments *moments, const struct lka_fit_input *input, bool with_matrix,
                            struct lka_error *error);
void lka_moments_release(struct lka_moments *moments);

/* ---- sums of squares over features (squares.c) ------------------------------------------------ */

/* sum over features of curve (value - centre)^2 + table[code] */
struct lka_squares {
    size_t features;
    size_t *start;
    double *curve; /* by feature; 0 for a CODE feature */
    double *centre;
    double *table; /* by start[feature] + code */
};

lka_status lka_squares_init(struct lka_squares *squares, const struct lka_space *space, struct lka_error *error);
void lka_squares_release(struct lka_squares *squares);
/* Squared distance to `centre` (raw, by column) in deviations; codes never seen add nothing. */
void lka_squares_set(struct lka_squares *squares, const struct lka_moments *moments, const double *centre);
void lka_squares_score(const struct lka_squares *squares, const struct lka_block *block, double *sums);
double lka_squares_part(const struct lka_squares *squares, const struct lka_block *block, size_t feature, size_t row);

/* ---- the model -------------------------------------------------------------------------------- */

enum lka_centroid_form { LKA_CENTROID_LINEAR, LKA_CENTROID_COSINE, LKA_CENTROID_DIAGONAL, LKA_CENTROID_FULL };

struct lka_centroid {
    struct lka_family_model base;
    uint8_t form;
    struct lka_linear linear;   /* LINEAR: the score. COSINE: z'm / |m| */
    struct lka_squares squares; /* COSINE: |z|^2. DIAGONAL: the distance */
    struct lka_columns columns; /* FULL, and all that follows */
    double *centre;             /* the seeds' mean, raw, by column */
    double *mean;               /* of all rows: what a code never seen is taken for */
    uint8_t *seen;              /* by code */
    double *factor; /* distance = | sum over columns j of (x_j - centre_j) factor[j] |^2; row j begins at column j */
    double *origin; /* minus sum of centre_j factor[j] */
    double *unseen; /* by feature: sum over its indicators j of mean_j factor[j] */
};

lka_status lka_centroid_fit(const struct lka_fit_input *input, struct lka_centroid *centroid, struct lka_error *error);
/* FULL: the arrays, zero; then `origin` and `unseen` from the others. */
lka_status lka_centroid_allocate(struct lka_centroid *centroid, const struct lka_space *space, struct lka_error *error);
void lka_centroid_prepare(struct lka_centroid *centroid);

lka_status lka_centroid_score(const struct lka_family_model *model, const struct lka_block *block,
                              struct lka_arena *scratch, double *scores, struct lka_error *error);
lka_status lka_centroid_contributions(const struct lka_family_model *model, const struct lka_block *block, double *out,
                                      double *base, struct lka_error *error);

#endif
