/* Which events are a machine's, rule by rule. What the rules are worth: test_machines_truth.c. */
#include "signals_by_hand.h"
#include "run_suite.h"

static int64_t noon;

static void setup(void)
{
    hand_setup();
    noon = at("2025-03-01T12:00:00Z");
}

static void assert_machine(size_t index, enum lka_machine_reason reason, enum lka_machine_kind kind)
{
    const struct lka_signal *signal = &hand_signals.items[index];
    ck_assert_msg(signal->machine == reason && signal->kind == kind, "event %zu: %s, %s", index,
                  lka_machine_reason_names[signal->machine], lka_machine_kind_names[signal->kind]);
}

static void assert_person(size_t index)
{
    assert_machine(index, LKA_MACHINE_NOT, LKA_KIND_NONE);
}

START_TEST(what_is_declared_is_believed)
{
    event(noon, "send", "email", "a");
    event(noon + 3600, "open", "email", "a")->machine = LKA_SPAN("yes");
    event(noon + 3700, "click", "email", "a")->machine = LKA_SPAN("YES");
    event(noon + 3800, "visit", "web", "")->machine = LKA_SPAN("yes");
    event(noon + 3900, "visit", "web", "")->machine = LKA_SPAN("no");
    mark();
    assert_machine(1, LKA_MACHINE_DECLARED, LKA_KIND_PREFETCH);
    assert_machine(2, LKA_MACHINE_DECLARED, LKA_KIND_SCANNER);
    assert_machine(3, LKA_MACHINE_DECLARED, LKA_KIND_BOT);
    assert_person(4);
}
END_TEST

START_TEST(a_declared_person_is_one_whatever_the_clock_says)
{
    event(noon, "send", "email", "a");
    event(noon + 2, "click", "email", "a")->machine = LKA_SPAN("no");
    mark();
    assert_person(1);
}
END_TEST

START_TEST(programs_are_known_by_name)
{
    event(noon, "send", "email", "a");
    event(noon + 7200, "click", "email", "a")->user_agent = LKA_SPAN("BARRACUDA Sentinel (EE)");
    event(noon + 7300, "visit", "web", "")->user_agent = LKA_SPAN("python-requests/2.31.0");
    event(noon + 7400, "visit", "web", "")->user_agent = LKA_SPAN("Mozilla/5.0 (Windows NT 10.0) Firefox/126.0");
    mark();
    assert_machine(1, LKA_MACHINE_AGENT, LKA_KIND_SCANNER);
    assert_machine(2, LKA_MACHINE_AGENT, LKA_KIND_BOT);
    assert_person(3);
}
END_TEST

START_TEST(a_click_within_seconds_of_the_send_is_a_scanners)
{
    event(noon, "send", "email", "a");
    event(noon + 15, "click", "email", "a");
    event(noon + 60, "click", "email", "a");
    mark();
    assert_machine(1, LKA_MACHINE_SECONDS, LKA_KIND_SCANNER);
    assert_person(2);
}
END_TEST

START_TEST(every_link_within_seconds_is_a_scanners_however_late)
{
    event(noon, "send", "email", "a");
    for (int link = 0; link < 4; link++) {
        event(noon + 3600 + 3 * link, "click", "email", "a");
    }
    event(noon + 4000, "click", "email", "a");
    mark();
    for (size_t i = 1; i < 5; i++) {
        assert_machine(i, LKA_MACHINE_LINKS, LKA_KIND_SCANNER);
    }
    assert_person(5);
}
END_TEST

START_TEST(two_clicks_in_a_mail_are_nothing_unusual)
{
    event(noon, "send", "email", "a");
    event(noon + 3600, "click", "email", "a");
    event(noon + 3604, "click", "email", "a");
    mark();
    assert_person(1);
    assert_person(2);
}
END_TEST

START_TEST(a_burst_is_a_bots_and_what_is_around_it_is_not)
{
    event(noon - 1000, "visit", "web", "");
    for (int page = 0; page < 12; page++) {
        event(noon + 5 * page, "visit", "web", "");
    }
    event(noon + 1000, "visit", "web", "");
    mark();
    assert_person(0);
    for (size_t i = 1; i <= 12; i++) {
        assert_machine(i, LKA_MACHINE_RATE, LKA_KIND_BOT);
    }
    assert_person(13);
}
END_TEST

START_TEST(eleven_pages_a_minute_are_a_persons)
{
    for (int page = 0; page < 11; page++) {
        event(noon + 5 * page, "visit", "web", "");
    }
    mark();
    assert_person(0);
    assert_person(10);
}
END_TEST

/* `count` weekly mails named a, b, ..., each opened after `delay` seconds (negative: not at all). */
static void mails(int count, int64_t delay)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    for (int i = 0; i < count; i++) {
        int64_t sent = noon + (int64_t)i * 7 * 86400;
        event(sent, "send", "email", names[i]);
        if (delay >= 0) {
            event(sent + delay, "open", "email", names[i]);
        }
    }
}

START_TEST(who_opens_every_mail_within_minutes_is_behind_a_proxy)
{
    mails(4, 120);
    ck_assert(mark());
    for (size_t i = 0; i < 8; i += 2) {
        ck_assert(hand_signals.items[i].proxied);
        assert_machine(i + 1, LKA_MACHINE_SECONDS, LKA_KIND_PREFETCH);
    }
}
END_TEST

START_TEST(an_ardent_reader_is_not)
{
    mails(8, 4 * 3600);
    ck_assert(!mark());
    assert_person(1);
    assert_person(15);
}
END_TEST

START_TEST(one_early_open_among_many_mails_proves_nothing)
{
    mails(5, -1);
    event(noon + 5 * 7 * 86400, "send", "email", "z");
    event(noon + 5 * 7 * 86400 + 100, "open", "email", "z");
    ck_assert(!mark());
    assert_person(6);
}
END_TEST

START_TEST(a_proxy_opens_a_mail_once_and_its_user_at_other_times)
{
    mails(3, 120);
    int64_t last = noon + 2 * 7 * 86400;
    event(last + 130, "open", "email", "c")->machine = LKA_SPAN("no");
    event(last + 86400, "open", "email", "c");
    mark();
    assert_machine(5, LKA_MACHINE_SECONDS, LKA_KIND_PREFETCH);
    assert_person(6);
    assert_person(7);
}
END_TEST

START_TEST(of_two_early_opens_the_one_by_the_proxys_name_is_the_proxys)
{
    mails(3, 120);
    int64_t last = noon + 2 * 7 * 86400;
    event(last + 180, "open", "email", "c")->user_agent = LKA_SPAN("Mozilla/5.0");
    hand_events[5].user_agent = LKA_SPAN("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)");
    mark();
    assert_person(5);
    assert_machine(6, LKA_MACHINE_AGENT, LKA_KIND_PREFETCH);
}
END_TEST

START_TEST(opens_before_the_proxy_and_after_it_are_a_persons)
{
    mails(3, 5 * 3600);
    for (int i = 0; i < 3; i++) {
        int64_t sent = noon + (int64_t)(10 + i) * 7 * 86400;
        static const char *const names[] = {"p", "q", "r"};
        event(sent, "send", "email", names[i]);
        event(sent + 60, "open", "email", names[i]);
    }
    for (int i = 0; i < 6; i++) {
        static const char *const names[] = {"s", "t", "u", "v", "w", "x"};
        event(noon + (int64_t)(20 + i) * 7 * 86400, "send", "email", names[i]);
    }
    event(noon + (int64_t)26 * 7 * 86400, "open", "email", "x");
    ck_assert(!mark());
    assert_person(1);
    assert_machine(7, LKA_MACHINE_SECONDS, LKA_KIND_PREFETCH);
    assert_person(hand_count - 1);
}
END_TEST

START_TEST(an_answer_without_campaign_belongs_to_the_last_mail_of_its_channel)
{
    event(noon, "send", "sms", "s")->topic = LKA_SPAN("music");
    event(noon + 10, "send", "email", "e")->topic = LKA_SPAN("news");
    event(noon + 3600, "click", "email", "");
    event(noon + 3700, "click", "sms", "");
    event(noon + 60 * 86400, "click", "email", "");
    mark();
    ck_assert_int_eq(hand_signals.items[2].sent, 1);
    ck_assert_int_eq(hand_signals.items[3].sent, 0);
    ck_assert_int_eq(hand_signals.items[4].sent, -1);
    ck_assert_uint_eq(hand_signals.items[2].topic, hand_signals.items[1].topic);
}
END_TEST

START_TEST(a_send_of_the_same_second_goes_before_its_answer)
{
    event(noon, "click", "email", "a");
    event(noon, "send", "email", "a");
    mark();
    assert_machine(0, LKA_MACHINE_SECONDS, LKA_KIND_SCANNER);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("machines");
    TCase *tests = tcase_create("machines");
    tcase_add_checked_fixture(tests, setup, hand_teardown);
    tcase_add_test(tests, what_is_declared_is_believed);
    tcase_add_test(tests, a_declared_person_is_one_whatever_the_clock_says);
    tcase_add_test(tests, programs_are_known_by_name);
    tcase_add_test(tests, a_click_within_seconds_of_the_send_is_a_scanners);
    tcase_add_test(tests, every_link_within_seconds_is_a_scanners_however_late);
    tcase_add_test(tests, two_clicks_in_a_mail_are_nothing_unusual);
    tcase_add_test(tests, a_burst_is_a_bots_and_what_is_around_it_is_not);
    tcase_add_test(tests, eleven_pages_a_minute_are_a_persons);
    tcase_add_test(tests, who_opens_every_mail_within_minutes_is_behind_a_proxy);
    tcase_add_test(tests, an_ardent_reader_is_not);
    tcase_add_test(tests, one_early_open_among_many_mails_proves_nothing);
    tcase_add_test(tests, a_proxy_opens_a_mail_once_and_its_user_at_other_times);
    tcase_add_test(tests, of_two_early_opens_the_one_by_the_proxys_name_is_the_proxys);
    tcase_add_test(tests, opens_before_the_proxy_and_after_it_are_a_persons);
    tcase_add_test(tests, an_answer_without_campaign_belongs_to_the_last_mail_of_its_channel);
    tcase_add_test(tests, a_send_of_the_same_second_goes_before_its_answer);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
