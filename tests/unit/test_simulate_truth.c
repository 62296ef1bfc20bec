/* The planted truth of `simulate crm` before the campaign: its shares and moments are those of the world file. Tolerances are some four
 * standard errors at these sizes. */
#include "sheet_by_hand.h"
#include "run_suite.h"

#include <math.h>

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

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate truth");
    TCase *tests = tcase_create("truth");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_test(tests, segments_are_those_of_a_mature_crm);
    tcase_add_test(tests, events_follow_the_states);
    tcase_add_test(tests, machines_are_as_the_world_says);
    tcase_add_test(tests, purchases_have_the_moments_of_the_world);
    tcase_add_test(tests, answers_tell_of_the_brand_and_why_people_leave);
    tcase_add_test(tests, vendors_err_and_contradict_each_other);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
