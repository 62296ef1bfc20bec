/* bench/svm_alone: a support vector machine with the radial kernel, scored by the library and by libsvm.
 *
 * Makes rows from a fixed seed (30 numbers, 10 categories of 7 values, 1 seed in 5), fits `svm` and gives libsvm the
 * same support vectors, coefficients, gamma and offset. Then, in turn, all rows by both: lookalike from blocks, libsvm
 * from its own nodes, whose making is not counted. Prints the medians of CPU seconds; no ratio when two scores differ
 * by more than 1e-9. */
#include "base/random.h"
#include "models/kernel/machine.h"

#include <libsvm/svm.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 20000, NUMBERS = 30, CATEGORIES = 10, VALUES = 7, FEATURES = NUMBERS + CATEGORIES, ROUNDS = 5 };

extern const struct lka_model_family lka_svm_family;

struct people {
    struct lka_feature features[FEATURES];
    struct lka_space space;
    struct lka_block block;
    uint8_t label[ROWS];
    uint32_t rows[ROWS];
};

static void die(const char *what)
{
    fprintf(stderr, "svm_alone: %s\n", what);
    exit(1);
}

static void make_people(struct people *people)
{
    struct lka_random random = lka_random_start(20240501, 0);
    for (uint32_t f = 0; f < FEATURES; f++) {
        people->features[f] = f < NUMBERS ? (struct lka_feature){"number", LKA_FEATURE_NUMBER, 2, f, false}
                                          : (struct lka_feature){"category", LKA_FEATURE_CODE, VALUES + 1, f, false};
    }
    people->space = (struct lka_space){people->features, FEATURES};
    if (lka_block_init(&people->block, &people->space, ROWS, NULL) != LKA_OK) {
        die("memory is short");
    }
    people->block.count = ROWS;
    for (size_t row = 0; row < ROWS; row++) {
        people->label[row] = row % 5 == 0;
        people->rows[row] = (uint32_t)row;
        for (size_t f = 0; f < FEATURES; f++) {
            uint64_t value = lka_random_below(&random, people->label[row] ? VALUES / 2 : VALUES);
            lka_block_codes(&people->block, f)[row] = (uint16_t)(f < NUMBERS ? 1 : 1 + value);
            lka_block_values(&people->block, f)[row] = lka_random_normal(&random) + .3 * people->label[row];
        }
    }
}

static struct lka_kernel_machine *fit(const struct people *people)
{
    struct lka_options *options = NULL;
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    struct lka_error error = {0};
    if (lka_options_new(lka_svm_family.params, &options, &error) != LKA_OK) {
        die(error.message);
    }
    struct lka_fit_input input = {.block = &people->block,
                                  .rows = people->rows,
                                  .count = ROWS,
                                  .label = people->label,
                                  .seed = 1,
                                  .options = lka_options_values(options)};
    if (lka_svm_family.fit(&input, &model, &info, &error) != LKA_OK) {
        die(error.message);
    }
    lka_options_free(options);
    return (struct lka_kernel_machine *)(void *)model;
}

/* Of a dense row the coordinates that are not 0, as libsvm takes them. */
static struct svm_node *nodes_of(const double *cells, size_t columns)
{
    struct svm_node *nodes = lka_new(columns + 1, sizeof *nodes);
    size_t count = 0;
    for (size_t j = 0; nodes && j < columns; j++) {
        if (cells[j] != 0) {
            nodes[count++] = (struct svm_node){(int)j + 1, cells[j]};
        }
    }
    if (!nodes) {
        die("memory is short");
    }
    nodes[count].index = -1;
    return nodes;
}

static struct svm_node **rows_of(const struct people *people, const struct lka_kernel_machine *machine)
{
    struct svm_node **rows = lka_new(ROWS, sizeof(struct svm_node *));
    double *cells = lka_new(machine->axes.columns + 1, sizeof *cells);
    struct lka_points point = {0};
    if (!rows || !cells || lka_points_init(&point, 1, FEATURES, NULL) != LKA_OK) {
        die("memory is short");
    }
    for (size_t row = 0; row < ROWS; row++) {
        memset(cells, 0, (machine->axes.columns + 1) * sizeof *cells);
        lka_points_fill(&point, &machine->axes, &people->block, NULL, row, 1);
        for (size_t e = 0; e < FEATURES; e++) {
            cells[point.columns[e]] = point.values[e];
        }
        rows[row] = nodes_of(cells, machine->axes.columns);
    }
    lka_points_release(&point);
    lka_free(cells);
    return rows;
}

static struct svm_model *as_libsvm(const struct lka_kernel_sum *sum)
{
    static struct svm_model model;
    static double rho;
    static double *coefficients;
    double *points = lka_new(sum->count * sum->columns, sizeof *points);
    model.SV = lka_new(sum->count, sizeof(struct svm_node *));
    if (!points || !model.SV) {
        die("memory is short");
    }
    rho = sum->offset;
    coefficients = sum->coefficients;
    lka_kernel_sum_points(sum, points);
    for (size_t i = 0; i < sum->count; i++) {
        model.SV[i] = nodes_of(points + i * sum->columns, sum->columns);
    }
    model.param = (struct svm_parameter){.svm_type = ONE_CLASS, .kernel_type = RBF, .gamma = sum->gamma};
    model.nr_class = 2;
    model.l = (int)sum->count;
    model.sv_coef = &coefficients;
    model.rho = &rho;
    lka_free(points);
    return &model;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double by_lookalike(const struct people *people, const struct lka_kernel_machine *machine, double *scores)
{
    struct lka_arena scratch = {0};
    double start = cpu_seconds();
    if (lka_svm_family.score_block(&machine->base, &people->block, &scratch, scores, NULL) != LKA_OK) {
        die("memory is short");
    }
    double seconds = cpu_seconds() - start;
    lka_arena_release(&scratch);
    return seconds;
}

static double by_libsvm(const struct svm_model *model, struct svm_node *const *rows, double *scores)
{
    double start = cpu_seconds();
    for (size_t row = 0; row < ROWS; row++) {
        svm_predict_values(model, rows[row], &scores[row]);
    }
    return cpu_seconds() - start;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static struct people people;
    static double ours[ROWS];
    static double theirs[ROWS];
    double seconds[2][ROUNDS];
    lka_init();
    make_people(&people);
    struct lka_kernel_machine *machine = fit(&people);
    struct svm_node **rows = rows_of(&people, machine);
    struct svm_model *model = as_libsvm(&machine->sum);
    for (size_t round = 0; round < ROUNDS; round++) {
        seconds[0][round] = by_lookalike(&people, machine, ours);
        seconds[1][round] = by_libsvm(model, rows, theirs);
    }
    double difference = 0;
    for (size_t row = 0; row < ROWS; row++) {
        difference = fmax(difference, fabs(ours[row] - theirs[row]));
    }
    qsort(seconds[0], ROUNDS, sizeof(double), ascending);
    qsort(seconds[1], ROUNDS, sizeof(double), ascending);
    printf("%d rows, %zu support vectors of %zu columns; largest difference of a score %.1e\n", ROWS,
           machine->sum.count, machine->sum.columns, difference);
    if (!(difference < 1e-9)) {
        die("scores differ: no ratio can be given");
    }
    double ratio = seconds[1][ROUNDS / 2] / seconds[0][ROUNDS / 2];
    printf("lookalike %.2f us a row, libsvm %d.%d %.2f us: %.1f times\n", 1e6 * seconds[0][ROUNDS / 2] / ROWS,
           LIBSVM_VERSION / 100, LIBSVM_VERSION % 100, 1e6 * seconds[1][ROUNDS / 2] / ROWS, ratio);
    return 0;
}
