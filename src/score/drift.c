#include "score/drift.h"

#include "base/elementary.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>

enum { NUMBER_GROUPS = 10, SMALL_CODE = 5 };
static const double LEAST_SHARE = 1e-4;

/* ---- groups of codes -------------------------------------------------------------------------- */

/* The sum over groups, as it grows. */
struct index {
    double reference_total;
    double scored_total;
    double sum;
    size_t groups;
};

/* Half a row is as little as a sample can tell; nor is an empty group more than the other side's. */
static double at_least_half_a_row(double share, double total, double other)
{
    double least = 0.5 / total > LEAST_SHARE ? 0.5 / total : LEAST_SHARE;
    double raised = least < other ? least : other;
    return share < raised ? raised : share;
}

static void add_group(struct index *index, double reference, double scored)
{
    double p = reference / index->reference_total;
    double q = scored / index->scored_total;
    if (p + q > 0) {
        double p_told = at_least_half_a_row(p, index->reference_total, q);
        double q_told = at_least_half_a_row(q, index->scored_total, p);
        index->sum += (p_told - q_told) * lka_log(p_told / q_told);
        index->groups++;
    }
}

/* Neighbouring bins together until they hold their share of the sample. */
static void add_bins(struct index *index, const struct lka_feature *feature, const double *reference,
                     const uint64_t *scored)
{
    add_group(index, reference[0], (double)scored[0]);
    double present = index->reference_total - reference[0];
    double passed = 0;
    double group = 0;
    double group_scored = 0;
    size_t closed = 0;
    for (uint32_t code = 1; code < feature->codes; code++) {
        group += reference[code];
        group_scored += (double)scored[code];
        passed += reference[code];
        bool is_last = code + 1 == feature->codes;
        if (is_last || (group > 0 && passed * NUMBER_GROUPS >= present * (double)(closed + 1))) {
            add_group(index, group, group_scored);
            closed = (size_t)(present > 0 ? passed * NUMBER_GROUPS / present : 0);
            group = group_scored = 0;
        }
    }
}

static void add_codes(struct index *index, const struct lka_feature *feature, bool has_others, const double *reference,
                      const uint64_t *scored)
{
    double few = 0;
    double few_scored = 0;
    for (uint32_t code = 0; code < feature->codes; code++) {
        bool is_few = code > 0 && ((has_others && code == 1) || reference[code] < SMALL_CODE);
        few += is_few ? reference[code] : 0;
        few_scored += is_few ? (double)scored[code] : 0;
        if (!is_few) {
            add_group(index, reference[code], (double)scored[code]);
        }
    }
    add_group(index, few, few_scored);
}

/* ---- what chance gives ------------------------------------------------------------------------ */

/* The upper 0.003% point of chi-squared (4 standard deviations of the normal): Wilson and Hilferty 1931. */
static double chance_limit(double freedom)
{
    double ninth = 2 / (9 * freedom);
    double root = 1 - ninth + 4 * sqrt(ninth);
    return freedom * root * root * root;
}

struct lka_drift lka_drift_of(const struct lka_feature *feature, bool has_others, const double *reference,
                              const uint64_t *scored)
{
    struct index index = {0};
    for (uint32_t code = 0; code < feature->codes; code++) {
        index.reference_total += reference[code];
        index.scored_total += (double)scored[code];
    }
    struct lka_drift drift = {0, true};
    if (index.reference_total <= 0 || index.scored_total <= 0) {
        return drift;
    }
    if (feature->kind == LKA_FEATURE_NUMBER) {
        add_bins(&index, feature, reference, scored);
    } else {
        add_codes(&index, feature, has_others, reference, scored);
    }
    if (index.groups > 1) {
        double freedom = (double)(index.groups - 1);
        double scale = 1 / index.reference_total + 1 / index.scored_total;
        double above = index.sum - freedom * scale;
        drift.index = above > 0 ? above : 0;
        drift.is_chance = index.sum <= scale * chance_limit(freedom);
    }
    return drift;
}

/* ---- columns ---------------------------------------------------------------------------------- */

/* The features of one column stand side by side. */
struct column {
    const char *name;
    enum lka_type type;
    double index;
    bool drifted;
    double scored[2]; /* shares of codes 0 and 1 of its first feature */
    double reference[2];
};

static double share_of(double part, double total)
{
    return total > 0 ? floor(part / total * 1e6 + 0.5) / 1e6 : 0;
}

static void take_shares(struct column *column, const struct lka_feature *feature, const double *reference,
                        const uint64_t *scored)
{
    double reference_total = 0;
    double scored_total = 0;
    for (uint32_t code = 0; code < feature->codes; code++) {
        reference_total += reference[code];
        scored_total += (double)scored[code];
    }
    for (uint32_t code = 0; code < 2 && code < feature->codes; code++) {
        column->reference[code] = share_of(reference[code], reference_total);
        column->scored[code] = share_of((double)scored[code], scored_total);
    }
}

static void take_feature(struct column *column, const struct lka_feature *feature, double limit,
                         const double *reference, const uint64_t *scored)
{
    struct lka_drift drift = lka_drift_of(feature, column->type == LKA_TYPE_CATEGORY, reference, scored);
    column->index = drift.index > column->index ? drift.index : column->index;
    column->drifted = column->drifted || (drift.index >= limit && !drift.is_chance);
}

static json_t *column_json(const struct column *column)
{
    json_t *object = json_pack("{s:s, s:f, s:b}", "column", column->name, "index",
                               floor(column->index * 1e6 + 0.5) / 1e6, "drifted", column->drifted);
    bool good = object != NULL;
    if (column->type != LKA_TYPE_LIST) {
        good = good && json_object_set_new(object, "missing", json_real(column->scored[0])) == 0 &&
               json_object_set_new(object, "missing_in_training", json_real(column->reference[0])) == 0;
    }
    if (column->type == LKA_TYPE_CATEGORY) {
        good = good && json_object_set_new(object, "unseen", json_real(column->scored[1])) == 0 &&
               json_object_set_new(object, "unseen_in_training", json_real(column->reference[1])) == 0;
    }
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static lka_status add_column(json_t *drift, const struct column *column, struct lka_error *error)
{
    bool good = json_array_append_new(json_object_get(drift, "columns"), column_json(column)) == 0;
    if (column->drifted) {
        good = good && json_array_append_new(json_object_get(drift, "drifted"), lka_json_string(column->name)) == 0;
    }
    return good ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

static lka_status measure(const struct lka_model *model, const uint64_t *histogram, double limit, json_t *drift,
                          struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(model->plan);
    size_t f = 0;
    while (f < space->count) {
        uint32_t at = space->features[f].column;
        struct column column = {.name = lka_plan_column_name(model->plan, at),
                                .type = lka_plan_column_type(model->plan, at)};
        const double *reference = model->reference + model->reference_start[f];
        take_shares(&column, &space->features[f], reference, histogram + model->reference_start[f]);
        for (; f < space->count && space->features[f].column == at; f++) {
            take_feature(&column, &space->features[f], limit, model->reference + model->reference_start[f],
                         histogram + model->reference_start[f]);
        }
        LKA_TRY(add_column(drift, &column, error));
    }
    return LKA_OK;
}

lka_status lka_drift_measure(const struct lka_model *model, const uint64_t *histogram, double limit, json_t **drift,
                             struct lka_error *error)
{
    *drift = model->reference ? json_pack("{s:f, s:[], s:[]}", "limit", limit, "drifted", "columns") : json_null();
    if (!*drift) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    lka_status status = model->reference ? measure(model, histogram, limit, *drift, error) : LKA_OK;
    if (status != LKA_OK) {
        json_decref(*drift);
        *drift = NULL;
    }
    return status;
}

/* ---- in words --------------------------------------------------------------------------------- */

/* "; missing 12% against 3%", where the share more than doubled or halved by at least a point. */
static void tell_share(const json_t *column, const char *key, struct lka_text *told)
{
    char reference_key[40];
    snprintf(reference_key, sizeof reference_key, "%s_in_training", key);
    double now = json_number_value(json_object_get(column, key));
    double then = json_number_value(json_object_get(column, reference_key));
    if (fabs(now - then) >= 0.01 && (now > 2 * then || then > 2 * now)) {
        lka_text_format(told, "; %s %.0f%% against %.0f%%", key, 100 * now, 100 * then);
    }
}

size_t lka_drift_tell(const json_t *drift, struct lka_text *told)
{
    enum { TOLD = 5 };
    size_t count = 0;
    size_t at;
    json_t *column;
    json_array_foreach(json_object_get(drift, "columns"), at, column)
    {
        if (!json_is_true(json_object_get(column, "drifted")) || ++count > TOLD) {
            continue;
        }
        lka_text_format(told, "%s\"%.60s\" (%.2f", count > 1 ? ", " : "",
                        json_string_value(json_object_get(column, "column")),
                        json_number_value(json_object_get(column, "index")));
        tell_share(column, "missing", told);
        tell_share(column, "unseen", told);
        lka_text_string(told, ")");
    }
    if (count > TOLD) {
        lka_text_format(told, " and %zu more", count - TOLD);
    }
    return count;
}
