/* What logistic regression makes of numbers: standardised mid-ranks and coarse bins, by code; and that the model which
 * comes out is the same score by code. */
#include "models/logistic/logistic.h"
#include "models/logistic/recoding.h"

#include "base/random.h"

#include "run_suite.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 900, NUMBER = 0, FEW_VALUES = 1, CATEGORY = 2, FEATURES = 3, CODES = 33 };

struct rows {
    struct lka_feature features[FEATURES];
    struct lka_space space;
    struct lka_block block;
    uint32_t index[ROWS];
    uint8_t label[ROWS];
    double weight[ROWS];
};

/* Codes of a number crowd at the low end; two of them never occur; some are missing. */
static void make_rows(struct rows *rows)
{
    rows->features[NUMBER] = (struct lka_feature){"number", LKA_FEATURE_NUMBER, CODES, 0, true};
    rows->features[FEW_VALUES] = (struct lka_feature){"few", LKA_FEATURE_NUMBER, 3, 1, false};
    rows->features[CATEGORY] = (struct lka_feature){"category", LKA_FEATURE_CODE, 5, 2, false};
    rows->space = (struct lka_space){rows->features, FEATURES};
    ck_assert_int_eq(lka_block_init(&rows->block, &rows->space, ROWS, NULL), LKA_OK);
    rows->block.count = ROWS;
    for (uint32_t i = 0; i < ROWS; i++) {
        struct lka_random random = lka_random_start(4, i);
        double u = lka_random_uniform(&random);
        uint16_t code = (uint16_t)(1 + u * u * (CODES - 1));
        bool unused = code == 10 || code == 20;
        lka_block_codes(&rows->block, NUMBER)[i] = i % 10 == 0 ? 0 : (uint16_t)(code + unused);
        lka_block_codes(&rows->block, FEW_VALUES)[i] = (uint16_t)(1 + lka_random_below(&random, 2));
        lka_block_codes(&rows->block, CATEGORY)[i] = (uint16_t)(1 + lka_random_below(&random, 4));
        rows->index[i] = i;
        rows->label[i] = lka_random_uniform(&random) < 0.1 + 0.4 * u;
        rows->weight[i] = 1;
    }
}

static struct lka_fit_input input_of(const struct rows *rows, const double *weight)
{
    return (struct lka_fit_input){
        .block = &rows->block, .rows = rows->index, .count = ROWS, .label = rows->label, .weight = weight, .seed = 5};
}

START_TEST(ranks_are_standardised_mid_ranks)
{
    struct rows rows;
    struct lka_recoding recoding;
    make_rows(&rows);
    struct lka_fit_input input = input_of(&rows, NULL);
    ck_assert_int_eq(lka_recoding_init(&recoding, &input, NULL), LKA_OK);
    const uint16_t *codes = lka_block_codes(&rows.block, NUMBER);
    const double *values = lka_block_values(&recoding.block, NUMBER);
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < ROWS; i++) {
        count += codes[i] > 0;
        sum += codes[i] > 0 ? values[i] : 0;
        squares += codes[i] > 0 ? values[i] * values[i] : 0;
        ck_assert(codes[i] > 0 || values[i] == 0);
    }
    ck_assert_double_eq_tol(sum / count, 0, 1e-12);
    ck_assert_double_eq_tol(squares / count, 1, 1e-12);
    for (uint32_t c = 2; c < CODES; c++) {
        ck_assert_double_ge(recoding.rank[c], recoding.rank[c - 1]);
    }
    ck_assert_double_gt(recoding.rank[10], recoding.rank[9]); /* never occurred: between its neighbours */
    ck_assert_double_lt(recoding.rank[10], recoding.rank[11]);
    lka_recoding_release(&recoding);
    lka_block_release(&rows.block);
}
END_TEST

START_TEST(bins_are_few_and_full)
{
    struct rows rows;
    struct lka_recoding recoding;
    make_rows(&rows);
    struct lka_fit_input input = input_of(&rows, NULL);
    ck_assert_int_eq(lka_recoding_init(&recoding, &input, NULL), LKA_OK);
    uint32_t bins = recoding.features[NUMBER].codes - 1;
    size_t rows_of[CODES] = {0};
    for (size_t i = 0; i < ROWS; i++) {
        rows_of[lka_block_codes(&recoding.block, NUMBER)[i]]++;
    }
    ck_assert_uint_eq(rows_of[0], ROWS / 10);
    ck_assert(bins >= 3 && bins <= LKA_COARSE_BINS);
    for (uint32_t bin = 1; bin <= bins; bin++) {
        ck_assert_uint_ge(rows_of[bin], LKA_COARSE_ROWS);
    }
    ck_assert_uint_eq(recoding.features[FEW_VALUES].codes, 1); /* two values: the rank says it all */
    ck_assert_uint_eq(recoding.features[CATEGORY].codes, 5);
    lka_recoding_release(&recoding);
    lka_block_release(&rows.block);
}
END_TEST

START_TEST(rows_of_weight_zero_do_not_count)
{
    struct rows rows;
    struct lka_recoding with;
    struct lka_recoding without;
    make_rows(&rows);
    for (size_t i = 600; i < ROWS; i++) {
        rows.weight[i] = 0;
    }
    struct lka_fit_input weighted = input_of(&rows, rows.weight);
    struct lka_fit_input fewer = input_of(&rows, NULL);
    fewer.count = 600;
    ck_assert_int_eq(lka_recoding_init(&with, &weighted, NULL), LKA_OK);
    ck_assert_int_eq(lka_recoding_init(&without, &fewer, NULL), LKA_OK);
    ck_assert_mem_eq(with.rank, without.rank, (CODES + 3 + 5) * sizeof *with.rank);
    ck_assert_mem_eq(with.coarse, without.coarse, (CODES + 3 + 5) * sizeof *with.coarse);
    lka_recoding_release(&with);
    lka_recoding_release(&without);
    lka_block_release(&rows.block);
}
END_TEST

static void score(const struct lka_family_model *model, const struct lka_block *block, double *scores)
{
    struct lka_arena scratch = {0};
    ck_assert_int_eq(model->family->score_block(model, block, &scratch, scores, NULL), LKA_OK);
    lka_arena_release(&scratch);
}

/* The family's score by original code is the linear predictor over ranks and bins, less the log of the classes' ratio;
 * and original values do not matter. */
START_TEST(model_is_the_predictor_by_code)
{
    struct rows rows;
    struct lka_recoding recoding;
    struct lka_logistic_problem problem;
    struct lka_family_model *model;
    struct lka_fit_info info;
    double scores[ROWS];
    make_rows(&rows);
    struct lka_logistic_options options = {.l2 = 3, .max_iterations = 1000, .tolerance = 1e-12};
    struct lka_fit_input input = input_of(&rows, NULL);
    input.options = &options;
    for (size_t i = 0; i < ROWS; i++) {
        lka_block_values(&rows.block, NUMBER)[i] = 1e5 * (double)i;
    }
    ck_assert_int_eq(lka_family_find("logistic")->fit(&input, &model, &info, NULL), LKA_OK);
    score(model, &rows.block, scores);
    ck_assert_int_eq(lka_recoding_init(&recoding, &input, NULL), LKA_OK);
    struct lka_fit_input recoded = lka_recoding_input(&recoding, &input);
    ck_assert_int_eq(lka_logistic_problem_init(&problem, &recoded, true, NULL), LKA_OK);
    size_t width = problem.columns.count;
    double *coefficients = calloc(width, sizeof *coefficients);
    double *x = calloc(width, sizeof *x);
    ck_assert_int_eq(lka_logistic_solve(&problem, &options, NULL, coefficients, &info, NULL), LKA_OK);
    for (uint32_t i = 0; i < ROWS; i++) {
        double predictor = coefficients[width - 1] - problem.log_ratio;
        lka_design_fill(&problem.columns.design, &recoding.block, &i, 1, x);
        for (size_t j = 0; j + 1 < width; j++) {
            predictor += coefficients[j] * x[j];
        }
        ck_assert_double_eq_tol(scores[i], predictor, 1e-5); /* two minimisations, from two starts */
    }
    free(coefficients);
    free(x);
    lka_logistic_problem_release(&problem);
    lka_recoding_release(&recoding);
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("recoding");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, ranks_are_standardised_mid_ranks);
    tcase_add_test(tests, bins_are_few_and_full);
    tcase_add_test(tests, rows_of_weight_zero_do_not_count);
    tcase_add_test(tests, model_is_the_predictor_by_code);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
