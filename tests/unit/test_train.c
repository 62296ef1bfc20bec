/* Training from file to file: what is read and left out, that nobody is judged by a model that saw them, that the same
 * input gives the same bytes, and what is refused. */
#include "trained_by_hand.h"
#include "hidden_by_hand.h"
#include "run_suite.h"

#include "train/learning.h"
#include "train/members.h"

static double number_at(const json_t *document, const char *a, const char *b)
{
    const json_t *value = json_object_get(json_object_get(document, a), b);
    ck_assert_msg(json_is_number(value), "%s.%s is no number", a, b);
    return json_number_value(value);
}

/* ---- what it finds ---------------------------------------------------------------------------- */

START_TEST(held_out_seeds_are_found_and_counted)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=logistic") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(number_at(document, "seeds", "used"), 120);
    ck_assert_double_eq(number_at(document, "pool", "eligible"), 1500);
    ck_assert_double_gt(number_at(document, "evaluation", "auc"), .65);
    ck_assert_double_lt(number_at(document, "evaluation", "auc"), .85);
    const json_t *family = json_object_get(document, "family");
    ck_assert_str_eq(json_string_value(json_object_get(family, "chosen")), "given");
    ck_assert_uint_ge(json_array_size(json_object_get(family, "candidates")), 3);
    json_decref(document);
}
END_TEST

START_TEST(auto_says_why_under_two_hundred_seeds)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "repeats=1") == LKA_OK, "%s", error.message);
    const json_t *family = json_object_get(document, "family");
    ck_assert_str_eq(json_string_value(json_object_get(family, "chosen")), "auto");
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(family, "why")), "under 200 seeds"));
    json_decref(document);
}
END_TEST

static json_t *train_by_auto(size_t seeds, const char *setting)
{
    json_t *document;
    write_people("seeds.csv", "contact_id", "C", seeds, 1);
    ck_assert_msg(TRAIN(&document, "repeats=1", "bins=16", setting) == LKA_OK, "%s", error.message);
    return document;
}

START_TEST(auto_blends_from_a_hundred_seeds_on)
{
    json_t *few = train_by_auto(99, "set=logistic.l2=7");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(few, "family"), "name")), "logistic");
    json_t *enough = train_by_auto(100, "set=logistic.l2=7");
    const json_t *family = json_object_get(enough, "family");
    ck_assert_str_eq(json_string_value(json_object_get(family, "name")), "blend");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(family, "parameters"), "of")),
                     "logistic:l2=7;forest:depth=1,trees=80,rate=0.1;forest:depth=2,trees=150,rate=0.06");
    json_decref(few);
    json_decref(enough);
}
END_TEST

static size_t best_forest(const json_t *candidates)
{
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t c = 0; c < json_array_size(candidates); c++) {
        const json_t *one = json_array_get(candidates, c);
        double deviance = json_number_value(json_object_get(one, "deviance"));
        if (strcmp(json_string_value(json_object_get(one, "family")), "forest") == 0 && deviance < least) {
            least = deviance;
            best = c;
        }
    }
    return best;
}

START_TEST(no_forest_deeper_than_the_best_is_blended)
{
    json_t *document = train_by_auto(220, "set=logistic.l2=1e6");
    const json_t *candidates = json_object_get(json_object_get(document, "family"), "candidates");
    size_t last = json_array_size(candidates) - 1;
    const char *of = json_string_value(json_object_get(json_array_get(candidates, last), "setting"));
    size_t best = best_forest(candidates);
    ck_assert_uint_lt(best + 1, last);
    for (size_t c = best; c < last; c++) {
        const char *setting = json_string_value(json_object_get(json_array_get(candidates, c), "setting"));
        ck_assert_msg((strstr(of, setting) != NULL) == (c == best), "%s in %s", setting, of);
    }
    json_decref(document);
}
END_TEST

/* Forests come in three at least; a logistic that is far behind does not. */
START_TEST(what_cannot_be_told_apart_is_blended)
{
    json_t *document = train_by_auto(220, "set=logistic.l2=1e6");
    const json_t *candidates = json_object_get(json_object_get(document, "family"), "candidates");
    const json_t *last = json_array_get(candidates, json_array_size(candidates) - 1);
    ck_assert_str_eq(json_string_value(json_object_get(last, "family")), "blend");
    const char *of = json_string_value(json_object_get(last, "setting"));
    size_t forests = 0;
    for (size_t at = 0; of[at]; at++) {
        forests += strncmp(of + at, "forest:depth=", 13) == 0;
    }
    ck_assert_msg(forests >= 3 && !strstr(of, "logistic"), "%s", of);
    json_decref(document);
}
END_TEST

/* Some of the forest's settings have a share of the rows of their own. */
START_TEST(what_the_user_set_beside_a_search_stays)
{
    static const struct {
        const char *set;
        double settings;
    } cases[] = {{"set=forest.rows=.6", 6}, {"set=forest.trees=9", 1}};
    for (size_t i = 0; i < 2; i++) {
        json_t *document;
        ck_assert_msg(TRAIN(&document, "family=forest", "dry-run=true", cases[i].set) == LKA_OK, "%s", error.message);
        const json_t *families = json_object_get(json_object_get(document, "would_try"), "families");
        ck_assert_double_eq(json_number_value(json_object_get(json_array_get(families, 0), "settings")),
                            cases[i].settings);
        json_decref(document);
    }
}
END_TEST

START_TEST(a_setting_of_the_user_is_not_searched_over)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=logistic", "set=logistic.l2=7") == LKA_OK, "%s", error.message);
    const json_t *family = json_object_get(document, "family");
    ck_assert_double_eq(number_at(family, "parameters", "l2"), 7);
    ck_assert_uint_eq(json_array_size(json_object_get(family, "candidates")), 0);
    json_decref(document);
}
END_TEST

/* With few seeds one setting's AUC is above another's by chance; deviance may still choose. */
START_TEST(auc_chooses_no_setting_from_a_few_seeds)
{
    json_t *document;
    write_people("seeds.csv", "contact_id", "C", 60, 1);
    ck_assert_msg(TRAIN(&document, "family=centroid") == LKA_OK, "%s", error.message);
    const json_t *family = json_object_get(document, "family");
    ck_assert_uint_eq(json_array_size(json_object_get(family, "candidates")), 0);
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(family, "parameters"), "metric")), "cosine");
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(family, "why")), "under 100 seeds"));
    json_decref(document);
    ck_assert_msg(TRAIN(&document, "family=logistic", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert_uint_ge(json_array_size(json_object_get(json_object_get(document, "family"), "candidates")), 3);
    json_decref(document);
}
END_TEST

/* Pure noise: whoever judges seeds by a model that saw them finds far more than chance. (Less than half is not odd: rows
 * that are held out pull what is left to the other side.) */
START_TEST(noise_is_not_found_in_held_out_seeds)
{
    static const char *const families[] = {"family=centroid", "family=logistic", "family=svm", "family=one_class"};
    write_people("seeds.csv", "contact_id", "C", 120, 0);
    write_people("pool.csv", "prospect_id", "P", 400, 0);
    /* Overwrites the first people, who are the seeds' doubles otherwise. */
    FILE *file = fopen(path_of("pool.csv"), "w");
    fprintf(file, "prospect_id,email,age,letter,noise\n");
    for (size_t i = 0; i < 400; i++) {
        append_person(file, "P", 100000 + i, false);
    }
    fclose(file);
    for (size_t f = 0; f < 4; f++) {
        json_t *document;
        ck_assert_msg(TRAIN(&document, families[f], "repeats=1") == LKA_OK, "%s", error.message);
        ck_assert_double_lt(number_at(document, "evaluation", "auc"), .58);
        json_decref(document);
    }
}
END_TEST

/* ---- who is scored by whom -------------------------------------------------------------------- */

START_TEST(what_was_learned_from_is_scored_by_the_member_that_did_not_see_it)
{
    ck_assert_msg(TRAIN(NULL, "family=logistic", "set=logistic.l2=1", "sample=300") == LKA_OK, "%s", error.message);
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("model.safetensors"), &model, &error), LKA_OK);
    size_t alone = 0;
    for (size_t i = 0; i < 1500; i++) {
        char id[16];
        snprintf(id, sizeof id, "P%zu", i);
        size_t member = lka_model_member(model, lka_span_of(id), false);
        alone += member < model->member_count;
        ck_assert_uint_eq(lka_model_member(model, lka_span_of(id), true),
                          lka_fold(model->fold_key, lka_span_of(id), model->member_count));
    }
    ck_assert_uint_eq(alone, 300); /* exactly the sample, without a list of ids */
    lka_model_close(model);
}
END_TEST

/* What ranks the pool learned from every seed, and would know each again. */
START_TEST(seeds_have_members_of_their_own_that_hold_them_out)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=svm", "set=svm.c=100", "folds=5") == LKA_OK, "%s", error.message);
    json_decref(document);
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("model.safetensors"), &model, &error), LKA_OK);
    ck_assert_uint_eq(model->member_count, 5);
    ck_assert_uint_eq(model->seed_members, 5);
    for (size_t i = 0; i < 20; i++) {
        char id[16];
        snprintf(id, sizeof id, "C%zu", i);
        size_t for_the_pool = lka_model_member(model, lka_span_of(id), false);
        size_t for_a_seed = lka_model_member(model, lka_span_of(id), true);
        ck_assert_uint_lt(for_the_pool, 5);
        ck_assert_uint_eq(for_a_seed, 5 + 1 + for_the_pool);
        ck_assert_uint_eq(lka_model_fits(model, for_a_seed).first, 5 + for_the_pool);
    }
    lka_model_close(model);
}
END_TEST

static double members_with(const char *family, const char *setting, const char *another)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, family, setting, another) == LKA_OK, "%s", error.message);
    double members = number_at(document, "family", "members");
    json_decref(document);
    return members;
}

START_TEST(there_are_more_members_than_folds_to_compare_by)
{
    static const char blend[] = "set=blend.of=logistic:l2=1;centroid";
    ck_assert_double_eq(members_with("family=blend", blend, "bins=16"), 10);
    ck_assert_double_eq(members_with("family=blend", blend, "folds=5"), 5);
    ck_assert_double_eq(members_with("family=logistic", "set=logistic.l2=1", "bins=16"), 20);
    ck_assert_double_eq(members_with("family=logistic", "set=logistic.l2=1", "folds=5"), 5);
}
END_TEST

/* ---- the same bytes --------------------------------------------------------------------------- */

static char *model_bytes(size_t *length)
{
    FILE *file = fopen(path_of("model.safetensors"), "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = malloc(1 << 22);
    *length = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

START_TEST(threads_change_nothing)
{
    static const char *const counts[] = {"threads=1", "threads=2", "threads=8"};
    char *first = NULL;
    size_t first_length = 0;
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(TRAIN(NULL, counts[i], "repeats=1") == LKA_OK, "%s", error.message);
        size_t length;
        char *bytes = model_bytes(&length);
        if (!first) {
            first = bytes;
            first_length = length;
            continue;
        }
        ck_assert_uint_eq(length, first_length);
        ck_assert_mem_eq(bytes, first, length);
        free(bytes);
    }
    free(first);
}
END_TEST

/* Members, not files, are compared: a card holds the hash of its inputs. */
START_TEST(the_order_of_rows_changes_nothing)
{
    struct lka_model *models[2];
    for (size_t m = 0; m < 2; m++) {
        ck_assert_msg(TRAIN(NULL, "family=logistic", "set=logistic.l2=1", "sample=300") == LKA_OK, "%s", error.message);
        ck_assert_int_eq(rename(path_of("model.safetensors"), path_of(m ? "b" : "a")), 0);
        ck_assert_int_eq(lka_model_open(path_of(m ? "b" : "a"), &models[m], &error), LKA_OK);
        FILE *file = fopen(path_of("pool.csv"), "w"); /* backwards, for the second time */
        fprintf(file, "prospect_id,email,age,letter,noise\n");
        for (size_t i = 1500; i-- > 0;) {
            append_person(file, "P", i, i < 300);
        }
        fclose(file);
    }
    ck_assert_uint_eq(models[0]->sample_threshold, models[1]->sample_threshold);
    struct lka_block block;
    struct lka_arena scratch = {0};
    const struct lka_space *space = lka_plan_space(models[0]->plan);
    ck_assert_int_eq(lka_block_init(&block, space, 64, &error), LKA_OK);
    block.count = 64;
    for (size_t f = 0; f < space->count; f++) {
        for (size_t i = 0; i < 64; i++) {
            lka_block_codes(&block, f)[i] = (uint16_t)((i * 5 + f) % space->features[f].codes);
        }
    }
    double scores[2][64];
    for (size_t m = 0; m < 2; m++) {
        const struct lka_model_family *family = models[m]->family;
        ck_assert_int_eq(family->score_block(models[m]->members[0], &block, &scratch, scores[m], &error), LKA_OK);
    }
    ck_assert_mem_eq(scores[0], scores[1], sizeof scores[0]);
    lka_block_release(&block);
    lka_arena_release(&scratch);
    lka_model_close(models[0]);
    lka_model_close(models[1]);
}
END_TEST

/* ---- who is left out -------------------------------------------------------------------------- */

START_TEST(seeds_in_the_pool_are_taken_out_of_the_unlabelled)
{
    FILE *file = fopen(path_of("pool.csv"), "a");
    for (size_t i = 0; i < 50; i++) { /* the same e-mail in other spelling */
        fprintf(file, "Q%zu, C%zu@Example.ORG,40,B,.5\n", i, i);
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=centroid", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(number_at(json_object_get(document, "pool"), "left_out", "seeds"), 50);
    ck_assert_double_eq(number_at(document, "pool", "sampled"), 1500);
    json_decref(document);
}
END_TEST

START_TEST(whoever_did_not_consent_to_profiling_is_not_learned_from)
{
    FILE *file = fopen(path_of("seeds.csv"), "w");
    fprintf(file, "contact_id,consents,age,letter\n");
    for (size_t i = 0; i < 60; i++) {
        fprintf(file, "C%zu,%s,%zu,%s\n", i, i % 3 ? "profiling|advertising:meta" : "advertising", 30 + i % 7,
                i % 2 ? "A" : "B");
    }
    fclose(file);
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=centroid", "repeats=1") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(number_at(document, "seeds", "used"), 40);
    ck_assert_double_eq(number_at(json_object_get(document, "seeds"), "left_out", "no profiling consent"), 20);
    json_decref(document);
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------- */

static void expect(lka_status status, lka_status wanted, const char *part)
{
    ck_assert_int_eq(status, wanted);
    ck_assert_msg(strstr(error.message, part) != NULL, "\"%s\" is not in \"%s\"", part, error.message);
    ck_assert(!exists(path_of("model.safetensors")));
}

START_TEST(too_little_to_learn_from_is_refused)
{
    write_people("seeds.csv", "contact_id", "C", 9, 1);
    expect(TRAIN(NULL, "repeats=1"), LKA_DATA, "9 of 9 seeds can be learned from; at least 10 are needed");
    write_file("seeds.csv", "contact_id,age\nC1,1\n");
    write_file("pool.csv", "prospect_id,height\nP1,1\n");
    expect(TRAIN(NULL, "repeats=1"), LKA_DATA, "no feature column in common");
}
END_TEST

START_TEST(equal_seeds_are_refused)
{
    FILE *file = fopen(path_of("seeds.csv"), "w");
    fprintf(file, "contact_id,age,letter,noise\n");
    for (size_t i = 0; i < 30; i++) {
        fprintf(file, "C%zu,50,A,.5\n", i);
    }
    fclose(file);
    expect(TRAIN(NULL, "repeats=1"), LKA_DATA, "all 30 seeds are equal");
}
END_TEST

START_TEST(an_id_that_comes_twice_stops_the_work_or_is_rejected)
{
    FILE *file = fopen(path_of("pool.csv"), "a");
    fprintf(file, "P7,x@example.org,40,B,.5\n");
    fclose(file);
    expect(TRAIN(NULL, "repeats=1"), LKA_DATA, "an id appears twice: this row repeats the one of");
    ck_assert_uint_eq(error.line, 1502);
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=centroid", "repeats=1", "max-bad-rows=3") == LKA_OK, "%s", error.message);
    ck_assert_double_eq(number_at(document, "pool", "rejected"), 1);
    ck_assert_double_eq(number_at(document, "pool", "eligible"), 1500);
    ck_assert_ptr_nonnull(strstr(read_file(path_of("model.safetensors.rejected.csv")), "P7,x@example.org,40,B,.5"));
    json_decref(document);
}
END_TEST

START_TEST(settings_that_change_nothing_are_refused)
{
    expect(TRAIN(NULL, "set=logistic.prior=.1"), LKA_USAGE,
           "--set logistic.prior would change nothing: it is for risk=nnpu");
    expect(TRAIN(NULL, "family=svm", "set=svm.gamma=1", "set=svm.kernel=linear"), LKA_USAGE, "it is for kernel=rbf");
    expect(TRAIN(NULL, "set=centroid.contrast=false", "set=centroid.metric=cosine"), LKA_USAGE,
           "it is for metric=mahalanobis");
    ck_assert_int_eq(
        TRAIN(NULL, "family=logistic", "set=logistic.prior=.1", "set=logistic.risk=nnpu", "set=logistic.l2=7"), LKA_OK);
}
END_TEST

/* It says so in the card, and goes on; what needs it is refused. */
START_TEST(without_xgboost_there_are_no_forests)
{
    static const char *const ways[] = {"family=auto", "family=blend"};
    hides_xgboost = true;
    for (size_t i = 0; i < 2; i++) {
        json_t *document = train_by_auto(120, ways[i]);
        char *warnings = json_dumps(json_object_get(document, "warnings"), 0);
        ck_assert_ptr_nonnull(strstr(warnings, "what trains it is not installed, see lookalike doctor"));
        free(warnings);
        json_decref(document);
    }
    ck_assert_int_eq(remove(path_of("model.safetensors")), 0);
    expect(TRAIN(NULL, "family=forest", "set=forest.trees=9"), LKA_USAGE, "XGBoost");
}
END_TEST

START_TEST(unknown_settings_name_what_is_allowed)
{
    expect(TRAIN(NULL, "set=logistic.l3=1"), LKA_USAGE, "did you mean \"l2\"?");
    expect(TRAIN(NULL, "set=trees.depth=1"), LKA_USAGE, "FAMILY.PARAM=VALUE");
    expect(TRAIN(NULL, "role=agge=ignore"), LKA_USAGE, "did you mean \"age\"?");
}
END_TEST

START_TEST(the_lead_over_the_runner_up_is_told)
{
    json_t *document;
    write_people("seeds.csv", "contact_id", "C", 220, 1);
    ck_assert_msg(TRAIN(&document, "repeats=1", "set=logistic.l2=7", "set=centroid.metric=cosine") == LKA_OK, "%s",
                  error.message);
    const json_t *family = json_object_get(document, "family");
    const json_t *candidates = json_object_get(family, "candidates");
    const char *second = json_string_value(json_object_get(family, "runner_up"));
    ck_assert_str_ne(second, json_string_value(json_object_get(family, "name")));
    double of_second = 0;
    double of_chosen = 0;
    for (size_t c = 0; c < json_array_size(candidates); c++) {
        const json_t *candidate = json_array_get(candidates, c);
        const char *name = json_string_value(json_object_get(candidate, "family"));
        double auc = json_real_value(json_object_get(candidate, "auc"));
        of_second = strcmp(name, second) == 0 && auc > of_second ? auc : of_second;
        of_chosen = strcmp(name, json_string_value(json_object_get(family, "name"))) == 0 && auc > of_chosen
                        ? auc
                        : of_chosen;
    }
    double lead = json_real_value(json_object_get(family, "lead_auc"));
    const json_t *interval = json_object_get(family, "lead_auc_interval");
    ck_assert_double_eq_tol(lead, of_chosen - of_second, 1e-9);
    ck_assert_double_lt(json_real_value(json_array_get(interval, 0)), lead);
    ck_assert_double_gt(json_real_value(json_array_get(interval, 1)), lead);
    json_decref(document);
}
END_TEST

/* No machine reads two files and fits a setting in a millisecond. */
START_TEST(a_time_limit_too_short_for_one_fit_says_what_it_needs)
{
    expect(TRAIN(NULL, "time-limit=1ms"), LKA_USAGE, "--time-limit 1ms is too short: reading and trying one setting");
    ck_assert_ptr_nonnull(strstr(error.message, "20 members are still to be fitted; allow at least"));
    expect(TRAIN(NULL, "time-limit=1d"), LKA_USAGE, "500ms, 90s");
}
END_TEST

/* Ten fits of half of the others each: a row is in five of them, give or take. */
START_TEST(what_bags_count_as_is_told)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "set=logistic.l2=7", "family=logistic", "bags=10") == LKA_OK, "%s", error.message);
    ck_assert_double_eq_tol(number_at(document, "effective", "seeds"), 120, 1e-6);
    ck_assert_double_eq_tol(number_at(document, "effective", "pool"), 1500. * 10 / 11, 1e-6);
    json_decref(document);
}
END_TEST

/* Balanced, s seeds and p others are worth 4 s p / (s + p) rows that count alike; a draw halves the seeds or so. */
START_TEST(what_rows_count_as_is_told)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "set=logistic.l2=7", "family=logistic", "balance=true") == LKA_OK, "%s",
                  error.message);
    ck_assert_double_eq_tol(number_at(document, "effective", "seeds"), 120, 1e-6);
    ck_assert_double_eq_tol(number_at(document, "effective", "pool"), 1500, 1e-6);
    ck_assert_double_eq_tol(number_at(document, "effective", "together"), 4. * 120 * 1500 / 1620, 1e-6);
    json_decref(document);
    ck_assert_msg(TRAIN(&document, "set=logistic.l2=7", "family=logistic", "draw=1") == LKA_OK, "%s", error.message);
    ck_assert_double_lt(number_at(document, "effective", "seeds"), 90);
    ck_assert_double_gt(number_at(document, "effective", "seeds"), 40);
    json_decref(document);
    ck_assert_msg(TRAIN(&document, "set=logistic.l2=7", "family=logistic") == LKA_OK, "%s", error.message);
    ck_assert_ptr_null(json_object_get(document, "effective"));
    json_decref(document);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *tests = tcase_create("train");
    tcase_add_checked_fixture(tests, start_train, remove_folder);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, held_out_seeds_are_found_and_counted);
    tcase_add_test(tests, auto_says_why_under_two_hundred_seeds);
    tcase_add_test(tests, auto_blends_from_a_hundred_seeds_on);
    tcase_add_test(tests, what_cannot_be_told_apart_is_blended);
    tcase_add_test(tests, auc_chooses_no_setting_from_a_few_seeds);
    tcase_add_test(tests, without_xgboost_there_are_no_forests);
    tcase_add_test(tests, no_forest_deeper_than_the_best_is_blended);
    tcase_add_test(tests, what_the_user_set_beside_a_search_stays);
    tcase_add_test(tests, a_setting_of_the_user_is_not_searched_over);
    tcase_add_test(tests, noise_is_not_found_in_held_out_seeds);
    tcase_add_test(tests, what_was_learned_from_is_scored_by_the_member_that_did_not_see_it);
    tcase_add_test(tests, seeds_have_members_of_their_own_that_hold_them_out);
    tcase_add_test(tests, there_are_more_members_than_folds_to_compare_by);
    tcase_add_test(tests, threads_change_nothing);
    tcase_add_test(tests, the_order_of_rows_changes_nothing);
    tcase_add_test(tests, seeds_in_the_pool_are_taken_out_of_the_unlabelled);
    tcase_add_test(tests, whoever_did_not_consent_to_profiling_is_not_learned_from);
    tcase_add_test(tests, too_little_to_learn_from_is_refused);
    tcase_add_test(tests, equal_seeds_are_refused);
    tcase_add_test(tests, an_id_that_comes_twice_stops_the_work_or_is_rejected);
    tcase_add_test(tests, settings_that_change_nothing_are_refused);
    tcase_add_test(tests, unknown_settings_name_what_is_allowed);
    tcase_add_test(tests, the_lead_over_the_runner_up_is_told);
    tcase_add_test(tests, a_time_limit_too_short_for_one_fit_says_what_it_needs);
    tcase_add_test(tests, what_bags_count_as_is_told);
    tcase_add_test(tests, what_rows_count_as_is_told);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
