/* models/kernel/libsvm.h: what we ask of libsvm (Chang and Lin 2011): the coefficients of a support vector machine for
 * a kernel matrix that we computed. It never computes a kernel value itself, so its answer depends on no libm.
 *
 * What libsvm (3.24) does that we would not: it allocates with malloc and new without checking, so that where memory is
 * short inside it the process dies (it asks for 4 bytes a pair of landmarks, at most 100 MB); it writes to stderr, past
 * its print function, when it stops at its iteration limit of 10 million; its probability estimates and its own
 * cross-validation, neither of which is used, call rand().
 */
#ifndef LKA_MODELS_KERNEL_LIBSVM_H
#define LKA_MODELS_KERNEL_LIBSVM_H

#include "models/model_family.h"

struct lka_support {
    double *coefficients; /* a landmark; 0 for one that is no support vector; caller's room */
    double offset;        /* score = sum of coefficient times kernel - offset; higher is more like the seeds */
};

/* C-SVC: the first `seeds` of `count` landmarks against the others, with a cost of its own for each side. */
lka_status lka_libsvm_separate(const double *matrix, size_t count, size_t seeds, double seed_cost, double other_cost,
                               struct lka_support *support, struct lka_fit_info *info, struct lka_error *error);

/* One-class: at most a share `nu` of the landmarks is left outside. 0 < nu < 1: at 1 the offset would be infinite. */
lka_status lka_libsvm_enclose(const double *matrix, size_t count, double nu, struct lka_support *support,
                              struct lka_fit_info *info, struct lka_error *error);

#endif
