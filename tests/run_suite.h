/* tests/run_suite.h: the end of every program of tests. */
#ifndef LKA_TESTS_RUN_SUITE_H
#define LKA_TESTS_RUN_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Runs the suite and frees it. What main returns; how much is told is CK_VERBOSITY's to say. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
