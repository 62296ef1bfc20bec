#include "base/parameters.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
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

/* ---- one value from text ---------------------------------------------------------------------- */

static lka_status not_allowed(const struct lka_param *param, const char *value, const char *allowed,
                              struct lka_error *error)
{
    char shown[64];
    return lka_fail(error, LKA_USAGE, "--%s: %s is not allowed; allowed: %s", param->key,
                    lka_show(lka_span_of(value), false, shown), allowed);
}

static lka_status set_flag(const struct lka_param *param, bool *target, const char *value, struct lka_error *error)
{
    bool yes = strcmp(value, "true") == 0 || strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "false") != 0 && strcmp(value, "no") != 0) {
        return not_allowed(param, value, "true, false, yes, no", error);
    }
    *target = yes;
    return LKA_OK;
}

static lka_status set_integer(const struct lka_param *param, int64_t *target, const char *value,
                              struct lka_error *error)
{
    int64_t number = 0;
    if (!lka_parse_integer(lka_span_of(value), &number) || (double)number < param->minimum ||
        (double)number > param->maximum) {
        char allowed[96];
        snprintf(allowed, sizeof allowed, "whole numbers from %.0f to %.0f", param->minimum, param->maximum);
        return not_allowed(param, value, allowed, error);
    }
    *target = number;
    return LKA_OK;
}

static lka_status set_number(const struct lka_param *param, double *target, const char *value, struct lka_error *error)
{
    double number = 0;
    if (!lka_parse_number(lka_span_of(value), &number) || number < param->minimum || number > param->maximum) {
        char allowed[96];
        snprintf(allowed, sizeof allowed, "numbers from %g to %g", param->minimum, param->maximum);
        return not_allowed(param, value, allowed, error);
    }
    *target = number;
    return LKA_OK;
}

static lka_status set_choice(const struct lka_param *param, int *target, const char *value, struct lka_error *error)
{
    size_t length = strlen(value);
    int index = 0;
    for (const char *at = param->choices; *at; index++) {
        size_t word = strcspn(at, "|");
        if (word == length && memcmp(at, value, word) == 0) {
            *target = index;
            return LKA_OK;
        }
        at += word + (at[word] == '|');
    }
    return not_allowed(param, value, param->choices, error);
}

static lka_status set_amount(const struct lka_param *param, struct lka_amount *target, const char *value,
                             struct lka_error *error)
{
    struct lka_span text = lka_span_of(value);
    bool percent = text.length > 0 && text.text[text.length - 1] == '%';
    text.length -= percent;
    double number = 0;
    bool fraction = percent || strchr(value, '.') != NULL;
    bool good = lka_parse_number(text, &number) && number > 0;
    double share = percent ? number / 100 : number;
    if (!good || (fraction ? share > 1 : number != floor(number) || number > 9e15)) {
        return not_allowed(param, value, "a share such as 1% or .01, at most 100%, or a whole number of at least 1",
                           error);
    }
    *target = fraction ? (struct lka_amount){share, 0} : (struct lka_amount){0, (uint64_t)number};
    return LKA_OK;
}

static lka_status append_item(struct lka_list *list, const char *value, struct lka_error *error)
{
    char **grown = lka_resize(list->items, list->count + 1, sizeof *grown);
    if (!grown) {
        return lka_fail_memory(error, (list->count + 1) * sizeof *grown);
    }
    list->items = grown;
    grown[list->count] = lka_copy_string(value);
    if (!grown[list->count]) {
        return lka_fail_memory(error, strlen(value));
    }
    list->count++;
    return LKA_OK;
}

static lka_status set_text(char **target, const char *value, struct lka_error *error)
{
    char *copy = lka_copy_string(value);
    if (!copy) {
        return lka_fail_memory(error, strlen(value));
    }
    lka_free(*target);
    *target = copy;
    return LKA_OK;
}

static lka_status set_value(const struct lka_param *param, char *values, const char *value, struct lka_error *error)
{
    void *target = values + param->offset;
    switch (param->type) {
    case LKA_PARAM_FLAG:
        return set_flag(param, target, value, error);
    case LKA_PARAM_INTEGER:
        return set_integer(param, target, value, error);
    case LKA_PARAM_NUMBER:
        return set_number(param, target, value, error);
    case LKA_PARAM_TEXT:
        return *value ? set_text(target, value, error) : not_allowed(param, value, "a value that is not empty", error);
    case LKA_PARAM_LIST:
        return append_item(target, value, error);
    case LKA_PARAM_CHOICE:
        return set_choice(param, target, value, error);
    case LKA_PARAM_AMOUNT:
        return set_amount(param, target, value, error);
    }
    return LKA_OK;
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
            status = set_value(&table->params[i], made->values, table->params[i].initial, error);
        }
    }
    if (status != LKA_OK) {
        lka_options_free(made);
        return status;
    }
    *options = made;
    return LKA_OK;
}

static void free_value(const struct lka_param *param, char *values)
{
    if (param->type == LKA_PARAM_TEXT) {
        lka_free(*(char **)(void *)(values + param->offset));
    } else if (param->type == LKA_PARAM_LIST) {
        struct lka_list *list = (struct lka_list *)(void *)(values + param->offset);
        for (size_t i = 0; i < list->count; i++) {
            lka_free(list->items[i]);
        }
        lka_free(list->items);
    }
}

void lka_options_free(struct lka_options *options)
{
    if (!options) {
        return;
    }
    for (size_t i = 0; options->values && i < options->table->count; i++) {
        free_value(&options->table->params[i], options->values);
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
    LKA_TRY(set_value(param, options->values, value, error));
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

static json_t *choice_json(const char *choices, int index)
{
    for (; index > 0; index--) {
        choices += strcspn(choices, "|") + 1;
    }
    return json_stringn(choices, strcspn(choices, "|"));
}

static json_t *list_json(const struct lka_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(array, lka_json_string(list->items[i]));
    }
    return array;
}

static json_t *amount_json(struct lka_amount amount)
{
    return amount.share > 0 ? json_sprintf("%.15g%%", amount.share * 100) : json_integer((json_int_t)amount.count);
}

static json_t *value_json(const struct lka_param *param, const char *values)
{
    const void *at = values + param->offset;
    switch (param->type) {
    case LKA_PARAM_FLAG:
        return json_boolean(*(const bool *)at);
    case LKA_PARAM_INTEGER:
        return json_integer(*(const int64_t *)at);
    case LKA_PARAM_NUMBER:
        return json_real(*(const double *)at);
    case LKA_PARAM_TEXT:
        return *(char *const *)at ? lka_json_string(*(char *const *)at) : json_null();
    case LKA_PARAM_LIST:
        return list_json(at);
    case LKA_PARAM_CHOICE:
        return choice_json(param->choices, *(const int *)at);
    case LKA_PARAM_AMOUNT:
        return amount_json(*(const struct lka_amount *)at);
    }
    return NULL;
}

json_t *lka_options_json(const struct lka_options *options)
{
    json_t *object = json_object();
    for (size_t i = 0; i < options->table->count; i++) {
        const struct lka_param *param = &options->table->params[i];
        if (json_object_set_new(object, param->key, value_json(param, options->values)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static const size_t sizes[] = {
    [LKA_PARAM_FLAG] = sizeof(bool),
    [LKA_PARAM_INTEGER] = sizeof(int64_t),
    [LKA_PARAM_NUMBER] = sizeof(double),
    [LKA_PARAM_CHOICE] = sizeof(int),
    [LKA_PARAM_TEXT] = sizeof(char *),
    [LKA_PARAM_LIST] = sizeof(struct lka_list),
    [LKA_PARAM_AMOUNT] = sizeof(struct lka_amount),
};

lka_status lka_options_unset(struct lka_options *options, const char *key, struct lka_error *error)
{
    const struct lka_param *param = lka_param_find(options->table, key);
    free_value(param, options->values);
    memset(options->values + param->offset, 0, sizes[param->type]);
    options->given[param - options->table->params] = false;
    return param->initial ? set_value(param, options->values, param->initial, error) : LKA_OK;
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
    memcpy(to->values + target->offset, at, sizes[param->type]);
    to->given[target - to->table->params] = true;
    return LKA_OK;
}

json_t *lka_options_echo(const struct lka_options *options)
{
    static const char *const hidden[] = {"threads", "temporary", "out", "dry-run", "workspace"};
    json_t *echo = lka_options_json(options);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        json_object_del(echo, hidden[i]);
    }
    return echo;
}

lka_status lka_options_copy(struct lka_options *to, const struct lka_options *from, struct lka_error *error)
{
    for (size_t i = 0; i < from->table->count; i++) {
        const struct lka_param *param = &from->table->params[i];
        const struct lka_param *target = lka_param_find(to->table, param->key);
        if (from->given[i] && target && target->type == param->type) {
            LKA_TRY(copy_value(to, param, from->values, error));
        }
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
