/* train/transfer.h: from the contacts of a CRM to the prospects of a pool.
 *
 * Prospects are not like contacts. Columns that tell the CRM from the pool but not responders from silent are left out
 * of the features: what a model makes of them is noise, and noise where the pool is. What difference is left is
 * weighed: a contact counts p(x | pool) / p(x | CRM), from the cross-fitted log odds of pool against CRM (Shimodaira
 * 2000), cut at ten times the mean. Where CRM and pool hardly overlap a few contacts would count for all: the ratio is
 * then flattened, to a power of 1/2, 1/4, 1/8 or 0, until those reactivated are worth a fifth of their number.
 */
#ifndef LKA_TRAIN_TRANSFER_H
#define LKA_TRAIN_TRANSFER_H

#include "train/learning.h"
#include "train/metrics.h"

#include <jansson.h>

struct lka_transfer {
    struct lka_ranking domain; /* pool against CRM by all columns, held out */
    struct lka_ranking rest;   /* by those that are left */
    json_t *left_out;          /* [{"name", "shift", "response"}]; see lka_transfer_screen */
    size_t trimmed;
    double power; /* 1 unless the ratio had to be flattened */
};

/* Drops from plan and block the columns that tell CRM from pool (population stability index of .1 or more, with what
 * chance gives taken off) but not responders from silent (train/screen.h). `keep_all`: only lists them. One column
 * stays in any case. */
lka_status lka_transfer_screen(struct lka_learning *learning, struct lka_plan *plan, bool keep_all,
                               struct lka_transfer *transfer, struct lka_error *error);

/* Multiplies the weight of every reached contact by its importance in the pool. */
lka_status lka_transfer_weigh(const struct lka_learning *learning, double *weight, struct lka_transfer *transfer,
                              struct lka_error *error);
void lka_transfer_release(struct lka_transfer *transfer);

/* NULL when memory is short. */
json_t *lka_transfer_json(const struct lka_transfer *transfer);

#endif
