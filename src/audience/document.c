/* audience.json: the funnel, the arms, what the holdout can show. */
#include "audience/power.h"
#include "audience/stage.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <math.h>

/* What changes no result: `--as-of` shows in the ledger's first entries alone. */
json_t *lka_audience_parameters(const struct lka_audience *audience)
{
    static const char *const hidden[] = {"as-of", "previous", "ranked"};
    json_t *parameters = lka_options_echo(audience->all);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        json_object_del(parameters, hidden[i]);
    }
    return parameters;
}

static json_t *reasons_json(const struct lka_audience *audience)
{
    json_t *reasons = json_object();
    for (size_t r = 1; r < LKA_REASONS && reasons; r++) {
        bool in = r == LKA_REASON_KEPT || r == LKA_REASON_HELD_OUT || audience->reasons[r] == 0;
        const char *name = lka_reason_name((enum lka_reason)r);
        if (!in && json_object_set_new(reasons, name, json_integer((json_int_t)audience->reasons[r])) != 0) {
            json_decref(reasons);
            return NULL;
        }
    }
    return reasons;
}

static json_t *funnel_json(const struct lka_audience *audience)
{
    return json_pack("{s:O, s:I, s:o, s:I, s:I, s:I, s:I}", "left_out_by_score", audience->left_out, "ranked",
                     (json_int_t)audience->verdicts.count, "left_out", reasons_json(audience), "treated",
                     (json_int_t)audience->arms[LKA_ARM_TREATED], "explore",
                     (json_int_t)audience->arms[LKA_ARM_EXPLORE], "holdout",
                     (json_int_t)audience->arms[LKA_ARM_HOLDOUT], "reachable", (json_int_t)audience->reachable);
}

static json_t *paths_json(const struct lka_audience *audience)
{
    json_t *paths = json_object();
    for (size_t p = 1; p < audience->path_count && paths; p++) {
        if (json_object_set_new(paths, audience->path_names[p], json_integer((json_int_t)audience->path_people[p])) !=
            0) {
            json_decref(paths);
            return NULL;
        }
    }
    return paths;
}

/* JSON has no infinity: null where nothing can be shown. */
static json_t *power_json(const struct lka_audience *audience)
{
    double base = audience->options->base_rate;
    double treated = (double)audience->treated_top;
    double held = (double)audience->arms[LKA_ARM_HOLDOUT];
    if (!lka_options_given(audience->all, "base-rate")) {
        return json_null();
    }
    double lift = lka_detectable_lift(treated, held, base);
    double share = audience->holdout;
    uint64_t needed = share > 0 && share < 1 ? lka_people_needed(audience->options->detect, share, base) : 0;
    return json_pack("{s:f, s:o, s:f, s:o}", "base_rate", base, "detectable_lift",
                     isinf(lift) ? json_null() : json_real(floor(lift * 1e6 + 0.5) / 1e6), "lift",
                     audience->options->detect, "people_needed",
                     needed ? json_integer((json_int_t)needed) : json_null());
}

lka_status lka_audience_document(struct lka_audience *audience, struct lka_error *error)
{
    const char *platform = audience->eligibility.platform ? audience->eligibility.platform->name : NULL;
    audience->document = json_pack(
        "{s:i, s:s, s:s, s:s, s:o, s:o, s:[o], s:s?, s:I, s:o, s:o, s:o, s:O?, s:O}", "schema", 1, "stage", "audience",
        "run", audience->run, "rule", LKA_AUDIENCE_RULE, "parameters", lka_audience_parameters(audience), "roles",
        lka_schema_roles_json(&audience->table.schema), "inputs", lka_table_json(&audience->table), "platform",
        platform, "minimum", (json_int_t)audience->minimum, "counts", funnel_json(audience), "paths",
        paths_json(audience), "power", power_json(audience), "changes", audience->changes, "warnings",
        audience->warnings.list);
    return audience->document && !audience->warnings.failed ? LKA_OK : lka_fail_memory(error, 0);
}
