/* score/panel.h: linear models side by side: which rows may score at least so much, by how many models at once.
 *
 *     row          a row's values as float32, and where its codes stand in the tables
 *     panel        64 models of one plan: a lane each. Of each feature the 64 slopes stand side by side, of each code
 *                  the 64 table entries, so that a row's 64 scores are a sum of whole vectors: a multiplication by the
 *                  value, or a plain addition. No indicator column exists, and no score is ever stored: each is
 *                  compared where it was made, in a register.
 *     hit          (row, lane) whose float32 score is not below the lane's threshold less a bound of its error
 *
 * The bound. A sum of n products in float32, of numbers that were rounded to float32 first, in any order, with or
 * without fused steps, is within gamma(n + 3) (|intercept| + sum |slope| |value| + sum |table|) of the true one,
 * gamma(k) = k u / (1 - k u), u = 2^-24 (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1); the
 * float64 score that is wanted is within gamma of 2^-53 of it, which the steps counted too many cover. |value| is the
 * largest of the block, |table| the largest of the feature. So every row whose float64 score reaches the threshold is a
 * hit; which of the hits do, their float64 scores tell. Models are scaled by a power of 2 so that nothing overflows;
 * what underflows is below the bound's last term.
 */
#ifndef LKA_SCORE_PANEL_H
#define LKA_SCORE_PANEL_H

#include "models/model_family.h"

enum { LKA_PANEL_LANES = 64 };

/* What all panels of one plan share. */
struct lka_panel_shape {
    const struct lka_space *space;
    uint32_t *dense; /* features that have a slope in some model */
    size_t dense_count;
    uint32_t *coded; /* features that have a table in some model */
    size_t coded_count;
    size_t *start; /* of each coded feature's entries in the tables; coded_count + 1 */
};

struct lka_panel {
    const struct lka_panel_shape *shape;
    size_t lanes;
    size_t sheets;    /* forms of each model: the mean and each member */
    float *intercept; /* [sheet][lane] */
    float *slope;     /* [sheet][dense][lane] */
    float *table;     /* [sheet][entry][lane] */
    double *scale;    /* by lane: a power of 2 */
    double *constant; /* by lane: the largest |intercept| + sum of |table| of all sheets, scaled */
    double *steep;    /* [dense][lane]: the largest |slope|, scaled */
};

/* Rows of a block, as panels read them. */
struct lka_panel_rows {
    const struct lka_panel_shape *shape;
    size_t capacity;
    size_t count;
    float *values;   /* [row][dense] */
    uint32_t *codes; /* [row][coded]: the entry's place in the tables, by lanes */
    double *largest; /* |value| by dense */
    struct lka_turned_block exact;
};

/* Rows by lane: rows[lane * capacity .. + count[lane]). */
struct lka_panel_hits {
    uint32_t *rows;
    size_t capacity;
    uint32_t count[LKA_PANEL_LANES];
};

enum lka_panel_kind { LKA_PANEL_FASTEST, LKA_PANEL_PLAIN, LKA_PANEL_AVX2, LKA_PANEL_AVX512, LKA_PANEL_KINDS };
bool lka_panel_kind_runs(enum lka_panel_kind kind);

/* `terms`: of all models that will share it, in any form. */
lka_status lka_panel_shape_init(struct lka_panel_shape *shape, const struct lka_space *space,
                                const struct lka_linear_terms *terms, size_t count, struct lka_error *error);
void lka_panel_shape_release(struct lka_panel_shape *shape);

/* terms[lane * sheets + sheet]; at most LKA_PANEL_LANES lanes. `shape` is borrowed. */
lka_status lka_panel_init(struct lka_panel *panel, const struct lka_panel_shape *shape,
                          const struct lka_linear_terms *terms, size_t lanes, size_t sheets, struct lka_error *error);
void lka_panel_release(struct lka_panel *panel);

lka_status lka_panel_rows_init(struct lka_panel_rows *rows, const struct lka_panel_shape *shape, size_t capacity,
                               struct lka_error *error);
void lka_panel_rows_release(struct lka_panel_rows *rows);
void lka_panel_rows_set(struct lka_panel_rows *rows, const struct lka_block *block);

lka_status lka_panel_hits_init(struct lka_panel_hits *hits, size_t capacity, struct lka_error *error);
void lka_panel_hits_release(struct lka_panel_hits *hits);

/* The hits among the `count` rows listed (ascending), by one sheet. `thresholds`: by lane; -INFINITY: every row is a
 * hit. */
void lka_panel_find(const struct lka_panel *panel, size_t sheet, const struct lka_panel_rows *rows,
                    const uint32_t *listed, size_t count, const double *thresholds, enum lka_panel_kind kind,
                    struct lka_panel_hits *hits);

#endif
