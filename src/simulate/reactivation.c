#include "simulate/reactivation.h"

#include "base/error.h"
#include "simulate/choices.h"
#include "simulate/draws.h"
#include "simulate/response.h"
#include "simulate/row.h"

#include <math.h>
#include <stdlib.h>

/* ---- reach ------------------------------------------------------------------------------------ */

static void score_both(const struct lka_world *world, const struct lka_person *person, double scores[2])
{
    scores[0] = lka_response_score(world, &world->brand->reach.effects, person);
    scores[1] = lka_response_score(world, &world->response, person);
}

static double mixture(const struct lka_reactivation *reactivation, const double scores[2])
{
    double sum = 0;
    for (size_t s = 0; s < 2; s++) {
        sum += reactivation->weight[s] * (scores[s] - reactivation->mean[s]) / reactivation->scale[s];
    }
    return sum;
}

static double reach_probability(const struct lka_reactivation *reactivation, const struct lka_person *person)
{
    double scores[2];
    score_both(reactivation->setting->world, person, scores);
    return lka_logistic(reactivation->base + reactivation->slope * mixture(reactivation, scores));
}

/* ---- outcomes --------------------------------------------------------------------------------- */

/* Went quiet: signed up long enough ago, and no sign of life since. */
static bool is_inactive(const struct lka_reactivation *reactivation, const struct lka_life *life)
{
    int64_t quiet = (int64_t)reactivation->setting->brand->reactivation.quiet_days * 86400;
    int64_t since = reactivation->start - quiet;
    return life->signed_up * 86400 <= since && lka_life_last_touch(life, reactivation->start) < since;
}

static void draw_identities(const struct lka_reactivation *reactivation, const struct lka_life *life,
                            struct lka_random *random, struct lka_outcome *outcome)
{
    const struct lka_brand *brand = reactivation->setting->brand;
    const double shares[LKA_REACH_TYPES] = {brand->reach.platform, brand->reach.cookie, brand->reach.maid};
    outcome->reach = reach_probability(reactivation, &life->person);
    outcome->types = 0;
    bool exists = lka_draw_happens(random, outcome->reach);
    uint64_t bits = lka_random_next(random);
    for (unsigned type = 0; exists && type < LKA_REACH_TYPES; type++, bits >>= 16) {
        outcome->types |= ((double)(bits & 0xFFFF) * 0x1p-16 < shares[type] ? 1U : 0U) << type;
    }
    outcome->types = exists && outcome->types == 0 ? 1U << LKA_REACH_PLATFORM : outcome->types;
    outcome->refused = lka_draw_happens(random, brand->reach.refused);
}

/* The identities through which the contact's own consents let it be reached. */
static unsigned allowed_types(const struct lka_reactivation *reactivation, const struct lka_life *life)
{
    const struct lka_world *world = reactivation->setting->world;
    uint64_t draw = life->person.draws[LKA_DRAW_CONSENT];
    if (lka_person_lacks(&life->person, LKA_IDENTIFIER_CONSENTS, draw)) {
        return 0;
    }
    return reactivation->consents[lka_choose(world->consent_choices, world->consent_count, (uint32_t)(draw >> 32))];
}

/* Each of the paths that fit is as likely as the others. */
static int draw_path(const struct lka_brand *brand, unsigned types, uint64_t bits)
{
    int fitting[LKA_PATHS_MAX];
    uint64_t count = 0;
    for (size_t p = 0; p < brand->reactivation.path_count; p++) {
        if ((brand->reactivation.paths[p].needs & types) != 0) {
            fitting[count++] = (int)p;
        }
    }
    return count ? fitting[(bits & 0xFFFF) * count >> 16] : -1;
}

static void draw_exposures(const struct lka_reactivation *reactivation, struct lka_random *random,
                           struct lka_outcome *outcome)
{
    uint64_t span = (uint64_t)(reactivation->end - reactivation->start) / LKA_EXPOSURES_MAX;
    outcome->exposures = 1 + (size_t)lka_random_below(random, LKA_EXPOSURES_MAX);
    for (size_t e = 0; e < outcome->exposures; e++) {
        outcome->exposed[e] = reactivation->start + (int64_t)(e * span + lka_random_below(random, span));
    }
}

static void draw_registration(const struct lka_reactivation *reactivation, const struct lka_life *life,
                              struct lka_random *random, struct lka_outcome *outcome)
{
    const struct lka_brand *brand = reactivation->setting->brand;
    double odds = reactivation->intercept + brand->reactivation.personas[life->person.persona] +
                  lka_response_score(reactivation->setting->world, &reactivation->setting->world->response,
                                     &life->person);
    bool dead = life->died < reactivation->start / 86400;
    for (size_t p = 0; p < brand->reactivation.path_count; p++) {
        outcome->chance[p] = dead ? 0 : lka_logistic(odds + brand->reactivation.paths[p].odds);
    }
    double draw = lka_random_uniform(random);
    outcome->registered = outcome->path >= 0 && draw < outcome->chance[outcome->path];
    if (!outcome->registered) {
        return;
    }
    /* Soon after one of the exposures: half of the answers come within two days. */
    size_t after = (size_t)lka_random_below(random, outcome->exposures);
    double wait = lka_draw_exponential(random) * 2.9 * 86400;
    double most = brand->reactivation.answer_days * 86400;
    outcome->registration = outcome->exposed[after] + 30 +
                            (int64_t)(wait < most ? wait : most * lka_random_uniform(random));
    int64_t last = reactivation->setting->calendar.as_of * 86400 - 1;
    outcome->registration = outcome->registration < last ? outcome->registration : last;
    outcome->opt_in = lka_draw_happens(random, brand->reactivation.opt_in);
    outcome->new_email = lka_draw_happens(random, brand->reactivation.new_email);
    outcome->brings_stranger = lka_draw_happens(random, brand->reactivation.strangers);
}

void lka_outcome_draw(const struct lka_reactivation *reactivation, const struct lka_life *life,
                      struct lka_outcome *outcome)
{
    struct lka_random random = lka_random_start(reactivation->key, life->index);
    *outcome = (struct lka_outcome){.path = -1, .bits = lka_random_next(&random)};
    draw_identities(reactivation, life, &random, outcome);
    uint64_t path_bits = lka_random_next(&random);
    outcome->inactive = is_inactive(reactivation, life);
    if (!outcome->inactive) {
        return;
    }
    unsigned types = outcome->types & allowed_types(reactivation, life);
    outcome->path = types ? draw_path(reactivation->setting->brand, types, path_bits) : -1;
    if (outcome->path >= 0) {
        draw_exposures(reactivation, &random, outcome);
    }
    draw_registration(reactivation, life, &random, outcome);
}

/* ---- calibration ------------------------------------------------------------------------------ */

enum { SAMPLE = 4000, ROUNDS = 24, HALVINGS = 40 };
static const double CONSTANT = 1e300;

struct sample {
    double scores[SAMPLE][2];
    double mixed[SAMPLE];
    double sorted[SAMPLE]; /* `mixed` again, in order */
    double response[SAMPLE];
    double answer[SAMPLE]; /* log-odds of a registration without the intercept */
    double reach[SAMPLE];
};

static void draw_sample(const struct lka_world *world, struct sample *sample)
{
    /* A key of its own: the constants belong to the world and not to the user's seed. */
    uint64_t key = 0x5EED;
    struct lka_person person;
    for (size_t i = 0; i < SAMPLE; i++) {
        lka_person_draw(world, LKA_CRM, key, i, &person);
        score_both(world, &person, sample->scores[i]);
        sample->response[i] = lka_logistic(world->response.intercept + sample->scores[i][1]);
        sample->answer[i] = sample->scores[i][1] + world->brand->reactivation.personas[person.persona];
    }
}

static void standardise(struct lka_reactivation *reactivation, const struct sample *sample)
{
    for (size_t s = 0; s < 2; s++) {
        double sum = 0;
        double squares = 0;
        for (size_t i = 0; i < SAMPLE; i++) {
            sum += sample->scores[i][s];
        }
        reactivation->mean[s] = sum / SAMPLE;
        for (size_t i = 0; i < SAMPLE; i++) {
            double difference = sample->scores[i][s] - reactivation->mean[s];
            squares += difference * difference;
        }
        /* A score that is the same for everybody adds nothing. */
        reactivation->scale[s] = squares > 1e-9 * SAMPLE ? sqrt(squares / SAMPLE) : CONSTANT;
    }
}

static double correlation(const double *a, const double *b)
{
    double sums[5] = {0};
    for (size_t i = 0; i < SAMPLE; i++) {
        sums[0] += a[i];
        sums[1] += b[i];
        sums[2] += a[i] * a[i];
        sums[3] += b[i] * b[i];
        sums[4] += a[i] * b[i];
    }
    double covariance = sums[4] - sums[0] * sums[1] / SAMPLE;
    double variances = (sums[2] - sums[0] * sums[0] / SAMPLE) * (sums[3] - sums[1] * sums[1] / SAMPLE);
    return variances > 0 ? covariance / sqrt(variances) : 0;
}

static double mean_reach(const struct sample *sample, double base, double slope)
{
    double sum = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        sum += lka_logistic(base + slope * sample->mixed[i]);
    }
    return sum / SAMPLE;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The slope that puts nine tenths and one tenth of the mixture as far apart as the world's range is in log-odds, and
 * the base that gives the mean. */
static void fit_curve(struct lka_reactivation *reactivation, struct sample *sample)
{
    const struct lka_brand *brand = reactivation->setting->brand;
    for (size_t i = 0; i < SAMPLE; i++) {
        sample->mixed[i] = mixture(reactivation, sample->scores[i]);
    }
    memcpy(sample->sorted, sample->mixed, sizeof sample->sorted);
    qsort(sample->sorted, SAMPLE, sizeof *sample->sorted, compare);
    double width = sample->sorted[SAMPLE * 9 / 10] - sample->sorted[SAMPLE / 10];
    double odds = lka_log(brand->reach.high / (1 - brand->reach.high)) -
                  lka_log(brand->reach.low / (1 - brand->reach.low));
    reactivation->slope = width > 1e-6 ? odds / width : 0;
    double low = -50;
    double high = 50;
    for (int step = 0; step < HALVINGS; step++) {
        reactivation->base = (low + high) / 2;
        bool less = mean_reach(sample, reactivation->base, reactivation->slope) < brand->reach.mean;
        low = less ? reactivation->base : low;
        high = less ? high : reactivation->base;
    }
    for (size_t i = 0; i < SAMPLE; i++) {
        sample->reach[i] = lka_logistic(reactivation->base + reactivation->slope * sample->mixed[i]);
    }
}

/* The share of the response in the mixture: the more of it, the higher the correlation. A world that does not say what
 * reach depends on has the same for everybody. */
static void fit_reach(struct lka_reactivation *reactivation, struct sample *sample)
{
    if (!(reactivation->scale[0] < CONSTANT)) {
        fit_curve(reactivation, sample);
        return;
    }
    double low = -1;
    double high = 1;
    for (int round = 0; round < ROUNDS; round++) {
        double share = (low + high) / 2;
        reactivation->weight[0] = sqrt(1 - share * share);
        reactivation->weight[1] = share;
        fit_curve(reactivation, sample);
        bool less = correlation(sample->reach, sample->response) < reactivation->setting->brand->reach.correlation;
        low = less ? share : low;
        high = less ? high : share;
    }
}

static double mean_answer(const struct lka_reactivation *reactivation, const struct sample *sample, double intercept)
{
    const struct lka_brand *brand = reactivation->setting->brand;
    double sum = 0;
    double total = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        for (size_t p = 0; p < brand->reactivation.path_count; p++) {
            sum += sample->reach[i] * lka_logistic(intercept + sample->answer[i] + brand->reactivation.paths[p].odds);
            total += sample->reach[i];
        }
    }
    return total > 0 ? sum / total : 0;
}

static void fit_answers(struct lka_reactivation *reactivation, const struct sample *sample)
{
    double low = -100;
    double high = 100;
    for (int step = 0; step < HALVINGS; step++) {
        reactivation->intercept = (low + high) / 2;
        bool less = mean_answer(reactivation, sample, reactivation->intercept) <
                    reactivation->setting->brand->reactivation.share;
        low = less ? reactivation->intercept : low;
        high = less ? high : reactivation->intercept;
    }
}

static lka_status check_reach(const struct lka_reactivation *reactivation, const struct sample *sample,
                              const char *file, struct lka_error *error)
{
    double wanted = reactivation->setting->brand->reach.correlation;
    double made = correlation(sample->reach, sample->response);
    if (reactivation->scale[0] < CONSTANT && (made < wanted - .02 || made > wanted + .02)) {
        return lka_fail_at(error, LKA_USAGE, file, 0, 0,
                           "reactivation.reach.correlation: %.3g cannot be had with these effects; the nearest is %.2g",
                           wanted, made);
    }
    return LKA_OK;
}

/* "profiling|advertising:meta": the platform's ids of meta. Cookies and mobile ids are those of google here. */
static uint8_t types_of_consent(const struct lka_slot *slot)
{
    char text[sizeof slot->text + 1];
    memcpy(text, slot->text, sizeof slot->text);
    text[slot->length - 1] = '\0';
    unsigned types = 0;
    char *rest = NULL;
    for (char *purpose = strtok_r(text, "|\"", &rest); purpose; purpose = strtok_r(NULL, "|\"", &rest)) {
        types |= strcmp(purpose, "advertising") == 0          ? (1U << LKA_REACH_TYPES) - 1
                 : strcmp(purpose, "advertising:meta") == 0   ? 1U << LKA_REACH_PLATFORM
                 : strcmp(purpose, "advertising:google") == 0 ? 1U << LKA_REACH_COOKIE | 1U << LKA_REACH_MAID
                                                              : 0U;
    }
    return (uint8_t)types;
}

lka_status lka_reactivation_make(const struct lka_life_world *setting, uint64_t key, const char *file,
                                 struct lka_reactivation *reactivation, struct lka_error *error)
{
    const struct lka_brand *brand = setting->brand;
    *reactivation = (struct lka_reactivation){.setting = setting, .key = key};
    reactivation->start = (setting->calendar.as_of - (int64_t)brand->reactivation.days_before) * 86400;
    reactivation->end = reactivation->start + (int64_t)brand->reactivation.lasts * 86400;
    if (reactivation->end > setting->calendar.as_of * 86400) {
        return lka_fail_at(
            error, LKA_USAGE, file, 0, 0,
            "reactivation: a campaign that begins %.10g days before the as-of date and lasts %.10g is not "
            "over by then; allowed: lasts up to days_before",
            brand->reactivation.days_before, brand->reactivation.lasts);
    }
    for (size_t c = 0; c < setting->world->consent_count; c++) {
        reactivation->consents[c] = types_of_consent(&setting->world->consents[c]);
    }
    struct sample *sample;
    LKA_TRY(LKA_NEW(sample, 1, error));
    draw_sample(setting->world, sample);
    standardise(reactivation, sample);
    fit_reach(reactivation, sample);
    fit_answers(reactivation, sample);
    lka_status status = check_reach(reactivation, sample, file, error);
    lka_free(sample);
    return status;
}
