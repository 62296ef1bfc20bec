/* value/model.h: a model of repeat purchases: while a customer is alive, purchases come at a rate of the customer's own
 * (Gamma over customers); nobody sees when a customer leaves. What differs is how customers leave. */
#ifndef LKA_VALUE_MODEL_H
#define LKA_VALUE_MODEL_H

#include "value/fit.h"
#include "value/patterns.h"

/* A rule of numerical integration: the sum of weights[k] f(nodes[k]). */
enum { LKA_RULE_NODES = 24 };
struct lka_rule {
    double nodes[LKA_RULE_NODES];
    double weights[LKA_RULE_NODES];
};

/* The data of an objective whose log-likelihood is a model's. */
struct lka_pattern_data {
    const struct lka_patterns *patterns;
};

enum { LKA_TIMES = 12 };

struct lka_history_of {
    double frequency;
    double recency;
    double age;
};

struct lka_purchase_model {
    const char *name;
    const char *source;
    const char *parameters[LKA_FIT_PARAMETERS];
    bool is_time[LKA_FIT_PARAMETERS]; /* the parameter is a time */
    /* Where to begin: times are multiples of r over the mean rate (alpha) and of the mean age (others). */
    const struct lka_start *starts;
    size_t start_count;

    /* `data`: struct lka_pattern_data. */
    double (*log_likelihood)(void *data, const double *parameters, double *gradient);
    /* The probability of being alive at T. */
    double (*alive)(const double *parameters, const struct lka_history_of *history);
    /* What `rates` needs of all customers of one frequency. LKA_MEMORY alone. */
    lka_status (*prepare)(const double *parameters, double frequency, struct lka_rule *rule, struct lka_error *error);
    /* The expected purchases a unit of time, at LKA_TIMES times from now, of one who is alive now. */
    void (*rates)(const double *parameters, const struct lka_rule *rule, const struct lka_history_of *history,
                  const double *times, double *rates);
};

extern const struct lka_purchase_model lka_mbg_nbd;
extern const struct lka_purchase_model lka_bg_nbd;
extern const struct lka_purchase_model lka_pareto_nbd;

/* By maximum likelihood. There must be a customer with a repeat purchase, and one with T above 0. LKA_MEMORY alone. */
lka_status lka_purchase_model_fit(const struct lka_purchase_model *model, const struct lka_patterns *patterns,
                                  struct lka_fit *fit, struct lka_error *error);

#endif
