/* Training from a CRM: reactivated against silent, corrected for who was reached and for who is in the pool. */
#include "contacts_by_hand.h"
#include "run_suite.h"

#include "base/date.h"
#include "train/crm.h"
#include "train/weights.h"

static const json_t *at(const json_t *document, const char *path)
{
    char part[64];
    while (*path && document) {
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        document = json_object_get(document, part);
        path += length + (path[length] == '.');
    }
    return document;
}

static double number(const json_t *document, const char *path)
{
    ck_assert_msg(json_is_number(at(document, path)), "%s is no number", path);
    return json_number_value(at(document, path));
}

static bool warns_of(const json_t *document, const char *part)
{
    const json_t *warnings = at(document, "warnings");
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        if (strstr(json_string_value(json_array_get(warnings, i)), part)) {
            return true;
        }
    }
    return false;
}

static void start_crm(void)
{
    lka_init();
    make_folder();
    write_contacts("crm.csv", 21, 3000);
    write_prospects(22, 2000);
}

/* What the model finds of the pool's truth. */
static double average_precision(void)
{
    struct lka_options *options;
    char *summary = NULL;
    ck_assert_int_eq(lka_options_new(&lka_evaluate_params, &options, &error), LKA_OK);
    const char *const files[] = {"model", "model.safetensors", "seeds", "crm.csv", "pool", "pool.csv",
                                 "truth", "truth.csv",         "out",   "quality"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i += 2) {
        ck_assert_int_eq(lka_options_set(options, files[i], path_of(files[i + 1]), &error), LKA_OK);
    }
    ck_assert_msg(lka_evaluate(options, NULL, &summary, &error) == LKA_OK, "%s", error.message);
    json_t *document = json_loads(summary, 0, NULL);
    double found = number(document, "truth.average_precision");
    json_decref(document);
    lka_free(summary);
    lka_options_free(options);
    return found;
}

/* ---- what weights are for --------------------------------------------------------------------- */

static double found_with(const char *weights)
{
    ck_assert_msg(TRAIN_CRM(NULL, "family=logistic", "repeats=1", weights) == LKA_OK, "%s", error.message);
    return average_precision();
}

START_TEST(weights_find_more_where_those_reached_are_others)
{
    double gain = 0;
    double gain_chosen = 0;
    for (uint64_t world = 0; world < 3; world++) {
        write_contacts("crm.csv", 100 + world, 12000);
        write_prospects(200 + world, 8000);
        double none = found_with("weights=none");
        gain += log(found_with("weights=full") / none) / 3;
        gain_chosen += log(found_with("weights=auto") / none) / 3;
    }
    ck_assert_double_gt(gain, log(1.2));
    ck_assert_double_gt(gain_chosen, log(1.2));
}
END_TEST

/* One standard error is passed by chance by one in six. */
START_TEST(where_effects_add_up_weights_are_seldom_taken)
{
    enum { WORLDS = 4 };
    size_t taken = 0;
    for (uint64_t world = 0; world < WORLDS; world++) {
        json_t *document;
        write_straight_contacts("crm.csv", 100 + world, 4000);
        ck_assert_msg(TRAIN_CRM(&document, "family=logistic", "repeats=1") == LKA_OK, "%s", error.message);
        ck_assert_double_gt(number(document, "weights.reach.auc"), .7);
        taken += number(document, "weights.power") > 0;
        json_decref(document);
    }
    ck_assert_uint_le(taken, 1);
}
END_TEST

START_TEST(what_weights_cost_is_told)
{
    json_t *document;
    ck_assert_msg(TRAIN_CRM(&document, "family=logistic", "repeats=1", "weights=full") == LKA_OK, "%s", error.message);
    double rows = number(document, "weights.effective.reactivated.rows");
    ck_assert_double_eq(number(document, "weights.effective.reactivated.own_weights"), rows);
    ck_assert_double_lt(number(document, "weights.effective.reactivated.fitted"), .9 * rows);
    ck_assert_double_gt(number(document, "weights.effective.reactivated.fitted"), 1);
    ck_assert_double_eq_tol(number(document, "weights.reach.share"), .57, .05);
    ck_assert_double_gt(number(document, "weights.reach.auc"), .7);
    ck_assert_double_gt(number(document, "weights.transfer.domain_auc"), .7);
    ck_assert_ptr_nonnull(strstr(json_string_value(at(document, "situation")), "carried to the pool"));
    ck_assert(!warns_of(document, "in our CRM"));
    ck_assert_ptr_nonnull(at(document, "evaluation.in_pool.tiers"));
    json_decref(document);
}
END_TEST

START_TEST(weights_above_the_most_are_cut_and_counted)
{
    double weight[100];
    for (size_t i = 0; i < 100; i++) {
        weight[i] = i < 2 ? 1000 : 1;
    }
    double before = lka_weights_effective(weight, 100);
    ck_assert_uint_eq(lka_weights_trim(weight, 100, 20), 2);
    ck_assert_double_eq_tol(weight[0] / weight[99], 20 / (100. / 2098), 1e-6);
    ck_assert_double_gt(lka_weights_effective(weight, 100), before);
}
END_TEST

START_TEST(without_unreached_everybody_counts_the_same)
{
    FILE *file = fopen(path_of("crm.csv"), "w");
    fprintf(file, "contact_id,group,features_as_of,age,visits,city,origin\n");
    for (size_t i = 0; i < 600; i++) {
        struct person person = draw_person(21, i, false);
        fprintf(file, "C%zu,%s,2024-03-01,%.1f,%.1f,%s,%s\n", i, i % 10 ? "silent" : "reactivated", person.age,
                person.visits, person.city, person.origin);
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN_CRM_ALONE(&document, "family=logistic", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert(warns_of(document, "no contact is of the group unreached"));
    ck_assert(warns_of(document, "no --pool"));
    ck_assert_double_eq(number(document, "weights.effective.reactivated.fitted"), 60);
    json_decref(document);
}
END_TEST

START_TEST(a_value_of_which_nobody_was_reached_is_named)
{
    FILE *file = fopen(path_of("crm.csv"), "a");
    for (size_t i = 0; i < 220; i++) { /* of the second fewer than may be told of */
        fprintf(file, "X%zu,unreached,2024-03-01,1,40,20,%s,shop\n", i, i < 150 ? "Ajaccio" : "Bastia");
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN_CRM(&document, "family=centroid", "repeats=1") == LKA_OK, "%s", error.message);
    const json_t *never = at(document, "weights.reach.never_reached");
    ck_assert_uint_eq(json_array_size(never), 1);
    ck_assert_str_eq(json_string_value(at(json_array_get(never, 0), "value")), "Ajaccio");
    ck_assert_double_eq(number(json_array_get(never, 0), "people"), 150);
    ck_assert(warns_of(document, "Ajaccio, 150 people"));
    json_decref(document);
}
END_TEST

START_TEST(a_column_that_only_tells_crm_from_pool_is_left_out)
{
    json_t *document;
    write_contacts("crm.csv", 23, 9000);
    ck_assert_msg(TRAIN_CRM(&document, "family=logistic", "repeats=1", "exclude=age") == LKA_OK, "%s", error.message);
    const json_t *left_out = at(document, "weights.transfer.left_out");
    ck_assert_uint_eq(json_array_size(left_out), 1);
    ck_assert_str_eq(json_string_value(at(json_array_get(left_out, 0), "name")), "origin");
    ck_assert_double_lt(number(document, "weights.transfer.domain_auc_of_features"),
                        number(document, "weights.transfer.domain_auc") - .05);
    ck_assert_double_eq(number(document, "columns.used"), 2);
    json_decref(document);
}
END_TEST

START_TEST(a_weight_of_the_users_counts)
{
    /* Two likes of responders; who has the weight 0 is not there. */
    FILE *file = fopen(path_of("crm.csv"), "w");
    fprintf(file, "contact_id,group,features_as_of,weight,age,visits\n");
    for (size_t i = 0; i < 2000; i++) {
        struct person person = draw_person(21, i, false);
        bool responds = i % 8 == 0;
        bool old = i % 16 == 0;
        fprintf(file, "C%zu,%s,2024-03-01,%d,%.1f,%.1f\n", i,
                i % 2      ? "unreached"
                : responds ? "reactivated"
                           : "silent",
                responds && !old ? 0 : 1, responds ? (old ? 70 : 20) + (double)(i % 5) : person.age, person.visits);
    }
    fclose(file);
    ck_assert_msg(TRAIN_CRM_ALONE(NULL, "family=logistic", "set=logistic.l2=10") == LKA_OK, "%s", error.message);
    struct lka_model *model;
    struct lka_block block;
    struct lka_arena scratch = {0};
    double scores[2];
    ck_assert_int_eq(lka_model_open(path_of("model.safetensors"), &model, &error), LKA_OK);
    const struct lka_space *space = lka_plan_space(model->plan);
    ck_assert_int_eq(lka_block_init(&block, space, 2, &error), LKA_OK);
    block.count = 2;
    for (size_t i = 0; i < 2; i++) { /* the youngest, the oldest */
        lka_block_codes(&block, 0)[i] = (uint16_t)(i ? space->features[0].codes - 1 : 1);
        lka_block_values(&block, 0)[i] = i ? 2 : -2;
        lka_block_codes(&block, 1)[i] = 1;
        lka_block_values(&block, 1)[i] = 0;
    }
    ck_assert_int_eq(model->family->score_block(model->members[0], &block, &scratch, scores, &error), LKA_OK);
    ck_assert_double_gt(scores[1], scores[0] + 1);
    lka_block_release(&block);
    lka_arena_release(&scratch);
    lka_model_close(model);
}
END_TEST

/* ---- days ------------------------------------------------------------------------------------- */

/* Who signed up within the last 100 days before the row's day responds; the day alone says nothing. */
static void write_days(bool with_later)
{
    FILE *file = fopen(path_of("crm.csv"), "w");
    fprintf(file, "contact_id,group,features_as_of,joined,other\n");
    for (size_t i = 0; i < 1200; i++) {
        struct lka_random random = lka_random_start(31, i);
        size_t as_of = 400 + lka_random_below(&random, 2000);
        size_t age = lka_random_below(&random, 400);
        bool later = with_later && i % 10 == 0;
        char day[2][16];
        lka_format_date((int64_t)(18000 + as_of), day[0]);
        lka_format_date((int64_t)(18000 + as_of - age) + (later ? 900 : 0), day[1]);
        fprintf(file, "C%zu,%s,%s,%s,%u\n", i,
                i % 3 == 0  ? "unreached"
                : age < 100 ? "reactivated"
                            : "silent",
                day[0], day[1], (unsigned)lka_random_below(&random, 50));
    }
    fclose(file);
}

START_TEST(ages_are_counted_to_the_day_of_the_row)
{
    json_t *document;
    write_days(false);
    ck_assert_msg(TRAIN_CRM_ALONE(&document, "family=logistic", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert_double_gt(number(document, "evaluation.auc"), .95);
    ck_assert(!warns_of(document, "behind the day"));
    json_decref(document);
}
END_TEST

START_TEST(what_lies_behind_the_day_of_the_row_is_not_known)
{
    json_t *document;
    write_days(true);
    ck_assert_msg(TRAIN_CRM_ALONE(&document, "family=logistic", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert(warns_of(document, "120 dates lie behind the day that their contact's features are as of"));
    json_decref(document);
}
END_TEST

/* ---- who is learned from, and scored by whom -------------------------------------------------- */

START_TEST(contacts_in_the_pool_are_taken_out_of_it)
{
    FILE *file = fopen(path_of("pool.csv"), "a");
    for (size_t i = 0; i < 40; i++) {
        fprintf(file, "C%zu,40,20,Lyon,web\n", i);
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN_CRM(&document, "family=centroid", "repeats=1", "same-ids=true") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(json_number_value(json_object_get(at(document, "pool.left_out"), "contacts of the CRM")), 40);
    ck_assert_double_eq(number(document, "pool.sampled"), 2000);
    json_decref(document);
}
END_TEST

START_TEST(whoever_did_not_consent_to_profiling_is_not_learned_from)
{
    FILE *file = fopen(path_of("crm.csv"), "w");
    fprintf(file, "contact_id,group,features_as_of,consent_profiling,age,city\n");
    for (size_t i = 0; i < 400; i++) {
        struct person person = draw_person(21, i, false);
        fprintf(file, "C%zu,%s,2024-03-01,%s,%.1f,%s\n", i, lka_group_names[i % 3], i % 4 ? "yes" : "no", person.age,
                person.city);
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN_CRM_ALONE(&document, "family=centroid", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(number(document, "crm.rows"), 400);
    ck_assert_double_eq(number(document, "crm.groups.reactivated.contacts") +
                            number(document, "crm.groups.silent.contacts") +
                            number(document, "crm.groups.unreached.contacts"),
                        300);
    json_decref(document);
}
END_TEST

START_TEST(large_groups_are_sampled_and_stand_for_the_rest)
{
    json_t *document;
    ck_assert_msg(TRAIN_CRM(&document, "family=logistic", "repeats=1", "weights=none", "sample=500") == LKA_OK, "%s",
                  error.message);
    ck_assert_double_eq(number(document, "crm.groups.silent.sampled"), 500);
    ck_assert_double_eq(number(document, "crm.groups.unreached.sampled"), 500);
    ck_assert_double_eq(number(document, "crm.groups.reactivated.sampled"),
                        number(document, "crm.groups.reactivated.contacts"));
    ck_assert_double_eq_tol(number(document, "weights.reach.share"), .57, .05);
    json_decref(document);
}
END_TEST

START_TEST(of_a_crm_alone_everybody_is_scored_by_one_member)
{
    ck_assert_msg(TRAIN_CRM_ALONE(NULL, "family=centroid", "repeats=1") == LKA_OK, "%s", error.message);
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("model.safetensors"), &model, &error), LKA_OK);
    for (size_t i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "C%zu", i);
        ck_assert_uint_lt(lka_model_member(model, lka_span_of(id), false), model->member_count);
    }
    lka_model_close(model);
}
END_TEST

/* ---- every family, the same bytes ------------------------------------------------------------- */

static char *model_bytes(size_t *length)
{
    FILE *file = fopen(path_of("model.safetensors"), "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = malloc(1 << 22);
    *length = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

START_TEST(every_family_learns_from_weighted_rows_at_any_number_of_threads)
{
    static const char *const families[] = {"family=centroid", "family=logistic", "family=svm", "family=one_class"};
    for (size_t f = 0; f < 4; f++) {
        size_t lengths[2];
        char *bytes[2];
        for (size_t i = 0; i < 2; i++) {
            ck_assert_msg(TRAIN_CRM(NULL, families[f], "repeats=1", "weights=full", i ? "threads=5" : "threads=1") ==
                              LKA_OK,
                          "%s: %s", families[f], error.message);
            bytes[i] = model_bytes(&lengths[i]);
        }
        ck_assert_uint_eq(lengths[0], lengths[1]);
        ck_assert_mem_eq(bytes[0], bytes[1], lengths[0]);
        ck_assert_ptr_null(memmem(bytes[0], lengths[0], "C1234", 5));
        free(bytes[0]);
        free(bytes[1]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train --crm");
    TCase *tests = tcase_create("crm");
    tcase_add_checked_fixture(tests, start_crm, remove_folder);
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, weights_find_more_where_those_reached_are_others);
    tcase_add_test(tests, where_effects_add_up_weights_are_seldom_taken);
    tcase_add_test(tests, what_weights_cost_is_told);
    tcase_add_test(tests, weights_above_the_most_are_cut_and_counted);
    tcase_add_test(tests, without_unreached_everybody_counts_the_same);
    tcase_add_test(tests, a_value_of_which_nobody_was_reached_is_named);
    tcase_add_test(tests, a_column_that_only_tells_crm_from_pool_is_left_out);
    tcase_add_test(tests, a_weight_of_the_users_counts);
    tcase_add_test(tests, ages_are_counted_to_the_day_of_the_row);
    tcase_add_test(tests, what_lies_behind_the_day_of_the_row_is_not_known);
    tcase_add_test(tests, contacts_in_the_pool_are_taken_out_of_it);
    tcase_add_test(tests, whoever_did_not_consent_to_profiling_is_not_learned_from);
    tcase_add_test(tests, large_groups_are_sampled_and_stand_for_the_rest);
    tcase_add_test(tests, of_a_crm_alone_everybody_is_scored_by_one_member);
    tcase_add_test(tests, every_family_learns_from_weighted_rows_at_any_number_of_threads);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
