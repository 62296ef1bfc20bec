/* The family `blend`. */
#include "models/blend/blend.h"

#include <math.h>
#include <stdio.h>

#define LKA_PARAM_OWNER struct lka_blend_options
LKA_PARAMS_TABLE(lka_blend_params, "blend", LKA_BLEND_PARAMS);

extern const struct lka_model_family lka_blend_family;

static struct lka_blend *blend_of(struct lka_family_model *model)
{
    return (struct lka_blend *)(void *)model;
}

static const struct lka_blend *blend_in(const struct lka_family_model *model)
{
    return (const struct lka_blend *)(const void *)model;
}

static void blend_free(struct lka_family_model *model)
{
    for (size_t p = 0; model && p < blend_of(model)->count; p++) {
        const struct lka_part *part = &blend_of(model)->parts[p];
        lka_options_free(part->options);
        if (part->family) {
            part->family->free(part->model);
        }
    }
    lka_free(model);
}

static lka_status blend_new(size_t features, struct lka_blend **blend, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*blend, 1, error));
    (*blend)->base.family = &lka_blend_family;
    (*blend)->features = features;
    return LKA_OK;
}

static lka_status blend_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                            struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_blend_options *options = input->options;
    struct lka_blend *blend = NULL;
    *model = NULL;
    LKA_TRY(blend_new(input->block->space->count, &blend, error));
    lka_status status = lka_parts_read(options->of ? options->of : "", blend, error);
    if (status == LKA_OK) {
        blend->log_odds = lka_parts_tell_log_odds(blend);
        status = lka_blend_learn(input, blend, info, error);
    }
    if (status != LKA_OK) {
        blend_free(&blend->base);
        return status;
    }
    *model = &blend->base;
    return LKA_OK;
}

/* ---- scoring ---------------------------------------------------------------------------------- */

static lka_status blend_score(const struct lka_family_model *model, const struct lka_block *block,
                              struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    const struct lka_blend *blend = blend_in(model);
    double *own = lka_arena_take(scratch, block->count * sizeof *own);
    if (!own) {
        return lka_fail_memory(error, block->count * sizeof *own);
    }
    for (size_t p = 0; p < blend->count; p++) {
        const struct lka_part *part = &blend->parts[p];
        double factor = part->weight * part->scale;
        LKA_TRY(part->family->score_block(part->model, block, scratch, own, error));
        for (size_t i = 0; i < block->count; i++) {
            scores[i] = (p == 0 ? 0 : scores[i]) + factor * (own[i] - part->mean);
        }
    }
    return LKA_OK;
}

static bool blend_tells_log_odds(const struct lka_family_model *model)
{
    return blend_in(model)->log_odds;
}

static bool blend_explains(const struct lka_family_model *model)
{
    const struct lka_blend *blend = blend_in(model);
    bool all = true;
    for (size_t p = 0; p < blend->count; p++) {
        const struct lka_part *part = &blend->parts[p];
        all = all && part->family->contributions && (!part->family->explains || part->family->explains(part->model));
    }
    return all;
}

static lka_status blend_contributions(const struct lka_family_model *model, const struct lka_block *block, double *out,
                                      double *base, struct lka_error *error)
{
    const struct lka_blend *blend = blend_in(model);
    size_t cells = block->count * blend->features;
    double *own;
    if (!blend_explains(model)) {
        return lka_fail(error, LKA_DATA, "one of the families in the blend cannot tell what each feature adds");
    }
    LKA_TRY(LKA_NEW(own, cells, error));
    memset(out, 0, cells * sizeof *out);
    *base = 0;
    lka_status status = LKA_OK;
    for (size_t p = 0; p < blend->count && status == LKA_OK; p++) {
        const struct lka_part *part = &blend->parts[p];
        double factor = part->weight * part->scale;
        double own_base = 0;
        status = part->family->contributions(part->model, block, own, &own_base, error);
        *base += factor * (own_base - part->mean);
        for (size_t i = 0; i < cells && status == LKA_OK; i++) {
            out[i] += factor * own[i];
        }
    }
    lka_free(own);
    return status;
}

/* ---- keeping ---------------------------------------------------------------------------------- */

/* A part of a mean of log odds. */
static bool counts_as_it_is(const struct lka_part *part)
{
    return (part->family->flags & LKA_FAMILY_LOG_ODDS) && part->mean == 0 && part->scale == 1;
}

/* A part's tensors are kept under its number: "0.table". */
struct part_sink {
    const struct lka_tensor_sink *sink;
    size_t part;
};

static void part_name(char buffer[120], size_t part, const char *name)
{
    snprintf(buffer, 120, "%zu.%.100s", part, name);
}

static lka_status put(void *user, const char *name, struct lka_tensor tensor, struct lka_error *error)
{
    const struct part_sink *own = user;
    char full[120];
    part_name(full, own->part, name);
    return own->sink->put(own->sink->user, full, tensor, error);
}

static lka_status save_part(const struct lka_part *part, size_t number, const struct lka_tensor_sink *sink,
                            struct lka_error *error)
{
    struct part_sink own = {sink, number};
    struct lka_tensor_sink of_part = {&own, put};
    double numbers[] = {part->mean, part->scale, part->weight};
    size_t length = strlen(part->family->name);
    LKA_TRY(put(&own, "family", (struct lka_tensor){LKA_TENSOR_U8, 1, length, part->family->name}, error));
    LKA_TRY(put(&own, "blend", (struct lka_tensor){LKA_TENSOR_F64, 1, 3, numbers}, error));
    return part->family->save(part->model, &of_part, error);
}

static lka_status blend_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                             struct lka_error *error)
{
    const struct lka_blend *blend = blend_in(model);
    uint32_t count = (uint32_t)blend->count;
    LKA_TRY(sink->put(sink->user, "parts", (struct lka_tensor){LKA_TENSOR_U32, 1, 1, &count}, error));
    for (size_t p = 0; p < blend->count; p++) {
        LKA_TRY(save_part(&blend->parts[p], p, sink, error));
    }
    return LKA_OK;
}

struct part_store {
    const struct lka_tensor_store *store;
    size_t part;
};

static lka_status get(const void *user, const char *name, enum lka_tensor_type type, struct lka_tensor *tensor,
                      struct lka_error *error)
{
    const struct part_store *own = user;
    char full[120];
    part_name(full, own->part, name);
    return own->store->get(own->store->user, full, type, tensor, error);
}

static const struct lka_model_family *family_named(const struct lka_tensor *tensor)
{
    char name[32];
    if (tensor->rows != 1 || tensor->columns == 0 || tensor->columns >= sizeof name) {
        return NULL;
    }
    memcpy(name, tensor->data, tensor->columns);
    name[tensor->columns] = '\0';
    const struct lka_model_family *family = lka_family_find(name);
    return strlen(name) != tensor->columns || family == &lka_blend_family ? NULL : family;
}

static lka_status load_part(const struct lka_space *space, const struct lka_tensor_store *store, size_t number,
                            struct lka_part *part, struct lka_error *error)
{
    struct part_store own = {store, number};
    struct lka_tensor_store of_part = {&own, get};
    struct lka_tensor tensor;
    LKA_TRY(get(&own, "family", LKA_TENSOR_U8, &tensor, error));
    const struct lka_model_family *family = family_named(&tensor);
    LKA_TRY(get(&own, "blend", LKA_TENSOR_F64, &tensor, error));
    if (!family || tensor.rows != 1 || tensor.columns != 3) {
        return lka_fail(error, LKA_DATA, "the blend's parts do not fit together");
    }
    const double *numbers = tensor.data;
    for (int i = 0; i < 3; i++) {
        if (!(fabs(numbers[i]) <= 1e100)) {
            return lka_fail(error, LKA_DATA, "the blend's scales are no finite numbers");
        }
    }
    *part = (struct lka_part){.family = family, .mean = numbers[0], .scale = numbers[1], .weight = numbers[2]};
    return family->load(space, &of_part, &part->model, error);
}

static lka_status load_parts(const struct lka_space *space, const struct lka_tensor_store *store,
                             struct lka_blend *blend, struct lka_error *error)
{
    struct lka_tensor tensor;
    LKA_TRY(store->get(store->user, "parts", LKA_TENSOR_U32, &tensor, error));
    uint32_t count = 0;
    if (tensor.rows == 1 && tensor.columns == 1) {
        memcpy(&count, tensor.data, sizeof count);
    }
    if (count == 0 || count > LKA_PARTS_MOST) {
        return lka_fail(error, LKA_DATA, "the blend has %u parts; allowed: 1 to %d", count, (int)LKA_PARTS_MOST);
    }
    blend->log_odds = true;
    for (size_t p = 0; p < count; p++) {
        blend->count = p + 1;
        LKA_TRY(load_part(space, store, p, &blend->parts[p], error));
        blend->log_odds = blend->log_odds && counts_as_it_is(&blend->parts[p]);
    }
    return LKA_OK;
}

static lka_status blend_load(const struct lka_space *space, const struct lka_tensor_store *store,
                             struct lka_family_model **model, struct lka_error *error)
{
    struct lka_blend *blend = NULL;
    *model = NULL;
    LKA_TRY(blend_new(space->count, &blend, error));
    lka_status status = load_parts(space, store, blend, error);
    if (status != LKA_OK) {
        blend_free(&blend->base);
        return status;
    }
    *model = &blend->base;
    return LKA_OK;
}

const struct lka_model_family lka_blend_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_TAKES_WEIGHTS | LKA_FAMILY_CONTRIBUTIONS | LKA_FAMILY_LOG_ODDS,
    .name = "blend",
    .summary = "several families together: their scores on one scale, weighed by what fits held-out rows",
    .params = &lka_blend_params,
    .fit = blend_fit,
    .score_block = blend_score,
    .contributions = blend_contributions,
    .explains = blend_explains,
    .tells_log_odds = blend_tells_log_odds,
    .save = blend_save,
    .load = blend_load,
    .free = blend_free,
};
