#include "train/weigh.h"

#include "base/elementary.h"
#include "train/weights.h"

/* Nobody counts more than so many times the mean, both corrections taken together. */
enum { MOST = 20 };

static double own_weight(const struct lka_learning *learning, size_t row)
{
    return learning->given[row] * learning->stands_for[row < learning->seeds ? LKA_REACTIVATED : LKA_SILENT];
}

/* The user's weight times a power of the correction. */
static void combine(const struct lka_learning *learning, const double *correction, double power, double *weight)
{
    size_t reached = learning->seeds + learning->pool;
    for (size_t i = 0; i < reached; i++) {
        weight[i] = own_weight(learning, i) * (power == 0 ? 1 : lka_exp(power * lka_log(correction[i])));
    }
    (void)lka_weights_trim(weight, reached, (double)reached + 1);
}

static void measure(const struct lka_learning *learning, const double *weight, double effective[2])
{
    effective[1] = lka_weights_effective(weight, learning->seeds);
    effective[0] = lka_weights_effective(weight + learning->seeds, learning->pool);
}

static lka_status check_counting(const struct lka_learning *learning, struct lka_error *error)
{
    const size_t rows[] = {learning->pool, learning->seeds};
    size_t counting[2] = {0, 0};
    for (size_t i = 0; i < learning->seeds + learning->pool; i++) {
        counting[learning->label[i]] += learning->given[i] > 0;
    }
    int fewer = counting[1] < LKA_FEWEST;
    return counting[fewer] >= LKA_FEWEST
               ? LKA_OK
               : lka_fail(error, LKA_DATA,
                          "of %zu contacts of the group %s that can be learned from %zu have a weight above 0; at "
                          "least %d are needed",
                          rows[fewer], lka_group_names[fewer ? LKA_REACTIVATED : LKA_SILENT], counting[fewer],
                          LKA_FEWEST);
}

static lka_status correct(struct lka_learning *learning, struct lka_plan *plan,
                          const struct lka_weighing_options *options, double *correction, struct lka_weighing *weighing,
                          struct lka_error *error)
{
    size_t reached = learning->seeds + learning->pool;
    for (size_t i = 0; i < reached; i++) {
        correction[i] = 1;
    }
    LKA_TRY(lka_reach_weigh(learning, plan, correction, &weighing->reach, error));
    if (weighing->with_pool) { /* reach may depend on columns that say nothing of the response */
        LKA_TRY(lka_transfer_screen(learning, plan, options->keep_columns, &weighing->transfer, error));
        LKA_TRY(lka_transfer_weigh(learning, correction, &weighing->transfer, error));
    }
    weighing->trimmed = lka_weights_trim(correction, reached, MOST);
    return LKA_OK;
}

static lka_status choose_power(struct lka_learning *learning, const double *correction,
                               const struct lka_weighing_options *options, struct lka_weighing *weighing,
                               struct lka_error *error)
{
    size_t rows = learning->block.count;
    double *weights[LKA_POWERS];
    LKA_TRY(LKA_NEW(weights[0], LKA_POWERS * rows, error));
    for (size_t p = 0; p < LKA_POWERS; p++) {
        weights[p] = weights[0] + p * rows;
        combine(learning, correction, lka_powers[p], weights[p]);
    }
    lka_status status = lka_power_choose(learning, weights, options->folds, options->repeats, &weighing->powers, error);
    weighing->power = lka_powers[weighing->powers.chosen];
    lka_free(weights[0]);
    return status;
}

/* Weights of the user's are taken as they are; but where a tenth of a group or less is left, they are not what was
 * meant. */
static void warn_of_extremes(const struct lka_learning *learning, const struct lka_weighing *weighing)
{
    static const char *const groups[] = {"silent", "reactivated"};
    const size_t rows[] = {learning->pool, learning->seeds};
    for (int label = 1; label >= 0; label--) {
        if (weighing->effective_own[label] <= (double)rows[label] / 10) {
            lka_warn(
                learning->session,
                "the column of weights makes %zu %s contacts count as %.1f: a few extreme weights decide everything",
                rows[label], groups[label], weighing->effective_own[label]);
        }
    }
}

static lka_status fill(struct lka_learning *learning, struct lka_plan *plan, double *correction,
                       const struct lka_weighing_options *options, struct lka_weighing *weighing,
                       struct lka_error *error)
{
    LKA_TRY(correct(learning, plan, options, correction, weighing, error));
    LKA_TRY(LKA_NEW(learning->weight, learning->block.count, error));
    LKA_TRY(LKA_NEW(learning->judging, learning->block.count, error));
    combine(learning, correction, 0, learning->weight);
    measure(learning, learning->weight, weighing->effective_own);
    warn_of_extremes(learning, weighing);
    combine(learning, correction, 1, learning->judging);
    measure(learning, learning->judging, weighing->effective_full);
    weighing->power = options->mode == LKA_WEIGHTS_NONE ? 0 : 1;
    combine(learning, correction, weighing->power, learning->weight);
    if (options->mode == LKA_WEIGHTS_AUTO) {
        LKA_TRY(choose_power(learning, correction, options, weighing, error));
    }
    measure(learning, learning->weight, weighing->effective);
    return LKA_OK;
}

lka_status lka_weigh(struct lka_learning *learning, struct lka_plan *plan, const struct lka_weighing_options *options,
                     struct lka_weighing *weighing, struct lka_error *error)
{
    double *correction;
    *weighing = (struct lka_weighing){.mode = options->mode, .with_pool = learning->prospects > 0};
    LKA_TRY(check_counting(learning, error));
    LKA_TRY(LKA_NEW(correction, learning->seeds + learning->pool, error));
    lka_status status = fill(learning, plan, correction, options, weighing, error);
    lka_free(correction);
    return status;
}

void lka_weighing_release(struct lka_weighing *weighing)
{
    lka_reach_release(&weighing->reach);
    lka_transfer_release(&weighing->transfer);
    *weighing = (struct lka_weighing){0};
}

static json_t *effective_json(size_t rows, const struct lka_weighing *weighing, int label)
{
    return json_pack("{s:I, s:f, s:f, s:f}", "rows", (json_int_t)rows, "own_weights", weighing->effective_own[label],
                     "fitted", weighing->effective[label], "full_weights", weighing->effective_full[label]);
}

/* [{"power", "deviance", "behind", "standard_error"}] */
static json_t *powers_json(const struct lka_power_choice *choice)
{
    json_t *array = json_array();
    for (size_t p = 0; p < LKA_POWERS; p++) {
        json_t *row = json_pack("{s:f, s:f, s:f, s:f}", "power", lka_powers[p], "deviance", -choice->worth[p], "behind",
                                choice->behind[p], "standard_error", choice->standard_error[p]);
        if (json_array_append_new(array, row) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *lka_weighing_json(const struct lka_learning *learning, const struct lka_weighing *weighing)
{
    static const char *const modes[] = {"auto", "full", "none"};
    json_t *json = json_pack(
        "{s:s, s:f, s:o, s:I, s:{s:o, s:o}}", "mode", modes[weighing->mode], "power", weighing->power, "reach",
        lka_reach_json(&weighing->reach), "trimmed", (json_int_t)weighing->trimmed, "effective", "reactivated",
        effective_json(learning->seeds, weighing, 1), "silent", effective_json(learning->pool, weighing, 0));
    bool good = json != NULL;
    if (good && weighing->with_pool) {
        good = json_object_set_new(json, "transfer", lka_transfer_json(&weighing->transfer)) == 0;
    }
    if (good && weighing->mode == LKA_WEIGHTS_AUTO) {
        good = json_object_set_new(json, "powers", powers_json(&weighing->powers)) == 0;
    }
    if (!good) {
        json_decref(json);
        return NULL;
    }
    return json;
}
