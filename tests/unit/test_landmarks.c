/* Rows as points, and people as landmarks. */
#include "crowd_by_hand.h"
#include "run_suite.h"
#include "table/landmarks.h"

#include <math.h>

struct scene {
    struct crowd crowd;
    struct lka_axes axes;
    struct lka_points points;
    struct lka_landmarks landmarks;
};

static void scene_init(struct scene *scene, size_t people)
{
    *scene = (struct scene){0};
    crowd_init(&scene->crowd, 0, people);
    ck_assert_int_eq(lka_axes_init(&scene->axes, &scene->crowd.space, NULL), LKA_OK);
    lka_axes_learn(&scene->axes, &scene->crowd.block, scene->crowd.rows, people);
    ck_assert_int_eq(lka_points_init(&scene->points, people, CROWD_FEATURES, NULL), LKA_OK);
    lka_points_fill(&scene->points, &scene->axes, &scene->crowd.block, NULL, 0, people);
}

static void scene_release(struct scene *scene)
{
    lka_landmarks_release(&scene->landmarks);
    lka_points_release(&scene->points);
    lka_axes_release(&scene->axes);
    crowd_release(&scene->crowd);
}

static void find(struct scene *scene, size_t most, size_t least, uint64_t seed)
{
    struct lka_random random = lka_random_start(seed, 0);
    lka_landmarks_release(&scene->landmarks);
    ck_assert_int_eq(lka_landmarks_init(&scene->landmarks, most, scene->axes.columns, NULL), LKA_OK);
    ck_assert_int_eq(lka_landmarks_add(&scene->landmarks, &scene->points, most, least, &random, NULL, NULL), LKA_OK);
}

/* The point as a vector with all columns. */
static void spread_out(const struct scene *scene, size_t point, double *vector)
{
    memset(vector, 0, (scene->axes.columns + 1) * sizeof *vector);
    for (size_t e = 0; e < CROWD_FEATURES; e++) {
        vector[scene->points.columns[point * CROWD_FEATURES + e]] = scene->points.values[point * CROWD_FEATURES + e];
    }
}

/* ---- points ----------------------------------------------------------------------------------- */

/* Of the columns from `first` to before `end`, in all. */
static double spread_over(const struct scene *scene, size_t first, size_t end)
{
    double vector[64];
    double sum[64] = {0};
    double squares = 0;
    double count = (double)scene->points.count;
    for (size_t i = 0; i < scene->points.count; i++) {
        spread_out(scene, i, vector);
        for (size_t j = first; j < end; j++) {
            sum[j] += vector[j];
            squares += vector[j] * vector[j];
        }
    }
    for (size_t j = first; j < end; j++) {
        squares -= sum[j] * sum[j] / count;
    }
    return squares / count;
}

START_TEST(every_source_column_varies_as_much_as_a_number)
{
    struct scene scene;
    scene_init(&scene, 2000);
    ck_assert_uint_eq(scene.axes.columns, 1 + 2 + 11 + 1 + 4 + 2 + 1);
    ck_assert_double_eq_tol(spread_over(&scene, 0, 1), 1, .1);    /* a number; for the rest see crowd_space */
    ck_assert_double_eq_tol(spread_over(&scene, 2, 3), 1, 1e-9);  /* its missing indicator */
    ck_assert_double_eq_tol(spread_over(&scene, 3, 14), 1, 1e-9); /* a category of 11 */
    ck_assert_double_eq_tol(spread_over(&scene, 14, 15), 1, 1e-9);
    ck_assert_double_eq_tol(spread_over(&scene, 15, 19), 1, 1e-9);
    ck_assert_double_eq_tol(spread_over(&scene, 19, 21), 1, 1e-9); /* two items of one list */
    double mean[64];
    double total = spread_over(&scene, 0, scene.axes.columns);
    ck_assert_double_eq_tol(lka_points_variance(&scene.points, scene.axes.columns, mean), total * 2000 / 1999, 1e-9);
    scene_release(&scene);
}
END_TEST

START_TEST(rare_codes_and_outliers_are_bounded)
{
    struct scene scene;
    scene_init(&scene, 2000);
    for (size_t i = 0; i < 2000; i++) {
        lka_block_codes(&scene.crowd.block, 4)[i] = i == 0 ? 3 : 1;
    }
    lka_block_values(&scene.crowd.block, 0)[0] = 1e300;
    lka_block_values(&scene.crowd.block, 7)[0] = -1e300;
    lka_axes_learn(&scene.axes, &scene.crowd.block, scene.crowd.rows, 2000);
    lka_points_fill(&scene.points, &scene.axes, &scene.crowd.block, NULL, 0, 2000);
    double vector[64];
    spread_out(&scene, 0, vector);
    ck_assert_double_eq(vector[0], 5);
    ck_assert_double_eq(vector[21], -5);
    ck_assert_double_eq_tol(vector[18] * vector[18], 10, 1e-9);
    scene_release(&scene);
}
END_TEST

START_TEST(a_missing_number_is_its_indicator_alone)
{
    struct scene scene;
    scene_init(&scene, 50);
    lka_block_codes(&scene.crowd.block, 1)[0] = 0;
    lka_block_values(&scene.crowd.block, 1)[0] = 0;
    lka_block_codes(&scene.crowd.block, 1)[1] = 4;
    lka_block_values(&scene.crowd.block, 1)[1] = .25;
    lka_points_fill(&scene.points, &scene.axes, &scene.crowd.block, NULL, 0, 2);
    double vector[64];
    spread_out(&scene, 0, vector);
    ck_assert_double_eq(vector[1], 0);
    ck_assert_double_gt(vector[2], 0);
    spread_out(&scene, 1, vector);
    ck_assert_double_eq(vector[1], .25);
    ck_assert_double_eq(vector[2], 0);
    scene_release(&scene);
}
END_TEST

START_TEST(a_code_without_indicator_is_nothing)
{
    struct scene scene;
    scene_init(&scene, 50);
    lka_block_codes(&scene.crowd.block, 5)[0] = 0; /* an absent item */
    lka_block_codes(&scene.crowd.block, 2)[0] = 0; /* missing, where none was when the plan was learned */
    lka_points_fill(&scene.points, &scene.axes, &scene.crowd.block, NULL, 0, 1);
    for (size_t e = 2; e <= 5; e += 3) {
        ck_assert_uint_eq(scene.points.columns[e], scene.axes.columns);
        ck_assert_double_eq(scene.points.values[e], 0);
    }
    scene_release(&scene);
}
END_TEST

/* ---- landmarks -------------------------------------------------------------------------------- */

START_TEST(landmarks_stand_for_equally_many_and_at_least_ten)
{
    struct scene scene;
    scene_init(&scene, 1237);
    size_t wanted[] = {1, 2, 3, 7, 100, 123, 500};
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        find(&scene, wanted[w], 10, 5);
        size_t count = scene.landmarks.count;
        size_t total = 0;
        ck_assert_uint_eq(count, wanted[w] < 123 ? wanted[w] : 123);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_ge(scene.landmarks.people[i], 1237 / count);
            ck_assert_uint_le(scene.landmarks.people[i], 1237 / count + 1);
            total += scene.landmarks.people[i];
        }
        ck_assert_uint_eq(total, 1237);
    }
    scene_release(&scene);
}
END_TEST

START_TEST(landmarks_keep_the_mean)
{
    struct scene scene;
    double vector[64];
    double expected[64] = {0};
    scene_init(&scene, 300);
    find(&scene, 25, 10, 5);
    for (size_t i = 0; i < 300; i++) {
        spread_out(&scene, i, vector);
        for (size_t j = 0; j < scene.axes.columns; j++) {
            expected[j] += vector[j];
        }
    }
    for (size_t j = 0; j < scene.axes.columns; j++) {
        double sum = 0;
        for (size_t i = 0; i < scene.landmarks.count; i++) {
            sum += scene.landmarks.people[i] * scene.landmarks.cells[i * scene.axes.columns + j];
        }
        ck_assert_double_eq_tol(sum, expected[j], 1e-9);
    }
    scene_release(&scene);
}
END_TEST

/* Three groups far apart, of 40, 60 and 20 people in no order: 12 landmarks of 10, and none of two groups. */
START_TEST(landmarks_do_not_mix_groups)
{
    struct scene scene;
    scene_init(&scene, 120);
    for (size_t i = 0; i < 120; i++) {
        size_t place = i * 7 % 120;
        lka_block_values(&scene.crowd.block, 0)[i] = place < 40 ? -4 : place < 100 ? 0 : 4;
        lka_block_values(&scene.crowd.block, 7)[i] = place < 40 ? 4 : place < 100 ? 0 : 4;
    }
    lka_points_fill(&scene.points, &scene.axes, &scene.crowd.block, NULL, 0, 120);
    find(&scene, 12, 10, 5);
    size_t found[3] = {0};
    for (size_t i = 0; i < 12; i++) {
        double at = scene.landmarks.cells[i * scene.axes.columns];
        ck_assert(at == -4 || at == 0 || at == 4);
        found[(size_t)(at / 4 + 1)]++;
    }
    ck_assert_uint_eq(found[0], 4);
    ck_assert_uint_eq(found[1], 6);
    ck_assert_uint_eq(found[2], 2);
    scene_release(&scene);
}
END_TEST

START_TEST(too_few_people_give_no_landmark)
{
    struct scene scene;
    scene_init(&scene, 9);
    find(&scene, 5, 10, 5);
    ck_assert_uint_eq(scene.landmarks.count, 0);
    scene_release(&scene);
}
END_TEST

START_TEST(people_who_are_all_alike_can_be_split)
{
    struct scene scene;
    scene_init(&scene, 600);
    for (size_t i = 1; i < 600; i++) {
        memcpy(scene.points.columns + i * CROWD_FEATURES, scene.points.columns,
               CROWD_FEATURES * sizeof *scene.points.columns);
        memcpy(scene.points.values + i * CROWD_FEATURES, scene.points.values,
               CROWD_FEATURES * sizeof *scene.points.values);
    }
    double vector[64];
    find(&scene, 60, 10, 5);
    spread_out(&scene, 0, vector);
    ck_assert_uint_eq(scene.landmarks.count, 60);
    for (size_t i = 0; i < 60; i++) {
        for (size_t j = 0; j < scene.axes.columns; j++) {
            ck_assert_double_eq_tol(scene.landmarks.cells[i * scene.axes.columns + j], vector[j], 1e-12);
        }
    }
    scene_release(&scene);
}
END_TEST

START_TEST(with_one_person_each_the_landmarks_are_the_people)
{
    struct scene scene;
    double vector[64];
    scene_init(&scene, 40);
    find(&scene, 100, 1, 5);
    ck_assert_uint_eq(scene.landmarks.count, 40);
    for (size_t i = 0; i < 40; i++) {
        size_t same = 0;
        spread_out(&scene, i, vector);
        for (size_t k = 0; k < 40; k++) {
            same += memcmp(scene.landmarks.cells + k * scene.axes.columns, vector,
                           scene.axes.columns * sizeof *vector) == 0;
        }
        ck_assert_uint_ge(same, 1);
    }
    scene_release(&scene);
}
END_TEST

START_TEST(same_seed_same_landmarks)
{
    struct scene scene;
    double *first;
    scene_init(&scene, 2000);
    find(&scene, 50, 10, 5);
    size_t bytes = 50 * scene.axes.columns * sizeof *first;
    first = malloc(bytes);
    memcpy(first, scene.landmarks.cells, bytes);
    find(&scene, 50, 10, 5);
    ck_assert_mem_eq(first, scene.landmarks.cells, bytes);
    find(&scene, 50, 10, 6);
    ck_assert_mem_ne(first, scene.landmarks.cells, bytes);
    free(first);
    scene_release(&scene);
}
END_TEST

static bool always(void *user)
{
    (void)user;
    return true;
}

START_TEST(landmarks_can_be_interrupted)
{
    struct scene scene;
    struct lka_session session = {.interrupted = always};
    struct lka_random random = lka_random_start(1, 0);
    scene_init(&scene, 100);
    ck_assert_int_eq(lka_landmarks_init(&scene.landmarks, 10, scene.axes.columns, NULL), LKA_OK);
    ck_assert_int_eq(lka_landmarks_add(&scene.landmarks, &scene.points, 10, 10, &random, &session, NULL),
                     LKA_INTERRUPTED);
    scene_release(&scene);
}
END_TEST

START_TEST(short_memory_leaks_nothing)
{
    struct ledger ledger;
    lka_status status = LKA_MEMORY;
    ledger_install(&ledger);
    struct scene scene;
    scene_init(&scene, 100);
    size_t before = ledger.alive;
    for (size_t k = 1; status != LKA_OK; k++) {
        struct lka_random random = lka_random_start(1, 0);
        ledger_fail(&ledger, k);
        status = lka_landmarks_init(&scene.landmarks, 10, scene.axes.columns, NULL);
        if (status == LKA_OK) {
            status = lka_landmarks_add(&scene.landmarks, &scene.points, 10, 10, &random, NULL, NULL);
        }
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
        lka_landmarks_release(&scene.landmarks);
        ck_assert_uint_eq(ledger.alive, before);
    }
    ledger_fail(&ledger, 0);
    scene_release(&scene);
    ck_assert_uint_eq(ledger.alive, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("landmarks");
    TCase *points = tcase_create("points");
    tcase_add_test(points, every_source_column_varies_as_much_as_a_number);
    tcase_add_test(points, rare_codes_and_outliers_are_bounded);
    tcase_add_test(points, a_missing_number_is_its_indicator_alone);
    tcase_add_test(points, a_code_without_indicator_is_nothing);
    suite_add_tcase(suite, points);
    TCase *landmarks = tcase_create("landmarks");
    tcase_add_test(landmarks, landmarks_stand_for_equally_many_and_at_least_ten);
    tcase_add_test(landmarks, landmarks_keep_the_mean);
    tcase_add_test(landmarks, landmarks_do_not_mix_groups);
    tcase_add_test(landmarks, too_few_people_give_no_landmark);
    tcase_add_test(landmarks, people_who_are_all_alike_can_be_split);
    tcase_add_test(landmarks, with_one_person_each_the_landmarks_are_the_people);
    tcase_add_test(landmarks, same_seed_same_landmarks);
    tcase_add_test(landmarks, landmarks_can_be_interrupted);
    tcase_add_test(landmarks, short_memory_leaks_nothing);
    suite_add_tcase(suite, landmarks);
    return run_suite(suite);
}
