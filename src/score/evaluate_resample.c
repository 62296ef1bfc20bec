/* Would other seeds have given another audience? Models of the same family and settings, of seeds drawn anew. */
#include "base/error.h"
#include "base/json.h"
#include "score/evaluation.h"
#include "score/placed.h"

/* ---- tops ------------------------------------------------------------------------------------- */

/* By row its place from 0. */
static lka_status place(const struct lka_collected *pool, size_t *places, struct lka_error *error)
{
    struct lka_placed *placed;
    LKA_TRY(LKA_NEW(placed, pool->count, error));
    for (size_t i = 0; i < pool->count; i++) {
        placed[i] = (struct lka_placed){pool->scores[i], pool->people[i], i};
    }
    lka_placed_sort(placed, pool->count);
    for (size_t i = 0; i < pool->count; i++) {
        places[placed[i].row] = i;
    }
    lka_free(placed);
    return LKA_OK;
}

/* People in both tops over people in either (Jaccard). */
static double agreement(const size_t *a, const size_t *b, size_t count, uint64_t people)
{
    uint64_t both = 0;
    for (size_t i = 0; i < count; i++) {
        both += a[i] < people && b[i] < people;
    }
    return (double)both / (double)(2 * people - both);
}

/* ---- draws ------------------------------------------------------------------------------------ */

struct resampling {
    size_t *own; /* places by the evaluated model */
    size_t *other;
    double sum[LKA_TIERS];
    double least[LKA_TIERS];
};

static lka_status compare(const struct lka_collected *own, const struct lka_collected *drawn,
                          struct resampling *resampling, struct lka_error *error)
{
    bool same = own->count == drawn->count;
    for (size_t i = 0; i < own->count && same; i++) {
        same = own->people[i] == drawn->people[i];
    }
    if (!same) {
        return lka_fail(error, LKA_DATA,
                        "--resample: the models do not score the same people of the pool: rows that one of them "
                        "rejects cannot be compared");
    }
    LKA_TRY(place(drawn, resampling->other, error));
    for (size_t t = 0; t < LKA_TIERS; t++) {
        double alike = agreement(resampling->own, resampling->other, own->count, lka_tier_people(t, own->count));
        resampling->sum[t] += alike;
        resampling->least[t] = alike < resampling->least[t] ? alike : resampling->least[t];
    }
    return LKA_OK;
}

static lka_status draw(struct lka_evaluation *evaluation, int64_t number, struct resampling *resampling,
                       struct lka_error *error)
{
    struct lka_list nothing = {0};
    struct lka_refit refit = lka_evaluation_refit(evaluation, &nothing, NULL);
    refit.draw = number;
    struct lka_collected seeds = {0};
    struct lka_collected pool = {0};
    struct lka_model *model = NULL;
    LKA_TRY(lka_refit_train(&refit, &model, error));
    lka_status status = lka_evaluation_score_by(evaluation, model, NULL, &seeds, &pool, error);
    if (status == LKA_OK) {
        status = compare(&evaluation->pool_scores, &pool, resampling, error);
    }
    lka_collected_release(&seeds);
    lka_collected_release(&pool);
    lka_model_close(model);
    return status;
}

static json_t *resampling_json(const struct resampling *resampling, int64_t draws)
{
    json_t *tiers = json_array();
    for (size_t t = 0; t < LKA_TIERS; t++) {
        if (json_array_append_new(tiers,
                                  json_pack("{s:f, s:f, s:f}", "share", lka_tier_share[t], "jaccard",
                                            resampling->sum[t] / (double)draws, "least", resampling->least[t])) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return json_pack("{s:I, s:o}", "draws", (json_int_t)draws, "tiers", tiers);
}

static lka_status draw_all(struct lka_evaluation *evaluation, int64_t draws, struct resampling *resampling,
                           struct lka_error *error)
{
    size_t count = evaluation->pool_scores.count;
    LKA_TRY(LKA_NEW(resampling->own, count, error));
    LKA_TRY(LKA_NEW(resampling->other, count, error));
    LKA_TRY(place(&evaluation->pool_scores, resampling->own, error));
    for (size_t t = 0; t < LKA_TIERS; t++) {
        resampling->least[t] = 1;
    }
    for (int64_t d = 1; d <= draws; d++) {
        LKA_TRY(lka_step(lka_evaluation_session(evaluation), "resample", (uint64_t)d - 1, (uint64_t)draws, error));
        LKA_TRY(draw(evaluation, d, resampling, error));
    }
    return lka_evaluation_add(evaluation, "resampling", resampling_json(resampling, draws), error);
}

lka_status lka_evaluation_resample(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct resampling resampling = {0};
    int64_t draws = evaluation->options->resample;
    lka_status status = draws > 0 ? draw_all(evaluation, draws, &resampling, error) : LKA_OK;
    lka_free(resampling.own);
    lka_free(resampling.other);
    return status;
}
