/* models/linear.h: a score that is a sum over features, for every family that ends in one:
 *
 *     score = intercept + sum over features, in their order, of slope * value + table[code]
 *
 * No indicator column exists when scoring: a category is one table look-up. Vectors run across rows.
 */
#ifndef LKA_MODELS_LINEAR_H
#define LKA_MODELS_LINEAR_H

#include "models/columns.h"
#include "models/model_family.h"

struct lka_linear {
    size_t features;
    size_t *start; /* of a feature's codes in `table`; features + 1 entries */
    double intercept;
    double *slope;   /* by feature; 0 for a CODE feature */
    double *table;   /* by start[feature] + code */
    bool *has_slope; /* which of the two are not all 0 */
    bool *has_table;
    bool *is_flat; /* all codes but 0 have one and the same entry */
};

/* All zero, for a space or of the space that another one is for. */
lka_status lka_linear_init(struct lka_linear *linear, const struct lka_space *space, struct lka_error *error);
lka_status lka_linear_like(struct lka_linear *linear, const struct lka_linear *other, struct lka_error *error);
void lka_linear_release(struct lka_linear *linear);

/* From a coefficient a column (the constant's last). `share` is the share of the reference rows that have a code, by
 * columns->start[feature] + code: every table is shifted so that its mean over them is 0 and the shift goes to
 * the intercept, so that a contribution compares with the average reference row. A code that `seen` does not have (no
 * row to learn from) counts as average: 0. */
void lka_linear_set(struct lka_linear *linear, const struct lka_columns *columns, const double *coefficients,
                    const double *share, const double *seen);

/* After `slope` or `table` were written directly. */
void lka_linear_note_zeros(struct lka_linear *linear);

void lka_linear_score(const struct lka_linear *linear, const struct lka_block *block, double *scores);

/* As the family's slot: out[row * features + feature]; the base is the intercept. */
void lka_linear_contributions(const struct lka_linear *linear, const struct lka_block *block, double *out);

/* Adds `scale` times another one of the same space. */
void lka_linear_add(struct lka_linear *linear, const struct lka_linear *other, double scale);

/* Tensors "intercept", "slope" and "table". */
lka_status lka_linear_save(const struct lka_linear *linear, const struct lka_tensor_sink *sink,
                           struct lka_error *error);
lka_status lka_linear_load(struct lka_linear *linear, const struct lka_space *space,
                           const struct lka_tensor_store *store, struct lka_error *error);

/* One F64 tensor of a known shape, copied; every number finite and at most 1e100 in size. */
lka_status lka_tensor_read(const struct lka_tensor_store *store, const char *name, size_t rows, size_t columns,
                           double *out, struct lka_error *error);

#endif
