/* The family `centroid`: its slots, and its tensors. */
#include "models/centroid/centroid.h"

#include <math.h>

#define LKA_PARAM_OWNER struct lka_centroid_options
LKA_PARAMS_TABLE(lka_centroid_params, "centroid", LKA_CENTROID_PARAMS);

extern const struct lka_model_family lka_centroid_family;

static struct lka_centroid *centroid_of(struct lka_family_model *model)
{
    return (struct lka_centroid *)(void *)model;
}

static void centroid_free(struct lka_family_model *model)
{
    if (!model) {
        return;
    }
    struct lka_centroid *centroid = centroid_of(model);
    lka_linear_release(&centroid->linear);
    lka_squares_release(&centroid->squares);
    lka_columns_release(&centroid->columns);
    lka_free(centroid->centre);
    lka_free(centroid->mean);
    lka_free(centroid->seen);
    lka_free(centroid->factor);
    lka_free(centroid->origin);
    lka_free(centroid->unseen);
    lka_free(centroid);
}

static lka_status centroid_new(const struct lka_space *space, struct lka_centroid **centroid, struct lka_error *error)
{
    struct lka_centroid *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->base.family = &lka_centroid_family;
    lka_status status = lka_linear_init(&made->linear, space, error);
    if (status == LKA_OK) {
        status = lka_squares_init(&made->squares, space, error);
    }
    if (status != LKA_OK) {
        centroid_free(&made->base);
        return status;
    }
    *centroid = made;
    return LKA_OK;
}

static lka_status centroid_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                               struct lka_fit_info *info, struct lka_error *error)
{
    struct lka_centroid *made = NULL;
    *model = NULL;
    LKA_TRY(lka_step(input->session, "fit", 0, 0, error));
    LKA_TRY(centroid_new(input->block->space, &made, error));
    lka_status status = lka_centroid_fit(input, made, error);
    if (status != LKA_OK) {
        centroid_free(&made->base);
        return status;
    }
    *info = (struct lka_fit_info){.converged = true, .iterations = 1, .objective = NAN};
    *model = &made->base;
    return LKA_OK;
}

/* Linear scores average to a linear score. The other forms have no mean of their own kind: *mean stays NULL. */
static lka_status centroid_average(const struct lka_family_model *const *members, size_t count,
                                   struct lka_family_model **mean, struct lka_error *error)
{
    *mean = NULL;
    for (size_t m = 0; m < count; m++) {
        if (((const struct lka_centroid *)(const void *)members[m])->form != LKA_CENTROID_LINEAR) {
            return LKA_OK;
        }
    }
    struct lka_centroid *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->base.family = &lka_centroid_family;
    made->form = LKA_CENTROID_LINEAR;
    const struct lka_linear *first = &((const struct lka_centroid *)(const void *)members[0])->linear;
    lka_status status = lka_linear_like(&made->linear, first, error);
    for (size_t m = 0; m < count && status == LKA_OK; m++) {
        const struct lka_centroid *member = (const struct lka_centroid *)(const void *)members[m];
        lka_linear_add(&made->linear, &member->linear, 1 / (double)count);
    }
    if (status != LKA_OK) {
        centroid_free(&made->base);
        return status;
    }
    *mean = &made->base;
    return LKA_OK;
}

/* ---- tensors ---------------------------------------------------------------------------------- */

static lka_status put(const struct lka_tensor_sink *sink, const char *name, size_t rows, size_t columns,
                      const double *data, struct lka_error *error)
{
    return sink->put(sink->user, name, (struct lka_tensor){LKA_TENSOR_F64, rows, columns, data}, error);
}

static lka_status save_full(const struct lka_centroid *centroid, const struct lka_tensor_sink *sink,
                            struct lka_error *error)
{
    size_t count = centroid->columns.design.count;
    size_t codes = lka_columns_codes(&centroid->columns);
    struct lka_tensor seen = {LKA_TENSOR_U8, 1, codes, centroid->seen};
    LKA_TRY(put(sink, "centre", 1, count, centroid->centre, error));
    LKA_TRY(put(sink, "mean", 1, count, centroid->mean, error));
    LKA_TRY(sink->put(sink->user, "seen", seen, error));
    return put(sink, "factor", count, count, centroid->factor, error);
}

static lka_status save_squares(const struct lka_squares *squares, const struct lka_tensor_sink *sink,
                               struct lka_error *error)
{
    LKA_TRY(put(sink, "curve", 1, squares->features, squares->curve, error));
    LKA_TRY(put(sink, "centre", 1, squares->features, squares->centre, error));
    return put(sink, "square", 1, squares->start[squares->features], squares->table, error);
}

static lka_status centroid_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                                struct lka_error *error)
{
    const struct lka_centroid *centroid = (const struct lka_centroid *)(const void *)model;
    struct lka_tensor form = {LKA_TENSOR_U8, 1, 1, &centroid->form};
    LKA_TRY(sink->put(sink->user, "form", form, error));
    if (centroid->form == LKA_CENTROID_FULL) {
        return save_full(centroid, sink, error);
    }
    if (centroid->form != LKA_CENTROID_DIAGONAL) {
        LKA_TRY(lka_linear_save(&centroid->linear, sink, error));
    }
    return centroid->form == LKA_CENTROID_LINEAR ? LKA_OK : save_squares(&centroid->squares, sink, error);
}

/* A U8 tensor of one row, no entry above `most`. */
static lka_status read_bytes(const struct lka_tensor_store *store, const char *name, size_t count, unsigned most,
                             uint8_t *out, struct lka_error *error)
{
    struct lka_tensor tensor;
    LKA_TRY(store->get(store->user, name, LKA_TENSOR_U8, &tensor, error));
    if (tensor.rows != 1 || tensor.columns != count) {
        return lka_fail(error, LKA_DATA, "the model's tensor \"%s\" is %zu x %zu; the feature plan needs 1 x %zu", name,
                        tensor.rows, tensor.columns, count);
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = ((const uint8_t *)tensor.data)[i];
        if (out[i] > most) {
            return lka_fail(error, LKA_DATA, "the model's tensor \"%s\" has %d at element %zu; allowed: 0 to %u", name,
                            out[i], i, most);
        }
    }
    return LKA_OK;
}

static lka_status load_full(struct lka_centroid *centroid, const struct lka_space *space,
                            const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(lka_centroid_allocate(centroid, space, error));
    size_t count = centroid->columns.design.count;
    size_t codes = lka_columns_codes(&centroid->columns);
    LKA_TRY(lka_tensor_read(store, "centre", 1, count, centroid->centre, error));
    LKA_TRY(lka_tensor_read(store, "mean", 1, count, centroid->mean, error));
    LKA_TRY(lka_tensor_read(store, "factor", count, count, centroid->factor, error));
    LKA_TRY(read_bytes(store, "seen", codes, 1, centroid->seen, error));
    lka_centroid_prepare(centroid);
    return LKA_OK;
}

static lka_status load_squares(struct lka_squares *squares, const struct lka_space *space,
                               const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(lka_tensor_read(store, "curve", 1, squares->features, squares->curve, error));
    LKA_TRY(lka_tensor_read(store, "centre", 1, squares->features, squares->centre, error));
    LKA_TRY(lka_tensor_read(store, "square", 1, squares->start[squares->features], squares->table, error));
    for (size_t f = 0; f < squares->features; f++) {
        if (space->features[f].kind != LKA_FEATURE_NUMBER && squares->curve[f] != 0) {
            return lka_fail(error, LKA_DATA,
                            "the model's tensor \"curve\" has %g for feature %zu, which has no value; "
                            "allowed: 0",
                            squares->curve[f], f);
        }
    }
    return LKA_OK;
}

static lka_status load_into(struct lka_centroid *centroid, const struct lka_space *space,
                            const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(read_bytes(store, "form", 1, LKA_CENTROID_FULL, &centroid->form, error));
    if (centroid->form == LKA_CENTROID_FULL) {
        return load_full(centroid, space, store, error);
    }
    if (centroid->form != LKA_CENTROID_DIAGONAL) {
        LKA_TRY(lka_linear_load(&centroid->linear, space, store, error));
    }
    if (centroid->form == LKA_CENTROID_LINEAR) {
        return LKA_OK;
    }
    LKA_TRY(lka_squares_init(&centroid->squares, space, error));
    return load_squares(&centroid->squares, space, store, error);
}

static lka_status centroid_load(const struct lka_space *space, const struct lka_tensor_store *store,
                                struct lka_family_model **model, struct lka_error *error)
{
    struct lka_centroid *made;
    *model = NULL;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->base.family = &lka_centroid_family;
    lka_status status = load_into(made, space, store, error);
    if (status != LKA_OK) {
        centroid_free(&made->base);
        return status;
    }
    *model = &made->base;
    return LKA_OK;
}

static const char *centroid_idle(const void *values, const char *key)
{
    const struct lka_centroid_options *options = values;
    return options->metric == LKA_METRIC_COSINE && strcmp(key, "contrast") == 0 ? "it is for metric=mahalanobis" : NULL;
}

/* The cosine first: it estimates no correlations. */
static const char *const centroid_search[] = {"metric=cosine", "metric=mahalanobis", NULL};

const struct lka_model_family lka_centroid_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_TAKES_WEIGHTS | LKA_FAMILY_CONTRIBUTIONS,
    .name = "centroid",
    .summary = "nearness to the seeds' mean, by Mahalanobis distance or cosine",
    .params = &lka_centroid_params,
    .fit = centroid_fit,
    .score_block = lka_centroid_score,
    .contributions = lka_centroid_contributions,
    .average = centroid_average,
    .save = centroid_save,
    .load = centroid_load,
    .free = centroid_free,
    .idle = centroid_idle,
    .search = centroid_search,
};
