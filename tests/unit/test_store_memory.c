/* Every allocation of a writer, SQLite's own as well, fails once: LKA_MEMORY, no leak (under ASan), and the day before
 * it stays as it was. */
#include "store/history.h"

#include "store_by_hand.h"
#include "trap_by_hand.h"
#include "run_suite.h"

static struct lka_error error;

static lka_status put_all(struct lka_history *history, const char *value)
{
    static const char *const people[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        lka_status status = lka_history_put(history, lka_span_of(people[i]), lka_span_of(value), &error);
        if (status != LKA_OK) {
            return status;
        }
    }
    return LKA_OK;
}

static lka_status write_in(struct lka_workspace *workspace, const char *day, const char *value)
{
    uint8_t key[32];
    struct lka_history *history = NULL;
    lka_status status = lka_workspace_begin(workspace, "test", &error);
    if (status == LKA_OK) {
        status = lka_workspace_key(workspace, key, &error);
    }
    if (status == LKA_OK) {
        status = lka_history_open(workspace, "segment", day, true, &history, &error);
    }
    if (status == LKA_OK) {
        status = put_all(history, value);
    }
    lka_history_close(history);
    return status == LKA_OK ? lka_workspace_commit(workspace, &error) : status;
}

static lka_status write_day(const char *day, const char *value)
{
    struct lka_workspace *workspace;
    lka_status status = lka_workspace_open(path, LKA_WORKSPACE_WRITE, NULL, &workspace, &error);
    if (status == LKA_OK) {
        status = write_in(workspace, day, value);
    }
    lka_workspace_close(workspace);
    return status;
}

static lka_status write_day_trapped(size_t k)
{
    trap.calls = 0;
    trap.at = k;
    lka_status status = write_day("2024-02-01", "quiet");
    trap.at = 0;
    return status;
}

static int64_t quiet_people(void)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    int64_t count = count_of(workspace, "SELECT count(*) FROM history WHERE value = 'quiet' AND valid_to = ''");
    lka_workspace_close(workspace);
    return count;
}

static void start_over(bool with_a_day)
{
    remove_folder();
    make_folder();
    snprintf(path, sizeof path, "%s/ws", folder);
    if (with_a_day) {
        must(write_day("2024-01-01", "active"));
    }
}

/* `with_a_day`: the workspace is there, with a day; else it is made on the way. */
static void try_allocations(bool with_a_day)
{
    start_over(with_a_day);
    must(write_day_trapped(0));
    size_t calls = trap.calls;
    size_t refused = 0;
    /* Each of the first 200, then ever fewer: every one makes a workspace on the disk anew. */
    for (size_t k = 1; k <= calls; k += 1 + (k < 200 ? 0 : k / 50)) {
        start_over(with_a_day);
        lka_status status = write_day_trapped(k);
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "allocation %zu of %zu: %d %s", k, calls, status,
                      error.message);
        refused += status == LKA_MEMORY;
        ck_assert(!with_a_day || quiet_people() == (status == LKA_OK ? 3 : 0));
        must(write_day("2024-02-01", "quiet"));
        ck_assert_int_eq(quiet_people(), 3);
    }
    ck_assert_uint_gt(refused, 100);
}

START_TEST(every_allocation_may_fail)
{
    set_traps();
    try_allocations(true);
    try_allocations(false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store, short of memory");
    TCase *tests = tcase_create("memory");
    tcase_add_checked_fixture(tests, start_store, end_store);
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
