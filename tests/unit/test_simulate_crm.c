/* `simulate crm`: the same bytes at any number of threads, tables that the library itself reads, and a planted truth whose
 * shares and moments are those of the world file. Tolerances are some four standard errors at these sizes. */
#include "by_hand.h"
#include "identity/identity.h"
#include "sheet_by_hand.h"

#include <math.h>

static const char *const files[] = {"contacts.csv",
                                    "events.csv",
                                    "append.csv",
                                    "identities.csv",
                                    "exposures.csv",
                                    "registrations.csv",
                                    "pool.csv",
                                    "project.yaml",
                                    "paths.yaml",
                                    "truth/persona.csv",
                                    "truth/engagement.csv",
                                    "truth/events.csv",
                                    "truth/reach.csv",
                                    "truth/registration.csv",
                                    "truth/registrants.csv",
                                    "truth/value.csv",
                                    "truth/pool.csv",
                                    "truth/prospects.csv",
                                    "truth/parameters.csv",
                                    "truth/world.yaml"};
enum { FILE_COUNT = sizeof files / sizeof *files };

static lka_status make_crm(const char *arguments, json_t **document, struct lka_error *error)
{
    return run_options(options_of_text(&lka_simulate_crm_params, arguments), lka_simulate_crm, document, error);
}

static void crm(const char *arguments)
{
    struct lka_error error;
    ck_assert_msg(make_crm(arguments, NULL, &error) == LKA_OK, "%s", error.message);
}

static char *contents(const char *directory, const char *file, size_t *length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    return whole_file(path, length);
}

/* ---- bytes ------------------------------------------------------------------------------------ */

START_TEST(same_seed_same_bytes_at_any_number_of_threads)
{
    crm("out=a contacts=1500 prospects=1100 dirty=.02 threads=1");
    crm("out=b contacts=1500 prospects=1100 dirty=.02 threads=2");
    crm("out=c contacts=1500 prospects=1100 dirty=.02 threads=8");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        size_t lengths[3];
        char *bytes[3] = {contents("a", files[f], &lengths[0]), contents("b", files[f], &lengths[1]),
                          contents("c", files[f], &lengths[2])};
        for (size_t i = 1; i < 3; i++) {
            ck_assert_msg(lengths[0] == lengths[i] && memcmp(bytes[0], bytes[i], lengths[0]) == 0, "%s", files[f]);
        }
        for (size_t i = 0; i < 3; i++) {
            free(bytes[i]);
        }
    }
}
END_TEST

START_TEST(a_contact_depends_on_seed_and_place_alone)
{
    crm("out=short contacts=150 prospects=20");
    crm("out=long contacts=700 prospects=60");
    crm("out=other contacts=150 prospects=20 seed=2");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        size_t lengths[3];
        char *few = contents("short", files[f], &lengths[0]);
        char *many = contents("long", files[f], &lengths[1]);
        char *other = contents("other", files[f], &lengths[2]);
        if (!strstr(files[f], ".yaml") && !strstr(files[f], "parameters")) {
            ck_assert_msg(lengths[0] <= lengths[1] && memcmp(few, many, lengths[0]) == 0, "%s", files[f]);
        }
        if (strcmp(files[f], "contacts.csv") == 0 || strcmp(files[f], "events.csv") == 0) {
            ck_assert_msg(lengths[0] != lengths[2] || memcmp(few, other, lengths[0]) != 0, "%s", files[f]);
        }
        free(few);
        free(many);
        free(other);
    }
}
END_TEST

/* ---- tables ----------------------------------------------------------------------------------- */

static const struct {
    const char *file;
    const char *columns;
} headers[] = {{"dir/events.csv",
                "contact_id,timestamp,type,channel,campaign,topic,amount,currency,user_agent,machine,event_id,reason,"
                "brand,consideration"},
               {"dir/append.csv", "contact_id,vendor,email_status,deceased,active_elsewhere"},
               {"dir/identities.csv", "email_sha256,contact_id,id_type,platform,id,last_seen,consent"},
               {"dir/exposures.csv", "contact_id,id_type,id,timestamp,path"},
               {"dir/registrations.csv", "contact_id,id_type,id,email,new_email,timestamp,path,opt_in"},
               {"dir/truth/pool.csv", "prospect_id,label"},
               {"dir/truth/registration.csv", "contact_id,lead_ad,sponsored_post,banner,registered"}};

START_TEST(every_table_is_read_and_has_its_columns)
{
    crm("out=dir contacts=2500 prospects=300");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        char path[64];
        snprintf(path, sizeof path, "dir/%s", files[f]);
        if (!strstr(path, ".yaml")) {
            struct sheet sheet = open_sheet(path); /* fails for what the grammar refuses */
            ck_assert_msg(sheet.rows.count > 0, "%s", path);
            ck_assert_uint_eq(sheet.rows.count + 1, count_lines(path));
            close_sheet(&sheet);
        }
    }
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
        size_t length;
        char *bytes = whole_file(headers[h].file, &length);
        ck_assert_int_eq(strncmp(bytes, headers[h].columns, strlen(headers[h].columns)), 0);
        ck_assert_int_eq(bytes[strlen(headers[h].columns)], '\n');
        free(bytes);
    }
}
END_TEST

START_TEST(contacts_and_pool_share_their_attributes_and_the_protected_group)
{
    crm("out=dir contacts=3000 prospects=3000");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet pool = open_sheet("dir/pool.csv");
    const struct lka_schema *of_contacts = lka_source_schema(contacts.source);
    const struct lka_schema *of_pool = lka_source_schema(pool.source);
    ck_assert_uint_eq(of_contacts->count, of_pool->count + 1); /* opt_in */
    ck_assert_str_eq(of_contacts->columns[of_contacts->count - 1].name, "protected_origin");
    ck_assert_str_eq(of_pool->columns[of_pool->count - 1].name, "protected_origin");
    /* The proxies give it away: 2.2 x 1.5 of 18 against 82 for most Londoners, .4 of it in Brittany. */
    ck_assert_double_gt(sheet_share(&contacts, "protected_origin", "abroad", "region", "london"), .28);
    ck_assert_double_lt(sheet_share(&contacts, "protected_origin", "abroad", "region", "bretagne"), .2);
    ck_assert_double_eq_tol(sheet_share(&contacts, "opt_in", "", NULL, NULL), .01, .008);
    close_sheet(&contacts);
    close_sheet(&pool);
}
END_TEST

START_TEST(duplicates_and_shared_addresses_are_as_told)
{
    crm("out=dir contacts=6000 prospects=5");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet persona = open_sheet("dir/truth/persona.csv");
    size_t duplicates = 0;
    size_t sharing = 0;
    for (size_t row = 0; row < contacts.rows.count; row++) {
        struct lka_span other = cell(&persona, row, "duplicate_of");
        struct lka_span shared = cell(&persona, row, "shares_email_with");
        ck_assert_uint_eq(place_of(cell(&contacts, row, "contact_id")), row);
        if (other.length > 0) {
            duplicates++;
            ck_assert(lka_span_equal(cell(&contacts, row, "email_domain"),
                                     cell(&contacts, place_of(other), "email_domain")) ||
                      cell(&contacts, row, "email_domain").length == 0 ||
                      cell(&contacts, place_of(other), "email_domain").length == 0);
        }
        if (shared.length > 0) {
            sharing++;
            struct lka_span mine = cell(&contacts, row, "email");
            struct lka_span theirs = cell(&contacts, place_of(shared), "email");
            ck_assert(mine.length == 0 || theirs.length == 0 || lka_span_equal(mine, theirs));
        }
    }
    ck_assert_double_eq_tol((double)duplicates / 6000, .015, .006);
    ck_assert_double_eq_tol((double)sharing / 6000, .01, .005);
    close_sheet(&contacts);
    close_sheet(&persona);
}
END_TEST

/* ---- engagement ------------------------------------------------------------------------------- */

START_TEST(segments_are_those_of_a_mature_crm)
{
    json_t *document = NULL;
    struct lka_error error;
    ck_assert_int_eq(make_crm("out=dir contacts=8000 prospects=5", &document, &error), LKA_OK);
    const json_t *segments = json_object_get(document, "segments");
    static const struct {
        const char *name;
        double share;
    } expected[] = {{"active", .36}, {"lapsing", .16}, {"at_risk", .07}, {"to_delete", .23}, {"never_engaged", .17}};
    for (size_t s = 0; s < 5; s++) {
        double count = json_number_value(json_object_get(segments, expected[s].name));
        ck_assert_msg(fabs(count / 8000 - expected[s].share) < .025, "%s: %.3f", expected[s].name, count / 8000);
    }
    json_decref(document);
}
END_TEST

START_TEST(events_follow_the_states)
{
    crm("out=dir contacts=1500 prospects=5");
    struct sheet persona = open_sheet("dir/truth/persona.csv");
    struct sheet states = open_sheet("dir/truth/engagement.csv");
    struct sheet events = open_sheet("dir/events.csv");
    struct sheet makers = open_sheet("dir/truth/events.csv");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    bool never[1500] = {false};
    int64_t last[1500] = {0};
    int64_t before = 0;
    size_t owner = 0;
    int64_t end = 0;
    ck_assert(lka_parse_time(LKA_SPAN("2025-06-30"), &end));
    for (size_t row = 0; row < states.rows.count; row++) {
        never[place_of(cell(&states, row, "contact_id"))] = cell_is(&states, row, "state", "never");
    }
    ck_assert_uint_eq(events.rows.count, makers.rows.count);
    for (size_t row = 0; row < events.rows.count; row++) {
        size_t contact = place_of(cell(&events, row, "contact_id"));
        int64_t time = cell_time(&events, row, "timestamp");
        ck_assert(lka_span_equal(cell(&events, row, "event_id"), cell(&makers, row, "event_id")));
        ck_assert(contact != owner || time >= before);
        ck_assert_int_lt(time, end);
        if (cell(&contacts, contact, "signed_up").length > 0) {
            ck_assert_int_ge(time, cell_time(&contacts, contact, "signed_up"));
        }
        if (cell_is(&makers, row, "made_by", "human")) {
            ck_assert(!never[contact]);
            last[contact] = time;
        }
        owner = contact;
        before = time;
    }
    for (size_t contact = 0; contact < 1500; contact++) {
        bool touched = cell(&persona, contact, "last_touch").length > 0;
        ck_assert_int_eq(last[contact], touched ? cell_time(&persona, contact, "last_touch") : 0);
    }
    close_sheet(&persona);
    close_sheet(&states);
    close_sheet(&events);
    close_sheet(&makers);
    close_sheet(&contacts);
}
END_TEST

/* ---- machines --------------------------------------------------------------------------------- */

/* Of opens made by `maker`: how many, and how many within `seconds` of the send of the same campaign. */
struct timing {
    size_t opens;
    size_t within;
};

static struct timing open_times(const struct sheet *events, const struct sheet *makers, const struct sheet *persona,
                                const char *maker, int64_t seconds)
{
    struct timing timing = {0};
    for (size_t row = 0; row < events->rows.count; row++) {
        size_t contact = place_of(cell(events, row, "contact_id"));
        if (!cell_is(events, row, "type", "open") || !cell_is(makers, row, "made_by", maker) ||
            !cell_is(persona, contact, "machine", "prefetch")) {
            continue;
        }
        for (size_t back = row; back-- > 0 && place_of(cell(events, back, "contact_id")) == contact;) {
            if (cell_is(events, back, "type", "send") &&
                lka_span_equal(cell(events, back, "campaign"), cell(events, row, "campaign"))) {
                timing.opens++;
                timing.within += cell_time(events, row, "timestamp") - cell_time(events, back, "timestamp") <= seconds;
                break;
            }
        }
    }
    return timing;
}

START_TEST(machines_are_as_the_world_says)
{
    crm("out=dir contacts=3000 prospects=5");
    struct sheet persona = open_sheet("dir/truth/persona.csv");
    struct sheet events = open_sheet("dir/events.csv");
    struct sheet makers = open_sheet("dir/truth/events.csv");
    ck_assert_double_eq_tol(sheet_share(&persona, "machine", "prefetch", NULL, NULL), .35, .035);
    ck_assert_double_eq_tol(sheet_share(&persona, "machine", "scanner", NULL, NULL), .05, .016);
    ck_assert_double_eq_tol(sheet_share(&persona, "machine", "bot", NULL, NULL), .003, .004);
    ck_assert_double_eq_tol(sheet_share(&persona, "reads_links", "yes", "machine", "scanner"), .333, .17);
    struct timing machine = open_times(&events, &makers, &persona, "prefetch", 600);
    struct timing human = open_times(&events, &makers, &persona, "human", 60);
    ck_assert_uint_gt(machine.opens, 5000);
    /* Exponential with a mean of three minutes: 96.4% within ten. */
    ck_assert_double_eq_tol((double)machine.within / (double)machine.opens, .964, .015);
    ck_assert_uint_gt(human.opens, 500);
    ck_assert_double_eq_tol((double)human.within / (double)human.opens, .15, .06);
    size_t declared = 0;
    size_t opens = 0;
    for (size_t row = 0; row < events.rows.count; row++) {
        if (cell_is(&makers, row, "made_by", "prefetch")) {
            opens++;
            declared += cell_is(&events, row, "machine", "yes");
        } else {
            ck_assert(!cell_is(&events, row, "machine", "yes") || !cell_is(&makers, row, "made_by", "human"));
        }
    }
    ck_assert_double_eq_tol((double)declared / (double)opens, .5, .03);
    close_sheet(&persona);
    close_sheet(&events);
    close_sheet(&makers);
}
END_TEST

/* ---- purchases -------------------------------------------------------------------------------- */

START_TEST(purchases_have_the_moments_of_the_world)
{
    crm("out=dir contacts=12000 prospects=5");
    struct sheet value = open_sheet("dir/truth/value.csv");
    struct sheet events = open_sheet("dir/events.csv");
    static unsigned bought[12000];
    memset(bought, 0, sizeof bought);
    double amount = 0;
    size_t purchases = 0;
    for (size_t row = 0; row < events.rows.count; row++) {
        if (cell_is(&events, row, "type", "purchase")) {
            bought[place_of(cell(&events, row, "contact_id"))]++;
            amount += cell_number(&events, row, "amount");
            purchases++;
        }
    }
    double rate = 0;
    double dropout = 0;
    size_t once = 0;
    size_t n = value.rows.count;
    for (size_t row = 0; row < n; row++) {
        unsigned times = bought[place_of(cell(&value, row, "contact_id"))];
        ck_assert_uint_gt(times, 0);
        once += times == 1;
        rate += cell_number(&value, row, "rate_a_day");
        dropout += cell_number(&value, row, "dropout");
    }
    ck_assert_double_eq_tol((double)n / 12000, .42, .02);
    ck_assert_double_eq_tol(rate / (double)n, .85 / 210, .0004);
    ck_assert_double_eq_tol(dropout / (double)n, .9 / (.9 + 1.25), .02);
    ck_assert_double_eq_tol((double)once / (double)n, .6, .035);
    /* p gamma / (q - 1), of a distribution with a long tail. */
    ck_assert_double_eq_tol(amount / (double)purchases, 4 * 29 / 2.6, 3);
    close_sheet(&value);
    close_sheet(&events);
}
END_TEST

/* ---- surveys ---------------------------------------------------------------------------------- */

START_TEST(answers_tell_of_the_brand_and_why_people_leave)
{
    crm("out=dir contacts=8000 prospects=5");
    struct sheet events = open_sheet("dir/events.csv");
    double sums[2] = {0}; /* of the own brand: before 2021, since 2024 */
    double counts[2] = {0};
    double reasons = 0;
    double prices = 0;
    for (size_t row = 0; row < events.rows.count; row++) {
        if (!cell_is(&events, row, "type", "survey")) {
            ck_assert_uint_eq(cell(&events, row, "brand").length, 0);
            continue;
        }
        double consideration = cell_number(&events, row, "consideration");
        ck_assert(consideration >= 0 && consideration <= 10);
        bool reason = cell(&events, row, "reason").length > 0;
        reasons += reason;
        prices += cell_is(&events, row, "reason", "price");
        int year = atoi(cell(&events, row, "timestamp").text);
        if (!reason && cell_is(&events, row, "brand", "ours") && (year < 2021 || year >= 2024)) {
            sums[year >= 2024] += consideration;
            counts[year >= 2024]++;
        }
    }
    /* Some five years at a quarter of a point. */
    ck_assert_double_eq_tol(sums[0] / counts[0] - sums[1] / counts[1], 1.35, .5);
    ck_assert_double_gt(reasons, 200);
    ck_assert_double_eq_tol(prices / reasons, .24, .09);
    close_sheet(&events);
}
END_TEST

/* ---- third parties ---------------------------------------------------------------------------- */

START_TEST(vendors_err_and_contradict_each_other)
{
    crm("out=dir contacts=8000 prospects=5");
    struct sheet append = open_sheet("dir/append.csv");
    struct sheet persona = open_sheet("dir/truth/persona.csv");
    size_t said = 0;
    size_t wrong = 0;
    size_t both = 0;
    size_t contradicting = 0;
    for (size_t row = 0; row < append.rows.count; row++) {
        size_t contact = place_of(cell(&append, row, "contact_id"));
        struct lka_span status = cell(&append, row, "active_elsewhere");
        if (status.length == 0) {
            continue;
        }
        said++;
        wrong += !lka_span_equal(status, cell(&persona, contact, "active_elsewhere"));
        struct lka_span next = row + 1 < append.rows.count ? cell(&append, row + 1, "contact_id")
                                                           : (struct lka_span){0};
        if (lka_span_equal(next, cell(&append, row, "contact_id")) &&
            cell(&append, row + 1, "active_elsewhere").length) {
            both++;
            contradicting += !lka_span_equal(status, cell(&append, row + 1, "active_elsewhere"));
        }
    }
    ck_assert_uint_gt(said, 3000);
    ck_assert_double_eq_tol((double)wrong / (double)said, .05, .012);
    ck_assert_double_eq_tol(1 - (double)said / (double)append.rows.count, .3, .025);
    ck_assert_double_eq_tol((double)contradicting / (double)both, 2 * .05 * .95, .04);
    close_sheet(&append);
    close_sheet(&persona);
}
END_TEST

/* ---- the campaign ----------------------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(reach_has_the_mean_range_and_correlation_of_the_world)
{
    enum { N = 8000 };
    crm("out=dir contacts=8000 prospects=5");
    struct sheet reach = open_sheet("dir/truth/reach.csv");
    struct sheet chances = open_sheet("dir/truth/registration.csv");
    static double of_contact[N];
    static double sorted[N];
    double sum = 0;
    double reachable = 0;
    for (size_t row = 0; row < N; row++) {
        of_contact[row] = sorted[row] = cell_number(&reach, row, "probability");
        sum += of_contact[row];
        reachable += cell_is(&reach, row, "reachable", "yes");
    }
    qsort(sorted, N, sizeof *sorted, compare_doubles);
    ck_assert_double_eq_tol(sum / N, .56, .015);
    ck_assert_double_eq_tol(reachable / N, .56, .025);
    ck_assert_double_eq_tol(sorted[N / 10], .2, .05);
    ck_assert_double_eq_tol(sorted[N * 9 / 10], .9, .03);
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    size_t n = chances.rows.count;
    for (size_t row = 0; row < n; row++) {
        double a = of_contact[place_of(cell(&chances, row, "contact_id"))];
        double b = cell_number(&chances, row, "lead_ad");
        x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
    }
    double count = (double)n;
    double r = (xy - x * y / count) / sqrt((xx - x * x / count) * (yy - y * y / count));
    ck_assert_double_eq_tol(r, -.3, .07);
    close_sheet(&reach);
    close_sheet(&chances);
}
END_TEST

START_TEST(exposed_are_inactive_and_may_be_advertised_to)
{
    enum { N = 4000 };
    crm("out=dir contacts=4000 prospects=5");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet reach = open_sheet("dir/truth/reach.csv");
    struct sheet events = open_sheet("dir/events.csv");
    struct sheet makers = open_sheet("dir/truth/events.csv");
    struct sheet exposures = open_sheet("dir/exposures.csv");
    int64_t start = 0;
    ck_assert(lka_parse_time(LKA_SPAN("2025-04-16"), &start)); /* 75 days before */
    size_t exposed = 0;
    for (size_t row = 0; row < N; row++) {
        bool is_exposed = cell_is(&reach, row, "exposed", "yes");
        exposed += is_exposed;
        ck_assert(!is_exposed || cell_is(&reach, row, "inactive", "yes"));
        ck_assert(!is_exposed || cell_is(&reach, row, "reachable", "yes"));
        struct lka_span consents = cell(&contacts, row, "consents");
        ck_assert(!is_exposed || (consents.length && memmem(consents.text, consents.length, "advertising", 11)));
    }
    ck_assert_uint_gt(exposed, 700);
    for (size_t row = 0; row < events.rows.count; row++) {
        int64_t time = cell_time(&events, row, "timestamp");
        if (cell_is(&makers, row, "made_by", "human") && time < start && time >= start - 180 * 86400) {
            ck_assert(cell_is(&reach, place_of(cell(&events, row, "contact_id")), "inactive", "no"));
        }
    }
    for (size_t row = 0; row < exposures.rows.count; row++) {
        int64_t time = cell_time(&exposures, row, "timestamp");
        ck_assert(time >= start && time < start + 21 * 86400);
        bool by_contact = cell(&exposures, row, "contact_id").length > 0;
        ck_assert(by_contact != (cell(&exposures, row, "id").length > 0));
        ck_assert(!by_contact || cell_is(&reach, place_of(cell(&exposures, row, "contact_id")), "exposed", "yes"));
    }
    close_sheet(&contacts);
    close_sheet(&reach);
    close_sheet(&events);
    close_sheet(&makers);
    close_sheet(&exposures);
}
END_TEST

START_TEST(registrations_follow_the_planted_chances)
{
    crm("out=dir contacts=60000 prospects=5");
    struct sheet reach = open_sheet("dir/truth/reach.csv");
    struct sheet chances = open_sheet("dir/truth/registration.csv");
    struct sheet registrations = open_sheet("dir/registrations.csv");
    struct sheet registrants = open_sheet("dir/truth/registrants.csv");
    double expected = 0;
    double registered = 0;
    double exposed = 0;
    for (size_t row = 0; row < chances.rows.count; row++) {
        size_t contact = place_of(cell(&chances, row, "contact_id"));
        if (cell_is(&reach, contact, "exposed", "yes")) {
            char path[32];
            struct lka_span name = cell(&reach, contact, "path");
            snprintf(path, sizeof path, "%.*s", (int)name.length, name.text);
            expected += cell_number(&chances, row, path);
            exposed++;
            registered += cell_is(&chances, row, "registered", "yes");
        } else {
            ck_assert(cell_is(&chances, row, "registered", "no"));
        }
    }
    ck_assert_double_eq_tol(registered, expected, 4 * sqrt(expected));
    ck_assert_double_eq_tol(registered / exposed, .02, .006);
    ck_assert_double_eq_tol(sheet_share(&registrants, "answer", "stranger", NULL, NULL), .1 / 1.1, .07);
    ck_assert_double_eq_tol(sheet_share(&registrations, "opt_in", "yes", NULL, NULL), .8, .09);
    size_t own = 0;
    size_t moved = 0;
    ck_assert_uint_eq(registrants.rows.count, registrations.rows.count);
    for (size_t row = 0; row < registrations.rows.count; row++) {
        ck_assert(lka_span_equal(cell(&registrations, row, "new_email"), cell(&registrants, row, "new_email")));
        own += cell(&registrants, row, "contact_id").length > 0;
        moved += cell_is(&registrants, row, "answer", "new_email");
        ck_assert(cell(&registrations, row, "contact_id").length == 0 ||
                  lka_span_equal(cell(&registrations, row, "contact_id"), cell(&registrants, row, "contact_id")));
    }
    ck_assert_double_eq_tol((double)own, registered, .5);
    ck_assert_double_eq_tol((double)moved / (double)own, .25, .1);
    close_sheet(&reach);
    close_sheet(&chances);
    close_sheet(&registrations);
    close_sheet(&registrants);
}
END_TEST

START_TEST(identities_lead_to_contacts)
{
    crm("out=dir contacts=800 prospects=5");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet identities = open_sheet("dir/identities.csv");
    static char hashes[800][65];
    struct lka_text plain = {0};
    for (size_t row = 0; row < 800; row++) {
        hashes[row][0] = '\0';
        if (lka_email_plain(cell(&contacts, row, "email"), &plain)) {
            lka_sha256_hex((struct lka_span){plain.bytes, (uint32_t)plain.length}, hashes[row]);
        }
    }
    size_t by_hash = 0;
    for (size_t row = 0; row < identities.rows.count; row++) {
        struct lka_span hash = cell(&identities, row, "email_sha256");
        ck_assert((hash.length > 0) != (cell(&identities, row, "contact_id").length > 0));
        bool found = hash.length == 0;
        for (size_t contact = 0; contact < 800 && !found; contact++) {
            found = lka_span_equal(hash, lka_span_of(hashes[contact]));
        }
        ck_assert(found);
        by_hash += hash.length > 0;
    }
    ck_assert_uint_gt(by_hash, 300);
    ck_assert_double_eq_tol(sheet_share(&identities, "consent", "no", NULL, NULL), .08, .05);
    lka_text_release(&plain);
    close_sheet(&contacts);
    close_sheet(&identities);
}
END_TEST

/* ---- prospects -------------------------------------------------------------------------------- */

START_TEST(prospects_have_both_outcomes)
{
    crm("out=dir contacts=5 prospects=8000");
    struct sheet prospects = open_sheet("dir/truth/prospects.csv");
    struct sheet labels = open_sheet("dir/truth/pool.csv");
    double exposed = 0;
    double unexposed = 0;
    for (size_t row = 0; row < prospects.rows.count; row++) {
        double with = cell_number(&prospects, row, "probability_exposed");
        double without = cell_number(&prospects, row, "probability_unexposed");
        ck_assert_double_le(without, with);
        ck_assert(lka_span_equal(cell(&labels, row, "label"), cell(&prospects, row, "answers_exposed")));
        ck_assert(cell_is(&prospects, row, "answers_exposed", "1") ||
                  cell_is(&prospects, row, "answers_unexposed", "0"));
        exposed += with;
        unexposed += without;
    }
    ck_assert_double_eq_tol(exposed / 8000, .05, .005);
    ck_assert_double_eq_tol(unexposed / exposed, .28, .05);
    ck_assert_double_eq_tol(sheet_share(&labels, "label", "1", NULL, NULL), .05, .01);
    close_sheet(&prospects);
    close_sheet(&labels);
}
END_TEST

/* ---- CRM against pool ------------------------------------------------------------------------- */

enum { DOMAIN_ROWS = 4000, VALUES = 40 };
static const char *const shifted[] = {"device", "signup_source", "payment", "email_domain", "region", "income_band"};
enum { SHIFTED = sizeof shifted / sizeof *shifted };

struct tally {
    struct lka_span values[VALUES];
    double counts[2][VALUES];
    size_t count;
};

static size_t value_in(struct tally *tally, struct lka_span value)
{
    for (size_t v = 0; v < tally->count; v++) {
        if (lka_span_equal(tally->values[v], value)) {
            return v;
        }
    }
    ck_assert_uint_lt(tally->count, VALUES);
    tally->values[tally->count] = value;
    tally->counts[0][tally->count] = tally->counts[1][tally->count] = 1;
    return tally->count++;
}

/* Naive Bayes on six columns, learned on the even rows and asked on the odd ones: the AUC of all columns together is
 * about .75. */
START_TEST(crm_and_pool_can_be_told_apart)
{
    crm("out=dir contacts=4000 prospects=4000");
    struct sheet sheets[2] = {open_sheet("dir/contacts.csv"), open_sheet("dir/pool.csv")};
    static struct tally tallies[SHIFTED];
    memset(tallies, 0, sizeof tallies);
    static double scores[2][DOMAIN_ROWS];
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t s = 0; s < 2; s++) {
            for (size_t row = pass; row < DOMAIN_ROWS; row += 2) {
                scores[s][row] = 0;
                for (size_t c = 0; c < SHIFTED; c++) {
                    size_t v = value_in(&tallies[c], cell(&sheets[s], row, shifted[c]));
                    scores[s][row] += log(tallies[c].counts[0][v] / tallies[c].counts[1][v]);
                    tallies[c].counts[s][v] += pass == 0;
                }
            }
        }
    }
    double wins = 0;
    for (size_t a = 1; a < DOMAIN_ROWS; a += 2) {
        for (size_t b = 1; b < DOMAIN_ROWS; b += 2) {
            wins += scores[0][a] > scores[1][b] ? 1 : scores[0][a] < scores[1][b] ? 0 : .5;
        }
    }
    ck_assert_double_eq_tol(wins / (DOMAIN_ROWS / 2.0 * DOMAIN_ROWS / 2), .73, .035);
    close_sheet(&sheets[0]);
    close_sheet(&sheets[1]);
}
END_TEST

/* ---- dirt ------------------------------------------------------------------------------------- */

START_TEST(dirt_is_counted_by_kind)
{
    json_t *document = NULL;
    struct lka_error error;
    ck_assert_int_eq(make_crm("out=dirty contacts=600 prospects=600 dirty=.05", &document, &error), LKA_OK);
    crm("out=clean contacts=600 prospects=600");
    const json_t *dirt = json_object_get(json_object_get(document, "dirty"), "events");
    const char *kind;
    json_t *count;
    double total = 0;
    json_object_foreach((json_t *)(uintptr_t)dirt, kind, count)
    {
        ck_assert_msg(json_integer_value(count) > 50, "%s", kind);
        total += json_number_value(count);
    }
    double clean = (double)count_lines("clean/events.csv") - 1;
    double repeated = json_number_value(json_object_get(dirt, "duplicate_id"));
    ck_assert_double_eq_tol((double)count_lines("dirty/events.csv") - 1, clean + repeated, .5);
    ck_assert_double_eq_tol(total / clean, .05, .01);
    json_decref(document);
}
END_TEST

/* ---- when things go wrong --------------------------------------------------------------------- */

static lka_status run_counted(struct lka_error *error)
{
    struct lka_options *options = NULL;
    char *summary = NULL;
    lka_status status = lka_options_new(&lka_simulate_crm_params, &options, error);
    status = status == LKA_OK ? lka_options_set(options, "out", "dir", error) : status;
    status = status == LKA_OK ? lka_options_set(options, "contacts", "70", error) : status;
    status = status == LKA_OK ? lka_options_set(options, "prospects", "5", error) : status;
    status = status == LKA_OK ? lka_options_set(options, "threads", "1", error) : status;
    status = status == LKA_OK ? lka_simulate_crm(options, NULL, &summary, error) : status;
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

START_TEST(a_failed_allocation_is_an_error_and_no_leak)
{
    lka_status status = LKA_MEMORY;
    for (size_t k = 1; status != LKA_OK; k += 1 + k / 16) {
        struct ledger ledger;
        struct lka_error error = {0};
        lka_remove_tree("dir");
        ledger_install(&ledger);
        ledger_fail(&ledger, k);
        status = run_counted(&error);
        lka_set_allocator(NULL);
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, error.message);
        ck_assert_msg(ledger.alive == 0, "allocation %zu: %zu are left", k, ledger.alive);
        ck_assert(status == LKA_OK || !exists("dir"));
    }
}
END_TEST

static bool stop_now(void *user)
{
    size_t *asked = user;
    return ++*asked == 3;
}

START_TEST(an_interrupt_leaves_nothing_behind)
{
    size_t asked = 0;
    struct lka_session session = {.user = &asked, .interrupted = stop_now};
    struct lka_options *options;
    char *summary = NULL;
    ck_assert_int_eq(lka_options_new(&lka_simulate_crm_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", "dir", NULL), LKA_OK);
    ck_assert_int_eq(lka_simulate_crm(options, &session, &summary, NULL), LKA_INTERRUPTED);
    ck_assert_ptr_null(summary);
    ck_assert_uint_eq(entries_of(folder), 0);
    lka_options_free(options);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate crm");
    TCase *tests = tcase_create("crm");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_test(tests, same_seed_same_bytes_at_any_number_of_threads);
    tcase_add_test(tests, a_contact_depends_on_seed_and_place_alone);
    tcase_add_test(tests, every_table_is_read_and_has_its_columns);
    tcase_add_test(tests, contacts_and_pool_share_their_attributes_and_the_protected_group);
    tcase_add_test(tests, duplicates_and_shared_addresses_are_as_told);
    tcase_add_test(tests, segments_are_those_of_a_mature_crm);
    tcase_add_test(tests, events_follow_the_states);
    tcase_add_test(tests, machines_are_as_the_world_says);
    tcase_add_test(tests, purchases_have_the_moments_of_the_world);
    tcase_add_test(tests, answers_tell_of_the_brand_and_why_people_leave);
    tcase_add_test(tests, vendors_err_and_contradict_each_other);
    tcase_add_test(tests, reach_has_the_mean_range_and_correlation_of_the_world);
    tcase_add_test(tests, exposed_are_inactive_and_may_be_advertised_to);
    tcase_add_test(tests, registrations_follow_the_planted_chances);
    tcase_add_test(tests, identities_lead_to_contacts);
    tcase_add_test(tests, prospects_have_both_outcomes);
    tcase_add_test(tests, crm_and_pool_can_be_told_apart);
    tcase_add_test(tests, dirt_is_counted_by_kind);
    tcase_add_test(tests, a_failed_allocation_is_an_error_and_no_leak);
    tcase_add_test(tests, an_interrupt_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
