/* train/settings.h: the parameters of families as the user sets them: --set family.param=value. */
#ifndef LKA_TRAIN_SETTINGS_H
#define LKA_TRAIN_SETTINGS_H

#include "base/parameters.h"
#include "models/model_family.h"

/* LKA_USAGE for one that no family has, whose value is not allowed, that changes nothing beside the others, or whose family
 * is not `family` ("auto": any may be set). */
lka_status lka_settings_check(const struct lka_list *set, const char *family, struct lka_error *error);

/* Sets those of one family; they were checked. */
lka_status lka_settings_apply(const struct lka_list *set, const struct lka_model_family *family,
                              struct lka_options *options, struct lka_error *error);

#endif
