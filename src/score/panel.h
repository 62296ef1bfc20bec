/* score/panel.h: linear models side by side: which rows score at least so much, by several models at once, each score
 * in float64 and to the bit what the model gives alone.
 *
 *     panel        8 models of one plan: a lane each. Of each feature the 8 slopes stand side by side, of each code the
 *                  8 table entries, one cache line, so that a row's 8 scores are a sum of whole vectors: a product with
 *                  the value, or a plain addition. No indicator column exists.
 *     form         what one of a model's fits, or their mean, adds up
 *     hit          (row, lane) whose score is not below the lane's threshold. No other score is ever stored: each is
 *                  compared where it was made, in a register.
 *
 * A lane's sum takes the steps of models/linear.h, in their order. Where a model has no slope or no table for a feature
 * and another one of its panel does, it adds a zero, which changes no sum but one that is zero itself, and of that only
 * the sign, which the end drops.
 */
#ifndef LKA_SCORE_PANEL_H
#define LKA_SCORE_PANEL_H

#include "models/model_family.h"

enum {
    LKA_PANEL_LANES = 8,
    LKA_PANEL_ROWS = 16 /* that stand side by side */
};

/* A feature that has a slope or a table in some model. */
struct lka_panel_step {
    uint32_t feature;
    bool has_slope;
    bool has_table;
    size_t first; /* of the table's entries in those of all features */
};

/* Steps of one kind after the other: first products with slopes, then entries of tables. */
struct lka_panel_run {
    size_t slopes;
    size_t tables;
};

/* What all panels of one plan share: the steps, in the order of the features; and as runs, which are one where all
 * features are of a kind. */
struct lka_panel_shape {
    const struct lka_space *space;
    struct lka_panel_step *steps;
    size_t count;
    struct lka_panel_run *runs;
    size_t run_count;
    size_t slopes;
    size_t tables;
    size_t entries; /* of all tables */
};

/* Numbers of a form. */
static inline size_t lka_panel_form_size(const struct lka_panel_shape *shape)
{
    return (1 + shape->slopes + shape->entries) * LKA_PANEL_LANES;
}

struct lka_panel {
    const struct lka_panel_shape *shape;
    double *memory;
    double *forms; /* of each form: intercept | slopes | entries, of each of these the lanes; in whole cache lines */
};

/* Rows as panels read them, in groups of LKA_PANEL_ROWS, the last one filled up. */
struct lka_panel_rows {
    size_t count;
    double *values;   /* [group][slope][row] */
    uint32_t *places; /* [group][table][row]: of the code's entries, counted in numbers */
};

struct lka_hit {
    uint32_t row;
    uint32_t model;
    double score;
};

/* `terms`: of all models that will share it, in any form. */
lka_status lka_panel_shape_init(struct lka_panel_shape *shape, const struct lka_space *space,
                                const struct lka_linear_terms *terms, size_t count, struct lka_error *error);
void lka_panel_shape_release(struct lka_panel_shape *shape);

/* terms[lane * forms + form]; at most LKA_PANEL_LANES lanes. `shape` is borrowed. */
lka_status lka_panel_init(struct lka_panel *panel, const struct lka_panel_shape *shape,
                          const struct lka_linear_terms *terms, size_t lanes, size_t forms, struct lka_error *error);
void lka_panel_release(struct lka_panel *panel);

/* Room for `capacity` rows of a shape with so many slopes and tables, or fewer. */
lka_status lka_panel_rows_init(struct lka_panel_rows *rows, size_t slopes, size_t tables, size_t capacity,
                               struct lka_error *error);
void lka_panel_rows_release(struct lka_panel_rows *rows);
/* The rows of a block that are listed. */
void lka_panel_rows_set(struct lka_panel_rows *rows, const struct lka_panel_shape *shape, const struct lka_block *block,
                        const uint32_t *listed, size_t count);

/* The hits, by row (as rows are listed) and lane; how many. A row's score is that of one form, or the mean of several
 * in turn. `thresholds`: LKA_PANEL_LANES of them; -INFINITY: every row is a hit; INFINITY: none is. A score that is not a
 * number is a hit. `hits` has room for as many as there are rows, LKA_PANEL_LANES times. */
size_t lka_panel_find(const struct lka_panel *panel, size_t form, size_t forms, const struct lka_panel_rows *rows,
                      const double *thresholds, struct lka_hit *hits);

/* Ahead of lka_panel_find: brings into the cache what the first rows will ask for. */
void lka_panel_prefetch(const struct lka_panel *panel, size_t form, size_t forms, const struct lka_panel_rows *rows);

#endif
