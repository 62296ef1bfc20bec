/* Onboarding and allocating: who can be reached, and who is invited on which path. */
#include "campaign_by_hand.h"
#include "run_suite.h"

/* ---- onboard ---------------------------------------------------------------------------------- */

START_TEST(who_can_be_reached_and_why_not)
{
    write_usual();
    check_ok(ONBOARD());
    CHECK_LINE("reach/reach.csv", "C1,at_risk,yes,cookie|maid,google,banner,");
    CHECK_LINE("reach/reach.csv", "C2,at_risk,yes,platform,meta,lead_ad|sponsored_post,"); /* google is not granted */
    CHECK_LINE("reach/reach.csv", "C3,to_delete,no,,,,no consent");
    CHECK_LINE("reach/reach.csv", "C4,to_delete,no,,,,no advertising consent");
    CHECK_LINE("reach/reach.csv", "C6,to_delete,no,,,,no identity"); /* its e-mail is of two contacts */
    CHECK_LINE("reach/reach.csv", "C8,to_delete,yes,cookie,google,banner,");
    ck_assert_ptr_null(strstr(read_file(path_of("reach/reach.csv")), "C5"));
    CHECK_LINE("reach/reactivation/banner.csv", "C1,cookie,google,k1");
    CHECK_LINE("reach/reactivation/banner.csv", "C8,cookie,google,k8");
    ck_assert_ptr_null(strstr(read_file(path_of("reach/reactivation/banner.csv")), "k9"));
    ck_assert_int_eq(number_at("reach.all.reachable"), 3);
    ck_assert_int_eq(number_at("reach.segments.at_risk.people"), 2);
    ck_assert_int_eq(number_at("counts.identities.used"), 4);
    ck_assert_int_eq(number_at("counts.identities.unused.claimed by several contacts"), 2);
    ck_assert_int_eq(number_at("counts.identities.unused.of unknown contacts"), 1);
    ck_assert_int_eq(number_at("counts.identities.unused.by an e-mail of several contacts"), 1);
    ck_assert_int_eq(number_at("counts.identities.unused.repeated"), 1);
    ck_assert_uint_eq(mode_of(path_of("reach/reach.csv")), 0600);
    ck_assert_uint_eq(mode_of(path_of("reach/reactivation/lead_ad.csv")), 0600);
}
END_TEST

START_TEST(small_segments_get_no_figures)
{
    write_usual();
    check_ok(ONBOARD("min-people=3"));
    const json_t *segments = json_object_get(json_object_get(document, "reach"), "segments");
    ck_assert(json_is_null(json_object_get(json_object_get(segments, "at_risk"), "share")));
    ck_assert(json_is_real(json_object_get(json_object_get(segments, "to_delete"), "share")));
}
END_TEST

START_TEST(identities_not_seen_lately_reach_nobody)
{
    write_usual();
    check_ok(ONBOARD("seen-within=1y", "as-of=2025-06-30"));
    CHECK_LINE("reach/reach.csv", "C1,at_risk,yes,cookie,google,banner,");
    ck_assert_int_eq(number_at("counts.identities.unused.not seen lately"), 1);
    ck_assert_int_eq(ONBOARD("seen-within=1y"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--as-of"));
}
END_TEST

START_TEST(the_order_of_identities_does_not_show)
{
    write_usual();
    check_ok(ONBOARD());
    char first[4096];
    strcpy(first, read_file(path_of("reach/reach.csv")));
    write_identities("C1,,maid,google,M1,2023-01-01,yes\n"
                     "C8,,cookie,google,k9,2025-05-01,yes\n"
                     "C2,,platform,meta,p2,2025-05-01,yes\n"
                     "C3,,cookie,google,k9,2025-05-01,yes\n"
                     "C8,,cookie,google,k8,2025-05-01,yes\n"
                     "C4,,platform,meta,p4,2025-05-01,yes\n"
                     "C3,,cookie,google,k3,2025-05-01,no\n"
                     "C1,,cookie,google,k1,2025-05-01,yes\n"
                     ",%,cookie,google,k2,2025-05-01,yes\n",
                     "bob@gmail.com", "", "");
    check_ok(ONBOARD());
    ck_assert_str_eq(read_file(path_of("reach/reach.csv")), first);
}
END_TEST

/* ---- allocate --------------------------------------------------------------------------------- */

START_TEST(a_wave_is_drawn_once)
{
    write_usual();
    ck_assert_int_eq(ALLOCATE("budget=10"), LKA_USAGE); /* nobody was onboarded */
    check_ok(ONBOARD());
    check_ok(ALLOCATE("budget=10"));
    char first[4096];
    strcpy(first, read_file(path_of("wave/allocation.csv")));
    CHECK_LINE("wave/allocation.csv", "C1,banner,1,at_risk,1");
    CHECK_LINE("wave/allocation.csv", "C8,banner,1,to_delete,1");
    ck_assert_ptr_nonnull(strstr(first, ",0.5,at_risk,1\n")); /* C2: one of two */
    check_ok(ALLOCATE("budget=10", "out=again"));
    ck_assert_str_eq(read_file(path_of("again/allocation.csv")), first);
    ck_assert_int_eq(ALLOCATE("budget=11"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "wave 1 was drawn with other"));
    check_ok(ALLOCATE("budget=11", "wave=2"));
    ck_assert_int_eq(number_at("counts.allocated"), 0); /* all are in the first */
}
END_TEST

START_TEST(a_budget_is_kept)
{
    write_usual();
    check_ok(ONBOARD());
    check_ok(ALLOCATE("budget=2"));
    ck_assert_int_eq(number_at("counts.allocated"), 2);
    ck_assert_int_eq(number_at("counts.without room"), 1);
    ck_assert_int_eq(number_at("spent"), 2);
}
END_TEST

/* ---- bad input -------------------------------------------------------------------------------- */

START_TEST(bad_rows_are_told_or_counted)
{
    static const char *const rows[] = {
        "C1,,pigeon,google,k,2025-05-01,yes\n", "C1,,cookie,google,,2025-05-01,yes\n",
        "C1,,cookie,google,k,2025-02-30,yes\n", "C1,,cookie,google,k,2025-05-01,perhaps\n",
        ",,cookie,google,k,2025-05-01,yes\n",   "C1,,email,google,nobody,2025-05-01,yes\n",
    };
    static const char *const told[] = {"\"pigeon\"",  "column \"id\"", "\"2025-02-30\"",
                                       "\"perhaps\"", "names nobody",  "column \"id\": ***"};
    write_usual();
    write_identities(rows[_i], "", "", "");
    ck_assert_int_eq(ONBOARD(), LKA_DATA);
    ck_assert_msg(strstr(error.message, told[_i]), "%s", error.message);
    ck_assert_uint_eq(error.line, 2);
    ck_assert(!exists(path_of("reach")));
    check_ok(ONBOARD("max-bad-rows=1"));
    CHECK_LINE("reach/reach.csv", "C1,at_risk,no,,,,no identity");
    ck_assert(exists(path_of("reach.identities.rejected.csv")));
}
END_TEST

START_TEST(a_contact_comes_once)
{
    write_usual();
    write_file("contacts.csv", "contact_id,segment,inactive\nC1,at_risk,yes\nC1,at_risk,no\n");
    ck_assert_int_eq(ONBOARD(), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "there already"));
    write_file("contacts.csv", "contact_id,segment\nC1,at_risk\n");
    ck_assert_int_eq(ONBOARD(), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "\"inactive\""));
    write_file("contacts.csv", "contact_id,segment,inactive\nC1,at_risk,2\n");
    ck_assert_int_eq(ONBOARD(), LKA_DATA);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("campaign");
    TCase *cases = tcase_create("campaign");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, who_can_be_reached_and_why_not);
    tcase_add_test(cases, small_segments_get_no_figures);
    tcase_add_test(cases, identities_not_seen_lately_reach_nobody);
    tcase_add_test(cases, the_order_of_identities_does_not_show);
    tcase_add_test(cases, a_wave_is_drawn_once);
    tcase_add_test(cases, a_budget_is_kept);
    tcase_add_loop_test(cases, bad_rows_are_told_or_counted, 0, 6);
    tcase_add_test(cases, a_contact_comes_once);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
