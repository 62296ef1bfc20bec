/* The models of repeat purchases against Lifetimes 0.11.3 (PyPI, MIT), at the parameters published for CDNOW: what each
 * customer's row adds to the log-likelihood, P(alive), and the purchases expected over 39 weeks. The numbers were printed by
 * conditional_probability_alive, conditional_expected_number_of_purchases_up_to_time and the fitters' likelihoods of that
 * release (NumPy 2.4.6, SciPy 1.17.1). Then: gradients, sums of patterns, forecasts and fits against what must be so. */
#include "value/forecast.h"
#include "value/jacobi.h"
#include "value/spend.h"

#include "run_suite.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

struct expected {
    uint32_t frequency;
    double recency;
    double age;
    double log_likelihood;
    double alive;
    double purchases;
};

/* clang-format off */
static const struct expected bg_nbd[] = {
    {0, 0.00, 38.86, -0.5547132764, 1.0000000000, 0.1950980520},
    {0, 0.00, 27.00, -0.4768807800, 1.0000000000, 0.2593953815},
    {0, 0.00, 5.43, -0.1949056404, 1.0000000000, 0.6730840944},
    {1, 1.71, 38.86, -4.4690932750, 0.2121009854, 0.2031869871},
    {1, 30.43, 38.86, -5.6635776212, 0.7003266391, 0.6708939118},
    {2, 30.43, 38.86, -9.4586063071, 0.7265785701, 1.2260281748},
    {3, 15.00, 30.14, -11.4017002813, 0.4625068117, 1.3373480284},
    {5, 36.29, 38.71, -17.8959865341, 0.8568639609, 3.2717698873},
    {7, 29.43, 38.86, -21.8632762715, 0.6417563459, 3.3370532749},
    {11, 38.00, 38.86, -28.9432794815, 0.9259470579, 7.3783678553},
    {29, 37.71, 38.00, -43.8695140536, 0.9691295182, 20.0529489865},
    {60, 20.00, 35.00, -14.8721091690, 0.0000000000, 0.0000000010},
};
static const struct expected mbg_nbd[] = {
    {0, 0.00, 38.86, -0.5398374635, 0.3897350809, 0.1540127467},
    {0, 0.00, 27.00, -0.4742185339, 0.4284944315, 0.2207145436},
    {0, 0.00, 5.43, -0.2003137094, 0.5654246261, 0.6710278552},
    {1, 1.71, 38.86, -4.4603606126, 0.1708364843, 0.1888365414},
    {1, 30.43, 38.86, -5.8438279968, 0.6814168621, 0.7532138347},
    {2, 30.43, 38.86, -9.4855513145, 0.7062022651, 1.2629606233},
    {3, 15.00, 30.14, -11.3033626787, 0.4362592244, 1.2761665326},
    {5, 36.29, 38.71, -17.8243118966, 0.8453310082, 3.2027844625},
    {7, 29.43, 38.86, -21.7765222489, 0.6227238142, 3.1675724323},
    {11, 38.00, 38.86, -28.9386131039, 0.9189410342, 7.0642848803},
    {29, 37.71, 38.00, -44.4077360270, 0.9658563632, 18.9524051158},
    {60, 20.00, 35.00, -18.0304869139, 0.0000000001, 0.0000000036},
};
static const struct expected pareto_nbd[] = {
    {0, 0.00, 38.86, -0.5210462941, 0.2952866046, 0.1070814682},
    {0, 0.00, 27.00, -0.4697633661, 0.3839307844, 0.1753614930},
    {0, 0.00, 5.43, -0.2029813928, 0.7728453536, 0.6916885595},
    {1, 1.71, 38.86, -4.4501943339, 0.1680023267, 0.1710929806},
    {1, 30.43, 38.86, -6.1064101183, 0.8802391336, 0.8964324477},
    {2, 30.43, 38.86, -9.5542832452, 0.8691675592, 1.4551231933},
    {3, 15.00, 30.14, -11.2511662891, 0.5474238201, 1.5026951875},
    {5, 36.29, 38.71, -17.6227730571, 0.9662195644, 3.5275690397},
    {7, 29.43, 38.86, -21.5946432181, 0.7495014077, 3.7122513805},
    {11, 38.00, 38.86, -28.6928475109, 0.9885383187, 7.4891705658},
    {29, 37.71, 38.00, -45.0560614869, 0.9961260450, 19.5957701741},
    {60, 20.00, 35.00, -24.7363102165, 0.0000000026, 0.0000001120},
};
/* clang-format on */

static const struct {
    const struct lka_purchase_model *model;
    double parameters[LKA_FIT_PARAMETERS];
    const struct expected *rows;
} references[] = {
    {&lka_bg_nbd, {.243, 4.414, .793, 2.426}, bg_nbd},
    {&lka_mbg_nbd, {.525, 6.183, .891, 1.614}, mbg_nbd},
    {&lka_pareto_nbd, {.553, 10.578, .606, 11.669}, pareto_nbd},
};
enum { ROWS = sizeof bg_nbd / sizeof *bg_nbd, MODELS = sizeof references / sizeof *references };

static struct lka_customers customers;
static struct lka_patterns patterns;

static void add(size_t frequency, double recency, double age)
{
    struct lka_customer customer = {
        .id = LKA_SPAN("C"), .frequency = (uint32_t)frequency, .recency = recency, .age = age, .spend = NAN};
    ck_assert_int_eq(lka_customers_add(&customers, &customer, NULL), LKA_OK);
}

static void collect(void)
{
    lka_value_patterns_release(&patterns);
    ck_assert_int_eq(lka_patterns_init(&patterns, &customers, NULL), LKA_OK);
}

static void setup(void)
{
    lka_init();
}

static void teardown(void)
{
    lka_value_patterns_release(&patterns);
    lka_customers_release(&customers);
}

static void add_reference(const struct expected *row)
{
    add(row->frequency, row->recency, row->age);
}

static double log_likelihood(const struct lka_purchase_model *model, const double *parameters, double *gradient)
{
    struct lka_pattern_data data = {&patterns};
    return model->log_likelihood(&data, parameters, gradient);
}

START_TEST(each_row_is_as_likely_as_in_lifetimes)
{
    const struct expected *row = &references[_i / ROWS].rows[_i % ROWS];
    double gradient[LKA_FIT_PARAMETERS];
    add_reference(row);
    collect();
    double got = log_likelihood(references[_i / ROWS].model, references[_i / ROWS].parameters, gradient);
    ck_assert_double_eq_tol(got, row->log_likelihood, 1e-8);
}
END_TEST

START_TEST(forecasts_are_those_of_lifetimes)
{
    const double *parameters = references[_i].parameters;
    struct lka_forecast forecasts[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        add_reference(&references[_i].rows[i]);
    }
    collect();
    struct lka_outlook outlook = {.horizon = 39};
    ck_assert_int_eq(lka_forecast_patterns(references[_i].model, parameters, &patterns, &outlook, forecasts, NULL),
                     LKA_OK);
    for (size_t i = 0; i < ROWS; i++) {
        const struct lka_forecast *got = &forecasts[customers.items[i].pattern];
        ck_assert_double_eq_tol(got->alive, references[_i].rows[i].alive, 1e-7);
        ck_assert_double_eq_tol(got->expected, references[_i].rows[i].purchases, 1e-6);
        ck_assert_double_eq_tol(got->discounted, got->expected, 1e-12);
    }
}
END_TEST

/* Nobody buys before now, and later purchases count less. */
START_TEST(discounting_takes_off_between_nothing_and_the_last_days_rate)
{
    struct lka_forecast forecast;
    add(3, 20, 30);
    collect();
    struct lka_outlook outlook = {.horizon = 52, .discount = log(1.1) / 52};
    ck_assert_int_eq(
        lka_forecast_patterns(references[_i].model, references[_i].parameters, &patterns, &outlook, &forecast, NULL),
        LKA_OK);
    ck_assert_double_lt(forecast.discounted, forecast.expected);
    ck_assert_double_gt(forecast.discounted, forecast.expected / 1.1);
}
END_TEST

static void add_all_references(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t copies = 0; copies <= i % 3; copies++) {
            add_reference(&bg_nbd[i]);
        }
    }
    collect();
}

START_TEST(gradients_are_the_slopes)
{
    static const double points[][LKA_FIT_PARAMETERS] = {{.5, 3, .7, 2}, {2, 40, 1.5, 20}, {.05, .3, .1, .2}};
    const struct lka_purchase_model *model = references[_i].model;
    add_all_references();
    for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
        double gradient[LKA_FIT_PARAMETERS];
        double ignored[LKA_FIT_PARAMETERS];
        log_likelihood(model, points[p], gradient);
        for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
            double moved[LKA_FIT_PARAMETERS];
            double step = 1e-5 * points[p][k];
            memcpy(moved, points[p], sizeof moved);
            moved[k] = points[p][k] + step;
            double above = log_likelihood(model, moved, ignored);
            moved[k] = points[p][k] - step;
            double below = log_likelihood(model, moved, ignored);
            ck_assert_double_eq_tol(gradient[k], (above - below) / (2 * step), 1e-5 * (1 + fabs(gradient[k])));
        }
    }
}
END_TEST

START_TEST(patterns_are_the_customers_in_order)
{
    add(2, 5, 9);
    add(0, 0, 9);
    add(2, 5, 9);
    add(2, 4, 9);
    add(0, 0, 3);
    collect();
    ck_assert_uint_eq(patterns.count, 4);
    ck_assert_uint_eq(patterns.group_count, 2);
    static const double ages[] = {3, 9, 9, 9};
    static const double recencies[] = {0, 0, 4, 5};
    static const double weights[] = {1, 1, 1, 2};
    ck_assert_mem_eq(patterns.age, ages, sizeof ages);
    ck_assert_mem_eq(patterns.recency, recencies, sizeof recencies);
    ck_assert_mem_eq(patterns.weight, weights, sizeof weights);
    ck_assert_uint_eq(customers.items[0].pattern, 3);
    ck_assert_uint_eq(customers.items[1].pattern, 1);
    ck_assert_double_eq(patterns.purchases, 6);
    ck_assert_double_eq(patterns.time, 39);
}
END_TEST

/* Of the two halves of a group, one is a whole number of lanes and the other is not. */
START_TEST(the_order_and_number_of_customers_changes_no_sum)
{
    double first[LKA_FIT_PARAMETERS];
    double second[LKA_FIT_PARAMETERS];
    for (size_t i = 0; i < 601; i++) {
        add(1 + i % 3, (double)(i % 37), 40 + (double)(i % 11));
    }
    collect();
    double forward = log_likelihood(references[_i].model, references[_i].parameters, first);
    lka_customers_release(&customers);
    for (size_t i = 601; i-- > 0;) {
        add(1 + i % 3, (double)(i % 37), 40 + (double)(i % 11));
    }
    collect();
    double backward = log_likelihood(references[_i].model, references[_i].parameters, second);
    ck_assert(forward == backward);
    ck_assert_mem_eq(first, second, sizeof first);
}
END_TEST

/* ---- fits ------------------------------------------------------------------------------------- */

/* Customers as the model itself would have them, at the parameters of the references. */
static void simulate_customer(gsl_rng *rng, size_t model, double *parameters)
{
    double age = 30 + 48 * gsl_rng_uniform(rng);
    double rate = gsl_ran_gamma(rng, parameters[0], 1 / parameters[1]);
    double chance = model < 2 ? gsl_ran_beta(rng, parameters[2], parameters[3]) : 0;
    double life = model < 2 ? INFINITY
                            : gsl_ran_exponential(rng, 1 / gsl_ran_gamma(rng, parameters[2], 1 / parameters[3]));
    bool gone = model == 1 && gsl_rng_uniform(rng) < chance;
    double recency = 0;
    size_t frequency = 0;
    for (double next = 0; !gone;) {
        next += gsl_ran_exponential(rng, 1 / rate);
        if (!(next < age && next < life)) {
            break;
        }
        frequency++;
        recency = next;
        gone = gsl_rng_uniform(rng) < chance;
    }
    add(frequency, recency, age);
}

START_TEST(a_fit_finds_what_made_the_data)
{
    const struct lka_purchase_model *model = references[_i].model;
    double truth[LKA_FIT_PARAMETERS];
    double gradient[LKA_FIT_PARAMETERS];
    struct lka_fit fit;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    memcpy(truth, references[_i].parameters, sizeof truth);
    for (size_t i = 0; i < 20000; i++) {
        simulate_customer(rng, (size_t)_i, truth);
    }
    gsl_rng_free(rng);
    collect();
    ck_assert_int_eq(lka_purchase_model_fit(model, &patterns, &fit, NULL), LKA_OK);
    ck_assert(fit.converged);
    ck_assert_double_eq_tol(log_likelihood(model, fit.parameters, gradient), fit.log_likelihood, 1e-9);
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        ck_assert(!fit.at_bound[k]);
        ck_assert_double_lt(fabs(gradient[k] * fit.parameters[k]), 1e-3);
        ck_assert_double_lt(fabs(fit.parameters[k] - truth[k]), 4 * fit.errors[k]);
        ck_assert_double_lt(fit.errors[k], truth[k]);
    }
    /* Twice the difference is chi-squared with 4 degrees of freedom. */
    double at_truth = log_likelihood(model, truth, gradient);
    ck_assert_double_gt(fit.log_likelihood, at_truth);
    ck_assert_double_lt(fit.log_likelihood, at_truth + 10);
}
END_TEST

START_TEST(equal_customers_end_at_a_bound_and_say_so)
{
    struct lka_fit fit;
    for (size_t i = 0; i < 50; i++) {
        add(4, 18, 20);
    }
    collect();
    ck_assert_int_eq(lka_purchase_model_fit(references[_i].model, &patterns, &fit, NULL), LKA_OK);
    bool any = false;
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        ck_assert(isfinite(fit.parameters[k]) && fit.parameters[k] > 0);
        any = any || fit.at_bound[k] || isnan(fit.errors[k]);
    }
    ck_assert(any || !fit.converged);
    ck_assert(isfinite(fit.log_likelihood));
}
END_TEST

START_TEST(one_customer_is_enough_not_to_crash)
{
    struct lka_fit fit;
    add(1, 0.5, 1);
    collect();
    ck_assert_int_eq(lka_purchase_model_fit(references[_i].model, &patterns, &fit, NULL), LKA_OK);
    ck_assert(isfinite(fit.log_likelihood));
}
END_TEST

/* The mean of p and of p^2 of a Beta(a, b), also where a is small and b large. */
START_TEST(the_rule_has_the_moments_of_its_distribution)
{
    static const double shapes[][2] = {{.793, 2.426}, {1e-3, 5}, {2, 800}, {300, 200}, {1, 1}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        double a = shapes[s][0];
        double b = shapes[s][1];
        struct lka_rule rule;
        double moments[3] = {0};
        ck_assert_int_eq(lka_jacobi_rule(a, b, &rule, NULL), LKA_OK);
        for (size_t k = 0; k < LKA_RULE_NODES; k++) {
            moments[0] += rule.weights[k];
            moments[1] += rule.weights[k] * rule.nodes[k];
            moments[2] += rule.weights[k] * rule.nodes[k] * rule.nodes[k];
        }
        ck_assert_double_eq_tol(moments[0], 1, 1e-12);
        ck_assert_double_eq_tol(moments[1], a / (a + b), 1e-12);
        ck_assert_double_eq_tol(moments[2], a * (a + 1) / ((a + b) * (a + b + 1)), 1e-12);
    }
}
END_TEST

/* Lifetimes' GammaGammaFitter on CDNOW: p 6.2488, q 3.7446, v 15.4477; conditional_expected_average_profit. */
START_TEST(spend_is_that_of_lifetimes)
{
    struct lka_spend spend = {.fit = {.parameters = {6.2488025, 3.74458846, 15.44774806}}};
    struct lka_customer one = {.frequency = 1, .spend = 20};
    struct lka_customer two = {.frequency = 2, .spend = 50};
    struct lka_customer none = {.spend = NAN};
    ck_assert_double_eq_tol(lka_spend_expected(&spend, &one), 24.62986182, 1e-5);
    ck_assert_double_eq_tol(lka_spend_expected(&spend, &two), 47.32981368, 1e-5);
    ck_assert_double_eq_tol(lka_spend_expected(&spend, &none), 35.17100215, 1e-5);
}
END_TEST

START_TEST(a_spend_fit_finds_what_made_the_data)
{
    static const double truth[] = {6.25, 3.74, 15.4};
    struct lka_spend spend;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < 20000; i++) {
        double x = (double)(1 + i % 5);
        double nu = gsl_ran_gamma(rng, truth[1], 1 / truth[2]);
        add((size_t)x, 1, 10);
        customers.items[i].spend = gsl_ran_gamma(rng, truth[0] * x, 1 / (nu * x));
    }
    gsl_rng_free(rng);
    add(1, 1, 10);
    customers.items[20000].spend = -3;
    add(1, 1, 10);
    ck_assert_int_eq(lka_spend_fit(&customers, &spend, NULL), LKA_OK);
    ck_assert_uint_eq(spend.customers, 20000);
    ck_assert_uint_eq(spend.unusable, 1);
    ck_assert(spend.fit.converged);
    for (size_t k = 0; k < LKA_SPEND_PARAMETERS; k++) {
        ck_assert_double_lt(fabs(spend.fit.parameters[k] - truth[k]), 4 * spend.fit.errors[k]);
        ck_assert_double_lt(spend.fit.errors[k], truth[k] / 5);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("value models");
    TCase *cases = tcase_create("value models");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, each_row_is_as_likely_as_in_lifetimes, 0, MODELS * ROWS);
    tcase_add_loop_test(cases, forecasts_are_those_of_lifetimes, 0, MODELS);
    tcase_add_loop_test(cases, discounting_takes_off_between_nothing_and_the_last_days_rate, 0, MODELS);
    tcase_add_loop_test(cases, gradients_are_the_slopes, 0, MODELS);
    tcase_add_test(cases, patterns_are_the_customers_in_order);
    tcase_add_loop_test(cases, the_order_and_number_of_customers_changes_no_sum, 0, MODELS);
    tcase_add_loop_test(cases, a_fit_finds_what_made_the_data, 0, MODELS);
    tcase_add_loop_test(cases, equal_customers_end_at_a_bound_and_say_so, 0, MODELS);
    tcase_add_loop_test(cases, one_customer_is_enough_not_to_crash, 0, MODELS);
    tcase_add_test(cases, the_rule_has_the_moments_of_its_distribution);
    tcase_add_test(cases, spend_is_that_of_lifetimes);
    tcase_add_test(cases, a_spend_fit_finds_what_made_the_data);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
