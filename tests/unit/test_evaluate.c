/* Evaluating a trained model: comparisons by training again, groups that are protected, the champion. */
#include "by_hand.h"
#include "trained_by_hand.h"
#include "run_suite.h"

static json_t *document;

/* While a stage works, the `fails_at`-th allocation of the ledger fails. NULL: none. */
static struct ledger *failing;
static size_t fails_at;
static size_t calls;

/* ---- files ------------------------------------------------------------------------------------ */

/* Women are found among the seeds more often, and live in town; `noise` says nothing, `hint` nearly all. */
static void write_table(const char *name, const char *id, size_t count, double women, uint64_t stream)
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "%s_id,age,place,noise,sex,came,hint\n", id);
    for (size_t i = 0; i < count; i++) {
        struct lka_random random = lka_random_start(stream, i);
        bool woman = lka_random_uniform(&random) < women;
        bool town = lka_random_uniform(&random) < (woman ? .9 : .2);
        fprintf(file, "%s%zu,%.0f,%s,%.3f,%s,2024-%02zu-%02zu,%.2f\n", id, i, 50 + 10 * lka_random_normal(&random),
                town ? "town" : "land", lka_random_uniform(&random),
                i % 50 == 49 ? "x"
                : woman      ? "f"
                             : "m",
                1 + i % 10, 1 + i % 28, lka_random_normal(&random) + (women > .5 ? 2 : 0));
    }
    fclose(file);
}

static void start(void)
{
    lka_init();
    make_folder();
    write_table("seeds.csv", "contact", 260, .8, 1);
    write_table("pool.csv", "prospect", 2000, .4, 2);
    ck_assert_msg(TRAIN(NULL, "family=logistic", "set=logistic.l2=3", "role=sex=protected", "exclude=came",
                        "exclude=hint") == LKA_OK,
                  "%s", error.message);
}

static void end(void)
{
    json_decref(document);
    document = NULL;
    remove_folder();
}

/* ---- evaluating ------------------------------------------------------------------------------- */

static void set(struct lka_options *options, const char *setting)
{
    char pair[256];
    snprintf(pair, sizeof pair, "%s", setting);
    char *value = strchr(pair, '=');
    *value++ = '\0';
    bool file = strcmp(pair, "against") == 0 || strcmp(pair, "truth") == 0 || strcmp(pair, "workspace") == 0 ||
                strcmp(pair, "model") == 0 ||
                ((strcmp(pair, "seeds") == 0 || strcmp(pair, "pool") == 0) && strcmp(value, "-") != 0);
    ck_assert_msg(lka_options_set(options, pair, file ? path_of(value) : value, &error) == LKA_OK, "%s", error.message);
}

/* Settings "key=value" beside the files that are not said. */
static lka_status evaluate_with(const char *const *settings)
{
    struct lka_options *options;
    char *summary = NULL;
    bool said[3] = {false};
    static const char *const files[] = {"model=model.safetensors", "seeds=seeds.csv", "pool=pool.csv"};
    ck_assert_int_eq(lka_options_new(&lka_evaluate_params, &options, &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", path_of("quality"), &error), LKA_OK);
    for (size_t i = 0; settings[i]; i++) {
        set(options, settings[i]);
        for (size_t f = 0; f < 3; f++) {
            said[f] |= strncmp(settings[i], files[f], strcspn(files[f], "=") + 1) == 0;
        }
    }
    for (size_t f = 0; f < 3; f++) {
        if (!said[f]) {
            set(options, files[f]);
        }
    }
    if (failing) {
        ledger_fail(failing, fails_at);
    }
    lka_status status = lka_evaluate(options, NULL, &summary, &error);
    if (failing) {
        calls = failing->calls;
        ledger_fail(failing, 0);
    }
    json_decref(document);
    document = summary ? json_loads(summary, 0, NULL) : NULL;
    lka_free(summary);
    lka_options_free(options);
    return status;
}

#define EVALUATE(...) evaluate_with((const char *const[]){__VA_ARGS__, NULL})
#define ASSERT_EVALUATES(...) ck_assert_msg(EVALUATE(__VA_ARGS__) == LKA_OK, "%s", error.message)

static const json_t *part(const char *name)
{
    return json_object_get(document, name);
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool warned_of(const char *text)
{
    size_t i;
    json_t *warning;
    json_array_foreach(part("warnings"), i, warning)
    {
        if (strstr(json_string_value(warning), text)) {
            return true;
        }
    }
    return false;
}

static void ck_fails(lka_status expected, lka_status got, const char *text)
{
    ck_assert_int_eq(got, expected);
    ck_assert_msg(strstr(error.message, text) != NULL, "%s", error.message);
}

/* ---- training again --------------------------------------------------------------------------- */

START_TEST(without_a_column_is_a_model_that_was_trained_without_it)
{
    ck_assert_int_eq(rename(path_of("model.safetensors"), path_of("whole.safetensors")), 0);
    ck_assert_int_eq(TRAIN(NULL, "family=logistic", "set=logistic.l2=3", "role=sex=protected", "exclude=came",
                           "exclude=hint", "exclude=place"),
                     LKA_OK);
    ck_assert_int_eq(rename(path_of("model.safetensors"), path_of("without.safetensors")), 0);
    ck_assert_int_eq(rename(path_of("whole.safetensors"), path_of("model.safetensors")), 0);
    ASSERT_EVALUATES("role=sex=protected", "exclude=place", "against=without.safetensors");
    static const char *const figures[] = {"auc", "tiers", "seeds"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert(
            json_equal(json_object_get(part("without"), figures[i]), json_object_get(part("against"), figures[i])));
    }
    ck_assert_double_gt(number(json_object_get(part("without"), "auc"), "difference"), .1);
}
END_TEST

/* Ten members, of which the card's --folds says nothing. */
START_TEST(training_again_has_as_many_members)
{
    write_table("seeds.csv", "contact", 500, .8, 1);
#define PART "logistic:l2=3,numbers=value,max-iterations=1000,tolerance=1e-10;"
    static const char blend[] = "set=blend.of=" PART PART PART PART PART "centroid:metric=cosine";
#undef PART
    static const char *const excluded[] = {"exclude=noise", "exclude=age"};
    static const char *const names[] = {"without.safetensors", "model.safetensors"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(TRAIN(NULL, "family=blend", blend, "exclude=came", "exclude=hint", "exclude=sex",
                               "exclude=noise", excluded[i == 0]),
                         LKA_OK);
        ck_assert_int_eq(rename(path_of("model.safetensors"), path_of(names[i])), 0);
    }
    ASSERT_EVALUATES("exclude=age", "against=without.safetensors");
    ck_assert(json_equal(json_object_get(part("without"), "auc"), json_object_get(part("against"), "auc")));
}
END_TEST

START_TEST(a_model_differs_from_itself_by_nothing)
{
    ASSERT_EVALUATES("against=model.safetensors", "role=sex=protected");
    const json_t *auc = json_object_get(part("against"), "auc");
    ck_assert_double_eq(number(auc, "difference"), 0);
    ck_assert_double_eq(json_number_value(json_array_get(json_object_get(auc, "interval"), 1)), 0);
}
END_TEST

START_TEST(columns_that_the_model_does_not_read_cannot_be_left_out)
{
    ck_fails(LKA_USAGE, EVALUATE("exclude=came"), "the model does not read \"came\"");
    ck_fails(LKA_USAGE, EVALUATE("exclude=plaec"), "did you mean \"place\"?");
    ck_fails(LKA_USAGE, EVALUATE("exclude=place", "pool=-"), "--pool: \"-\" is not allowed");
}
END_TEST

/* Other draws, other tops; the same draws, the same; and a draw is what train --draw learns. */
START_TEST(seeds_drawn_anew_tell_how_much_of_the_top_stays)
{
    ASSERT_EVALUATES("resample=2");
    const json_t *first = json_array_get(json_object_get(part("resampling"), "tiers"), 3);
    double kept = number(first, "jaccard");
    ck_assert_double_gt(kept, .2);
    ck_assert_double_lt(kept, 1);
    ck_assert_double_le(number(first, "least"), kept);
    ASSERT_EVALUATES("resample=2");
    ck_assert_double_eq(number(json_array_get(json_object_get(part("resampling"), "tiers"), 3), "jaccard"), kept);
}
END_TEST

/* Of the best 200 of 2,000 by either model: people in both over people in either, so that the first is a whole number. */
START_TEST(what_stays_is_people_in_both_tops_over_people_in_either)
{
    ASSERT_EVALUATES("resample=1");
    const json_t *tenth = json_array_get(json_object_get(part("resampling"), "tiers"), 3);
    double jaccard = number(tenth, "jaccard");
    double both = 400 * jaccard / (1 + jaccard);
    ck_assert_double_eq_tol(both, round(both), 1e-6);
    ck_assert_double_eq(number(tenth, "least"), jaccard);
}
END_TEST

/* The truth decides beside the seeds where it is known. */
START_TEST(two_models_are_compared_by_the_truth)
{
    FILE *file = fopen(path_of("truth.csv"), "w");
    fputs("prospect_id,label\n", file);
    for (int i = 0; i < 2000; i++) {
        fprintf(file, "prospect%d,%d\n", i, i % 9 == 0);
    }
    fclose(file);
    ASSERT_EVALUATES("against=model.safetensors", "truth=truth.csv");
    const json_t *truth = json_object_get(part("against"), "truth");
    ck_assert_int_gt(json_integer_value(json_object_get(truth, "positives")), 0);
    ck_assert_double_eq(number(json_object_get(truth, "average_precision"), "difference"), 0);
    ck_assert_double_eq(number(json_object_get(truth, "average_precision"), "this"),
                        number(part("truth"), "average_precision"));
}
END_TEST

START_TEST(later_seeds_are_looked_for_by_a_model_of_the_earlier)
{
    ASSERT_EVALUATES("split-by=came", "later=0.4", "role=sex=protected");
    const json_t *later = part("later");
    /* Months 7 to 10 of 10, each of 26 seeds. */
    ck_assert_str_eq(json_string_value(json_object_get(later, "from")), "2024-07-01");
    ck_assert_double_eq(number(later, "positives"), 104);
    ck_assert_double_gt(number(later, "auc"), .6);
}
END_TEST

START_TEST(the_earlier_model_reads_what_exclude_names)
{
    ASSERT_EVALUATES("split-by=came", "role=sex=protected");
    json_t *alone = json_incref((json_t *)(uintptr_t)part("later"));
    ASSERT_EVALUATES("split-by=came", "role=sex=protected", "exclude=place");
    ck_assert(json_equal(part("later"), alone));
    ck_assert_ptr_nonnull(part("without"));
    json_decref(alone);
}
END_TEST

START_TEST(splits_that_cannot_be_made_say_why)
{
    ck_fails(LKA_USAGE, EVALUATE("split-by=went"), "no column \"went\"");
    ck_fails(LKA_DATA, EVALUATE("split-by=place"), "is no date");
    ck_fails(LKA_USAGE, EVALUATE("later=0.4"), "--later is for --split-by");
    ck_fails(LKA_DATA, EVALUATE("split-by=came", "later=0.99"), "at least 10 of each are needed");
    ck_fails(LKA_DATA, EVALUATE("split-by=came", "later=0.01"), "at least 10 of each are needed");
    write_file("seeds.csv", "contact_id,age,came\nA,1,2024-01-01\nB,2,2024-01-01\nC,3,\n");
    ck_fails(LKA_DATA, EVALUATE("split-by=came"),
             "no day parts earlier seeds from later ones; 2 have a date, 1 do not");
}
END_TEST

/* ---- groups ----------------------------------------------------------------------------------- */

START_TEST(groups_are_told_above_the_floor_and_add_up)
{
    ASSERT_EVALUATES("role=sex=protected");
    const json_t *sex = json_array_get(part("fairness"), 0);
    const json_t *groups = json_object_get(sex, "groups");
    ck_assert_uint_eq(json_array_size(groups), 2);
    ck_assert_double_eq(number(sex, "below_floor"), 1); /* 40 of "x" */
    ck_assert(json_is_false(json_object_get(sex, "feature")));
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(json_object_get(sex, "proxies"), 0), "feature")),
                     "place");
    double selected = 0;
    for (size_t g = 0; g < 2; g++) {
        const json_t *group = json_array_get(groups, g);
        const json_t *tier = json_array_get(json_object_get(group, "tiers"), 3);
        bool women = strcmp(json_string_value(json_object_get(group, "group")), "f") == 0;
        selected += number(group, "people") * number(tier, "selection_rate");
        /* Some 50 seeds are men: too few for a figure. */
        ck_assert(json_is_number(json_object_get(tier, "recall")) == women);
        ck_assert(json_is_number(json_object_get(group, "seeds")) == women);
        ck_assert(women ? number(group, "auc") > .6 : number(group, "auc") < .4);
    }
    ck_assert_double_le(selected, 200 + 1e-9);
    ck_assert_double_ge(selected, 160 - 1e-9);
    ck_assert_double_lt(number(sex, "selection_ratio"), .5);
}
END_TEST

START_TEST(a_protected_column_without_values_is_one_group)
{
    ASSERT_EVALUATES("role=sex=protected", "role=noise=protected");
    write_file("pool.csv", "prospect_id,age,place,noise,sex\nA,40,town,1,\nB,50,land,2,\n");
    ASSERT_EVALUATES("role=sex=protected");
    const json_t *sex = json_array_get(part("fairness"), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(sex, "groups")), 0);
    ck_assert(json_is_null(json_object_get(sex, "selection_ratio")));
    ck_assert_double_eq(number(sex, "below_floor"), 4); /* none, and those of the seeds */
}
END_TEST

START_TEST(nothing_is_told_of_groups_or_chances_that_nobody_asked_for)
{
    ASSERT_EVALUATES("role=sex=ignore");
    ck_assert_ptr_null(part("fairness"));
    ck_assert_ptr_null(part("calibration"));
    ck_assert_ptr_null(part("champion"));
    ASSERT_EVALUATES("role=sex=ignore", "base-rate=0.01");
    ck_assert_double_eq(number(part("calibration"), "base_rate"), .01);
    ck_assert(json_is_null(json_object_get(part("calibration"), "slope")));
}
END_TEST

START_TEST(a_blend_of_log_odds_tells_chances)
{
    static const char *const of[] = {"set=blend.of=logistic:l2=30;logistic:l2=3",
                                     "set=blend.of=logistic:l2=3;centroid"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(TRAIN(NULL, "family=blend", of[i], "exclude=came", "exclude=hint"), LKA_OK);
        ASSERT_EVALUATES("role=sex=ignore", "base-rate=0.01");
        const json_t *first = json_array_get(json_object_get(part("calibration"), "bins"), 0);
        ck_assert_int_eq(json_is_null(json_object_get(first, "predicted")), i == 1);
        ck_assert_int_eq(warned_of("scores of the family blend are no log odds"), i == 1);
    }
}
END_TEST

/* ---- other models ----------------------------------------------------------------------------- */

/* A hundred people who are all the same, whatever the model. */
static void write_equals(const char *name, const char *id)
{
    FILE *file = fopen(path_of(name), "w");
    fprintf(file, "%s_id,age,place,noise\n", id);
    for (int i = 0; i < 100; i++) {
        fprintf(file, "%s%d,40,town,.5\n", id, i);
    }
    fclose(file);
}

START_TEST(a_pool_of_equals_has_figures_all_the_same)
{
    write_equals("seeds.csv", "contact");
    write_equals("pool.csv", "prospect");
    ASSERT_EVALUATES("base-rate=0.1");
    const json_t *first = json_array_get(part("reach"), 0);
    ck_assert_double_le(number(first, "similarity"), 1);
    ck_assert_double_le(number(first, "recall"), 1);
    ck_assert_double_le(number(part("precision"), "prior_upper"), 1);
}
END_TEST

START_TEST(models_of_other_ids_are_warned_of)
{
    ck_assert_int_eq(rename(path_of("model.safetensors"), path_of("first.safetensors")), 0);
    rename(path_of("pool.csv"), path_of("kept.csv"));
    write_table("pool.csv", "other", 2000, .4, 2);
    ck_assert_int_eq(TRAIN(NULL, "family=centroid", "role=other_id=id", "exclude=came"), LKA_OK);
    ck_assert_int_eq(rename(path_of("kept.csv"), path_of("pool.csv")), 0);
    ASSERT_EVALUATES("model=first.safetensors", "against=model.safetensors", "role=sex=ignore");
    ck_assert(warned_of("other id columns (\"contact_id\" and \"other_id\")"));
    ck_fails(LKA_USAGE, EVALUATE("model=first.safetensors", "against=absent.safetensors"), "cannot open");
}
END_TEST

START_TEST(the_champion_is_remembered_and_met)
{
    ck_assert_int_eq(rename(path_of("model.safetensors"), path_of("weak.safetensors")), 0);
    ck_assert_int_eq(TRAIN(NULL, "family=logistic", "exclude=came", "exclude=sex"), LKA_OK);
    ck_assert_int_eq(rename(path_of("model.safetensors"), path_of("good.safetensors")), 0);
    ck_assert_int_eq(rename(path_of("weak.safetensors"), path_of("model.safetensors")), 0);
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory");
    ck_assert(json_is_true(json_object_get(part("champion"), "changed")));
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory");
    ck_assert(json_is_false(json_object_get(part("champion"), "changed")));
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory", "model=good.safetensors");
    ck_assert_str_eq(json_string_value(json_object_get(part("champion"), "model")), "this");
    ck_assert(json_is_true(json_object_get(part("champion"), "changed")));
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory");
    ck_assert_str_eq(json_string_value(json_object_get(part("champion"), "model")), "other");
    ck_assert(json_is_false(json_object_get(part("champion"), "changed")));
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory", "against=model.safetensors");
    ck_assert(warned_of("another model than the two"));
    ck_assert_ptr_null(part("champion"));
    unlink(path_of("good.safetensors"));
    ASSERT_EVALUATES("role=sex=ignore", "workspace=memory");
    ck_assert(warned_of("its seat is free"));
    ck_assert(json_is_true(json_object_get(part("champion"), "changed")));
}
END_TEST

/* ---- memory ----------------------------------------------------------------------------------- */

START_TEST(every_allocation_may_fail)
{
    static struct ledger ledger;
    write_table("seeds.csv", "contact", 30, .8, 1);
    write_table("pool.csv", "prospect", 200, .4, 2);
    size_t refused = 0;
    ledger_install(&ledger);
    failing = &ledger;
    bool reached = true;
    for (fails_at = 20; reached; fails_at += 1 + fails_at / 20) {
        json_decref(document);
        document = NULL;
        lka_status status = EVALUATE("role=sex=protected", "exclude=noise", "split-by=came", "later=0.5",
                                     "base-rate=0.1", "against=model.safetensors", "workspace=memory", "threads=1");
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "%zu: %d %s", fails_at, status, error.message);
        refused += status == LKA_MEMORY;
        reached = calls >= fails_at;
    }
    json_decref(document);
    document = NULL;
    ck_assert_uint_eq(ledger.alive, 0);
    ck_assert_uint_gt(refused, 40);
    failing = NULL;
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evaluate");
    TCase *tests = tcase_create("evaluate");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, without_a_column_is_a_model_that_was_trained_without_it);
    tcase_add_test(tests, training_again_has_as_many_members);
    tcase_add_test(tests, a_model_differs_from_itself_by_nothing);
    tcase_add_test(tests, columns_that_the_model_does_not_read_cannot_be_left_out);
    tcase_add_test(tests, seeds_drawn_anew_tell_how_much_of_the_top_stays);
    tcase_add_test(tests, what_stays_is_people_in_both_tops_over_people_in_either);
    tcase_add_test(tests, two_models_are_compared_by_the_truth);
    tcase_add_test(tests, later_seeds_are_looked_for_by_a_model_of_the_earlier);
    tcase_add_test(tests, the_earlier_model_reads_what_exclude_names);
    tcase_add_test(tests, splits_that_cannot_be_made_say_why);
    tcase_add_test(tests, groups_are_told_above_the_floor_and_add_up);
    tcase_add_test(tests, a_protected_column_without_values_is_one_group);
    tcase_add_test(tests, nothing_is_told_of_groups_or_chances_that_nobody_asked_for);
    tcase_add_test(tests, a_blend_of_log_odds_tells_chances);
    tcase_add_test(tests, a_pool_of_equals_has_figures_all_the_same);
    tcase_add_test(tests, models_of_other_ids_are_warned_of);
    tcase_add_test(tests, the_champion_is_remembered_and_met);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
