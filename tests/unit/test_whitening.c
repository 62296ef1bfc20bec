/* Mahalanobis's distance learned from groups, against its definition and on made-up clusters. */
#include "by_hand.h"
#include "run_suite.h"
#include "base/random.h"
#include "models/kernel/whitening.h"

#include <math.h>
#include <stdlib.h>

enum { PEOPLE = 4000, COLUMNS = 3 };

/* Two groups apart along y; in both, x and y move together and vary a lot, and z hardly varies. */
struct scene {
    struct lka_points groups[2];
    struct lka_whitening whitening;
};

static void put_point(struct lka_points *points, size_t at, const double *values)
{
    for (size_t j = 0; j < COLUMNS; j++) {
        points->columns[at * COLUMNS + j] = (uint32_t)j;
        points->values[at * COLUMNS + j] = values[j];
    }
}

static void scene_init(struct scene *scene)
{
    struct lka_random random = lka_random_start(5, 0);
    *scene = (struct scene){0};
    for (int g = 0; g < 2; g++) {
        ck_assert_int_eq(lka_points_init(&scene->groups[g], PEOPLE, COLUMNS, NULL), LKA_OK);
        scene->groups[g].count = PEOPLE;
        for (size_t i = 0; i < PEOPLE; i++) {
            double common = 3 * lka_random_normal(&random);
            double x = common + lka_random_normal(&random);
            double y = common + lka_random_normal(&random) + (g ? 4 : 0);
            put_point(&scene->groups[g], i, (double[]){x, y, lka_random_normal(&random)});
        }
    }
    ck_assert_int_eq(lka_whitening_learn(&scene->whitening, scene->groups, 2, COLUMNS, NULL), LKA_OK);
}

static void scene_release(struct scene *scene)
{
    lka_points_release(&scene->groups[0]);
    lka_points_release(&scene->groups[1]);
    lka_whitening_release(&scene->whitening);
}

static double squared(const struct scene *scene, const double *difference)
{
    struct lka_points point;
    struct lka_points image;
    ck_assert_int_eq(lka_points_init(&point, 1, COLUMNS, NULL), LKA_OK);
    ck_assert_int_eq(lka_points_init(&image, 1, COLUMNS, NULL), LKA_OK);
    point.count = 1;
    put_point(&point, 0, difference);
    lka_whitening_map(&scene->whitening, &point, &image);
    double square = lka_point_square(&image, 0);
    lka_points_release(&point);
    lka_points_release(&image);
    return square;
}

/* d' S^-1 d with S = [[10, 9, 0], [9, 10, 0], [0, 0, 1]], of which a tenth is that of the mean variance 7. */
START_TEST(distances_are_those_of_the_covariance_within_groups)
{
    struct scene scene;
    scene_init(&scene);
    double a = .9 * 10 + .7;
    double b = .9 * 9;
    double determinant = a * a - b * b;
    ck_assert_double_eq_tol(squared(&scene, (double[]){1, 0, 0}) / (a / determinant), 1, .05);
    ck_assert_double_eq_tol(squared(&scene, (double[]){1, 1, 0}) / (2 * (a - b) / determinant), 1, .05);
    ck_assert_double_eq_tol(squared(&scene, (double[]){1, -1, 0}) / (2 * (a + b) / determinant), 1, .05);
    ck_assert_double_eq_tol(squared(&scene, (double[]){0, 0, 1}) / (1 / (.9 + .7)), 1, .05);
    scene_release(&scene);
}
END_TEST

/* Were the groups taken together, their distance along y would count as variance. */
START_TEST(what_parts_the_groups_is_no_variance)
{
    struct scene scene;
    struct scene far;
    double step[] = {0, 1, 0};
    scene_init(&scene);
    scene_init(&far);
    for (size_t i = 0; i < PEOPLE; i++) {
        far.groups[1].values[i * COLUMNS + 1] += 1000;
    }
    lka_whitening_release(&far.whitening);
    ck_assert_int_eq(lka_whitening_learn(&far.whitening, far.groups, 2, COLUMNS, NULL), LKA_OK);
    ck_assert_double_eq_tol(squared(&far, step), squared(&scene, step), 1e-6);
    scene_release(&far);
    scene_release(&scene);
}
END_TEST

START_TEST(a_column_that_never_varies_stays_finite)
{
    struct scene scene;
    scene_init(&scene);
    for (int g = 0; g < 2; g++) {
        for (size_t i = 0; i < PEOPLE; i++) {
            scene.groups[g].values[i * COLUMNS + 2] = 0;
        }
    }
    lka_whitening_release(&scene.whitening);
    ck_assert_int_eq(lka_whitening_learn(&scene.whitening, scene.groups, 2, COLUMNS, NULL), LKA_OK);
    ck_assert(isfinite(squared(&scene, (double[]){0, 0, 1})));
    scene_release(&scene);
}
END_TEST

START_TEST(points_that_are_all_alike_keep_their_distance)
{
    struct scene scene;
    scene_init(&scene);
    lka_whitening_release(&scene.whitening);
    scene.groups[0].count = 1;
    ck_assert_int_eq(lka_whitening_learn(&scene.whitening, scene.groups, 1, COLUMNS, NULL), LKA_OK);
    ck_assert_double_eq_tol(squared(&scene, (double[]){1, 2, 2}), 9, 1e-9);
    scene_release(&scene);
}
END_TEST

START_TEST(too_many_columns_are_refused)
{
    struct lka_whitening whitening;
    struct lka_error error = {0};
    ck_assert_int_eq(lka_whitening_learn(&whitening, NULL, 0, LKA_WHITENING_COLUMNS + 1, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "at most 1024"));
    lka_whitening_release(&whitening);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("whitening");
    TCase *tests = tcase_create("whitening");
    tcase_add_test(tests, distances_are_those_of_the_covariance_within_groups);
    tcase_add_test(tests, what_parts_the_groups_is_no_variance);
    tcase_add_test(tests, a_column_that_never_varies_stays_finite);
    tcase_add_test(tests, points_that_are_all_alike_keep_their_distance);
    tcase_add_test(tests, too_many_columns_are_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
