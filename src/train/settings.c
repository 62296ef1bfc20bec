#include "train/settings.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/* "logistic.l2=10" in its parts; text that is too long is cut, and so fits nothing. */
struct setting {
    char family[32];
    char key[64];
    const char *value;
};

static bool take_apart(const char *item, struct setting *setting)
{
    const char *point = strchr(item, '.');
    const char *equals = point ? strchr(point, '=') : NULL;
    if (!equals) {
        return false;
    }
    snprintf(setting->family, sizeof setting->family, "%.*s", (int)(point - item), item);
    snprintf(setting->key, sizeof setting->key, "%.*s", (int)(equals - point - 1), point + 1);
    setting->value = equals + 1;
    return true;
}

/* Says which --set it was: lka_options_set speaks of --key. */
static lka_status set_one(struct lka_options *options, const struct setting *setting, struct lka_error *error)
{
    struct lka_error problem = {0};
    lka_status status = lka_options_set(options, setting->key, setting->value, &problem);
    if (status == LKA_USAGE) {
        bool known = strncmp(problem.message, "--", 2) == 0;
        return lka_fail(error, LKA_USAGE, "--set%s%s%s%.800s", known ? " " : ": ", known ? setting->family : "",
                        known ? "." : "", problem.message + (known ? 2 : 0));
    }
    return status == LKA_OK ? LKA_OK : lka_fail(error, status, "%.1000s", problem.message);
}

static lka_status check_one(const char *item, const char *wanted, struct lka_error *error)
{
    struct setting setting;
    const struct lka_model_family *family = NULL;
    if (take_apart(item, &setting)) {
        family = lka_family_find(setting.family);
    }
    if (!family) {
        return lka_fail(error, LKA_USAGE,
                        "--set: \"%.60s\" is not allowed; allowed: FAMILY.PARAM=VALUE with a model family's name",
                        item);
    }
    if (strcmp(wanted, "auto") != 0 && strcmp(wanted, setting.family) != 0) {
        return lka_fail(error, LKA_USAGE, "--set: \"%.60s\" would change nothing: the family is %s (--family)", item,
                        wanted);
    }
    struct lka_options *options;
    LKA_TRY(lka_options_new(family->params, &options, error));
    lka_status status = set_one(options, &setting, error);
    lka_options_free(options);
    return status;
}

/* What is set of a family, together. */
static lka_status check_together(const struct lka_list *set, const struct lka_model_family *family,
                                 struct lka_error *error)
{
    struct lka_options *options;
    const char *key;
    LKA_TRY(lka_options_new(family->params, &options, error));
    lka_status status = lka_settings_apply(set, family, options, error);
    const char *why = status == LKA_OK ? lka_family_idle(family, options, &key) : NULL;
    if (why) {
        status = lka_fail(error, LKA_USAGE, "--set %s.%s would change nothing: %s", family->name, key, why);
    }
    lka_options_free(options);
    return status;
}

lka_status lka_settings_check(const struct lka_list *set, const char *family, struct lka_error *error)
{
    for (size_t i = 0; i < set->count; i++) {
        LKA_TRY(check_one(set->items[i], family, error));
    }
    for (size_t f = 0; f < lka_family_count && set->count > 0; f++) {
        LKA_TRY(check_together(set, lka_families[f], error));
    }
    return LKA_OK;
}

lka_status lka_settings_apply(const struct lka_list *set, const struct lka_model_family *family,
                              struct lka_options *options, struct lka_error *error)
{
    for (size_t i = 0; i < set->count; i++) {
        struct setting setting;
        if (take_apart(set->items[i], &setting) && strcmp(setting.family, family->name) == 0) {
            LKA_TRY(set_one(options, &setting, error));
        }
    }
    return LKA_OK;
}
