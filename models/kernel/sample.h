/* models/kernel/sample.h: whom a kernel machine learns from: landmarks of the seeds and, where the family wants them,
 * of the unlabelled.
 *
 * A mean of ten people lies nearer to the middle than they do, the more so the fewer people they were picked from:
 * landmarks of few seeds and of many unlabelled would be told apart by that alone. The unlabelled are therefore
 * treated exactly as the seeds are, bag by bag: as many people as there are seeds, at random, give as many landmarks.
 * Bags share nobody, so one person is in one landmark at most. Recall at 10% on hillstrom, bank-full and bank-
 * additional, with half of the positives hidden, is 18, 36 and 47% this way, and 18, 35 and 44% with landmarks of all
 * unlabelled at once; with five times the gamma 17, 35 and 42%, and 13, 29 and 36%.
 */
#ifndef LKA_MODELS_KERNEL_SAMPLE_H
#define LKA_MODELS_KERNEL_SAMPLE_H

#include "models/kernel/whitening.h"
#include "models/model_family.h"
#include "table/landmarks.h"

/* How distances are taken: on axes stretched by `factor`, by feature (NULL: all 1), and then Mahalanobis's, if
 * whitened. */
struct lka_kernel_metric {
    const double *factor;
    bool whitened;
};

struct lka_kernel_sample {
    struct lka_axes axes;
    struct lka_whitening whitening; /* where the metric is whitened: landmarks are then of images */
    struct lka_landmarks landmarks; /* the seeds' first */
    size_t seeds;                   /* how many of them are the seeds' */
    double variance;                /* of people, over all columns: what distances are measured by */
};

/* `most` landmarks of each kind, at most. LKA_DATA where fewer than 10 people are there to make one from, or where
 * there are too many columns to whiten. */
lka_status lka_kernel_sample_draw(struct lka_kernel_sample *sample, const struct lka_fit_input *input, size_t most,
                                  bool with_unlabelled, struct lka_kernel_metric metric, struct lka_error *error);
void lka_kernel_sample_release(struct lka_kernel_sample *sample);

#endif
