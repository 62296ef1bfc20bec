/* contract: what every model family promises, tried on every family in each of its settings (candidates.h).
 * `contract NAME` tries one family. */
#include "contract.h"
#include "run_suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep_only(const char *name)
{
    int kept = 0;
    for (int c = 0; c < candidate_count; c++) {
        if (strcmp(candidates[c].family->name, name) == 0) {
            candidates[kept++] = candidates[c];
        }
    }
    candidate_count = kept;
}

int main(int argc, char **argv)
{
    lka_init();
    candidates_list();
    if (argc > 1) {
        keep_only(argv[1]);
    }
    Suite *suite = suite_create("contract");
    suite_add_tcase(suite, fitting_case());
    suite_add_tcase(suite, scoring_case());
    suite_add_tcase(suite, keeping_case());
    suite_add_tcase(suite, failing_case());
    return run_suite(suite);
}
