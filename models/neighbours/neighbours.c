/* The family `neighbours`: how near a row is to the prototypes of the seeds, and not to those of the pool, in a space
 * whose axes are as long as they tell seeds from pool: what the look-alike systems of Yahoo (Shen et al. 2015) and
 * Tencent (Liu et al. 2019) do with a weighted nearest-neighbour search.
 *
 *     score(x) = mean over seed prototypes p of K(x, p)  -  mean over pool prototypes q of K(x, q)       (Parzen 1962)
 *
 * K is radial; a prototype is the mean of at least 10 people (k-means, table/landmarks.h), as many as there are seeds
 * for, up to `prototypes`. An axis is stretched by the square root of its information value (Kullback 1959), less what
 * chance alone gives that: sum over codes of (p - q) log(p / q), p and q the shares of seeds and of unlabelled rows. Or
 * distances are Mahalanobis's, by the covariance within seeds and within pool (kernel/whitening.h). */
#include "models/kernel/machine.h"
#include "table/information.h"

#include <math.h>

#define LKA_NEIGHBOURS_PARAMS(X)                                                                                   \
    X(INTEGER, prototypes, "prototypes", "200", 1, 2000, NULL, "N", "means of people to keep of each kind", false) \
    X(NUMBER, gamma, "gamma", "0", 0, 1e6, NULL, "X",                                                              \
      "how fast likeness falls with squared distance; 0: a fifth of 1 / variance", false)                          \
    X(CHOICE, metric, "metric", "information", 0, 0, "information|plain|mahalanobis", "HOW",                       \
      "how long an axis is: by its information value; all the same; by how people of a kind vary together", false) \
    X(FLAG, contrast, "contrast", "true", 0, 0, NULL, NULL,                                                        \
      "nearer to the seeds' prototypes than to the pool's, and not just near", false)

LKA_PARAMS_STRUCT(lka_neighbours_options, LKA_NEIGHBOURS_PARAMS);
#define LKA_PARAM_OWNER struct lka_neighbours_options
LKA_PARAMS_TABLE(lka_neighbours_params, "neighbours", LKA_NEIGHBOURS_PARAMS);

enum { METRIC_INFORMATION, METRIC_PLAIN, METRIC_MAHALANOBIS };

extern const struct lka_model_family lka_neighbours_family;

/* ---- the metric ------------------------------------------------------------------------------- */

/* Rows by code, of the unlabelled and of the seeds. */
static void count_codes(const struct lka_fit_input *input, size_t feature, size_t codes, double *const counts[2])
{
    const uint16_t *code = lka_block_codes(input->block, feature);
    memset(counts[0], 0, codes * sizeof *counts[0]);
    memset(counts[1], 0, codes * sizeof *counts[1]);
    for (size_t i = 0; i < input->count; i++) {
        uint32_t row = input->rows[i];
        counts[input->label[row] != 0][code[row]]++;
    }
}

/* A feature that says nothing keeps a tenth of the longest axis: rows stay apart, and none is divided by 0. */
static void to_factors(double *factor, size_t features)
{
    double most = 0;
    for (size_t f = 0; f < features; f++) {
        factor[f] = sqrt(factor[f]);
        most = factor[f] > most ? factor[f] : most;
    }
    for (size_t f = 0; f < features; f++) {
        factor[f] = most > 0 ? factor[f] / most : 1;
        factor[f] = factor[f] > .1 ? factor[f] : .1;
    }
}

static lka_status learn_metric(const struct lka_fit_input *input, double *factor, struct lka_error *error)
{
    const struct lka_space *space = input->block->space;
    uint32_t codes = 0;
    double *counts[2];
    for (size_t f = 0; f < space->count; f++) {
        codes = space->features[f].codes > codes ? space->features[f].codes : codes;
    }
    LKA_TRY(LKA_NEW(counts[0], 2 * (size_t)codes, error));
    counts[1] = counts[0] + codes;
    for (size_t f = 0; f < space->count; f++) {
        count_codes(input, f, space->features[f].codes, counts);
        factor[f] = lka_information_of((const double *const[]){counts[1], counts[0]}, space->features[f].codes).value;
    }
    to_factors(factor, space->count);
    lka_free(counts[0]);
    return LKA_OK;
}

/* ---- prototypes ------------------------------------------------------------------------------- */

/* Means of the same number of people each weigh the same: 1 / prototypes of their kind. */
static lka_status weigh(struct lka_kernel_sample *sample, struct lka_support *support, struct lka_error *error)
{
    size_t count = sample->landmarks.count;
    LKA_TRY(LKA_NEW(support->coefficients, count, error));
    for (size_t p = 0; p < count; p++) {
        bool seed = p < sample->seeds;
        support->coefficients[p] = seed ? 1 / (double)sample->seeds : -1 / (double)(count - sample->seeds);
    }
    return LKA_OK;
}

static lka_status keep(struct lka_kernel_sample *sample, double gamma, struct lka_family_model **model,
                       struct lka_error *error)
{
    struct lka_support support = {0};
    lka_status status = weigh(sample, &support, error);
    if (status == LKA_OK) {
        status = lka_kernel_machine_new(&lka_neighbours_family, sample, LKA_KERNEL_RADIAL,
                                        lka_kernel_gamma(gamma, sample->variance), &support, model, error);
    }
    lka_free(support.coefficients);
    return status;
}

static lka_status neighbours_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                                 struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_neighbours_options *options = input->options;
    struct lka_kernel_sample sample = {0};
    double *factor = NULL;
    *model = NULL;
    *info = (struct lka_fit_info){.converged = true, .objective = NAN};
    LKA_TRY(lka_step(input->session, "fit", 0, 0, error));
    lka_status status = LKA_OK;
    if (options->metric == METRIC_INFORMATION) {
        status = LKA_NEW(factor, input->block->space->count, error);
        status = status == LKA_OK ? learn_metric(input, factor, error) : status;
    }
    if (status == LKA_OK) {
        status = lka_kernel_sample_draw(&sample, input, (size_t)options->prototypes, options->contrast,
                                        (struct lka_kernel_metric){factor, options->metric == METRIC_MAHALANOBIS},
                                        error);
    }
    if (status == LKA_OK) {
        status = keep(&sample, options->gamma, model, error);
        lka_kernel_sample_release(&sample);
    }
    lka_free(factor);
    return status;
}

static lka_status neighbours_load(const struct lka_space *space, const struct lka_tensor_store *store,
                                  struct lka_family_model **model, struct lka_error *error)
{
    return lka_kernel_machine_load(&lka_neighbours_family, space, store, model, error);
}

/* No contributions: what a radial kernel says is no sum over features. */
const struct lka_model_family lka_neighbours_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_KEEPS_LANDMARKS,
    .name = "neighbours",
    .summary = "nearness to prototypes of the seeds, on axes as long as they tell seeds from pool",
    .params = &lka_neighbours_params,
    .fit = neighbours_fit,
    .score_block = lka_kernel_machine_score,
    .save = lka_kernel_machine_save,
    .load = neighbours_load,
    .free = lka_kernel_machine_free,
};
