/* BG/NBD and MBG/NBD: behind each purchase a customer leaves with a probability p of the customer's own (Beta(a, b)
 * over customers). In BG/NBD the first purchase is no occasion to leave, so that everybody without a repeat is alive
 * for certain; in MBG/NBD it is one as any other. With n the occasions survived, x in BG/NBD and x + 1 in MBG/NBD, both
 * have the likelihood
 *
 *     Gamma(r + x) / Gamma(r)  alpha^r  B(a, b + n) / B(a, b)  (alpha + T)^-(r + x)  (1 + e^q)
 *     q = log a - log(b + n - 1) + (r + x) (log(alpha + T) - log(alpha + t_x));  without e^q where n is 0
 *
 * where e^q is the odds of having left right after the last purchase. Fader, Hardie, Lee (2005), Marketing Science
 * 24(2); Batislam, Denizel, Filiztekin (2007), International Journal of Research in Marketing 24(3), with the erratum
 * of Wagner and Hoppe (2008), ibid. 25(3). */
#include "base/elementary.h"
#include "value/jacobi.h"
#include "value/model.h"
#include "value/rising.h"
#include "value/wide.h"

#include <math.h>

enum { R, ALPHA, A, B };

/* Sums over the customers of a pattern group; `left` is the probability of having left. */
struct sums {
    double customers;
    double log_age;     /* log(alpha + T) */
    double inverse_age; /* 1 / (alpha + T) */
    double odds;        /* log(1 + e^q) */
    double left;
    double left_log;     /* left * (log(alpha + T) - log(alpha + t_x)) */
    double left_inverse; /* left * (1 / (alpha + T) - 1 / (alpha + t_x)) */
};

/* What a group has in common. */
struct common {
    double alpha;
    double shape;    /* r + x */
    double log_odds; /* log a - log(b + n - 1) */
    bool may_leave;  /* n > 0 */
};

struct tile {
    double one[LKA_WIDE_TILE];
    double log_age[LKA_WIDE_TILE];
    double inverse_age[LKA_WIDE_TILE];
    double odds[LKA_WIDE_TILE];
    double left[LKA_WIDE_TILE];
    double left_log[LKA_WIDE_TILE];
    double left_inverse[LKA_WIDE_TILE];
};

LKA_WIDE_BODY void age_terms(const double *age, size_t count, const struct common *common, struct tile *tile)
{
    double alpha = common->alpha;
    for (size_t i = 0; i < count; i++) {
        tile->one[i] = 1;
        tile->log_age[i] = lka_log(alpha + age[i]);
        tile->inverse_age[i] = 1 / (alpha + age[i]);
    }
}

LKA_WIDE_BODY void leaving_terms(const double *recency, size_t count, const struct common *common, struct tile *tile)
{
    double alpha = common->alpha;
    double shape = common->shape;
    double log_odds = common->log_odds;
    for (size_t i = 0; i < count; i++) {
        double logs = tile->log_age[i] - lka_log(alpha + recency[i]);
        double q = log_odds + shape * logs;
        double smaller = lka_exp(q > 0 ? -q : q);
        double left = (q > 0 ? 1.0 : smaller) / (1 + smaller);
        tile->odds[i] = (q > 0 ? q : 0.0) + lka_log(1 + smaller);
        tile->left[i] = left;
        tile->left_log[i] = left * logs;
        tile->left_inverse[i] = left * (tile->inverse_age[i] - 1 / (alpha + recency[i]));
    }
}

LKA_WIDE_BODY void sum_rows(const struct lka_patterns *patterns, const struct lka_pattern_group *group,
                            const struct common *common, struct sums *sums)
{
    struct tile tile;
    for (size_t done = 0; done < group->count; done += LKA_WIDE_TILE) {
        size_t from = group->first + done;
        size_t count = group->count - done < LKA_WIDE_TILE ? group->count - done : LKA_WIDE_TILE;
        const double *weight = patterns->weight + from;
        age_terms(patterns->age + from, count, common, &tile);
        sums->customers += lka_wide_sum(weight, tile.one, count);
        sums->log_age += lka_wide_sum(weight, tile.log_age, count);
        sums->inverse_age += lka_wide_sum(weight, tile.inverse_age, count);
        if (common->may_leave) {
            leaving_terms(patterns->recency + from, count, common, &tile);
            sums->odds += lka_wide_sum(weight, tile.odds, count);
            sums->left += lka_wide_sum(weight, tile.left, count);
            sums->left_log += lka_wide_sum(weight, tile.left_log, count);
            sums->left_inverse += lka_wide_sum(weight, tile.left_inverse, count);
        }
    }
}

LKA_WIDE_TARGET static void sum_rows_wide(const struct lka_patterns *patterns, const struct lka_pattern_group *group,
                                          const struct common *common, struct sums *sums)
{
    sum_rows(patterns, group, common, sums);
}

static void sum_rows_anywhere(const struct lka_patterns *patterns, const struct lka_pattern_group *group,
                              const struct common *common, struct sums *sums)
{
    sum_rows(patterns, group, common, sums);
}

/* The three gamma functions of counts, each at its count. */
struct gammas {
    struct lka_rising r;
    struct lka_rising b;
    struct lka_rising both; /* of a + b */
};

static double add_group(const double *parameters, const struct lka_pattern_group *group, size_t occasions,
                        const struct gammas *gammas, const struct sums *sums, double *gradient)
{
    double shape = parameters[R] + (double)group->frequency;
    double log_alpha = log(parameters[ALPHA]);
    double people = sums->customers;
    gradient[R] += people * (gammas->r.slope + log_alpha) - sums->log_age + sums->left_log;
    gradient[ALPHA] += people * parameters[R] / parameters[ALPHA] + shape * (sums->left_inverse - sums->inverse_age);
    gradient[A] += sums->left / parameters[A] - people * gammas->both.slope;
    gradient[B] += people * (gammas->b.slope - gammas->both.slope);
    if (occasions > 0) {
        gradient[B] -= sums->left / (parameters[B] + (double)occasions - 1);
    }
    double constant = gammas->r.value + parameters[R] * log_alpha + gammas->b.value - gammas->both.value;
    return people * constant - shape * sums->log_age + sums->odds;
}

static double log_likelihood(const struct lka_patterns *patterns, size_t extra, const double *parameters,
                             double *gradient)
{
    void (*sum)(const struct lka_patterns *, const struct lka_pattern_group *, const struct common *,
                struct sums *) = lka_wide() ? sum_rows_wide : sum_rows_anywhere;
    struct gammas gammas = {lka_rising_at(parameters[R]), lka_rising_at(parameters[B]),
                            lka_rising_at(parameters[A] + parameters[B])};
    double total = 0;
    memset(gradient, 0, LKA_FIT_PARAMETERS * sizeof *gradient);
    for (size_t g = 0; g < patterns->group_count; g++) {
        const struct lka_pattern_group *group = &patterns->groups[g];
        size_t occasions = group->frequency + extra;
        struct common common = {
            .alpha = parameters[ALPHA], .shape = parameters[R] + (double)group->frequency, .may_leave = occasions > 0};
        common.log_odds = common.may_leave ? log(parameters[A]) - log(parameters[B] + (double)occasions - 1) : 0;
        struct sums sums = {0};
        lka_rising_to(&gammas.r, group->frequency);
        lka_rising_to(&gammas.b, occasions);
        lka_rising_to(&gammas.both, occasions);
        sum(patterns, group, &common, &sums);
        total += add_group(parameters, group, occasions, &gammas, &sums, gradient);
    }
    return total;
}

static double mbg_log_likelihood(void *data, const double *parameters, double *gradient)
{
    return log_likelihood(((const struct lka_pattern_data *)data)->patterns, 1, parameters, gradient);
}

static double bg_log_likelihood(void *data, const double *parameters, double *gradient)
{
    return log_likelihood(((const struct lka_pattern_data *)data)->patterns, 0, parameters, gradient);
}

/* ---- what is to come -------------------------------------------------------------------------- */

static double alive(const double *parameters, const struct lka_history_of *history, double extra)
{
    double occasions = history->frequency + extra;
    if (occasions == 0) {
        return 1;
    }
    double logs = lka_log(parameters[ALPHA] + history->age) - lka_log(parameters[ALPHA] + history->recency);
    double q = lka_log(parameters[A]) - lka_log(parameters[B] + occasions - 1) +
               (parameters[R] + history->frequency) * logs;
    return 1 / (1 + lka_exp(q));
}

static double mbg_alive(const double *parameters, const struct lka_history_of *history)
{
    return alive(parameters, history, 1);
}

static double bg_alive(const double *parameters, const struct lka_history_of *history)
{
    return alive(parameters, history, 0);
}

/* Of who is alive, p is Beta(a, b + n). */
static lka_status mbg_prepare(const double *parameters, double frequency, struct lka_rule *rule,
                              struct lka_error *error)
{
    return lka_jacobi_rule(parameters[A], parameters[B] + frequency + 1, rule, error);
}

static lka_status bg_prepare(const double *parameters, double frequency, struct lka_rule *rule, struct lka_error *error)
{
    return lka_jacobi_rule(parameters[A], parameters[B] + frequency, rule, error);
}

/* With p given and the rate Gamma(s, z), s = r + x and z = alpha + T, the purchases to come have the intensity
 * s / z (1 + p u / z)^-(s + 1): each of them is the last one with probability p. */
LKA_WIDE_BODY void rates_body(const double *parameters, const struct lka_rule *rule,
                              const struct lka_history_of *history, const double *times, double *rates)
{
    double shape = parameters[R] + history->frequency;
    double scale = parameters[ALPHA] + history->age;
    for (size_t j = 0; j < LKA_TIMES; j++) {
        double terms[LKA_RULE_NODES];
        double share = times[j] / scale;
        for (size_t k = 0; k < LKA_RULE_NODES; k++) {
            terms[k] = lka_exp(-(shape + 1) * lka_log(1 + rule->nodes[k] * share));
        }
        rates[j] = shape / scale * lka_wide_sum(rule->weights, terms, LKA_RULE_NODES);
    }
}

LKA_WIDE_TARGET static void rates_wide(const double *parameters, const struct lka_rule *rule,
                                       const struct lka_history_of *history, const double *times, double *rates)
{
    rates_body(parameters, rule, history, times, rates);
}

static void rates_of(const double *parameters, const struct lka_rule *rule, const struct lka_history_of *history,
                     const double *times, double *rates)
{
    if (lka_wide()) {
        rates_wide(parameters, rule, history, times, rates);
    } else {
        rates_body(parameters, rule, history, times, rates);
    }
}

static const struct lka_start starts[] = {{{0.3, 1, 0.8, 2.5}}, {{1, 1, 0.5, 5}}, {{0.5, 2, 2, 2}}, {{2, 1, 0.2, 10}}};

const struct lka_purchase_model lka_mbg_nbd = {
    .name = "mbg_nbd",
    .source = "Batislam, Denizel, Filiztekin (2007)",
    .parameters = {"r", "alpha", "a", "b"},
    .is_time = {[ALPHA] = true},
    .starts = starts,
    .start_count = sizeof starts / sizeof *starts,
    .log_likelihood = mbg_log_likelihood,
    .alive = mbg_alive,
    .prepare = mbg_prepare,
    .rates = rates_of,
};

const struct lka_purchase_model lka_bg_nbd = {
    .name = "bg_nbd",
    .source = "Fader, Hardie, Lee (2005)",
    .parameters = {"r", "alpha", "a", "b"},
    .is_time = {[ALPHA] = true},
    .starts = starts,
    .start_count = sizeof starts / sizeof *starts,
    .log_likelihood = bg_log_likelihood,
    .alive = bg_alive,
    .prepare = bg_prepare,
    .rates = rates_of,
};
