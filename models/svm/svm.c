/* The family `svm`: a support vector machine (C-SVC; Cortes and Vapnik 1995) between landmarks of the seeds and
 * landmarks of the unlabelled, by libsvm. */
#include "models/kernel/machine.h"

/* `c` is the cost of a landmark of the seeds; those of the unlabelled cost as much in all, whatever their weights. (The
 * usual balancing, by the classes' shares of all landmarks, gives a few seeds the weight of hundreds: they are then
 * fitted to the letter.) */
#define LKA_SVM_PARAMS(X)                                                                                \
    X(CHOICE, kernel, "kernel", "rbf", 0, 0, "linear|rbf", "NAME",                                       \
      "how two people are compared: rbf by their distance, linear by a weighted sum", false)             \
    X(NUMBER, c, "c", "3", 1e-4, 1e4, NULL, "X",                                                         \
      "the cost of a landmark of the seeds on the wrong side; small values give smoother scores", false) \
    X(NUMBER, gamma, "gamma", "0", 0, 1e6, NULL, "X",                                                    \
      "how fast likeness falls with squared distance, for rbf; 0: a fifth of 1 / variance", false)       \
    X(INTEGER, landmarks, "landmarks", "300", 1, 2000, NULL, "N",                                        \
      "means of people to keep, at most, of the seeds and of the unlabelled each", false)

LKA_PARAMS_STRUCT(lka_svm_options, LKA_SVM_PARAMS);
#define LKA_PARAM_OWNER struct lka_svm_options
LKA_PARAMS_TABLE(lka_svm_params, "svm", LKA_SVM_PARAMS);

extern const struct lka_model_family lka_svm_family;

struct separation {
    struct lka_kernel_sample sample;
    enum lka_kernel kernel;
    double gamma; /* of the radial kernel; what the linear one's cost is measured by */
    double *matrix;
    struct lka_support support;
};

/* For people near each other the radial kernel is 1 + 2 gamma x . p + ..., so this makes `c` mean the same for both. */
static double cost_of(const struct separation *separation, double c)
{
    return separation->kernel == LKA_KERNEL_LINEAR ? 2 * separation->gamma * c : c;
}

static lka_status separate(struct separation *separation, double c, struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_landmarks *landmarks = &separation->sample.landmarks;
    size_t seeds = separation->sample.seeds;
    double cost = cost_of(separation, c);
    LKA_TRY(LKA_NEW(separation->matrix, landmarks->count * landmarks->count, error));
    LKA_TRY(LKA_NEW(separation->support.coefficients, landmarks->count, error));
    LKA_TRY(lka_kernel_matrix(separation->kernel, separation->gamma, landmarks->cells, landmarks->count,
                              landmarks->columns, separation->matrix, error));
    return lka_libsvm_separate(separation->matrix, landmarks->count, seeds, cost,
                               cost * (double)seeds / (double)(landmarks->count - seeds), &separation->support, info,
                               error);
}

static lka_status svm_fit(const struct lka_fit_input *input, struct lka_family_model **model, struct lka_fit_info *info,
                          struct lka_error *error)
{
    const struct lka_svm_options *options = input->options;
    struct separation separation = {.kernel = options->kernel ? LKA_KERNEL_RADIAL : LKA_KERNEL_LINEAR};
    *model = NULL;
    LKA_TRY(lka_kernel_sample_draw(&separation.sample, input, (size_t)options->landmarks, true,
                                   (struct lka_kernel_metric){0}, error));
    separation.gamma = lka_kernel_gamma(options->kernel ? options->gamma : 0, separation.sample.variance);
    lka_status status = separate(&separation, options->c, info, error);
    if (status == LKA_OK) {
        status = lka_kernel_machine_new(&lka_svm_family, &separation.sample, separation.kernel, separation.gamma,
                                        &separation.support, model, error);
    }
    lka_free(separation.matrix);
    lka_free(separation.support.coefficients);
    lka_kernel_sample_release(&separation.sample);
    return status;
}

static lka_status svm_load(const struct lka_space *space, const struct lka_tensor_store *store,
                           struct lka_family_model **model, struct lka_error *error)
{
    return lka_kernel_machine_load(&lka_svm_family, space, store, model, error);
}

static const char *svm_idle(const void *values, const char *key)
{
    const struct lka_svm_options *options = values;
    return !options->kernel && strcmp(key, "gamma") == 0 ? "it is for kernel=rbf" : NULL;
}

/* Of .3 to 10, 3 is near the best on hillstrom, bank-full, bank-additional and Caravan; on a simulated pool 10 finds a
 * tenth more. */
static const char *const worth_trying[] = {"c=3", "c=10", NULL};

/* No contributions: what a radial kernel says is no sum over features. */
const struct lka_model_family lka_svm_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_KEEPS_LANDMARKS,
    .name = "svm",
    .summary = "support vector machine: the border between landmarks of the seeds and landmarks of the pool",
    .params = &lka_svm_params,
    .fit = svm_fit,
    .score_block = lka_kernel_machine_score,
    .save = lka_kernel_machine_save,
    .load = svm_load,
    .free = lka_kernel_machine_free,
    .idle = svm_idle,
    .search = worth_trying,
};
