/* Numbers from text, one at a time and many at a time in every form that this CPU runs, beside strtod to the bit.
 *
 *     test_numbers [CASES]        400,000 of each form unless said otherwise; make check-long takes 10,000,000
 */
#include "base/random.h"
#include "base/short_text.h"
#include "base/text.h"
#include "features/lanes.h"

#include "run_suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOGETHER = 500, LONGEST = 1200 };

static uint64_t cases = 400000;

/* ---- what a number is -------------------------------------------------------------------------- */

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static size_t digits_at(const char *at)
{
    return strspn(at, "0123456789");
}

/* Sign, digits with at most one point, exponent: a step at a time. */
static bool is_decimal(const char *at)
{
    at += *at == '-' || *at == '+';
    size_t digits = digits_at(at);
    at += digits;
    if (*at == '.') {
        digits += digits_at(at + 1);
        at += 1 + digits_at(at + 1);
    }
    if (digits > 0 && (*at == 'e' || *at == 'E')) {
        at++;
        at += *at == '-' || *at == '+';
        digits = digits_at(at);
        at += digits;
    }
    return digits > 0 && *at == '\0';
}

static bool is_number(const char *text, double *number)
{
    *number = strtod(text, NULL);
    return is_decimal(text) && strlen(text) <= LKA_NUMBER_LONGEST && isfinite(*number);
}

/* ---- texts ------------------------------------------------------------------------------------- */

static size_t below(struct lka_random *random, size_t limit)
{
    return (size_t)lka_random_below(random, limit);
}

static char *put_digits(char *at, size_t count, struct lka_random *random)
{
    for (size_t i = 0; i < count; i++) {
        *at++ = (char)('0' + below(random, 10));
    }
    *at = '\0';
    return at;
}

/* As tables have them: up to 12 digits, a point, up to 10 digits. */
static void make_plain(char *text, struct lka_random *random)
{
    char *at = put_digits(text, below(random, 13), random);
    if (below(random, 2)) {
        *at++ = '.';
        put_digits(at, below(random, 11), random);
    }
}

/* A point anywhere in up to 19 digits, where the short ways of reading end, or in more. */
static void make_long(char *text, struct lka_random *random)
{
    size_t most = below(random, 4) ? 20 : 60;
    char *at = put_digits(text, below(random, most), random);
    *at++ = '.';
    put_digits(at, below(random, most), random);
}

/* With an exponent, from what becomes 0 to what is too large. */
static void make_power(char *text, struct lka_random *random)
{
    static const char *const signs[] = {"", "-", "+"};
    char *at = put_digits(text, below(random, 25), random);
    *at++ = '.';
    at = put_digits(at, below(random, 25), random);
    sprintf(at, "%c%s%zu", below(random, 2) ? 'e' : 'E', signs[below(random, 3)], below(random, 370));
}

/* A whole number halfway between two doubles, or one beside that. */
static void make_whole_halfway(char *text, struct lka_random *random)
{
    uint64_t middle = (UINT64_C(1) << 53 | lka_random_next(random) >> 11) * 2 + 1;
    sprintf(text, "%llu", (unsigned long long)((middle << below(random, 9)) + below(random, 3) - 1));
}

/* Halfway between any two doubles, many of them subnormal: exactly, if the digits are enough; cut or with one more digit,
 * a little beside it. A long double has the bit that this takes. */
static void make_halfway(char *text, struct lka_random *random)
{
    uint64_t bits = lka_random_next(random) >> 1;
    double low;
    bits = below(random, 4) ? bits : bits >> (12 + below(random, 52));
    memcpy(&low, &bits, sizeof low);
    long double half = ((long double)low + (long double)nextafter(low, INFINITY)) / 2;
    int digits = (int)(below(random, 2) ? 15 + below(random, 10) : below(random, 780));
    snprintf(text, LONGEST, "%.*Le", digits, isfinite(low) ? half : 0);
}

/* Zeros in front and behind, up to longer than what is read. */
static void make_zeros(char *text, struct lka_random *random)
{
    size_t zeros = below(random, 8) ? below(random, 40) : below(random, LKA_NUMBER_LONGEST + 20);
    memset(text, '0', zeros);
    char *at = text + zeros;
    size_t point = below(random, zeros + 1);
    at = put_digits(at, below(random, 6), random);
    text[point] = below(random, 4) ? '.' : text[point];
    if (below(random, 4) == 0) {
        sprintf(at, "e%zu", below(random, 400));
    }
}

static void make_word(char *text, struct lka_random *random)
{
    static const char *const words[] = {"inf",  "nan",   "Infinity", "NAN(1)", "0x10", "0x1p-3", "1e",
                                        "1e+",  "e5",    ".",        "",       ".e1",  " 1",     "1 ",
                                        "\t1",  "1,5",   "1_000",    "1d5",    "0b1",  "1.2.3",  "--1",
                                        "12kg", "1e1.5", "1e-",      "5.",     ".5",   "1e308",  "2e308"};
    strcpy(text, words[below(random, sizeof words / sizeof *words)]);
}

/* Nearly numbers of up to 10 bytes. */
static void make_bytes(char *text, struct lka_random *random)
{
    static const char bytes[] = "0123456789012345678901234567890123456789..---+eE ,x\xB0/:";
    size_t length = below(random, 11);
    for (size_t i = 0; i < length; i++) {
        text[i] = bytes[below(random, sizeof bytes - 1)];
    }
    text[length] = '\0';
}

/* Now and then a byte of it is another. */
static void make_text(char *text, struct lka_random *random)
{
    static void (*const makers[])(char *, struct lka_random *) = {
        make_plain,         make_plain,   make_plain, make_long, make_long,  make_power,
        make_whole_halfway, make_halfway, make_zeros, make_word, make_bytes, make_bytes};
    static const char *const signs[] = {"", "", "", "-", "-", "+"};
    static const char odd[] = "09.-+eE x";
    const char *sign = signs[below(random, 6)];
    strcpy(text, sign);
    makers[below(random, sizeof makers / sizeof *makers)](text + strlen(sign), random);
    size_t length = strlen(text);
    if (length > 0 && below(random, 12) == 0) {
        text[below(random, length)] = odd[below(random, sizeof odd - 1)];
    }
}

/* ---- tests ------------------------------------------------------------------------------------- */

static void check_read(const char *text, struct lka_span span)
{
    double expected;
    double got = 77;
    bool good = is_number(text, &expected);
    bool read = lka_parse_number(span, &got);
    ck_assert_msg(read == good && bits_of(got) == bits_of(good ? expected : 77),
                  "\"%s\": read %d as %.17g where strtod has %d and %.17g", text, read, got, good, expected);
}

/* The bytes behind a text are digits, which must not count. */
START_TEST(numbers_are_read_as_strtod_reads_them)
{
    static char text[LONGEST];
    static char bytes[LONGEST + LKA_TEXT_PADDING];
    struct lka_random random = lka_random_start(11, 0);
    for (uint64_t i = 0; i < cases; i++) {
        make_text(text, &random);
        size_t length = strlen(text);
        memcpy(bytes, text, length);
        memset(bytes + length, '7', LKA_TEXT_PADDING);
        check_read(text, (struct lka_span){bytes, (uint32_t)length});
    }
}
END_TEST

/* What is neither empty nor left over must be a number, and the right one. */
static void check_batch(const struct lka_lanes *lanes, const struct lka_span *texts, bool all)
{
    double numbers[TOGETHER];
    uint32_t odd[TOGETHER + 1];
    size_t left = lanes->read(texts, TOGETHER, numbers, odd);
    size_t at = 0;
    for (uint32_t i = 0; i < TOGETHER; i++) {
        double expected;
        bool is_odd = at < left && odd[at] == i;
        at += is_odd;
        if (is_odd || texts[i].length == 0) {
            ck_assert_msg(texts[i].length > 0 || !is_odd, "an empty text is odd");
            ck_assert(isnan(numbers[i]));
        } else {
            ck_assert_msg(is_number(texts[i].text, &expected), "\"%s\" is no number", texts[i].text);
            ck_assert_msg(bits_of(numbers[i]) == bits_of(expected), "\"%s\" is read as %.17g", texts[i].text,
                          numbers[i]);
        }
    }
    ck_assert_uint_eq(at, left);
    ck_assert(!all || left == 0);
}

START_TEST(many_numbers_are_read_as_strtod_reads_them)
{
    static char bytes[TOGETHER][LONGEST + LKA_TEXT_PADDING];
    struct lka_span texts[TOGETHER];
    for (uint64_t batch = 0; batch < cases / TOGETHER; batch++) {
        struct lka_random random = lka_random_start(3, batch);
        for (size_t i = 0; i < TOGETHER; i++) {
            make_text(bytes[i], &random);
            texts[i] = lka_span_of(bytes[i]);
        }
        check_batch(lka_lanes_of((enum lka_lanes_kind)_i), texts, false);
    }
}
END_TEST

/* Up to fifteen digits and a sign nothing is left over; at the end of its padding a text may stand. */
START_TEST(plain_decimals_are_all_read)
{
    static const char *const plain[] = {"0",
                                        "-0",
                                        "7",
                                        "-7.5",
                                        ".5",
                                        "5.",
                                        "-.25",
                                        "000000000000001",
                                        "123456789012345",
                                        "-123456789.01234",
                                        "99999999999999.9",
                                        "0.00000000000001"};
    char *bytes[TOGETHER];
    struct lka_span texts[TOGETHER];
    for (size_t i = 0; i < TOGETHER; i++) {
        bytes[i] = calloc(LKA_TEXT_PADDING, 1);
        strcpy(bytes[i], plain[i % (sizeof plain / sizeof *plain)]);
        texts[i] = lka_span_of(bytes[i]);
    }
    check_batch(lka_lanes_of((enum lka_lanes_kind)_i), texts, true);
    for (size_t i = 0; i < TOGETHER; i++) {
        free(bytes[i]);
    }
}
END_TEST

/* By hand: at the ends of 2^53, of 64 bits, of the doubles; and what strtod takes, and a table must not. */
START_TEST(numbers_at_every_end)
{
    static const char *const good[] = {"0",
                                       "-0.0",
                                       "9007199254740991",
                                       "9007199254740993",
                                       "900719925474099.3",
                                       "0.0000000000000000001",
                                       "99999999999999999999",
                                       "18446744073709551616",
                                       "007",
                                       ".5",
                                       "5.",
                                       "-1.25e+2",
                                       "1.7976931348623157e308",
                                       "4.9e-324",
                                       "2.4703282292062327e-324",
                                       "2.4703282292062328e-324",
                                       "1e-400"};
    static const char *const bad[] = {"",      " 1",   "1 ",    "1,5", "1e999", "-1e999", "nan",     "inf", "infinity",
                                      "0x10",  "1e",   "1e+",   "e5",  ".",     "-",      "+",       "--1", "1.2.3",
                                      "1_000", "12kg", "1e1.5", "NaN", "0b1",   "1d5",    "\xD9\xA1"};
    double number;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(lka_parse_number(lka_span_of(good[i]), &number), "%s", good[i]);
        ck_assert_msg(bits_of(number) == bits_of(strtod(good[i], NULL)), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!lka_parse_number(lka_span_of(bad[i]), &number), "%s", bad[i]);
    }
}
END_TEST

int main(int count, char **arguments)
{
    cases = count > 1 ? strtoull(arguments[1], NULL, 10) : cases;
    Suite *suite = suite_create("numbers");
    TCase *tests = tcase_create("numbers");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, numbers_are_read_as_strtod_reads_them);
    tcase_add_loop_test(tests, many_numbers_are_read_as_strtod_reads_them, LKA_LANES_PLAIN, LKA_LANES_KINDS);
    tcase_add_loop_test(tests, plain_decimals_are_all_read, LKA_LANES_PLAIN, LKA_LANES_KINDS);
    tcase_add_test(tests, numbers_at_every_end);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
