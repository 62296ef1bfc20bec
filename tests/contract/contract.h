/* contract/contract.h: the parts of the suite. */
#ifndef CONTRACT_CONTRACT_H
#define CONTRACT_CONTRACT_H

#include "candidates.h"

#include <check.h>

TCase *fitting_case(void);
TCase *scoring_case(void);
TCase *keeping_case(void);
TCase *failing_case(void);

/* A test of Check's loop kind runs once for each candidate, _i. */
#define EACH_CANDIDATE(tests, test) tcase_add_loop_test((tests), (test), 0, candidate_count)

/* Fails with the candidate's name. */
#define EXPECT(candidate, condition, ...)                                                                       \
    do {                                                                                                        \
        char expect_text_[200];                                                                                 \
        snprintf(expect_text_, sizeof expect_text_, __VA_ARGS__);                                               \
        ck_assert_msg((condition), "%s %s: %s", (candidate)->family->name, (candidate)->setting, expect_text_); \
    } while (0)

#endif
