/* bench/forest_alone: a forest that XGBoost grew, scored by the library on rows that are in memory.
 *
 *     forest_alone DIRECTORY
 *
 * Reads what bench/forest_alone.py wrote there: `shape` (rows, features, the margin before the first tree, and of each
 * feature the edges of its bins), `rows` (float32, row by row, NaN where missing) and `codes.json` (the forest on
 * bins). Scores all rows from float32, bins included, and then from bins, in blocks; writes `ours` (float64) and prints
 * the CPU seconds of both, and of the second in every form that this CPU runs. */
#include "features/lanes.h"
#include "models/forest/slices.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BLOCK = 4096, MOST_FEATURES = 64, MOST_EDGES = 1024 };

struct problem {
    size_t rows;
    size_t features;
    float start;
    struct lka_feature feature[MOST_FEATURES];
    uint32_t number[MOST_FEATURES];
    double edge[MOST_FEATURES][MOST_EDGES];
    size_t edges[MOST_FEATURES];
    struct lka_space space;
    float *cells;
    struct lka_forest *forest;
    struct lka_arena scratch;
};

static void die(const char *what)
{
    fprintf(stderr, "forest_alone: %s\n", what);
    exit(1);
}

static FILE *open_in(const char *directory, const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, mode);
    if (!file) {
        die(path);
    }
    return file;
}

static void read_shape(const char *directory, struct problem *problem)
{
    FILE *file = open_in(directory, "shape", "r");
    bool good = fscanf(file, "%zu %zu %f", &problem->rows, &problem->features, &problem->start) == 3 &&
                problem->features <= MOST_FEATURES;
    for (size_t f = 0; f < problem->features && good; f++) {
        good = fscanf(file, "%zu", &problem->edges[f]) == 1 && problem->edges[f] <= MOST_EDGES;
        for (size_t e = 0; e < problem->edges[f] && good; e++) {
            good = fscanf(file, "%lf", &problem->edge[f][e]) == 1;
        }
        problem->number[f] = (uint32_t)f;
        problem->feature[f] = (struct lka_feature){"number", LKA_FEATURE_NUMBER, (uint32_t)problem->edges[f] + 2,
                                                   (uint32_t)f, true};
    }
    fclose(file);
    problem->space = (struct lka_space){problem->feature, problem->features};
    if (!good) {
        die("the shape is not what it must be");
    }
}

static void read_rows(const char *directory, struct problem *problem)
{
    FILE *file = open_in(directory, "rows", "rb");
    problem->cells = lka_new(problem->rows * problem->features, sizeof *problem->cells);
    if (!problem->cells || fread(problem->cells, sizeof *problem->cells, problem->rows * problem->features, file) !=
                               problem->rows * problem->features) {
        die("the rows are not there");
    }
    fclose(file);
}

static void read_forest(const char *directory, struct problem *problem)
{
    enum { ROOM = 64 << 20 };
    FILE *file = open_in(directory, "codes.json", "rb");
    char *json = lka_new(ROOM, 1);
    struct lka_error error = {0};
    const struct lka_forest_columns columns = {&problem->space, problem->number, problem->features};
    if (!json || fread(json, 1, ROOM - 1, file) == 0 ||
        lka_forest_import(json, &columns, &problem->forest, &error) != LKA_OK) {
        die(error.message);
    }
    problem->forest->start = problem->start;
    lka_free(json);
    fclose(file);
}

/* The rows of a block, column by column, and their bins. */
static void encode(const struct problem *problem, size_t first, struct lka_block *block)
{
    const float *cells = problem->cells + first * problem->features;
    for (size_t f = 0; f < problem->features; f++) {
        struct lka_scale scale = {problem->edge[f], problem->edges[f], 0, 1, 8};
        double *values = lka_block_values(block, f);
        for (size_t i = 0; i < block->count; i++) {
            values[i] = (double)cells[i * problem->features + f];
        }
        lka_lanes_of(LKA_LANES_FASTEST)->finish(&scale, values, block->count, lka_block_codes(block, f));
    }
}

static void score(struct problem *problem, enum lka_slices_kind kind, const struct lka_block *block, double *scores)
{
    lka_arena_rewind(&problem->scratch);
    if (lka_forest_score_as(kind, problem->forest, block, &problem->scratch, scores, NULL) != LKA_OK) {
        die("memory is short");
    }
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Into a block that holds all rows, which stays for from_codes. */
static double from_floats(struct problem *problem, struct lka_block *block, double *scores)
{
    double start = cpu_seconds();
    for (size_t first = 0; first < problem->rows; first += BLOCK) {
        size_t left = problem->rows - first;
        block->count = left < BLOCK ? left : BLOCK;
        encode(problem, first, block);
        score(problem, LKA_SLICES_FASTEST, block, scores + first);
    }
    return cpu_seconds() - start;
}

static double from_codes(struct problem *problem, enum lka_slices_kind kind, const struct lka_block *all,
                         double *scores)
{
    double start = cpu_seconds();
    score(problem, kind, all, scores);
    return cpu_seconds() - start;
}

static void encode_all(const struct problem *problem, struct lka_block *block, struct lka_block *all)
{
    for (size_t first = 0; first < problem->rows; first += BLOCK) {
        size_t left = problem->rows - first;
        block->count = left < BLOCK ? left : BLOCK;
        encode(problem, first, block);
        for (size_t f = 0; f < problem->features; f++) {
            memcpy(lka_block_codes(all, f) + first, lka_block_codes(block, f), block->count * sizeof(uint16_t));
        }
    }
    all->count = problem->rows;
}

static void compare_forms(struct problem *problem, const struct lka_block *all, const double *expected, double *scores)
{
    static const char *const names[LKA_SLICES_KINDS] = {"", "walk", "avx2", "avx512"};
    for (enum lka_slices_kind kind = LKA_SLICES_WALK; kind < LKA_SLICES_KINDS; kind++) {
        if (lka_slices_kind_runs(kind)) {
            double seconds = from_codes(problem, kind, all, scores);
            if (memcmp(scores, expected, problem->rows * sizeof *scores) != 0) {
                die("the forms differ");
            }
            printf(", \"%s\": %.6f", names[kind], seconds);
        }
    }
}

int main(int argc, char **argv)
{
    static struct problem problem;
    struct lka_block block = {0};
    struct lka_block all = {0};
    if (argc != 2) {
        die("usage: forest_alone DIRECTORY");
    }
    lka_init();
    read_shape(argv[1], &problem);
    read_rows(argv[1], &problem);
    read_forest(argv[1], &problem);
    double *scores = lka_new(problem.rows, sizeof *scores);
    double *again = lka_new(problem.rows, sizeof *again);
    if (!scores || !again || lka_block_init(&block, &problem.space, BLOCK, NULL) != LKA_OK ||
        lka_block_init(&all, &problem.space, problem.rows, NULL) != LKA_OK) {
        die("memory is short");
    }
    encode_all(&problem, &block, &all);
    double floats = from_floats(&problem, &block, scores);
    printf("{\"floats\": %.6f, \"codes\": %.6f, \"tests\": %zu", floats,
           from_codes(&problem, LKA_SLICES_FASTEST, &all, again), problem.forest->slices->tests);
    compare_forms(&problem, &all, scores, again);
    printf("}\n");
    FILE *out = open_in(argv[1], "ours", "wb");
    if (fwrite(scores, sizeof *scores, problem.rows, out) != problem.rows || fclose(out) != 0) {
        die("ours cannot be written");
    }
    lka_block_release(&block);
    lka_block_release(&all);
    lka_arena_release(&problem.scratch);
    lka_forest_free(problem.forest);
    lka_free(problem.cells);
    lka_free(scores);
    lka_free(again);
    return 0;
}
