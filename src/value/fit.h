/* value/fit.h: maximum likelihood for models of up to four positive parameters, by their logarithms. */
#ifndef LKA_VALUE_FIT_H
#define LKA_VALUE_FIT_H

#include "lookalike/base.h"

enum { LKA_FIT_PARAMETERS = 4 };

/* A log-likelihood of some data, with its gradient by the parameters themselves (not by their logarithms). */
struct lka_objective {
    void *data;
    double (*log_likelihood)(void *data, const double *parameters, double *gradient);
    size_t count;        /* parameters */
    double observations; /* what the log-likelihood is a sum over */
    /* exp(-LKA_FIT_REACH) to exp(LKA_FIT_REACH) times this, plus `least`, is where a parameter may go. */
    double unit[LKA_FIT_PARAMETERS];
    double least[LKA_FIT_PARAMETERS];
};

#define LKA_FIT_REACH 10.0

/* Values of the parameters. */
struct lka_start {
    double at[LKA_FIT_PARAMETERS];
};

/* Not converging, and ending at a bound, are facts and no errors. */
struct lka_fit {
    double parameters[LKA_FIT_PARAMETERS];
    double errors[LKA_FIT_PARAMETERS]; /* standard errors, from the observed information; NaN where it gives none */
    double log_likelihood;
    bool converged;
    bool at_bound[LKA_FIT_PARAMETERS];
    size_t evaluations; /* of the log-likelihood of all data */
};

/* From each of the starts (of parameters) to the maximum on `sample`, and from the best of these on `all`. LKA_MEMORY
 * alone. */
lka_status lka_fit_maximise(const struct lka_objective *sample, const struct lka_objective *all,
                            const struct lka_start *starts, size_t start_count, struct lka_fit *fit,
                            struct lka_error *error);

#endif
