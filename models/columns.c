#include "models/columns.h"

#include "base/error.h"
#include "base/memory.h"

#include <gsl/gsl_cblas.h>
#include <math.h>

/* Up to so many indicators, a feature's are cheaper in a matrix product than one by one. */
enum { NARROW = 4 };

static bool is_wide(const struct lka_columns *columns, uint32_t feature)
{
    return columns->indicators[feature] > NARROW;
}

/* Stable: the dense columns first, then those of the wide features. */
static void reorder(struct lka_columns *columns, struct lka_design_column *sorted)
{
    const struct lka_design *design = &columns->design;
    size_t filled = 0;
    for (int wide = 0; wide < 2; wide++) {
        for (size_t j = 0; j < design->count; j++) {
            const struct lka_design_column *column = &design->columns[j];
            if ((!column->is_value && is_wide(columns, column->feature)) == (wide == 1)) {
                sorted[filled++] = *column;
            }
        }
        columns->dense = wide ? columns->dense : filled;
    }
    memcpy(design->columns, sorted, filled * sizeof *sorted);
}

static void index_columns(struct lka_columns *columns)
{
    for (size_t c = 0; c < lka_columns_codes(columns); c++) {
        columns->of_code[c] = -1;
    }
    for (uint32_t f = 0; f < columns->space->count; f++) {
        columns->of_value[f] = -1;
        if (is_wide(columns, f)) {
            columns->wide[columns->wide_count++] = f;
        }
    }
    for (size_t j = 0; j < columns->design.count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        if (column->is_value) {
            columns->of_value[column->feature] = (ptrdiff_t)j;
        } else {
            columns->of_code[columns->start[column->feature] + column->code] = (ptrdiff_t)j;
        }
    }
}

static lka_status build(struct lka_columns *columns, bool bins, struct lka_error *error)
{
    const struct lka_space *space = columns->space;
    LKA_TRY(lka_design_init(&columns->design, space, bins, error));
    columns->count = columns->design.count + 1;
    LKA_TRY(LKA_NEW(columns->start, space->count + 1, error));
    LKA_TRY(LKA_NEW(columns->indicators, space->count, error));
    LKA_TRY(LKA_NEW(columns->of_value, space->count, error));
    LKA_TRY(LKA_NEW(columns->wide, space->count, error));
    for (size_t f = 0; f < space->count; f++) {
        columns->start[f + 1] = columns->start[f] + space->features[f].codes;
    }
    for (size_t j = 0; j < columns->design.count; j++) {
        columns->indicators[columns->design.columns[j].feature] += !columns->design.columns[j].is_value;
    }
    LKA_TRY(LKA_NEW(columns->of_code, lka_columns_codes(columns), error));
    struct lka_design_column *sorted;
    LKA_TRY(LKA_NEW(sorted, columns->design.count, error));
    reorder(columns, sorted);
    lka_free(sorted);
    index_columns(columns);
    return LKA_OK;
}

lka_status lka_columns_init(struct lka_columns *columns, const struct lka_space *space, bool bins,
                            struct lka_error *error)
{
    *columns = (struct lka_columns){.space = space};
    lka_status status = build(columns, bins, error);
    if (status != LKA_OK) {
        lka_columns_release(columns);
    }
    return status;
}

void lka_columns_release(struct lka_columns *columns)
{
    lka_design_release(&columns->design);
    lka_free(columns->start);
    lka_free(columns->of_value);
    lka_free(columns->of_code);
    lka_free(columns->indicators);
    lka_free(columns->wide);
    *columns = (struct lka_columns){0};
}

void lka_columns_count(const struct lka_columns *columns, const struct lka_block *block, const uint32_t *rows,
                       size_t count, const double *weight, double *counts)
{
    for (size_t f = 0; f < columns->space->count; f++) {
        if (columns->indicators[f] == 0) {
            continue;
        }
        const uint16_t *codes = lka_block_codes(block, f);
        double *of_feature = counts + columns->start[f];
        for (size_t i = 0; i < count; i++) {
            of_feature[codes[rows[i]]] += weight[i];
        }
    }
}

void lka_columns_join_seen(const struct lka_columns *columns, double *counts)
{
    for (size_t f = 0; f < columns->space->count; f++) {
        bool number = columns->space->features[f].kind == LKA_FEATURE_NUMBER && columns->indicators[f] > 0;
        double sum = 0;
        for (size_t c = columns->start[f] + 1; c < columns->start[f + 1] && number; c++) {
            sum += columns->of_code[c] < 0 ? counts[c] : 0;
        }
        for (size_t c = columns->start[f] + 1; c < columns->start[f + 1] && number; c++) {
            counts[c] = columns->of_code[c] < 0 ? sum : counts[c];
        }
    }
}

/* ---- the cross-product ------------------------------------------------------------------------ */

/* A few rows at a time: their dense columns times the root of the weight, and the column of every wide feature. */
enum { PRODUCT_ROWS = 256 };

struct product {
    const struct lka_columns *columns;
    double *matrix;
    double *dense;   /* PRODUCT_ROWS x columns->dense */
    ptrdiff_t *wide; /* wide_count x PRODUCT_ROWS */
    double root[PRODUCT_ROWS];
    const double *weight;
    size_t rows;
};

static void gather(struct product *product, const struct lka_block *block, const uint32_t *rows)
{
    const struct lka_columns *columns = product->columns;
    size_t dense = columns->dense;
    struct lka_design part = {.columns = columns->design.columns, .count = dense};
    lka_design_fill(&part, block, rows, product->rows, product->dense);
    for (size_t i = 0; i < product->rows; i++) {
        product->root[i] = sqrt(product->weight[i]);
        for (size_t j = 0; j < dense; j++) {
            product->dense[i * dense + j] = product->root[i] * lka_bounded(product->dense[i * dense + j]);
        }
    }
    for (size_t w = 0; w < columns->wide_count; w++) {
        const uint16_t *codes = lka_block_codes(block, columns->wide[w]);
        const ptrdiff_t *of_code = columns->of_code + columns->start[columns->wide[w]];
        for (size_t i = 0; i < product->rows; i++) {
            product->wide[w * PRODUCT_ROWS + i] = of_code[codes[rows[i]]];
        }
    }
}

static void add_dense(struct product *product)
{
    size_t width = product->columns->count;
    size_t dense = product->columns->dense;
    double *constant = product->matrix + (width - 1) * width;
    if (dense > 0) {
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)dense, (int)product->rows, 1, product->dense,
                    (int)dense, 1, product->matrix, (int)width);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)product->rows, (int)dense, 1, product->dense, (int)dense,
                    product->root, 1, 1, constant, 1);
    }
    for (size_t i = 0; i < product->rows; i++) {
        constant[width - 1] += product->weight[i];
    }
}

/* An indicator times the dense columns, itself and the constant. */
static void add_wide(struct product *product, size_t w)
{
    size_t width = product->columns->count;
    size_t dense = product->columns->dense;
    double *constant = product->matrix + (width - 1) * width;
    for (size_t i = 0; i < product->rows; i++) {
        ptrdiff_t column = product->wide[w * PRODUCT_ROWS + i];
        if (column < 0) {
            continue;
        }
        double *row = product->matrix + (size_t)column * width;
        const double *values = product->dense + i * dense;
        for (size_t j = 0; j < dense; j++) {
            row[j] += product->root[i] * values[j];
        }
        row[column] += product->weight[i];
        constant[column] += product->weight[i];
    }
}

/* Indicators of two features: a weighted contingency table. */
static void add_pair(struct product *product, size_t first, size_t second)
{
    size_t width = product->columns->count;
    const ptrdiff_t *left = product->wide + first * PRODUCT_ROWS;
    const ptrdiff_t *right = product->wide + second * PRODUCT_ROWS;
    for (size_t i = 0; i < product->rows; i++) {
        if (left[i] >= 0 && right[i] >= 0) {
            product->matrix[(size_t)right[i] * width + (size_t)left[i]] += product->weight[i];
        }
    }
}

static void add_rows(struct product *product)
{
    add_dense(product);
    for (size_t w = 0; w < product->columns->wide_count; w++) {
        add_wide(product, w);
        for (size_t v = 0; v < w; v++) {
            add_pair(product, v, w);
        }
    }
}

lka_status lka_columns_product(const struct lka_columns *columns, const struct lka_block *block, const uint32_t *rows,
                               size_t count, const double *weight, double *matrix, struct lka_error *error)
{
    struct product product = {.columns = columns, .matrix = matrix};
    lka_status status = LKA_NEW(product.dense, PRODUCT_ROWS * columns->dense, error);
    if (status == LKA_OK) {
        status = LKA_NEW(product.wide, PRODUCT_ROWS * columns->wide_count, error);
    }
    for (size_t at = 0; at < count && status == LKA_OK; at += PRODUCT_ROWS) {
        product.rows = count - at < PRODUCT_ROWS ? count - at : PRODUCT_ROWS;
        product.weight = weight + at;
        gather(&product, block, rows + at);
        add_rows(&product);
    }
    lka_free(product.dense);
    lka_free(product.wide);
    return status;
}
