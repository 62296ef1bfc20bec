/* models/kernel/machine.h: the model that svm, one_class and neighbours end in: axes, perhaps a map of their points,
 * and a sum of kernels.
 *
 * A linear machine is collapsed into one point, the weights, with the coefficient 1.
 */
#ifndef LKA_MODELS_KERNEL_MACHINE_H
#define LKA_MODELS_KERNEL_MACHINE_H

#include "models/kernel/libsvm.h"
#include "models/kernel/sample.h"
#include "models/model_family.h"
#include "table/kernel.h"

struct lka_kernel_machine {
    struct lka_family_model base;
    struct lka_axes axes;
    struct lka_whitening whitening; /* columns 0: points are compared as they are */
    struct lka_kernel_sum sum;
    uint32_t *people; /* by point: how many it is the mean of */
};

/* The radial kernel's gamma, where the user gave none (0): a fifth of 1 / variance. Two people picked at random then
 * have a kernel of exp(-.4): a landmark reaches across the crowd. Landmarks are few, and people are farther from all of
 * them than landmarks are from each other, so narrower kernels rank worse. Chosen on hillstrom, bank-full and
 * bank-additional among .1, .2 and .4 of 1 / variance, which hardly differ; at 1, the usual choice, recall at 10% is 1
 * to 4 points lower. */
double lka_kernel_gamma(double given, double variance);

/* Takes the sample's axes and whitening over, and keeps the landmarks that the support needs. */
lka_status lka_kernel_machine_new(const struct lka_model_family *family, struct lka_kernel_sample *sample,
                                  enum lka_kernel kernel, double gamma, const struct lka_support *support,
                                  struct lka_family_model **model, struct lka_error *error);

/* The slots of a family. */
lka_status lka_kernel_machine_score(const struct lka_family_model *model, const struct lka_block *block,
                                    struct lka_arena *scratch, double *scores, struct lka_error *error);
lka_status lka_kernel_machine_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                                   struct lka_error *error);
lka_status lka_kernel_machine_load(const struct lka_model_family *family, const struct lka_space *space,
                                   const struct lka_tensor_store *store, struct lka_family_model **model,
                                   struct lka_error *error);
void lka_kernel_machine_free(struct lka_family_model *model);

#endif
