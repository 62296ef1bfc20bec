/* Who may be in an audience, each person once; arms that stay; what changes at a refresh. */
#include "audience_by_hand.h"
#include "run_suite.h"

#include "audience/power.h"

#define HEAD "rank,prospect_id,score,tier,source,explore_probability,email,phone,country,consents,age\n"
#define YES "profiling|advertising"

#define ROW(n, source) #n ",P" #n ",1,1," source ",.5,p" #n "@example.org,,FR," YES ",30\n"
#define TEN                                                                                                \
    HEAD ROW(1, "top") ROW(2, "top") ROW(3, "top") ROW(4, "top") ROW(5, "top") ROW(6, "top") ROW(7, "top") \
        ROW(8, "top") ROW(9, "top") ROW(10, "explore")

static const char *const everybody[] = {"min-people=1", "holdout=0", "as-of=2026-11-24", NULL};
static const char *const on_meta[] = {"min-people=1", "holdout=0", "as-of=2026-11-24", "eligible-for=meta", NULL};
static const char *const on_google[] = {"min-people=1", "holdout=0", "as-of=2026-11-24", "eligible-for=google", NULL};

/* ---- who may be used -------------------------------------------------------------------------- */

START_TEST(reasons_stand_in_the_ledger)
{
    must_import("email\nann@example.org\n");
    must_make(HEAD "1,P1,9,1,top,,Ann@Example.org,,FR," YES ",30\n"
                   "2,P2,8,1,top,,bob@example.org,,FR,profiling,30\n"
                   "3,P3,7,1,top,,cid@example.org,,FR,advertising,30\n"
                   "4,P4,6,2,top,,dan@example.org,,FR," YES ",17\n"
                   "5,P5,5,5,top,,eve@example.org,,FR,profiling|advertising:google,40\n"
                   "6,P6,4,10,top,,fay@example.org,,FR,profiling|advertising:META,40\n"
                   "7,P7,3,10,top,,gil@example.org,,FR,perhaps,40\n"
                   "8,P8,2,10,top,,FAY@example.org,,FR," YES ",40\n",
              "audience", on_meta);
    const char *const reasons[] = {"objected",
                                   "no advertising consent",
                                   "no profiling consent",
                                   "under age",
                                   "no advertising consent",
                                   "kept",
                                   "no profiling consent",
                                   "duplicate"};
    for (size_t i = 0; i < 8; i++) {
        expect_field("audience/ledger.csv", i, "reason", reasons[i]);
    }
    expect_field("audience/audience.csv", 0, "prospect_id", "P6");
    ck_assert_ptr_null(field_of("audience/audience.csv", 1, "rank"));
    expect_field("audience/ledger.csv", 5, "arm", "treated");
    expect_field("audience/ledger.csv", 5, "first_entry", "2026-11-24");
    ck_assert_int_eq(mode_of(path_of("audience/audience.csv")), 0600);
    ck_assert_int_eq(mode_of(path_of("audience/ledger.csv")), 0600);
}
END_TEST

START_TEST(google_needs_both_signals_in_the_eea)
{
    must_make(HEAD "1,P1,9,1,top,,ann@example.org,,FR," YES ",30\n"
                   "2,P2,8,1,top,,bob@example.org,,FR," YES "|ad_user_data,30\n"
                   "3,P3,7,1,top,,cid@example.org,,fr," YES "|ad_user_data|ad_personalization,30\n"
                   "4,P4,6,1,top,,dan@example.org,,US," YES ",30\n"
                   "5,P5,5,1,top,,eve@example.org,,," YES ",30\n",
              "audience", on_google);
    const char *const reasons[] = {"no consent signals (EEA)", "no consent signals (EEA)", "kept", "kept",
                                   "no consent signals (EEA)"};
    for (size_t i = 0; i < 5; i++) {
        expect_field("audience/ledger.csv", i, "reason", reasons[i]);
    }
}
END_TEST

START_TEST(signals_may_have_columns_of_their_own)
{
    must_make("rank,prospect_id,score,email,country,ad_user_data,ad_personalization\n"
              "1,P1,9,ann@example.org,FR,yes,no\n2,P2,8,bob@example.org,FR,yes,yes\n3,P3,7,cid@example.org,FR,yes,\n",
              "audience", on_google);
    expect_field("audience/audience.csv", 0, "prospect_id", "P2");
    ck_assert_ptr_null(field_of("audience/audience.csv", 1, "rank"));
}
END_TEST

/* A word that nobody knows, and the day on which somebody unsubscribed, are a refusal, too. */
START_TEST(who_wants_no_contact_is_left_out)
{
    must_make("rank,prospect_id,score,email,Do Not Contact,unsubscribed_at\n1,P1,9,a@example.org,yes,\n"
              "2,P2,8,b@example.org,no,2024-05-01\n3,P3,7,c@example.org,perhaps,\n4,P4,6,d@example.org,no,\n"
              "5,P5,5,e@example.org,,no\n",
              "audience", everybody);
    const char *const reasons[] = {"do not contact", "do not contact", "do not contact", "kept", "kept"};
    for (size_t i = 0; i < 5; i++) {
        expect_field("audience/ledger.csv", i, "reason", reasons[i]);
    }
}
END_TEST

/* However many there are; and what cannot be asked any more is refused, not passed over. */
START_TEST(every_column_is_asked)
{
    must_make("rank,prospect_id,score,email,do_not_call,do_not_mail,do_not_sms,do_not_visit,unsubscribed\n"
              "1,P1,9,a@example.org,,,,,yes\n2,P2,8,b@example.org,,,,,\n",
              "audience", everybody);
    expect_field("audience/ledger.csv", 0, "reason", "do not contact");
    expect_field("audience/ledger.csv", 1, "reason", "kept");
    const char *settings[24] = {"holdout=0", "min-people=1"};
    char roles[17][32];
    for (int c = 0; c < 17; c++) {
        snprintf(roles[c], sizeof roles[c], "role=a%d=email", c);
        settings[2 + c] = roles[c];
    }
    ck_assert_int_eq(make_audience("rank,prospect_id,score,a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,a13,a14,a15,a16\n"
                                   "1,P1,9,,,,,,,,,,,,,,,,,a@example.org\n",
                                   "other", settings),
                     LKA_USAGE);
}
END_TEST

/* Each platform's own are looked at again when files are made. A dialogue's string is nobody's to read. */
START_TEST(consents_are_carried)
{
    must_make("rank,prospect_id,score,email,consents,ad_user_data,tc_string\n"
              "1,P1,9,a@example.org," YES ",no,CPc4\n",
              "audience", everybody);
    expect_field("audience/audience.csv", 0, "consents", YES);
    expect_field("audience/audience.csv", 0, "ad_user_data", "no");
    expect_field("audience/audience.csv", 0, "tc_string", "CPc4");
}
END_TEST

START_TEST(customers_are_known_in_every_spelling)
{
    char customers[300];
    snprintf(customers, sizeof customers, "customers=%s",
             write_file("crm.csv", "prospect_id,email,phone,country\nC1,Jane.Doe@gmail.com,,\nC2,,06 12 34 56 78,FR\n"
                                   "P3,,,\n"));
    const char *const settings[] = {"min-people=1", "holdout=0", customers, NULL};
    must_make(HEAD "1,P1,9,1,top,,janedoe+x@googlemail.com,,FR," YES ",30\n"
                   "2,P2,8,1,top,,bob@example.org,+33 6 12 34 56 78,FR," YES ",30\n"
                   "3,P3,7,1,top,,cid@example.org,,FR," YES ",30\n"
                   "4,P4,6,1,top,,dan@example.org,,FR," YES ",30\n",
              "audience", settings);
    for (size_t i = 0; i < 3; i++) {
        expect_field("audience/ledger.csv", i, "reason", "customer");
    }
    expect_field("audience/ledger.csv", 3, "reason", "kept");
}
END_TEST

START_TEST(customers_need_no_id)
{
    char customers[300];
    snprintf(customers, sizeof customers, "customers=%s", write_file("mails.csv", "mail\nP1@EXAMPLE.org\n"));
    const char *const settings[] = {"min-people=1", "holdout=0", customers, NULL};
    must_make(TEN, "audience", settings);
    expect_field("audience/ledger.csv", 0, "reason", "customer");
    expect_field("audience/ledger.csv", 1, "reason", "kept");
}
END_TEST

/* The best row has no objecting identifier; the other one of the same phone has. */
START_TEST(what_bars_one_row_bars_the_person)
{
    must_import("email\nann@example.org\n");
    must_make(HEAD "1,P1,9,1,top,,other@example.org,+33612345678,FR," YES ",30\n"
                   "2,P2,8,1,top,,ann@example.org,06 12 34 56 78,FR," YES ",30\n"
                   "3,P3,7,1,top,,cid@example.org,,FR," YES ",30\n",
              "audience", everybody);
    expect_field("audience/ledger.csv", 0, "reason", "objected");
    expect_field("audience/audience.csv", 0, "prospect_id", "P3");
}
END_TEST

/* ---- arms, caps, paths ------------------------------------------------------------------------ */

/* More rows than stay in memory at a time: each person of the first 6,000 comes again 6,000 rows later, in another spelling, with a
 * phone by which the third one is met. */
START_TEST(one_person_far_apart_is_one)
{
    struct lka_text text = {0};
    const char *const settings[] = {"min-people=1", "holdout=20%", NULL};
    enum { PEOPLE = 6000 };
    lka_text_string(&text, "rank,prospect_id,score,email,phone,country\n");
    for (int i = 0; i < 2 * PEOPLE; i++) {
        bool again = i >= PEOPLE;
        lka_text_format(&text, again ? "%d,P%d,1,A.%dx@Gmail.com,+336%08d,FR\n" : "%d,P%d,1,a%dx@gmail.com,,FR\n",
                        i + 1, i, i % PEOPLE, i % PEOPLE);
    }
    lka_text_format(&text, "%d,P,1,,06 00 00 00 07,FR\n", 2 * PEOPLE + 1);
    must_make(text.bytes, "audience", settings);
    json_t *counts = json_object_get(document, "counts");
    json_t *counts_before = json_deep_copy(counts);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(counts, "left_out"), "duplicate")), PEOPLE + 1);
    ck_assert_int_eq(json_integer_value(json_object_get(counts, "treated")) +
                         json_integer_value(json_object_get(counts, "holdout")),
                     PEOPLE);
    must_make(text.bytes, "again", settings); /* all are known by now */
    ck_assert(json_equal(json_object_get(document, "counts"), counts_before));
    json_decref(counts_before);
    lka_text_release(&text);
}
END_TEST

START_TEST(exploring_is_an_arm_of_its_own)
{
    const char *const settings[] = {"min-people=1", "holdout=0", "size=2", NULL};
    must_make(TEN, "audience", settings);
    expect_field("audience/ledger.csv", 1, "arm", "treated");
    expect_field("audience/ledger.csv", 1, "probability", "1");
    expect_field("audience/ledger.csv", 2, "reason", "beyond the size");
    expect_field("audience/ledger.csv", 2, "arm", "");
    expect_field("audience/ledger.csv", 9, "arm", "explore");
    expect_field("audience/ledger.csv", 9, "probability", "0.5");
    expect_field("audience/audience.csv", 2, "prospect_id", "P10");
}
END_TEST

START_TEST(tiers_have_caps)
{
    const char *const settings[] = {"min-people=1", "holdout=0", "tier-cap=1=3", NULL};
    must_make(TEN, "audience", settings);
    expect_field("audience/ledger.csv", 2, "reason", "kept");
    expect_field("audience/ledger.csv", 3, "reason", "tier full");
}
END_TEST

START_TEST(paths_stay_within_caps_and_budget)
{
    char paths[300];
    snprintf(paths, sizeof paths, "paths=%s",
             write_file("paths.yaml", "paths:\n  lead_ad: {cost: 1, cap: 3}\n"
                                      "  banner: {id_types: [email], cost: 1, cap: 3}\n"));
    const char *const capped[] = {"min-people=1", "holdout=0", paths, NULL};
    must_make(TEN, "audience", capped);
    size_t on[3] = {0};
    for (size_t i = 0; i < 10; i++) {
        const char *name = field_of("audience/ledger.csv", i, "path");
        on[strcmp(name, "lead_ad") == 0 ? 0 : strcmp(name, "banner") == 0 ? 1 : 2]++;
    }
    ck_assert_uint_eq(on[0], 3);
    ck_assert_uint_eq(on[1], 3);
    expect_field("audience/ledger.csv", 9, "reason", "no path with room");
    const char *const poor[] = {"min-people=1", "holdout=0", paths, "budget=2", "campaign=poor", NULL};
    must_make(TEN, "poor", poor);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(document, "counts"), "treated")), 2);
}
END_TEST

/* The built-in banner goes by cookies and MAIDs. */
START_TEST(a_path_takes_those_whom_it_can_reach)
{
    char paths[300];
    snprintf(paths, sizeof paths, "paths=%s", write_file("paths.yaml", "paths:\n  lead_ad:\n  banner:\n"));
    const char *const settings[] = {"min-people=1", "holdout=0", paths, NULL};
    must_make("rank,prospect_id,score,email,cookie,postcode\n1,P1,9,a@example.org,,\n2,P2,8,,c-2,\n3,P3,7,,,75001\n",
              "audience", settings);
    expect_field("audience/ledger.csv", 0, "path", "lead_ad");
    expect_field("audience/ledger.csv", 0, "path_probability", "1");
    expect_field("audience/ledger.csv", 1, "path", "banner");
    expect_field("audience/ledger.csv", 2, "reason", "no identifier that a path takes");
}
END_TEST

START_TEST(an_expansion_goes_by_tiers)
{
    const char *const two[] = {"min-people=1", "holdout=0", "expansion=2", NULL};
    must_make(HEAD "1,P1,9,1,top,,a@example.org,,FR," YES ",30\n2,P2,8,2,top,,b@example.org,,FR," YES ",30\n"
                   "3,P3,7,5,top,,c@example.org,,FR," YES ",30\n4,P4,6,100,explore,.5,d@example.org,,FR," YES ",30\n",
              "audience", two);
    const char *const reasons[] = {"kept", "kept", "beyond the expansion", "kept"};
    for (size_t i = 0; i < 4; i++) {
        expect_field("audience/ledger.csv", i, "reason", reasons[i]);
    }
    expect_failure(LKA_USAGE, "no column \"tier\"", "rank,prospect_id,score,email\n1,P1,9,a@example.org\n", two);
}
END_TEST

/* So many that the workspace's random key never holds out everybody, nor nobody. */
START_TEST(the_holdout_is_drawn_once_for_every_platform)
{
    enum { PEOPLE = 60 };
    struct lka_text text = {0};
    const char *const first[] = {"min-people=1", "holdout=50%", NULL};
    const char *const second[] = {"min-people=1", "holdout=1%", "eligible-for=meta", "exclusions=true", NULL};
    lka_text_string(&text, HEAD);
    for (int i = 1; i <= PEOPLE; i++) {
        lka_text_format(&text, "%d,P%d,1,1,top,,p%d@example.org,,FR," YES ",30\n", i, i, i);
    }
    must_make(text.bytes, "audience", first);
    must_make(text.bytes, "meta", second);
    size_t held = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *arm = field_of("audience/ledger.csv", i, "arm");
        expect_field("meta/ledger.csv", i, "arm", arm);
        bool is_held = strcmp(arm, "holdout") == 0;
        const char *id = is_held ? field_of("meta/holdout.csv", held, "rank") : NULL;
        ck_assert(!is_held || strcmp(id, field_of("meta/ledger.csv", i, "rank")) == 0);
        held += is_held;
    }
    ck_assert_uint_gt(held, 0);
    ck_assert_ptr_null(field_of("meta/holdout.csv", held, "rank"));
    lka_text_release(&text);
}
END_TEST

/* Fleiss, Levin, Paik's example sizes are by the same formula: 2% against 3% at 1:1 needs 3,826 a group (G*Power: 3,825.9). */
START_TEST(power_is_that_of_two_proportions)
{
    uint64_t needed = lka_people_needed(0.5, 0.5, 0.02);
    ck_assert_uint_ge(needed, 7600);
    ck_assert_uint_le(needed, 7700);
    ck_assert_double_eq_tol(lka_detectable_lift((double)needed / 2, (double)needed / 2, 0.02), 0.5, 1e-3);
    /* Python's statsmodels 0.15.0: power_proportions_2indep(diff=.02 * lift, prop2=.02, nobs1=9000, ratio=1/9) is .8 there, and
     * for 10% at 2% with a tenth held out at 454,758.7 people. */
    ck_assert_double_eq_tol(lka_detectable_lift(9000, 1000, 0.02), 0.798998, 1e-6);
    ck_assert_double_eq_tol(lka_detectable_lift(90000, 10000, 0.01), 0.322847, 1e-6);
    ck_assert_double_eq_tol(lka_detectable_lift(500, 500, 0.1), 0.594666, 1e-6);
    ck_assert_double_eq_tol((double)lka_people_needed(0.1, 0.1, 0.02), 454758.7, 2);
    ck_assert(lka_detectable_lift(5, 1, 0.5) > 1e300);
    ck_assert_uint_eq(lka_people_needed(2, 0.1, 0.5), 0);
}
END_TEST

/* ---- again ------------------------------------------------------------------------------------ */

START_TEST(the_same_run_again_changes_nothing)
{
    char before[1 << 14];
    const char *const later[] = {"min-people=1", "holdout=0", "as-of=2026-12-01", NULL};
    must_make(TEN, "audience", everybody);
    snprintf(before, sizeof before, "%s", read_file(path_of("audience/ledger.csv")));
    must_make(TEN, "audience", later);
    ck_assert(json_is_true(json_object_get(document, "repeated")));
    must_make(TEN, "elsewhere", later);
    ck_assert_str_eq(read_file(path_of("elsewhere/ledger.csv")), before);
    ck_assert_str_eq(read_file(path_of("elsewhere/audience.json")), read_file(path_of("audience/audience.json")));
}
END_TEST

START_TEST(a_refresh_tells_what_changed)
{
    char previous[300];
    snprintf(previous, sizeof previous, "previous=%s", path_of("audience"));
    const char *const settings[] = {"min-people=1", "holdout=0", "as-of=2026-12-01", previous, NULL};
    must_make(HEAD ROW(1, "top") ROW(2, "top") ROW(3, "top") "4,P4,1,1,top,,d@example.org,,FR," YES ",30\n", "audience",
              everybody);
    must_import("email\nP1@example.org\n");
    must_make(HEAD ROW(1, "top") "2,Q2,1,1,top,,P2@Example.org,,FR," YES ",30\n"
                                 "3,P4,1,1,top,,d@example.org,,FR,profiling,30\n"
                                 "4,P5,1,1,top,,new@example.org,,FR," YES ",30\n",
              "next", settings);
    const json_t *changes = json_object_get(document, "changes");
    ck_assert_int_eq(json_integer_value(json_object_get(changes, "added")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(changes, "kept")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(changes, "removed")), 3);
    const char *const reasons[] = {"objected", "not ranked", "no advertising consent"};
    const char *const ids[] = {"P1", "P3", "P4"};
    for (size_t i = 0; i < 3; i++) {
        expect_field("next/changes.csv", i, "reason", reasons[i]);
        expect_field("next/removed.csv", i, "prospect_id", ids[i]);
    }
    expect_field("next/added.csv", 0, "prospect_id", "P5");
    ck_assert_ptr_null(field_of("next/added.csv", 1, "rank"));
    expect_field("next/ledger.csv", 1, "first_entry", "2026-11-24");
}
END_TEST

/* ---- bad input -------------------------------------------------------------------------------- */

START_TEST(what_is_no_ranking_is_refused)
{
    static const char *const large[] = {"holdout=0", NULL};
    static const char *const whom[] = {"eligible-for=myspace", NULL};
    static const char *const wide[] = {"holdout=100", NULL};
    static const char *const cap[] = {"tier-cap=3=5", NULL};
    static const char *const money[] = {"budget=5", NULL};
    expect_failure(LKA_USAGE, "no column \"rank\"", "prospect_id,score\nP1,3\n", everybody);
    expect_failure(LKA_DATA, "rank \"1\" is no number above", HEAD ROW(1, "top") ROW(1, "top"), everybody);
    expect_failure(LKA_REFUSED, "under the minimum of 100 (the default)", TEN, large);
    expect_failure(LKA_USAGE, "no platform \"myspace\"; allowed: amazon, dv360", TEN, whom);
    expect_failure(LKA_USAGE, "a share under 100%", TEN, wide);
    expect_failure(LKA_USAGE, "allowed: TIER=N", TEN, cap);
    expect_failure(LKA_USAGE, "needs --paths", TEN, money);
}
END_TEST

START_TEST(hashes_are_declared)
{
    static const char *const hash = "1,P1,1,b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514\n";
    char plain[200];
    char hashed[200];
    char old[200];
    snprintf(plain, sizeof plain, "rank,prospect_id,score,email\n%s", hash);
    snprintf(hashed, sizeof hashed, "rank,prospect_id,score,email_sha256\n%s", hash);
    snprintf(old, sizeof old, "rank,prospect_id,score,email\n1,P1,1,%.32s\n", hash + 7);
    expect_failure(LKA_DATA, "is a SHA-256 and the column was not said", plain, everybody);
    expect_failure(LKA_DATA, "MD5 or SHA-1", old, everybody);
    must_import("email\nUser@Example.com\n");
    expect_failure(LKA_REFUSED, "under the minimum", hashed, everybody);
}
END_TEST

START_TEST(a_key_that_is_lost_or_open_to_others_is_told)
{
    char key[200];
    must_make(TEN, "audience", everybody);
    snprintf(key, sizeof key, "%s/key", path);
    chmod(key, 0644);
    expect_failure(LKA_USAGE, "can be read by others", TEN, everybody);
    unlink(key);
    expect_failure(LKA_USAGE, "is lost", TEN, everybody);
}
END_TEST

static void finish(void)
{
    json_decref(document);
    document = NULL;
    end_store();
}

int main(void)
{
    Suite *suite = suite_create("audience");
    TCase *cases = tcase_create("audience");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, start_store, finish);
    tcase_add_test(cases, reasons_stand_in_the_ledger);
    tcase_add_test(cases, google_needs_both_signals_in_the_eea);
    tcase_add_test(cases, signals_may_have_columns_of_their_own);
    tcase_add_test(cases, who_wants_no_contact_is_left_out);
    tcase_add_test(cases, every_column_is_asked);
    tcase_add_test(cases, consents_are_carried);
    tcase_add_test(cases, customers_are_known_in_every_spelling);
    tcase_add_test(cases, customers_need_no_id);
    tcase_add_test(cases, what_bars_one_row_bars_the_person);
    tcase_add_test(cases, one_person_far_apart_is_one);
    tcase_add_test(cases, exploring_is_an_arm_of_its_own);
    tcase_add_test(cases, tiers_have_caps);
    tcase_add_test(cases, paths_stay_within_caps_and_budget);
    tcase_add_test(cases, a_path_takes_those_whom_it_can_reach);
    tcase_add_test(cases, an_expansion_goes_by_tiers);
    tcase_add_test(cases, the_holdout_is_drawn_once_for_every_platform);
    tcase_add_test(cases, power_is_that_of_two_proportions);
    tcase_add_test(cases, the_same_run_again_changes_nothing);
    tcase_add_test(cases, a_refresh_tells_what_changed);
    tcase_add_test(cases, what_is_no_ranking_is_refused);
    tcase_add_test(cases, hashes_are_declared);
    tcase_add_test(cases, a_key_that_is_lost_or_open_to_others_is_told);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
