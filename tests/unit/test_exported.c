/* The export ledger: how often somebody was sent where, and since when. */
#include "eligibility/exported.h"
#include "base/memory.h"
#include "export_by_hand.h"
#include "run_suite.h"

#define must(call) ck_assert_int_eq((int)(call), 0)

static struct lka_workspace *workspace;

static void open_store(void)
{
    set_up();
    must(lka_workspace_open(path_of("ws"), LKA_WORKSPACE_WRITE, NULL, &workspace, &error));
    must(lka_workspace_begin(workspace, "test", NULL));
}

static void close_store(void)
{
    lka_workspace_close(workspace);
    tear_down();
}

static void put(struct lka_exported_people *people, const char *name)
{
    uint8_t person[16] = {0};
    memcpy(person, name, strlen(name));
    must(lka_exported_add(people, person, NULL));
}

/* Names as "ann bob"; returns whether the run was a new one. */
static bool record(const char *run, const char *platform, const char *day, const char *added, const char *removed)
{
    const struct lka_export_run what = {run, platform, "csv", "2026-11", day, "/audience.csv", "{}"};
    struct lka_exported_people in = {0};
    struct lka_exported_people out = {0};
    const char *lists[] = {added, removed};
    bool recorded;
    for (int list = 0; list < 2; list++) {
        char names[64];
        snprintf(names, sizeof names, "%s", lists[list]);
        for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
            put(list ? &out : &in, name);
        }
    }
    must(lka_exported_record(workspace, &what, &in, &out, &recorded, NULL));
    lka_exported_release(&in);
    lka_exported_release(&out);
    return recorded;
}

static int times(const char *platform, const char *since, const char *name)
{
    struct lka_exported_asking asking;
    uint8_t person[16] = {0};
    uint64_t count;
    memcpy(person, name, strlen(name));
    must(lka_exported_ask(workspace, platform, since, &asking, NULL));
    must(lka_exported_times(&asking, person, &count, NULL));
    must(lka_exported_times(&asking, person, &count, NULL)); /* asked again, the same */
    lka_exported_asking_release(&asking);
    return (int)count;
}

START_TEST(times_are_counted_by_platform_and_day)
{
    ck_assert(record("r1", "meta", "2026-10-01", "bob ann bob", ""));
    ck_assert(record("r2", "meta", "2026-10-08", "ann", "bob"));
    ck_assert(record("r3", "google", "2026-10-08", "ann", ""));
    ck_assert_int_eq(times("meta", "2026-01-01", "ann"), 2);
    ck_assert_int_eq(times("meta", "2026-10-02", "ann"), 1);
    ck_assert_int_eq(times(NULL, "2026-01-01", "ann"), 3);
    ck_assert_int_eq(times("meta", "2026-01-01", "bob"), 1); /* to be removed is not to be sent */
    ck_assert_int_eq(times("meta", "2026-01-01", "eve"), 0);
}
END_TEST

START_TEST(the_same_run_again_is_none)
{
    ck_assert(record("r1", "meta", "2026-10-01", "ann", ""));
    ck_assert(!record("r1", "meta", "2026-10-02", "ann", ""));
    ck_assert_int_eq(times("meta", "2026-01-01", "ann"), 1);
}
END_TEST

static int64_t count_of(const char *sql)
{
    struct lka_statement *statement;
    bool row;
    must(lka_statement_new(workspace, sql, &statement, NULL));
    must(lka_statement_step(statement, &row, NULL));
    int64_t count = lka_column_integer(statement, 0);
    lka_statement_free(statement);
    return count;
}

#define ROWS "1,p1,ann@example.com,\n2,p2,bob@example.com,\n"

START_TEST(an_export_remembers_whom_it_sent_and_removed)
{
    const char *before = write_audience("before", "email,phone", ROWS, 200);
    const char *now = write_audience("now", "email,phone", "1,p1,ann@example.com,\n2,p3,eve@example.com,\n", 200);
    lka_workspace_close(workspace);
    for (int i = 0; i < 2; i++) {
        MUST_EXPORT(setting("audience", before), setting("out", path_of("one")), "platform=meta",
                    setting("workspace", path_of("ws")));
    }
    MUST_EXPORT(setting("audience", now), setting("previous", before), setting("out", path_of("two")), "platform=meta",
                setting("workspace", path_of("ws")));
    MUST_EXPORT(setting("audience", now), setting("out", path_of("three")), "platform=meta", "dry-run=true",
                setting("workspace", path_of("ws")));
    must(lka_workspace_open(path_of("ws"), LKA_WORKSPACE_READ, NULL, &workspace, &error));
    ck_assert_int_eq(count_of("SELECT count(*) FROM exports"), 2);
    ck_assert_int_eq(count_of("SELECT count(*) FROM exported_people WHERE export = 1 AND removed = 0"), 202);
    ck_assert_int_eq(count_of("SELECT count(*) FROM exported_people WHERE export = 2 AND removed = 0"), 1);
    ck_assert_int_eq(count_of("SELECT count(*) FROM exported_people WHERE export = 2 AND removed = 1"), 1);
    ck_assert_int_eq(count_of("SELECT count(*) FROM exported_people WHERE length(person) <> 16"), 0);
    ck_assert_int_eq(count_of("SELECT count(*) FROM exports WHERE audience LIKE '../now/audience.csv'"), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exported");
    TCase *tests = tcase_create("exported");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, open_store, close_store);
    tcase_add_test(tests, times_are_counted_by_platform_and_day);
    tcase_add_test(tests, the_same_run_again_is_none);
    tcase_add_test(tests, an_export_remembers_whom_it_sent_and_removed);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
