/* Every allocation of an import, SQLite's own as well, fails once, and kills the process once: the list is then the one
 * before or the one after, and the next import goes through. */
#include "suppression_by_hand.h"
#include "trap_by_hand.h"
#include "run_suite.h"

#include <sys/wait.h>

enum { LONGEST_STEP = 40 };

static const char *const second = "email,phone\nbob@gmail.com,+33 6 12 34 56 78\neve@example.org,\n";

/* The allocations of one import of `second`, with the trap at the k-th. */
static lka_status import_trapped(size_t k, bool kills)
{
    trap.at = 0;
    char file[300];
    snprintf(file, sizeof file, "file=%s", write_file("objections.csv", second));
    const char *const settings[] = {file, "date=2026-11-24", NULL};
    struct lka_options *options = options_of(&lka_suppress_import_params, settings);
    trap.calls = 0;
    trap.at = k;
    trap.kills = kills;
    char *summary = NULL;
    lka_status status = lka_suppress_import(options, NULL, &summary, &error);
    trap.at = 0;
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

/* A workspace with one objection; how many entries the list then has, and has with the second import. */
static void start_over(int64_t *before)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", path);
    must(system(command));
    must_import("email\nann@example.org\n");
    *before = entries_in_list();
}

/* SQLite gets along without some of its allocations. */
START_TEST(every_allocation_may_fail)
{
    int64_t before;
    set_traps();
    start_over(&before);
    must(import_trapped(0, false));
    size_t calls = trap.calls;
    int64_t after = entries_in_list();
    ck_assert_int_gt(after, before);
    size_t refused = 0;
    for (size_t k = 1; k <= calls; k += k < 300 ? 1 : 3) {
        start_over(&before);
        lka_status status = import_trapped(k, false);
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "allocation %zu of %zu: %d %s", k, calls, status,
                      error.message);
        int64_t found = entries_in_list();
        ck_assert_msg(found == after || (found == before && status != LKA_OK), "allocation %zu: %lld entries", k,
                      (long long)found);
        refused += status == LKA_MEMORY;
    }
    ck_assert_uint_gt(refused, 100);
}
END_TEST

static void die_at(size_t k)
{
    pid_t child = fork();
    if (child == 0) {
        import_trapped(k, true);
        _exit(0);
    }
    int how = 0;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    ck_assert_msg(WIFSIGNALED(how) || (WIFEXITED(how) && WEXITSTATUS(how) == 0), "it ended with %d", how);
}

START_TEST(a_process_may_die_at_any_moment)
{
    int64_t before;
    set_traps();
    start_over(&before);
    must(import_trapped(0, false));
    size_t calls = trap.calls;
    int64_t after = entries_in_list();
    size_t kept = 0;
    size_t step = 1 + calls / 150;
    for (size_t k = calls + 1; k > 0 && k <= calls + 1; k -= calls + 1 - k < LONGEST_STEP ? 1 : step) {
        start_over(&before);
        die_at(k);
        int64_t found = entries_in_list();
        ck_assert_msg(found == before || found == after, "allocation %zu of %zu: %lld entries", k, calls,
                      (long long)found);
        kept += found == before;
        must(import_trapped(0, false));
        ck_assert_int_eq(entries_in_list(), after);
    }
    ck_assert_uint_gt(kept, 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suppression, killed and short of memory");
    TCase *tests = tcase_create("killed");
    tcase_add_checked_fixture(tests, start_store, end_store);
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, every_allocation_may_fail);
    tcase_add_test(tests, a_process_may_die_at_any_moment);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
