/* From files to files with real families: what explain says is what score wrote, and adds up. */
#include "base/random.h"
#include "score_by_hand.h"
#include "run_suite.h"

#include <math.h>

static const char *const families[] = {"centroid", "logistic", "svm", "one_class"};

static void write_people(const char *name, size_t count, bool are_seeds)
{
    FILE *file = fopen(path_of(name), "wb");
    fprintf(file, "%s,age,city,topics,consents\n", are_seeds ? "customer_id" : "prospect_id");
    struct lka_random random = lka_random_start(are_seeds, 1);
    for (size_t i = 0; i < count; i++) {
        bool alike = are_seeds || i % 10 == 0;
        fprintf(file, "%c%zu,%.1f,%s,%s,%s\n", are_seeds ? 'S' : 'P', i,
                40 + 9 * lka_random_normal(&random) + (alike ? 12 : 0),
                lka_random_below(&random, 10) < (alike ? 7 : 4) ? "Rome" : "Oslo",
                lka_random_below(&random, 2) ? "music|games" : "food", i % 50 == 7 ? "" : "profiling");
    }
    fclose(file);
}

static struct lka_options *options_for(const struct lka_param_table *table, const char *const (*values)[2])
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(table, &options, NULL), LKA_OK);
    for (; (*values)[0]; values++) {
        lka_status status = lka_options_set(options, (*values)[0], (*values)[1], &error);
        ck_assert_msg(status == LKA_OK, "%s", error.message);
    }
    return options;
}

static void train(const char *family)
{
    write_people("seeds.csv", 80, true);
    write_people("pool.csv", 700, false);
    struct lka_options *options = options_for(&lka_train_params,
                                              (const char *const[][2]){{"seeds", path_of("seeds.csv")},
                                                                       {"pool", path_of("pool.csv")},
                                                                       {"sample", "300"},
                                                                       {"family", family},
                                                                       {"model", path_of("model")},
                                                                       {NULL, NULL}});
    char *summary;
    lka_status status = lka_train(options, NULL, &summary, &error);
    ck_assert_msg(status == LKA_OK, "%s", error.message);
    lka_free(summary);
    lka_options_free(options);
}

static lka_status explain(const char *row, bool with_seeds, json_t **told)
{
    struct lka_options *options = options_for(
        &lka_explain_params, (const char *const[][2]){{"model", path_of("model")},
                                                      {"pool", path_of("pool.csv")},
                                                      {"row", row},
                                                      {"same-ids", "true"},
                                                      {with_seeds ? "seeds" : NULL, path_of("some.csv")},
                                                      {NULL, NULL}});
    char *text = NULL;
    *told = NULL;
    lka_status status = lka_explain(options, NULL, &text, &error);
    lka_options_free(options);
    if (status == LKA_OK) {
        *told = json_loads(text, 0, NULL);
        ck_assert_ptr_nonnull(*told);
    }
    lka_free(text);
    return status;
}

static char *score_all(void)
{
    struct lka_options *options = options_for(&lka_score_params, (const char *const[][2]){{"model", path_of("model")},
                                                                                          {"pool", path_of("pool.csv")},
                                                                                          {"top", "100%"},
                                                                                          {"out", path_of("out.csv")},
                                                                                          {NULL, NULL}});
    char *summary;
    lka_status status = lka_score(options, NULL, &summary, &error);
    ck_assert_msg(status == LKA_OK, "%s", error.message);
    lka_free(summary);
    lka_options_free(options);
    return read_file("out.csv");
}

static double number(const json_t *told, const char *key)
{
    ck_assert_msg(json_is_number(json_object_get(told, key)), "%s", key);
    return json_number_value(json_object_get(told, key));
}

static void check_sum(const json_t *told)
{
    const json_t *contributions = json_object_get(told, "contributions");
    if (json_is_null(contributions)) {
        ck_assert(json_is_string(json_object_get(told, "no_contributions")));
        return;
    }
    double sum = number(told, "base");
    double last = INFINITY;
    for (size_t i = 0; i < json_array_size(contributions); i++) {
        double adds = number(json_array_get(contributions, i), "adds");
        ck_assert(fabs(adds) <= last);
        last = fabs(adds);
        sum += adds;
    }
    ck_assert_uint_gt(json_array_size(contributions), 2);
    ck_assert_double_eq_tol(sum, number(told, "score"), 1e-9);
}

/* Every 67th row of the ranking: rank, id, score and percentile are those of the file. */
START_TEST(explain_agrees_with_score)
{
    train(families[_i]);
    char *text = score_all();
    size_t row = 0;
    size_t by_mean = 0;
    strtok(text, "\n");
    for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
        if (row++ % 67 != 0) {
            continue;
        }
        char id[16];
        unsigned rank;
        double points;
        double percentile;
        ck_assert_int_eq(sscanf(line, "%u,%15[^,],%lf,%lf", &rank, id, &points, &percentile), 4);
        json_t *told;
        ck_assert_msg(explain(id, false, &told) == LKA_OK, "%s", error.message);
        ck_assert(number(told, "rank") == rank);
        ck_assert(number(told, "eligible") == 686);
        ck_assert_double_eq_tol(number(told, "score"), points, 1e-12);
        ck_assert_double_eq_tol(number(told, "percentile"), percentile, 1e-9);
        by_mean += json_is_string(json_object_get(told, "member"));
        check_sum(told);
        json_decref(told);
    }
    ck_assert_uint_eq(row, 686);
    ck_assert_uint_gt(by_mean, 0); /* 300 of 686 were sampled, and are scored by one member each */
    ck_assert_uint_lt(by_mean, 11);
    free(text);
}
END_TEST

START_TEST(explain_says_who_is_left_out)
{
    train("centroid");
    json_t *told;
    ck_assert_int_eq(explain("P57", false, &told), LKA_OK);
    ck_assert_str_eq(json_string_value(json_object_get(told, "left_out")), "no profiling consent");
    ck_assert_ptr_null(json_object_get(told, "score"));
    json_decref(told);
    write_file("some.csv", "customer_id\nP58\n");
    ck_assert_msg(explain("P58", true, &told) == LKA_OK, "%s", error.message);
    ck_assert_str_eq(json_string_value(json_object_get(told, "left_out")), "seeds");
    ck_assert(json_is_integer(json_object_get(told, "member")));
    ck_assert_ptr_null(json_object_get(told, "rank"));
    json_decref(told);
    ck_assert_msg(explain("P59", true, &told) == LKA_OK, "%s", error.message);
    ck_assert(number(told, "eligible") == 685);
    json_decref(told);
}
END_TEST

START_TEST(an_unknown_row_is_an_error_that_does_not_name_it)
{
    train("centroid");
    json_t *told;
    ck_assert_int_eq(explain("anna@example.org", false, &told), LKA_DATA);
    ck_assert_ptr_null(strstr(error.message, "anna"));
    ck_assert_ptr_nonnull(strstr(error.message, "\"prospect_id\""));
}
END_TEST

/* The first of the usual names would be another one: the model knows its id column. */
START_TEST(the_id_column_is_the_models)
{
    train("centroid");
    free(score_all());
    char *first = read_file("out.csv");
    char *pool = read_file("pool.csv");
    FILE *file = fopen(path_of("pool.csv"), "wb");
    const char *before = "id";
    for (char *line = strtok(pool, "\n"); line; line = strtok(NULL, "\n")) {
        fprintf(file, "%s,%s\n", before, line);
        before = "the same";
    }
    fclose(file);
    free(pool);
    char *again = score_all();
    ck_assert_str_eq(again, first);
    free(again);
    free(first);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("explain");
    TCase *cases = tcase_create("explain");
    tcase_add_checked_fixture(cases, directory_setup, directory_teardown);
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, explain_agrees_with_score, 0, sizeof families / sizeof *families);
    tcase_add_test(cases, explain_says_who_is_left_out);
    tcase_add_test(cases, an_unknown_row_is_an_error_that_does_not_name_it);
    tcase_add_test(cases, the_id_column_is_the_models);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
