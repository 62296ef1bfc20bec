/* lka_parallel: every index once, the first failure by index, whatever the number of threads. */
#include "base/error.h"
#include "base/threads.h"

#include "run_suite.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { COUNT = 5000 };

struct visits {
    atomic_int times[COUNT];
    atomic_int in_all;
};

static lka_status visit(void *context, size_t index, struct lka_error *error)
{
    (void)error;
    struct visits *visits = context;
    atomic_fetch_add(&visits->times[index], 1);
    atomic_fetch_add(&visits->in_all, 1);
    return LKA_OK;
}

static const size_t thread_counts[] = {0, 1, 2, 8, 100};

START_TEST(every_index_is_visited_once)
{
    static struct visits visits;
    memset(&visits, 0, sizeof visits);
    ck_assert_int_eq(lka_parallel(thread_counts[_i], COUNT, visit, &visits, NULL), LKA_OK);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_int_eq(atomic_load(&visits.times[i]), 1);
    }
}
END_TEST

START_TEST(no_work_is_done_at_once)
{
    static struct visits visits;
    ck_assert_int_eq(lka_parallel(8, 0, visit, &visits, NULL), LKA_OK);
    ck_assert_int_eq(atomic_load(&visits.in_all), 0);
}
END_TEST

/* Later failures come first in time: the early ones give way. */
static lka_status fail_from_17(void *context, size_t index, struct lka_error *error)
{
    (void)context;
    if (index < 17 || index % 3 == 0) {
        return LKA_OK;
    }
    for (size_t i = index; i < 40; i++) {
        sched_yield();
    }
    return lka_fail(error, index == 17 ? LKA_DATA : LKA_IO, "row %zu", index);
}

START_TEST(the_first_failure_by_index_is_reported)
{
    struct lka_error error = {0};
    for (int round = 0; round < 10; round++) {
        ck_assert_int_eq(lka_parallel(thread_counts[_i], 60, fail_from_17, NULL, &error), LKA_DATA);
        ck_assert_str_eq(error.message, "row 17");
    }
}
END_TEST

START_TEST(nobody_has_to_take_the_error)
{
    ck_assert_int_eq(lka_parallel(4, 60, fail_from_17, NULL, NULL), LKA_DATA);
}
END_TEST

START_TEST(zero_threads_means_the_machine_s)
{
    ck_assert_uint_ge(lka_thread_count(0), 1);
    ck_assert_uint_eq(lka_thread_count(3), 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("parallel");
    int kinds = sizeof thread_counts / sizeof *thread_counts;
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_index_is_visited_once, 0, kinds);
    tcase_add_test(tests, no_work_is_done_at_once);
    tcase_add_loop_test(tests, the_first_failure_by_index_is_reported, 0, kinds);
    tcase_add_test(tests, nobody_has_to_take_the_error);
    tcase_add_test(tests, zero_threads_means_the_machine_s);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
