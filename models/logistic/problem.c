/* The objective of logistic regression and its gradient, from values and codes, a few rows at a time: the linear
 * predictor of the rows, then loss and residual, then the residual's sums by column. What is in the cache for the first
 * is still there for the last. */
#include "models/logistic/logistic.h"

#include "base/elementary.h"
#include "models/logistic/recoding.h"

#include <math.h>

/* ---- one evaluation --------------------------------------------------------------------------- */

enum { CHUNK = 1024, LANES = 8 };

struct chunk {
    size_t first;
    size_t count;
    double predictor[CHUNK];
    double residual[CHUNK]; /* the loss's derivative by the predictor */
    double loss[CHUNK];
};

/* Sums in LANES strands: a fixed order, and vectors. */
static double sum(const double *items, size_t count)
{
    double strand[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t l = 0; l < LANES; l++) {
            strand[l] += items[i + l];
        }
    }
    double total = 0;
    for (; i < count; i++) {
        total += items[i];
    }
    for (size_t l = 0; l < LANES; l++) {
        total += strand[l];
    }
    return total;
}

static double sum_of_values(const double *residual, const double *values, size_t count)
{
    double strand[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t l = 0; l < LANES; l++) {
            strand[l] += residual[i + l] * values[i + l];
        }
    }
    double total = 0;
    for (; i < count; i++) {
        total += residual[i] * values[i];
    }
    for (size_t l = 0; l < LANES; l++) {
        total += strand[l];
    }
    return total;
}

/* sums[code] += residual. In turn into four tables where they are small: an addition need not wait for the last one. */
static void add_by_code(const struct chunk *chunk, const uint16_t *codes, double *sums, size_t count)
{
    enum { TABLES = 4, SMALL = 64 };
    double table[TABLES][SMALL] = {{0}};
    size_t i = 0;
    for (; count <= SMALL && i + TABLES <= chunk->count; i += TABLES) {
        for (size_t t = 0; t < TABLES; t++) {
            table[t][codes[i + t]] += chunk->residual[i + t];
        }
    }
    for (; i < chunk->count; i++) {
        sums[codes[i]] += chunk->residual[i];
    }
    for (size_t c = 0; c < count && count <= SMALL; c++) {
        sums[c] += (table[0][c] + table[1][c]) + (table[2][c] + table[3][c]);
    }
}

static void predict(const struct lka_logistic_problem *problem, const double *coefficients, struct chunk *chunk)
{
    const struct lka_columns *columns = &problem->columns;
    for (size_t i = 0; i < chunk->count; i++) {
        chunk->predictor[i] = coefficients[columns->count - 1];
    }
    for (size_t f = 0; f < columns->space->count; f++) {
        if (columns->of_value[f] >= 0) {
            const double *values = lka_block_values(problem->block, f) + chunk->first;
            double slope = coefficients[columns->of_value[f]];
            for (size_t i = 0; i < chunk->count; i++) {
                chunk->predictor[i] += slope * values[i];
            }
        }
        if (columns->indicators[f] > 0) {
            const uint16_t *codes = lka_block_codes(problem->block, f) + chunk->first;
            const double *table = problem->table + columns->start[f];
            for (size_t i = 0; i < chunk->count; i++) {
                chunk->predictor[i] += table[codes[i]];
            }
        }
    }
}

/* The logistic link without overflow or cancellation on either side: with e = exp(-|margin|), loss = log(1 + e) plus
 * the margin's negative part. log(1 + e) as log(u) - ((u - 1) - e) / u, u = 1 + e rounded (Kahan), has no error where e
 * is small. */
static void link_rows(struct chunk *restrict chunk, const double *restrict weight, double *restrict curvature)
{
    for (size_t i = 0; i < chunk->count; i++) {
        double size = fabs(weight[i]);
        double margin = weight[i] < 0 ? -chunk->predictor[i] : chunk->predictor[i];
        double e = lka_exp(-fabs(margin));
        double q = 1 / (1 + e);
        double miss = margin < 0 ? q : e * q; /* the probability of the other class */
        chunk->residual[i] = -weight[i] * miss;
        curvature[i] = size * (e * q * q);
        chunk->loss[i] = e;
    }
    for (size_t i = 0; i < chunk->count; i++) {
        double e = chunk->loss[i];
        double margin = weight[i] < 0 ? -chunk->predictor[i] : chunk->predictor[i];
        double u = 1 + e;
        double log1p = lka_log(u) - ((u - 1) - e) / u;
        chunk->loss[i] = fabs(weight[i]) * (log1p + (margin < 0 ? -margin : 0));
    }
}

/* From the plain loss to that of risk=nnpu. Of a seed l(m) - t l(-m), where l(-m) = l(m) + m. */
static void correct_rows(struct lka_logistic_problem *problem, struct chunk *chunk, const double *weight,
                         double *curvature)
{
    double t = problem->share_kept;
    for (size_t i = 0; i < chunk->count; i++) {
        if (weight[i] > 0) {
            double as_other = chunk->loss[i] + weight[i] * chunk->predictor[i];
            problem->others -= problem->prior * as_other;
            chunk->loss[i] = problem->prior * (chunk->loss[i] - t * as_other);
            chunk->residual[i] = problem->prior * (chunk->residual[i] - t * (weight[i] + chunk->residual[i]));
            curvature[i] *= problem->prior * (1 - t);
        } else {
            problem->others += chunk->loss[i];
            chunk->loss[i] *= t;
            chunk->residual[i] *= t;
            curvature[i] *= t;
        }
    }
}

static size_t count_wrong(const struct chunk *chunk, const double *weight)
{
    size_t wrong = 0;
    for (size_t i = 0; i < chunk->count; i++) {
        wrong += weight[i] < 0 ? chunk->predictor[i] >= 0 : weight[i] > 0 && chunk->predictor[i] <= 0;
    }
    return wrong;
}

static void add_sums(struct lka_logistic_problem *problem, const struct chunk *chunk, double *gradient)
{
    const struct lka_columns *columns = &problem->columns;
    for (size_t f = 0; f < columns->space->count; f++) {
        if (columns->of_value[f] >= 0) {
            const double *values = lka_block_values(problem->block, f) + chunk->first;
            gradient[columns->of_value[f]] += sum_of_values(chunk->residual, values, chunk->count);
        }
        if (columns->indicators[f] > 0) {
            const uint16_t *codes = lka_block_codes(problem->block, f) + chunk->first;
            double *sums = problem->table_sums + columns->start[f];
            add_by_code(chunk, codes, sums, columns->space->features[f].codes);
        }
    }
}

static double penalise(const struct lka_logistic_problem *problem, double l2, const double *coefficients,
                       double *gradient)
{
    double sum_of_squares = 0;
    for (size_t j = 0; j < problem->columns.count; j++) {
        double pull = l2 * problem->penalty[j] * coefficients[j];
        gradient[j] += pull;
        sum_of_squares += pull * coefficients[j];
    }
    return sum_of_squares / 2;
}

/* One pass over the rows, `usual` the predictor of the usual row where they are sparse. Returns the losses' sum; *total
 * is that of the residuals. */
static double pass(struct lka_logistic_problem *problem, const double *coefficients, double usual, double *gradient,
                   double *total)
{
    struct lka_sparse *sparse = problem->sparse.start ? &problem->sparse : NULL;
    double objective = 0;
    struct chunk chunk;
    for (size_t at = 0; at < problem->block->count; at += CHUNK) {
        chunk.first = at;
        chunk.count = problem->block->count - at < CHUNK ? problem->block->count - at : CHUNK;
        if (sparse) {
            lka_sparse_predict(sparse, at, chunk.count, usual, chunk.predictor);
        } else {
            predict(problem, coefficients, &chunk);
        }
        link_rows(&chunk, problem->weight + at, problem->curvature + at);
        if (problem->non_negative) {
            correct_rows(problem, &chunk, problem->weight + at, problem->curvature + at);
        }
        objective += sum(chunk.loss, chunk.count);
        problem->wrong += count_wrong(&chunk, problem->weight + at);
        *total += sum(chunk.residual, chunk.count);
        if (sparse) {
            lka_sparse_add(sparse, at, chunk.count, chunk.residual);
        } else {
            add_sums(problem, &chunk, gradient);
        }
    }
    return objective;
}

static double pass_by_code(struct lka_logistic_problem *problem, const double *coefficients, double *gradient,
                           double *total)
{
    const struct lka_columns *columns = &problem->columns;
    size_t codes = lka_columns_codes(columns);
    for (size_t c = 0; c < codes; c++) {
        problem->table[c] = columns->of_code[c] < 0 ? 0 : coefficients[columns->of_code[c]];
        problem->table_sums[c] = 0;
    }
    double objective = pass(problem, coefficients, 0, gradient, total);
    for (size_t c = 0; c < codes; c++) {
        if (columns->of_code[c] >= 0) {
            gradient[columns->of_code[c]] += problem->table_sums[c];
        }
    }
    return objective;
}

static double pass_sparse(struct lka_logistic_problem *problem, const double *coefficients, double *gradient,
                          double *total)
{
    double usual = lka_sparse_begin(&problem->sparse, &problem->columns, coefficients);
    double objective = pass(problem, coefficients, usual, gradient, total);
    lka_sparse_end(&problem->sparse, &problem->columns, *total, gradient);
    return objective;
}

double lka_logistic_evaluate(struct lka_logistic_problem *problem, double l2, const double *coefficients,
                             double *gradient)
{
    double total = 0;
    memset(gradient, 0, problem->columns.count * sizeof *gradient);
    problem->wrong = 0;
    problem->others = 0;
    double objective = problem->sparse.start ? pass_sparse(problem, coefficients, gradient, &total)
                                             : pass_by_code(problem, coefficients, gradient, &total);
    gradient[problem->columns.count - 1] += total;
    return objective + penalise(problem, l2, coefficients, gradient);
}

/* ---- setting up ------------------------------------------------------------------------------- */

/* Nothing that a sum over all rows, those with a weight of 0 among them, would stumble on. */
static bool is_tame(const struct lka_block *block)
{
    bool tame = true;
    for (size_t f = 0; f < block->space->count; f++) {
        const struct lka_feature *feature = &block->space->features[f];
        const double *values = lka_block_values(block, f);
        const uint16_t *codes = lka_block_codes(block, f);
        for (size_t i = 0; i < block->count && feature->kind == LKA_FEATURE_NUMBER; i++) {
            tame &= fabs(values[i]) <= LKA_VALUE_BOUND;
        }
        for (size_t i = 0; i < block->count; i++) {
            tame &= codes[i] < feature->codes;
        }
    }
    return tame;
}

/* The rows copied together, bounded. */
static lka_status copy_rows(struct lka_logistic_problem *problem, const struct lka_fit_input *input,
                            struct lka_error *error)
{
    struct lka_block *copy = &problem->gathered;
    LKA_TRY(lka_block_init(copy, input->block->space, input->count, error));
    lka_block_gather(copy, input->block, input->rows, input->count);
    for (size_t f = 0; f < copy->space->count; f++) {
        double *values = lka_block_values(copy, f);
        bool number = copy->space->features[f].kind == LKA_FEATURE_NUMBER;
        for (size_t i = 0; i < copy->count && number; i++) {
            values[i] = lka_bounded(values[i]);
        }
    }
    problem->block = copy;
    return LKA_OK;
}

/* Rows are copied where they are fewer than half of the block's, or it is not tame; else the others are read along with
 * a weight of 0. */
static lka_status take_rows(struct lka_logistic_problem *problem, const struct lka_fit_input *input,
                            struct lka_error *error)
{
    problem->block = input->block;
    bool copy = input->count < input->block->count / 2 || !is_tame(input->block);
    if (copy) {
        LKA_TRY(copy_rows(problem, input, error));
    }
    LKA_TRY(LKA_NEW(problem->weight, problem->block->count, error));
    LKA_TRY(LKA_NEW(problem->rows, input->count, error));
    for (int class = 0; class < 2; class ++) {
        for (size_t i = 0; i < input->count; i++) {
            uint32_t from = input->rows[i];
            uint32_t row = copy ? (uint32_t)i : from;
            double weight = input->weight ? input->weight[from] : 1;
            if (input->label[from] == class && weight > 0) {
                problem->weight[row] = class ? weight : -weight;
                problem->rows[problem->count++] = row;
            }
        }
        problem->unlabelled = class ? problem->unlabelled : problem->count;
    }
    return LKA_OK;
}

/* Share of the unlabelled rows by code, and the weight of all rows by code. */
static lka_status count_codes(struct lka_logistic_problem *problem, struct lka_error *error)
{
    size_t codes = lka_columns_codes(&problem->columns);
    size_t unlabelled = problem->unlabelled;
    double *weight;
    LKA_TRY(LKA_NEW(weight, problem->count, error));
    double total = 0;
    for (size_t i = 0; i < problem->count; i++) {
        weight[i] = fabs(problem->weight[problem->rows[i]]);
        total += i < unlabelled ? weight[i] : 0;
    }
    lka_columns_count(&problem->columns, problem->block, problem->rows, unlabelled, weight, problem->seen);
    for (size_t c = 0; c < codes; c++) {
        problem->share[c] = total > 0 ? problem->seen[c] / total : 0;
    }
    lka_columns_count(&problem->columns, problem->block, problem->rows + unlabelled, problem->count - unlabelled,
                      weight + unlabelled, problem->seen);
    lka_columns_join_seen(&problem->columns, problem->seen);
    lka_free(weight);
    return LKA_OK;
}

/* What l2 is multiplied by: values have deviation 1, indicators are taken as they are, the bins of a number count
 * LKA_BIN_PENALTY times. A column that never varies stays at 0 by any penalty. */
static void set_penalties(struct lka_logistic_problem *problem)
{
    const struct lka_columns *columns = &problem->columns;
    for (size_t j = 0; j < columns->design.count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        bool number = columns->space->features[column->feature].kind == LKA_FEATURE_NUMBER;
        problem->penalty[j] = number && !column->is_value && column->code > 0 ? LKA_BIN_PENALTY : 1;
    }
}

static double weight_ratio(const struct lka_logistic_problem *problem)
{
    double unlabelled = 0;
    double seeds = 0;
    for (size_t i = 0; i < problem->count; i++) {
        double weight = fabs(problem->weight[problem->rows[i]]);
        *(i < problem->unlabelled ? &unlabelled : &seeds) += weight;
    }
    return seeds / unlabelled;
}

static lka_status set_up(struct lka_logistic_problem *problem, const struct lka_fit_input *input, bool bins,
                         struct lka_error *error)
{
    LKA_TRY(lka_columns_init(&problem->columns, input->block->space, bins, error));
    size_t codes = lka_columns_codes(&problem->columns);
    LKA_TRY(take_rows(problem, input, error));
    LKA_TRY(LKA_NEW(problem->curvature, problem->block->count, error));
    LKA_TRY(LKA_NEW(problem->penalty, problem->columns.count, error));
    LKA_TRY(LKA_NEW(problem->seen, codes, error));
    LKA_TRY(LKA_NEW(problem->share, codes, error));
    LKA_TRY(LKA_NEW(problem->table, codes, error));
    LKA_TRY(LKA_NEW(problem->table_sums, codes, error));
    LKA_TRY(count_codes(problem, error));
    LKA_TRY(lka_sparse_init(&problem->sparse, &problem->columns, problem->block, problem->seen, error));
    set_penalties(problem);
    problem->log_ratio = lka_log(weight_ratio(problem));
    return LKA_OK;
}

lka_status lka_logistic_problem_init(struct lka_logistic_problem *problem, const struct lka_fit_input *input, bool bins,
                                     struct lka_error *error)
{
    *problem = (struct lka_logistic_problem){.seed = input->seed};
    lka_status status = set_up(problem, input, bins, error);
    if (status != LKA_OK) {
        lka_logistic_problem_release(problem);
    }
    return status;
}

void lka_logistic_problem_estimate(struct lka_logistic_problem *problem, double prior)
{
    problem->non_negative = true;
    problem->share_kept = 1;
    problem->prior = prior / weight_ratio(problem);
    problem->log_ratio = lka_log(prior);
}

void lka_logistic_problem_release(struct lka_logistic_problem *problem)
{
    lka_sparse_release(&problem->sparse);
    lka_columns_release(&problem->columns);
    lka_block_release(&problem->gathered);
    lka_free(problem->rows);
    lka_free(problem->weight);
    lka_free(problem->penalty);
    lka_free(problem->seen);
    lka_free(problem->share);
    lka_free(problem->curvature);
    lka_free(problem->table);
    lka_free(problem->table_sums);
    *problem = (struct lka_logistic_problem){0};
}
