#include "campaign/answers.h"

#include "base/elementary.h"
#include "base/error.h"
#include "base/memory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>

lka_status lka_answers_init(struct lka_answers *answers, size_t segments, size_t paths, struct lka_error *error)
{
    *answers = (struct lka_answers){.segments = segments, .paths = paths};
    size_t cells = segments * paths;
    LKA_TRY(LKA_NEW(answers->trials, cells, error));
    LKA_TRY(LKA_NEW(answers->hits, cells, error));
    LKA_TRY(LKA_NEW(answers->alpha, cells, error));
    return LKA_NEW(answers->beta, cells, error);
}

void lka_answers_release(struct lka_answers *answers)
{
    lka_free(answers->trials);
    lka_free(answers->hits);
    lka_free(answers->alpha);
    lka_free(answers->beta);
    *answers = (struct lka_answers){0};
}

/* ---- shrinking -------------------------------------------------------------------------------- */

struct counts {
    double trials;
    double hits;
};

static struct counts cell_counts(const struct lka_answers *answers, size_t segment, size_t path)
{
    size_t cell = segment * answers->paths + path;
    return (struct counts){(double)answers->trials[cell], (double)answers->hits[cell]};
}

static struct counts path_counts(const struct lka_answers *answers, size_t path)
{
    struct counts sum = {0, 0};
    for (size_t s = 0; s < answers->segments; s++) {
        struct counts cell = cell_counts(answers, s, path);
        sum = (struct counts){sum.trials + cell.trials, sum.hits + cell.hits};
    }
    return sum;
}

static struct counts all_counts(const struct lka_answers *answers)
{
    struct counts sum = {0, 0};
    for (size_t p = 0; p < answers->paths; p++) {
        struct counts path = path_counts(answers, p);
        sum = (struct counts){sum.trials + path.trials, sum.hits + path.hits};
    }
    return sum;
}

/* log of the beta-binomial probability of the hits, without the binomial coefficient, which no parameter changes. */
static double log_likelihood(struct counts counts, double mean, double strength)
{
    double a = strength * mean;
    double b = strength * (1 - mean);
    return gsl_sf_lnbeta(a + counts.hits, b + counts.trials - counts.hits) - gsl_sf_lnbeta(a, b);
}

static double smoothed(struct counts counts)
{
    return (counts.hits + .5) / (counts.trials + 1);
}

/* The likelihood of the paths around the overall rate, or of the cells around their paths. */
static double level_likelihood(const struct lka_answers *answers, bool cells, double strength)
{
    double sum = 0;
    double overall = smoothed(all_counts(answers));
    for (size_t p = 0; p < answers->paths; p++) {
        struct counts path = path_counts(answers, p);
        if (!cells) {
            sum += log_likelihood(path, overall, strength);
        }
        for (size_t s = 0; cells && s < answers->segments; s++) {
            sum += log_likelihood(cell_counts(answers, s, p), smoothed(path), strength);
        }
    }
    return sum;
}

/* 1, 2, 4 ... 16,384 pseudo-trials; where nothing tells them apart, the smallest. */
static double best_strength(const struct lka_answers *answers, bool cells)
{
    double best = 1;
    double highest = level_likelihood(answers, cells, best);
    for (double strength = 2; strength <= 16384; strength *= 2) {
        double likelihood = level_likelihood(answers, cells, strength);
        if (likelihood > highest) {
            highest = likelihood;
            best = strength;
        }
    }
    return best;
}

struct beta {
    double a;
    double b;
};

/* A prior from what is known one level up (`above`), where the level varies with `between` pseudo-trials, and then the
 * own counts. */
static struct beta update(struct beta above, double between, struct counts own)
{
    double evidence = above.a + above.b;
    double strength = 1 / (1 / between + 1 / evidence);
    double mean = above.a / evidence;
    return (struct beta){strength * mean + own.hits, strength * (1 - mean) + own.trials - own.hits};
}

static struct counts without(struct counts all, struct counts part)
{
    return (struct counts){all.trials - part.trials, all.hits - part.hits};
}

void lka_answers_fit(struct lka_answers *answers)
{
    struct counts all = all_counts(answers);
    answers->known = all.trials > 0;
    answers->between_paths = best_strength(answers, false);
    answers->between_segments = best_strength(answers, true);
    for (size_t p = 0; p < answers->paths; p++) {
        struct counts path = path_counts(answers, p);
        struct counts others = without(all, path);
        struct beta overall = {others.hits + .5, others.trials - others.hits + .5};
        for (size_t s = 0; s < answers->segments; s++) {
            struct counts cell = cell_counts(answers, s, p);
            struct beta rest = update(overall, answers->between_paths, without(path, cell));
            struct beta posterior = update(rest, answers->between_segments, cell);
            answers->alpha[s * answers->paths + p] = posterior.a;
            answers->beta[s * answers->paths + p] = posterior.b;
        }
    }
}

/* ---- the probability of being the best -------------------------------------------------------- */

/* One of the paths that are compared: theta is Beta(a, b); what counts is theta / cost. */
struct arm {
    size_t path;
    double a;
    double b;
    double cost;
    double chance;
};

/* Points of the scale theta / cost at which the distribution functions are looked at: around each arm's mean, every
 * tenth of a deviation up to eight, and 24 a decade from 1e-12 on for posteriors that crowd at zero. */
enum { AROUND = 161, DECADES = 12, A_DECADE = 24, POINTS = AROUND + DECADES * A_DECADE };

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static size_t lay_points(const struct arm *arms, size_t count, double *points)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        double sum = arms[i].a + arms[i].b;
        double mean = arms[i].a / sum;
        double deviation = sqrt(mean * (1 - mean) / (sum + 1));
        for (int step = 0; step < AROUND; step++) {
            double theta = mean + deviation * (step - AROUND / 2) / 10;
            points[used++] = fmin(fmax(theta, 0), 1) / arms[i].cost;
        }
        for (int step = 1; step <= DECADES * A_DECADE; step++) {
            points[used++] = lka_exp(-M_LN10 * (double)(step - 1) / A_DECADE) / arms[i].cost;
        }
    }
    qsort(points, used, sizeof *points, by_number);
    return used;
}

static double below(const struct arm *arm, double point)
{
    double theta = point * arm->cost;
    return theta >= 1 ? 1 : theta <= 0 ? 0 : gsl_cdf_beta_P(theta, arm->a, arm->b);
}

/* Adds the piece between two points of the Stieltjes integral of (product of the others' F) dF, by the trapezoid. */
static void add_piece(struct arm *arms, size_t count, const double *from, const double *to)
{
    for (size_t i = 0; i < count; i++) {
        double left = 1;
        double right = 1;
        for (size_t k = 0; k < count; k++) {
            left *= k == i ? 1 : from[k];
            right *= k == i ? 1 : to[k];
        }
        arms[i].chance += (to[i] - from[i]) * (left + right) / 2;
    }
}

static lka_status find_chances(struct arm *arms, size_t count, struct lka_error *error)
{
    double *points;
    LKA_TRY(LKA_NEW(points, count * POINTS, error));
    size_t used = lay_points(arms, count, points);
    double values[2][LKA_PATHS_MOST] = {{0}};
    for (size_t i = 0; i < used; i++) {
        double *from = values[i % 2];
        double *to = values[(i + 1) % 2];
        for (size_t k = 0; k < count; k++) {
            to[k] = below(&arms[k], points[i]);
        }
        add_piece(arms, count, from, to);
    }
    lka_free(points);
    return LKA_OK;
}

/* ---- shares ----------------------------------------------------------------------------------- */

/* Millionths that sum up to a million: the whole parts, and one more for the largest remainders (ties: the first). */
static void round_shares(const struct arm *arms, size_t count, double exploration, uint32_t *shares)
{
    double remainders[LKA_PATHS_MOST];
    double total = 0;
    uint32_t left = LKA_SHARES;
    for (size_t i = 0; i < count; i++) {
        total += arms[i].chance;
    }
    for (size_t i = 0; i < count; i++) {
        double share = exploration / (double)count + (1 - exploration) * arms[i].chance / total;
        double exact = fmin(share, 1) * LKA_SHARES;
        uint32_t whole = (uint32_t)floor(exact);
        whole = whole < left ? whole : left;
        shares[arms[i].path] = whole;
        remainders[i] = exact - whole;
        left -= whole;
    }
    while (left > 0) {
        size_t largest = 0;
        for (size_t i = 1; i < count; i++) {
            largest = remainders[i] > remainders[largest] ? i : largest;
        }
        shares[arms[largest].path]++;
        remainders[largest] -= 1;
        left--;
    }
}

lka_status lka_answers_shares(const struct lka_answers *answers, size_t segment, uint32_t available,
                              const struct lka_paths *paths, double exploration, uint32_t shares[LKA_PATHS_MOST],
                              struct lka_error *error)
{
    struct arm arms[LKA_PATHS_MOST];
    size_t count = 0;
    memset(shares, 0, LKA_PATHS_MOST * sizeof *shares);
    for (size_t p = 0; p < answers->paths; p++) {
        if (available & (UINT32_C(1) << p)) {
            size_t cell = segment * answers->paths + p;
            double cost = (double)paths->items[p].cost / LKA_SHARES;
            arms[count++] = (struct arm){p, answers->alpha[cell], answers->beta[cell], cost, 0};
        }
    }
    if (answers->known && count > 1) {
        LKA_TRY(find_chances(arms, count, error));
    } else {
        for (size_t i = 0; i < count; i++) {
            arms[i].chance = 1;
        }
    }
    round_shares(arms, count, exploration, shares);
    return LKA_OK;
}
