#include "train/card.h"

#include "base/cpu.h"
#include "base/json.h"
#include "train/weights.h"

/* Memory: json_pack takes over every part that it is given, and gives NULL if one of them is NULL; so does every
 * function here. */

static bool of_crm(const struct lka_card *card)
{
    return card->learning->given != NULL;
}

static json_t *seeds_json(const struct lka_card *card)
{
    const struct lka_sample *sample = card->sample;
    struct lka_source_counts counts = lka_source_counts(card->seeds->source);
    return json_pack("{s:o, s:I, s:I, s:I, s:{s:I}}", "file", lka_json_string(lka_source_name(card->seeds->source)),
                     "rows", (json_int_t)sample->seeds_read, "used", (json_int_t)card->learning->seeds, "rejected",
                     (json_int_t)counts.rejected, "left_out", "no profiling consent",
                     (json_int_t)sample->seeds_without_consent);
}

/* The contacts by group: those that may be used, and of them those that were learned from. */
static json_t *crm_json(const struct lka_card *card)
{
    const struct lka_sample *sample = card->sample;
    const struct lka_learning *learning = card->learning;
    struct lka_source_counts counts = lka_source_counts(card->seeds->source);
    json_t *groups = json_object();
    const size_t used[LKA_GROUPS] = {learning->seeds, learning->pool, learning->unreached};
    for (size_t g = 0; g < LKA_GROUPS && groups; g++) {
        json_t *group = json_pack("{s:I, s:I}", "contacts", (json_int_t)sample->group_read[g], "sampled",
                                  (json_int_t)used[g]);
        if (json_object_set_new(groups, lka_group_names[g], group) != 0) {
            json_decref(groups);
            groups = NULL;
        }
    }
    return json_pack("{s:o, s:I, s:o, s:I, s:{s:I}}", "file", lka_json_string(lka_source_name(card->seeds->source)),
                     "rows", (json_int_t)sample->seeds_read, "groups", groups, "rejected", (json_int_t)counts.rejected,
                     "left_out", "no profiling consent", (json_int_t)sample->seeds_without_consent);
}

static json_t *pool_json(const struct lka_card *card)
{
    const struct lka_sample *sample = card->sample;
    struct lka_source_counts counts = lka_source_counts(card->pool->source);
    json_t *pool = json_pack(
        "{s:o, s:I, s:I, s:I, s:I, s:{s:I, s:I}}", "file", lka_json_string(lka_source_name(card->pool->source)), "rows",
        (json_int_t)(sample->pool_read + counts.left_out), "eligible", (json_int_t)sample->pool_eligible, "sampled",
        (json_int_t)(of_crm(card) ? card->learning->prospects : card->learning->pool), "rejected",
        (json_int_t)counts.rejected, "left_out", of_crm(card) ? "contacts of the CRM" : "seeds",
        (json_int_t)sample->pool_seeds, "no profiling consent", (json_int_t)sample->pool_without_consent);
    if (pool && !lka_table_tell_filter(card->pool, card->options, json_object_get(pool, "left_out"))) {
        json_decref(pool);
        return NULL;
    }
    return pool;
}

static json_t *types_json(const struct lka_plan *plan)
{
    json_t *types = json_object();
    for (int type = LKA_TYPE_UNKNOWN + 1; type < LKA_TYPE_COUNT; type++) {
        json_int_t count = 0;
        for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
            count += lka_plan_column_type(plan, c) == (enum lka_type)type;
        }
        if (count > 0 && json_object_set_new(types, lka_type_name((enum lka_type)type), json_integer(count)) != 0) {
            json_decref(types);
            return NULL;
        }
    }
    return types;
}

static bool plan_knows(const struct lka_plan *plan, const char *name)
{
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        if (strcmp(lka_plan_column_name(plan, c), name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < lka_plan_left_out_count(plan); i++) {
        const char *reason = NULL;
        if (strcmp(lka_plan_left_out(plan, i, &reason), name) == 0) {
            return true;
        }
    }
    return false;
}

/* Shared columns that a plan of the user's does not name. */
static bool add_unnamed(json_t *list, const struct lka_plan *plan, const struct lka_schema *shared)
{
    bool good = true;
    for (size_t c = 0; c < shared->count && good; c++) {
        const char *name = shared->columns[c].name;
        good = plan_knows(plan, name) ||
               json_array_append_new(
                   list, json_pack("{s:o, s:s}", "name", lka_json_string(name), "reason", "not in the plan")) == 0;
    }
    return good;
}

static json_t *left_out_json(const struct lka_plan *plan, const struct lka_schema *shared)
{
    json_t *list = json_array();
    for (size_t i = 0; i < lka_plan_left_out_count(plan); i++) {
        const char *reason = NULL;
        const char *name = lka_plan_left_out(plan, i, &reason);
        if (json_array_append_new(
                list, json_pack("{s:o, s:o}", "name", lka_json_string(name), "reason", lka_json_string(reason))) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    if (!add_unnamed(list, plan, shared)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *columns_json(const struct lka_card *card, const struct lka_plan *plan)
{
    return json_pack("{s:I, s:I, s:o, s:o, s:O, s:O}", "used", (json_int_t)lka_plan_column_count(plan), "features",
                     (json_int_t)lka_plan_space(plan)->count, "by_type", types_json(plan), "left_out",
                     left_out_json(plan, &card->sample->schema), "only_in_seeds", card->sample->only_in_seeds,
                     "only_in_pool", card->sample->only_in_pool);
}

static json_t *family_json(const struct lka_card *card, const struct lka_model *model)
{
    const struct lka_candidate *chosen = &card->choice->candidates[card->choice->chosen];
    const int *wanted = lka_options_value(card->options, "family");
    json_t *family = json_pack("{s:s, s:s, s:I, s:s, s:o, s:o}", "name", model->family->name, "chosen",
                               *wanted == 0 ? "auto" : "given", "members", (json_int_t)model->member_count, "why",
                               card->choice->why, "parameters", lka_options_json(chosen->options), "candidates",
                               lka_choice_json(card->choice));
    size_t bags = card->learning->bags;
    if (family && bags > 1 && json_object_set_new(family, "bags", json_integer((json_int_t)bags)) != 0) {
        json_decref(family);
        return NULL;
    }
    if (family && card->choice->runner_up < card->choice->count) {
        const struct lka_candidate *second = &card->choice->candidates[card->choice->runner_up];
        double half = 1.959963984540054 * card->choice->lead_error;
        struct lka_interval lead = {card->choice->lead - half, card->choice->lead + half};
        bool told = json_object_set_new(family, "runner_up", json_string(second->family->name)) == 0 &&
                    json_object_set_new(family, "lead_auc", json_real(card->choice->lead)) == 0 &&
                    json_object_set_new(family, "lead_auc_interval", lka_interval_json(lead)) == 0 &&
                    json_object_set_new(family, "runner_up_within_one_standard_error",
                                        json_boolean(card->choice->close)) == 0;
        if (!told) {
            json_decref(family);
            return NULL;
        }
    }
    return family;
}

/* Shares of the sample, told as people of all that it was drawn from. */
static json_t *whole_json(const struct lka_ranking *ranking, uint64_t people)
{
    struct lka_ranking whole = *ranking;
    for (size_t t = 0; t < LKA_TIERS; t++) {
        whole.tiers[t].people = lka_amount_of((struct lka_amount){lka_tier_share[t], 0}, people);
    }
    return lka_ranking_json(&whole);
}

static json_t *evaluation_json(const struct lka_card *card)
{
    const struct lka_held_out *held_out = card->held_out;
    const uint64_t *groups = card->sample->group_read;
    if (!of_crm(card)) {
        return whole_json(&held_out->ranking, card->sample->pool_eligible);
    }
    json_t *json = whole_json(&held_out->ranking, groups[LKA_REACTIVATED] + groups[LKA_SILENT]);
    bool good = json && json_object_set_new(json, "of", json_string("reached contacts, weighted")) == 0;
    if (good && card->pool) {
        good = json_object_set_new(json, "in_pool", whole_json(&held_out->in_pool, card->sample->pool_eligible)) == 0;
    }
    if (!good) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *versions_json(void)
{
    return json_pack("{s:s, s:s, s:s}", "lookalike", lka_version(), "compiler", __VERSION__, "cpu_level",
                     lka_cpu_level());
}

/* Parameters that change no result stay out: the card is the same at any number of threads. */
static json_t *parameters_json(const struct lka_card *card)
{
    json_t *parameters = lka_options_echo(card->options);
    json_object_del(parameters, "model");
    static const char *const crm_alone[] = {"crm", "weights"};
    for (size_t i = 0; i < 2 && !of_crm(card); i++) {
        json_object_del(parameters, crm_alone[i]);
    }
    return parameters;
}

static const char *situation(const struct lka_card *card)
{
    if (!of_crm(card)) {
        return "two files: case-control, positive-unlabelled";
    }
    return card->pool ? "a CRM: reactivated against reached but silent, carried to the pool"
                      : "a CRM: reactivated against reached but silent, by reach weights alone (no pool)";
}

static json_t *inputs_json(const struct lka_card *card)
{
    return card->pool ? json_pack("[o,o]", lka_table_json(card->seeds), lka_table_json(card->pool))
                      : json_pack("[o]", lka_table_json(card->seeds));
}

/* The columns whose groups evaluate audits. */
static json_t *protected_json(const struct lka_schema *schema)
{
    json_t *list = json_array();
    for (size_t c = 0; c < schema->count && list; c++) {
        if (schema->columns[c].role == LKA_ROLE_PROTECTED &&
            json_array_append_new(list, lka_json_string(schema->columns[c].name)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Only where there are some. */
static bool set_protected(json_t *json, const struct lka_card *card)
{
    json_t *list = protected_json(card->pool ? &card->pool->schema : &card->seeds->schema);
    bool good = list && (json_array_size(list) == 0 || json_object_set(json, "protected", list) == 0);
    json_decref(list);
    return good;
}

/* Of rows that count differently: the sums that Kish's (1965) effective number is made of. */
struct counted {
    double sum;
    double squares;
};

static struct counted count_rows(const double *weight, size_t first, size_t count)
{
    struct counted counted = {0, 0};
    for (size_t i = first; i < first + count; i++) {
        double one = weight ? weight[i] : 1;
        counted.sum += one;
        counted.squares += one * one;
    }
    return counted;
}

static double effective_of(struct counted counted)
{
    return counted.squares > 0 ? counted.sum * counted.sum / counted.squares : 0;
}

/* Effective numbers where rows do not count alike: of seeds, of others, and of both together, which --balance costs.
 * With bags a member is the mean of N fits of half of the others each: a row is in N / 2 of them, give or take, so on
 * average it counts 1/2 and its square (1 + 1/N) / 4. */
static bool set_effective(json_t *json, const struct lka_learning *learning)
{
    bool bagged = learning->bags > 1;
    if (!learning->weight && !bagged) {
        return true;
    }
    struct counted seeds = count_rows(learning->weight, 0, learning->seeds);
    struct counted pool = count_rows(learning->weight, learning->seeds, learning->pool);
    pool.sum *= bagged ? .5 : 1;
    pool.squares *= bagged ? (1 + 1 / (double)learning->bags) / 4 : 1;
    struct counted together = {seeds.sum + pool.sum, seeds.squares + pool.squares};
    json_t *numbers = json_pack("{s:f, s:f, s:f}", "seeds", effective_of(seeds), "pool", effective_of(pool), "together",
                                effective_of(together));
    return json_object_set_new(json, "effective", numbers) == 0;
}

/* What was read and how it counts. */
static bool set_sides(json_t *json, const struct lka_card *card)
{
    bool good = of_crm(card) ? json_object_set_new(json, "crm", crm_json(card)) == 0
                             : json_object_set_new(json, "seeds", seeds_json(card)) == 0;
    if (card->weighing) {
        good = good && json_object_set_new(json, "weights", lka_weighing_json(card->learning, card->weighing)) == 0;
    } else {
        good = good && set_effective(json, card->learning);
    }
    return good && (!card->pool || json_object_set_new(json, "pool", pool_json(card)) == 0);
}

/* What stands in the card of a model and in what a dry run tells. */
static json_t *common_json(const struct lka_card *card, const struct lka_plan *plan)
{
    json_t *json = json_pack("{s:i, s:s, s:s}", "schema", 1, "stage", "train", "situation", situation(card));
    json_t *rest = json_pack("{s:O, s:o, s:O, s:o, s:o, s:o}", "seeds_report", card->seeds_report, "columns",
                             columns_json(card, plan), "warnings", card->warnings, "parameters", parameters_json(card),
                             "inputs", inputs_json(card), "versions", versions_json());
    bool good = json && rest && set_sides(json, card) && set_protected(json, card) &&
                json_object_update(json, rest) == 0;
    json_decref(rest);
    if (!good) {
        json_decref(json);
        return NULL;
    }
    return json;
}

lka_status lka_card_make(const struct lka_card *card, struct lka_model *model, struct lka_error *error)
{
    json_t *json = common_json(card, model->plan);
    bool good = json && json_object_set_new(json, "family", family_json(card, model)) == 0 &&
                json_object_set_new(json, "evaluation", evaluation_json(card)) == 0;
    if (!good) {
        json_decref(json);
        return lka_fail_memory(error, 0);
    }
    model->card = json;
    return LKA_OK;
}

lka_status lka_card_look(const struct lka_card *card, const struct lka_plan *plan, size_t runs, size_t members,
                         json_t **json, struct lka_error *error)
{
    *json = common_json(card, plan);
    if (*json && json_object_set_new(*json, "would_try", lka_choice_plan_json(card->choice, runs, members)) == 0) {
        return LKA_OK;
    }
    json_decref(*json);
    *json = NULL;
    return lka_fail_memory(error, 0);
}
