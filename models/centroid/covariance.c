/* Means, deviations and correlations of the rows learned from. */
#include "models/centroid/centroid.h"
#include "models/shrinkage.h"

#include <math.h>

static lka_status take_rows(struct lka_moments *moments, const struct lka_fit_input *input, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(moments->rows, input->count, error));
    LKA_TRY(LKA_NEW(moments->weight, input->count, error));
    double squares = 0;
    for (int class = 0; class < 2; class ++) {
        for (size_t i = 0; i < input->count; i++) {
            uint32_t row = input->rows[i];
            double weight = input->weight ? input->weight[row] : 1;
            if (input->label[row] == class && weight > 0) {
                moments->rows[moments->count] = row;
                moments->weight[moments->count++] = weight;
                moments->total += weight;
                squares += weight * weight;
            }
        }
        moments->unlabelled = class ? moments->unlabelled : moments->count;
    }
    moments->effective = moments->total / squares * moments->total;
    return LKA_OK;
}

/* Means of the design columns over some of the rows, and the rows' weight by code. */
static void take_means(const struct lka_moments *moments, const struct lka_block *block, size_t first, size_t end,
                       double *means, double *by_code)
{
    const struct lka_columns *columns = &moments->columns;
    double total = 0;
    for (size_t i = first; i < end; i++) {
        total += moments->weight[i];
    }
    lka_columns_count(columns, block, moments->rows + first, end - first, moments->weight + first, by_code);
    for (size_t j = 0; j < columns->design.count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        double sum = column->is_value ? 0 : by_code[columns->start[column->feature] + column->code];
        const double *values = lka_block_values(block, column->feature);
        for (size_t i = first; i < end && column->is_value; i++) {
            sum += moments->weight[i] * lka_bounded(values[moments->rows[i]]);
        }
        means[j] = total > 0 ? sum / total : 0;
    }
    for (size_t c = 0; c < lka_columns_codes(columns) && total > 0; c++) {
        by_code[c] /= total;
    }
}

/* The two classes' means, and from them those of all rows. */
static lka_status take_class_means(struct lka_moments *moments, const struct lka_block *block, struct lka_error *error)
{
    size_t codes = lka_columns_codes(&moments->columns);
    LKA_TRY(LKA_NEW(moments->mean, moments->columns.count, error));
    LKA_TRY(LKA_NEW(moments->seed_mean, moments->columns.count, error));
    LKA_TRY(LKA_NEW(moments->other_mean, moments->columns.count, error));
    LKA_TRY(LKA_NEW(moments->seen, codes, error));
    LKA_TRY(LKA_NEW(moments->share, codes, error));
    take_means(moments, block, 0, moments->unlabelled, moments->other_mean, moments->share);
    take_means(moments, block, moments->unlabelled, moments->count, moments->seed_mean, moments->seen);
    double seeds = 0;
    for (size_t i = moments->unlabelled; i < moments->count; i++) {
        seeds += moments->weight[i];
    }
    double part = seeds / moments->total;
    for (size_t j = 0; j < moments->columns.design.count; j++) {
        moments->mean[j] = part * moments->seed_mean[j] + (1 - part) * moments->other_mean[j];
    }
    for (size_t c = 0; c < codes; c++) {
        moments->seen[c] = part * moments->seen[c] + (1 - part) * moments->share[c];
    }
    lka_columns_join_seen(&moments->columns, moments->seen);
    return LKA_OK;
}

static double variance_of(const struct lka_moments *moments, const struct lka_block *block, size_t j)
{
    const struct lka_design_column *column = &moments->columns.design.columns[j];
    double mean = moments->mean[j];
    if (!column->is_value) {
        return mean * (1 - mean);
    }
    const double *values = lka_block_values(block, column->feature);
    double sum = 0;
    for (size_t i = 0; i < moments->count; i++) {
        double distance = lka_bounded(values[moments->rows[i]]) - mean;
        sum += moments->weight[i] * distance * distance;
    }
    return sum / moments->total;
}

static lka_status take_scales(struct lka_moments *moments, const struct lka_block *block, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(moments->inverse_scale, moments->columns.count, error));
    for (size_t j = 0; j < moments->columns.design.count; j++) {
        double variance = variance_of(moments, block, j);
        double noise = 1e-20 + 1e-24 * moments->mean[j] * moments->mean[j];
        moments->inverse_scale[j] = variance > noise ? 1 / sqrt(variance) : 0;
    }
    return LKA_OK;
}

/* ---- correlations ----------------------------------------------------------------------------- */

/* From sums of products, with the constant's row last, to correlations, closed up to design.count columns. */
static void standardise(struct lka_moments *moments, const double *products)
{
    size_t count = moments->columns.design.count;
    size_t stride = moments->columns.count;
    for (size_t j = 0; j < count; j++) {
        for (size_t k = 0; k <= j; k++) {
            double covariance = products[j * stride + k] / moments->total - moments->mean[j] * moments->mean[k];
            moments->matrix[j * count + k] = covariance * moments->inverse_scale[j] * moments->inverse_scale[k];
        }
    }
}

/* The mean over the rows of |z|^4. */
static lka_status fourth_moment(const struct lka_moments *moments, const struct lka_block *block, double *fourth,
                                struct lka_error *error)
{
    struct lka_squares squares;
    double *lengths;
    LKA_TRY(lka_squares_init(&squares, block->space, error));
    lka_status status = LKA_NEW(lengths, block->count, error);
    if (status == LKA_OK) {
        lka_squares_set(&squares, moments, moments->mean);
        lka_squares_score(&squares, block, lengths);
        double sum = 0;
        for (size_t i = 0; i < moments->count; i++) {
            double length = lengths[moments->rows[i]];
            sum += moments->weight[i] * length * length;
        }
        *fourth = sum / moments->total;
        lka_free(lengths);
    }
    lka_squares_release(&squares);
    return status;
}

static lka_status shrink(struct lka_moments *moments, const struct lka_block *block, struct lka_error *error)
{
    size_t count = moments->columns.design.count;
    double fourth = 0;
    LKA_TRY(fourth_moment(moments, block, &fourth, error));
    double squared_norm = 0;
    double varying = 0;
    for (size_t j = 0; j < count; j++) {
        for (size_t k = 0; k < j; k++) {
            squared_norm += 2 * moments->matrix[j * count + k] * moments->matrix[j * count + k];
        }
        varying += moments->inverse_scale[j] > 0;
    }
    squared_norm += varying; /* the diagonal: ones */
    moments->shrinkage = lka_ledoit_wolf(squared_norm, varying, fourth, moments->effective, varying > 0 ? varying : 1);
    for (size_t j = 0; j < count; j++) {
        for (size_t k = 0; k < j; k++) {
            moments->matrix[j * count + k] *= 1 - moments->shrinkage;
        }
        moments->matrix[j * count + j] = 1;
    }
    return LKA_OK;
}

static lka_status take_matrix(struct lka_moments *moments, const struct lka_block *block, struct lka_error *error)
{
    size_t count = moments->columns.count;
    double *products;
    LKA_TRY(LKA_NEW(products, count * count, error));
    lka_status status = lka_columns_product(&moments->columns, block, moments->rows, moments->count, moments->weight,
                                            products, error);
    if (status == LKA_OK) {
        status = LKA_NEW(moments->matrix, moments->columns.design.count * moments->columns.design.count, error);
    }
    if (status == LKA_OK) {
        standardise(moments, products);
    }
    lka_free(products);
    return status == LKA_OK ? shrink(moments, block, error) : status;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status set_up(struct lka_moments *moments, const struct lka_fit_input *input, bool with_matrix,
                         struct lka_error *error)
{
    LKA_TRY(lka_columns_init(&moments->columns, input->block->space, false, error));
    LKA_TRY(take_rows(moments, input, error));
    LKA_TRY(take_class_means(moments, input->block, error));
    LKA_TRY(take_scales(moments, input->block, error));
    if (with_matrix && moments->columns.design.count <= LKA_MOST_CORRELATED) {
        LKA_TRY(take_matrix(moments, input->block, error));
    }
    return LKA_OK;
}

lka_status lka_moments_init(struct lka_moments *moments, const struct lka_fit_input *input, bool with_matrix,
                            struct lka_error *error)
{
    *moments = (struct lka_moments){0};
    lka_status status = set_up(moments, input, with_matrix, error);
    if (status != LKA_OK) {
        lka_moments_release(moments);
    }
    return status;
}

void lka_moments_release(struct lka_moments *moments)
{
    lka_columns_release(&moments->columns);
    lka_free(moments->rows);
    lka_free(moments->weight);
    lka_free(moments->mean);
    lka_free(moments->inverse_scale);
    lka_free(moments->seed_mean);
    lka_free(moments->other_mean);
    lka_free(moments->seen);
    lka_free(moments->share);
    lka_free(moments->matrix);
    *moments = (struct lka_moments){0};
}
