/* A project's run when things go wrong: killed at any moment, interrupted, short of memory. */
#include "base/text.h"
#include "by_hand.h"
#include "files_by_hand.h"
#include "run_suite.h"
#include "lookalike/project.h"

#include <signal.h>
#include <sys/wait.h>

static struct lka_error error;

static void write_people(const char *name, const char *prefix, int count, int points)
{
    struct lka_text text = {0};
    lka_text_string(&text, "id,points,city\n");
    for (int i = 0; i < count; i++) {
        lka_text_format(&text, "%s%d,%d,%c\n", prefix, i, points + i % 7, 'A' + i % 3);
    }
    write_file(name, text.bytes);
    lka_text_release(&text);
}

static void set_up(void)
{
    make_folder();
    write_people("seeds.csv", "s", 40, 5);
    write_people("pool.csv", "p", 300, 2);
    write_file("project.yaml", "sources: {seeds: seeds.csv, pool: pool.csv}\n"
                               "columns: {city: category, points: [feature, number]}\n"
                               "train: {family: centroid}\n"
                               "evaluate:\n"
                               "score: {top: 10%, where: points > 3}\n");
}

/* Stages that were run, or the status below 0. */
static int run(const struct lka_session *session, const char *flag)
{
    struct lka_options *options = NULL;
    char *summary = NULL;
    error = (struct lka_error){0};
    lka_status status = lka_options_new(&lka_run_params, &options, &error);
    if (status == LKA_OK) {
        status = lka_options_set(options, "project", path_of("project.yaml"), &error);
    }
    if (status == LKA_OK && flag) {
        status = lka_options_set(options, flag, "true", &error);
    }
    if (status == LKA_OK) {
        status = lka_run(options, session, &summary, &error);
    }
    int ran = 0;
    for (const char *at = summary; at && (at = strstr(at, "\"ran\"")); at++) {
        ran++;
    }
    lka_free(summary);
    lka_options_free(options);
    return status == LKA_OK ? ran : -(int)status;
}

struct stopper {
    int calls;
    int stop_at;
    bool kill;
};

static bool stop(void *user)
{
    struct stopper *stopper = user;
    bool now = ++stopper->calls == stopper->stop_at;
    if (now && stopper->kill) {
        raise(SIGKILL);
    }
    return now;
}

static void copy_results(char *ranked, char *quality, size_t size)
{
    snprintf(ranked, size, "%s", read_file(path_of("out/ranked.csv")));
    snprintf(quality, size, "%s", read_file(path_of("out/quality/evaluate.json")));
}

/* Dies at its k-th look at whether to stop; true if it did. */
static bool killed_at(int k)
{
    pid_t child = fork();
    if (child == 0) {
        struct stopper stopper = {.stop_at = k, .kill = true};
        run(&(struct lka_session){.user = &stopper, .interrupted = stop}, NULL);
        _exit(0);
    }
    int how = 0;
    waitpid(child, &how, 0);
    return WIFSIGNALED(how);
}

START_TEST(a_killed_run_goes_on_to_the_same_results)
{
    enum { SIZE = 1 << 16 };
    static char ranked[2][SIZE];
    static char quality[2][SIZE];
    ck_assert_int_eq(run(NULL, NULL), 3);
    copy_results(ranked[0], quality[0], SIZE);
    bool died = true;
    int resumed[4] = {0}; /* runs that had so many stages left to do */
    for (int k = 1; died; k++) {
        lka_remove_tree(path_of("out"));
        died = killed_at(k);
        int left = run(NULL, NULL);
        ck_assert_msg(left >= 0, "killed at %d: %s", k, error.message);
        resumed[left]++;
        copy_results(ranked[1], quality[1], SIZE);
        ck_assert_str_eq(ranked[1], ranked[0]);
        ck_assert_str_eq(quality[1], quality[0]);
        ck_assert_int_eq(run(NULL, NULL), 0);
    }
    ck_assert_int_eq(resumed[0], 1);
    ck_assert_int_gt(resumed[1], 1);
    ck_assert_int_gt(resumed[2], 1);
    ck_assert_int_gt(resumed[3], 1);
}
END_TEST

START_TEST(an_interrupted_run_stops_and_goes_on)
{
    int status = -LKA_INTERRUPTED;
    for (int k = 1; status != 0 && status != 3; k++) {
        struct stopper stopper = {.stop_at = k};
        status = run(&(struct lka_session){.user = &stopper, .interrupted = stop}, NULL);
        ck_assert_msg(status >= 0 || status == -LKA_INTERRUPTED, "%s", error.message);
        ck_assert_int_lt(k, 1000);
    }
    ck_assert_int_eq(run(NULL, NULL), 0);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    struct ledger ledger;
    ck_assert_int_eq(run(NULL, NULL), 3);
    ledger_install(&ledger);
    size_t k = 0;
    do {
        ledger_fail(&ledger, ++k);
        int status = run(NULL, "dry-run");
        /* libcsv asks again for less. */
        ck_assert_msg(status == 0 || status == -LKA_MEMORY, "allocation %zu: %d: %s", k, status, error.message);
        ck_assert_uint_eq(ledger.alive, 0);
    } while (ledger.calls >= k);
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("run");
    TCase *tests = tcase_create("trouble");
    tcase_add_checked_fixture(tests, set_up, remove_folder);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, a_killed_run_goes_on_to_the_same_results);
    tcase_add_test(tests, an_interrupted_run_stops_and_goes_on);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
