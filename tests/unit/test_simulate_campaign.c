/* The campaign of `simulate crm`, and its prospects: who can be reached, is exposed and comes back, by the planted chances.
 * Tolerances as in test_simulate_truth.c. */
#include "identity/identity.h"
#include "sheet_by_hand.h"
#include "run_suite.h"

#include <math.h>

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

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate campaign");
    TCase *tests = tcase_create("campaign");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_test(tests, reach_has_the_mean_range_and_correlation_of_the_world);
    tcase_add_test(tests, exposed_are_inactive_and_may_be_advertised_to);
    tcase_add_test(tests, registrations_follow_the_planted_chances);
    tcase_add_test(tests, identities_lead_to_contacts);
    tcase_add_test(tests, prospects_have_both_outcomes);
    tcase_add_test(tests, crm_and_pool_can_be_told_apart);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
