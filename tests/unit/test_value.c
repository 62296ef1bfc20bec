/* What customers are worth, from file to file: what counts as a purchase, clusters, histories, and what is refused. */
#include "base/json.h"
#include "lookalike/value.h"
#include "stage_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

#include <stdarg.h>

static struct lka_error error;
static json_t *document;

static void setup(void)
{
    lka_init();
    make_folder();
}

static void teardown(void)
{
    json_decref(document);
    document = NULL;
    remove_folder();
}

static double count_of(const char *name)
{
    const json_t *counts = json_object_get(document, "counts");
    ck_assert_ptr_nonnull(json_object_get(counts, name));
    return json_number_value(json_object_get(counts, name));
}

/* A line of value.csv, by its contact. */
static const char *row_of(const char *contact)
{
    static char row[512];
    char start[64];
    snprintf(start, sizeof start, "\n%s,", contact);
    const char *at = strstr(read_file(path_of("out/value.csv")), start);
    ck_assert_msg(at != NULL, "%s is not in value.csv", contact);
    snprintf(row, sizeof row, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    return row;
}

static void check_starts(const char *contact, const char *wanted)
{
    ck_assert_msg(strncmp(row_of(contact), wanted, strlen(wanted)) == 0, "%s, not %s", row_of(contact), wanted);
}

static void check_ends(const char *contact, const char *wanted)
{
    const char *row = row_of(contact);
    ck_assert_msg(strcmp(row + strlen(row) - strlen(wanted), wanted) == 0, "%s, not %s", row, wanted);
}

#define RUN(...) \
    run_stage(&lka_value_params, lka_value, (const char *const[]){"out=out", __VA_ARGS__, NULL}, &document, &error)

/* ---- purchases -------------------------------------------------------------------------------- */

#define HEADER "contact_id,timestamp,type,amount,currency\n"

static const char story[] = HEADER /* two purchases of a day are one; a refund is none, and is taken off */
    "A,2024-01-01T08:00:00Z,purchase,10,EUR\n"
    "A,2024-01-01T18:00:00Z,purchase,5,EUR\n"
    "A,2024-01-11,purchase,20,EUR\n"
    "A,2024-01-15,purchase,-4,EUR\n"
    "A,2024-01-21,purchase,,\n"
    "A,2024-01-25,open,,\n"
    "B,2024-02-01,purchase,-3,EUR\n"
    "B,2024-02-02,purchase,8,EUR\n"
    "C,2024-02-03,visit,,\n"
    "D,2024-01-05,purchase,30,EUR\n"
    "D,2024-02-05,purchase,0,EUR\n"
    "D,2024-03-01,purchase,99,EUR\n"; /* not before the as-of date */

START_TEST(days_with_a_purchase_are_counted_and_refunds_taken_off)
{
    write_file("events.csv", story);
    ck_assert_msg(RUN("events=events.csv", "as-of=2024-03-01") == LKA_OK, "%s", error.message);
    check_starts("A", "A,2,20,60,");
    check_starts("B", "B,0,0,28,");
    check_starts("D", "D,1,31,56,");
    ck_assert_ptr_null(strstr(read_file(path_of("out/value.csv")), "\nC,"));
    ck_assert_double_eq(count_of("customers"), 3);
    ck_assert_double_eq(count_of("repeat"), 2);
    ck_assert_double_eq(count_of("refunds"), 2);
    ck_assert_double_eq(count_of("refunds_unmatched"), 1);
    ck_assert_double_eq(count_of("without_amount"), 1);
    /* A's mean is (20 - 4) / 1; D's is 0, and tells nothing. */
    const json_t *spend = json_object_get(document, "spend");
    ck_assert_int_eq(json_integer_value(json_object_get(spend, "customers")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(spend, "unusable")), 1);
    ck_assert_uint_eq(mode_of(path_of("out/value.csv")), 0600);
}
END_TEST

START_TEST(weeks_are_sevenths_of_days)
{
    write_file("events.csv", story);
    ck_assert_msg(RUN("events=events.csv", "as-of=2024-03-01", "unit=week") == LKA_OK, "%s", error.message);
    check_starts("B", "B,0,0,4,");
    check_starts("D", "D,1,4.42857142857142");
}
END_TEST

START_TEST(the_order_of_events_changes_no_byte)
{
    write_file("events.csv", story);
    ck_assert_int_eq(RUN("events=events.csv", "as-of=2024-03-01"), LKA_OK);
    char *first = strdup(read_file(path_of("out/value.csv")));
    write_file("1.csv", HEADER "D,2024-02-05,purchase,0,EUR\nA,2024-01-21,purchase,,\nA,2024-01-15,purchase,-4,EUR\n"
                               "B,2024-02-02,purchase,8,EUR\nA,2024-01-11,purchase,20,EUR\n");
    write_file("2.csv", HEADER "A,2024-01-01T18:00:00Z,purchase,5,EUR\nD,2024-01-05,purchase,30,EUR\n"
                               "B,2024-02-01,purchase,-3,EUR\nA,2024-01-01T08:00:00Z,purchase,10,EUR\n");
    ck_assert_msg(RUN("events=2.csv", "events=1.csv", "as-of=2024-03-01") == LKA_OK, "%s", error.message);
    ck_assert_str_eq(read_file(path_of("out/value.csv")), first);
    free(first);
}
END_TEST

START_TEST(several_currencies_must_be_declared)
{
    write_file("events.csv", HEADER "A,2024-01-01,purchase,10,EUR\nA,2024-01-11,purchase,20,USD\n"
                                    "A,2024-01-21,purchase,30,EUR\n");
    ck_assert_int_eq(RUN("events=events.csv", "as-of=2024-03-01"), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "\"EUR\" and \"USD\""));
    ck_assert_ptr_nonnull(strstr(error.message, "--currency"));
    ck_assert_msg(RUN("events=events.csv", "as-of=2024-03-01", "currency=eur") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(count_of("other_currencies"), 1);
    check_starts("A", "A,2,20,60,"); /* it is an occasion nonetheless */
}
END_TEST

START_TEST(nothing_before_the_as_of_date_is_an_error)
{
    write_file("events.csv", story);
    ck_assert_int_eq(RUN("events=events.csv", "as-of=2023-12-31"), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "before 2023-12-31"));
    ck_assert(!exists(path_of("out")));
}
END_TEST

/* ---- clusters --------------------------------------------------------------------------------- */

/* E's last purchase was long ago, F bought often and stopped, G goes on, H bought once lately. */
static const char people[] = "contact_id,frequency,recency,T,monetary_value\n"
                             "E,1,30,500,10\n"
                             "F,9,100,300,10\n"
                             "G,9,290,300,50\n"
                             "H,0,0,20,\n"
                             "I,2,200,300,20\n"
                             "J,0,0,350,\n"
                             "K,0,0,340,\n"
                             "L,3,310,330,30\n";

START_TEST(clusters_follow_their_rules)
{
    write_file("summary.csv", people);
    ck_assert_msg(RUN("summary=summary.csv", "top-share=.4", "regular-from=1") == LKA_OK, "%s", error.message);
    check_ends("E", ",inactive");
    check_ends("F", ",fading");
    check_ends("G", ",top");
    const char *h = row_of("H");
    ck_assert(strstr(h, "occasional") || strstr(h, "regular") || strstr(h, "fading"));
    ck_assert_ptr_nonnull(strstr(read_file(path_of("out/value.csv")), ",value,cluster\n"));
    ck_assert_int_eq(RUN("summary=summary.csv", "inactive-after=100d"), LKA_OK);
    check_ends("F", ",inactive");
    ck_assert_int_eq(RUN("summary=summary.csv", "inactive-after=3y", "top-share=0"), LKA_OK);
    ck_assert_ptr_null(strstr(read_file(path_of("out/value.csv")), ",top"));
    ck_assert_ptr_null(strstr(read_file(path_of("out/value.csv")), ",inactive"));
}
END_TEST

START_TEST(lifecycle_says_who_is_inactive)
{
    write_file("summary.csv", people);
    ck_assert_int_eq(mkdir(path_of("life"), 0700), 0);
    write_file("life/contacts.csv",
               "contact_id,segment\nE,active\nF,active\nG,at_risk\nH,active\nI,active\nL,active\n");
    ck_assert_msg(RUN("summary=summary.csv", "contacts=life") == LKA_OK, "%s", error.message);
    check_ends("G", ",inactive");
    ck_assert_double_eq(count_of("customers"), 6);
    ck_assert_double_eq(count_of("not_in_contacts"), 2);
    /* `inactive` goes before the segment. */
    write_file("life/contacts.csv", "contact_id,segment,inactive\nG,at_risk,no\nI,active,yes\nL,active,no\n");
    ck_assert_int_eq(RUN("summary=summary.csv", "contacts=life"), LKA_OK);
    check_ends("I", ",inactive");
    ck_assert_ptr_null(strstr(row_of("G"), "inactive"));
    /* Whoever may not be profiled is no customer. */
    write_file("life/contacts.csv", "contact_id,segment,inactive,profiled\nG,at_risk,no,yes\nI,active,yes,yes\n"
                                    "F,active,no,no_consent\nL,active,no,suppressed\n");
    ck_assert_int_eq(RUN("summary=summary.csv", "contacts=life"), LKA_OK);
    ck_assert_double_eq(count_of("customers"), 2);
    ck_assert_double_eq(count_of("not_profiled"), 2);
    write_file("life/contacts.csv", "contact_id,segment,inactive\nG,at_risk,maybe\n");
    ck_assert_int_eq(RUN("summary=summary.csv", "contacts=life"), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "allowed: yes and no"));
    ck_assert_int_eq(RUN("summary=summary.csv", "contacts=nowhere"), LKA_USAGE);
}
END_TEST

START_TEST(a_workspace_remembers_clusters)
{
    write_file("summary.csv", people);
    const char *summary = "summary=summary.csv";
    const char *workspace = "workspace=ws";
    ck_assert_msg(RUN(summary, workspace, "as-of=2024-01-01") == LKA_OK, "%s", error.message);
    check_ends("F", ",fading,");
    ck_assert_msg(RUN(summary, workspace, "as-of=2024-02-01", "inactive-after=100d") == LKA_OK, "%s", error.message);
    check_ends("F", ",inactive,fading");
    ck_assert_int_ge(json_integer_value(json_object_get(document, "cluster_changed")), 1);
    char *once = strdup(read_file(path_of("out/value.csv")));
    ck_assert_int_eq(RUN(summary, workspace, "as-of=2024-02-01", "inactive-after=100d"), LKA_OK);
    ck_assert_str_eq(read_file(path_of("out/value.csv")), once);
    free(once);
    ck_assert_int_eq(RUN(summary, workspace, "as-of=2024-01-15"), LKA_USAGE);
    ck_assert_int_eq(RUN(summary, workspace), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--as-of"));
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------- */

static const struct {
    const char *row;
    const char *message;
    unsigned column;
} bad_rows[] = {
    {"X,1,-3,20,5", "recency is \"-3\"", 3},
    {"X,1,21,20,5", "from 0 to T", 3},
    {"X,0,3,20,5", "0 where frequency is 0", 3},
    {"X,1.5,3,20,5", "a whole number", 2},
    {"X,-1,0,20,5", "a whole number", 2},
    {"X,2000000,3,20,5", "1000000", 2},
    {"X,one,3,20,5", "frequency is \"one\"", 2},
    {"X,1,nan,20,5", "recency is \"nan\"", 3},
    {"X,1,3,,5", "T is \"\"", 4},
    {"X,1,3,1e999,5", "a number", 4},
    {"X,1,3,20,free", "monetary_value is", 5},
    {"X,0,0,-20,5", "a number from 0", 4},
    {",0,0,20,5", "", 0},
    {"G,0,0,20,5", "", 0},
};

START_TEST(rows_that_are_no_history_are_refused)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s\n", people, bad_rows[_i].row);
    write_file("summary.csv", text);
    const char *summary = "summary=summary.csv";
    ck_assert_int_eq(RUN(summary), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, bad_rows[_i].message));
    ck_assert(error.line == 10 || bad_rows[_i].column == 0);
    ck_assert(error.column == bad_rows[_i].column || bad_rows[_i].column == 0);
    ck_assert(!exists(path_of("out")));
    ck_assert_msg(RUN(summary, "max-bad-rows=1") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(count_of("customers"), 8);
    ck_assert_double_eq(count_of("rejected"), 1);
    ck_assert_ptr_nonnull(strstr(read_file(path_of("out.rejected.csv")), "\n10,"));
}
END_TEST

static const struct {
    const char *text;
    lka_status status;
    const char *message;
} bad_tables[] = {
    {"id,frequency,recency\nA,1,2\n", LKA_USAGE, "\"T\""},
    {"id,recency,T\nA,1,2\n", LKA_USAGE, "\"frequency\""},
    {"id,frequency,recency,T\n", LKA_DATA, "no customer"},
    {"id,frequency,recency,T\nA,0,0,5\nB,0,0,9\n", LKA_DATA, "bought a second time"},
    {"id,frequency,recency,T\nA,1,0,0\n", LKA_DATA, "above 0 where frequency is above 0"},
};

START_TEST(tables_that_cannot_be_learned_from_are_refused)
{
    write_file("summary.csv", bad_tables[_i].text);
    ck_assert_int_eq(RUN("summary=summary.csv"), bad_tables[_i].status);
    ck_assert_msg(strstr(error.message, bad_tables[_i].message) != NULL, "%s", error.message);
}
END_TEST

START_TEST(one_customer_and_equal_customers_are_told_as_what_they_are)
{
    write_file("summary.csv", "id,frequency,recency,T\nA,2,10,30\n");
    ck_assert_msg(RUN("summary=summary.csv") == LKA_OK, "%s", error.message);
    ck_assert_uint_gt(json_array_size(json_object_get(document, "warnings")), 0);
    char text[4096] = "id,frequency,recency,T,monetary_value\n";
    for (int i = 0; i < 50; i++) {
        snprintf(text + strlen(text), 32, "A%d,2,10,30,5\n", i);
    }
    write_file("summary.csv", text);
    ck_assert_msg(RUN("summary=summary.csv") == LKA_OK, "%s", error.message);
    ck_assert_uint_gt(json_array_size(json_object_get(document, "warnings")), 0);
    ck_assert_ptr_null(strstr(read_file(path_of("out/value.csv")), ",top"));
    ck_assert_ptr_null(strstr(read_file(path_of("out/value.csv")), "nan"));
}
END_TEST

START_TEST(amounts_of_nothing_or_less_teach_no_spend)
{
    write_file("summary.csv", "id,frequency,recency,T,monetary_value\n"
                              "A,2,10,30,0\nB,1,5,30,-7\nC,3,20,30,\n");
    ck_assert_msg(RUN("summary=summary.csv") == LKA_OK, "%s", error.message);
    ck_assert(json_is_null(json_object_get(document, "spend")));
    ck_assert_ptr_nonnull(strstr(row_of("A"), ",,,"));
}
END_TEST

START_TEST(flags_that_make_no_sense_are_refused)
{
    write_file("summary.csv", people);
    const char *summary = "summary=summary.csv";
    write_file("events.csv", story);
    const char *events = "events=events.csv";
    ck_assert_int_eq(RUN("horizon=1y"), LKA_USAGE);
    ck_assert_int_eq(RUN(summary, events, "as-of=2024-03-01"), LKA_USAGE);
    ck_assert_int_eq(RUN(events), LKA_USAGE);
    ck_assert_int_eq(RUN(events, "as-of=2024-02-30"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "YYYY-MM-DD"));
    ck_assert_int_eq(RUN(events, "as-of=2024-03-01", "id=contact_id"), LKA_USAGE);
    ck_assert_int_eq(RUN(summary, "id=nobody"), LKA_USAGE);
    ck_assert_int_eq(RUN(summary, "horizon=0d"), LKA_USAGE);
    ck_assert_int_eq(RUN(summary, "horizon=soon"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--horizon"));
    ck_assert_int_eq(RUN(summary, "inactive-after=never"), LKA_USAGE);
}
END_TEST

/* ---- memory ----------------------------------------------------------------------------------- */

static lka_status run_failing_at(const char *summary, size_t k)
{
    struct lka_options *options;
    char *told = NULL;
    memory_plenty();
    lka_remove_tree(path_of("out"));
    ck_assert_int_eq(lka_options_new(&lka_value_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", path_of("out"), NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "summary", summary, NULL), LKA_OK);
    memory_fails_at(k);
    lka_status status = lka_value(options, NULL, &told, &error);
    lka_free(told);
    lka_options_free(options);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    char *summary = strdup(write_file("summary.csv", people));
    ck_assert_int_eq(run_failing_at(summary, 0), LKA_OK);
    size_t calls = short_memory.calls;
    size_t refused = 0;
    for (size_t k = 1; k <= calls; k++) {
        lka_status status = run_failing_at(summary, k);
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "allocation %zu of %zu: %d %s", k, calls, status,
                      error.message);
        refused += status == LKA_MEMORY;
    }
    memory_give_back();
    free(summary);
    ck_assert_uint_gt(refused, 50);
    ck_assert_uint_eq(entries_of(folder), 2); /* summary.csv and out: no temporary is left */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("value");
    TCase *cases = tcase_create("value");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, days_with_a_purchase_are_counted_and_refunds_taken_off);
    tcase_add_test(cases, weeks_are_sevenths_of_days);
    tcase_add_test(cases, the_order_of_events_changes_no_byte);
    tcase_add_test(cases, several_currencies_must_be_declared);
    tcase_add_test(cases, nothing_before_the_as_of_date_is_an_error);
    tcase_add_test(cases, clusters_follow_their_rules);
    tcase_add_test(cases, lifecycle_says_who_is_inactive);
    tcase_add_test(cases, a_workspace_remembers_clusters);
    tcase_add_loop_test(cases, rows_that_are_no_history_are_refused, 0, sizeof bad_rows / sizeof *bad_rows);
    tcase_add_loop_test(cases, tables_that_cannot_be_learned_from_are_refused, 0,
                        sizeof bad_tables / sizeof *bad_tables);
    tcase_add_test(cases, one_customer_and_equal_customers_are_told_as_what_they_are);
    tcase_add_test(cases, amounts_of_nothing_or_less_teach_no_spend);
    tcase_add_test(cases, flags_that_make_no_sense_are_refused);
    tcase_add_test(cases, every_allocation_may_fail);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
