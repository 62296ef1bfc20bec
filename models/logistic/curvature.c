/* What gradients are divided by: the Hessian X' diag(w p (1 - p)) X + l2 diag(penalty), or what can be afforded of it.
 *
 * From some rows only (Byrd, Chin, Neveitt, Nocedal 2011; Erdogdu, Montanari 2015), as the full product is nearly all
 * of Newton's cost and a step needs no exact matrix to converge on the exact minimum. Above MOST_COLUMNS only the
 * diagonal, over all rows.
 */
#include "models/logistic/logistic.h"

#include "base/random.h"
#include "models/cholesky.h"

enum { MOST_COLUMNS = 4096, LEAST_SAMPLE = 8192 };

/* The coordinates suit features whose columns have the same penalty: categories, not the bins of a number. */
static lka_status find_usual(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                             struct lka_error *error)
{
    const struct lka_columns *columns = &problem->columns;
    LKA_TRY(LKA_NEW(curvature->usual, columns->space->count, error));
    LKA_TRY(LKA_NEW(curvature->occurring, columns->space->count, error));
    for (size_t f = 0; f < columns->space->count; f++) {
        size_t usual = columns->start[f];
        for (size_t c = columns->start[f]; c < columns->start[f + 1]; c++) {
            usual = problem->seen[c] > problem->seen[usual] ? c : usual;
            curvature->occurring[f] += problem->seen[c] > 0 && columns->of_code[c] >= 0;
        }
        bool category = columns->space->features[f].kind == LKA_FEATURE_CODE && problem->seen[usual] > 0;
        curvature->usual[f] = category ? columns->of_code[usual] : -1;
    }
    return LKA_OK;
}

lka_status lka_curvature_init(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                              struct lka_error *error)
{
    size_t count = problem->columns.count;
    *curvature = (struct lka_curvature){.count = count, .problem = problem};
    curvature->sample = 16 * count > LEAST_SAMPLE ? 16 * count : LEAST_SAMPLE;
    lka_status status = LKA_NEW(curvature->diagonal, count, error);
    if (status == LKA_OK && count <= MOST_COLUMNS && !problem->sparse.start) {
        status = LKA_NEW(curvature->matrix, count * count, error);
    }
    if (status == LKA_OK && !curvature->matrix) {
        status = find_usual(curvature, problem, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(curvature->rows, problem->count, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(curvature->weight, problem->count, error);
    }
    if (status != LKA_OK) {
        lka_curvature_release(curvature);
    }
    return status;
}

void lka_curvature_release(struct lka_curvature *curvature)
{
    lka_free(curvature->usual);
    lka_free(curvature->occurring);
    lka_free(curvature->matrix);
    lka_free(curvature->diagonal);
    lka_free(curvature->rows);
    lka_free(curvature->weight);
    *curvature = (struct lka_curvature){0};
}

static double curvature_of(const struct lka_curvature *curvature, const struct lka_logistic_problem *problem, size_t j,
                           const double *by_code)
{
    const struct lka_columns *columns = &problem->columns;
    const struct lka_design_column *column = j + 1 < columns->count ? &columns->design.columns[j] : NULL;
    if (column && !column->is_value) {
        return by_code[columns->start[column->feature] + column->code];
    }
    const double *values = column ? lka_block_values(problem->block, column->feature) : NULL;
    double total = 0;
    for (size_t i = 0; i < problem->count; i++) {
        double value = values ? values[problem->rows[i]] : 1;
        total += curvature->weight[i] * value * value;
    }
    return total;
}

/* Of the columns whose entry is 0, over all rows. */
static lka_status fill_diagonal(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                                struct lka_error *error)
{
    const struct lka_columns *columns = &problem->columns;
    double *by_code;
    LKA_TRY(LKA_NEW(by_code, lka_columns_codes(columns), error));
    for (size_t i = 0; i < problem->count; i++) {
        curvature->weight[i] = problem->curvature[problem->rows[i]];
    }
    lka_columns_count(columns, problem->block, problem->rows, problem->count, curvature->weight, by_code);
    for (size_t j = 0; j < columns->count; j++) {
        if (curvature->diagonal[j] <= 0) {
            curvature->diagonal[j] = curvature_of(curvature, problem, j, by_code);
        }
    }
    lka_free(by_code);
    return LKA_OK;
}

/* Of each class all its rows, or about half of the sample; a row is in or out by its number alone. Returns how many. */
static size_t pick_rows(struct lka_curvature *curvature, const struct lka_logistic_problem *problem)
{
    double of_class[2] = {(double)problem->unlabelled, (double)(problem->count - problem->unlabelled)};
    double keep[2];
    for (int c = 0; c < 2; c++) {
        double wanted = (double)curvature->sample / 2;
        keep[c] = wanted < of_class[c] ? wanted / of_class[c] : 1;
    }
    size_t picked = 0;
    for (size_t i = 0; i < problem->count; i++) {
        uint32_t row = problem->rows[i];
        int of = problem->weight[row] > 0;
        struct lka_random random = lka_random_start(problem->seed, row);
        if (keep[of] >= 1 || lka_random_uniform(&random) < keep[of]) {
            curvature->rows[picked] = row;
            curvature->weight[picked++] = problem->curvature[row] / keep[of];
        }
    }
    return picked;
}

/* A column that the sample missed gets its curvature over all rows: else it would be taken for free to move. The others
 * stay as they are: any rescaling would break that a feature's indicators sum to the constant. */
static lka_status fill_missed(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                              struct lka_error *error)
{
    size_t missed = 0;
    for (size_t j = 0; j < curvature->count; j++) {
        curvature->diagonal[j] = curvature->matrix[j * curvature->count + j];
        missed += curvature->diagonal[j] <= 0;
    }
    if (missed > 0) {
        LKA_TRY(fill_diagonal(curvature, problem, error));
    }
    for (size_t j = 0; j < curvature->count; j++) {
        curvature->matrix[j * curvature->count + j] = curvature->diagonal[j];
    }
    return LKA_OK;
}

static lka_status take_matrix(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                              struct lka_error *error)
{
    size_t count = curvature->count;
    memset(curvature->matrix, 0, count * count * sizeof *curvature->matrix);
    size_t picked = pick_rows(curvature, problem);
    LKA_TRY(lka_columns_product(&problem->columns, problem->block, curvature->rows, picked, curvature->weight,
                                curvature->matrix, error));
    return picked < problem->count ? fill_missed(curvature, problem, error) : LKA_OK;
}

lka_status lka_curvature_update(struct lka_curvature *curvature, const struct lka_logistic_problem *problem, double l2,
                                struct lka_error *error)
{
    if (curvature->matrix) {
        LKA_TRY(take_matrix(curvature, problem, error));
    } else if (problem->sparse.start) {
        lka_sparse_diagonal(&problem->sparse, &problem->columns, problem->block->count, problem->curvature,
                            curvature->diagonal);
    } else {
        memset(curvature->diagonal, 0, curvature->count * sizeof *curvature->diagonal);
        LKA_TRY(fill_diagonal(curvature, problem, error));
    }
    curvature->l2 = l2;
    for (size_t j = 0; j < curvature->count; j++) {
        double *diagonal = curvature->matrix ? &curvature->matrix[j * curvature->count + j] : &curvature->diagonal[j];
        *diagonal += l2 * problem->penalty[j];
    }
    if (curvature->matrix) {
        lka_cholesky(curvature->matrix, curvature->count, curvature->diagonal);
    }
    return LKA_OK;
}

static double divided(const struct lka_curvature *curvature, size_t j, double entry)
{
    return curvature->diagonal[j] > 0 ? entry / curvature->diagonal[j] : 0;
}

/* Into the coordinates of a category, divided, and back. Returns what the constant gets of it. */
static double divide_category(const struct lka_curvature *curvature, size_t feature, double of_constant, double *vector)
{
    const struct lka_columns *columns = &curvature->problem->columns;
    const double *seen = curvature->problem->seen;
    double occurring = curvature->occurring[feature];
    double sum = 0;
    for (size_t c = columns->start[feature]; c < columns->start[feature + 1]; c++) {
        sum += seen[c] > 0 && columns->of_code[c] >= 0 ? vector[columns->of_code[c]] : 0;
    }
    double differences = 0;
    for (size_t c = columns->start[feature]; c < columns->start[feature + 1]; c++) {
        ptrdiff_t j = columns->of_code[c];
        if (j >= 0 && seen[c] > 0) {
            double change = vector[j] - (sum - of_constant) / occurring;
            vector[j] = j == curvature->usual[feature] ? 0 : divided(curvature, (size_t)j, change);
            differences += vector[j];
        } else if (j >= 0) {
            vector[j] = divided(curvature, (size_t)j, vector[j]);
        }
    }
    double shift = curvature->l2 > 0 ? (sum - of_constant) / (curvature->l2 * occurring) : 0;
    for (size_t c = columns->start[feature]; c < columns->start[feature + 1]; c++) {
        if (columns->of_code[c] >= 0 && seen[c] > 0) {
            vector[columns->of_code[c]] += shift - differences / occurring;
        }
    }
    return differences / occurring - shift;
}

static void divide_by_diagonal(const struct lka_curvature *curvature, double *vector)
{
    const struct lka_columns *columns = &curvature->problem->columns;
    double of_constant = vector[columns->count - 1];
    vector[columns->count - 1] = divided(curvature, columns->count - 1, of_constant);
    for (size_t j = 0; j + 1 < columns->count; j++) {
        if (curvature->usual[columns->design.columns[j].feature] < 0) {
            vector[j] = divided(curvature, j, vector[j]);
        }
    }
    for (size_t f = 0; f < columns->space->count; f++) {
        if (curvature->usual[f] >= 0) {
            vector[columns->count - 1] += divide_category(curvature, f, of_constant, vector);
        }
    }
}

void lka_curvature_divide(const struct lka_curvature *curvature, double *vector)
{
    if (curvature->matrix) {
        lka_cholesky_solve(curvature->matrix, curvature->count, vector);
    } else {
        divide_by_diagonal(curvature, vector);
    }
}
