/* The family `logistic`: a linear score, learned by logistic regression with an L2 penalty. */
#include "models/logistic/logistic.h"

#define LKA_PARAM_OWNER struct lka_logistic_options
LKA_PARAMS_TABLE(lka_logistic_params, "logistic", LKA_LOGISTIC_PARAMS);

struct logistic_model {
    struct lka_family_model base;
    struct lka_linear linear;
};

extern const struct lka_model_family lka_logistic_family;

static const struct lka_linear *linear_of(const struct lka_family_model *model)
{
    return &((const struct logistic_model *)(const void *)model)->linear;
}

static void logistic_free(struct lka_family_model *model)
{
    if (model) {
        lka_linear_release(&((struct logistic_model *)(void *)model)->linear);
        lka_free(model);
    }
}

/* A model with zeros. */
static lka_status logistic_new(const struct lka_space *space, struct logistic_model **model, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*model, 1, error));
    (*model)->base.family = &lka_logistic_family;
    lka_status status = lka_linear_init(&(*model)->linear, space, error);
    if (status != LKA_OK) {
        lka_free(*model);
        *model = NULL;
    }
    return status;
}

static lka_status learn(struct lka_logistic_problem *problem, const struct lka_fit_input *input,
                        struct logistic_model *model, struct lka_fit_info *info, struct lka_error *error)
{
    double *coefficients;
    LKA_TRY(LKA_NEW(coefficients, problem->columns.count, error));
    lka_status status = lka_logistic_solve(problem, input->options, input->session, coefficients, info, error);
    if (status == LKA_OK) {
        lka_linear_set(&model->linear, &problem->columns, coefficients, problem->share, problem->seen);
    }
    lka_free(coefficients);
    return status;
}

static lka_status logistic_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                               struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_logistic_options *options = input->options;
    struct lka_logistic_problem problem;
    struct logistic_model *made = NULL;
    *model = NULL;
    LKA_TRY(lka_logistic_problem_init(&problem, input, options->bins, error));
    lka_status status = logistic_new(input->block->space, &made, error);
    if (status == LKA_OK) {
        status = learn(&problem, input, made, info, error);
    }
    lka_logistic_problem_release(&problem);
    if (status != LKA_OK) {
        logistic_free(made ? &made->base : NULL);
        return status;
    }
    *model = &made->base;
    return LKA_OK;
}

static lka_status logistic_score(const struct lka_family_model *model, const struct lka_block *block,
                                 struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    (void)scratch;
    (void)error;
    lka_linear_score(linear_of(model), block, scores);
    return LKA_OK;
}

static lka_status logistic_contributions(const struct lka_family_model *model, const struct lka_block *block,
                                         double *out, double *base, struct lka_error *error)
{
    (void)error;
    *base = linear_of(model)->intercept;
    lka_linear_contributions(linear_of(model), block, out);
    return LKA_OK;
}

static lka_status logistic_average(const struct lka_family_model *const *members, size_t count,
                                   struct lka_family_model **mean, struct lka_error *error)
{
    struct logistic_model *made;
    *mean = NULL;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->base.family = &lka_logistic_family;
    lka_status status = lka_linear_like(&made->linear, linear_of(members[0]), error);
    for (size_t m = 0; m < count && status == LKA_OK; m++) {
        lka_linear_add(&made->linear, linear_of(members[m]), 1 / (double)count);
    }
    if (status != LKA_OK) {
        lka_free(made);
        return status;
    }
    *mean = &made->base;
    return LKA_OK;
}

static lka_status logistic_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                                struct lka_error *error)
{
    return lka_linear_save(linear_of(model), sink, error);
}

static lka_status logistic_load(const struct lka_space *space, const struct lka_tensor_store *store,
                                struct lka_family_model **model, struct lka_error *error)
{
    struct logistic_model *made;
    *model = NULL;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->base.family = &lka_logistic_family;
    lka_status status = lka_linear_load(&made->linear, space, store, error);
    if (status != LKA_OK) {
        lka_free(made);
        return status;
    }
    *model = &made->base;
    return LKA_OK;
}

const struct lka_model_family lka_logistic_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_TAKES_WEIGHTS | LKA_FAMILY_CONTRIBUTIONS,
    .name = "logistic",
    .summary = "logistic regression with an L2 penalty: a weight for every value, added up",
    .params = &lka_logistic_params,
    .fit = logistic_fit,
    .score_block = logistic_score,
    .contributions = logistic_contributions,
    .average = logistic_average,
    .save = logistic_save,
    .load = logistic_load,
    .free = logistic_free,
};
