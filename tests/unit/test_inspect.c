/* `lookalike inspect FILE` for a table: roles, types, counts, ranges and examples; nothing of an identifier. */
#include "by_hand.h"
#include "run_suite.h"

#include <jansson.h>
#include <unistd.h>

static char path[64];
static FILE *file;
static json_t *document;
static struct lka_error error;

static void setup(void)
{
    lka_init();
    strcpy(path, "/tmp/lka-inspect-XXXXXX");
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    file = fdopen(descriptor, "w");
    document = NULL;
}

static void teardown(void)
{
    json_decref(document);
    unlink(path);
}

/* Inspects what was written to `file`. `key` and `value`: one more option, or NULL. */
static lka_status inspect(const char *key, const char *value)
{
    struct lka_options *options;
    char *json = NULL;
    fflush(file);
    ck_assert_int_eq(lka_options_new(&lka_inspect_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "file", path, NULL), LKA_OK);
    if (key) {
        ck_assert_int_eq(lka_options_set(options, key, value, NULL), LKA_OK);
    }
    lka_status status = lka_inspect(options, NULL, &json, &error);
    lka_options_free(options);
    ck_assert((status == LKA_OK) == (json != NULL));
    if (json) {
        ck_assert_ptr_null(strstr(json, "example.org"));
        json_decref(document);
        document = json_loads(json, 0, NULL);
        ck_assert_ptr_nonnull(document);
    }
    lka_free(json);
    return status;
}

static const json_t *at(size_t column, const char *key)
{
    return json_object_get(json_array_get(json_object_get(document, "columns"), column), key);
}

static const char *text_at(size_t column, const char *key)
{
    const char *text = json_string_value(at(column, key));
    return text ? text : "(absent)";
}

static void write_people(void)
{
    fprintf(file, "id,email,age,city,signed_up,may,lucky\n");
    for (int i = 0; i < 100; i++) {
        fprintf(file, "p%d,p%d@example.org,%s,%s,2024-%02d-01,%s,%d\n", i, i, i % 10 ? "4.5" : "",
                i < 40   ? "Paris"
                : i < 91 ? "Lyon"
                         : "Brest",
                1 + i % 12, i % 2 ? "yes" : "no", i % 7);
    }
    fclose(file);
    file = fopen(path, "a");
}

START_TEST(a_table_is_described)
{
    write_people();
    ck_assert_msg(inspect(NULL, NULL) == LKA_OK, "%s", error.message);
    ck_assert_int_eq(json_integer_value(json_object_get(document, "schema")), 1);
    ck_assert_str_eq(json_string_value(json_object_get(document, "kind")), "table");
    ck_assert_str_eq(json_string_value(json_object_get(document, "file")), path);
    ck_assert_int_eq(json_integer_value(json_object_get(document, "rows")), 100);
    ck_assert_uint_eq(json_array_size(json_object_get(document, "columns")), 7);
    ck_assert_str_eq(text_at(0, "role"), "id");
    ck_assert_str_eq(text_at(0, "role_from"), "name");
    ck_assert_str_eq(text_at(2, "role_from"), "default");
    ck_assert_str_eq(text_at(2, "type"), "number");
    ck_assert_int_eq(json_integer_value(at(2, "missing")), 10);
    ck_assert(json_real_value(at(2, "missing_share")) == 0.1);
    ck_assert_int_eq(json_integer_value(at(2, "distinct")), 1);
    ck_assert(json_real_value(at(2, "minimum")) == 4.5);
    ck_assert_int_eq(json_integer_value(at(6, "maximum")), 6);
    ck_assert_str_eq(text_at(4, "type"), "date");
    ck_assert_str_eq(text_at(4, "minimum"), "2024-01-01");
    ck_assert_str_eq(text_at(4, "maximum"), "2024-12-01");
    ck_assert_str_eq(text_at(5, "type"), "boolean");
}
END_TEST

START_TEST(examples_have_at_least_10_rows_and_no_identifier_has_one)
{
    write_people();
    ck_assert_msg(inspect(NULL, NULL) == LKA_OK, "%s", error.message);
    const json_t *cities = at(3, "examples");
    ck_assert_uint_eq(json_array_size(cities), 2); /* Brest has 9 rows */
    ck_assert_str_eq(json_string_value(json_array_get(cities, 0)), "Lyon");
    ck_assert_str_eq(json_string_value(json_array_get(cities, 1)), "Paris");
    ck_assert_str_eq(text_at(1, "role"), "email");
    for (size_t c = 0; c < 2; c++) {
        ck_assert_ptr_null(at(c, "examples"));
        ck_assert_ptr_null(at(c, "minimum"));
        ck_assert_int_eq(json_integer_value(at(c, "distinct")), 100);
    }
}
END_TEST

START_TEST(what_the_user_says_is_shown)
{
    write_people();
    ck_assert_msg(inspect("role", "may=consent(profiling)") == LKA_OK, "%s", error.message);
    ck_assert_str_eq(text_at(5, "role"), "consent(profiling)");
    ck_assert_str_eq(text_at(5, "role_from"), "given");
    ck_assert_msg(inspect("type", "lucky=category") == LKA_OK, "%s", error.message);
    ck_assert_str_eq(text_at(6, "type"), "category");
    ck_assert_uint_eq(json_array_size(at(6, "examples")), 5);
    ck_assert_msg(inspect("role", "city=sensitive") == LKA_OK, "%s", error.message);
    ck_assert_ptr_null(at(3, "examples"));
}
END_TEST

START_TEST(a_value_that_breaks_a_given_type_is_an_error)
{
    write_people();
    ck_assert_int_eq(inspect("type", "city=number"), LKA_DATA);
    ck_assert_uint_eq(error.line, 2);
    ck_assert_str_eq(error.message,
                     "column \"city\": \"Paris\" is no number; allowed: a decimal number such as 12, -0.5 or 1e3");
    ck_assert_int_eq(inspect("type", "email=date"), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "column \"email\": *** is no date"));
}
END_TEST

START_TEST(wrong_options_are_refused)
{
    write_people();
    ck_assert_int_eq(inspect("role", "cty=ignore"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean \"city\"?"));
    ck_assert_int_eq(inspect("max-bad-rows", "5"), LKA_USAGE);
    fprintf(file, "p100,ragged\n");
    ck_assert_int_eq(inspect(NULL, NULL), LKA_DATA);
    ck_assert_uint_eq(error.line, 102);
    unlink(path);
    ck_assert_int_eq(inspect(NULL, NULL), LKA_USAGE);
}
END_TEST

START_TEST(too_many_different_values_give_no_examples)
{
    fprintf(file, "id,code\n");
    for (int i = 0; i < 30000; i++) {
        fprintf(file, "p%d,%d-x\n", i, i % 2 ? i : 0);
    }
    ck_assert_msg(inspect(NULL, NULL) == LKA_OK, "%s", error.message);
    ck_assert_int_eq(json_integer_value(at(1, "distinct")), 15001);
    ck_assert_uint_eq(json_array_size(at(1, "examples")), 0);
}
END_TEST

START_TEST(every_failed_allocation_is_told_and_nothing_leaks)
{
    struct ledger ledger;
    ledger_install(&ledger);
    lka_init();
    write_people();
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(&lka_inspect_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "file", path, NULL), LKA_OK);
    char *expected = NULL;
    ck_assert_int_eq(lka_inspect(options, NULL, &expected, &error), LKA_OK);
    size_t before = ledger.alive;
    size_t told = 0;
    for (size_t k = 1; k <= 500; k++) {
        char *json = NULL;
        ledger_fail(&ledger, k);
        lka_status status = lka_inspect(options, NULL, &json, &error);
        /* libcsv asks again for less, and then all is well. */
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "k = %zu: %d %s", k, (int)status, error.message);
        told += status == LKA_MEMORY;
        ck_assert(status == LKA_MEMORY ? json == NULL : strcmp(json, expected) == 0);
        lka_free(json);
        ck_assert_uint_eq(ledger.alive, before);
    }
    ck_assert_uint_gt(told, 100);
    lka_free(expected);
    lka_options_free(options);
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inspect");
    TCase *tests = tcase_create("inspect");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_table_is_described);
    tcase_add_test(tests, examples_have_at_least_10_rows_and_no_identifier_has_one);
    tcase_add_test(tests, what_the_user_says_is_shown);
    tcase_add_test(tests, a_value_that_breaks_a_given_type_is_an_error);
    tcase_add_test(tests, wrong_options_are_refused);
    tcase_add_test(tests, too_many_different_values_give_no_examples);
    tcase_add_test(tests, every_failed_allocation_is_told_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
