/* tests/logistic_by_hand.h: what the file of a fit of `logistic` would hold, made by hand. Include it behind FEATURES and CODES
 * (of each feature). */
#ifndef LKA_TESTS_LOGISTIC_BY_HAND_H
#define LKA_TESTS_LOGISTIC_BY_HAND_H

#include "models/model_family.h"

#include <string.h>

struct logistic_tensors {
    double intercept;
    double slope[FEATURES];
    double table[FEATURES * CODES];
};

static inline lka_status logistic_tensor(const void *user, const char *name, enum lka_tensor_type type,
                                         struct lka_tensor *tensor, struct lka_error *error)
{
    const struct logistic_tensors *tensors = user;
    (void)type, (void)error;
    *tensor = strcmp(name, "intercept") == 0 ? (struct lka_tensor){LKA_TENSOR_F64, 1, 1, &tensors->intercept}
              : strcmp(name, "slope") == 0   ? (struct lka_tensor){LKA_TENSOR_F64, 1, FEATURES, tensors->slope}
                                             : (struct lka_tensor){LKA_TENSOR_F64, 1, FEATURES * CODES, tensors->table};
    return LKA_OK;
}

#endif
