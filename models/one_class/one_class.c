/* The family `one_class`: the region where the seeds are (one-class support vector machine; Schölkopf et al. 2001),
 * from landmarks of the seeds alone, by libsvm. It never looks at the pool, so what seeds and pool have in common
 * counts as likeness too: a last resort where there is no pool to compare with. */
#include "models/kernel/machine.h"

#define LKA_ONE_CLASS_PARAMS(X)                                                           \
    X(NUMBER, nu, "nu", "0.1", 0.001, 0.99, NULL, "SHARE",                                \
      "the share of the seeds' landmarks that may be left outside", false)                \
    X(NUMBER, gamma, "gamma", "0", 0, 1e6, NULL, "X",                                     \
      "how fast likeness falls with squared distance; 0: a fifth of 1 / variance", false) \
    X(INTEGER, landmarks, "landmarks", "300", 1, 2000, NULL, "N", "means of people to keep, at most", false)

LKA_PARAMS_STRUCT(lka_one_class_options, LKA_ONE_CLASS_PARAMS);
#define LKA_PARAM_OWNER struct lka_one_class_options
LKA_PARAMS_TABLE(lka_one_class_params, "one_class", LKA_ONE_CLASS_PARAMS);

extern const struct lka_model_family lka_one_class_family;

static lka_status enclose(struct lka_kernel_sample *sample, const struct lka_one_class_options *options,
                          struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_landmarks *landmarks = &sample->landmarks;
    double gamma = lka_kernel_gamma(options->gamma, sample->variance);
    struct lka_support support = {0};
    double *matrix = NULL;
    lka_status status = LKA_NEW(matrix, landmarks->count * landmarks->count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(support.coefficients, landmarks->count, error);
    }
    if (status == LKA_OK) {
        status = lka_kernel_matrix(LKA_KERNEL_RADIAL, gamma, landmarks->cells, landmarks->count, landmarks->columns,
                                   matrix, error);
    }
    if (status == LKA_OK) {
        status = lka_libsvm_enclose(matrix, landmarks->count, options->nu, &support, info, error);
    }
    if (status == LKA_OK) {
        status = lka_kernel_machine_new(&lka_one_class_family, sample, LKA_KERNEL_RADIAL, gamma, &support, model,
                                        error);
    }
    lka_free(matrix);
    lka_free(support.coefficients);
    return status;
}

static lka_status one_class_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                                struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_one_class_options *options = input->options;
    struct lka_kernel_sample sample;
    *model = NULL;
    LKA_TRY(lka_kernel_sample_draw(&sample, input, (size_t)options->landmarks, false, (struct lka_kernel_metric){0},
                                   error));
    lka_status status = enclose(&sample, options, model, info, error);
    lka_kernel_sample_release(&sample);
    return status;
}

static lka_status one_class_load(const struct lka_space *space, const struct lka_tensor_store *store,
                                 struct lka_family_model **model, struct lka_error *error)
{
    return lka_kernel_machine_load(&lka_one_class_family, space, store, model, error);
}

const struct lka_model_family lka_one_class_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_KEEPS_LANDMARKS,
    .name = "one_class",
    .summary = "one-class support vector machine: the region where the seeds are, without a look at the pool",
    .params = &lka_one_class_params,
    .fit = one_class_fit,
    .score_block = lka_kernel_machine_score,
    .save = lka_kernel_machine_save,
    .load = one_class_load,
    .free = lka_kernel_machine_free,
};
