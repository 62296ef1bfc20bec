/* What one contact's events say once the machines are out; segments and deletion; interests; periods. */
#include "base/period.h"
#include "lifecycle/interests.h"
#include "lifecycle/segments.h"
#include "signals_by_hand.h"
#include "run_suite.h"

static struct lka_profile_maker *maker;
static int32_t as_of_day;

static void setup(void)
{
    hand_setup();
    as_of_day = (int32_t)(at("2025-06-30") / 86400);
    struct lka_profile_rules rules = {.as_of = at("2025-06-30"),
                                      .touches = 1U << LKA_SIGNAL_OPEN | 1U << LKA_SIGNAL_CLICK |
                                                 1U << LKA_SIGNAL_PURCHASE | 1U << LKA_SIGNAL_REGISTER,
                                      .half_life = 365};
    ck_assert_int_eq(lka_profile_maker_new(&rules, &maker, NULL), LKA_OK);
}

static void teardown(void)
{
    lka_profile_maker_free(maker);
    hand_teardown();
}

static int32_t day(const char *text)
{
    return (int32_t)(at(text) / 86400);
}

static const struct lka_profile *profile(const char *signed_up)
{
    bool hidden = mark();
    return lka_profile_make(maker, &hand_signals, hidden, signed_up ? day(signed_up) : LKA_NO_DAY);
}

/* ---- profile ---------------------------------------------------------------------------------- */

START_TEST(windows_end_at_the_second)
{
    event(at("2024-06-29T23:59:59Z"), "purchase", "web", "");
    event(at("2024-06-30T00:00:00Z"), "purchase", "web", "");
    event(at("2025-05-30T23:59:59Z"), "purchase", "web", "");
    event(at("2025-05-31T00:00:00Z"), "purchase", "web", "");
    const struct lka_profile *made = profile(NULL);
    ck_assert_uint_eq(made->count_count, 1);
    static const uint32_t wanted[LKA_WINDOWS] = {1, 2, 2, 3, 4}; /* 30, 90, 180, 365 days, ever */
    for (size_t w = 0; w < LKA_WINDOWS; w++) {
        ck_assert_uint_eq(made->counts[0].within[w], wanted[w]);
    }
    ck_assert_int_eq(made->counts[0].day, day("2025-05-31"));
}
END_TEST

START_TEST(the_last_touch_is_told_by_channel_and_what_it_was_about)
{
    event(at("2024-01-01"), "click", "sms", "spring")->topic = LKA_SPAN("music");
    event(at("2024-02-01"), "purchase", "store", "winter-sale");
    event(at("2024-03-01"), "send", "email", "x");
    const struct lka_profile *made = profile(NULL);
    ck_assert_int_eq(made->touch_day, day("2024-02-01"));
    ck_assert_uint_eq(made->touch_channel, LKA_OVER_STORE);
    struct lka_span about = lka_label(&hand_lexicon.abouts, made->touch_about);
    ck_assert(lka_span_equal(about, LKA_SPAN("winter-sale")));
    about = lka_label(&hand_lexicon.abouts, made->touches[LKA_OVER_SMS].about);
    ck_assert(lka_span_equal(about, LKA_SPAN("music")));
    ck_assert_int_eq(made->touches[LKA_OVER_EMAIL].day, LKA_NO_DAY);
}
END_TEST

START_TEST(signing_up_is_no_engagement)
{
    event(at("2024-01-01T09:00:00Z"), "register", "web", "");
    event(at("2024-02-01"), "send", "email", "x");
    ck_assert(!profile("2024-01-01")->engaged);
    ck_assert(!profile(NULL)->engaged);
    event(at("2024-03-01"), "register", "web", "");
    ck_assert(profile("2024-01-01")->engaged);
}
END_TEST

START_TEST(a_touch_before_signing_up_is_no_engagement_after_it)
{
    event(at("2023-05-01"), "purchase", "store", "");
    ck_assert(!profile("2024-01-01")->engaged);
    ck_assert(profile("2023-05-01")->engaged);
}
END_TEST

START_TEST(a_proxys_opens_are_neither_counted_nor_touches)
{
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"a", "b", "c"};
        event(at("2025-05-01") + i * 86400, "send", "email", names[i]);
        event(at("2025-05-01") + i * 86400 + 60, "open", "email", names[i]);
    }
    event(at("2025-05-04"), "open", "email", "c");
    const struct lka_profile *made = profile("2020-01-01");
    ck_assert(made->hidden);
    ck_assert_int_eq(made->touch_day, LKA_NO_DAY);
    ck_assert_int_eq(made->open_day, day("2025-05-04"));
    ck_assert_uint_eq(made->machine_events, 3);
    ck_assert(!made->engaged);
}
END_TEST

START_TEST(a_packed_profile_is_the_same_again)
{
    event(at("2024-01-01"), "send", "email", "x")->topic = LKA_SPAN("news");
    event(at("2024-01-02"), "click", "email", "x");
    event(at("2024-01-03"), "purchase", "kiosk", "");
    struct lka_event *survey = event(at("2024-01-04"), "survey", "web", "");
    survey->reason = LKA_SPAN("price");
    struct lka_profile before = *profile("2020-01-01");
    struct lka_text bytes = {0};
    lka_profile_pack(&before, as_of_day, true, &bytes);
    const struct lka_profile *after = lka_profile_unpack(maker, bytes.bytes, as_of_day);
    ck_assert_int_eq(after->touch_day, before.touch_day);
    ck_assert_uint_eq(after->touch_about, before.touch_about);
    ck_assert_uint_eq(after->reason, before.reason);
    ck_assert_int_eq(after->reason_day, day("2024-01-04"));
    ck_assert_uint_eq(after->count_count, 4);
    ck_assert_uint_eq(after->counts[1].within[4], 1);
    ck_assert_uint_eq(after->interest_count, 1);
    ck_assert(after->interests[0].answered > .3F && after->engaged);
    ck_assert_int_eq(after->touches[LKA_OVER_EMAIL].day, day("2024-01-02"));
    lka_profile_pack(&before, as_of_day, false, &bytes);
    after = lka_profile_unpack(maker, bytes.bytes, as_of_day);
    ck_assert_uint_eq(after->count_count, 0);
    ck_assert_uint_eq(after->interest_count, 0);
    ck_assert_int_eq(after->touch_day, before.touch_day);
    lka_text_release(&bytes);
}
END_TEST

/* ---- segments and deletion -------------------------------------------------------------------- */

static const struct lka_segment_rules usual = {
    .active = {180, 'd'}, .lapsing = {2, 'y'}, .at_risk = {3, 'y'}, .retention = {3, 'y'}, .notice = {90, 'd'}};

static struct lka_standing standing(const char *as_of, const char *touch, const char *signed_up)
{
    struct lka_segment_rules rules = usual;
    rules.as_of = day(as_of);
    struct lka_profile made = {.first_day = LKA_NO_DAY,
                               .open_day = LKA_NO_DAY,
                               .touch_day = touch ? day(touch) : LKA_NO_DAY,
                               .engaged = touch != NULL,
                               .other_touch = touch != NULL};
    return lka_standing_of(&rules, &made, signed_up ? day(signed_up) : LKA_NO_DAY);
}

static void assert_standing(struct lka_standing got, enum lka_segment segment, const char *delete_on, enum lka_due due)
{
    char text[16] = "";
    if (got.delete_on != LKA_NO_DAY) {
        lka_format_date(got.delete_on, text);
    }
    ck_assert_str_eq(lka_segment_names[got.segment], lka_segment_names[segment]);
    ck_assert_str_eq(text, delete_on);
    ck_assert_int_eq(got.due, due);
}

START_TEST(a_segment_begins_on_its_day)
{
    assert_standing(standing("2025-06-29", "2024-12-31", NULL), LKA_SEGMENT_LAPSING, "2027-12-31", LKA_DUE_NOT);
    assert_standing(standing("2025-06-28", "2024-12-31", NULL), LKA_SEGMENT_ACTIVE, "2027-12-31", LKA_DUE_NOT);
    assert_standing(standing("2025-06-29", "2023-06-30", NULL), LKA_SEGMENT_LAPSING, "2026-06-30", LKA_DUE_NOT);
    assert_standing(standing("2025-06-30", "2023-06-30", NULL), LKA_SEGMENT_AT_RISK, "2026-06-30", LKA_DUE_NOT);
    assert_standing(standing("2025-06-29", "2022-06-30", NULL), LKA_SEGMENT_AT_RISK, "2025-06-30", LKA_DUE_SOON);
    assert_standing(standing("2025-06-30", "2022-06-30", NULL), LKA_SEGMENT_TO_DELETE, "2025-06-30", LKA_DUE_NOW);
}
END_TEST

START_TEST(a_leap_day_ends_on_the_last_of_february)
{
    assert_standing(standing("2023-02-27", "2020-02-29", NULL), LKA_SEGMENT_AT_RISK, "2023-02-28", LKA_DUE_SOON);
    assert_standing(standing("2023-02-28", "2020-02-29", NULL), LKA_SEGMENT_TO_DELETE, "2023-02-28", LKA_DUE_NOW);
    assert_standing(standing("2025-01-01", "2021-02-28", NULL), LKA_SEGMENT_TO_DELETE, "2024-02-28", LKA_DUE_NOW);
}
END_TEST

START_TEST(who_never_engaged_is_due_by_signing_up)
{
    struct lka_standing got = standing("2025-06-30", NULL, "2022-01-15");
    assert_standing(got, LKA_SEGMENT_NEVER, "2025-01-15", LKA_DUE_NOW);
    ck_assert_int_eq(got.basis, LKA_BASIS_SIGNED_UP);
    got = standing("2025-06-30", NULL, NULL);
    assert_standing(got, LKA_SEGMENT_NEVER, "", LKA_DUE_NOT);
    ck_assert_int_eq(got.basis, LKA_BASIS_UNKNOWN);
}
END_TEST

START_TEST(nobody_is_deleted_for_opens_that_cannot_be_observed)
{
    struct lka_segment_rules rules = usual;
    rules.as_of = day("2025-06-30");
    struct lka_profile reader = {.first_day = LKA_NO_DAY,
                                 .open_day = day("2021-01-01"),
                                 .touch_day = day("2021-01-01"),
                                 .engaged = true,
                                 .hidden = true};
    struct lka_standing held = lka_standing_of(&rules, &reader, LKA_NO_DAY);
    assert_standing(held, LKA_SEGMENT_AT_RISK, "", LKA_DUE_NOT);
    ck_assert_int_eq(held.basis, LKA_BASIS_HELD);
    reader.other_touch = true; /* who once clicked would have clicked again */
    assert_standing(lka_standing_of(&rules, &reader, LKA_NO_DAY), LKA_SEGMENT_TO_DELETE, "2024-01-01", LKA_DUE_NOW);
    reader.open_day = day("2025-06-01"); /* an open that looks like a person's */
    assert_standing(lka_standing_of(&rules, &reader, LKA_NO_DAY), LKA_SEGMENT_AT_RISK, "2028-06-01", LKA_DUE_NOT);
}
END_TEST

/* ---- interests -------------------------------------------------------------------------------- */

/* A contact that answered `first` of `first_sent` mails on topic 0, and so on topic 1. */
static void contact(struct lka_profile *made, struct lka_interest interests[2], float first_sent, float first,
                    float second_sent, float second)
{
    interests[0] = (struct lka_interest){.topic = 0, .sent = first_sent, .answered = first, .squares = first_sent};
    interests[1] = (struct lka_interest){.topic = 1, .sent = second_sent, .answered = second, .squares = second_sent};
    *made = (struct lka_profile){
        .interests = interests, .interest_count = 2, .answer_weight = 1, .answer_squares = first + second};
}

static struct lka_interests *fitted(void)
{
    struct lka_interests *made = calloc(1, sizeof *made);
    struct lka_profile profile_of;
    struct lka_interest interests[2];
    for (int i = 0; i < 600; i++) {
        bool likes_first = i % 3 == 0;
        contact(&profile_of, interests, 20, likes_first ? 12 : 3, 20, likes_first ? 3 : 4);
        lka_interests_add(made, &profile_of);
    }
    lka_interests_fit(made);
    return made;
}

START_TEST(one_of_one_does_not_beat_thirty_of_forty)
{
    struct lka_interests *made = fitted();
    struct lka_profile profile_of;
    struct lka_interest interests[2];
    contact(&profile_of, interests, 1, 1, 20, 3);
    struct lka_posterior one = lka_interests_of(made, &profile_of, 0);
    contact(&profile_of, interests, 40, 30, 20, 3);
    struct lka_posterior thirty = lka_interests_of(made, &profile_of, 0);
    ck_assert(one.mean < thirty.mean && one.mean > 6.0 / 20 && thirty.mean < .75);
    ck_assert_msg(one.certainty < thirty.certainty, "%g, %g", one.certainty, thirty.certainty);
    free(made);
}
END_TEST

START_TEST(a_quiet_contact_has_its_interest_too)
{
    struct lka_interests *made = fitted();
    struct lka_profile profile_of;
    struct lka_interest interests[2];
    contact(&profile_of, interests, 200, 9, 200, 0); /* far below the mean of all contacts */
    struct lka_posterior first = lka_interests_of(made, &profile_of, 0);
    struct lka_posterior second = lka_interests_of(made, &profile_of, 1);
    ck_assert(first.mean < .1 && first.certainty > .9 && second.certainty < .1);
    ck_assert(first.lift > 1 && second.lift < 1);
    free(made);
}
END_TEST

START_TEST(moments_find_the_parameters_of_a_beta)
{
    /* Quantiles of Beta(2, 6) at k/20 by its own mean and variance: p = .25 +- .144 for half of the contacts each has
     * the variance ab / ((a+b)^2 (a+b+1)) = .0208; seen exactly, in 1000 mails. */
    struct lka_interest_moments moments = {0};
    double p[] = {.25 - .14434, .25 + .14434};
    for (int i = 0; i < 200; i++) {
        moments.contacts++;
        moments.mails += 1e6;
        moments.squares += 1e12;
        moments.answered += 1e6 * p[i % 2];
        moments.answered_squares += 1e6 * p[i % 2] * p[i % 2];
    }
    struct lka_interest_prior prior = lka_interest_fit(&moments);
    ck_assert_double_eq_tol(prior.a, 2, .1);
    ck_assert_double_eq_tol(prior.b, 6, .3);
}
END_TEST

START_TEST(nothing_at_all_is_still_a_prior)
{
    struct lka_interest_prior prior = lka_interest_fit(&(struct lka_interest_moments){0});
    ck_assert(prior.a > 0 && prior.b > 0);
}
END_TEST

/* ---- periods ---------------------------------------------------------------------------------- */

START_TEST(periods_are_read_as_they_are_written)
{
    struct lka_period period;
    ck_assert_int_eq(lka_period_parse("active", "18m", &period, NULL), LKA_OK);
    ck_assert_int_eq(lka_period_after(day("2023-08-31"), period), day("2025-02-28"));
    ck_assert_int_eq(lka_period_parse("active", "2w", &period, NULL), LKA_OK);
    ck_assert_int_eq(lka_period_after(day("2024-02-20"), period), day("2024-03-05"));
    static const char *const wrong[] = {"", "d", "180", "-1d", "1.5y", "3 y", "1h", "100001d", "1dd"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct lka_error error = {0};
        ck_assert_int_eq(lka_period_parse("active", wrong[i], &period, &error), LKA_USAGE);
        ck_assert_ptr_nonnull(strstr(error.message, "--active"));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile of a contact");
    TCase *tests = tcase_create("profile");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, windows_end_at_the_second);
    tcase_add_test(tests, the_last_touch_is_told_by_channel_and_what_it_was_about);
    tcase_add_test(tests, signing_up_is_no_engagement);
    tcase_add_test(tests, a_touch_before_signing_up_is_no_engagement_after_it);
    tcase_add_test(tests, a_proxys_opens_are_neither_counted_nor_touches);
    tcase_add_test(tests, a_packed_profile_is_the_same_again);
    tcase_add_test(tests, a_segment_begins_on_its_day);
    tcase_add_test(tests, a_leap_day_ends_on_the_last_of_february);
    tcase_add_test(tests, who_never_engaged_is_due_by_signing_up);
    tcase_add_test(tests, nobody_is_deleted_for_opens_that_cannot_be_observed);
    tcase_add_test(tests, one_of_one_does_not_beat_thirty_of_forty);
    tcase_add_test(tests, a_quiet_contact_has_its_interest_too);
    tcase_add_test(tests, moments_find_the_parameters_of_a_beta);
    tcase_add_test(tests, nothing_at_all_is_still_a_prior);
    tcase_add_test(tests, periods_are_read_as_they_are_written);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
