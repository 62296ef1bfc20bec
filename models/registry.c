/* Every family there is: a line here, a folder beside this file. */
#include "models/model_family.h"

extern const struct lka_model_family lka_centroid_family;
extern const struct lka_model_family lka_logistic_family;
extern const struct lka_model_family lka_svm_family;
extern const struct lka_model_family lka_one_class_family;
extern const struct lka_model_family lka_neighbours_family;
extern const struct lka_model_family lka_forest_family;
extern const struct lka_model_family lka_blend_family;

const struct lka_model_family *const lka_families[] = {
    &lka_centroid_family,   &lka_logistic_family, &lka_svm_family,   &lka_one_class_family,
    &lka_neighbours_family, &lka_forest_family,   &lka_blend_family,
};
const size_t lka_family_count = sizeof lka_families / sizeof *lka_families;

const struct lka_model_family *lka_family_find(const char *name)
{
    for (size_t i = 0; i < lka_family_count; i++) {
        if (strcmp(lka_families[i]->name, name) == 0) {
            return lka_families[i];
        }
    }
    return NULL;
}

bool lka_family_tells_log_odds(const struct lka_family_model *model)
{
    const struct lka_model_family *family = model->family;
    return (family->flags & LKA_FAMILY_LOG_ODDS) && (!family->tells_log_odds || family->tells_log_odds(model));
}

const char *lka_family_idle(const struct lka_model_family *family, const struct lka_options *options, const char **key)
{
    const char *why = NULL;
    for (size_t i = 0; i < family->params->count && family->idle && !why; i++) {
        *key = family->params->params[i].key;
        why = lka_options_given(options, *key) ? family->idle(lka_options_values(options), *key) : NULL;
    }
    return why;
}
