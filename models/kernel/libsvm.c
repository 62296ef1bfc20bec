#include "models/kernel/libsvm.h"

#include <libsvm/svm.h>

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

/* ---- what libsvm says ------------------------------------------------------------------------- */

/* libsvm reports iterations by its print function alone. Fits run side by side, each in one thread. */
static _Thread_local uint32_t heard_iterations;

static void listen(const char *text)
{
    const char *sign = "#iter = ";
    const char *found = strstr(text, sign);
    if (found) {
        heard_iterations = (uint32_t)strtoul(found + strlen(sign), NULL, 10);
    }
}

static void listen_instead_of_printing(void)
{
    svm_set_print_string_function(listen);
}

/* Its limit: max(10 million, 100 a landmark). */
static bool stopped_early(size_t count)
{
    return heard_iterations >= 10000000 && heard_iterations >= 100 * count;
}

/* ---- the problem ------------------------------------------------------------------------------ */

struct problem {
    struct svm_problem rows;
    struct svm_node *nodes; /* what rows.x points into */
};

static void problem_release(struct problem *problem)
{
    lka_free(problem->rows.y);
    lka_free(problem->rows.x);
    lka_free(problem->nodes);
}

/* The format of precomputed kernels: the row's number from 1, its row of the matrix, an end mark. */
static void fill_row(struct svm_node *nodes, const double *row, size_t number, size_t count)
{
    nodes[0] = (struct svm_node){0, (double)number};
    for (size_t j = 0; j < count; j++) {
        nodes[j + 1] = (struct svm_node){(int)j + 1, row[j]};
    }
    nodes[count + 1] = (struct svm_node){-1, 0};
}

static lka_status problem_init(struct problem *problem, const double *matrix, size_t count, size_t seeds,
                               struct lka_error *error)
{
    *problem = (struct problem){0};
    lka_status status = LKA_NEW(problem->rows.y, count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(problem->rows.x, count, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(problem->nodes, count * (count + 2), error);
    }
    if (status != LKA_OK) {
        problem_release(problem);
        return status;
    }
    problem->rows.l = (int)count;
    for (size_t i = 0; i < count; i++) {
        problem->rows.x[i] = problem->nodes + i * (count + 2);
        problem->rows.y[i] = i < seeds ? 1 : -1;
        fill_row(problem->rows.x[i], matrix + i * count, i + 1, count);
    }
    return LKA_OK;
}

/* ---- the answer ------------------------------------------------------------------------------- */

static void copy_answer(const struct svm_model *model, size_t count, struct lka_support *support)
{
    /* The class that libsvm met first has the positive side. */
    double sign = model->label && model->label[0] < 0 ? -1 : 1;
    memset(support->coefficients, 0, count * sizeof *support->coefficients);
    for (int i = 0; i < model->l; i++) {
        support->coefficients[model->sv_indices[i] - 1] = sign * model->sv_coef[0][i];
    }
    support->offset = sign * model->rho[0];
}

/* sum of c_i c_j K_ij / 2, less the sum of |c| for C-SVC: what libsvm made small. */
static double objective(const double *matrix, size_t count, const double *coefficients, bool separating)
{
    double value = 0;
    for (size_t i = 0; i < count; i++) {
        double product = 0;
        for (size_t j = 0; j < count; j++) {
            product += matrix[i * count + j] * coefficients[j];
        }
        double size = coefficients[i] < 0 ? -coefficients[i] : coefficients[i];
        value += coefficients[i] * product / 2 - (separating ? size : 0);
    }
    return value;
}

static lka_status train(const double *matrix, size_t count, size_t seeds, const struct svm_parameter *parameter,
                        struct lka_support *support, struct lka_fit_info *info, struct lka_error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct problem problem;
    pthread_once(&once, listen_instead_of_printing);
    LKA_TRY(problem_init(&problem, matrix, count, seeds, error));
    const char *complaint = svm_check_parameter(&problem.rows, parameter);
    if (complaint) {
        problem_release(&problem);
        return lka_fail(error, LKA_DATA, "libsvm refuses the parameters: %s", complaint);
    }
    heard_iterations = 0;
    struct svm_model *model = svm_train(&problem.rows, parameter);
    copy_answer(model, count, support);
    svm_free_and_destroy_model(&model);
    problem_release(&problem);
    *info = (struct lka_fit_info){.converged = !stopped_early(count), .iterations = heard_iterations};
    info->objective = objective(matrix, count, support->coefficients, parameter->svm_type == C_SVC);
    return LKA_OK;
}

static struct svm_parameter common(int type)
{
    return (struct svm_parameter){
        .svm_type = type, .kernel_type = PRECOMPUTED, .cache_size = 100, .eps = 1e-3, .shrinking = 1, .probability = 0};
}

lka_status lka_libsvm_separate(const double *matrix, size_t count, size_t seeds, double seed_cost, double other_cost,
                               struct lka_support *support, struct lka_fit_info *info, struct lka_error *error)
{
    int labels[2] = {1, -1};
    double costs[2] = {seed_cost, other_cost};
    struct svm_parameter parameter = common(C_SVC);
    parameter.C = 1;
    parameter.nr_weight = 2;
    parameter.weight_label = labels;
    parameter.weight = costs;
    return train(matrix, count, seeds, &parameter, support, info, error);
}

lka_status lka_libsvm_enclose(const double *matrix, size_t count, double nu, struct lka_support *support,
                              struct lka_fit_info *info, struct lka_error *error)
{
    struct svm_parameter parameter = common(ONE_CLASS);
    parameter.nu = nu;
    return train(matrix, count, count, &parameter, support, info, error);
}
