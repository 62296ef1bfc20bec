/* value/forecast.h: what a fitted model expects of every pattern. */
#ifndef LKA_VALUE_FORECAST_H
#define LKA_VALUE_FORECAST_H

#include "value/model.h"

struct lka_forecast {
    double alive;      /* the probability */
    double expected;   /* purchases over the horizon */
    double discounted; /* the same, each at its present value */
};

struct lka_outlook {
    double horizon;  /* in units */
    double discount; /* of a unit of time, continuous: a purchase at time u from now counts exp(-discount u) */
};

/* One forecast a pattern; `forecasts` has room for all. LKA_MEMORY alone. */
lka_status lka_forecast_patterns(const struct lka_purchase_model *model, const double *parameters,
                                 const struct lka_patterns *patterns, const struct lka_outlook *outlook,
                                 struct lka_forecast *forecasts, struct lka_error *error);

#endif
