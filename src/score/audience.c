#include "score/audience.h"

#include "base/elementary.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <math.h>

enum { GROUPS = 5, VALUES = 20 };

/* Codes that count as one value. */
struct value {
    size_t feature;
    uint16_t first;
    uint16_t last;
    uint64_t top;
    uint64_t pool;
    double information;
};

struct finding {
    const struct lka_plan *plan;
    double top_rows;
    double pool_rows;
    struct value values[VALUES]; /* the most telling first */
    size_t count;
};

static void consider(struct finding *finding, struct value value)
{
    double p = (double)value.top / finding->top_rows;
    double q = (double)value.pool / finding->pool_rows;
    bool told = value.top >= LKA_AUDIENCE_FLOOR && p - q > 3 * sqrt(q * (1 - q) / finding->top_rows);
    value.information = told ? (p - q) * (lka_log(p) - lka_log(q)) : 0;
    size_t at = finding->count;
    while (at > 0 && value.information > finding->values[at - 1].information) {
        at--;
    }
    if (!told || at == VALUES) {
        return;
    }
    finding->count += finding->count < VALUES;
    memmove(finding->values + at + 1, finding->values + at, (finding->count - at - 1) * sizeof value);
    finding->values[at] = value;
}

/* Missing, then groups of bins, each closed as soon as it is large enough. */
static void consider_number(struct finding *finding, size_t feature, size_t codes, const uint64_t *top,
                            const uint64_t *pool)
{
    double enough = (finding->pool_rows - (double)pool[0]) / GROUPS;
    struct value group = {.feature = feature, .top = top[0], .pool = pool[0]};
    consider(finding, group);
    group = (struct value){.feature = feature, .first = 1};
    for (size_t code = 1; code < codes; code++) {
        group.last = (uint16_t)code;
        group.top += top[code];
        group.pool += pool[code];
        if ((double)group.pool >= enough || code + 1 == codes) {
            consider(finding, group);
            group = (struct value){.feature = feature, .first = (uint16_t)(code + 1)};
        }
    }
}

/* That somebody lacks an item of a list says little: the absent are nearly all. */
static void consider_codes(struct finding *finding, size_t feature, size_t codes, const uint64_t *top,
                           const uint64_t *pool)
{
    bool item = lka_plan_column_type(finding->plan, lka_plan_space(finding->plan)->features[feature].column) ==
                LKA_TYPE_LIST;
    for (size_t code = item; code < codes; code++) {
        consider(finding, (struct value){.feature = feature,
                                         .first = (uint16_t)code,
                                         .last = (uint16_t)code,
                                         .top = top[code],
                                         .pool = pool[code]});
    }
}

static json_t *value_json(const struct finding *finding, const struct value *value)
{
    struct lka_text text = {0};
    double p = (double)value->top / finding->top_rows;
    double q = (double)value->pool / finding->pool_rows;
    lka_plan_say(finding->plan, value->feature, value->first, value->last, &text);
    json_t *json = text.failed ? NULL
                               : json_pack("{s:o, s:I, s:f, s:f, s:f}", "value", lka_json_string(text.bytes), "people",
                                           (json_int_t)value->top, "share", p, "pool_share", q, "lift", p / q);
    lka_text_release(&text);
    return json;
}

lka_status lka_audience_profile(const struct lka_plan *plan, const uint64_t *top, uint64_t top_rows,
                                const uint64_t *pool, uint64_t pool_rows, json_t **profile, struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(plan);
    struct finding finding = {.plan = plan, .top_rows = (double)top_rows, .pool_rows = (double)pool_rows};
    for (size_t f = 0; f < space->count && top_rows >= LKA_AUDIENCE_FLOOR; f++) {
        size_t codes = space->features[f].codes;
        bool number = space->features[f].kind == LKA_FEATURE_NUMBER;
        (number ? consider_number : consider_codes)(&finding, f, codes, top, pool);
        top += codes;
        pool += codes;
    }
    json_t *values = json_array();
    bool good = values != NULL;
    for (size_t v = 0; v < finding.count && good; v++) {
        good = json_array_append_new(values, value_json(&finding, &finding.values[v])) == 0;
    }
    *profile = json_pack("{s:I, s:i, s:o}", "people", (json_int_t)top_rows, "floor", (int)LKA_AUDIENCE_FLOOR, "values",
                         values);
    if (!good || !*profile) {
        json_decref(*profile);
        *profile = NULL;
        return lka_fail_memory(error, sizeof(json_t));
    }
    return LKA_OK;
}
