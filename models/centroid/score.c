/* Scoring. LINEAR and DIAGONAL are sums over features; COSINE is one divided by the root of another. FULL adds a vector
 * a feature, y = sum over columns j of (x_j - centre_j) factor[j], and the distance is |y|^2: as many steps as features
 * times columns, not columns squared. */
#include "models/centroid/centroid.h"

#include <math.h>

static const struct lka_centroid *centroid_of(const struct lka_family_model *model)
{
    return (const struct lka_centroid *)(const void *)model;
}

/* ---- the full distance ------------------------------------------------------------------------ */

static void add_row(const struct lka_centroid *centroid, double scale, size_t column, double *y)
{
    size_t count = centroid->columns.design.count;
    const double *row = centroid->factor + column * count;
    for (size_t i = column; i < count; i++) {
        y[i] += scale * row[i];
    }
}

lka_status lka_centroid_allocate(struct lka_centroid *centroid, const struct lka_space *space, struct lka_error *error)
{
    LKA_TRY(lka_columns_init(&centroid->columns, space, false, error));
    size_t count = centroid->columns.design.count;
    if (count > LKA_MOST_FACTORED) {
        return lka_fail(error, LKA_DATA,
                        "a centroid model of this form has at most %d columns; the feature plan makes %zu",
                        LKA_MOST_FACTORED, count);
    }
    LKA_TRY(LKA_NEW(centroid->centre, count, error));
    LKA_TRY(LKA_NEW(centroid->mean, count, error));
    LKA_TRY(LKA_NEW(centroid->seen, lka_columns_codes(&centroid->columns), error));
    LKA_TRY(LKA_NEW(centroid->factor, count * count, error));
    LKA_TRY(LKA_NEW(centroid->origin, count, error));
    return LKA_NEW(centroid->unseen, space->count * count, error);
}

void lka_centroid_prepare(struct lka_centroid *centroid)
{
    const struct lka_columns *columns = &centroid->columns;
    size_t count = columns->design.count;
    for (size_t j = 0; j < count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        add_row(centroid, -centroid->centre[j], j, centroid->origin);
        if (!column->is_value) {
            add_row(centroid, centroid->mean[j], j, centroid->unseen + column->feature * count);
        }
    }
}

/* What feature `feature` of a row adds to y. */
static void add_feature(const struct lka_centroid *centroid, const struct lka_block *block, size_t feature, size_t row,
                        double *y)
{
    const struct lka_columns *columns = &centroid->columns;
    size_t count = columns->design.count;
    size_t code = columns->start[feature] + lka_block_codes(block, feature)[row];
    if (columns->of_value[feature] >= 0) {
        add_row(centroid, lka_bounded(lka_block_values(block, feature)[row]), (size_t)columns->of_value[feature], y);
    }
    if (columns->indicators[feature] > 0 && !centroid->seen[code]) {
        for (size_t i = 0; i < count; i++) {
            y[i] += centroid->unseen[feature * count + i];
        }
    } else if (columns->of_code[code] >= 0) {
        add_row(centroid, 1, (size_t)columns->of_code[code], y);
    }
}

static void find_y(const struct lka_centroid *centroid, const struct lka_block *block, size_t row, double *y)
{
    memcpy(y, centroid->origin, centroid->columns.design.count * sizeof *y);
    for (size_t f = 0; f < centroid->columns.space->count; f++) {
        add_feature(centroid, block, f, row, y);
    }
}

/* In eight strands: one fixed order, and vectors. */
static double dot(const double *a, const double *b, size_t count)
{
    enum { STRANDS = 8 };
    double strand[STRANDS] = {0};
    size_t i = 0;
    for (; i + STRANDS <= count; i += STRANDS) {
        for (size_t s = 0; s < STRANDS; s++) {
            strand[s] += a[i + s] * b[i + s];
        }
    }
    double sum = 0;
    for (; i < count; i++) {
        sum += a[i] * b[i];
    }
    for (size_t s = 0; s < STRANDS; s++) {
        sum += strand[s];
    }
    return sum;
}

static lka_status score_full(const struct lka_centroid *centroid, const struct lka_block *block,
                             struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    size_t count = centroid->columns.design.count;
    double *y = lka_arena_take(scratch, count * sizeof *y);
    if (!y) {
        return lka_fail_memory(error, count * sizeof *y);
    }
    for (size_t i = 0; i < block->count; i++) {
        find_y(centroid, block, i, y);
        scores[i] = -dot(y, y, count);
    }
    return LKA_OK;
}

/* |y|^2 = sum over columns of (x_j - centre_j) (factor[j] . y): each column's term goes to its feature. */
static void explain_full(const struct lka_centroid *centroid, const struct lka_block *block, size_t row,
                         const double *y, double *out)
{
    const struct lka_columns *columns = &centroid->columns;
    size_t count = columns->design.count;
    for (size_t f = 0; f < columns->space->count; f++) {
        out[f] = 0;
    }
    for (size_t j = 0; j < count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        uint16_t code = lka_block_codes(block, column->feature)[row];
        double x = column->code == code;
        if (column->is_value) {
            x = lka_bounded(lka_block_values(block, column->feature)[row]);
        } else if (!centroid->seen[columns->start[column->feature] + code]) {
            x = centroid->mean[j];
        }
        out[column->feature] -= (x - centroid->centre[j]) * dot(centroid->factor + j * count, y, count);
    }
}

/* ---- the cosine ------------------------------------------------------------------------------- */

/* 1 / |z|; a row that is the mean of all rows in every feature is like nothing in particular: 0. */
static double inverse_length(double square)
{
    return square > 0 ? 1 / sqrt(square) : 0;
}

static lka_status score_cosine(const struct lka_centroid *centroid, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    double *squares = lka_arena_take(scratch, block->count * sizeof *squares);
    if (!squares) {
        return lka_fail_memory(error, block->count * sizeof *squares);
    }
    lka_squares_score(&centroid->squares, block, squares);
    lka_linear_score(&centroid->linear, block, scores);
    for (size_t i = 0; i < block->count; i++) {
        scores[i] *= inverse_length(squares[i]);
    }
    return LKA_OK;
}

static void explain_cosine(const struct lka_centroid *centroid, const struct lka_block *block, double *out)
{
    size_t features = centroid->linear.features;
    lka_linear_contributions(&centroid->linear, block, out);
    for (size_t i = 0; i < block->count; i++) {
        double square = 0;
        for (size_t f = 0; f < features; f++) {
            square += lka_squares_part(&centroid->squares, block, f, i);
        }
        for (size_t f = 0; f < features; f++) {
            out[i * features + f] *= inverse_length(square);
        }
    }
}

/* ---- the family's slots ----------------------------------------------------------------------- */

lka_status lka_centroid_score(const struct lka_family_model *model, const struct lka_block *block,
                              struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    const struct lka_centroid *centroid = centroid_of(model);
    switch (centroid->form) {
    case LKA_CENTROID_COSINE:
        return score_cosine(centroid, block, scratch, scores, error);
    case LKA_CENTROID_FULL:
        return score_full(centroid, block, scratch, scores, error);
    case LKA_CENTROID_DIAGONAL:
        lka_squares_score(&centroid->squares, block, scores);
        for (size_t i = 0; i < block->count; i++) {
            scores[i] = -scores[i];
        }
        return LKA_OK;
    default:
        lka_linear_score(&centroid->linear, block, scores);
        return LKA_OK;
    }
}

static lka_status explain_rows(const struct lka_centroid *centroid, const struct lka_block *block, double *out,
                               struct lka_error *error)
{
    double *y;
    LKA_TRY(LKA_NEW(y, centroid->columns.design.count, error));
    for (size_t i = 0; i < block->count; i++) {
        find_y(centroid, block, i, y);
        explain_full(centroid, block, i, y, out + i * block->space->count);
    }
    lka_free(y);
    return LKA_OK;
}

lka_status lka_centroid_contributions(const struct lka_family_model *model, const struct lka_block *block, double *out,
                                      double *base, struct lka_error *error)
{
    const struct lka_centroid *centroid = centroid_of(model);
    size_t features = block->space->count;
    *base = 0;
    switch (centroid->form) {
    case LKA_CENTROID_COSINE:
        explain_cosine(centroid, block, out);
        return LKA_OK;
    case LKA_CENTROID_FULL:
        return explain_rows(centroid, block, out, error);
    case LKA_CENTROID_DIAGONAL:
        for (size_t i = 0; i < block->count * features; i++) {
            out[i] = -lka_squares_part(&centroid->squares, block, i % features, i / features);
        }
        return LKA_OK;
    default:
        *base = centroid->linear.intercept;
        lka_linear_contributions(&centroid->linear, block, out);
        return LKA_OK;
    }
}
