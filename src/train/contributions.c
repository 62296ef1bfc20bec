/* What each feature adds to a row's score, by the same rule that scores it (train/model.h). */
#include "train/model.h"

bool lka_model_explains(const struct lka_model *model)
{
    const struct lka_model_family *family = model->family;
    bool all = family->contributions != NULL;
    for (size_t m = 0; all && family->explains && m < lka_model_fit_count(model); m++) {
        all = family->explains(model->members[m]);
    }
    return all;
}

/* Adds a share of what one model says. */
static lka_status add(const struct lka_family_model *one, const struct lka_block *block, double share, double *adds,
                      double *base, struct lka_error *error)
{
    size_t cells = block->count * block->space->count;
    double own_base = 0;
    double *own;
    LKA_TRY(LKA_NEW(own, cells, error));
    lka_status status = one->family->contributions(one, block, own, &own_base, error);
    for (size_t i = 0; i < cells && status == LKA_OK; i++) {
        adds[i] += share * own[i];
    }
    *base += share * own_base;
    lka_free(own);
    return status;
}

lka_status lka_model_contributions(const struct lka_model *model, const struct lka_block *block, size_t member,
                                   double *adds, double *base, struct lka_error *error)
{
    memset(adds, 0, block->count * block->space->count * sizeof *adds);
    *base = 0;
    struct lka_fits fits = lka_model_fits(model, member);
    if (member == model->member_count && model->mean) {
        return add(model->mean, block, 1, adds, base, error);
    }
    for (size_t f = 0; f < fits.count; f++) {
        LKA_TRY(add(model->members[fits.first + f], block, 1 / (double)fits.count, adds, base, error));
    }
    return LKA_OK;
}
