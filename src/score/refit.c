#include "score/refit.h"

#include "base/error.h"
#include "score/inputs.h"
#include "train/train.h"

#include <stdio.h>

/* What a card tells that is not taken over: files, what evaluate says itself, and what the choice ended in. */
static const char *const passed_over[] = {"seeds", "pool",    "crm",    "model", "where",
                                          "id",    "dry-run", "family", "set",   "ids-unique"};

/* Nor where the plan was given: it says all that. */
static const char *const of_learning_a_plan[] = {"as-of", "bins", "max-categories", "type"};

static bool is_passed_over(const char *key, bool plan_given)
{
    for (size_t i = 0; plan_given && i < sizeof of_learning_a_plan / sizeof *of_learning_a_plan; i++) {
        if (strcmp(key, of_learning_a_plan[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++) {
        if (strcmp(key, passed_over[i]) == 0) {
            return true;
        }
    }
    return lka_param_is_of_machine(key);
}

/* ---- the options ------------------------------------------------------------------------------ */

/* A value of a card as --KEY takes it. */
static bool as_text(const json_t *value, char buffer[64], const char **text)
{
    *text = buffer;
    if (json_is_string(value)) {
        *text = json_string_value(value);
    } else if (json_is_boolean(value)) {
        *text = json_is_true(value) ? "true" : "false";
    } else if (json_is_integer(value)) {
        snprintf(buffer, 64, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        snprintf(buffer, 64, "%.17g", json_real_value(value));
    } else {
        return false;
    }
    return true;
}

static bool list_has(const struct lka_list *list, const char *item)
{
    for (size_t i = 0; list && i < list->count; i++) {
        if (strcmp(list->items[i], item) == 0) {
            return true;
        }
    }
    return false;
}

static lka_status set_list(struct lka_options *train, const char *key, const json_t *list, struct lka_error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        if (item && !list_has(lka_options_value(train, key), item)) {
            LKA_TRY(lka_options_set(train, key, item, error));
        }
    }
    return LKA_OK;
}

static lka_status set_parameters(struct lka_options *train, const json_t *parameters, struct lka_error *error)
{
    const char *key;
    json_t *value;
    bool plan_given = json_is_string(json_object_get(parameters, "plan"));
    json_object_foreach((json_t *)(uintptr_t)parameters, key, value)
    {
        char buffer[64];
        const char *text;
        if (is_passed_over(key, plan_given) || !lka_param_find(&lka_train_params, key)) {
            continue;
        }
        if (json_is_array(value)) {
            LKA_TRY(set_list(train, key, value, error));
        } else if (as_text(value, buffer, &text)) {
            LKA_TRY(lka_options_set(train, key, text, error));
        }
    }
    return LKA_OK;
}

/* "--set family.key=value", unless that would change nothing beside the others, which is refused. */
static lka_status set_one(struct lka_options *train, const struct lka_model_family *family,
                          const struct lka_options *settings, const char *key, const char *value,
                          struct lka_error *error)
{
    struct lka_text text = {0};
    char *setting = NULL;
    if (family->idle && family->idle(lka_options_values(settings), key)) {
        return LKA_OK;
    }
    lka_text_format(&text, "%s.%s=%s", family->name, key, value);
    LKA_TRY(lka_text_take(&text, &setting, error));
    lka_status status = lka_options_set(train, "set", setting, error);
    lka_free(setting);
    return status;
}

static lka_status set_settings(struct lka_options *train, const struct lka_model *model, struct lka_options *settings,
                               struct lka_error *error)
{
    json_t *parameters = json_object_get(json_object_get(model->card, "family"), "parameters");
    const char *key;
    json_t *value;
    char buffer[64];
    const char *text;
    json_object_foreach(parameters, key, value)
    {
        if (as_text(value, buffer, &text)) {
            LKA_TRY(lka_options_set(settings, key, text, error));
        }
    }
    json_object_foreach(parameters, key, value)
    {
        if (as_text(value, buffer, &text)) {
            LKA_TRY(set_one(train, model->family, settings, key, text, error));
        }
    }
    return LKA_OK;
}

/* The family that was chosen, and its settings. */
static lka_status set_family(struct lka_options *train, const struct lka_model *model, struct lka_error *error)
{
    struct lka_options *settings;
    LKA_TRY(lka_options_set(train, "family", model->family->name, error));
    LKA_TRY(lka_options_new(model->family->params, &settings, error));
    lka_status status = set_settings(train, model, settings, error);
    lka_options_free(settings);
    return status;
}

static lka_status set_number(struct lka_options *train, const char *key, long long value, struct lka_error *error)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", value);
    return lka_options_set(train, key, number, error);
}

static bool is_of_crm(const struct lka_model *model)
{
    return json_object_get(model->card, "crm") != NULL;
}

static lka_status set_options(struct lka_options *train, const struct lka_refit *refit, struct lka_error *error)
{
    const struct lka_list *seeds = lka_options_value(refit->options, "seeds");
    LKA_TRY(lka_options_copy(train, refit->options, error));
    /* Of evaluate's refits one alone is without those columns: it has them in `without`. */
    LKA_TRY(lka_options_unset(train, "exclude", error));
    /* Nobody saves this model, and the workspace's lock is evaluate's own. */
    LKA_TRY(lka_options_set(train, "dry-run", "true", error));
    LKA_TRY(set_parameters(train, json_object_get(refit->model->card, "parameters"), error));
    LKA_TRY(set_family(train, refit->model, error));
    LKA_TRY(set_number(train, "folds", (long long)refit->model->member_count, error));
    for (size_t i = 0; is_of_crm(refit->model) && i < seeds->count; i++) {
        LKA_TRY(lka_options_set(train, "crm", seeds->items[i], error));
    }
    LKA_TRY(refit->draw > 0 ? set_number(train, "draw", (long long)refit->draw, error) : LKA_OK);
    for (size_t i = 0; i < refit->without->count; i++) {
        if (!list_has(lka_options_value(train, "exclude"), refit->without->items[i])) {
            LKA_TRY(lka_options_set(train, "exclude", refit->without->items[i], error));
        }
    }
    return LKA_OK;
}

/* ---- the tables ------------------------------------------------------------------------------- */

static lka_status open_tables(const struct lka_refit *refit, struct lka_table *seeds, struct lka_table *pool,
                              struct lka_error *error)
{
    LKA_TRY(lka_score_table_open(refit->options, refit->model, "seeds", NULL, seeds, error));
    LKA_TRY(lka_score_table_open(refit->options, refit->model, "pool", NULL, pool, error));
    LKA_TRY(lka_table_filter(pool, refit->options, refit->session, error));
    return refit->rule ? lka_source_filter(seeds->source, refit->rule, &seeds->schema, refit->session, error) : LKA_OK;
}

static lka_status train(const struct lka_refit *refit, const struct lka_options *options, struct lka_model **model,
                        struct lka_error *error)
{
    struct lka_table seeds = {0};
    struct lka_table pool = {0};
    struct lka_session quiet = refit->session ? *refit->session : (struct lka_session){0};
    quiet.warn = NULL; /* of the same tables the user was told */
    struct lka_train_result result = {0};
    lka_status status = open_tables(refit, &seeds, &pool, error);
    if (status == LKA_OK) {
        status = lka_train_tables(options, &seeds, &pool, &quiet, &result, error);
    }
    if (status == LKA_OK) {
        *model = result.model;
        result.model = NULL;
    }
    lka_train_result_release(&result);
    lka_table_close(&seeds);
    lka_table_close(&pool);
    return status;
}

lka_status lka_refit_train(const struct lka_refit *refit, struct lka_model **model, struct lka_error *error)
{
    struct lka_options *options = NULL;
    LKA_TRY(lka_options_new(&lka_train_params, &options, error));
    lka_status status = set_options(options, refit, error);
    if (status == LKA_OK) {
        status = train(refit, options, model, error);
    }
    lka_options_free(options);
    return status;
}

/* ---- what can be told before ------------------------------------------------------------------ */

static bool reads(const struct lka_model *model, const char *name)
{
    for (size_t c = 0; c < lka_plan_column_count(model->plan); c++) {
        if (strcmp(lka_plan_column_name(model->plan, c), name) == 0) {
            return true;
        }
    }
    return false;
}

lka_status lka_refit_check(const struct lka_refit *refit, struct lka_error *error)
{
    const struct lka_list *without = refit->without;
    for (size_t i = 0; i < without->count; i++) {
        if (!reads(refit->model, without->items[i])) {
            return lka_fail(error, LKA_USAGE,
                            "--exclude: the model does not read \"%.60s\"; its columns: lookalike inspect MODEL",
                            without->items[i]);
        }
    }
    return LKA_OK;
}
