/* make_pool pool|seeds ROWS SEED: the pool of the end-to-end measurements, or seeds for it, as CSV to stdout: id,
 * email, 8 categories of 5 to 500 values (the frequent ones far ahead), 10 numbers of which 5% are missing, a date, a
 * boolean; some 200 bytes a row, one field in ten in quotes. The same arguments give the same bytes. Seeds are people
 * drawn from the same population who answered: a logistic response in three categories, four numbers and the boolean.
 */
#include "base/date.h"
#include "base/elementary.h"
#include "base/random.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CATEGORIES = 8, NUMBERS = 10, BUFFER = 1 << 20, ROW_ROOM = 4096, DATES = 4000 };
static const uint32_t sizes[CATEGORIES] = {5, 8, 12, 20, 50, 100, 250, 500};

struct row {
    uint64_t index;
    uint32_t categories[CATEGORIES];
    double numbers[NUMBERS];
    uint32_t missing; /* bit n: number n */
    uint32_t days;    /* before 2025-06-30 */
    bool yes;
};

/* ---- drawing ---------------------------------------------------------------------------------- */

/* Even columns are near normal, odd ones skewed to the right, each with its own place and spread. */
static double draw_number(unsigned column, struct lka_random *random)
{
    double sum = lka_random_uniform(random) + lka_random_uniform(random) + lka_random_uniform(random) - 1.5;
    double z = 2 * sum;
    return column % 2 == 0 ? 10 * column + (5 + column) * z : (3 + 20 * column) * lka_exp(.8 * z);
}

static void draw_row(uint64_t key, uint64_t index, struct row *row)
{
    struct lka_random random = lka_random_start(key, index);
    row->index = index;
    for (unsigned c = 0; c < CATEGORIES; c++) {
        double u = lka_random_uniform(&random);
        row->categories[c] = (uint32_t)(u * u * sizes[c]);
    }
    row->missing = 0;
    for (unsigned n = 0; n < NUMBERS; n++) {
        row->numbers[n] = draw_number(n, &random);
        row->missing |= (uint32_t)(lka_random_below(&random, 20) == 0) << n;
    }
    row->days = (uint32_t)lka_random_below(&random, DATES);
    row->yes = lka_random_below(&random, 10) < 4;
}

/* Effects of -1, 0 and 1 over a category's values, in an order that is none of theirs. */
static double effect(uint32_t value, uint32_t column)
{
    return (double)((value * 7 + column * 5) % 3) - 1;
}

static bool answers(const struct row *row, struct lka_random *random)
{
    double score = -4.3 + .8 * effect(row->categories[1], 1) + .7 * effect(row->categories[3], 3) +
                   .6 * effect(row->categories[5], 5) + (row->yes ? .5 : 0);
    score += .08 * (row->numbers[2] - 20) + .06 * (row->numbers[4] - 40);
    score += row->numbers[1] < 20 ? .5 : 0;
    double off = (row->numbers[6] - 60) / 8;
    score += 1.2 * lka_exp(-off * off / 2);
    return lka_random_uniform(random) < 1 / (1 + lka_exp(-score));
}

/* ---- writing ---------------------------------------------------------------------------------- */

static char *put_digits(uint64_t number, unsigned width, char *at)
{
    for (unsigned i = width; i-- > 0; number /= 10) {
        at[i] = (char)('0' + number % 10);
    }
    return at + width;
}

static unsigned width_of(uint64_t number)
{
    unsigned width = 1;
    for (; number >= 10; number /= 10) {
        width++;
    }
    return width;
}

static char *put_text(const char *text, char *at)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

/* A word of the column and a number. */
static char *put_category(unsigned column, uint32_t value, char *at)
{
    static const char *const words[CATEGORIES] = {"tier_", "group_", "plan_",  "source_",
                                                  "shop_", "line_",  "place_", "item_"};
    at = put_text(words[column], at);
    return put_digits(value, 3, at);
}

/* Whole in the first columns, then with two to four decimals. */
static char *put_number(unsigned column, double number, char *at)
{
    unsigned decimals = column < 3 ? 0 : 2 + column % 3;
    uint64_t scale = 1;
    for (unsigned d = 0; d < decimals; d++) {
        scale *= 10;
    }
    uint64_t scaled = (uint64_t)((number < 0 ? -number : number) * (double)scale + .5);
    *at = '-';
    at += number < 0 && scaled > 0;
    at = put_digits(scaled / scale, width_of(scaled / scale), at);
    if (decimals > 0) {
        *at++ = '.';
        at = put_digits(scaled % scale, decimals, at);
    }
    return at;
}

static char *put_date(uint32_t days, char *at)
{
    int64_t year;
    int month;
    int day;
    lka_civil_from_days(20269 - (int64_t)days, &year, &month, &day); /* 20269: 2025-06-30 */
    at = put_digits((uint64_t)year, 4, at);
    *at++ = '-';
    at = put_digits((uint64_t)month, 2, at);
    *at++ = '-';
    return put_digits((uint64_t)day, 2, at);
}

static char *put_email(const struct row *row, char prefix, uint64_t draw, char *at)
{
    static const char *const names[8] = {"ana", "Bruno", "chloe", "dmitri", "ELSA", "farid", "giulia", "hugo"};
    static const char *const domains[4] = {"example.org", "Mail.example", "mailbox.example", "post.example.com"};
    at = put_text(names[draw & 7], at);
    *at++ = '.';
    *at++ = prefix;
    at = put_digits(row->index, width_of(row->index), at);
    *at++ = '@';
    return put_text(domains[(draw >> 3) & 3], at);
}

/* Field 0 is the id, 1 the address, then categories, numbers, date, boolean. */
enum { FIRST_NUMBER = 2 + CATEGORIES, DATE = FIRST_NUMBER + NUMBERS, BOOLEAN, FIELDS };

static char *put_field(const struct row *row, unsigned field, char prefix, uint64_t draw, char *at)
{
    if (field == 0) {
        *at++ = prefix;
        return put_digits(row->index, 10, at);
    }
    if (field == 1) {
        return put_email(row, prefix, draw, at);
    }
    if (field < FIRST_NUMBER) {
        return put_category(field - 2, row->categories[field - 2], at);
    }
    if (field < DATE) {
        unsigned n = field - FIRST_NUMBER;
        return row->missing >> n & 1 ? at : put_number(n, row->numbers[n], at);
    }
    return field == DATE ? put_date(row->days, at) : put_text(row->yes ? "yes" : "no", at);
}

static char *put_row(const struct row *row, char prefix, struct lka_random *random, char *at)
{
    uint64_t draw = lka_random_next(random);
    for (unsigned field = 0; field < FIELDS; field++) {
        bool quoted = lka_random_below(random, 10) == 0;
        *at = '"';
        at += quoted;
        at = put_field(row, field, prefix, draw, at);
        *at = '"';
        at += quoted;
        *at++ = ',';
    }
    at[-1] = '\n';
    return at;
}

static char *put_header(char *at)
{
    at = put_text("id,email", at);
    for (unsigned c = 0; c < CATEGORIES; c++) {
        at = put_text(",category_", at);
        at = put_digits(c + 1, 1, at);
    }
    for (unsigned n = 0; n < NUMBERS; n++) {
        at = put_text(",number_", at);
        at = put_digits(n + 1, width_of(n + 1), at);
    }
    return put_text(",since,member\n", at);
}

static bool write_rows(bool seeds, uint64_t rows, uint64_t seed)
{
    static char buffer[BUFFER + ROW_ROOM];
    uint64_t key = seed * 2 + seeds;
    char *at = put_header(buffer);
    uint64_t drawn = 0;
    for (uint64_t made = 0; made < rows; drawn++) {
        struct row row;
        draw_row(key, drawn, &row);
        struct lka_random random = lka_random_start(~key, drawn);
        if (seeds && !answers(&row, &random)) {
            continue;
        }
        at = put_row(&row, seeds ? 's' : 'p', &random, at);
        made++;
        if (at >= buffer + BUFFER) {
            if (fwrite(buffer, 1, (size_t)(at - buffer), stdout) != (size_t)(at - buffer)) {
                return false;
            }
            at = buffer;
        }
    }
    return fwrite(buffer, 1, (size_t)(at - buffer), stdout) == (size_t)(at - buffer) && fflush(stdout) == 0;
}

int main(int argc, char **argv)
{
    bool seeds = argc == 4 && strcmp(argv[1], "seeds") == 0;
    uint64_t rows = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    if (argc != 4 || (!seeds && strcmp(argv[1], "pool") != 0) || rows < 1 || rows > 1000000000) {
        fprintf(stderr, "usage: make_pool pool|seeds ROWS SEED\n");
        return 2;
    }
    if (!write_rows(seeds, rows, strtoull(argv[3], NULL, 10))) {
        perror("make_pool: cannot write");
        return 1;
    }
    return 0;
}
