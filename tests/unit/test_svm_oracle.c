/* The families svm and one_class beside libsvm itself: its own training and its own prediction. */
#include "machines_by_hand.h"
#include "run_suite.h"
#include "models/kernel/machine.h"
#include "table/design.h"

static void sparse(const double *row, size_t columns, struct svm_node *nodes)
{
    size_t used = 0;
    for (size_t j = 0; j < columns; j++) {
        if (row[j] != 0) {
            nodes[used++] = (struct svm_node){(int)j + 1, row[j]};
        }
    }
    nodes[used] = (struct svm_node){.index = -1};
}

/* Everything that a fit does up to libsvm, done again; the sample's landmarks as libsvm's rows. */
struct oracle {
    struct lka_kernel_sample sample;
    struct lka_support support;
    struct svm_node *nodes;
    struct svm_node **rows;
    double *labels;
};

static void oracle_init(struct oracle *oracle, const struct trial *trial, size_t most)
{
    *oracle = (struct oracle){0};
    bool separating = trial->family == &lka_svm_family;
    ck_assert_int_eq(
        lka_kernel_sample_draw(&oracle->sample, &trial->input, most, separating, (struct lka_kernel_metric){0}, NULL),
        LKA_OK);
    const struct lka_landmarks *landmarks = &oracle->sample.landmarks;
    oracle->nodes = calloc(landmarks->count * (landmarks->columns + 1), sizeof *oracle->nodes);
    oracle->rows = calloc(landmarks->count, sizeof *oracle->rows);
    oracle->labels = calloc(landmarks->count, sizeof *oracle->labels);
    oracle->support.coefficients = calloc(landmarks->count, sizeof *oracle->labels);
    for (size_t i = 0; i < landmarks->count; i++) {
        oracle->rows[i] = oracle->nodes + i * (landmarks->columns + 1);
        oracle->labels[i] = i < oracle->sample.seeds ? 1 : -1;
        sparse(landmarks->cells + i * landmarks->columns, landmarks->columns, oracle->rows[i]);
    }
}

static void oracle_release(struct oracle *oracle)
{
    free(oracle->nodes);
    free(oracle->rows);
    free(oracle->labels);
    free(oracle->support.coefficients);
    lka_kernel_sample_release(&oracle->sample);
}

/* A row as table/design.h has it, cut and scaled: another way to the same point. */
static void predict(const struct oracle *oracle, const struct svm_model *model, const struct lka_block *block,
                    double *scores)
{
    struct lka_design design;
    size_t columns = oracle->sample.axes.columns;
    double *row = calloc(columns, sizeof *row);
    struct svm_node *nodes = calloc(columns + 1, sizeof *nodes);
    ck_assert_int_eq(lka_design_init(&design, block->space, false, NULL), LKA_OK);
    for (uint32_t i = 0; i < block->count; i++) {
        lka_design_fill(&design, block, &i, 1, row);
        for (size_t j = 0; j < columns; j++) {
            row[j] = fmax(-5, fmin(5, row[j])) * oracle->sample.axes.scale[j];
        }
        sparse(row, columns, nodes);
        svm_predict_values(model, nodes, &scores[i]);
    }
    lka_design_release(&design);
    free(row);
    free(nodes);
}

/* The coefficients that we got from libsvm for our own kernel matrix, in a model of libsvm's own kernel. */
static void predict_with_our_coefficients(struct oracle *oracle, struct svm_parameter parameter, struct trial *trial,
                                          double nu, double *scores)
{
    const struct lka_landmarks *landmarks = &oracle->sample.landmarks;
    size_t count = landmarks->count;
    enum lka_kernel kernel = parameter.kernel_type == RBF ? LKA_KERNEL_RADIAL : LKA_KERNEL_LINEAR;
    double *matrix = calloc(count * count, sizeof *matrix);
    ck_assert_int_eq(
        lka_kernel_matrix(kernel, parameter.gamma, landmarks->cells, count, landmarks->columns, matrix, NULL), LKA_OK);
    lka_status status = parameter.svm_type == ONE_CLASS
                            ? lka_libsvm_enclose(matrix, count, nu, &oracle->support, &trial->info, NULL)
                            : lka_libsvm_separate(matrix, count, oracle->sample.seeds, parameter.C,
                                                  parameter.C * (double)oracle->sample.seeds /
                                                      (double)(count - oracle->sample.seeds),
                                                  &oracle->support, &trial->info, NULL);
    ck_assert_int_eq(status, LKA_OK);
    int parts[2] = {(int)oracle->sample.seeds, (int)(count - oracle->sample.seeds)};
    int labels[2] = {1, -1};
    struct svm_model model = {.param = parameter,
                              .nr_class = 2,
                              .l = (int)count,
                              .SV = oracle->rows,
                              .sv_coef = &oracle->support.coefficients,
                              .rho = &oracle->support.offset,
                              .label = labels,
                              .nSV = parts};
    predict(oracle, &model, &trial->crowd.block, scores);
    free(matrix);
}

static double size_of(const struct oracle *oracle)
{
    double size = 1;
    for (size_t i = 0; i < oracle->sample.landmarks.count; i++) {
        size += fabs(oracle->support.coefficients[i]);
    }
    return size;
}

static struct svm_parameter parameter_of(int machine, const struct oracle *oracle)
{
    struct svm_parameter parameter = machines[machine].parameter;
    parameter.gamma = lka_kernel_gamma(0, oracle->sample.variance);
    parameter.C = parameter.kernel_type == LINEAR ? 2 * parameter.gamma * 3 : 3;
    parameter.nu = .3;
    parameter.cache_size = 10;
    parameter.eps = 1e-3;
    parameter.shrinking = 1;
    return parameter;
}

START_TEST(scores_are_what_libsvm_predicts)
{
    struct trial trial;
    struct oracle oracle;
    trial_of(&trial, _i);
    fit(&trial);
    oracle_init(&oracle, &trial, 300);
    double *expected = calloc(trial.crowd.block.count, sizeof *expected);
    predict_with_our_coefficients(&oracle, parameter_of(_i, &oracle), &trial, .3, expected);
    for (size_t i = 0; i < trial.crowd.block.count; i++) {
        ck_assert_double_eq_tol(trial.scores[i], expected[i], 1e-9);
        ck_assert_double_eq_tol(trial.scores[i], expected[i], 1e-12 * size_of(&oracle));
    }
    free(expected);
    oracle_release(&oracle);
    trial_release(&trial);
}
END_TEST

/* libsvm from end to end, with its own kernel: the answers differ by its tolerance alone. */
START_TEST(training_is_libsvms)
{
    struct trial trial;
    struct oracle oracle;
    trial_of(&trial, _i);
    fit(&trial);
    oracle_init(&oracle, &trial, 300);
    size_t count = oracle.sample.landmarks.count;
    double *expected = calloc(trial.crowd.block.count, sizeof *expected);
    int labels[2] = {1, -1};
    double weights[2] = {1, (double)oracle.sample.seeds / (double)(count - oracle.sample.seeds)};
    struct svm_parameter parameter = parameter_of(_i, &oracle);
    if (parameter.svm_type == C_SVC) {
        parameter.nr_weight = 2;
        parameter.weight_label = labels;
        parameter.weight = weights;
    }
    struct svm_problem problem = {(int)count, oracle.labels, oracle.rows};
    struct svm_model *model = svm_train(&problem, &parameter);
    predict(&oracle, model, &trial.crowd.block, expected);
    for (size_t i = 0; i < trial.crowd.block.count; i++) {
        ck_assert_double_eq_tol(trial.scores[i], expected[i], 5e-3);
    }
    svm_free_and_destroy_model(&model);
    free(expected);
    oracle_release(&oracle);
    trial_release(&trial);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("svm oracle");
    TCase *machine = tcase_create("machines");
    tcase_set_timeout(machine, 120);
    tcase_add_loop_test(machine, scores_are_what_libsvm_predicts, 0, 3);
    tcase_add_loop_test(machine, training_is_libsvms, 0, 3);
    suite_add_tcase(suite, machine);
    return run_suite(suite);
}
