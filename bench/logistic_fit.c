/* bench/logistic-fit: the fit of `logistic` alone, on 200,000 rows and 100 design columns.
 *
 *     logistic-fit [DIRECTORY]
 *
 * Makes the rows from a fixed seed (30 correlated numbers, 10 categories of 7 values, 1 seed in 20), fits to a relative
 * gap below 1e-6 a few times, and prints the objective and the median CPU seconds of a fit. With a DIRECTORY it also
 * writes X.npy, y.npy and weight.npy there: the same problem for logistic_fit.py, its columns scaled so that the same
 * penalty means the same.
 */
#include "base/elementary.h"
#include "base/random.h"
#include "models/logistic/logistic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 200000, NUMBERS = 30, CATEGORIES = 10, VALUES = 7, FEATURES = NUMBERS + CATEGORIES, FITS = 7 };

static void die(const struct lka_error *error)
{
    fprintf(stderr, "logistic-fit: %s\n", error->message);
    exit(1);
}

static void describe(struct lka_feature features[FEATURES])
{
    for (uint32_t f = 0; f < FEATURES; f++) {
        features[f] = f < NUMBERS ? (struct lka_feature){"number", LKA_FEATURE_NUMBER, 33, f, false}
                                  : (struct lka_feature){"category", LKA_FEATURE_CODE, VALUES + 1, f, false};
    }
}

/* Numbers share three factors; a category leans on a number, its values are Zipf-like; the label follows a linear
 * predictor of both. */
static void make_row(struct lka_block *block, size_t row, uint8_t *label)
{
    struct lka_random random = lka_random_start(20240501, row);
    double factor[3];
    for (int k = 0; k < 3; k++) {
        factor[k] = lka_random_normal(&random);
    }
    double predictor = -4.2;
    for (size_t f = 0; f < NUMBERS; f++) {
        double value = 0.7 * factor[f % 3] + sqrt(1 - 0.49) * lka_random_normal(&random);
        lka_block_values(block, f)[row] = value;
        lka_block_codes(block, f)[row] = 1;
        predictor += value * 0.3 * (f % 5 == 0 ? 1 : f % 2 ? -0.3 : 0.1);
    }
    for (size_t f = NUMBERS; f < FEATURES; f++) {
        double u = lka_random_uniform(&random);
        double lean = lka_block_values(block, f - NUMBERS)[row];
        double place = u * u * VALUES + 0.5 * lean;
        long code = 1 + (long)(place < 0 ? 0 : place);
        lka_block_codes(block, f)[row] = (uint16_t)(code > VALUES ? VALUES : code);
        predictor += 0.15 * (double)((code * 7 + (long)f) % 5) - 0.3;
    }
    label[row] = lka_random_uniform(&random) < 1 / (1 + lka_exp(-predictor));
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- the same problem for numpy --------------------------------------------------------------- */

static FILE *open_npy(const char *directory, const char *name, const char *shape)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(1);
    }
    char header[118];
    int used = snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }", shape);
    memset(header + used, ' ', sizeof header - (size_t)used);
    header[sizeof header - 1] = '\n';
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
    fwrite(header, 1, sizeof header, file);
    return file;
}

static void write_problem(const char *directory, const struct lka_logistic_problem *problem)
{
    size_t width = problem->columns.design.count;
    double *row = malloc(width * sizeof *row);
    char shape[64];
    snprintf(shape, sizeof shape, "%d, %zu", ROWS, width);
    FILE *x = open_npy(directory, "X.npy", shape);
    snprintf(shape, sizeof shape, "%d,", ROWS);
    FILE *y = open_npy(directory, "y.npy", shape);
    FILE *weight = open_npy(directory, "weight.npy", shape);
    for (uint32_t i = 0; i < ROWS && row; i++) {
        lka_design_fill(&problem->columns.design, problem->block, &i, 1, row);
        for (size_t j = 0; j < width; j++) {
            row[j] /= sqrt(problem->penalty[j]);
        }
        double label = problem->weight[i] > 0;
        double size = fabs(problem->weight[i]);
        fwrite(row, sizeof *row, width, x);
        fwrite(&label, sizeof label, 1, y);
        fwrite(&size, sizeof size, 1, weight);
    }
    free(row);
    if (fclose(x) || fclose(y) || fclose(weight)) {
        perror(directory);
        exit(1);
    }
}

/* ---- the fit ---------------------------------------------------------------------------------- */

static double fit_once(const struct lka_fit_input *input, struct lka_fit_info *info)
{
    struct lka_error error;
    struct lka_family_model *model;
    const struct lka_model_family *family = lka_family_find("logistic");
    double start = cpu_seconds();
    if (family->fit(input, &model, info, &error) != LKA_OK) {
        die(&error);
    }
    double seconds = cpu_seconds() - start;
    family->free(model);
    return seconds;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static struct lka_feature features[FEATURES];
    static uint8_t label[ROWS];
    static uint32_t rows[ROWS];
    struct lka_error error;
    struct lka_space space = {features, FEATURES};
    struct lka_block block;
    lka_init();
    describe(features);
    if (lka_block_init(&block, &space, ROWS, &error) != LKA_OK) {
        die(&error);
    }
    block.count = ROWS;
    for (uint32_t i = 0; i < ROWS; i++) {
        make_row(&block, i, label);
        rows[i] = i;
    }
    struct lka_logistic_options options = {
        .l2 = 1, .numbers = LKA_NUMBERS_VALUE, .max_iterations = 500, .tolerance = 1e-7};
    struct lka_fit_input input = {
        .block = &block, .rows = rows, .count = ROWS, .label = label, .seed = 1, .options = &options};
    if (argc > 1) {
        struct lka_logistic_problem problem;
        if (lka_logistic_problem_init(&problem, &input, false, &error) != LKA_OK) {
            die(&error);
        }
        write_problem(argv[1], &problem);
        lka_logistic_problem_release(&problem);
    }
    double seconds[FITS];
    struct lka_fit_info info;
    for (int k = 0; k < FITS; k++) {
        seconds[k] = fit_once(&input, &info);
    }
    qsort(seconds, FITS, sizeof *seconds, ascending);
    printf("{\"rows\": %d, \"l2\": %g, \"objective\": %.15g, \"iterations\": %u, \"converged\": %s, \"cpu_seconds\": "
           "%.4f}\n",
           ROWS, options.l2, info.objective, info.iterations, info.converged ? "true" : "false", seconds[FITS / 2]);
    lka_block_release(&block);
    return 0;
}
