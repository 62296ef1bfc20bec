/* train/weigh.h: what a reached contact counts for when a model is learned from a CRM: the user's weight, times what
 * corrects for reach (train/reach.h) and, with a pool, for the pool being other people (train/transfer.h). */
#ifndef LKA_TRAIN_WEIGH_H
#define LKA_TRAIN_WEIGH_H

#include "train/power.h"
#include "train/reach.h"
#include "train/transfer.h"

/* In the order of the choices of --weights. */
enum lka_weighing_mode { LKA_WEIGHTS_AUTO, LKA_WEIGHTS_FULL, LKA_WEIGHTS_NONE };

struct lka_weighing {
    enum lka_weighing_mode mode;
    struct lka_reach reach;
    struct lka_transfer transfer;
    bool with_pool;
    size_t trimmed;                 /* contacts whose two corrections together were cut */
    double power;                   /* that the corrections are raised to where the model is fitted */
    struct lka_power_choice powers; /* with LKA_WEIGHTS_AUTO: how it was chosen */
    double effective_own[2];        /* effective numbers by label (1: reactivated), by the user's weights alone */
    double effective[2];            /* as the model is fitted */
    double effective_full[2];       /* by the whole correction, as the model is judged */
};

struct lka_weighing_options {
    enum lka_weighing_mode mode;
    bool keep_columns; /* of a plan of the user's */
    size_t folds;
    size_t repeats;
};

/* Fills learning->weight and learning->judging, and leaves misleading columns out of plan and block. */
lka_status lka_weigh(struct lka_learning *learning, struct lka_plan *plan, const struct lka_weighing_options *options,
                     struct lka_weighing *weighing, struct lka_error *error);
void lka_weighing_release(struct lka_weighing *weighing);

/* NULL when memory is short. */
json_t *lka_weighing_json(const struct lka_learning *learning, const struct lka_weighing *weighing);

#endif
