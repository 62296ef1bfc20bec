/* Reasons: rows packed and back, features in words, and what sets a top apart. */
#include "plan_by_hand.h"
#include "run_suite.h"
#include "score/audience.h"
#include "score/packing.h"

#include <math.h>

enum { PEOPLE = 400 };

static struct table table;

/* Ages 20 to 59, weights with decimals, a favourite, topics, a day. */
static void setup(void)
{
    const struct lka_column columns[] = {feature_of("home_age", LKA_TYPE_NUMBER), feature_of("weight", LKA_TYPE_NUMBER),
                                         feature_of("best_of", LKA_TYPE_CATEGORY), feature_of("topics", LKA_TYPE_LIST),
                                         feature_of("signed_up", LKA_TYPE_DATE)};
    table_init(&table, 40, PEOPLE, 5, columns);
    table.options.bins = 4;
    for (size_t i = 0; i < PEOPLE; i++) {
        if (i % 10) {
            put(&table.pool, 0, i, "%zu", 20 + i % 40);
        }
        put(&table.pool, 1, i, "%.1f", .5 + (double)(i % 100));
        put(&table.pool, 2, i, "%s", i % 4 ? "gold" : "a|b");
        put(&table.pool, 3, i, "%s", i % 2 ? "science|games" : "games");
        put(&table.pool, 4, i, "2024-%02zu-01", 1 + i % 12);
    }
    put_many(&table.seeds, 0, 0, 40, "30");
    table_encode(&table);
}

static void teardown(void)
{
    table_release(&table);
}

static void check_said(const char *name, uint16_t first, uint16_t last, const char *expected)
{
    struct lka_text text = {0};
    lka_plan_say(table.plan, feature_index(&table, name), first, last, &text);
    ck_assert_str_eq(text.bytes, expected);
    lka_text_release(&text);
}

START_TEST(features_are_said_in_words)
{
    check_said("home_age", 0, 0, "home age: missing");
    check_said("home_age", 1, 1, "home age: up to 29");
    check_said("home_age", 1, 4, "home age: given");
    check_said("best_of", 2, 2, "best of: gold");
    check_said("best_of", 3, 3, "best of: a/b");
    check_said("best_of", 1, 1, "best of: rare or unseen");
    check_said("topics=science", 1, 1, "topics: science");
    check_said("topics=science", 0, 0, "topics: not science");
    check_said("signed_up month", 5, 5, "signed up month: May");
}
END_TEST

/* Between whole edges the next whole number is the first; between others the edge itself is said. */
START_TEST(numbers_are_said_by_their_bins)
{
    check_said("home_age", 2, 2, "home age: 30 to 39");
    check_said("home_age", 2, 3, "home age: 30 to 49");
    check_said("home_age", 4, 4, "home age: over 49");
    check_said("weight", 2, 2, "weight: 24.5 to 49.5");
}
END_TEST

START_TEST(a_packed_row_comes_back)
{
    struct lka_packing packing;
    struct lka_block back;
    uint8_t member[PEOPLE];
    const struct lka_space *space = lka_plan_space(table.plan);
    lka_packing_init(&packing, space);
    char *bytes = lka_new(PEOPLE, packing.size);
    for (size_t i = 0; i < PEOPLE; i++) {
        member[i] = (uint8_t)(i % 6);
        lka_pack(&packing, &table.block, i, member[i], bytes + i * packing.size);
    }
    ck_assert_int_eq(lka_block_init(&back, space, 1, NULL), LKA_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_uint_eq(lka_unpack(&packing, bytes + i * packing.size, &back, 0), member[i]);
        for (size_t f = 0; f < space->count; f++) {
            ck_assert_uint_eq(lka_block_codes(&back, f)[0], lka_block_codes(&table.block, f)[i]);
            if (space->features[f].kind == LKA_FEATURE_NUMBER) {
                ck_assert_double_eq_tol(lka_block_values(&back, f)[0], lka_block_values(&table.block, f)[i], 1e-6);
            }
        }
    }
    lka_block_release(&back);
    lka_free(bytes);
}
END_TEST

/* More codes than a byte holds. */
START_TEST(wide_codes_are_packed_whole)
{
    const struct lka_feature features[] = {{"wide", LKA_FEATURE_CODE, 1000, 0, false},
                                           {"narrow", LKA_FEATURE_CODE, 256, 1, false}};
    const struct lka_space space = {features, 2};
    struct lka_packing packing;
    struct lka_block block;
    char bytes[4];
    lka_packing_init(&packing, &space);
    ck_assert_uint_eq(packing.size, sizeof bytes);
    ck_assert_int_eq(lka_block_init(&block, &space, 1, NULL), LKA_OK);
    block.count = 1;
    lka_block_codes(&block, 0)[0] = 999;
    lka_block_codes(&block, 1)[0] = 255;
    lka_pack(&packing, &block, 0, 19, bytes);
    lka_block_codes(&block, 0)[0] = 0;
    lka_block_codes(&block, 1)[0] = 0;
    ck_assert_uint_eq(lka_unpack(&packing, bytes, &block, 0), 19);
    ck_assert_uint_eq(lka_block_codes(&block, 0)[0], 999);
    ck_assert_uint_eq(lka_block_codes(&block, 1)[0], 255);
    lka_block_release(&block);
}
END_TEST

/* ---- the profile ------------------------------------------------------------------------------ */

/* Of a top of `rows`, everybody like the pool but that `gold` have the favourite gold. */
static json_t *profile_of(uint64_t rows, uint64_t gold)
{
    const struct lka_space *space = lka_plan_space(table.plan);
    uint64_t top[512] = {0};
    uint64_t pool[512] = {0};
    size_t start = 0;
    for (size_t f = 0; f < space->count; f++) {
        for (size_t i = 0; i < PEOPLE; i++) {
            uint16_t code = lka_block_codes(&table.block, f)[i];
            pool[start + code] += 100;
            top[start + code] += rows / PEOPLE;
        }
        if (f == feature_index(&table, "best_of")) {
            top[start + 2] = gold;
            top[start + 3] = rows - gold;
        }
        start += space->features[f].codes;
    }
    json_t *profile = NULL;
    ck_assert_int_eq(lka_audience_profile(table.plan, top, rows, pool, 100 * PEOPLE, &profile, NULL), LKA_OK);
    return profile;
}

static double number_at(const json_t *value, const char *key)
{
    return json_number_value(json_object_get(value, key));
}

START_TEST(the_profile_has_what_is_more_frequent)
{
    json_t *profile = profile_of(1200, 1080);
    const json_t *values = json_object_get(profile, "values");
    ck_assert_uint_eq(json_array_size(values), 1);
    const json_t *value = json_array_get(values, 0);
    ck_assert_str_eq(json_string_value(json_object_get(value, "value")), "best of: gold");
    ck_assert_double_eq_tol(number_at(value, "share"), .9, 1e-12);
    ck_assert_double_eq_tol(number_at(value, "pool_share"), .75, 1e-12);
    ck_assert_double_eq_tol(number_at(value, "lift"), 1.2, 1e-12);
    json_decref(profile);
}
END_TEST

START_TEST(the_profile_has_no_figures_of_few_or_by_chance)
{
    /* 75% of 1,200 +- 3 x 1.25%; then a top of which 99 have the value, then one of 80 people. */
    const uint64_t rows[] = {1200, 99, 80};
    const uint64_t gold[] = {940, 99, 80};
    for (size_t i = 0; i < 3; i++) {
        json_t *profile = profile_of(rows[i], gold[i]);
        ck_assert_uint_eq(json_array_size(json_object_get(profile, "values")), 0);
        ck_assert_double_eq(number_at(profile, "people"), (double)rows[i]);
        json_decref(profile);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reasons");
    TCase *tests = tcase_create("reasons");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, features_are_said_in_words);
    tcase_add_test(tests, numbers_are_said_by_their_bins);
    tcase_add_test(tests, a_packed_row_comes_back);
    tcase_add_test(tests, wide_codes_are_packed_whole);
    tcase_add_test(tests, the_profile_has_what_is_more_frequent);
    tcase_add_test(tests, the_profile_has_no_figures_of_few_or_by_chance);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
