/* base/parameter_value.h: one value of a set, of the type that its parameter says, at param->offset of `values`. */
#ifndef LKA_BASE_PARAMETER_VALUE_H
#define LKA_BASE_PARAMETER_VALUE_H

#include "lookalike/base.h"

#include <jansson.h>

/* From text; a list gets one item more. LKA_USAGE says what is allowed. */
lka_status lka_param_set(const struct lka_param *param, char *values, const char *value, struct lka_error *error);

json_t *lka_param_json(const struct lka_param *param, const char *values); /* NULL when memory is short */

/* Frees what it owns, and leaves zeros. */
void lka_param_clear(const struct lka_param *param, char *values);
size_t lka_param_size(const struct lka_param *param); /* bytes */

#endif
