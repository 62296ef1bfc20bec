#include "models/forest/xgboost.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/optional.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* ---- the library ------------------------------------------------------------------------------ */

typedef void *handle;

/* As xgboost/c_api.h declares them (1.7; unchanged in 2 and 3). */
struct api {
    const char *(*last_error)(void);
    int (*matrix_from_dense)(const char *data, const char *config, handle *out);
    int (*matrix_set_floats)(handle matrix, const char *field, const float *values, uint64_t count);
    int (*matrix_set_texts)(handle matrix, const char *field, const char **texts, uint64_t count);
    int (*matrix_free)(handle matrix);
    int (*create)(const handle matrices[], uint64_t count, handle *out);
    int (*set)(handle booster, const char *key, const char *value);
    int (*update)(handle booster, int iteration, handle matrix);
    int (*predict)(handle booster, handle matrix, const char *config, const uint64_t **shape, uint64_t *dimensions,
                   const float **out);
    int (*save)(handle booster, const char *config, uint64_t *length, const char **out);
    int (*free)(handle booster);
};

/* POSIX lets a symbol's address be a function's; C has no cast for it. */
static bool find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool find_all(struct api *api)
{
    void *library = lka_optional_open(LKA_OPTIONAL_XGBOOST);
    return library && find(library, "XGBGetLastError", &api->last_error) &&
           find(library, "XGDMatrixCreateFromDense", &api->matrix_from_dense) &&
           find(library, "XGDMatrixSetFloatInfo", &api->matrix_set_floats) &&
           find(library, "XGDMatrixSetStrFeatureInfo", &api->matrix_set_texts) &&
           find(library, "XGDMatrixFree", &api->matrix_free) && find(library, "XGBoosterCreate", &api->create) &&
           find(library, "XGBoosterSetParam", &api->set) && find(library, "XGBoosterUpdateOneIter", &api->update) &&
           find(library, "XGBoosterPredictFromDMatrix", &api->predict) &&
           find(library, "XGBoosterSaveModelToBuffer", &api->save) && find(library, "XGBoosterFree", &api->free);
}

bool lka_xgboost_there(void)
{
    struct api api;
    return find_all(&api);
}

/* ---- one fit ---------------------------------------------------------------------------------- */

struct fit {
    struct api api;
    handle matrix;
    handle booster;
};

/* Its messages begin with a stamp and go on with a stack trace: the first line, behind "Check failed:" if that is
 * there. */
static lka_status check(const struct fit *fit, int result, struct lka_error *error)
{
    if (result == 0) {
        return LKA_OK;
    }
    const char *said = fit->api.last_error();
    const char *failed = strstr(said, "Check failed:");
    said = failed ? failed : said;
    return lka_fail(error, LKA_DATA, "forest: XGBoost refuses: %.*s", (int)strcspn(said, "\n"), said);
}

static lka_status fill_matrix(struct fit *fit, const struct lka_xgboost_rows *rows, struct lka_error *error)
{
    char data[160];
    snprintf(data, sizeof data, "{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
             (unsigned long long)(uintptr_t)rows->cells, rows->rows, rows->columns);
    LKA_TRY(check(fit, fit->api.matrix_from_dense(data, "{\"missing\":NaN,\"nthread\":1}", &fit->matrix), error));
    /* Its prototype lacks a const; the texts are copied. */
    const char **types = (const char **)(uintptr_t)rows->types;
    LKA_TRY(check(fit, fit->api.matrix_set_texts(fit->matrix, "feature_type", types, rows->columns), error));
    LKA_TRY(check(fit, fit->api.matrix_set_floats(fit->matrix, "label", rows->label, rows->rows), error));
    return check(fit, fit->api.matrix_set_floats(fit->matrix, "weight", rows->weight, rows->rows), error);
}

static lka_status start_booster(struct fit *fit, const struct lka_xgboost_setting *settings, struct lka_error *error)
{
    static const struct lka_xgboost_setting always[] = {
        {"verbosity", "0"}, {"nthread", "1"}, {"objective", "binary:logistic"}, {"tree_method", "hist"}, {NULL, NULL},
    };
    LKA_TRY(check(fit, fit->api.create(&fit->matrix, 1, &fit->booster), error));
    for (const struct lka_xgboost_setting *one = always; one->key; one++) {
        LKA_TRY(check(fit, fit->api.set(fit->booster, one->key, one->value), error));
    }
    for (const struct lka_xgboost_setting *one = settings; one->key; one++) {
        LKA_TRY(check(fit, fit->api.set(fit->booster, one->key, one->value), error));
    }
    return LKA_OK;
}

static lka_status take_margins(struct fit *fit, size_t rows, float *margins, struct lka_error *error)
{
    static const char config[] = "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                                 "\"strict_shape\":false}";
    const uint64_t *shape = NULL;
    const float *out = NULL;
    uint64_t dimensions = 0;
    LKA_TRY(check(fit, fit->api.predict(fit->booster, fit->matrix, config, &shape, &dimensions, &out), error));
    memcpy(margins, out, rows * sizeof *margins);
    return LKA_OK;
}

static lka_status take_model(struct fit *fit, char **json, struct lka_error *error)
{
    uint64_t length = 0;
    const char *bytes = NULL;
    LKA_TRY(check(fit, fit->api.save(fit->booster, "{\"format\":\"json\"}", &length, &bytes), error));
    *json = lka_copy_text(bytes, length);
    return *json ? LKA_OK : lka_fail_memory(error, length);
}

static lka_status boost(struct fit *fit, const struct lka_xgboost_rows *rows,
                        const struct lka_xgboost_setting *settings, size_t trees, const struct lka_session *session,
                        struct lka_error *error)
{
    LKA_TRY(fill_matrix(fit, rows, error));
    LKA_TRY(start_booster(fit, settings, error));
    for (size_t tree = 0; tree < trees; tree++) {
        LKA_TRY(lka_step(session, "fit", tree, trees, error));
        LKA_TRY(check(fit, fit->api.update(fit->booster, (int)tree, fit->matrix), error));
    }
    return LKA_OK;
}

lka_status lka_xgboost_boost(const struct lka_xgboost_rows *rows, const struct lka_xgboost_setting *settings,
                             size_t trees, const struct lka_session *session, char **json, float *margins,
                             struct lka_error *error)
{
    struct fit fit = {0};
    *json = NULL;
    if (!find_all(&fit.api)) {
        const struct lka_optional_library *library = &lka_optional_libraries[LKA_OPTIONAL_XGBOOST];
        return lka_fail(error, LKA_USAGE,
                        "the family forest is trained by XGBoost, and %s is not installed: apt-get install %s",
                        library->file, library->package);
    }
    lka_status status = boost(&fit, rows, settings, trees, session, error);
    if (status == LKA_OK) {
        status = take_margins(&fit, rows->rows, margins, error);
    }
    if (status == LKA_OK) {
        status = take_model(&fit, json, error);
    }
    if (fit.booster) {
        fit.api.free(fit.booster);
    }
    if (fit.matrix) {
        fit.api.matrix_free(fit.matrix);
    }
    return status;
}
