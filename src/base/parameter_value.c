#include "base/parameter_value.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

/* ---- from text -------------------------------------------------------------------------------- */

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

lka_status lka_param_set(const struct lka_param *param, char *values, const char *value, struct lka_error *error)
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

/* ---- out again -------------------------------------------------------------------------------- */

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

json_t *lka_param_json(const struct lka_param *param, const char *values)
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

/* ---- as bytes ----------------------------------------------------------------------------------- */

static const size_t sizes[] = {
    [LKA_PARAM_FLAG] = sizeof(bool),
    [LKA_PARAM_INTEGER] = sizeof(int64_t),
    [LKA_PARAM_NUMBER] = sizeof(double),
    [LKA_PARAM_CHOICE] = sizeof(int),
    [LKA_PARAM_TEXT] = sizeof(char *),
    [LKA_PARAM_LIST] = sizeof(struct lka_list),
    [LKA_PARAM_AMOUNT] = sizeof(struct lka_amount),
};

size_t lka_param_size(const struct lka_param *param)
{
    return sizes[param->type];
}

void lka_param_clear(const struct lka_param *param, char *values)
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
    memset(values + param->offset, 0, sizes[param->type]);
}
