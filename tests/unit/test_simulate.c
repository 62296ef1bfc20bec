/* `simulate pool`: what is written, that it is the same at any number of threads, the planted truth, dirt, and what is
 * left when something goes wrong. */
#include "base/date.h"
#include "simulate/dirt.h"
#include "simulate/response.h"
#include "simulate/row.h"
#include "simulated_by_hand.h"
#include "run_suite.h"

#include <fcntl.h>

static bool same_files(const char *a, const char *b)
{
    size_t a_length;
    size_t b_length;
    char *a_bytes = whole_file(a, &a_length);
    char *b_bytes = whole_file(b, &b_length);
    bool same = a_length == b_length && memcmp(a_bytes, b_bytes, a_length) == 0;
    free(a_bytes);
    free(b_bytes);
    return same;
}

static int64_t number_at(const json_t *document, const char *key)
{
    const json_t *value = json_object_get(document, key);
    ck_assert_msg(json_is_integer(value), "%s is no whole number", key);
    return json_integer_value(value);
}

/* ---- what is written -------------------------------------------------------------------------- */

START_TEST(same_seed_same_bytes_at_any_number_of_threads)
{
    /* More than one wave, and a last block that is not full. */
    ck_assert_int_eq(run("out=one prospects=9003 seeds-count=701 dirty=.02 threads=1", NULL, NULL), LKA_OK);
    ck_assert_int_eq(run("out=two prospects=9003 seeds-count=701 dirty=.02 threads=2", NULL, NULL), LKA_OK);
    ck_assert_int_eq(run("out=eight prospects=9003 seeds-count=701 dirty=.02 threads=8", NULL, NULL), LKA_OK);
    static const char *const files[] = {"seeds.csv", "pool.csv", "truth/pool.csv", "manifest.json"};
    for (size_t f = 0; f < 4; f++) {
        char paths[3][64];
        snprintf(paths[0], 64, "one/%s", files[f]);
        snprintf(paths[1], 64, "two/%s", files[f]);
        snprintf(paths[2], 64, "eight/%s", files[f]);
        ck_assert_msg(same_files(paths[0], paths[1]), "%s differs at two threads", files[f]);
        ck_assert_msg(same_files(paths[0], paths[2]), "%s differs at eight threads", files[f]);
    }
    ck_assert_uint_eq(count_lines("one/pool.csv"), 9004);
    ck_assert_uint_eq(count_lines("one/seeds.csv"), 702);
}
END_TEST

START_TEST(another_seed_makes_other_people)
{
    ck_assert_int_eq(run("out=one prospects=50 seeds-count=20 seed=1", NULL, NULL), LKA_OK);
    ck_assert_int_eq(run("out=two prospects=50 seeds-count=20 seed=2", NULL, NULL), LKA_OK);
    ck_assert(!same_files("one/pool.csv", "two/pool.csv"));
    ck_assert(!same_files("one/seeds.csv", "two/seeds.csv"));
}
END_TEST

START_TEST(a_row_depends_on_seed_and_index_alone)
{
    ck_assert_int_eq(run("out=short prospects=700 seeds-count=5", NULL, NULL), LKA_OK);
    ck_assert_int_eq(run("out=long prospects=3000 seeds-count=50", NULL, NULL), LKA_OK);
    size_t length;
    size_t longer;
    char *start = whole_file("short/pool.csv", &length);
    char *whole = whole_file("long/pool.csv", &longer);
    ck_assert_uint_lt(length, longer);
    ck_assert_int_eq(memcmp(start, whole, length), 0);
    free(start);
    free(whole);
}
END_TEST

START_TEST(a_dash_streams_the_pool_alone)
{
    ck_assert_int_eq(run("out=dir prospects=3000", NULL, NULL), LKA_OK);
    int before = dup(STDOUT_FILENO);
    int file = open("stream.csv", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(dup2(file, STDOUT_FILENO), 0);
    json_t *document;
    lka_status status = run("out=- prospects=3000", &document, NULL);
    ck_assert_int_ge(dup2(before, STDOUT_FILENO), 0);
    close(before);
    close(file);
    ck_assert_int_eq(status, LKA_OK);
    ck_assert(same_files("dir/pool.csv", "stream.csv"));
    ck_assert_ptr_null(json_object_get(document, "seeds"));
    ck_assert_ptr_null(json_object_get(document, "alike"));
    ck_assert_uint_eq(json_array_size(json_object_get(document, "files")), 0);
    json_decref(document);
}
END_TEST

START_TEST(seeds_and_pool_have_the_same_columns)
{
    ck_assert_int_eq(run("out=dir prospects=10 seeds-count=10", NULL, NULL), LKA_OK);
    size_t length;
    char *seeds = whole_file("dir/seeds.csv", &length);
    char *pool = whole_file("dir/pool.csv", &length);
    struct line of_seeds;
    struct line of_pool;
    next_line(seeds, &of_seeds);
    next_line(pool, &of_pool);
    ck_assert(lka_span_equal(of_seeds.fields[0], LKA_SPAN("contact_id")));
    ck_assert(lka_span_equal(of_pool.fields[0], LKA_SPAN("prospect_id")));
    ck_assert_uint_eq(of_seeds.count, of_pool.count);
    for (size_t c = 1; c < of_seeds.count; c++) {
        ck_assert(lka_span_equal(of_seeds.fields[c], of_pool.fields[c]));
    }
    free(seeds);
    free(pool);
}
END_TEST

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Every address holds a number that no other one has, and folding (dots, tags, capitals) leaves it alone. */
static uint64_t number_in(struct lka_span email)
{
    uint64_t number = 0;
    bool found = false;
    for (uint32_t i = 0; i < email.length && email.text[i] != '@' && email.text[i] != '+'; i++) {
        char c = email.text[i];
        bool digit = c >= '0' && c <= '9';
        number = digit ? 10 * number + (uint64_t)(c - '0') : number;
        found |= digit;
    }
    ck_assert(found);
    return number;
}

static size_t add_numbers(const char *path, uint64_t *numbers, size_t count)
{
    size_t length;
    char *bytes = whole_file(path, &length);
    struct line line;
    char *at = next_line(bytes, &line);
    size_t email = column(&line, "email");
    while (*at) {
        at = next_line(at, &line);
        ck_assert(lka_utf8_valid(line.all));
        if (line.fields[email].length > 0) {
            numbers[count++] = number_in(line.fields[email]);
        }
    }
    free(bytes);
    return count;
}

START_TEST(no_two_people_share_an_address)
{
    enum { MOST = 9000 };
    static uint64_t numbers[MOST];
    ck_assert_int_eq(run("out=dir prospects=6000 seeds-count=3000", NULL, NULL), LKA_OK);
    size_t count = add_numbers("dir/seeds.csv", numbers, 0);
    count = add_numbers("dir/pool.csv", numbers, count);
    ck_assert_uint_gt(count, MOST * 9 / 10);
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    for (size_t i = 1; i < count; i++) {
        ck_assert_uint_ne(numbers[i - 1], numbers[i]);
    }
}
END_TEST

/* ---- the planted truth ------------------------------------------------------------------------ */

START_TEST(the_pool_holds_the_share_of_the_world)
{
    json_t *document;
    ck_assert_int_eq(run("out=dir prospects=20000 seeds-count=10", &document, NULL), LKA_OK);
    double share = share_of("dir/truth/pool.csv", "label", "1");
    ck_assert_double_eq_tol(share, .05, .006); /* four standard errors */
    ck_assert_int_eq(number_at(document, "alike"), (int64_t)(share * 20000 + .5));
    ck_assert_int_eq(number_at(document, "seeds"), 10);
    ck_assert_int_eq(number_at(document, "prospects"), 20000);
    ck_assert_uint_eq(count_lines("dir/truth/pool.csv"), 20001);
    json_decref(document);
}
END_TEST

START_TEST(seeds_look_like_those_who_answer)
{
    ck_assert_int_eq(run("out=dir prospects=4000 seeds-count=2000", NULL, NULL), LKA_OK);
    ck_assert_double_gt(share_of("dir/seeds.csv", "loyalty_tier", "gold"),
                        2 * share_of("dir/pool.csv", "loyalty_tier", "gold"));
    /* What tells CRM from pool and says nothing of the response. */
    ck_assert_double_gt(share_of("dir/seeds.csv", "signup_source", "shop"),
                        2 * share_of("dir/pool.csv", "signup_source", "shop"));
    /* Noise. */
    ck_assert_double_eq_tol(share_of("dir/seeds.csv", "noise_5", "yes"), share_of("dir/pool.csv", "noise_5", "yes"),
                            .06);
}
END_TEST

START_TEST(the_response_is_what_the_world_says)
{
    struct lka_world *world;
    ck_assert_int_eq(lka_world_load(NULL, &world, NULL), LKA_OK);
    struct lka_person person;
    lka_person_draw(world, LKA_POOL, 1, 1, &person);
    size_t tier = 0;
    while (strcmp(world->attributes[tier].name, "loyalty_tier") != 0) {
        tier++;
    }
    ck_assert_str_eq(world->attributes[tier].values[1], "bronze");
    ck_assert_str_eq(world->attributes[tier].values[2], "silver");
    double odds[2];
    for (int32_t t = 1; t <= 2; t++) {
        person.values[tier] = t;
        double p = lka_response_probability(world, &person);
        odds[t - 1] = p / (1 - p);
    }
    ck_assert_double_eq_tol(odds[1] / odds[0], 1.8221188, 1e-6); /* exp(1 - .4) */
    lka_world_free(world);
}
END_TEST

START_TEST(values_are_missing_by_age_and_source)
{
    struct lka_world *world;
    ck_assert_int_eq(lka_world_load(NULL, &world, NULL), LKA_OK);
    const struct lka_attribute *source = &world->attributes[world->known[LKA_KNOWN_SIGNUP_SOURCE]];
    double missing[2][2] = {{0}};
    double people[2][2] = {{0}};
    for (uint64_t i = 0; i < 20000; i++) {
        struct lka_person person;
        lka_person_draw(world, LKA_POOL, 7, i, &person);
        bool partner = strcmp(source->values[person.values[world->known[LKA_KNOWN_SIGNUP_SOURCE]]], "partner") == 0;
        bool young = person.values[world->known[LKA_KNOWN_AGE]] < 30;
        people[partner][young]++;
        missing[partner][young] += lka_person_lacks(&person, LKA_IDENTIFIER_PHONE, person.draws[LKA_DRAW_PHONE]);
    }
    for (size_t k = 0; k < 2; k++) {
        ck_assert_double_gt(missing[1][k] / people[1][k], 1.3 * missing[0][k] / people[0][k]);
        ck_assert_double_gt(missing[k][1] / people[k][1], 1.1 * missing[k][0] / people[k][0]);
    }
    lka_world_free(world);
}
END_TEST

/* ---- dirt ------------------------------------------------------------------------------------- */

static bool ends_in_digit(struct lka_span field)
{
    return field.length == 0 || (field.text[field.length - 1] >= '0' && field.text[field.length - 1] <= '9');
}

/* What is wrong with a row of the pool, as somebody sees it who knows the columns. */
static enum lka_dirt diagnose(const struct line *header, const struct line *line, uint64_t index)
{
    static const char *const numbers[] = {"age",         "household_size", "visits_90d", "basket_value",
                                          "distance_km", "noise_1",        "noise_2"};
    static const char *const dates[] = {"signed_up", "noise_6"};
    char id[16];
    *lka_row_write_id(LKA_POOL, index, id) = '\0';
    if (!lka_utf8_valid(line->all)) {
        return LKA_DIRT_BAD_UTF8;
    }
    if (memmem(line->all.text, line->all.length, "\"unclosed", 9)) {
        return LKA_DIRT_UNCLOSED_QUOTE;
    }
    if (line->count != header->count) {
        return LKA_DIRT_RAGGED_ROW;
    }
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        if (!ends_in_digit(line->fields[column(header, numbers[n])])) {
            return LKA_DIRT_NUMBER_WITH_UNIT;
        }
    }
    for (size_t d = 0; d < 2; d++) {
        int64_t seconds;
        struct lka_span date = line->fields[column(header, dates[d])];
        if (date.length > 0 && !lka_parse_time(date, &seconds)) {
            return LKA_DIRT_IMPOSSIBLE_DATE;
        }
    }
    return lka_span_equal(line->fields[0], lka_span_of(id)) ? LKA_DIRT_NONE : LKA_DIRT_DUPLICATE_ID;
}

START_TEST(dirt_is_counted_by_kind)
{
    json_t *document;
    ck_assert_int_eq(run("out=dir prospects=6000 seeds-count=10 dirty=.1", &document, NULL), LKA_OK);
    int64_t found[LKA_DIRT_KINDS + 1] = {0};
    size_t length;
    char *bytes = whole_file("dir/pool.csv", &length);
    struct line header;
    char *at = next_line(bytes, &header);
    for (uint64_t index = 0; *at; index++) {
        struct line line;
        at = next_line(at, &line);
        found[diagnose(&header, &line, index)]++;
    }
    const json_t *counts = json_object_get(json_object_get(document, "dirty"), "pool");
    int64_t total = 0;
    for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
        ck_assert_msg(found[k] == number_at(counts, lka_dirt_names[k]), "%s", lka_dirt_names[k]);
        ck_assert_int_gt(found[k], 50); /* 100 are expected of each */
        total += found[k];
    }
    ck_assert_double_eq_tol((double)total / 6000, .1, .016);
    /* Truth has every id once. */
    ck_assert_int_eq((int64_t)count_lines("dir/truth/pool.csv"), 6001 - found[LKA_DIRT_DUPLICATE_ID]);
    free(bytes);
    json_decref(document);
}
END_TEST

START_TEST(without_dirt_every_row_is_clean)
{
    json_t *document;
    ck_assert_int_eq(run("out=dir prospects=3000 seeds-count=10", &document, NULL), LKA_OK);
    size_t length;
    char *bytes = whole_file("dir/pool.csv", &length);
    struct line header;
    char *at = next_line(bytes, &header);
    for (uint64_t index = 0; *at; index++) {
        struct line line;
        at = next_line(at, &line);
        ck_assert_int_eq(diagnose(&header, &line, index), LKA_DIRT_NONE);
    }
    const json_t *counts = json_object_get(json_object_get(document, "dirty"), "pool");
    for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
        ck_assert_int_eq(number_at(counts, lka_dirt_names[k]), 0);
    }
    free(bytes);
    json_decref(document);
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------- */

START_TEST(absurd_counts_are_refused)
{
    static const char *const bad[][2] = {{"prospects", "0"},
                                         {"prospects", "-5"},
                                         {"prospects", "1.5"},
                                         {"seeds-count", "0"},
                                         {"prospects", "1000000001"},
                                         {"seeds-count", "1000000001"},
                                         {"dirty", "-.1"},
                                         {"dirty", ".6"},
                                         {"dirty", "nan"},
                                         {"prospects", "1e9999"}};
    struct lka_options *options = options_of("out=dir");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lka_error error;
        ck_assert_int_eq(lka_options_set(options, bad[i][0], bad[i][1], &error), LKA_USAGE);
        ck_assert_ptr_nonnull(strstr(error.message, bad[i][1]));
    }
    lka_options_free(options);
}
END_TEST

START_TEST(an_output_is_needed)
{
    struct lka_error error;
    ck_assert_int_eq(run("prospects=5", NULL, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--out"));
}
END_TEST

START_TEST(a_world_that_is_not_there)
{
    struct lka_error error;
    ck_assert_int_eq(run("out=dir world=absent.yaml", NULL, &error), LKA_USAGE);
    ck_assert_str_eq(error.file, "absent.yaml");
    ck_assert(!exists("dir"));
}
END_TEST

/* ---- when things go wrong --------------------------------------------------------------------- */

START_TEST(a_failed_allocation_is_an_error_and_no_leak)
{
    const char *const settings[] = {"out=dir", "prospects=5", "seeds-count=5", NULL};
    fails_cleanly_short_of_memory(&lka_simulate_pool_params, lka_simulate_pool, settings);
}
END_TEST

START_TEST(an_interrupt_leaves_nothing_behind)
{
    leaves_nothing_when_interrupted(options_of("out=dir prospects=100000 threads=2"), lka_simulate_pool);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate");
    TCase *tests = tcase_create("pool");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_test(tests, same_seed_same_bytes_at_any_number_of_threads);
    tcase_add_test(tests, another_seed_makes_other_people);
    tcase_add_test(tests, a_row_depends_on_seed_and_index_alone);
    tcase_add_test(tests, a_dash_streams_the_pool_alone);
    tcase_add_test(tests, seeds_and_pool_have_the_same_columns);
    tcase_add_test(tests, no_two_people_share_an_address);
    tcase_add_test(tests, the_pool_holds_the_share_of_the_world);
    tcase_add_test(tests, seeds_look_like_those_who_answer);
    tcase_add_test(tests, the_response_is_what_the_world_says);
    tcase_add_test(tests, values_are_missing_by_age_and_source);
    tcase_add_test(tests, dirt_is_counted_by_kind);
    tcase_add_test(tests, without_dirt_every_row_is_clean);
    tcase_add_test(tests, absurd_counts_are_refused);
    tcase_add_test(tests, an_output_is_needed);
    tcase_add_test(tests, a_world_that_is_not_there);
    tcase_add_test(tests, a_failed_allocation_is_an_error_and_no_leak);
    tcase_add_test(tests, an_interrupt_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
