#include "train/reach.h"

#include "base/elementary.h"
#include "base/json.h"
#include "train/odds.h"

/* No figure is told of fewer people than that. */
enum { FLOOR_OF_PEOPLE = 100, FEWEST = 10 };

/* ---- values that nobody was reached of -------------------------------------------------------- */

static lka_status name_value(const struct lka_learning *learning, const struct lka_plan *plan, size_t feature,
                             uint16_t code, size_t people, json_t *never, struct lka_error *error)
{
    const struct lka_feature *of = &learning->block.space->features[feature];
    struct lka_text value = {0};
    lka_plan_describe(plan, feature, code, 0.0 / 0.0, &value);
    json_t *row = value.failed ? NULL
                               : json_pack("{s:o, s:o, s:I}", "feature", lka_json_string(of->name), "value",
                                           lka_json_string(value.bytes), "people", (json_int_t)people);
    lka_text_release(&value);
    if (json_array_append_new(never, row) != 0) {
        return lka_fail_memory(error, 64);
    }
    return LKA_OK;
}

static lka_status name_values_of(const struct lka_learning *learning, const struct lka_plan *plan, size_t feature,
                                 size_t *counts, json_t *never, struct lka_error *error)
{
    const uint16_t *codes = lka_block_codes(&learning->block, feature);
    size_t width = learning->block.space->features[feature].codes;
    size_t reached = learning->seeds + learning->pool;
    for (size_t i = 0; i < reached + learning->unreached; i++) {
        counts[(i < reached ? 0 : width) + codes[i]]++;
    }
    for (size_t code = 0; code < width; code++) {
        if (counts[code] == 0 && counts[width + code] >= FLOOR_OF_PEOPLE) {
            LKA_TRY(name_value(learning, plan, feature, (uint16_t)code, counts[width + code], never, error));
        }
    }
    return LKA_OK;
}

static lka_status name_never_reached(const struct lka_learning *learning, const struct lka_plan *plan,
                                     struct lka_reach *reach, struct lka_error *error)
{
    reach->never = json_array();
    if (!reach->never) {
        return lka_fail_memory(error, 64);
    }
    for (size_t f = 0; f < learning->block.space->count; f++) {
        size_t *counts;
        LKA_TRY(LKA_NEW(counts, 2 * (size_t)learning->block.space->features[f].codes, error));
        lka_status status = name_values_of(learning, plan, f, counts, reach->never, error);
        lka_free(counts);
        LKA_TRY(status);
    }
    return LKA_OK;
}

static void warn_of_never(const struct lka_learning *learning, const struct lka_reach *reach)
{
    size_t count = json_array_size(reach->never);
    if (count > 0) {
        const json_t *first = json_array_get(reach->never, 0);
        lka_warn(learning->session,
                 "of %zu value%s nobody was reached, so nothing was learned about those people; the first: %.60s is "
                 "%.60s, %lld people",
                 count, count == 1 ? "" : "s", json_string_value(json_object_get(first, "feature")),
                 json_string_value(json_object_get(first, "value")),
                 (long long)json_integer_value(json_object_get(first, "people")));
    }
}

/* ---- e(x) ------------------------------------------------------------------------------------- */

/* What a sampled contact stands for, by row. */
static void fill_sets(const struct lka_learning *learning, uint32_t *rows, double *stands_for)
{
    size_t silent_end = learning->seeds + learning->pool;
    for (size_t i = 0; i < silent_end + learning->unreached; i++) {
        enum lka_group group = i < learning->seeds ? LKA_REACTIVATED : i < silent_end ? LKA_SILENT : LKA_UNREACHED;
        rows[i] = (uint32_t)i;
        stands_for[i] = learning->stands_for[group];
    }
}

static double share_reached(const struct lka_learning *learning)
{
    double reached = (double)learning->seeds * learning->stands_for[LKA_REACTIVATED] +
                     (double)learning->pool * learning->stands_for[LKA_SILENT];
    return reached / (reached + (double)learning->unreached * learning->stands_for[LKA_UNREACHED]);
}

static void apply(const struct lka_odds *odds, size_t reached, struct lka_reach *reach, double *weight)
{
    reach->known = true;
    reach->auc = odds->ranking.auc;
    reach->floor = reach->share < .5 ? reach->share / 5 : .1;
    for (size_t i = 0; i < reached; i++) {
        double propensity = 1 / (1 + lka_exp(-odds->log_odds[i]));
        reach->floored += propensity < reach->floor;
        weight[i] *= reach->share / (propensity < reach->floor ? reach->floor : propensity);
    }
}

static lka_status learn(const struct lka_learning *learning, double *weight, struct lka_reach *reach,
                        struct lka_error *error)
{
    size_t reached = learning->seeds + learning->pool;
    uint32_t *rows;
    double *stands_for = NULL;
    struct lka_odds odds = {0};
    LKA_TRY(LKA_NEW(rows, reached + learning->unreached, error));
    lka_status status = LKA_NEW(stands_for, reached + learning->unreached, error);
    if (status == LKA_OK) {
        struct lka_odds_sets sets = {rows, reached, learning->unreached, stands_for, "reach"};
        fill_sets(learning, rows, stands_for);
        status = lka_odds_learn(learning, &sets, &odds, error);
    }
    if (status == LKA_OK) {
        apply(&odds, reached, reach, weight);
    }
    lka_odds_release(&odds);
    lka_free(stands_for);
    lka_free(rows);
    return status;
}

lka_status lka_reach_weigh(const struct lka_learning *learning, const struct lka_plan *plan, double *weight,
                           struct lka_reach *reach, struct lka_error *error)
{
    *reach = (struct lka_reach){.share = share_reached(learning), .auc = .5};
    LKA_TRY(name_never_reached(learning, plan, reach, error));
    warn_of_never(learning, reach);
    if (learning->unreached < FEWEST) {
        lka_warn(learning->session, "%s: reach weights can't be learned, every reached contact counts the same",
                 learning->unreached == 0 ? "no contact is of the group unreached"
                                          : "fewer than 10 contacts are of the group unreached");
        return LKA_OK;
    }
    return learn(learning, weight, reach, error);
}

void lka_reach_release(struct lka_reach *reach)
{
    json_decref(reach->never);
    *reach = (struct lka_reach){0};
}

json_t *lka_reach_json(const struct lka_reach *reach)
{
    return json_pack("{s:b, s:f, s:f, s:f, s:I, s:O}", "known", reach->known, "share", reach->share, "auc", reach->auc,
                     "floor", reach->floor, "floored", (json_int_t)reach->floored, "never_reached", reach->never);
}
