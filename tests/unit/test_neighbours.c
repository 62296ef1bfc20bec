/* The family neighbours: its prototypes, its metric and its score, each against the formula in models/neighbours. */
#include "crowd_by_hand.h"
#include "run_suite.h"
#include "models/kernel/machine.h"
#include "table/design.h"

#include <math.h>

extern const struct lka_model_family lka_neighbours_family;

enum { SEEDS = 90, OTHERS = 400, PEOPLE = SEEDS + OTHERS };

struct trial {
    struct crowd crowd;
    struct lka_options *options;
    struct lka_family_model *model;
    double scores[PEOPLE];
    void (*prepare)(struct crowd *crowd); /* NULL: the crowd as it is */
};

static void learn(struct trial *trial, const char *key, const char *value)
{
    struct lka_fit_info info;
    struct lka_error error = {0};
    struct lka_arena scratch = {0};
    crowd_init(&trial->crowd, SEEDS, OTHERS);
    if (trial->prepare) {
        trial->prepare(&trial->crowd);
    }
    ck_assert_int_eq(lka_options_new(lka_neighbours_family.params, &trial->options, NULL), LKA_OK);
    if (key) {
        ck_assert_int_eq(lka_options_set(trial->options, key, value, NULL), LKA_OK);
    }
    struct lka_fit_input input = crowd_input(&trial->crowd, trial->options);
    lka_status status = lka_neighbours_family.fit(&input, &trial->model, &info, &error);
    ck_assert_msg(status == LKA_OK, "%s", error.message);
    status = lka_neighbours_family.score_block(trial->model, &trial->crowd.block, &scratch, trial->scores, NULL);
    ck_assert_int_eq(status, LKA_OK);
    lka_arena_release(&scratch);
}

static void forget(struct trial *trial)
{
    lka_neighbours_family.free(trial->model);
    lka_options_free(trial->options);
    crowd_release(&trial->crowd);
}

static const struct lka_kernel_machine *machine_of(const struct trial *trial)
{
    return (const struct lka_kernel_machine *)(const void *)trial->model;
}

/* ---- the score -------------------------------------------------------------------------------- */

/* Columns of all people, cut and stretched as table/points.h says. */
static double *stretched(const struct trial *trial, size_t *columns)
{
    struct lka_design design;
    ck_assert_int_eq(lka_design_init(&design, &trial->crowd.space, false, NULL), LKA_OK);
    double *x = lka_new(PEOPLE * design.count, sizeof *x);
    lka_design_fill(&design, &trial->crowd.block, NULL, PEOPLE, x);
    for (size_t i = 0; i < PEOPLE; i++) {
        for (size_t j = 0; j < design.count; j++) {
            x[i * design.count + j] = fmax(-5, fmin(5, x[i * design.count + j])) * machine_of(trial)->axes.scale[j];
        }
    }
    *columns = design.count;
    lka_design_release(&design);
    return x;
}

static double likeness(const double *x, const double *prototype, size_t columns, double gamma)
{
    double square = 0;
    for (size_t j = 0; j < columns; j++) {
        square += (x[j] - prototype[j]) * (x[j] - prototype[j]);
    }
    return exp(-gamma * square);
}

START_TEST(a_score_is_mean_likeness_to_seeds_less_that_to_others)
{
    struct trial trial = {0};
    size_t columns;
    learn(&trial, NULL, NULL);
    const struct lka_kernel_sum *sum = &machine_of(&trial)->sum;
    double *x = stretched(&trial, &columns);
    ck_assert_uint_eq(columns, sum->columns);
    double *prototypes = lka_new(sum->count * columns, sizeof *prototypes);
    lka_kernel_sum_points(sum, prototypes);
    for (size_t i = 0; i < PEOPLE; i++) {
        double total[2] = {0, 0};
        double count[2] = {0, 0};
        for (size_t p = 0; p < sum->count; p++) {
            bool of_seeds = sum->coefficients[p] > 0;
            total[of_seeds] += likeness(x + i * columns, prototypes + p * columns, columns, sum->gamma);
            count[of_seeds]++;
        }
        ck_assert_double_eq_tol(trial.scores[i], total[1] / count[1] - total[0] / count[0], 1e-12);
    }
    lka_free(prototypes);
    lka_free(x);
    forget(&trial);
}
END_TEST

/* With 90 seeds there are at most 9 prototypes of them, and as many of each bag of 90 others. */
START_TEST(prototypes_are_of_ten_people_or_more)
{
    struct trial trial = {0};
    learn(&trial, NULL, NULL);
    const struct lka_kernel_machine *machine = machine_of(&trial);
    size_t of_seeds = 0;
    for (size_t p = 0; p < machine->sum.count; p++) {
        of_seeds += machine->sum.coefficients[p] > 0;
        ck_assert_uint_ge(machine->people[p], 10);
    }
    ck_assert_uint_eq(of_seeds, SEEDS / 10);
    ck_assert_uint_gt(machine->sum.count, 2 * of_seeds);
    forget(&trial);
}
END_TEST

START_TEST(prototypes_are_as_many_as_wanted)
{
    struct trial trial = {0};
    learn(&trial, "prototypes", "3");
    ck_assert_uint_eq(machine_of(&trial)->sum.count, 6);
    forget(&trial);
}
END_TEST

START_TEST(without_contrast_only_seeds_have_prototypes)
{
    struct trial trial = {0};
    learn(&trial, "contrast", "false");
    const struct lka_kernel_sum *sum = &machine_of(&trial)->sum;
    ck_assert_uint_eq(sum->count, SEEDS / 10);
    for (size_t p = 0; p < sum->count; p++) {
        ck_assert_double_eq_tol(sum->coefficients[p], 10. / SEEDS, 1e-15);
    }
    forget(&trial);
}
END_TEST

/* ---- the metric ------------------------------------------------------------------------------- */

/* Sum of (p - q) log(p / q), half a row added to each cell, less its mean under no difference. */
static double information(const struct crowd *crowd, size_t feature)
{
    double codes = crowd->features[feature].codes;
    double value = 0;
    double met = 0;
    for (uint16_t c = 0; c < codes; c++) {
        double count[2] = {0, 0};
        for (size_t i = 0; i < PEOPLE; i++) {
            count[crowd->label[i]] += lka_block_codes(&crowd->block, feature)[i] == c;
        }
        if (count[0] + count[1] > 0) {
            double p = (count[1] + .5) / (SEEDS + .5 * codes);
            double q = (count[0] + .5) / (OTHERS + .5 * codes);
            value += (p - q) * log(p / q);
            met++;
        }
    }
    return fmax(value - (met - 1) * (1. / SEEDS + 1. / OTHERS), 0);
}

START_TEST(axes_are_as_long_as_they_inform)
{
    struct trial trial = {0};
    struct trial plain = {0};
    double value[CROWD_FEATURES];
    double most = 0;
    learn(&trial, NULL, NULL);
    learn(&plain, "metric", "plain");
    for (size_t f = 0; f < CROWD_FEATURES; f++) {
        value[f] = information(&trial.crowd, f);
        most = fmax(most, value[f]);
    }
    ck_assert_double_eq(most, value[2]);
    for (size_t f = 0; f < CROWD_FEATURES; f++) {
        uint32_t column = machine_of(&trial)->axes.axes[f].column;
        double factor = fmax(sqrt(value[f] / most), .1);
        ck_assert_double_eq_tol(machine_of(&trial)->axes.scale[column], factor * machine_of(&plain)->axes.scale[column],
                                1e-9);
    }
    forget(&plain);
    forget(&trial);
}
END_TEST

/* The first two numbers go together in everybody; two kinds of seeds stand beside that line, one on each side. */
static void into_clusters(struct crowd *crowd)
{
    struct lka_random random = lka_random_start(3, 0);
    for (size_t i = 0; i < PEOPLE; i++) {
        double side = i % 2 ? 1 : -1;
        double away = crowd->label[i] ? 1.2 * side : 0;
        double common = 2 * lka_random_normal(&random);
        lka_block_values(&crowd->block, 0)[i] = common + away + .3 * lka_random_normal(&random);
        lka_block_values(&crowd->block, 1)[i] = common - away + .3 * lka_random_normal(&random);
        lka_block_codes(&crowd->block, 1)[i] = 1;
    }
}

/* The share of pairs of a seed and another that are in the right order. */
static double order_of(const struct trial *trial)
{
    double right = 0;
    for (size_t i = OTHERS; i < PEOPLE; i++) {
        for (size_t j = 0; j < OTHERS; j++) {
            right += trial->scores[i] > trial->scores[j];
        }
    }
    return right / (SEEDS * OTHERS);
}

static double clusters_found(const char *metric)
{
    struct trial trial = {.prepare = into_clusters};
    learn(&trial, "metric", metric);
    double order = order_of(&trial);
    forget(&trial);
    return order;
}

/* Neither number tells anything alone, so that information values see nothing; what varies together is seen. */
START_TEST(mahalanobis_finds_seeds_beside_the_common_direction)
{
    ck_assert_double_gt(clusters_found("mahalanobis"), clusters_found("plain") + .05);
    ck_assert_double_gt(clusters_found("mahalanobis"), clusters_found("information") + .05);
}
END_TEST

START_TEST(seeds_are_nearer)
{
    struct trial trial = {0};
    double mean[2] = {0, 0};
    learn(&trial, NULL, NULL);
    for (size_t i = 0; i < PEOPLE; i++) {
        mean[trial.crowd.label[i]] += trial.scores[i] / (trial.crowd.label[i] ? SEEDS : OTHERS);
    }
    ck_assert_double_gt(mean[1], 0);
    ck_assert_double_lt(mean[0], 0);
    forget(&trial);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("neighbours");
    TCase *tests = tcase_create("neighbours");
    tcase_add_test(tests, a_score_is_mean_likeness_to_seeds_less_that_to_others);
    tcase_add_test(tests, prototypes_are_of_ten_people_or_more);
    tcase_add_test(tests, prototypes_are_as_many_as_wanted);
    tcase_add_test(tests, without_contrast_only_seeds_have_prototypes);
    tcase_add_test(tests, axes_are_as_long_as_they_inform);
    tcase_add_test(tests, mahalanobis_finds_seeds_beside_the_common_direction);
    tcase_add_test(tests, seeds_are_nearer);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
