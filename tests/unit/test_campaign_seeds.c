/* Registrations and seeds: whose registrations they are, who came back, as of when. */
#include "by_hand.h"
#include "campaign_by_hand.h"
#include "run_suite.h"

#include <math.h>

/* ---- registrations ---------------------------------------------------------------------------- */

static const char registration_header[] = "contact_id,id_type,id,email,new_email,timestamp,path,opt_in\n";

static void write_registrations(const char *name, const char *rows)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s", registration_header, rows);
    write_file(name, text);
}

START_TEST(keys_are_trusted_in_their_order)
{
    write_usual();
    check_ok(ONBOARD());
    write_registrations("r.csv", "C1,,,cy@example.org,one@x.org,2025-06-01T10:00:00Z,banner,yes\n"
                                 ",cookie,k8, CY@example.org ,two@x.org,2025-06-02T10:00:00Z,banner,no\n"
                                 ",platform,p2,,ann@example.org,2025-06-03T10:00:00Z,lead_ad,\n"
                                 ",,,,Hal@Example.org,2025-06-04T10:00:00Z,tv,yes\n"
                                 ",,,shared@example.org,five@x.org,2025-06-05T10:00:00Z,banner,yes\n"
                                 "C5,,,,,2025-06-06T10:00:00Z,banner,yes\n"
                                 "C99,,,,six@x.org,2025-06-07T10:00:00Z,,yes\n");
    check_ok(REGISTER("registrations=r.csv"));
    CHECK_LINE("registered/registrations.csv",
               "C1,no,contact_id,one@x.org,yes,banner,2025-06-01T10:00:00Z,yes,at_risk");
    CHECK_LINE("registered/registrations.csv", "C3,no,email,two@x.org,no,banner,2025-06-02T10:00:00Z,yes,to_delete");
    CHECK_LINE("registered/registrations.csv",
               "C2,no,identity,ann@example.org,,lead_ad,2025-06-03T10:00:00Z,yes,at_risk");
    CHECK_LINE("registered/registrations.csv",
               "C8,no,new_email,hal@example.org,yes,tv,2025-06-04T10:00:00Z,yes,to_delete");
    CHECK_LINE("registered/registrations.csv", ",yes,,five@x.org,yes,banner,2025-06-05T10:00:00Z,no,");
    CHECK_LINE("registered/registrations.csv", "C5,no,contact_id,,yes,banner,2025-06-06T10:00:00Z,no,active");
    CHECK_LINE("registered/conflicts.csv", "2,C1,contact_id,C3,email");
    CHECK_LINE("registered/conflicts.csv", "3,C3,email,C8,identity");
    CHECK_LINE("registered/conflicts.csv", "4,C2,identity,C1,new_email");
    ck_assert_int_eq(number_at("counts.reactivated"), 4);
    ck_assert_int_eq(number_at("counts.new"), 2);
    ck_assert_int_eq(number_at("counts.active"), 1);
    ck_assert_int_eq(number_at("counts.odd.with keys of different contacts"), 3);
    ck_assert_int_eq(number_at("counts.odd.with a key of several contacts"), 1);
    ck_assert_int_eq(number_at("counts.odd.with an unknown contact id"), 1);
    ck_assert_int_eq(number_at("counts.odd.with an unknown path"), 1);
    ck_assert_int_eq(number_at("counts.odd.without a path"), 1);
    ck_assert_int_eq(number_at("registered.paths.banner.opt_in"), 3);
    ck_assert_int_eq(number_at("registered.paths.lead_ad.opt_in_unknown"), 1);
    ck_assert_int_eq(number_at("registered.paths.banner.opt_in_unknown"), 0);
    ck_assert_uint_eq(mode_of(path_of("registered/registrations.csv")), 0600);
}
END_TEST

START_TEST(the_first_registration_counts_however_they_come)
{
    static const char early[] = ",,,ann@example.org,ann2@x.org,2025-06-01T10:00:00Z,banner,yes\n"
                                ",,,,new@x.org,2025-06-05T10:00:00Z,banner,yes\n";
    static const char late[] = "C1,,,,ann3@x.org,2025-06-09T10:00:00Z,lead_ad,yes\n"
                               ",,,,NEW@x.org,2025-06-02T10:00:00Z,lead_ad,no\n"
                               ",,,,ann2@x.org,2025-06-10T10:00:00Z,lead_ad,no\n";
    char both[2048];
    write_usual();
    check_ok(ONBOARD());
    snprintf(both, sizeof both, "%s%s", late, early);
    write_registrations("both.csv", both);
    write_registrations("early.csv", early);
    write_registrations("late.csv", late);
    check_ok(REGISTER("registrations=both.csv"));
    ck_assert_int_eq(number_at("counts.people"), 2);
    ck_assert_int_eq(number_at("counts.repeated"), 3);
    CHECK_LINE("registered/registrations.csv", "C1,no,email,ann2@x.org,yes,banner,2025-06-01T10:00:00Z,yes,at_risk");
    CHECK_LINE("registered/registrations.csv", ",yes,,new@x.org,no,lead_ad,2025-06-02T10:00:00Z,no,");
    char first[4096];
    strcpy(first, read_file(path_of("registered/registrations.csv")));
    check_ok(REGISTER("registrations=both.csv")); /* nothing changes */
    ck_assert_str_eq(read_file(path_of("registered/registrations.csv")), first);
    lka_remove_tree(path_of("workspace"));
    check_ok(ONBOARD());
    check_ok(REGISTER("registrations=late.csv"));
    check_ok(REGISTER("registrations=early.csv"));
    ck_assert_str_eq(read_file(path_of("registered/registrations.csv")), first);
}
END_TEST

START_TEST(a_deleted_contact_is_a_new_one)
{
    write_usual();
    check_ok(ONBOARD());
    write_file("contacts.csv", "contact_id,segment,inactive,email\nC2,at_risk,yes,b.o.b+x@gmail.com\n");
    check_ok(ONBOARD());
    write_registrations("r.csv", "C1,,,ann@example.org,one@x.org,2025-06-01T10:00:00Z,banner,yes\n");
    check_ok(REGISTER("registrations=r.csv"));
    ck_assert_int_eq(number_at("counts.odd.of contacts already deleted"), 1);
    CHECK_LINE("registered/registrations.csv", ",yes,,one@x.org,yes,banner,2025-06-01T10:00:00Z,no,");
}
END_TEST

START_TEST(later_waves_learn_from_those_who_came_back)
{
    write_usual();
    check_ok(ONBOARD());
    check_ok(ALLOCATE("budget=1"));
    check_ok(ALLOCATE("budget=1", "wave=2", "dry-run=true"));
    ck_assert(json_is_false(json_object_get(json_object_get(document, "learned"), "known")));
    write_registrations("r.csv", "C3,,,,three@x.org,2025-06-01T10:00:00Z,banner,yes\n");
    check_ok(REGISTER("registrations=r.csv"));
    check_ok(ALLOCATE("budget=1", "wave=2"));
    ck_assert(json_is_true(json_object_get(json_object_get(document, "learned"), "known")));
}
END_TEST

START_TEST(bad_registrations_are_told)
{
    static const char *const rows[] = {"C1,,,,a@x.org,yesterday,banner,yes\n",
                                       "C1,,,,a@x.org,2025-06-01,banner,maybe\n", ",,,,,2025-06-01,banner,yes\n",
                                       ",fax,7,,a@x.org,2025-06-01,banner,yes\n"};
    write_usual();
    check_ok(ONBOARD());
    write_registrations("r.csv", rows[_i]);
    ck_assert_int_eq(REGISTER("registrations=r.csv"), LKA_DATA);
    ck_assert_uint_eq(error.line, 2);
    ck_assert(!exists(path_of("registered")));
    check_ok(REGISTER("registrations=r.csv", "max-bad-rows=1"));
    ck_assert_int_eq(number_at("counts.people"), 0);
    write_file("r.csv", "name\nx\n");
    ck_assert_int_eq(REGISTER("registrations=r.csv"), LKA_USAGE);
}
END_TEST

/* ---- seeds ------------------------------------------------------------------------------------ */

static void write_seeds(void)
{
    write_usual();
    write_file("contacts.csv", "contact_id,segment,inactive,email,consents,age,opt_in,weight_of_mine\n"
                               "C1,at_risk,yes,ann@example.org,profiling|advertising,31,yes,2\n"
                               "C2,at_risk,yes,bob@example.org,profiling,32,yes,1\n"
                               "C3,at_risk,yes,cy@example.org,profiling,33,yes,\n"
                               "C4,at_risk,yes,dan@example.org,profiling,34,yes,.5\n"
                               "C5,at_risk,yes,eve@example.org,profiling,35,yes,1\n"
                               "C6,at_risk,yes,fay@example.org,profiling,36,yes,1\n"
                               "C7,at_risk,yes,gil@example.org,advertising,37,yes,1\n"
                               "C8,at_risk,yes,hal@example.org,profiling,38,yes,1\n"
                               "C9,active,no,ida@example.org,profiling,39,yes,1\n");
    check_ok(ONBOARD());
    write_registrations("r.csv", "C1,,,,,2025-06-10T10:00:00Z,banner,yes\n"
                                 "C3,,,,,2025-06-01T10:00:00Z,banner,yes\n"
                                 "C4,,,,,2025-07-20T10:00:00Z,banner,yes\n"
                                 "C5,,,,,2025-06-10T10:00:00Z,banner,yes\n");
    check_ok(REGISTER("registrations=r.csv"));
    write_file("exposures.csv", "contact_id,prospect_id,id_type,id,timestamp,path\n"
                                ",,cookie,k1,2025-06-05T10:00:00Z,banner\n"
                                "C1,,,,2025-06-03T10:00:00Z,banner\n"
                                "C2,,,,2025-06-04T10:00:00Z,banner\n"
                                "C3,,,,2025-06-03T10:00:00Z,banner\n"
                                "C4,,,,2025-06-03T10:00:00Z,banner\n"
                                "C6,,,,2025-07-15T10:00:00Z,banner\n"
                                ",P1,,,2025-06-03T10:00:00Z,banner\n"
                                "C9,,,,2025-06-03T10:00:00Z,banner\n"
                                "C77,,,,2025-06-03T10:00:00Z,banner\n"
                                "C8,,,,2025-09-01T10:00:00Z,banner\n");
    write_file("events.csv", "contact_id,timestamp,type,channel\n"
                             "C1,2025-06-01T08:00:00Z,visit,web\n"
                             "C1,2025-06-03T09:59:59Z,visit,web\n"
                             "C1,2025-06-03T10:00:00Z,visit,web\n"
                             "C2,2025-06-03T11:00:00Z,visit,web\n"
                             "C2,2025-06-02T11:00:00Z,visit,web\n");
}

START_TEST(who_came_back_and_as_of_when)
{
    write_seeds();
    check_ok(SEEDS("window=30d", "as-of=2025-07-31", "events=events.csv", "weight=weight_of_mine"));
    ck_assert_int_eq(number_at("counts.groups.reactivated"), 1); /* C1 */
    ck_assert_int_eq(number_at("counts.groups.silent"), 1);      /* C2 */
    ck_assert_int_eq(number_at("counts.groups.unreached"), 1);   /* C8: shown something after the as-of time alone */
    ck_assert_int_eq(number_at("counts.left_out.window not over"), 1);                /* C6 */
    ck_assert_int_eq(number_at("counts.left_out.registered after the window"), 1);    /* C4 */
    ck_assert_int_eq(number_at("counts.left_out.registered before the exposure"), 1); /* C3 */
    ck_assert_int_eq(number_at("counts.left_out.registered without an exposure"), 1); /* C5 */
    ck_assert_int_eq(number_at("counts.left_out.no profiling consent"), 1);           /* C7 */
    ck_assert_int_eq(number_at("counts.exposures.of prospects"), 1);
    ck_assert_int_eq(number_at("counts.exposures.of contacts who were not inactive"), 1);
    ck_assert_int_eq(number_at("counts.exposures.of people who are no contacts"), 1);
    ck_assert_int_eq(number_at("counts.exposures.after the as-of time"), 1);
    const char *text = read_file(path_of("crm/crm.csv"));
    /* Two visits before the exposure of C1; no e-mail, no opt-in, no consent, no segment. */
    ck_assert_ptr_nonnull(strstr(text, "contact_id,group,features_as_of,weight,age,ever_engaged,last_touch_days,"));
    ck_assert_ptr_nonnull(strstr(text, "\nC1,reactivated,2025-06-03T09:59:59Z,2,31,yes,0,0,2,2,2,2,2,0\n"));
    /* One reactivated contact is no distribution: both exposed ones are, and this is the later of them. */
    ck_assert_msg(strstr(text, "\nC2,silent,2025-06-04T09:59:59Z,1,32,yes,1,1,2,2,2,2,2,1\n"), "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "\nC8,unreached,"));
    ck_assert_uint_eq(mode_of(path_of("crm/crm.csv")), 0600);
    const json_t *roles = json_object_get(document, "roles");
    ck_assert_str_eq(json_string_value(json_object_get(roles, "group")), "group");
    ck_assert_str_eq(json_string_value(json_object_get(roles, "age")), "feature");
}
END_TEST

START_TEST(the_window_decides)
{
    write_seeds();
    check_ok(SEEDS("window=60d", "as-of=2025-07-31", "events=events.csv"));
    ck_assert_int_eq(number_at("counts.groups.reactivated"), 2); /* C4 too */
    ck_assert_int_eq(number_at("counts.groups.silent"), 0);      /* the window of C2 is not over */
    ck_assert_int_eq(SEEDS("window=soon"), LKA_USAGE);
    ck_assert_int_eq(SEEDS("as-of=2025-06-31"), LKA_USAGE);
    ck_assert_int_eq(SEEDS("as-of=2024-01-01"), LKA_DATA); /* before all exposures */
    ck_assert_int_eq(SEEDS("weight=nothing", "as-of=2025-07-31"), LKA_USAGE);
}
END_TEST

/* Two hundred reactivated contacts, exposed earlier in one segment than in the other: everybody's moments follow those of
 * the own segment, and nobody's lies behind the own exposure. */
START_TEST(moments_have_the_distribution_of_the_segment)
{
    enum { EACH = 400 };
    static char text[1 << 16];
    char *at = text + sprintf(text, "contact_id,segment,inactive\n");
    for (int i = 0; i < EACH; i++) {
        at += sprintf(at, "C%d,%s,yes\n", i, i % 2 ? "late" : "soon");
    }
    write_file("contacts.csv", text);
    write_identities("", "", "", "");
    check_ok(ONBOARD());
    at = text + sprintf(text, "contact_id,timestamp,path\n");
    for (int i = 0; i < EACH; i++) {
        int day = i % 2 ? 10 + i % 9 : 1 + i % 9;
        at += i % 4 < 3 ? sprintf(at, "C%d,2025-06-%02dT00:00:00Z,banner\n", i, day) : 0;
    }
    write_file("exposures.csv", text);
    at = text + sprintf(text, "contact_id,timestamp,path\n");
    for (int i = 0; i < EACH; i++) {
        at += i % 4 < 2 ? sprintf(at, "C%d,2025-06-19T00:00:00Z,banner\n", i) : 0;
    }
    write_file("r.csv", text);
    check_ok(REGISTER("registrations=r.csv"));
    check_ok(SEEDS("as-of=2025-07-31"));
    char *copy = strdup(read_file(path_of("crm/crm.csv")));
    double sum[2][3] = {{0}};
    double count[2][3] = {{0}};
    strtok(copy, "\n");
    for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
        int id = atoi(line + 1);
        int group = strstr(line, "reactivated") ? 0 : strstr(line, "silent") ? 1 : 2;
        int day = atoi(strstr(line, "2025-0") + 8) + (strstr(line, "2025-05") ? -30 : 1);
        ck_assert_int_eq(group, id % 4 < 2 ? 0 : id % 4 - 1);
        ck_assert_int_le(day, id % 2 ? 18 : 9);
        if (group == 1) {
            ck_assert_int_le(day, id % 2 ? 10 + id % 9 : 1 + id % 9);
        }
        sum[id % 2][group] += day;
        count[id % 2][group]++;
    }
    free(copy);
    ck_assert(count[0][1] > 90 && count[1][2] > 90);
    ck_assert(fabs(sum[0][0] / count[0][0] - sum[0][1] / count[0][1]) < .5);
    ck_assert(fabs(sum[1][0] / count[1][0] - sum[1][2] / count[1][2]) < 1);
}
END_TEST

/* ---- memory ----------------------------------------------------------------------------------- */

/* Each of the first allocations of each command fails once: a clean error, and nothing is lost. */
START_TEST(any_allocation_can_fail)
{
    struct ledger ledger;
    write_seeds();
    check_ok(ALLOCATE("budget=3"));
    json_decref(document);
    document = NULL;
    ledger_install(&ledger);
    for (size_t k = 1; k < 1200; k += 1 + k / 8) {
        ledger_fail(&ledger, k);
        lka_status status = _i == 0   ? ONBOARD("dry-run=true")
                            : _i == 1 ? ALLOCATE("budget=3", "wave=2", "dry-run=true")
                            : _i == 2 ? REGISTER("registrations=r.csv", "dry-run=true")
                                      : SEEDS("events=events.csv", "as-of=2025-07-31", "dry-run=true");
        ledger_fail(&ledger, 0);
        json_decref(document);
        document = NULL;
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "%zu: %d %s", k, (int)status, error.message);
        ck_assert_uint_eq(ledger.alive, 0);
    }
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("campaign seeds");
    TCase *cases = tcase_create("campaign seeds");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, keys_are_trusted_in_their_order);
    tcase_add_test(cases, the_first_registration_counts_however_they_come);
    tcase_add_test(cases, a_deleted_contact_is_a_new_one);
    tcase_add_test(cases, later_waves_learn_from_those_who_came_back);
    tcase_add_test(cases, who_came_back_and_as_of_when);
    tcase_add_test(cases, the_window_decides);
    tcase_add_test(cases, moments_have_the_distribution_of_the_segment);
    tcase_add_loop_test(cases, any_allocation_can_fail, 0, 4);
    tcase_add_loop_test(cases, bad_registrations_are_told, 0, 4);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
