/* What the audit says of each protected column. */
#include "base/elementary.h"
#include "base/json.h"
#include "score/fairness.h"

#include <math.h>
#include <stdlib.h>

/* One column's audit: scores by row, and the same sorted. */
struct audit {
    const struct lka_protected_column *column;
    const struct lka_space *space;
    const double *scores[2]; /* pool, seeds: by row */
    uint64_t count[2];
    const double *pool; /* ascending */
    double *inside;     /* room for the pool's scores */
    uint64_t people[2][LKA_PROTECTED_GROUPS];
    double rate[LKA_PROTECTED_GROUPS]; /* selected of the group in the top 5%; -1: too few people */
};

/* ---- selection and recall --------------------------------------------------------------------- */

static void count_people(struct audit *audit)
{
    memset(audit->people, 0, sizeof audit->people);
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < audit->column->count[side]; i++) {
            audit->people[side][audit->column->of[side][i]]++;
        }
    }
}

/* Of a group, how many come within the tier. In the pool those that tie with its last place share what is left of
 * it. */
static double hits_of(const struct audit *audit, size_t side, size_t group, size_t tier)
{
    uint64_t pool = audit->count[0];
    uint64_t people = lka_tier_people(tier, pool);
    double last = audit->pool[pool - people];
    double above = 0;
    double at = 0;
    double hits = 0;
    for (uint64_t i = 0; i < pool; i++) {
        above += audit->pool[i] > last;
        at += audit->pool[i] == last;
    }
    for (size_t i = 0; i < audit->column->count[side]; i++) {
        double score = audit->scores[side][i];
        if (audit->column->of[side][i] == group) {
            hits += side            ? lka_tier_chance(score, audit->pool, pool, people)
                    : score > last  ? 1
                    : score == last ? ((double)people - above) / at
                                    : 0;
        }
    }
    return hits;
}

/* "<name>" and "<name>_interval", null where the group is too small. */
static bool set_share(json_t *row, const char *name, const char *interval, double hits, uint64_t people)
{
    bool known = people >= LKA_FLOOR;
    return json_object_set_new(row, name, known ? json_real(hits / (double)people) : json_null()) == 0 &&
           json_object_set_new(row, interval,
                               known ? lka_interval_json(lka_wilson(hits, (double)people)) : json_null()) == 0;
}

static json_t *tiers_json(struct audit *audit, size_t group)
{
    json_t *tiers = json_array();
    for (size_t t = 0; t < LKA_TIERS && tiers; t++) {
        json_t *row = json_pack("{s:f}", "share", lka_tier_share[t]);
        double selected = hits_of(audit, 0, group, t);
        bool good = row && set_share(row, "selection_rate", "selection_interval", selected, audit->people[0][group]) &&
                    set_share(row, "recall", "recall_interval", hits_of(audit, 1, group, t), audit->people[1][group]);
        if (!good || json_array_append_new(tiers, row) != 0) {
            json_decref(good ? NULL : row);
            json_decref(tiers);
            return NULL;
        }
        if (lka_tier_share[t] == .05) {
            audit->rate[group] = selected / (double)audit->people[0][group];
        }
    }
    return tiers;
}

/* ---- how well the score tells the group from the others --------------------------------------- */

static lka_status auc_of(const struct audit *audit, size_t group, struct lka_ranking *ranking, struct lka_error *error)
{
    uint64_t inside = 0;
    uint64_t outside = 0;
    uint64_t members = audit->people[0][group];
    for (uint64_t i = 0; i < audit->count[0]; i++) {
        bool in = audit->column->of[0][i] == group;
        audit->inside[in ? inside++ : members + outside++] = audit->scores[0][i];
    }
    *ranking = (struct lka_ranking){.auc = NAN};
    return outside < LKA_FLOOR
               ? LKA_OK
               : lka_rank_outside(audit->inside, inside, audit->inside + members, outside, ranking, error);
}

static lka_status add_group(struct audit *audit, size_t group, const char *name, json_t *groups,
                            struct lka_error *error)
{
    struct lka_ranking ranking;
    LKA_TRY(auc_of(audit, group, &ranking, error));
    bool known = ranking.auc == ranking.auc;
    json_t *row = json_pack(
        "{s:o, s:I, s:o, s:o, s:o, s:o}", "group", lka_json_string(*name ? name : "(missing)"), "people",
        (json_int_t)audit->people[0][group], "seeds",
        audit->people[1][group] >= LKA_FLOOR ? json_integer((json_int_t)audit->people[1][group]) : json_null(), "auc",
        known ? json_real(ranking.auc) : json_null(), "auc_interval",
        known ? lka_interval_json(ranking.auc_interval) : json_null(), "tiers", tiers_json(audit, group));
    return json_array_append_new(groups, row) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

/* ---- features ---------------------------------------------------------------------------------- */

/* Cramér's V, corrected for its bias (Bergsma 2013). */
static double association(const uint32_t *counts, uint32_t codes)
{
    double columns[LKA_PROXY_GROUPS] = {0};
    double all = 0;
    double chi = 0;
    double used_rows = 0;
    double used_columns = 0;
    for (size_t i = 0; i < codes * (size_t)LKA_PROXY_GROUPS; i++) {
        columns[i % LKA_PROXY_GROUPS] += counts[i];
        all += counts[i];
    }
    for (size_t g = 0; g < LKA_PROXY_GROUPS; g++) {
        used_columns += columns[g] > 0;
    }
    for (uint32_t c = 0; c < codes; c++) {
        double row = 0;
        for (size_t g = 0; g < LKA_PROXY_GROUPS; g++) {
            row += counts[c * (size_t)LKA_PROXY_GROUPS + g];
        }
        used_rows += row > 0;
        for (size_t g = 0; g < LKA_PROXY_GROUPS && row > 0; g++) {
            double expected = row * columns[g] / all;
            double seen = counts[c * (size_t)LKA_PROXY_GROUPS + g];
            chi += expected > 0 ? (seen - expected) * (seen - expected) / expected : 0;
        }
    }
    if (used_rows < 2 || used_columns < 2) {
        return 0;
    }
    double squares = fmax(0, chi / all - (used_rows - 1) * (used_columns - 1) / (all - 1));
    double rows = used_rows - (used_rows - 1) * (used_rows - 1) / (all - 1);
    double others = used_columns - (used_columns - 1) * (used_columns - 1) / (all - 1);
    double least = fmin(rows, others) - 1;
    return least > 0 ? fmin(1, sqrt(squares / least)) : 0;
}

/* Does the feature come from the attribute's own column? */
static bool is_of_attribute(const struct lka_protected_column *column, const struct lka_feature *feature)
{
    size_t length = strlen(column->name);
    return strncmp(feature->name, column->name, length) == 0 && (strchr(" =", feature->name[length]) != NULL);
}

static bool is_feature(const struct lka_protected_column *column, const struct lka_space *space)
{
    for (size_t f = 0; f < space->count; f++) {
        if (is_of_attribute(column, &space->features[f])) {
            return true;
        }
    }
    return false;
}

/* The features most associated with the attribute, of each column the one that is so most. */
static json_t *proxies_json(const struct audit *audit, const double *strength)
{
    json_t *list = json_array();
    bool used[65536] = {false};
    for (size_t k = 0; k < LKA_PROXIES && list; k++) {
        size_t best = audit->space->count;
        for (size_t f = 0; f < audit->space->count; f++) {
            bool better = best == audit->space->count || strength[f] > strength[best];
            best = !used[audit->space->features[f].column & 65535] && strength[f] > 0 && better ? f : best;
        }
        if (best == audit->space->count) {
            break;
        }
        used[audit->space->features[best].column & 65535] = true;
        json_t *row = json_pack("{s:o, s:f}", "feature", lka_json_string(audit->space->features[best].name),
                                "association", strength[best]);
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static lka_status add_proxies(const struct audit *audit, json_t *row, struct lka_error *error)
{
    const uint32_t *counts = audit->column->counts;
    double *strength;
    LKA_TRY(LKA_NEW(strength, audit->space->count, error));
    for (size_t f = 0; f < audit->space->count; f++) {
        const struct lka_feature *feature = &audit->space->features[f];
        strength[f] = is_of_attribute(audit->column, feature) ? 0 : association(counts, feature->codes);
        counts += audit->space->features[f].codes * (size_t)LKA_PROXY_GROUPS;
    }
    lka_status status = json_object_set_new(row, "proxies", proxies_json(audit, strength)) == 0
                            ? LKA_OK
                            : lka_fail_memory(error, 0);
    lka_free(strength);
    return status;
}

/* ---- the document ----------------------------------------------------------------------------- */

/* The four-fifths rule's figure: the least rate of selection in the top 5% over the greatest. */
static json_t *ratio_json(const struct audit *audit)
{
    double least = INFINITY;
    double most = 0;
    size_t known = 0;
    for (size_t g = 0; g < audit->column->groups; g++) {
        if (audit->rate[g] >= 0) {
            known++;
            least = fmin(least, audit->rate[g]);
            most = fmax(most, audit->rate[g]);
        }
    }
    return known > 1 && most > 0 ? json_real(least / most) : json_null();
}

static lka_status add_groups(struct audit *audit, json_t *row, struct lka_error *error)
{
    json_t *groups = json_object_get(row, "groups");
    const char *name = audit->column->values.bytes;
    json_int_t below = 0;
    for (size_t g = 0; g < audit->column->groups; g++) {
        audit->rate[g] = -1;
        if (audit->people[0][g] < LKA_FLOOR) {
            below++;
        } else {
            LKA_TRY(add_group(audit, g, name, groups, error));
        }
        name += strlen(name) + 1;
    }
    bool good = json_object_set_new(row, "below_floor", json_integer(below)) == 0 &&
                json_object_set_new(row, "selection_ratio", ratio_json(audit)) == 0;
    return good ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status add_column(struct audit *audit, json_t *list, struct lka_error *error)
{
    json_t *row = json_pack("{s:o, s:b, s:i, s:[]}", "column", lka_json_string(audit->column->name), "feature",
                            is_feature(audit->column, audit->space), "floor", LKA_FLOOR, "groups");
    lka_status status = row ? LKA_OK : lka_fail_memory(error, 0);
    count_people(audit);
    if (status == LKA_OK) {
        status = add_groups(audit, row, error);
    }
    if (status == LKA_OK) {
        status = add_proxies(audit, row, error);
    }
    if (status != LKA_OK) {
        json_decref(row);
        return status;
    }
    return json_array_append_new(list, row) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static lka_status report(const struct lka_protected *protected, struct audit *audit, double *sorted, json_t *list,
                         struct lka_error *error)
{
    memcpy(sorted, audit->scores[0], audit->count[0] * sizeof *sorted);
    qsort(sorted, audit->count[0], sizeof *sorted, by_number);
    audit->pool = sorted;
    for (size_t c = 0; c < protected->count; c++) {
        audit->column = &protected->columns[c];
        LKA_TRY(add_column(audit, list, error));
    }
    return LKA_OK;
}

lka_status lka_fairness_json(const struct lka_protected *protected, const double *seeds, uint64_t seed_count,
                             const double *pool, uint64_t pool_count, json_t **json, struct lka_error *error)
{
    struct audit audit = {.space = protected->space, .scores = {pool, seeds}, .count = {pool_count, seed_count}};
    double *sorted = NULL;
    *json = json_array();
    lka_status status = *json ? LKA_NEW(sorted, pool_count, error) : lka_fail_memory(error, 0);
    if (status == LKA_OK) {
        status = LKA_NEW(audit.inside, pool_count, error);
    }
    if (status == LKA_OK) {
        status = report(protected, &audit, sorted, *json, error);
    }
    lka_free(sorted);
    lka_free(audit.inside);
    if (status != LKA_OK) {
        json_decref(*json);
        *json = NULL;
    }
    return status;
}
