/* Expected purchases are P(alive) times the integral over the horizon of the rate of one who is alive. The rate falls
 * as a power of alpha + T + u does: by log(scale + u) it is smooth enough for few nodes. */
#include "value/forecast.h"

#include "base/elementary.h"
#include "base/error.h"
#include "value/jacobi.h"

#include <math.h>

struct forecasting {
    const struct lka_purchase_model *model;
    const double *parameters;
    const struct lka_outlook *outlook;
    double nodes[LKA_TIMES];
    double weights[LKA_TIMES];
    struct lka_rule rule; /* of the group */
};

/* Of one who is alive. */
static void expect(const struct forecasting *forecasting, const struct lka_history_of *history,
                   struct lka_forecast *forecast)
{
    double times[LKA_TIMES];
    double rates[LKA_TIMES];
    double scale = forecasting->parameters[1] + history->age;
    double range = lka_log(1 + forecasting->outlook->horizon / scale);
    for (size_t j = 0; j < LKA_TIMES; j++) {
        times[j] = scale * (lka_exp(range * forecasting->nodes[j]) - 1);
    }
    forecasting->model->rates(forecasting->parameters, &forecasting->rule, history, times, rates);
    forecast->expected = 0;
    forecast->discounted = 0;
    for (size_t j = 0; j < LKA_TIMES; j++) {
        double purchases = forecasting->weights[j] * range * (scale + times[j]) * rates[j];
        forecast->expected += purchases;
        forecast->discounted += purchases * lka_exp(-forecasting->outlook->discount * times[j]);
    }
}

/* Patterns come by T: what is expected of one who is alive depends on nothing else. */
static void forecast_group(const struct forecasting *forecasting, const struct lka_patterns *patterns,
                           const struct lka_pattern_group *group, struct lka_forecast *forecasts)
{
    struct lka_forecast of_age = {0};
    for (size_t i = group->first; i < group->first + group->count; i++) {
        struct lka_history_of history = {(double)group->frequency, patterns->recency[i], patterns->age[i]};
        if (i == group->first || patterns->age[i] != patterns->age[i - 1]) {
            expect(forecasting, &history, &of_age);
        }
        double alive = forecasting->model->alive(forecasting->parameters, &history);
        forecasts[i] = (struct lka_forecast){alive, alive * of_age.expected, alive * of_age.discounted};
    }
}

lka_status lka_forecast_patterns(const struct lka_purchase_model *model, const double *parameters,
                                 const struct lka_patterns *patterns, const struct lka_outlook *outlook,
                                 struct lka_forecast *forecasts, struct lka_error *error)
{
    struct forecasting forecasting = {.model = model, .parameters = parameters, .outlook = outlook};
    LKA_TRY(lka_legendre_rule(forecasting.nodes, forecasting.weights, LKA_TIMES, error));
    for (size_t g = 0; g < patterns->group_count; g++) {
        const struct lka_pattern_group *group = &patterns->groups[g];
        LKA_TRY(model->prepare(parameters, (double)group->frequency, &forecasting.rule, error));
        forecast_group(&forecasting, patterns, group, forecasts);
    }
    return LKA_OK;
}
