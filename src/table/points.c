#include "table/points.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/design.h"

#include <math.h>

/* ---- axes ------------------------------------------------------------------------------------- */

/* A feature's columns stand side by side in a design, its value first and then its indicators by code. */
static void place_axes(struct lka_axes *axes, const struct lka_design *design)
{
    for (size_t j = design->count; j > 0; j--) {
        const struct lka_design_column *column = &design->columns[j - 1];
        struct lka_axis *axis = &axes->axes[column->feature];
        axis->column = (uint32_t)(j - 1);
        if (column->is_value) {
            axis->is_number = true;
            continue;
        }
        axis->first_code = column->code;
        if (axis->end_code == 0) {
            axis->end_code = column->code + 1;
        }
    }
}

lka_status lka_axes_init(struct lka_axes *axes, const struct lka_space *space, struct lka_error *error)
{
    struct lka_design design;
    *axes = (struct lka_axes){.features = space->count};
    LKA_TRY(lka_design_init(&design, space, false, error));
    axes->columns = design.count;
    lka_status status = LKA_OK;
    if (design.count > LKA_MOST_COLUMNS) {
        status = lka_fail(error, LKA_DATA,
                          "the features make %zu columns; at most %d are allowed here: lower "
                          "--max-categories",
                          design.count, LKA_MOST_COLUMNS);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(axes->axes, axes->features, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(axes->scale, axes->columns + 1, error);
    }
    if (status == LKA_OK) {
        place_axes(axes, &design);
        for (size_t j = 0; j < axes->columns; j++) {
            axes->scale[j] = 1;
        }
    } else {
        lka_axes_release(axes);
    }
    lka_design_release(&design);
    return status;
}

void lka_axes_release(struct lka_axes *axes)
{
    lka_free(axes->axes);
    lka_free(axes->scale);
    *axes = (struct lka_axes){0};
}

static uint32_t indicator_of(const struct lka_axes *axes, const struct lka_axis *axis, uint16_t code)
{
    bool has_one = code >= axis->first_code && code < axis->end_code;
    return has_one ? axis->column + axis->is_number + code - axis->first_code : (uint32_t)axes->columns;
}

/* ---- scales ----------------------------------------------------------------------------------- */

static uint32_t first_indicator(const struct lka_axis *axis)
{
    return axis->column + axis->is_number;
}

static uint32_t end_indicator(const struct lka_axis *axis)
{
    return first_indicator(axis) + axis->end_code - axis->first_code;
}

/* Leaves in `scale` how many of the rows have an indicator set. */
static void count_indicators(struct lka_axes *axes, const struct lka_block *block, const uint32_t *rows, size_t count)
{
    memset(axes->scale, 0, (axes->columns + 1) * sizeof *axes->scale);
    for (size_t f = 0; f < axes->features; f++) {
        const struct lka_axis *axis = &axes->axes[f];
        const uint16_t *codes = lka_block_codes(block, f);
        for (size_t i = 0; i < count; i++) {
            axes->scale[indicator_of(axes, axis, codes[rows[i]])] += 1;
        }
    }
}

/* From the counts of features `first` to `end`, which come from one source column, to their common scale. */
static void scale_group(struct lka_axes *axes, size_t first, size_t end, double rows)
{
    const double least = .1;
    double variance = 0;
    for (size_t f = first; f < end; f++) {
        for (uint32_t j = first_indicator(&axes->axes[f]); j < end_indicator(&axes->axes[f]); j++) {
            double share = axes->scale[j] / rows;
            variance += share * (1 - share);
        }
    }
    double scale = 1 / sqrt(variance > least ? variance : least);
    for (size_t f = first; f < end; f++) {
        for (uint32_t j = first_indicator(&axes->axes[f]); j < end_indicator(&axes->axes[f]); j++) {
            axes->scale[j] = scale;
        }
        if (axes->axes[f].is_number) {
            axes->scale[axes->axes[f].column] = 1;
        }
    }
}

void lka_axes_learn(struct lka_axes *axes, const struct lka_block *block, const uint32_t *rows, size_t count)
{
    const struct lka_feature *features = block->space->features;
    count_indicators(axes, block, rows, count);
    for (size_t first = 0, end = 0; first < axes->features; first = end) {
        while (end < axes->features && features[end].column == features[first].column) {
            end++;
        }
        scale_group(axes, first, end, (double)count);
    }
    axes->scale[axes->columns] = 0;
}

/* ---- points ----------------------------------------------------------------------------------- */

lka_status lka_points_init(struct lka_points *points, size_t capacity, size_t width, struct lka_error *error)
{
    *points = (struct lka_points){.width = width};
    lka_status status = LKA_NEW(points->columns, capacity * width, error);
    if (status == LKA_OK) {
        status = LKA_NEW(points->values, capacity * width, error);
    }
    if (status != LKA_OK) {
        lka_points_release(points);
    }
    return status;
}

void lka_points_release(struct lka_points *points)
{
    lka_free(points->columns);
    lka_free(points->values);
    *points = (struct lka_points){0};
}

static double cut(double value)
{
    double below = value < LKA_POINT_CUT ? value : LKA_POINT_CUT;
    return below > -LKA_POINT_CUT ? below : -LKA_POINT_CUT;
}

void lka_points_fill(struct lka_points *points, const struct lka_axes *axes, const struct lka_block *block,
                     const uint32_t *rows, size_t first, size_t count)
{
    points->count = count;
    for (size_t f = 0; f < axes->features; f++) {
        const struct lka_axis *axis = &axes->axes[f];
        const uint16_t *codes = lka_block_codes(block, f);
        const double *values = lka_block_values(block, f);
        for (size_t i = 0; i < count; i++) {
            size_t row = rows ? rows[i] : first + i;
            uint32_t column = indicator_of(axes, axis, codes[row]);
            double value = 1;
            if (axis->is_number && column == axes->columns) {
                column = axis->column;
                value = cut(values[row]);
            }
            points->columns[i * points->width + f] = column;
            points->values[i * points->width + f] = value * axes->scale[column];
        }
    }
}

double lka_point_square(const struct lka_points *points, size_t point)
{
    const double *values = points->values + point * points->width;
    double square = 0;
    for (size_t e = 0; e < points->width; e++) {
        square += values[e] * values[e];
    }
    return square;
}

double lka_points_variance(const struct lka_points *points, size_t columns, double *mean)
{
    if (points->count < 2) {
        return 0;
    }
    double count = (double)points->count;
    double squares = 0;
    memset(mean, 0, (columns + 1) * sizeof *mean);
    for (size_t i = 0; i < points->count; i++) {
        squares += lka_point_square(points, i);
        for (size_t e = i * points->width; e < (i + 1) * points->width; e++) {
            mean[points->columns[e]] += points->values[e];
        }
    }
    double between = 0;
    for (size_t j = 0; j < columns; j++) {
        between += mean[j] * mean[j] / count;
    }
    double variance = (squares - between) / (count - 1);
    return variance > 0 ? variance : 0;
}
