/* Learning a blend: weights from held-out rows, then every part on all rows, then the parts' scales. */
#include "models/blend/blend.h"

#include "base/hash.h"

#include <math.h>

/* Rows are held out in so many parts. Stacking needs to know little, and costs a fit of every part each. */
enum { FOLDS = 3 };

static double weight_of(const struct lka_fit_input *input, uint32_t row)
{
    return input->weight ? input->weight[row] : 1;
}

/* ---- scores of picked rows -------------------------------------------------------------------- */

static lka_status score_rows(const struct lka_family_model *model, const struct lka_block *block, const uint32_t *rows,
                             size_t count, double *scores, struct lka_error *error)
{
    struct lka_block gathered = {0};
    struct lka_arena scratch = {0};
    lka_status status = lka_block_init(&gathered, block->space, count, error);
    if (status == LKA_OK) {
        lka_block_gather(&gathered, block, rows, (uint32_t)count);
        status = model->family->score_block(model, &gathered, &scratch, scores, error);
    }
    lka_arena_release(&scratch);
    lka_block_release(&gathered);
    return status;
}

/* Mean and deviation over the unlabelled rows. */
static void measure(const struct lka_fit_input *input, const uint32_t *rows, size_t count, const double *scores,
                    struct lka_part *part)
{
    double sum = 0;
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = input->label[rows[i]] ? 0 : weight_of(input, rows[i]);
        sum += weight;
        mean += weight * scores[i];
    }
    mean /= sum;
    for (size_t i = 0; i < count; i++) {
        double weight = input->label[rows[i]] ? 0 : weight_of(input, rows[i]);
        squares += weight * (scores[i] - mean) * (scores[i] - mean);
    }
    double deviation = sqrt(squares / sum);
    part->mean = mean;
    /* A constant score tells nothing, whatever its scale. */
    part->scale = deviation > 1e-12 ? 1 / deviation : 0;
}

/* Each part draws by a seed of its own, so that the same family twice is two models where it draws at all. */
static lka_status fit_part(const struct lka_fit_input *input, size_t number, const uint32_t *rows, size_t count,
                           struct lka_part *part, struct lka_fit_info *info, struct lka_error *error)
{
    struct lka_fit_input own = *input;
    own.seed += number;
    own.rows = rows;
    own.count = count;
    own.options = lka_options_values(part->options);
    own.weight = part->family->flags & LKA_FAMILY_TAKES_WEIGHTS ? input->weight : NULL;
    return part->family->fit(&own, &part->model, info, error);
}

/* ---- held-out scores -------------------------------------------------------------------------- */

struct holding {
    const struct lka_fit_input *input;
    uint32_t *inside;
    uint32_t *outside;
    size_t inside_count;
    size_t outside_count;
    double *scores;
    double *z; /* parts x input->count */
};

static size_t fold_of(const struct lka_fit_input *input, uint32_t row)
{
    return lka_hash(input->seed, (struct lka_span){(const char *)&row, sizeof row}) % FOLDS;
}

static void split(struct holding *holding, size_t fold)
{
    holding->inside_count = 0;
    holding->outside_count = 0;
    for (size_t i = 0; i < holding->input->count; i++) {
        uint32_t row = holding->input->rows[i];
        if (fold_of(holding->input, row) == fold) {
            holding->inside[holding->inside_count++] = row;
        } else {
            holding->outside[holding->outside_count++] = row;
        }
    }
}

/* Puts one part's scores of the rows inside the fold, on the scale of the rows outside, where they belong. */
static lka_status hold_out(struct holding *holding, const struct lka_blend *blend, size_t number, size_t fold,
                           struct lka_error *error)
{
    const struct lka_part *part = &blend->parts[number];
    struct lka_part own = {.family = part->family, .options = part->options};
    struct lka_fit_info info;
    const struct lka_fit_input *input = holding->input;
    double *z = holding->z + number * input->count;
    LKA_TRY(fit_part(input, number, holding->outside, holding->outside_count, &own, &info, error));
    lka_status status = score_rows(own.model, input->block, holding->outside, holding->outside_count, holding->scores,
                                   error);
    if (status == LKA_OK) {
        measure(input, holding->outside, holding->outside_count, holding->scores, &own);
        status = score_rows(own.model, input->block, holding->inside, holding->inside_count, holding->scores, error);
    }
    for (size_t i = 0, at = 0; i < input->count && status == LKA_OK; i++) {
        if (fold_of(input, input->rows[i]) == fold) {
            z[i] = (holding->scores[at++] - own.mean) * own.scale;
        }
    }
    part->family->free(own.model);
    return status;
}

static lka_status hold_all_out(struct holding *holding, const struct lka_blend *blend, struct lka_error *error)
{
    for (size_t fold = 0; fold < FOLDS; fold++) {
        split(holding, fold);
        for (size_t p = 0; p < blend->count; p++) {
            LKA_TRY(hold_out(holding, blend, p, fold, error));
        }
    }
    return LKA_OK;
}

static lka_status allocate(struct holding *holding, size_t parts, struct lka_error *error)
{
    size_t rows = holding->input->count;
    LKA_TRY(LKA_NEW(holding->inside, rows, error));
    LKA_TRY(LKA_NEW(holding->outside, rows, error));
    LKA_TRY(LKA_NEW(holding->scores, rows, error));
    return LKA_NEW(holding->z, parts * rows, error);
}

/* ---- weights ---------------------------------------------------------------------------------- */

/* Both classes weigh the same in the stack. */
static lka_status stack(const struct holding *holding, struct lka_blend *blend, size_t seeds, struct lka_error *error)
{
    const struct lka_fit_input *input = holding->input;
    double sum[2] = {0, 0};
    double weights[LKA_PARTS_MOST];
    double *weight;
    uint8_t *y;
    LKA_TRY(LKA_NEW(weight, input->count, error));
    lka_status status = LKA_NEW(y, input->count, error);
    for (size_t i = 0; i < input->count && status == LKA_OK; i++) {
        y[i] = input->label[input->rows[i]] != 0;
        sum[y[i]] += weight_of(input, input->rows[i]);
    }
    for (size_t i = 0; i < input->count && status == LKA_OK; i++) {
        weight[i] = weight_of(input, input->rows[i]) / sum[y[i]];
    }
    if (status == LKA_OK) {
        status = lka_stack(holding->z, y, weight, blend->count, input->count, seeds, weights, error);
    }
    for (size_t p = 0; p < blend->count && status == LKA_OK; p++) {
        blend->parts[p].weight = weights[p];
    }
    lka_free(y);
    lka_free(weight);
    return status;
}

static size_t count_seeds(const struct lka_fit_input *input)
{
    size_t seeds = 0;
    for (size_t i = 0; i < input->count; i++) {
        seeds += input->label[input->rows[i]] != 0;
    }
    return seeds;
}

/* Every fold leaves each family enough to learn from; with fewer seeds the weights would be equal in all but name. */
static lka_status find_weights(const struct lka_fit_input *input, struct lka_blend *blend, struct lka_error *error)
{
    const struct lka_blend_options *options = input->options;
    size_t seeds = count_seeds(input);
    for (size_t p = 0; p < blend->count; p++) {
        blend->parts[p].weight = 1 / (double)blend->count;
    }
    bool few = seeds < LKA_STACK_SEEDS || input->count - seeds < LKA_STACK_SEEDS;
    if (options->weights == LKA_WEIGHTS_EQUAL || blend->count == 1 || few) {
        return LKA_OK;
    }
    struct holding holding = {.input = input};
    lka_status status = allocate(&holding, blend->count, error);
    if (status == LKA_OK) {
        status = hold_all_out(&holding, blend, error);
    }
    if (status == LKA_OK) {
        status = stack(&holding, blend, seeds, error);
    }
    lka_free(holding.inside);
    lka_free(holding.outside);
    lka_free(holding.scores);
    lka_free(holding.z);
    return status;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static lka_status fit_all(const struct lka_fit_input *input, struct lka_blend *blend, double *scores,
                          struct lka_fit_info *info, struct lka_error *error)
{
    for (size_t p = 0; p < blend->count; p++) {
        struct lka_part *part = &blend->parts[p];
        struct lka_fit_info own = {0};
        LKA_TRY(fit_part(input, p, input->rows, input->count, part, &own, error));
        info->converged = info->converged && own.converged;
        info->iterations += own.iterations;
        LKA_TRY(score_rows(part->model, input->block, input->rows, input->count, scores, error));
        measure(input, input->rows, input->count, scores, part);
    }
    return LKA_OK;
}

/* The bolder a part, the less it counts: the ranking is that of scores on one scale. With the sum 1 of the weights, the mean of
 * log odds is log odds. */
static void leave_log_odds(struct lka_blend *blend)
{
    double sum = 0;
    for (size_t p = 0; p < blend->count; p++) {
        sum += blend->parts[p].weight * blend->parts[p].scale;
    }
    for (size_t p = 0; p < blend->count; p++) {
        struct lka_part *part = &blend->parts[p];
        part->weight = sum > 0 ? part->weight * part->scale / sum : part->weight;
        part->mean = 0;
        part->scale = 1;
    }
}

lka_status lka_blend_learn(const struct lka_fit_input *input, struct lka_blend *blend, struct lka_fit_info *info,
                           struct lka_error *error)
{
    double *scores;
    *info = (struct lka_fit_info){.converged = true, .objective = NAN};
    LKA_TRY(LKA_NEW(scores, input->count, error));
    lka_status status = find_weights(input, blend, error);
    if (status == LKA_OK) {
        status = fit_all(input, blend, scores, info, error);
    }
    if (status == LKA_OK && blend->log_odds) {
        leave_log_odds(blend);
    }
    lka_free(scores);
    return status;
}
