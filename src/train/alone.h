/* train/alone.h: what each column tells of who is a seed, alone, before any model: how often it is there, how far seeds
 * and others differ in it, and how well it would rank held-out seeds. A column of several features (a date, a list) is
 * as telling as the feature that tells most.
 */
#ifndef LKA_TRAIN_ALONE_H
#define LKA_TRAIN_ALONE_H

#include "table/information.h"
#include "train/learning.h"

#include <jansson.h>

struct lka_alone {
    bool has_missing;  /* of a list nobody knows whether an item is absent or unknown */
    double present[2]; /* share of the others, and of the seeds, that have a value */
    size_t feature;    /* the one that tells most */
    struct lka_information information;
    double auc;  /* of held-out seeds against held-out others, by that column alone; ties half */
    size_t only; /* a feature with a value that seeds alone have; SIZE_MAX: none has */
    uint16_t only_code;
    double only_seeds; /* how many seeds have it: at least 10 */
};

/* `alone` has room for one a column of the plan. */
lka_status lka_alone_measure(const struct lka_learning *learning, const struct lka_plan *plan, struct lka_alone *alone,
                             struct lka_error *error);

#endif
