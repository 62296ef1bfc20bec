/* models/logistic/logistic.h: logistic regression with an L2 penalty, taken apart so that one set of rows can be fitted
 * at many penalties, each started from the last.
 *
 *     minimise  sum_i w_i log(1 + exp(-y_i (x_i'b + b0)))  +  l2 / 2  sum_j penalty_j b_j^2        y_i = +1 or -1
 *
 * x is the row of models/columns.h; the intercept b0 (the constant's coefficient) has no penalty. Without weights from
 * the caller every row counts 1: balanced classes rank worse (docs/train.md). The score is the margin less the log of
 * the ratio of the classes' weights, so that members that saw other shares of seeds agree.
 *
 * With risk=nnpu the loss is an estimate of that of telling the pool's own look-alikes, a share `prior` of it, from its
 * others (du Plessis, Niu, Sugiyama 2015; Kiryo and others 2017); l the log loss, P the mean over seeds, U over the
 * pool:
 *
 *     prior P l(m)  +  max(0, U l(-m) - prior P l(-m))            times the pool's weight, so that l2 means the same
 *
 * The second term, the others' risk, cannot be negative. max(0, N) is the largest t N with t from 0 to 1, and for each
 * t the sum is convex: t = 1 where its minimum has N >= 0, else the t at whose minimum N is 0.
 */
#ifndef LKA_MODELS_LOGISTIC_H
#define LKA_MODELS_LOGISTIC_H

#include "models/columns.h"
#include "models/linear.h"
#include "models/logistic/sparse.h"
#include "models/model_family.h"

#define LKA_LOGISTIC_PARAMS(X)                                                                                        \
    X(NUMBER, l2, "l2", "60", 0, 1e12, NULL, "X", "half the penalty on a squared coefficient, in log losses of rows", \
      false)                                                                                                          \
    X(CHOICE, numbers, "numbers", "rank", 0, 0, "rank|value", "HOW",                                                  \
      "how a number enters: by its rank and coarse bins, or by its standardised value alone", false)                  \
    X(CHOICE, risk, "risk", "plain", 0, 0, "plain|nnpu", "NAME",                                                      \
      "seeds against pool; or nnpu: look-alikes against others, by what seeds and pool say of both", false)           \
    X(NUMBER, prior, "prior", "0.05", 1e-6, 0.999999, NULL, "SHARE",                                                  \
      "with risk=nnpu, the share of the pool that is like the seeds", false)                                          \
    X(INTEGER, max_iterations, "max-iterations", "1000", 1, 1000000, NULL, "N", "steps after which the fit stops",    \
      false)                                                                                                          \
    X(NUMBER, tolerance, "tolerance", "1e-10", 1e-14, 0.1, NULL, "X",                                                 \
      "the fit has converged when the objective is within this share of its minimum", false)

LKA_PARAMS_STRUCT(lka_logistic_options, LKA_LOGISTIC_PARAMS);

enum { LKA_NUMBERS_RANK, LKA_NUMBERS_VALUE }; /* the choices of `numbers` */
enum { LKA_RISK_PLAIN, LKA_RISK_NNPU };       /* of `risk` */

/* The rows, their weights and the columns' penalties; with room for one evaluation, so not for two threads at a
 * time. */
struct lka_logistic_problem {
    struct lka_columns columns;
    const struct lka_block *block;
    struct lka_block gathered; /* the rows copied together, where they are few of the block's */
    uint32_t *rows;            /* those with a weight: the unlabelled, then the seeds; each ascending */
    size_t unlabelled;
    size_t count;
    double *weight;           /* by row of the block: that of a seed, minus that of an unlabelled row, or 0 */
    double *penalty;          /* by column: what l2 is multiplied by; the constant's is 0 */
    double *seen;             /* by code: weight of the rows that have it */
    struct lka_sparse sparse; /* the rows once more, where that is quicker; else empty */
    double *share;            /* by code: its share among the unlabelled rows */
    double log_ratio;         /* of the seeds' weight to the unlabelled rows' */
    bool non_negative;        /* risk=nnpu */
    double prior;             /* then: prior times the unlabelled rows' weight over the seeds' */
    double share_kept;        /* t */
    double others;            /* N at the last evaluation */
    double *curvature;        /* by row of the block: w p (1 - p) at the last evaluation */
    size_t wrong;             /* rows on the wrong side of, or on, the last evaluation's boundary */
    double *table;            /* scratch of an evaluation, by code */
    double *table_sums;
    uint64_t seed;
};

/* Borrows input->block until it is released. */
lka_status lka_logistic_problem_init(struct lka_logistic_problem *problem, const struct lka_fit_input *input, bool bins,
                                     struct lka_error *error);
void lka_logistic_problem_release(struct lka_logistic_problem *problem);

/* From now on risk=nnpu, with t = 1. */
void lka_logistic_problem_estimate(struct lka_logistic_problem *problem, double prior);

/* The objective at `coefficients` (columns.count of them) and its gradient; leaves `curvature` and `wrong`. */
double lka_logistic_evaluate(struct lka_logistic_problem *problem, double l2, const double *coefficients,
                             double *gradient);

/* `coefficients` holds the start (zeros will do) and receives the minimum. */
lka_status lka_logistic_solve(struct lka_logistic_problem *problem, const struct lka_logistic_options *options,
                              const struct lka_session *session, double *coefficients, struct lka_fit_info *info,
                              struct lka_error *error);

/* An approximation of the Hessian to divide gradients by: curvature.c. */
struct lka_curvature {
    size_t count;
    double *matrix; /* count x count: its Cholesky factor; NULL where only the diagonal is kept */
    const struct lka_logistic_problem *problem;
    ptrdiff_t *usual;  /* by feature: the column of its most frequent code; -1: has none, or it serves no purpose */
    double *occurring; /* by feature: how many of its columns occur */
    double l2;
    double *diagonal;
    size_t sample;  /* rows that the matrix is taken from, about */
    uint32_t *rows; /* scratch */
    double *weight;
};
lka_status lka_curvature_init(struct lka_curvature *curvature, const struct lka_logistic_problem *problem,
                              struct lka_error *error);
void lka_curvature_release(struct lka_curvature *curvature);
/* From the problem's last evaluation. */
lka_status lka_curvature_update(struct lka_curvature *curvature, const struct lka_logistic_problem *problem, double l2,
                                struct lka_error *error);
void lka_curvature_divide(const struct lka_curvature *curvature, double *vector);

#endif
