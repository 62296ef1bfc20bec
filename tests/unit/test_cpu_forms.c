/* Scoring as a whole in the form for each CPU: the same outputs, and the same errors, to the byte. */
#include "base/cpu.h"
#include "models/forest/slices.h"
#include "models/linear.h"
#include "score_by_hand.h"
#include "run_suite.h"
#include "table/kernel.h"

static const char plan[] = "lookalike_plan: 1\n"
                           "as_of: 2024-12-28\n"
                           "clip: 8\n"
                           "columns:\n"
                           "  - name: points\n"
                           "    type: number\n"
                           "    missing: true\n"
                           "    centre: 20\n"
                           "    scale: 7\n"
                           "    edges: [-4, 0.5, 10, 20, 25, 30, 31, 31.5, 33, 40]\n"
                           "  - name: since\n"
                           "    type: date\n"
                           "    missing: true\n"
                           "    centre: 900\n"
                           "    scale: 400\n"
                           "    edges: [100, 500, 1000]\n"
                           "  - name: member\n"
                           "    type: boolean\n"
                           "    missing: true\n"
                           "  - name: city\n"
                           "    type: category\n"
                           "    missing: true\n"
                           "    values: [A, B, Aachen, a city with a long name, \"q, r\"]\n"
                           "left_out: []\n";

static struct lka_linear linear;

static lka_status linear_score(const struct lka_family_model *own, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *problem)
{
    (void)own, (void)scratch, (void)problem;
    lka_linear_score(&linear, block, scores);
    return LKA_OK;
}

static const struct lka_model_family linear_family = {
    .abi = LKA_FAMILY_ABI, .name = "points", .score_block = linear_score, .free = points_free};
static struct lka_family_model linear_model = {&linear_family};
static double reference[64];
static size_t starts[16];

/* ---- a forest and a radial kernel over the same columns ---------------------------------------- */

static struct lka_forest *forest;

static lka_status forest_score(const struct lka_family_model *own, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *problem)
{
    (void)own;
    return lka_forest_score_as(LKA_SLICES_FASTEST, forest, block, scratch, scores, problem);
}

static const struct lka_model_family forest_family = {
    .abi = LKA_FAMILY_ABI, .name = "forest", .score_block = forest_score, .free = points_free};
static struct lka_family_model forest_model = {&forest_family};

/* Trees of one split and of two, over all features. */
static void plant(const struct lka_space *space)
{
    enum { TREES = 60, NODES = 5 };
    struct lka_random random = lka_random_start(4, 0);
    ck_assert_int_eq(lka_forest_new(space->count, TREES, TREES * NODES, &forest, NULL), LKA_OK);
    for (uint32_t tree = 0; tree < TREES; tree++) {
        uint32_t root = tree * NODES;
        forest->root[tree] = root;
        for (uint32_t n = 0; n < NODES; n++) {
            uint32_t f = (uint32_t)lka_random_below(&random, space->count);
            uint16_t limit = (uint16_t)lka_random_below(&random, space->features[f].codes);
            forest->node[root + n] = (struct lka_forest_node){f, 0, limit,
                                                              n == 0   ? root + 1
                                                              : n == 1 ? root + 3
                                                                       : 0,
                                                              (float)lka_random_normal(&random)};
        }
    }
    forest->root[TREES] = TREES * NODES;
    ck_assert_int_eq(lka_slices_new(forest, space, &forest->slices, NULL), LKA_OK);
}

static struct lka_kernel_sum sum;
static struct lka_axes axes;

static lka_status kernel_score(const struct lka_family_model *own, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *problem)
{
    (void)own;
    struct lka_points points;
    lka_status status = lka_points_init(&points, block->count, axes.features, problem);
    if (status == LKA_OK) {
        lka_points_fill(&points, &axes, block, NULL, 0, block->count);
        status = lka_kernel_sum_score(&sum, &points, scratch, scores, problem);
    }
    lka_points_release(&points);
    return status;
}

static const struct lka_model_family kernel_family = {
    .abi = LKA_FAMILY_ABI, .name = "kernel", .score_block = kernel_score, .free = points_free};
static struct lka_family_model kernel_model = {&kernel_family};

static void draw_kernel(const struct lka_space *space)
{
    enum { POINTS = 37 };
    struct lka_random random = lka_random_start(5, 0);
    double coefficients[POINTS];
    ck_assert_int_eq(lka_axes_init(&axes, space, NULL), LKA_OK);
    double *cells = lka_new(POINTS * axes.columns, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < POINTS * axes.columns; i++) {
        cells[i] = lka_random_normal(&random);
    }
    for (size_t i = 0; i < POINTS; i++) {
        coefficients[i] = lka_random_normal(&random);
    }
    ck_assert_int_eq(
        lka_kernel_sum_init(&sum, LKA_KERNEL_RADIAL, .05, .1, cells, coefficients, POINTS, axes.columns, NULL), LKA_OK);
    lka_free(cells);
}

static struct lka_family_model *const models[] = {&linear_model, &forest_model, &kernel_model};

static void take_model(struct lka_family_model *one)
{
    model.family = one->family;
    model.members[0] = model.mean = one;
}

/* ---- setting up -------------------------------------------------------------------------------- */

static void forms_setup(void)
{
    setup();
    lka_plan_free(model.plan);
    ck_assert_msg(lka_plan_read(plan, sizeof plan - 1, "plan", &model.plan, &error) == LKA_OK, "%s", error.message);
    const struct lka_space *space = lka_plan_space(model.plan);
    ck_assert_int_eq(lka_linear_init(&linear, space, NULL), LKA_OK);
    for (size_t f = 0; f < space->count; f++) {
        starts[f + 1] = linear.start[f + 1];
        linear.slope[f] = space->features[f].kind == LKA_FEATURE_NUMBER ? 1. / (double)(f + 3) : 0;
    }
    for (size_t c = 0; c < linear.start[space->count]; c++) {
        linear.table[c] = (double)(c * 7 % 11) / 13;
        reference[c] = 10;
    }
    lka_linear_note_zeros(&linear);
    plant(space);
    draw_kernel(space);
    take_model(&linear_model);
    model.reference = reference;
    model.reference_start = starts;
}

static void forms_teardown(void)
{
    lka_cpu_limit(LKA_CPU_AVX512);
    lka_linear_release(&linear);
    lka_forest_free(forest);
    lka_kernel_sum_release(&sum);
    lka_axes_release(&axes);
    teardown();
}

/* Fields in all the ways in which they are written: quoted, with doubled quotes, with CRLF, long, missing. */
static void write_mixed_pool(size_t rows, const char *last)
{
    static const char *const points[] = {
        "12.5", "\"31\"", "-0.5", "", "1e1", "123456789.12345678", ".5", "7.", "+3", "0000000000000000000000012"};
    static const char *const dates[] = {"2024-02-29", "\"2019-12-31\"", "", "2024-05-01T10:00:00Z", "1999-01-01"};
    static const char *const members[] = {"yes", "no", "\"YES\"", "", "true"};
    static const char *const cities[] = {
        "A",           "\"B\"",          "\"q, r\"", "", "a city with a long name", "\"say \"\"x\"\"\"",
        "K\xC3\xB6ln", "\"two\nlines\"", "Aachen"};
    struct lka_random random = lka_random_start(8, 0);
    FILE *file = fopen(path_of("pool.csv"), "wb");
    fputs("prospect_id,points,since,member,city\n", file);
    for (size_t i = 0; i < rows; i++) {
        fprintf(file, "P%06zu,%s,%s,%s,%s%s", i, points[lka_random_below(&random, 10)],
                dates[lka_random_below(&random, 5)], members[lka_random_below(&random, 5)],
                cities[lka_random_below(&random, 9)], lka_random_below(&random, 3) ? "\n" : "\r\n");
    }
    fputs(last, file);
    fclose(file);
}

static const char *const thread_counts[] = {"threads=1", "threads=3"};

START_TEST(outputs_are_the_same_in_every_form)
{
    static const char *const names[] = {"out.csv", "out.csv.score.json"};
    char *expected[2] = {0};
    take_model(models[_i]);
    write_mixed_pool(20000, "");
    for (int form = LKA_CPU_PLAIN; form <= LKA_CPU_AVX512; form++) {
        lka_cpu_limit((enum lka_cpu_form)form);
        for (size_t t = 0; t < 2; t++) {
            ck_assert_msg(SCORE("top=40%", thread_counts[t]) == LKA_OK, "%s", error.message);
            for (size_t n = 0; n < 2; n++) {
                char *text = read_file(names[n]);
                ck_assert_ptr_nonnull(text);
                expected[n] = expected[n] ? expected[n] : strdup(text);
                ck_assert_msg(strcmp(text, expected[n]) == 0, "%s differs in form %d", names[n], form);
                free(text);
            }
        }
    }
    free(expected[0]);
    free(expected[1]);
}
END_TEST

START_TEST(errors_are_the_same_in_every_form)
{
    static const char *const last[] = {
        "X,1,2024-02-30,no,A\n", "X,1.2.3,,no,A\n", "X,1,,perhaps,A\n", "X,1,,no\n",
        "X,1,,no,\"A\n",         "X,1,,no,A\"\n",   ",1,,no,A\n",       "X,1,,no,A\rB\n"};
    write_mixed_pool(3000, last[_i]);
    struct lka_error first = {0};
    for (int form = LKA_CPU_PLAIN; form <= LKA_CPU_AVX512; form++) {
        lka_cpu_limit((enum lka_cpu_form)form);
        for (size_t t = 0; t < 2; t++) {
            ck_assert_int_eq(SCORE("top=40%", thread_counts[t]), LKA_DATA);
            first = first.code ? first : error;
            ck_assert_str_eq(error.message, first.message);
            ck_assert_uint_eq(error.line, first.line);
            ck_assert_uint_eq(error.column, first.column);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_forms");
    TCase *cases = tcase_create("cpu_forms");
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, forms_setup, forms_teardown);
    tcase_add_loop_test(cases, outputs_are_the_same_in_every_form, 0, sizeof models / sizeof *models);
    tcase_add_loop_test(cases, errors_are_the_same_in_every_form, 0, 8);
    return run_suite(suite);
}
