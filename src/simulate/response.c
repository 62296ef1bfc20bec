#include "simulate/response.h"

#include "base/error.h"
#include "base/hash.h"

static double effect_of(const struct lka_effect *effect, const struct lka_attribute *attribute, int32_t value)
{
    if (attribute->kind == LKA_KIND_CATEGORY) {
        return effect->by_value[value];
    }
    if (attribute->kind != LKA_KIND_LIST) {
        return effect->by_value[(value - effect->minimum) >> effect->shift];
    }
    double sum = 0;
    for (uint32_t mask = (uint32_t)value; mask; mask &= mask - 1) {
        sum += effect->by_value[__builtin_ctz(mask)];
    }
    return sum;
}

static bool holds(const struct lka_condition *condition, enum lka_kind kind, int32_t value)
{
    switch (kind) {
    case LKA_KIND_CATEGORY:
        return value == condition->from;
    case LKA_KIND_LIST:
        return (value & condition->from) != 0;
    case LKA_KIND_NUMBER:
    case LKA_KIND_DATE:
        return value >= condition->from && value < condition->to;
    }
    return false;
}

double lka_response_score(const struct lka_world *world, const struct lka_response *response,
                          const struct lka_person *person)
{
    double sum = 0;
    for (size_t e = 0; e < response->effect_count; e++) {
        const struct lka_effect *effect = &response->effects[e];
        sum += effect_of(effect, &world->attributes[effect->attribute], person->values[effect->attribute]);
    }
    for (size_t i = 0; i < response->interaction_count; i++) {
        const struct lka_interaction *interaction = &response->interactions[i];
        bool all = true;
        for (size_t c = 0; c < interaction->count && all; c++) {
            size_t attribute = interaction->conditions[c].attribute;
            all = holds(&interaction->conditions[c], world->attributes[attribute].kind, person->values[attribute]);
        }
        sum += all ? interaction->effect : 0;
    }
    return sum;
}

double lka_response_probability(const struct lka_world *world, const struct lka_person *person)
{
    return lka_logistic(world->response.intercept + lka_response_score(world, &world->response, person));
}

bool lka_response_answers(const struct lka_world *world, const struct lka_person *person)
{
    double uniform = (double)(person->draws[LKA_DRAW_LABEL] >> 11) * 0x1p-53;
    return uniform < lka_response_probability(world, person);
}

/* ---- calibration ------------------------------------------------------------------------------ */

enum { SAMPLE = 20000 };

static void score_sample(const struct lka_world *world, enum lka_population population, double *scores)
{
    /* A key of its own: the intercept belongs to the world and not to the user's seed. */
    uint64_t key = lka_key(0, population == LKA_POOL ? "calibrate pool" : "calibrate crm");
    struct lka_person person;
    for (size_t i = 0; i < SAMPLE; i++) {
        lka_person_draw(world, population, key, i, &person);
        scores[i] = lka_response_score(world, &world->response, &person);
    }
}

static double mean_probability(const double *scores, double intercept)
{
    double sum = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        sum += lka_logistic(intercept + scores[i]);
    }
    return sum / SAMPLE;
}

lka_status lka_response_calibrate(struct lka_world *world, const char *file, struct lka_error *error)
{
    double *scores;
    LKA_TRY(LKA_NEW(scores, SAMPLE, error));
    score_sample(world, LKA_POOL, scores);
    double low = -600;
    double high = 600;
    for (int step = 0; step < 60; step++) {
        double middle = (low + high) / 2;
        if (mean_probability(scores, middle) < world->response.share) {
            low = middle;
        } else {
            high = middle;
        }
    }
    world->response.intercept = (low + high) / 2;
    score_sample(world, LKA_CRM, scores);
    double crm = mean_probability(scores, world->response.intercept);
    lka_free(scores);
    if (crm < .002) {
        return lka_fail_at(
            error, LKA_USAGE, file, 0, 0,
            "response: %.3g%% of the CRM would answer when %.3g%% of the pool do; allowed: at least 0.2%%", 100 * crm,
            100 * world->response.share);
    }
    return LKA_OK;
}
