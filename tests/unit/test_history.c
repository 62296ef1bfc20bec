/* Histories: values of people, kept as changes. */
#include "store/history.h"

#include "store_by_hand.h"
#include "run_suite.h"

struct day {
    const char *as_of;
    const char *values[3]; /* of a, b, c; NULL: not put */
};

static void write_day(struct lka_workspace *workspace, const struct day *day)
{
    static const char *const people[] = {"a", "b", "c"};
    struct lka_history *history;
    must(lka_workspace_begin(workspace, "test", NULL));
    must(lka_history_open(workspace, "segment", day->as_of, true, &history, NULL));
    for (int i = 0; i < 3; i++) {
        if (day->values[i]) {
            must(lka_history_put(history, lka_span_of(people[i]), lka_span_of(day->values[i]), NULL));
        }
    }
    lka_history_close(history);
    must(lka_workspace_commit(workspace, NULL));
}

static void expect_previous(struct lka_workspace *workspace, const char *as_of, const char *person, const char *value)
{
    struct lka_history *history;
    must(lka_history_open(workspace, "segment", as_of, false, &history, NULL));
    struct lka_span got = lka_history_previous(history, lka_span_of(person));
    ck_assert_msg(lka_span_equal(got, lka_span_of(value)), "%s of %s: %.*s, not %s", as_of, person, (int)got.length,
                  got.text, value);
    lka_history_close(history);
}

START_TEST(a_history_grows_by_what_changed)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    write_day(workspace, &(struct day){"2024-01-01", {"active", "active", NULL}});
    write_day(workspace, &(struct day){"2024-02-01", {"active", "lapsing", "active"}});
    ck_assert_int_eq(count_of(workspace, "SELECT count(*) FROM history"), 4);
    expect_previous(workspace, "2024-01-01", "a", "");
    expect_previous(workspace, "2024-01-15", "b", "active");
    expect_previous(workspace, "2024-02-01", "b", "active");
    expect_previous(workspace, "2024-03-01", "b", "lapsing");
    expect_previous(workspace, "2024-03-01", "c", "active");
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(the_same_day_again_replaces_what_it_said)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    write_day(workspace, &(struct day){"2024-01-01", {"active", "active", NULL}});
    write_day(workspace, &(struct day){"2024-02-01", {"lapsing", "lapsing", "active"}});
    write_day(workspace, &(struct day){"2024-02-01", {"active", "at_risk", NULL}});
    expect_previous(workspace, "2024-03-01", "a", "active");
    expect_previous(workspace, "2024-03-01", "b", "at_risk");
    expect_previous(workspace, "2024-03-01", "c", "");
    ck_assert_int_eq(count_of(workspace, "SELECT count(*) FROM history"), 3);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(the_past_is_not_rewritten)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    struct lka_history *history;
    struct lka_error error = {0};
    write_day(workspace, &(struct day){"2024-02-01", {"active", NULL, NULL}});
    must(lka_workspace_begin(workspace, "test", NULL));
    ck_assert_int_eq(lka_history_open(workspace, "segment", "2024-01-01", true, &history, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "2024-02-01 or later"));
    ck_assert_int_eq(lka_history_open(workspace, "segment", "2024-2-1", true, &history, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "is no day"));
    lka_workspace_close(workspace);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *tests = tcase_create("history");
    tcase_add_checked_fixture(tests, start_store, end_store);
    tcase_add_test(tests, a_history_grows_by_what_changed);
    tcase_add_test(tests, the_same_day_again_replaces_what_it_said);
    tcase_add_test(tests, the_past_is_not_rewritten);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
