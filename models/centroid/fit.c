/* From means and covariance to a score. */
#include "models/centroid/centroid.h"

#include "models/cholesky.h"

#include <math.h>

/* Standardised difference of two means, by column. */
static void standardised_difference(const struct lka_moments *moments, const double *a, const double *b, double *out)
{
    for (size_t j = 0; j < moments->columns.design.count; j++) {
        out[j] = (a[j] - b[j]) * moments->inverse_scale[j];
    }
}

/* With d = P (m - u): the difference of the two squared distances is 2 d'z - d'(m + u). */
static void set_contrast(struct lka_centroid *centroid, const struct lka_moments *moments, double *coefficients)
{
    size_t count = moments->columns.design.count;
    standardised_difference(moments, moments->seed_mean, moments->other_mean, coefficients);
    if (moments->matrix) {
        lka_cholesky_solve(moments->matrix, count, coefficients);
    }
    double constant = 0;
    for (size_t j = 0; j < count; j++) {
        coefficients[j] *= 2 * moments->inverse_scale[j];
        constant -= coefficients[j] * (moments->seed_mean[j] + moments->other_mean[j]) / 2;
    }
    coefficients[count] = constant;
    lka_linear_set(&centroid->linear, &moments->columns, coefficients, moments->share, moments->seen);
    centroid->form = LKA_CENTROID_LINEAR;
}

/* z'm / |m| as slopes and tables, each feature's with its own share of the constant: the sum is divided by |z| later,
 * and a constant would have no feature to go to. */
static void set_cosine(struct lka_centroid *centroid, const struct lka_moments *moments, double *seed_mean)
{
    const struct lka_columns *columns = &moments->columns;
    struct lka_linear *linear = &centroid->linear;
    standardised_difference(moments, moments->seed_mean, moments->mean, seed_mean);
    double length = 0;
    for (size_t j = 0; j < columns->design.count; j++) {
        length += seed_mean[j] * seed_mean[j];
    }
    double inverse = length > 0 ? 1 / sqrt(length) : 0;
    for (size_t j = 0; j < columns->design.count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        double weight = seed_mean[j] * moments->inverse_scale[j] * inverse;
        for (size_t c = linear->start[column->feature]; c < linear->start[column->feature + 1]; c++) {
            linear->table[c] -= weight * moments->mean[j];
        }
        if (column->is_value) {
            linear->slope[column->feature] = weight;
        } else {
            linear->table[linear->start[column->feature] + column->code] += weight;
        }
    }
    for (size_t f = 0; f < linear->features; f++) {
        for (size_t c = linear->start[f]; c < linear->start[f + 1] && columns->indicators[f] > 0; c++) {
            linear->table[c] = moments->seen[c] > 0 ? linear->table[c] : 0;
        }
    }
    lka_linear_note_zeros(linear);
    lka_squares_set(&centroid->squares, moments, moments->mean);
    centroid->form = LKA_CENTROID_COSINE;
}

/* P = V'V with V the inverse of the Cholesky factor: the distance is |V (z - m)|^2, and a code adds one column of V. */
static lka_status set_full(struct lka_centroid *centroid, struct lka_moments *moments, const struct lka_space *space,
                           struct lka_error *error)
{
    size_t count = moments->columns.design.count;
    size_t codes = lka_columns_codes(&moments->columns);
    centroid->form = LKA_CENTROID_FULL;
    LKA_TRY(lka_centroid_allocate(centroid, space, error));
    lka_cholesky_invert(moments->matrix, count);
    for (size_t j = 0; j < count; j++) {
        centroid->centre[j] = moments->seed_mean[j];
        centroid->mean[j] = moments->mean[j];
        for (size_t i = j; i < count; i++) {
            centroid->factor[j * count + i] = moments->matrix[i * count + j] * moments->inverse_scale[j];
        }
    }
    for (size_t c = 0; c < codes; c++) {
        centroid->seen[c] = moments->seen[c] > 0;
    }
    lka_centroid_prepare(centroid);
    return LKA_OK;
}

lka_status lka_centroid_fit(const struct lka_fit_input *input, struct lka_centroid *centroid, struct lka_error *error)
{
    const struct lka_centroid_options *options = input->options;
    bool cosine = options->metric == LKA_METRIC_COSINE;
    struct lka_moments moments;
    double *vector;
    LKA_TRY(lka_moments_init(&moments, input, !cosine, error));
    lka_status status = LKA_NEW(vector, moments.columns.count, error);
    if (status == LKA_OK && moments.matrix) {
        lka_cholesky(moments.matrix, moments.columns.design.count, vector);
    }
    if (status != LKA_OK) {
        lka_moments_release(&moments);
        return status;
    }
    if (cosine) {
        set_cosine(centroid, &moments, vector);
    } else if (options->contrast) {
        set_contrast(centroid, &moments, vector);
    } else if (moments.columns.design.count <= LKA_MOST_FACTORED) {
        status = set_full(centroid, &moments, input->block->space, error);
    } else {
        lka_squares_set(&centroid->squares, &moments, moments.seed_mean);
        centroid->form = LKA_CENTROID_DIAGONAL;
    }
    lka_free(vector);
    lka_moments_release(&moments);
    return status;
}
