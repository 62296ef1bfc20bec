/* Pareto/NBD: customers leave at any time, at a rate of their own (Gamma(s, beta) over customers). The likelihood is
 *
 *     Gamma(r + x) / Gamma(r) alpha^r { (alpha + T)^-(r + x) (beta / (beta + T))^s
 *                    + s beta^s  integral from t_x to T of (alpha + u)^-(r + x) (beta + u)^-(s + 1) du }
 *
 * alive at T, or left at some time u since the last purchase. Schmittlein, Morrison, Colombo (1987), Management Science
 * 33(1). The integral is two hypergeometric functions, which cancel, and whose derivatives are no simple functions: it
 * is done by Gauss and Legendre's rule instead, so that likelihood and gradient are sums of the same positive terms.
 * With k = r + x + s and c chosen so that (c + v)^-(k + 1), v = u - t_x, falls at v = 0 as the integrand does, the
 * substitution v = c (e^y - 1) makes the integrand nearly e^(-k y): it is cut where that is below 1e-12. */
#include "base/elementary.h"
#include "value/jacobi.h"
#include "value/model.h"
#include "value/rising.h"
#include "value/wide.h"

#include <math.h>

enum { R, ALPHA, S, BETA };

enum { NODES = 16 };

/* e^-CUT is neglected. */
#define CUT 28.0

/* Gauss and Legendre's nodes and weights on 0..1; symmetric about 1/2, so that half of them are written down. */
static const double half_nodes[NODES / 2] = {0.0052995325041750333, 0.027712488463383712, 0.067184398806084128,
                                             0.12229779582249848,   0.19106187779867812,  0.27099161117138630,
                                             0.35919822461037054,   0.45249374508118127};
static const double half_weights[NODES / 2] = {0.013576229705877047, 0.031126761969323946, 0.047579255841246392,
                                               0.062314485627766936, 0.074797994408288367, 0.084578259697501270,
                                               0.091301707522461794, 0.094725305227534248};

static double node_of(size_t j)
{
    return j < NODES / 2 ? half_nodes[j] : 1 - half_nodes[NODES - 1 - j];
}

static double weight_of(size_t j)
{
    return half_weights[j < NODES / 2 ? j : NODES - 1 - j];
}

/* What a group has in common. */
struct common {
    double alpha;
    double beta;
    double s;
    double shape; /* r + x */
    double log_s;
    double log_beta;
};

/* Sums over customers: of the log of the braces, and of its derivatives. */
struct sums {
    double value;
    double r;
    double alpha;
    double s;
    double beta;
    double customers;
};

/* Of each customer: terms of the braces over exp(top), and these times what they are differentiated to. */
struct tile {
    double one[LKA_WIDE_TILE];
    double top[LKA_WIDE_TILE];
    double scale[LKA_WIDE_TILE];     /* c */
    double log_scale[LKA_WIDE_TILE]; /* log c */
    double range[LKA_WIDE_TILE];     /* y at T, or where it is cut */
    double total[LKA_WIDE_TILE];
    double left[LKA_WIDE_TILE];          /* the integral's part of it */
    double log_alpha[LKA_WIDE_TILE];     /* log(alpha + u) */
    double inverse_alpha[LKA_WIDE_TILE]; /* 1 / (alpha + u) */
    double log_beta[LKA_WIDE_TILE];      /* log(beta + u) */
    double inverse_beta[LKA_WIDE_TILE];  /* (s + 1, or s for who is alive) / (beta + u) */
};

LKA_WIDE_BODY double larger(double a, double b)
{
    return a > b ? a : b;
}

LKA_WIDE_BODY double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* The substitution, and the term of those who are alive. */
LKA_WIDE_BODY void begin(const double *recency, const double *age, size_t count, const struct common *common,
                         struct tile *tile)
{
    struct common with = *common;
    double k = with.shape + with.s;
    double log_k = log(k);
    for (size_t i = 0; i < count; i++) {
        double alpha_x = with.alpha + recency[i];
        double beta_x = with.beta + recency[i];
        double alpha_t = with.alpha + age[i];
        double beta_t = with.beta + age[i];
        double c = (k + 1) / (with.shape / alpha_x + (with.s + 1) / beta_x);
        double log_c = lka_log(c);
        double log_alpha = lka_log(alpha_t);
        double log_beta = lka_log(beta_t);
        double alive = with.s * (with.log_beta - log_beta) - with.shape * log_alpha;
        double leaving = with.log_s + with.s * with.log_beta - with.shape * lka_log(alpha_x) -
                         (with.s + 1) * lka_log(beta_x) + log_c - log_k;
        double top = larger(alive, leaving);
        double term = lka_exp(alive - top);
        tile->one[i] = 1;
        tile->top[i] = top;
        tile->scale[i] = c;
        tile->log_scale[i] = log_c;
        tile->range[i] = smaller(lka_log(1 + (age[i] - recency[i]) / c), CUT / k);
        tile->total[i] = term;
        tile->left[i] = 0;
        tile->log_alpha[i] = term * log_alpha;
        tile->inverse_alpha[i] = term / alpha_t;
        tile->log_beta[i] = term * log_beta;
        tile->inverse_beta[i] = term * with.s / beta_t;
    }
}

/* Adds one node of the integral. */
LKA_WIDE_BODY void add_node(const double *recency, size_t count, const struct common *common, double node,
                            double node_weight, struct tile *tile)
{
    struct common with = *common;
    double constant = with.log_s + with.s * with.log_beta;
    for (size_t i = 0; i < count; i++) {
        double y = tile->range[i] * node;
        double u = recency[i] + tile->scale[i] * (lka_exp(y) - 1);
        double log_alpha = lka_log(with.alpha + u);
        double log_beta = lka_log(with.beta + u);
        double exponent = constant - with.shape * log_alpha - (with.s + 1) * log_beta + tile->log_scale[i] + y;
        double term = node_weight * tile->range[i] * lka_exp(exponent - tile->top[i]);
        tile->total[i] += term;
        tile->left[i] += term;
        tile->log_alpha[i] += term * log_alpha;
        tile->inverse_alpha[i] += term / (with.alpha + u);
        tile->log_beta[i] += term * log_beta;
        tile->inverse_beta[i] += term * (with.s + 1) / (with.beta + u);
    }
}

/* Sums become means over the terms. */
LKA_WIDE_BODY void finish(size_t count, struct tile *tile)
{
    for (size_t i = 0; i < count; i++) {
        double inverse = 1 / tile->total[i];
        tile->top[i] += lka_log(tile->total[i]);
        tile->left[i] *= inverse;
        tile->log_alpha[i] *= inverse;
        tile->inverse_alpha[i] *= inverse;
        tile->log_beta[i] *= inverse;
        tile->inverse_beta[i] *= inverse;
    }
}

LKA_WIDE_BODY void fill(const double *recency, const double *age, size_t count, const struct common *common,
                        struct tile *tile)
{
    begin(recency, age, count, common, tile);
    for (size_t j = 0; j < NODES; j++) {
        add_node(recency, count, common, node_of(j), weight_of(j), tile);
    }
    finish(count, tile);
}

LKA_WIDE_BODY void sum_rows(const struct lka_patterns *patterns, const struct lka_pattern_group *group,
                            const struct common *common, struct sums *sums)
{
    struct tile tile;
    for (size_t done = 0; done < group->count; done += LKA_WIDE_TILE) {
        size_t from = group->first + done;
        size_t count = group->count - done < LKA_WIDE_TILE ? group->count - done : LKA_WIDE_TILE;
        const double *weight = patterns->weight + from;
        fill(patterns->recency + from, patterns->age + from, count, common, &tile);
        double people = lka_wide_sum(weight, tile.one, count);
        double left = lka_wide_sum(weight, tile.left, count);
        sums->customers += people;
        sums->value += lka_wide_sum(weight, tile.top, count);
        sums->r -= lka_wide_sum(weight, tile.log_alpha, count);
        sums->alpha -= common->shape * lka_wide_sum(weight, tile.inverse_alpha, count);
        sums->s += left / common->s + people * common->log_beta - lka_wide_sum(weight, tile.log_beta, count);
        sums->beta += people * common->s / common->beta - lka_wide_sum(weight, tile.inverse_beta, count);
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

static struct common common_of(const double *parameters, double frequency)
{
    return (struct common){.alpha = parameters[ALPHA],
                           .beta = parameters[BETA],
                           .s = parameters[S],
                           .shape = parameters[R] + frequency,
                           .log_s = lka_log(parameters[S]),
                           .log_beta = lka_log(parameters[BETA])};
}

static double log_likelihood(void *data, const double *parameters, double *gradient)
{
    const struct lka_patterns *patterns = ((const struct lka_pattern_data *)data)->patterns;
    struct lka_rising gamma = lka_rising_at(parameters[R]);
    double log_alpha = log(parameters[ALPHA]);
    double total = 0;
    memset(gradient, 0, LKA_FIT_PARAMETERS * sizeof *gradient);
    for (size_t g = 0; g < patterns->group_count; g++) {
        const struct lka_pattern_group *group = &patterns->groups[g];
        struct common common = common_of(parameters, (double)group->frequency);
        struct sums sums = {0};
        lka_rising_to(&gamma, group->frequency);
        (lka_wide() ? sum_rows_wide : sum_rows_anywhere)(patterns, group, &common, &sums);
        total += sums.value + sums.customers * (gamma.value + parameters[R] * log_alpha);
        gradient[R] += sums.r + sums.customers * (gamma.slope + log_alpha);
        gradient[ALPHA] += sums.alpha + sums.customers * parameters[R] / parameters[ALPHA];
        gradient[S] += sums.s;
        gradient[BETA] += sums.beta;
    }
    return total;
}

/* ---- what is to come -------------------------------------------------------------------------- */

static double alive(const double *parameters, const struct lka_history_of *history)
{
    struct common common = common_of(parameters, history->frequency);
    struct tile tile;
    fill(&history->recency, &history->age, 1, &common, &tile);
    return 1 - tile.left[0];
}

static lka_status prepare(const double *parameters, double frequency, struct lka_rule *rule, struct lka_error *error)
{
    (void)parameters, (void)frequency, (void)rule, (void)error;
    return LKA_OK;
}

/* Of who is alive, the rate of purchases is Gamma(r + x, alpha + T), and that of leaving Gamma(s, beta + T). */
static void rates_of(const double *parameters, const struct lka_rule *rule, const struct lka_history_of *history,
                     const double *times, double *rates)
{
    (void)rule;
    double rate = (parameters[R] + history->frequency) / (parameters[ALPHA] + history->age);
    double scale = parameters[BETA] + history->age;
    for (size_t j = 0; j < LKA_TIMES; j++) {
        rates[j] = rate * lka_exp(-parameters[S] * lka_log(1 + times[j] / scale));
    }
}

static const struct lka_start starts[] = {{{0.5, 1, 0.6, 0.5}}, {{1, 1, 1, 1}}, {{0.5, 2, 0.3, 0.3}}, {{2, 1, 1, 3}}};

const struct lka_purchase_model lka_pareto_nbd = {
    .name = "pareto_nbd",
    .source = "Schmittlein, Morrison, Colombo (1987)",
    .parameters = {"r", "alpha", "s", "beta"},
    .is_time = {[ALPHA] = true, [BETA] = true},
    .starts = starts,
    .start_count = sizeof starts / sizeof *starts,
    .log_likelihood = log_likelihood,
    .alive = alive,
    .prepare = prepare,
    .rates = rates_of,
};
