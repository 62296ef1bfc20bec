#include "value/model.h"

#include "base/error.h"

/* What the starts are searched on. */
enum { SAMPLE = 8000, MOST_STARTS = 8 };

/* alpha is in multiples of r over the mean rate of purchases, other times in multiples of the mean T. */
static void start_at(const struct lka_purchase_model *model, const struct lka_patterns *patterns,
                     const double *relative, double *start)
{
    double mean_age = patterns->time / patterns->customers;
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        start[k] = relative[k] * (model->is_time[k] ? mean_age : 1);
    }
    start[1] = relative[1] * relative[0] * patterns->time / patterns->purchases;
}

lka_status lka_purchase_model_fit(const struct lka_purchase_model *model, const struct lka_patterns *patterns,
                                  struct lka_fit *fit, struct lka_error *error)
{
    struct lka_start starts[MOST_STARTS];
    struct lka_patterns sample;
    LKA_TRY(lka_patterns_sample(&sample, patterns, SAMPLE, error));
    struct lka_pattern_data of_sample = {&sample};
    struct lka_pattern_data of_all = {patterns};
    struct lka_objective all = {.data = &of_all,
                                .log_likelihood = model->log_likelihood,
                                .count = LKA_FIT_PARAMETERS,
                                .observations = patterns->customers};
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        all.unit[k] = model->is_time[k] ? patterns->time / patterns->customers : 1;
    }
    struct lka_objective few = all;
    few.data = &of_sample;
    few.observations = sample.customers;
    for (size_t s = 0; s < model->start_count; s++) {
        start_at(model, patterns, model->starts[s].at, starts[s].at);
    }
    lka_status status = lka_fit_maximise(&few, &all, starts, model->start_count, fit, error);
    lka_value_patterns_release(&sample);
    return status;
}
