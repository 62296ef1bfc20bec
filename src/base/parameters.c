#include "base/parameters.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parameter_value.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

struct lka_options {
    const struct lka_param_table *table;
    char *values; /* table->size bytes */
    bool *given;  /* by parameter */
};

const struct lka_param *lka_param_find(const struct lka_param_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->params[i].key, key) == 0) {
            return &table->params[i];
        }
    }
    return NULL;
}

static bool is_among(const char *key, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool lka_param_is_of_machine(const char *key)
{
    static const char *const keys[] = {"threads", "memory", "temporary"};
    return is_among(key, keys, sizeof keys / sizeof *keys);
}

/* ---- a set of values -------------------------------------------------------------------------- */

lka_status lka_options_new(const struct lka_param_table *table, struct lka_options **options, struct lka_error *error)
{
    *options = NULL;
    struct lka_options *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->table = table;
    lka_status status = LKA_NEW(made->values, table->size, error);
    if (status == LKA_OK) {
        status = LKA_NEW(made->given, table->count, error);
    }
    for (size_t i = 0; i < table->count && status == LKA_OK; i++) {
        if (table->params[i].initial) {
            status = lka_param_set(&table->params[i], made->values, table->params[i].initial, error);
        }
    }
    if (status != LKA_OK) {
        lka_options_free(made);
        return status;
    }
    *options = made;
    return LKA_OK;
}

void lka_options_free(struct lka_options *options)
{
    if (!options) {
        return;
    }
    for (size_t i = 0; options->values && i < options->table->count; i++) {
        lka_param_clear(&options->table->params[i], options->values);
    }
    lka_free(options->values);
    lka_free(options->given);
    lka_free(options);
}

static lka_status unknown_key(const struct lka_param_table *table, const char *key, struct lka_error *error)
{
    const char *names[128];
    size_t count = 0;
    for (; count < table->count && count < 128; count++) {
        names[count] = table->params[count].key;
    }
    const char *nearest = lka_nearest(key, names, count);
    return lka_fail(error, LKA_USAGE, "%s has no parameter \"%.60s\"%s%s%s", table->name, key,
                    nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

lka_status lka_options_set(struct lka_options *options, const char *key, const char *value, struct lka_error *error)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    if (!param) {
        return unknown_key(options->table, key, error);
    }
    LKA_TRY(lka_param_set(param, options->values, value, error));
    options->given[param - options->table->params] = true;
    return LKA_OK;
}

lka_status lka_options_check(const struct lka_options *options, struct lka_error *error)
{
    char missing[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < options->table->count; i++) {
        const struct lka_param *param = &options->table->params[i];
        if (param->required && !options->given[i] && used < sizeof missing - 1) {
            used += (size_t)snprintf(missing + used, sizeof missing - used, "%s--%s %s", used ? ", " : "", param->key,
                                     param->unit);
        }
    }
    return used ? lka_fail(error, LKA_USAGE, "%s needs %s", options->table->name, missing) : LKA_OK;
}

const void *lka_options_values(const struct lka_options *options)
{
    return options->values;
}

const struct lka_param_table *lka_options_table(const struct lka_options *options)
{
    return options->table;
}

const void *lka_options_value(const struct lka_options *options, const char *key)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    return param ? options->values + param->offset : NULL;
}

const char *lka_options_text(const struct lka_options *options, const char *key)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    char *const *text = lka_options_value(options, key);
    return text && param->type == LKA_PARAM_TEXT ? *text : NULL;
}

int64_t lka_options_integer(const struct lka_options *options, const char *key)
{
    const int64_t *number = lka_options_value(options, key);
    return number ? *number : 0;
}

const char *lka_options_target(const struct lka_options *options, const char *key)
{
    const bool *dry = lka_options_value(options, "dry-run");
    const char *path = lka_options_text(options, key);
    return path && dry && *dry ? "/dev/null" : path;
}

bool lka_options_given(const struct lka_options *options, const char *key)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    return param && options->given[param - options->table->params];
}

/* ---- values out again ------------------------------------------------------------------------- */

json_t *lka_options_json(const struct lka_options *options)
{
    json_t *object = json_object();
    for (size_t i = 0; i < options->table->count; i++) {
        const struct lka_param *param = &options->table->params[i];
        if (json_object_set_new(object, param->key, lka_param_json(param, options->values)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

lka_status lka_options_unset(struct lka_options *options, const char *key, struct lka_error *error)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    lka_param_clear(param, options->values);
    options->given[param - options->table->params] = false;
    return param->initial ? lka_param_set(param, options->values, param->initial, error) : LKA_OK;
}

static lka_status copy_value(struct lka_options *to, const struct lka_param *param, const char *values,
                             struct lka_error *error)
{
    const void *at = values + param->offset;
    if (param->type == LKA_PARAM_TEXT) {
        return lka_options_set(to, param->key, *(char *const *)at, error);
    }
    if (param->type == LKA_PARAM_LIST) {
        const struct lka_list *list = at;
        for (size_t i = 0; i < list->count; i++) {
            LKA_TRY(lka_options_set(to, param->key, list->items[i], error));
        }
        return LKA_OK;
    }
    const struct lka_param *target = lka_param_find(to->table, param->key);
    memcpy(to->values + target->offset, at, lka_param_size(param));
    to->given[target - to->table->params] = true;
    return LKA_OK;
}

json_t *lka_options_echo(const struct lka_options *options)
{
    static const char *const places[] = {"out", "dry-run", "workspace"};
    json_t *echo = lka_options_json(options);
    for (size_t i = 0; i < options->table->count; i++) {
        const char *key = options->table->params[i].key;
        if (lka_param_is_of_machine(key) || is_among(key, places, sizeof places / sizeof *places)) {
            json_object_del(echo, key);
        }
    }
    return echo;
}

lka_status lka_options_copy_one(struct lka_options *to, const struct lka_options *from, const char *key,
                                struct lka_error *error)
{
    const struct lka_param *param = lka_param_find(from->table, key);
    const struct lka_param *target = lka_param_find(to->table, key);
    bool fits = param && target && target->type == param->type;
    return fits && lka_options_given(from, key) ? copy_value(to, param, from->values, error) : LKA_OK;
}

lka_status lka_options_copy(struct lka_options *to, const struct lka_options *from, struct lka_error *error)
{
    for (size_t i = 0; i < from->table->count; i++) {
        LKA_TRY(lka_options_copy_one(to, from, from->table->params[i].key, error));
    }
    return LKA_OK;
}

uint64_t lka_amount_of(struct lka_amount amount, uint64_t total)
{
    if (amount.share <= 0) {
        return amount.count < total ? amount.count : total;
    }
    /* 1% of 5,700 is 57, though .01 * 5700 is a hair above it. */
    double exact = amount.share * (double)total;
    double rounded = ceil(exact * (1 - 4 * DBL_EPSILON));
    uint64_t count = rounded < 1 ? 1 : (uint64_t)rounded;
    return count < total ? count : total;
}
