/* The family `logistic`: a linear score, learned by logistic regression with an L2 penalty. */
#include "models/logistic/logistic.h"
#include "models/logistic/recoding.h"
#include "base/elementary.h"

#include <math.h>

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

/* Halves where t may lie until it is known well enough; each minimum starts from the last. */
static lka_status solve_non_negative(struct lka_logistic_problem *problem, const struct lka_fit_input *input,
                                     double *coefficients, struct lka_fit_info *info, struct lka_error *error)
{
    enum { HALVINGS = 40 };
    double *gradient;
    double low = 0;
    double high = 1;
    LKA_TRY(LKA_NEW(gradient, problem->columns.count, error));
    const struct lka_logistic_options *options = input->options;
    lka_status status = lka_logistic_solve(problem, options, input->session, coefficients, info, error);
    for (int i = 0; i < HALVINGS && status == LKA_OK; i++) {
        (void)lka_logistic_evaluate(problem, options->l2, coefficients, gradient);
        bool known = fabs(problem->others) <= 1e-6 * fabs(info->objective);
        if (known || (i == 0 && problem->others > 0)) {
            break;
        }
        *(problem->others < 0 ? &high : &low) = problem->share_kept;
        problem->share_kept = (low + high) / 2;
        status = lka_logistic_solve(problem, options, input->session, coefficients, info, error);
    }
    lka_free(gradient);
    return status;
}

static lka_status minimise(struct lka_logistic_problem *problem, const struct lka_fit_input *input,
                           double *coefficients, struct lka_fit_info *info, struct lka_error *error)
{
    return problem->non_negative
               ? solve_non_negative(problem, input, coefficients, info, error)
               : lka_logistic_solve(problem, input->options, input->session, coefficients, info, error);
}

/* The minimum of a problem as a linear score of its own space. */
static lka_status solve(const struct lka_fit_input *input, bool bins, struct lka_linear *linear,
                        struct lka_fit_info *info, struct lka_error *error)
{
    struct lka_logistic_problem problem;
    double *coefficients = NULL;
    LKA_TRY(lka_logistic_problem_init(&problem, input, bins, error));
    const struct lka_logistic_options *options = input->options;
    lka_status status = LKA_NEW(coefficients, problem.columns.count, error);
    if (status == LKA_OK && options->risk == LKA_RISK_NNPU) {
        lka_logistic_problem_estimate(&problem, options->prior);
    }
    if (status == LKA_OK) {
        coefficients[problem.columns.count - 1] = problem.log_ratio; /* the minimum if nothing else told */
        status = minimise(&problem, input, coefficients, info, error);
    }
    if (status == LKA_OK) {
        lka_linear_set(linear, &problem.columns, coefficients, problem.share, problem.seen);
        linear->intercept -= problem.log_ratio;
    }
    lka_free(coefficients);
    lka_logistic_problem_release(&problem);
    return status;
}

/* Ranks and coarse bins are functions of the code: what they add is put into the table by code. */
static void unfold(const struct lka_recoding *recoding, const struct lka_linear *coarse, struct lka_linear *linear)
{
    linear->intercept = coarse->intercept;
    for (size_t f = 0; f < linear->features; f++) {
        const double *table = coarse->table + coarse->start[f];
        for (size_t c = linear->start[f]; c < linear->start[f + 1]; c++) {
            linear->table[c] = coarse->slope[f] * recoding->rank[c] + table[recoding->coarse[c]];
        }
    }
    lka_linear_note_zeros(linear);
}

static lka_status solve_by_rank(const struct lka_fit_input *input, struct lka_linear *linear, struct lka_fit_info *info,
                                struct lka_error *error)
{
    struct lka_recoding recoding;
    struct lka_linear coarse = {0};
    LKA_TRY(lka_recoding_init(&recoding, input, error));
    struct lka_fit_input own = lka_recoding_input(&recoding, input);
    lka_status status = lka_linear_init(&coarse, &recoding.space, error);
    if (status == LKA_OK) {
        status = solve(&own, true, &coarse, info, error);
    }
    if (status == LKA_OK) {
        unfold(&recoding, &coarse, linear);
    }
    lka_linear_release(&coarse);
    lka_recoding_release(&recoding);
    return status;
}

static lka_status logistic_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                               struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_logistic_options *options = input->options;
    struct logistic_model *made = NULL;
    *model = NULL;
    LKA_TRY(logistic_new(input->block->space, &made, error));
    bool by_rank = options->numbers == LKA_NUMBERS_RANK;
    lka_status status = by_rank ? solve_by_rank(input, &made->linear, info, error)
                                : solve(input, false, &made->linear, info, error);
    if (status != LKA_OK) {
        logistic_free(&made->base);
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

static struct lka_linear_terms logistic_terms(const struct lka_family_model *model)
{
    const struct lka_linear *linear = linear_of(model);
    return (struct lka_linear_terms){linear->intercept, linear->slope, linear->table, linear->start};
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

/* With nnpu, m = score + log(prior) is the log odds of a look-alike of the pool against its others, and a row is
 * sigma(m) / prior times as frequent among seeds as in the pool. */
static double logistic_log_odds(const void *values, double score)
{
    const struct lka_logistic_options *options = values;
    if (options->risk != LKA_RISK_NNPU) {
        return score;
    }
    double log_prior = lka_log(options->prior);
    double m = score + log_prior;
    return (m < 0 ? m : 0) - lka_log(1 + lka_exp(-fabs(m))) - log_prior;
}

static const char *logistic_idle(const void *values, const char *key)
{
    const struct lka_logistic_options *options = values;
    return options->risk != LKA_RISK_NNPU && strcmp(key, "prior") == 0 ? "it is for risk=nnpu" : NULL;
}

static const char *const logistic_search[] = {"l2=2000", "l2=600", "l2=200", "l2=60", "l2=20",
                                              "l2=6",    "l2=2",   "l2=0.6", NULL};

const struct lka_model_family lka_logistic_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_TAKES_WEIGHTS | LKA_FAMILY_CONTRIBUTIONS | LKA_FAMILY_LOG_ODDS,
    .name = "logistic",
    .summary = "logistic regression with an L2 penalty: a weight for every value, added up",
    .params = &lka_logistic_params,
    .fit = logistic_fit,
    .score_block = logistic_score,
    .contributions = logistic_contributions,
    .average = logistic_average,
    .terms = logistic_terms,
    .save = logistic_save,
    .load = logistic_load,
    .free = logistic_free,
    .log_odds = logistic_log_odds,
    .idle = logistic_idle,
    .search = logistic_search,
};
