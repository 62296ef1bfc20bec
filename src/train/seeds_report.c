#include "train/seeds_report.h"

#include "base/elementary.h"
#include "base/json.h"
#include "eligibility/platforms.h"
#include "train/alone.h"
#include "train/curve.h"
#include "train/groups.h"
#include "train/presence.h"
#include "train/repeats.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_COLUMNS = 100 };
static const double SUSPECT_AUC = .95;

/* What the parts found out. */
struct report {
    const struct lka_learning *learning;
    const struct lka_plan *plan;
    const struct lka_sample *sample;
    struct lka_repeats repeats;
    struct lka_alone *alone; /* by column of the plan */
    struct telling *ordered; /* the columns, the most telling first */
    size_t distinctive;      /* columns that differ by more than chance */
    struct lka_presence presence;
    struct lka_curve curve;
    struct lka_seed_groups groups;
    json_t *platforms;
};

struct telling {
    double value;
    size_t column;
};

static size_t column_count(const struct report *report)
{
    return lka_plan_column_count(report->plan);
}

static const char *others(const struct report *report)
{
    return report->sample->crm ? "the silent" : "the pool";
}

/* ---- measuring -------------------------------------------------------------------------------- */

static int most_telling_first(const void *a, const void *b)
{
    const struct telling *x = a;
    const struct telling *y = b;
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return (x->column > y->column) - (x->column < y->column);
}

/* The largest of F deviations is about sqrt(2 ln F) when there is nothing; one and a half more are asked for. */
static double chance_limit(double columns)
{
    return sqrt(2 * lka_log(columns)) + 1.5;
}

static lka_status measure_columns(struct report *report, struct lka_error *error)
{
    size_t columns = column_count(report);
    LKA_TRY(LKA_NEW(report->alone, columns, error));
    LKA_TRY(LKA_NEW(report->ordered, columns, error));
    LKA_TRY(lka_alone_measure(report->learning, report->plan, report->alone, error));
    for (size_t c = 0; c < columns; c++) {
        const struct lka_information *information = &report->alone[c].information;
        report->ordered[c] = (struct telling){information->value, c};
        report->distinctive += information->z > chance_limit((double)report->learning->block.space->count);
    }
    qsort(report->ordered, columns, sizeof *report->ordered, most_telling_first);
    return LKA_OK;
}

static lka_status measure(struct report *report, struct lka_error *error)
{
    LKA_TRY(lka_repeats_count(report->learning, report->sample, &report->repeats, error));
    LKA_TRY(measure_columns(report, error));
    LKA_TRY(lka_presence_measure(report->learning, report->plan, &report->presence, error));
    LKA_TRY(lka_curve_measure(report->learning, &report->curve, error));
    LKA_TRY(lka_seed_groups_find(report->learning, &report->groups, error));
    return lka_platforms_tell(report->learning->seeds, &report->platforms, error);
}

/* ---- warnings --------------------------------------------------------------------------------- */

/* Equal rows are nothing odd where there are few columns; far more of them than the others have are. */
static bool rows_repeat(const struct lka_repeats *repeats, size_t seeds)
{
    double share = (double)repeats->rows / (double)seeds;
    double usual = repeats->others > 0 ? (double)repeats->rows_of_others / (double)repeats->others : 0;
    return repeats->rows >= 10 && share > .1 && share > 3 * usual;
}

static void warn_of_repeats(const struct report *report)
{
    const struct lka_session *session = report->learning->session;
    const struct lka_repeats *repeats = &report->repeats;
    if (repeats->identities > 0) {
        lka_warn(session,
                 "%zu seeds have the e-mail of a seed before them: the same people under several ids count twice",
                 repeats->identities);
    }
    if (rows_repeat(repeats, report->learning->seeds)) {
        lka_warn(session, "%zu of %zu seeds are equal to a seed before them in every feature, far more than in %s",
                 repeats->rows, report->learning->seeds, others(report));
    }
}

static void warn_of_column(const struct report *report, size_t column)
{
    const struct lka_session *session = report->learning->session;
    const struct lka_alone *alone = &report->alone[column];
    const char *name = lka_plan_column_name(report->plan, column);
    if (alone->auc > SUSPECT_AUC) {
        lka_warn(
            session,
            "the column \"%.60s\" alone tells held-out seeds from %s (AUC %.3f): does it follow from being a seed? "
            "--exclude leaves it out",
            name, others(report), alone->auc);
    } else if (alone->only != SIZE_MAX) {
        struct lka_text value = {0};
        lka_plan_describe(report->plan, alone->only, alone->only_code, NAN, &value);
        lka_warn(session, "seeds alone have \"%.60s\" in the column \"%.60s\": does it follow from being a seed?",
                 value.length > 0 ? value.bytes : "", name);
        lka_text_release(&value);
    }
}

static void warn_of_columns(const struct report *report)
{
    enum { WARNED = 5 };
    size_t odd = 0;
    for (size_t i = 0; i < column_count(report); i++) {
        size_t column = report->ordered[i].column;
        bool is_odd = report->alone[column].auc > SUSPECT_AUC || report->alone[column].only != SIZE_MAX;
        odd += is_odd;
        if (is_odd && odd <= WARNED) {
            warn_of_column(report, column);
        }
    }
    if (odd > WARNED) {
        lka_warn(report->learning->session, "%zu more columns may follow from being a seed; see inspect", odd - WARNED);
    }
    if (report->distinctive == 0) {
        lka_warn(
            report->learning->session,
            "no column alone tells the seeds from %s by more than chance: they are not distinctive, or too few to tell",
            others(report));
    }
}

static void warn_of_presence(const struct report *report)
{
    const struct lka_ranking *ranking = &report->presence.seeds;
    if (!report->sample->crm && report->presence.columns > 0 && ranking->auc >= .6 && ranking->auc_interval.low > .55) {
        lka_warn(
            report->learning->session,
            "which cells are empty tells seeds from the pool (AUC %.2f): the two files are filled differently, and "
            "that is learned as well",
            ranking->auc);
    }
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

/* As shares and sums are read; the digits behind depend on the compiler. */
static double rounded(double value)
{
    return floor(value * 1e6 + .5) / 1e6;
}

static json_t *repeats_json(const struct lka_repeats *repeats)
{
    json_t *json = json_pack("{s:I, s:I, s:I}", "equal_rows", (json_int_t)repeats->rows, "equal_rows_of_others",
                             (json_int_t)repeats->rows_of_others, "others_looked_at", (json_int_t)repeats->others);
    if (json && repeats->has_identity &&
        json_object_set_new(json, "equal_emails", json_integer((json_int_t)repeats->identities)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static bool add_value(json_t *json, const struct report *report, const struct lka_alone *alone)
{
    struct lka_text value = {0};
    lka_plan_describe(report->plan, alone->only, alone->only_code, NAN, &value);
    bool good = !value.failed &&
                json_object_set_new(json, "seeds_alone_have", lka_json_string(value.length ? value.bytes : "")) == 0;
    lka_text_release(&value);
    return good;
}

static json_t *column_json(const struct report *report, size_t column)
{
    const struct lka_alone *alone = &report->alone[column];
    json_t *json = json_pack(
        "{s:o, s:f, s:f, s:f}", "column", lka_json_string(lka_plan_column_name(report->plan, column)), "information",
        rounded(alone->information.value), "shift", rounded(alone->information.sum), "auc_alone", rounded(alone->auc));
    bool good = json != NULL;
    if (good && alone->has_missing) {
        good = json_object_set_new(json, "filled", json_real(rounded(alone->present[1]))) == 0 &&
               json_object_set_new(json, "filled_elsewhere", json_real(rounded(alone->present[0]))) == 0;
    }
    good = good && (alone->only == SIZE_MAX || add_value(json, report, alone));
    if (good) {
        return json;
    }
    json_decref(json);
    return NULL;
}

static json_t *columns_json(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < column_count(report) && i < MOST_COLUMNS; i++) {
        if (json_array_append_new(list, column_json(report, report->ordered[i].column)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *suspects_json(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < column_count(report); i++) {
        size_t column = report->ordered[i].column;
        if (report->alone[column].auc > SUSPECT_AUC &&
            json_array_append_new(list, lka_json_string(lka_plan_column_name(report->plan, column))) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *presence_json(const struct lka_presence *presence)
{
    if (presence->columns == 0) {
        return json_pack("{s:i}", "columns", 0);
    }
    struct lka_interval interval = {rounded(presence->seeds.auc_interval.low),
                                    rounded(presence->seeds.auc_interval.high)};
    return json_pack("{s:I, s:f, s:o, s:f}", "columns", (json_int_t)presence->columns, "auc",
                     rounded(presence->seeds.auc), "auc_interval", lka_interval_json(interval), "auc_of_halves",
                     rounded(presence->halves.auc));
}

static json_t *point_json(const struct lka_curve_point *point)
{
    struct lka_interval interval = {rounded(point->recall_interval.low), rounded(point->recall_interval.high)};
    return json_pack("{s:f, s:f, s:f, s:o}", "seeds", rounded(point->seeds), "auc", rounded(point->auc), "recall_5",
                     rounded(point->recall), "recall_5_interval", lka_interval_json(interval));
}

/* Excess error falls about as 1 / seeds: what twice as many would bring is half of what the last doubling brought. */
static json_t *curve_json(const struct lka_curve *curve)
{
    if (!curve->known) {
        return json_null();
    }
    struct lka_interval interval = {rounded(curve->gain_interval.low), rounded(curve->gain_interval.high)};
    const char *verdict = curve->gain_interval.low > 0      ? "more seeds would help"
                          : curve->gain_interval.high < .01 ? "more seeds would hardly help"
                                                            : "it cannot be told whether more seeds would help";
    return json_pack("{s:s, s:o, s:o, s:f, s:o, s:f, s:s}", "family", "centroid", "half", point_json(&curve->half),
                     "all", point_json(&curve->all), "gain", rounded(curve->gain), "gain_interval",
                     lka_interval_json(interval), "expected_of_twice", rounded(fmax(0, curve->gain / 2)), "verdict",
                     verdict);
}

static json_t *described(const struct report *report, size_t feature, uint16_t code)
{
    struct lka_text text = {0};
    lka_plan_describe(report->plan, feature, code, NAN, &text);
    json_t *json = text.failed ? NULL : lka_json_string(text.length ? text.bytes : "");
    lka_text_release(&text);
    return json;
}

static json_t *trait_json(const struct report *report, const struct lka_trait *trait)
{
    const struct lka_feature *feature = &report->learning->block.space->features[trait->feature];
    json_t *name = lka_json_string(feature->name);
    json_t *value = described(report, trait->feature, trait->code);
    if (feature->kind == LKA_FEATURE_NUMBER) {
        return json_pack("{s:o, s:o, s:o}", "feature", name, "median", value, "median_of_all",
                         described(report, trait->feature, trait->code_all));
    }
    return json_pack("{s:o, s:o, s:f, s:f}", "feature", name, "value", value, "share", rounded(trait->share),
                     "share_of_all", rounded(trait->share_all));
}

static json_t *group_json(const struct report *report, const struct lka_seed_group *group)
{
    json_t *traits = json_array();
    for (size_t i = 0; i < group->trait_count; i++) {
        if (json_array_append_new(traits, trait_json(report, &group->traits[i])) != 0) {
            json_decref(traits);
            return NULL;
        }
    }
    return json_pack("{s:I, s:o}", "people", (json_int_t)group->people, "like", traits);
}

static json_t *groups_json(const struct report *report)
{
    const struct lka_seed_groups *found = &report->groups;
    json_t *groups = json_array();
    for (size_t g = 0; g < found->count && found->count > 1; g++) {
        if (json_array_append_new(groups, group_json(report, &found->groups[g])) != 0) {
            json_decref(groups);
            return NULL;
        }
    }
    return json_pack("{s:I, s:I, s:f, s:o}", "looked_at", (json_int_t)found->looked_at, "count",
                     (json_int_t)found->count, "prediction_strength", rounded(found->strength), "groups", groups);
}

static json_t *report_json(struct report *report)
{
    json_t *platforms = report->platforms;
    report->platforms = NULL;
    return json_pack("{s:s, s:I, s:I, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "against", others(report),
                     "usable", (json_int_t)report->learning->seeds, "others", (json_int_t)report->learning->pool,
                     "repeats", repeats_json(&report->repeats), "columns_compared", (json_int_t)column_count(report),
                     "columns_distinctive", (json_int_t)report->distinctive, "columns", columns_json(report),
                     "suspects", suspects_json(report), "empty_cells", presence_json(&report->presence), "curve",
                     curve_json(&report->curve), "groups", groups_json(report), "platforms", platforms);
}

/* ---- all of it -------------------------------------------------------------------------------- */

lka_status lka_seeds_report_make(const struct lka_learning *learning, const struct lka_plan *plan,
                                 const struct lka_sample *sample, json_t **json, struct lka_error *error)
{
    struct report report = {.learning = learning, .plan = plan, .sample = sample};
    *json = NULL;
    lka_status status = measure(&report, error);
    if (status == LKA_OK) {
        warn_of_repeats(&report);
        warn_of_columns(&report);
        warn_of_presence(&report);
        *json = report_json(&report);
        status = *json ? LKA_OK : lka_fail_memory(error, 0);
    }
    json_decref(report.platforms);
    lka_free(report.alone);
    lka_free(report.ordered);
    return status;
}
