/* The Gamma-Gamma model. Amounts of one customer's purchases are Gamma(p, nu), and nu is Gamma(q, v) over customers; of
 * x purchases with mean m the density is
 *
 *     Gamma(p x + q) / (Gamma(p x) Gamma(q))  v^q  m^(p x - 1) x^(p x) / (x m + v)^(p x + q)
 *
 * Fader, Hardie (2013), The Gamma-Gamma model of monetary value, note 025 of brucehardie.com. The mean over customers
 * is p v / (q - 1): q is kept above 1, where there is one. */
#include "value/spend.h"

#include "base/elementary.h"
#include "base/error.h"
#include "value/wide.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

const char *const lka_spend_parameters[LKA_SPEND_PARAMETERS] = {"p", "q", "v"};

/* A parameter that is so near its lowest value is at its bound. */
#define LEAST_Q 1.0

struct amounts {
    double *count; /* x, ascending */
    double *mean;  /* m */
    double *log_mean;
    double *one;
    size_t customers;
};

enum { TILE = LKA_WIDE_TILE };

static bool is_usable(const struct lka_customer *customer)
{
    return customer->frequency > 0 && customer->spend > 0;
}

/* ---- the likelihood --------------------------------------------------------------------------- */

struct sums {
    double log_mean;
    double log_total; /* log(x m + v) */
    double inverse;   /* 1 / (x m + v) */
};

LKA_WIDE_BODY struct sums sum_rows(const struct amounts *amounts, size_t first, size_t count, double v)
{
    struct sums sums = {0};
    double log_total[TILE];
    double inverse[TILE];
    double x = amounts->count[first];
    for (size_t done = 0; done < count; done += TILE) {
        size_t rows = count - done < TILE ? count - done : TILE;
        const double *mean = amounts->mean + first + done;
        for (size_t i = 0; i < rows; i++) {
            log_total[i] = lka_log(x * mean[i] + v);
            inverse[i] = 1 / (x * mean[i] + v);
        }
        const double *one = amounts->one;
        sums.log_mean += lka_wide_sum(one, amounts->log_mean + first + done, rows);
        sums.log_total += lka_wide_sum(one, log_total, rows);
        sums.inverse += lka_wide_sum(one, inverse, rows);
    }
    return sums;
}

LKA_WIDE_TARGET static struct sums sum_rows_wide(const struct amounts *amounts, size_t first, size_t count, double v)
{
    return sum_rows(amounts, first, count, v);
}

static struct sums sum_rows_anywhere(const struct amounts *amounts, size_t first, size_t count, double v)
{
    return sum_rows(amounts, first, count, v);
}

/* All customers of one count. */
static double add_count(const struct sums *sums, double people, double x, const double *parameters, double *gradient)
{
    double p = parameters[LKA_SPEND_P];
    double q = parameters[LKA_SPEND_Q];
    double v = parameters[LKA_SPEND_V];
    double shape = p * x;
    double psi = gsl_sf_psi(shape + q);
    gradient[LKA_SPEND_P] += x * (people * (psi - gsl_sf_psi(shape) + log(x)) + sums->log_mean - sums->log_total);
    gradient[LKA_SPEND_Q] += people * (psi - gsl_sf_psi(q) + log(v)) - sums->log_total;
    gradient[LKA_SPEND_V] += people * q / v - (shape + q) * sums->inverse;
    double constant = gsl_sf_lngamma(shape + q) - gsl_sf_lngamma(shape) - gsl_sf_lngamma(q) + q * log(v) +
                      shape * log(x);
    return people * constant + (shape - 1) * sums->log_mean - (shape + q) * sums->log_total;
}

static double log_likelihood(void *data, const double *parameters, double *gradient)
{
    const struct amounts *amounts = data;
    double total = 0;
    memset(gradient, 0, LKA_FIT_PARAMETERS * sizeof *gradient);
    for (size_t first = 0, end; first < amounts->customers; first = end) {
        for (end = first; end < amounts->customers && amounts->count[end] == amounts->count[first]; end++) {
        }
        struct sums sums = (lka_wide() ? sum_rows_wide : sum_rows_anywhere)(amounts, first, end - first,
                                                                            parameters[LKA_SPEND_V]);
        total += add_count(&sums, (double)(end - first), amounts->count[first], parameters, gradient);
    }
    return total;
}

/* ---- the data --------------------------------------------------------------------------------- */

struct amount {
    double count;
    double mean;
};

static int compare(const void *left, const void *right)
{
    const struct amount *a = left;
    const struct amount *b = right;
    return a->count != b->count ? (a->count < b->count ? -1 : 1) : (a->mean > b->mean) - (a->mean < b->mean);
}

static lka_status make_room(struct amounts *amounts, size_t count, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(amounts->count, count, error));
    LKA_TRY(LKA_NEW(amounts->mean, count, error));
    LKA_TRY(LKA_NEW(amounts->log_mean, count, error));
    LKA_TRY(LKA_NEW(amounts->one, TILE, error));
    for (size_t i = 0; i < TILE; i++) {
        amounts->one[i] = 1;
    }
    return LKA_OK;
}

static void amounts_release(struct amounts *amounts)
{
    lka_free(amounts->count);
    lka_free(amounts->mean);
    lka_free(amounts->log_mean);
    lka_free(amounts->one);
}

static void put(struct amounts *amounts, const struct amount *amount)
{
    amounts->count[amounts->customers] = amount->count;
    amounts->mean[amounts->customers] = amount->mean;
    amounts->log_mean[amounts->customers] = lka_log(amount->mean);
    amounts->customers++;
}

/* In order of count and mean, whatever the order of the customers: every `step`-th. */
static lka_status amounts_init(struct amounts *amounts, const struct amount *sorted, size_t count, size_t step,
                               struct lka_error *error)
{
    *amounts = (struct amounts){0};
    LKA_TRY(make_room(amounts, count / step + 1, error));
    for (size_t i = 0; i < count; i += step) {
        put(amounts, &sorted[i]);
    }
    return LKA_OK;
}

/* ---- the fit ---------------------------------------------------------------------------------- */

enum { SAMPLE = 4000 };

static double mean_of(const struct amounts *amounts)
{
    double total = 0;
    for (size_t i = 0; i < amounts->customers; i++) {
        total += amounts->mean[i];
    }
    return total / (double)amounts->customers;
}

static struct lka_objective objective_of(struct amounts *amounts, double unit)
{
    return (struct lka_objective){.data = amounts,
                                  .log_likelihood = log_likelihood,
                                  .count = LKA_SPEND_PARAMETERS,
                                  .observations = (double)amounts->customers,
                                  .unit = {1, 1, unit},
                                  .least = {[LKA_SPEND_Q] = LEAST_Q}};
}

static lka_status fit(struct amounts *sample, struct amounts *all, struct lka_spend *spend, struct lka_error *error)
{
    /* p v / (q - 1) is the mean. */
    static const double shapes[][2] = {{2, 3}, {6, 4}, {1, 2}};
    struct lka_start starts[sizeof shapes / sizeof *shapes];
    double mean = mean_of(all);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        double p = shapes[s][0];
        double q = shapes[s][1];
        starts[s] = (struct lka_start){{p, q, mean * (q - 1) / p}};
    }
    struct lka_objective of_sample = objective_of(sample, mean);
    struct lka_objective of_all = objective_of(all, mean);
    return lka_fit_maximise(&of_sample, &of_all, starts, sizeof shapes / sizeof *shapes, &spend->fit, error);
}

static lka_status fit_sorted(const struct amount *sorted, struct lka_spend *spend, struct lka_error *error)
{
    struct amounts sample;
    struct amounts all = {0};
    lka_status status = amounts_init(&sample, sorted, spend->customers, 1 + spend->customers / SAMPLE, error);
    if (status == LKA_OK) {
        status = amounts_init(&all, sorted, spend->customers, 1, error);
    }
    if (status == LKA_OK) {
        status = fit(&sample, &all, spend, error);
    }
    amounts_release(&sample);
    amounts_release(&all);
    return status;
}

lka_status lka_spend_fit(const struct lka_customers *customers, struct lka_spend *spend, struct lka_error *error)
{
    struct amount *sorted = NULL;
    *spend = (struct lka_spend){0};
    LKA_TRY(LKA_NEW(sorted, customers->count, error));
    for (size_t i = 0; i < customers->count; i++) {
        const struct lka_customer *customer = &customers->items[i];
        if (is_usable(customer)) {
            sorted[spend->customers++] = (struct amount){customer->frequency, customer->spend};
        } else {
            spend->unusable += customer->frequency > 0 && !isnan(customer->spend);
        }
    }
    qsort(sorted, spend->customers, sizeof *sorted, compare);
    lka_status status = spend->customers > 0 ? fit_sorted(sorted, spend, error) : LKA_OK;
    lka_free(sorted);
    return status;
}

double lka_spend_expected(const struct lka_spend *spend, const struct lka_customer *customer)
{
    double p = spend->fit.parameters[LKA_SPEND_P];
    double q = spend->fit.parameters[LKA_SPEND_Q];
    double v = spend->fit.parameters[LKA_SPEND_V];
    double own = is_usable(customer) ? p * customer->frequency : 0;
    double amount = own > 0 ? own * customer->spend : 0;
    return (amount + p * v) / (own + q - 1);
}
