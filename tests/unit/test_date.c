/* ISO 8601 dates and times against a calendar counted day by day. */
#include "base/date.h"

#include "run_suite.h"

#include <stdlib.h>

static bool parse(const char *text, int64_t *seconds)
{
    return lka_parse_time(lka_span_of(text), seconds);
}

static int64_t seconds_of(const char *text)
{
    int64_t seconds = -1;
    ck_assert_msg(parse(text, &seconds), "%s", text);
    return seconds;
}

START_TEST(every_day_of_a_thousand_years)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = lka_days_from_civil(1600, 1, 1);
    ck_assert_int_eq(days, -135140);
    for (int year = 1600; year < 2600; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= lengths[month - 1] + (leap && month == 2); day++, days++) {
                int64_t got_year;
                int got_month;
                int got_day;
                ck_assert_int_eq(lka_days_from_civil(year, month, day), days);
                lka_civil_from_days(days, &got_year, &got_month, &got_day);
                ck_assert(got_year == year && got_month == month && got_day == day);
            }
        }
    }
}
END_TEST

START_TEST(weekdays_go_round)
{
    ck_assert_int_eq(lka_weekday(0), 3);
    ck_assert_int_eq(lka_weekday(lka_days_from_civil(2024, 2, 29)), 3);
    ck_assert_int_eq(lka_weekday(lka_days_from_civil(2026, 1, 5)), 0);
    for (int64_t day = -1000; day < 1000; day++) {
        ck_assert_int_eq(lka_weekday(day + 1), (lka_weekday(day) + 1) % 7);
    }
}
END_TEST

START_TEST(known_times)
{
    ck_assert_int_eq(seconds_of("1970-01-01"), 0);
    ck_assert_int_eq(seconds_of("1970-01-01T00:00:01Z"), 1);
    ck_assert_int_eq(seconds_of("1969-12-31T23:59:59Z"), -1);
    ck_assert_int_eq(seconds_of("2024-02-29"), 1709164800);
    ck_assert_int_eq(seconds_of("2024-02-29T13:05:00Z"), 1709211900);
    ck_assert_int_eq(seconds_of("2024-02-29 13:05"), 1709211900);
    ck_assert_int_eq(seconds_of("2024-02-29T13:05:00.999Z"), 1709211900);
    ck_assert_int_eq(seconds_of("0000-01-01"), -62167219200);
    ck_assert_int_eq(seconds_of("9999-12-31T23:59:59Z"), 253402300799);
}
END_TEST

START_TEST(zones_shift)
{
    ck_assert_int_eq(seconds_of("2024-03-01T00:30:00+02:00"), seconds_of("2024-02-29T22:30:00Z"));
    ck_assert_int_eq(seconds_of("2024-03-01T00:30:00+0200"), seconds_of("2024-02-29T22:30Z"));
    ck_assert_int_eq(seconds_of("2024-02-29T22:30:00-05:30"), seconds_of("2024-03-01T04:00:00Z"));
    ck_assert_int_eq(seconds_of("2024-02-29T22:30:00+00:00"), seconds_of("2024-02-29T22:30:00"));
}
END_TEST

START_TEST(leap_days_exist_only_in_leap_years)
{
    int64_t seconds;
    ck_assert(parse("2024-02-29", &seconds));
    ck_assert(parse("2000-02-29", &seconds));
    ck_assert(!parse("2023-02-29", &seconds));
    ck_assert(!parse("1900-02-29", &seconds));
    ck_assert(!parse("2024-02-30", &seconds));
    ck_assert_int_eq(seconds_of("2024-03-01") - seconds_of("2024-02-28"), 2 * 86400);
}
END_TEST

START_TEST(anything_else_is_refused)
{
    static const char *const bad[] = {
        "",
        "2024",
        "2024-2-9",
        "2024-02",
        "24-02-29",
        "2024/02/29",
        "29.02.2024",
        "2024-00-10",
        "2024-13-01",
        "2024-04-31",
        "2024-01-00",
        "2024-01-32",
        " 2024-01-01",
        "2024-01-01 ",
        "2024-01-01T",
        "2024-01-01T24:00",
        "2024-01-01T12",
        "2024-01-01T12:60",
        "2024-01-01T12:00:60",
        "2024-01-01T12:00:00.",
        "2024-01-01T12:00:00,5",
        "2024-01-01T12:00+15:00",
        "2024-01-01T12:00+2:00",
        "2024-01-01T12:00+02:60",
        "2024-01-01T12:00ZZ",
        "2024-01-01Z",
        "2024-01-01t12:00",
        "+2024-01-01",
        "-024-01-01",
        "20240101",
        "yesterday",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t seconds;
        ck_assert_msg(!parse(bad[i], &seconds), "%s", bad[i]);
    }
}
END_TEST

START_TEST(a_date_that_is_cut_short_never_reads_past_its_end)
{
    static const char whole[] = "2024-02-29T13:05:09.25+02:00";
    for (uint32_t length = 0; length < sizeof whole - 1; length++) {
        char *exact = malloc(length ? length : 1); /* so that a sanitizer sees a step too far */
        memcpy(exact, whole, length);
        int64_t seconds;
        bool good = lka_parse_time((struct lka_span){exact, length}, &seconds);
        ck_assert_int_eq(good, length == 10 || length == 16 || length == 19 || length == 21 || length == 22);
        free(exact);
    }
}
END_TEST

START_TEST(dates_are_written_as_they_are_read)
{
    char text[16];
    for (int64_t day = lka_days_from_civil(0, 1, 1); day <= lka_days_from_civil(9999, 12, 31); day += 97) {
        lka_format_date(day, text);
        ck_assert_int_eq(seconds_of(text), day * 86400);
    }
    lka_format_date(lka_days_from_civil(9999, 12, 31), text);
    ck_assert_str_eq(text, "9999-12-31");
}
END_TEST

START_TEST(a_time_before_1970_is_of_the_day_that_it_lies_in)
{
    ck_assert_int_eq(lka_day_of(86399), 0);
    ck_assert_int_eq(lka_day_of(86400), 1);
    ck_assert_int_eq(lka_day_of(-1), -1);
    ck_assert_int_eq(lka_day_of(-86400), -1);
    ck_assert_int_eq(lka_day_of(-86401), -2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date");
    TCase *tests = tcase_create("date");
    tcase_add_test(tests, every_day_of_a_thousand_years);
    tcase_add_test(tests, weekdays_go_round);
    tcase_add_test(tests, known_times);
    tcase_add_test(tests, zones_shift);
    tcase_add_test(tests, leap_days_exist_only_in_leap_years);
    tcase_add_test(tests, anything_else_is_refused);
    tcase_add_test(tests, a_date_that_is_cut_short_never_reads_past_its_end);
    tcase_add_test(tests, dates_are_written_as_they_are_read);
    tcase_add_test(tests, a_time_before_1970_is_of_the_day_that_it_lies_in);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
