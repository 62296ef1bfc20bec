#include "models/logistic/sparse.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>

/* Below so many columns a matrix is quick; and of 8 cells one at most may differ from the usual. */
enum { FEWEST_COLUMNS = 1000, CELLS_TO_ONE_ENTRY = 8 };

/* ---- what is usual ---------------------------------------------------------------------------- */

/* The value of more than half of the rows if there is one, else any (Boyer, Moore 1981). */
static double majority(const double *values, size_t count)
{
    double candidate = 0;
    size_t lead = 0;
    for (size_t i = 0; i < count; i++) {
        if (lead == 0) {
            candidate = values[i];
        }
        lead = lead == 0 || values[i] == candidate ? lead + 1 : lead - 1;
    }
    return candidate;
}

static void find_usual(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                       const double *counts)
{
    for (size_t f = 0; f < columns->space->count; f++) {
        const double *of_feature = counts + columns->start[f];
        for (uint32_t c = 1; c < columns->space->features[f].codes; c++) {
            sparse->usual[f] = of_feature[c] > of_feature[sparse->usual[f]] ? (uint16_t)c : sparse->usual[f];
        }
        if (columns->of_value[f] >= 0) {
            sparse->usual_value[f] = majority(lka_block_values(block, f), block->count);
        }
    }
}

/* ---- what is not ------------------------------------------------------------------------------ */

/* Codes without a column are one and the same. */
static bool is_usual(const struct lka_sparse *sparse, const struct lka_columns *columns, size_t f, uint16_t code)
{
    const ptrdiff_t *of_code = columns->of_code + columns->start[f];
    return code == sparse->usual[f] || (of_code[code] < 0 && of_code[sparse->usual[f]] < 0);
}

/* Counts the row's entries where `entry` is NULL. */
static void take_codes(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                       size_t f, size_t *at)
{
    const uint16_t *codes = lka_block_codes(block, f);
    for (size_t i = 0; i < block->count && columns->indicators[f] > 0; i++) {
        if (!is_usual(sparse, columns, f, codes[i])) {
            if (sparse->entry) {
                sparse->entry[at[i]] = (uint32_t)(columns->start[f] + codes[i]);
                sparse->times[at[i]] = 1;
            }
            at[i]++;
        }
    }
}

static void take_values(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                        size_t f, size_t *at)
{
    const double *values = lka_block_values(block, f);
    for (size_t i = 0; i < block->count && columns->of_value[f] >= 0; i++) {
        if (values[i] != sparse->usual_value[f]) {
            if (sparse->entry) {
                sparse->entry[at[i]] = (uint32_t)(sparse->codes + f);
                sparse->times[at[i]] = values[i] - sparse->usual_value[f];
            }
            at[i]++;
        }
    }
}

static void take(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                 size_t *at)
{
    for (size_t f = 0; f < columns->space->count; f++) {
        take_codes(sparse, columns, block, f, at);
        take_values(sparse, columns, block, f, at);
    }
}

/* From the entries of each row to where they start. Returns how many there are. */
static size_t add_up(size_t *start, size_t rows)
{
    size_t before = 0;
    for (size_t i = 0; i <= rows; i++) {
        size_t of_row = i < rows ? start[i] : 0;
        start[i] = before;
        before += of_row;
    }
    return before;
}

static lka_status fill(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                       size_t entries, struct lka_error *error)
{
    size_t *at;
    LKA_TRY(LKA_NEW(sparse->times, entries, error));
    LKA_TRY(LKA_NEW(sparse->weight, sparse->codes + columns->space->count, error));
    LKA_TRY(LKA_NEW(sparse->sums, sparse->codes + columns->space->count, error));
    LKA_TRY(LKA_NEW(sparse->entry, entries, error));
    LKA_TRY(LKA_NEW(at, block->count, error));
    memcpy(at, sparse->start, block->count * sizeof *at);
    take(sparse, columns, block, at);
    lka_free(at);
    return LKA_OK;
}

static lka_status build(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                        const double *counts, struct lka_error *error)
{
    size_t features = columns->space->count;
    LKA_TRY(LKA_NEW(sparse->usual, features, error));
    LKA_TRY(LKA_NEW(sparse->usual_value, features, error));
    LKA_TRY(LKA_NEW(sparse->start, block->count + 1, error));
    find_usual(sparse, columns, block, counts);
    take(sparse, columns, block, sparse->start);
    size_t entries = add_up(sparse->start, block->count);
    if (entries > features * block->count / CELLS_TO_ONE_ENTRY) {
        lka_sparse_release(sparse);
        return LKA_OK;
    }
    return fill(sparse, columns, block, entries, error);
}

lka_status lka_sparse_init(struct lka_sparse *sparse, const struct lka_columns *columns, const struct lka_block *block,
                           const double *counts, struct lka_error *error)
{
    *sparse = (struct lka_sparse){.codes = lka_columns_codes(columns)};
    if (columns->count <= FEWEST_COLUMNS || sparse->codes + columns->space->count > UINT32_MAX) {
        return LKA_OK;
    }
    lka_status status = build(sparse, columns, block, counts, error);
    if (status != LKA_OK) {
        lka_sparse_release(sparse);
    }
    return status;
}

void lka_sparse_release(struct lka_sparse *sparse)
{
    lka_free(sparse->usual);
    lka_free(sparse->usual_value);
    lka_free(sparse->start);
    lka_free(sparse->entry);
    lka_free(sparse->times);
    lka_free(sparse->weight);
    lka_free(sparse->sums);
    *sparse = (struct lka_sparse){0};
}

/* ---- passes ----------------------------------------------------------------------------------- */

static double coefficient(const struct lka_columns *columns, const double *coefficients, size_t code)
{
    return columns->of_code[code] < 0 ? 0 : coefficients[columns->of_code[code]];
}

double lka_sparse_begin(struct lka_sparse *sparse, const struct lka_columns *columns, const double *coefficients)
{
    double usual = coefficients[columns->count - 1];
    for (size_t f = 0; f < columns->space->count; f++) {
        double of_usual = coefficient(columns, coefficients, columns->start[f] + sparse->usual[f]);
        double slope = columns->of_value[f] < 0 ? 0 : coefficients[columns->of_value[f]];
        for (size_t c = columns->start[f]; c < columns->start[f + 1]; c++) {
            sparse->weight[c] = coefficient(columns, coefficients, c) - of_usual;
        }
        sparse->weight[sparse->codes + f] = slope;
        usual += of_usual + slope * sparse->usual_value[f];
    }
    memset(sparse->sums, 0, (sparse->codes + columns->space->count) * sizeof *sparse->sums);
    return usual;
}

void lka_sparse_predict(const struct lka_sparse *sparse, size_t first, size_t count, double usual, double *predictor)
{
    for (size_t i = 0; i < count; i++) {
        double sum = usual;
        for (size_t e = sparse->start[first + i]; e < sparse->start[first + i + 1]; e++) {
            sum += sparse->weight[sparse->entry[e]] * sparse->times[e];
        }
        predictor[i] = sum;
    }
}

void lka_sparse_add(const struct lka_sparse *sparse, size_t first, size_t count, const double *residual)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t e = sparse->start[first + i]; e < sparse->start[first + i + 1]; e++) {
            sparse->sums[sparse->entry[e]] += residual[i] * sparse->times[e];
        }
    }
}

void lka_sparse_end(const struct lka_sparse *sparse, const struct lka_columns *columns, double total, double *gradient)
{
    for (size_t f = 0; f < columns->space->count; f++) {
        double of_usual = total;
        for (size_t c = columns->start[f]; c < columns->start[f + 1]; c++) {
            of_usual -= sparse->sums[c];
        }
        for (size_t c = columns->start[f]; c < columns->start[f + 1]; c++) {
            if (columns->of_code[c] >= 0) {
                bool usual = c == columns->start[f] + sparse->usual[f];
                gradient[columns->of_code[c]] += usual ? of_usual : sparse->sums[c];
            }
        }
        if (columns->of_value[f] >= 0) {
            gradient[columns->of_value[f]] += sparse->sums[sparse->codes + f] + total * sparse->usual_value[f];
        }
    }
}

/* Of an indicator x^2 is x. Of a value, with u the usual one, x^2 = (x - u)^2 + 2 u (x - u) + u^2. */
void lka_sparse_diagonal(const struct lka_sparse *sparse, const struct lka_columns *columns, size_t rows,
                         const double *weight, double *diagonal)
{
    double total = 0;
    memset(sparse->sums, 0, (sparse->codes + columns->space->count) * sizeof *sparse->sums);
    memset(diagonal, 0, columns->count * sizeof *diagonal);
    for (size_t i = 0; i < rows; i++) {
        total += weight[i];
        for (size_t e = sparse->start[i]; e < sparse->start[i + 1]; e++) {
            uint32_t entry = sparse->entry[e];
            double usual = entry < sparse->codes ? 0 : sparse->usual_value[entry - sparse->codes];
            sparse->sums[entry] += weight[i] * sparse->times[e] * (sparse->times[e] + 2 * usual);
        }
    }
    for (size_t f = 0; f < columns->space->count; f++) {
        sparse->sums[sparse->codes + f] += total * sparse->usual_value[f] * (sparse->usual_value[f] - 1);
    }
    lka_sparse_end(sparse, columns, total, diagonal);
    diagonal[columns->count - 1] = total;
}
