/* The stage as a library: every allocation of a run may fail, and then nothing is left behind; progress can stop it. */
#include "files_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"
#include "lookalike/lifecycle.h"

static const char contacts[] = "contact_id,email,consents,signed_up\n"
                               "c1,ann@example.org,profiling,2019-05-01\n"
                               "c2,bo@example.org,,2018-02-28\n";
static const char events[] = "contact_id,timestamp,type,channel,campaign,topic,reason,brand,consideration\n"
                             "c1,2025-06-01,send,email,june,music,,,\n"
                             "c1,2025-06-02,click,email,june,,,,\n"
                             "c1,2025-06-03,survey,web,,,price,ours,4\n"
                             "c2,2021-06-03,purchase,kiosk,,,,,\n";
static const char append[] = "contact_id,vendor,email_status,household\nc2,alpha,invalid,couple\nc2,beta,,single\n";

static struct lka_options *options_for(const char *out)
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(&lka_lifecycle_params, &options, NULL), LKA_OK);
    const char *const settings[] = {"contacts", path_of("contacts.csv"),
                                    "events",   path_of("events.csv"),
                                    "append",   path_of("append.csv"),
                                    "as-of",    "2025-06-30",
                                    "floor",    "1",
                                    "where",    "segment = 'active'",
                                    "threads",  "1",
                                    "out",      path_of(out)};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i += 2) {
        ck_assert_int_eq(lka_options_set(options, settings[i], settings[i + 1], NULL), LKA_OK);
    }
    return options;
}

static void setup(void)
{
    make_folder();
    (void)write_file("contacts.csv", contacts);
    (void)write_file("events.csv", events);
    (void)write_file("append.csv", append);
}

/* ---- allocations ------------------------------------------------------------------------------ */

/* One run whose k-th allocation fails. */
static lka_status run_failing(long k, bool dry, long *used)
{
    memory_plenty();
    struct lka_options *options = options_for("quiet");
    struct lka_error error = {0};
    char *summary;
    ck_assert_int_eq(lka_options_set(options, "dry-run", dry ? "true" : "false", NULL), LKA_OK);
    memory_fails_at((size_t)k + 1);
    lka_status status = lka_lifecycle(options, NULL, &summary, &error);
    *used = (long)short_memory.calls;
    memory_plenty();
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    lka_options_free(options);
    memory_give_back();
    return status;
}

/* Where a library does without (a smaller buffer, say), the result is whole. Syncing takes the time: most runs are dry. */
static void fail_each(bool dry, long step)
{
    long used = 0;
    long refused = 0;
    long tried = 0;
    ck_assert_int_eq(run_failing(1000000000, false, &used), LKA_OK);
    char whole[1 << 14];
    snprintf(whole, sizeof whole, "%s", read_file(path_of("quiet/contacts.csv")));
    lka_remove_tree(path_of("quiet"));
    ck_assert_int_eq(run_failing(1000000000, dry, &used), LKA_OK);
    lka_remove_tree(path_of("quiet"));
    for (long k = 0; k < used; k += step) {
        long reached;
        lka_status status = run_failing(k, dry, &reached);
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "allocation %ld: %d", k, (int)status);
        refused += status == LKA_MEMORY;
        tried++;
        if (status == LKA_OK && !dry) {
            ck_assert_str_eq(read_file(path_of("quiet/contacts.csv")), whole);
            lka_remove_tree(path_of("quiet"));
        }
        ck_assert_uint_eq(entries_of(folder), 3);
    }
    ck_assert_msg(refused > tried / 2, "%ld of %ld", refused, tried);
}

START_TEST(any_allocation_may_fail)
{
    fail_each(true, 1);
}
END_TEST

START_TEST(any_allocation_of_a_run_that_writes_may_fail)
{
    fail_each(false, 41);
}
END_TEST

/* ---- interruption ----------------------------------------------------------------------------- */

static bool stop(void *user)
{
    return (*(int *)user)-- <= 0;
}

START_TEST(a_wish_to_stop_leaves_nothing)
{
    for (int steps = 0; steps < 3; steps++) {
        int left = steps;
        struct lka_session session = {.user = &left, .interrupted = stop};
        struct lka_options *options = options_for("quiet");
        char *summary;
        ck_assert_int_eq(lka_lifecycle(options, &session, &summary, NULL), LKA_INTERRUPTED);
        lka_options_free(options);
        ck_assert_uint_eq(entries_of(folder), 3);
    }
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("lifecycle");
    TCase *tests = tcase_create("lifecycle");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, remove_folder);
    tcase_add_test(tests, any_allocation_may_fail);
    tcase_add_test(tests, any_allocation_of_a_run_that_writes_may_fail);
    tcase_add_test(tests, a_wish_to_stop_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
