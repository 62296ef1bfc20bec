/* Spans, growing text, numbers to text, whole numbers from it, UTF-8, what messages show, and the nearest name. */
#include "base/random.h"
#include "base/text.h"
#include "by_hand.h"
#include "run_suite.h"

#include <math.h>

static struct lka_text text;

static void setup(void)
{
    text = (struct lka_text){0};
}

static void teardown(void)
{
    lka_text_release(&text);
}

/* ---- spans ------------------------------------------------------------------------------------- */

START_TEST(spans_compare_by_bytes_then_length)
{
    ck_assert(lka_span_equal(LKA_SPAN("abc"), lka_span_of("abc")));
    ck_assert(!lka_span_equal(LKA_SPAN("abc"), LKA_SPAN("abd")));
    ck_assert(lka_span_equal((struct lka_span){NULL, 0}, LKA_SPAN("")));
    ck_assert_int_lt(lka_span_compare(LKA_SPAN("ab"), LKA_SPAN("abc")), 0);
    ck_assert_int_gt(lka_span_compare(LKA_SPAN("b"), LKA_SPAN("abc")), 0);
    ck_assert_int_gt(lka_span_compare(LKA_SPAN("\xC3\xA9"), LKA_SPAN("z")), 0);
    ck_assert_int_eq(lka_span_compare((struct lka_span){NULL, 0}, LKA_SPAN("")), 0);
    ck_assert(lka_span_equal_ignoring_case(LKA_SPAN("aBc1"), LKA_SPAN("AbC1")));
    ck_assert(!lka_span_equal_ignoring_case(LKA_SPAN("a["), LKA_SPAN("a{")));
}
END_TEST

/* ---- growing text ------------------------------------------------------------------------------ */

START_TEST(text_grows_and_is_terminated)
{
    for (int i = 0; i < 1000; i++) {
        lka_text_format(&text, "%d,", i % 10);
        ck_assert_uint_eq(strlen(text.bytes), text.length);
    }
    ck_assert_uint_eq(text.length, 2000);
    lka_text_clear(&text);
    ck_assert_str_eq(text.bytes, "");
    lka_text_append(&text, "a\0b", 3);
    ck_assert_uint_eq(text.length, 3);
}
END_TEST

START_TEST(what_is_taken_is_never_null)
{
    char *string = NULL;
    ck_assert_int_eq(lka_text_take(&text, &string, NULL), LKA_OK);
    ck_assert_str_eq(string, "");
    lka_free(string);
    lka_text_string(&text, "abc");
    ck_assert_int_eq(lka_text_take(&text, &string, NULL), LKA_OK);
    ck_assert_str_eq(string, "abc");
    ck_assert_ptr_null(text.bytes);
    lka_free(string);
}
END_TEST

START_TEST(a_failed_append_is_remembered)
{
    struct ledger ledger;
    struct lka_error error;
    char *string = NULL;
    ledger_install(&ledger);
    ledger_fail(&ledger, 1);
    lka_text_string(&text, "lost");
    lka_text_string(&text, "kept out, though there is memory again");
    ck_assert(text.failed);
    ck_assert_int_eq(lka_text_take(&text, &string, &error), LKA_MEMORY);
    ck_assert_ptr_null(string);
    ck_assert_uint_eq(ledger.alive, 0);
    lka_set_allocator(NULL);
}
END_TEST

static const char *csv(const char *field, char separator)
{
    lka_text_clear(&text);
    lka_text_csv_field(&text, lka_span_of(field), separator);
    return text.bytes;
}

START_TEST(csv_fields_are_quoted_only_where_needed)
{
    ck_assert_str_eq(csv("plain text", ','), "plain text");
    ck_assert_str_eq(csv("a,b", ','), "\"a,b\"");
    ck_assert_str_eq(csv("a,b", ';'), "a,b");
    ck_assert_str_eq(csv("a;b", ';'), "\"a;b\"");
    ck_assert_str_eq(csv("say \"hi\"", ','), "\"say \"\"hi\"\"\"");
    ck_assert_str_eq(csv("two\nlines", ','), "\"two\nlines\"");
    ck_assert_str_eq(csv("a\rb", ','), "\"a\rb\"");
    ck_assert_str_eq(csv("  ", ','), "  ");
}
END_TEST

/* ---- numbers ----------------------------------------------------------------------------------- */

static const char *written(double number)
{
    lka_text_clear(&text);
    lka_text_number(&text, number);
    return text.bytes ? text.bytes : "";
}

START_TEST(numbers_are_written_short)
{
    ck_assert_str_eq(written(0.1), "0.1");
    ck_assert_str_eq(written(41), "41");
    ck_assert_str_eq(written(-2.5), "-2.5");
    ck_assert_str_eq(written(1.0 / 3), "0.3333333333333333");
    ck_assert_str_eq(written(0.1 + 0.2), "0.30000000000000004");
    ck_assert_str_eq(written(1e21), "1e+21");
    ck_assert_str_eq(written(NAN), "");
}
END_TEST

static const char *printed(double number)
{
    static char buffer[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, number);
        if (strtod(buffer, NULL) == number) {
            break;
        }
    }
    return buffer;
}

/* Beside what printf makes: of all sizes, with few decimals and many, and next to each power of ten. */
START_TEST(numbers_are_written_as_printf_does)
{
    for (uint64_t i = 0; i < 60000; i++) {
        struct lka_random random = lka_random_start(5, i);
        double uniform = lka_random_uniform(&random);
        double size = pow(10, (double)lka_random_below(&random, 24) - 6);
        double few = floor(uniform * 1e4) / pow(10, (double)lka_random_below(&random, 7));
        double near = size * (1 + (double)((int64_t)lka_random_below(&random, 9) - 4) * 0x1p-52);
        const double numbers[] = {
            uniform * size,         -uniform * size,      few, near, (double)lka_random_below(&random, 1 << 20),
            -floor(uniform * size), floor(uniform * size)};
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
            ck_assert_str_eq(written(numbers[n]), printed(numbers[n]));
        }
    }
}
END_TEST

START_TEST(fixed_decimals_are_written_as_printf_does)
{
    static const double some[] = {0,    0.5,  0.0625, 0.00005, 0.12345, 0.99995, 1, 2.5, 999999.9999995,
                                  1e12, -0.0, -0.25,  INFINITY};
    struct lka_random random = lka_random_start(5, 1);
    for (size_t i = 0; i < 20000; i++) {
        double number = i < sizeof some / sizeof *some ? some[i] : lka_random_uniform(&random) * (i % 2 ? 1 : 1000);
        for (unsigned decimals = 0; decimals <= 6; decimals++) {
            struct lka_text made = {0};
            char expected[400];
            snprintf(expected, sizeof expected, "%.*f", (int)decimals, number);
            lka_text_fixed(&made, number, decimals);
            ck_assert_str_eq(made.bytes, expected);
            lka_text_release(&made);
        }
    }
}
END_TEST

START_TEST(every_double_survives_text)
{
    struct lka_random random = lka_random_start(7, 0);
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = lka_random_next(&random);
        double number;
        double back = 0;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number)) {
            continue;
        }
        const char *decimal = written(number);
        ck_assert_msg(lka_parse_number(lka_span_of(decimal), &back), "%s", decimal);
        ck_assert_msg(memcmp(&number, &back, sizeof back) == 0, "%a became %s", number, decimal);
    }
}
END_TEST

START_TEST(integers_stop_at_their_range)
{
    int64_t number = 0;
    ck_assert(lka_parse_integer(LKA_SPAN("9223372036854775807"), &number));
    ck_assert(number == INT64_MAX);
    ck_assert(lka_parse_integer(LKA_SPAN("-9223372036854775808"), &number));
    ck_assert(number == INT64_MIN);
    ck_assert(lka_parse_integer(LKA_SPAN("-0"), &number));
    ck_assert(number == 0);
    static const char *const bad[] = {"", "-", "+1", "1.0", "9223372036854775808", "-9223372036854775809", "1e3", " 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!lka_parse_integer(lka_span_of(bad[i]), &number), "%s", bad[i]);
    }
}
END_TEST

/* ---- UTF-8 ------------------------------------------------------------------------------------- */

START_TEST(utf8_is_what_unicode_says)
{
    static const char *const good[] = {"",
                                       "ascii",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC",
                                       "\xF0\x9F\x98\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF4\x8F\xBF\xBF",
                                       "long enough for a whole word \xC3\xA9"};
    static const char *const bad[] = {
        "\x80", "\xC3",   "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "a\xC3(", "\xE2\x82", "eight by\xFF", "sixteen bytes ok\xC3"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(lka_utf8_valid(lka_span_of(good[i])), "good %zu", i);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!lka_utf8_valid(lka_span_of(bad[i])), "bad %zu", i);
    }
}
END_TEST

/* ---- messages ---------------------------------------------------------------------------------- */

START_TEST(messages_show_a_value_cut_and_clean)
{
    char buffer[64];
    ck_assert_str_eq(lka_show(LKA_SPAN("1,5"), false, buffer), "\"1,5\"");
    ck_assert_str_eq(lka_show(LKA_SPAN("ann@example.org"), true, buffer), "***");
    ck_assert_str_eq(lka_show(LKA_SPAN("a\nb\x7F"), false, buffer), "\"a?b?\"");
    ck_assert_str_eq(lka_show(LKA_SPAN("bad \xFF utf"), false, buffer), "\"bad ? utf\"");
    ck_assert_str_eq(lka_show(LKA_SPAN("0123456789012345678901234567890123456789"), false, buffer),
                     "\"0123456789012345678901234567890123456789\"");
    ck_assert_str_eq(lka_show(LKA_SPAN("012345678901234567890123456789012345678\xC3\xA9 and more"), false, buffer),
                     "\"012345678901234567890123456789012345678...\"");
}
END_TEST

START_TEST(the_nearest_name_is_found_or_none)
{
    static const char *const names[] = {"columns", "left_out", "clip"};
    ck_assert_str_eq(lka_nearest("colums", names, 3), "columns");
    ck_assert_str_eq(lka_nearest("left-out", names, 3), "left_out");
    ck_assert_str_eq(lka_nearest("clop", names, 3), "clip");
    ck_assert_ptr_null(lka_nearest("weight", names, 3));
    ck_assert_ptr_null(lka_nearest("x", NULL, 0));
    char word[400];
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = '\0';
    ck_assert_ptr_null(lka_nearest(word, names, 3));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("text");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, spans_compare_by_bytes_then_length);
    tcase_add_test(tests, text_grows_and_is_terminated);
    tcase_add_test(tests, what_is_taken_is_never_null);
    tcase_add_test(tests, a_failed_append_is_remembered);
    tcase_add_test(tests, csv_fields_are_quoted_only_where_needed);
    tcase_add_test(tests, numbers_are_written_short);
    tcase_add_test(tests, numbers_are_written_as_printf_does);
    tcase_add_test(tests, fixed_decimals_are_written_as_printf_does);
    tcase_add_test(tests, every_double_survives_text);
    tcase_add_test(tests, integers_stop_at_their_range);
    tcase_add_test(tests, utf8_is_what_unicode_says);
    tcase_add_test(tests, messages_show_a_value_cut_and_clean);
    tcase_add_test(tests, the_nearest_name_is_found_or_none);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
