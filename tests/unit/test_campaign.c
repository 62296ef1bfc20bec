/* From contacts and identities to seeds, on tables made by hand: who can be reached, whose registrations they are, who came
 * back, as of when. */
#include "lookalike/campaign.h"

#include "by_hand.h"
#include "stage_by_hand.h"
#include "identity/identity.h"

#include <math.h>
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

#define ONBOARD(...)                                                                                               \
    run_stage(&lka_campaign_onboard_params, lka_campaign_onboard,                                                  \
              (const char *const[16]){"contacts=contacts.csv", "identities=identities.csv", "workspace=workspace", \
                                      "out=reach", "min-people=1", __VA_ARGS__},                                   \
              &document, &error)
#define ALLOCATE(...)                                               \
    run_stage(&lka_campaign_allocate_params, lka_campaign_allocate, \
              (const char *const[16]){"workspace=workspace", "out=wave", __VA_ARGS__}, &document, &error)
#define REGISTER(...)                                                                                        \
    run_stage(&lka_campaign_registrations_params, lka_campaign_registrations,                                \
              (const char *const[16]){"workspace=workspace", "out=registered", "min-people=1", __VA_ARGS__}, \
              &document, &error)
#define SEEDS(...)                                                                                               \
    run_stage(&lka_campaign_seeds_params, lka_campaign_seeds,                                                    \
              (const char *const[16]){"exposures=exposures.csv", "workspace=workspace", "out=crm", __VA_ARGS__}, \
              &document, &error)

static void check_ok(lka_status status)
{
    ck_assert_msg(status == LKA_OK, "%s", error.message);
}

/* The number at "counts.identities.used". */
static json_int_t number_at(const char *path)
{
    const json_t *at = document;
    char key[96];
    while (*path) {
        size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        at = json_object_get(at, key);
        path += length + (path[length] == '.');
    }
    ck_assert_msg(json_is_number(at), "no number %s", key);
    return (json_int_t)json_number_value(at);
}

static bool has_line(const char *file, const char *line)
{
    char wanted[512];
    snprintf(wanted, sizeof wanted, "\n%s\n", line);
    return strstr(read_file(path_of(file)), wanted) != NULL;
}

#define CHECK_LINE(file, line) \
    ck_assert_msg(has_line(file, line), "%s lacks %s:\n%s", file, line, read_file(path_of(file)))

static const char contacts[] = "contact_id,segment,inactive,email,consents,age\n"
                               "C1,at_risk,yes,Ann@Example.org,profiling|advertising,31\n"
                               "C2,at_risk,yes,b.o.b+x@gmail.com,profiling|advertising:meta,32\n"
                               "C3,to_delete,yes,cy@example.org,profiling|advertising,33\n"
                               "C4,to_delete,yes,dan@example.org,profiling,34\n"
                               "C5,active,no,eve@example.org,profiling|advertising,35\n"
                               "C6,to_delete,yes,shared@example.org,profiling|advertising,36\n"
                               "C7,to_delete,yes,shared@example.org,profiling|advertising,37\n"
                               "C8,to_delete,yes,hal@example.org,advertising,38\n";

/* identities.csv with the SHA-256 of these e-mails in place of %s. */
static void write_identities(const char *text, const char *first, const char *second, const char *third)
{
    char hashes[3][65] = {"", "", ""};
    char rows[4096];
    ck_assert(lka_sha256_hex(lka_span_of(first), hashes[0]));
    ck_assert(lka_sha256_hex(lka_span_of(second), hashes[1]));
    ck_assert(lka_sha256_hex(lka_span_of(third), hashes[2]));
    char *at = rows + snprintf(rows, sizeof rows, "contact_id,email_sha256,id_type,platform,id,last_seen,consent\n");
    for (size_t hash = 0; *text; text++) {
        *at = '\0';
        if (*text == '%') {
            at = stpcpy(at, hashes[hash++]);
        } else {
            *at++ = *text;
        }
    }
    *at = '\0';
    write_file("identities.csv", rows);
}

static void write_usual(void)
{
    write_file("contacts.csv", contacts);
    write_identities(",%,cookie,google,k1,2025-05-01,yes\n"
                     "C1,,maid,google,M1,2023-01-01,yes\n"
                     ",%,cookie,google,k2,2025-05-01,yes\n"
                     "C2,,platform,meta,p2,2025-05-01,yes\n"
                     "C3,,cookie,google,k3,2025-05-01,no\n"
                     "C4,,platform,meta,p4,2025-05-01,yes\n"
                     "C5,,cookie,google,k5,2025-05-01,yes\n"
                     ",%,cookie,google,k6,2025-05-01,yes\n"
                     "C8,,cookie,google,k8,2025-05-01,yes\n"
                     "C8,,cookie,google,k9,2025-05-01,yes\n"
                     "C3,,cookie,google,k9,2025-05-01,yes\n"
                     "C9,,cookie,google,k10,2025-05-01,yes\n"
                     "C1,,cookie,google,k1,2025-05-01,yes\n",
                     "ann@example.org", "bob@gmail.com", "shared@example.org");
}

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
    tcase_add_test(cases, keys_are_trusted_in_their_order);
    tcase_add_test(cases, the_first_registration_counts_however_they_come);
    tcase_add_test(cases, a_deleted_contact_is_a_new_one);
    tcase_add_test(cases, later_waves_learn_from_those_who_came_back);
    tcase_add_test(cases, who_came_back_and_as_of_when);
    tcase_add_test(cases, the_window_decides);
    tcase_add_test(cases, moments_have_the_distribution_of_the_segment);
    tcase_add_loop_test(cases, any_allocation_can_fail, 0, 4);
    tcase_add_loop_test(cases, bad_rows_are_told_or_counted, 0, 6);
    tcase_add_test(cases, a_contact_comes_once);
    tcase_add_loop_test(cases, bad_registrations_are_told, 0, 4);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
