/* train --bags and --balance: what every family gets, whatever it is. */
#include "trained_by_hand.h"
#include "run_suite.h"
#include "train/members.h"
#include "train/weights.h"

enum { ROWS = 60 };

static struct lka_model *trained(const char *family, const char *bags)
{
    char flags[2][32];
    struct lka_model *model = NULL;
    json_t *document = NULL;
    snprintf(flags[0], sizeof flags[0], "family=%s", family);
    snprintf(flags[1], sizeof flags[1], "bags=%s", bags);
    ck_assert_msg(TRAIN(&document, flags[0], flags[1]) == LKA_OK, "%s", error.message);
    const json_t *told = json_object_get(json_object_get(document, "family"), "bags");
    ck_assert_int_eq(json_integer_value(told), strcmp(bags, "1") == 0 ? 0 : atoi(bags));
    json_decref(document);
    ck_assert_msg(lka_model_open(path_of("model.safetensors"), &model, &error) == LKA_OK, "%s", error.message);
    return model;
}

/* Rows of chance codes. */
static void fill(struct lka_block *block, const struct lka_space *space)
{
    struct lka_random random = lka_random_start(5, 0);
    ck_assert_int_eq(lka_block_init(block, space, ROWS, NULL), LKA_OK);
    block->count = ROWS;
    for (size_t f = 0; f < space->count; f++) {
        for (size_t i = 0; i < ROWS; i++) {
            lka_block_codes(block, f)[i] = (uint16_t)lka_random_below(&random, space->features[f].codes);
            lka_block_values(block, f)[i] = lka_random_normal(&random);
        }
    }
}

/* Everybody is a seed, so that one member scores each. */
static void score(const struct lka_model *model, const struct lka_block *block, char names[ROWS][8], double *scores)
{
    struct lka_span ids[ROWS];
    bool seeds[ROWS];
    struct lka_arena scratch = {0};
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(names[i], 8, "C%zu", i);
        ids[i] = lka_span_of(names[i]);
        seeds[i] = true;
    }
    ck_assert_int_eq(lka_model_score(model, block, ids, seeds, &scratch, scores, NULL), LKA_OK);
    lka_arena_release(&scratch);
}

START_TEST(a_member_is_the_mean_of_its_fits)
{
    struct lka_model *model = trained("svm", "3");
    struct lka_block block;
    struct lka_arena scratch = {0};
    char names[ROWS][8];
    double scores[ROWS];
    double one[ROWS];
    double mean[ROWS];
    fill(&block, lka_plan_space(model->plan));
    score(model, &block, names, scores);
    ck_assert_uint_eq(model->member_count, 10);
    ck_assert_uint_eq(model->bags, 3);
    for (size_t member = 0; member < model->member_count; member++) {
        memset(mean, 0, sizeof mean);
        for (size_t bag = 0; bag < 3; bag++) {
            struct lka_family_model *fit = model->members[(model->seed_members + member) * 3 + bag];
            lka_arena_rewind(&scratch);
            ck_assert_int_eq(model->family->score_block(fit, &block, &scratch, one, NULL), LKA_OK);
            for (size_t i = 0; i < ROWS; i++) {
                ck_assert(bag == 0 || one[i] != mean[i] / (double)bag);
                mean[i] += one[i];
            }
        }
        for (size_t i = 0; i < ROWS; i++) {
            if (lka_fold(model->fold_key, lka_span_of(names[i]), model->member_count) == member) {
                ck_assert_double_eq(scores[i], mean[i] / 3);
            }
        }
    }
    lka_arena_release(&scratch);
    lka_block_release(&block);
    lka_model_close(model);
}
END_TEST

/* A linear family's fits become one model: they cost nothing when rows are scored. They differ from a single fit. */
START_TEST(linear_fits_are_joined)
{
    struct lka_block block;
    char names[ROWS][8];
    double scores[2][ROWS];
    for (size_t i = 0; i < 2; i++) {
        struct lka_model *model = trained("logistic", i ? "4" : "1");
        ck_assert_uint_eq(model->bags, 1);
        fill(&block, lka_plan_space(model->plan));
        score(model, &block, names, scores[i]);
        lka_block_release(&block);
        lka_model_close(model);
    }
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_ne(scores[0][i], scores[1][i]);
        ck_assert_double_eq_tol(scores[0][i], scores[1][i], 1);
    }
}
END_TEST

START_TEST(equal_classes_weigh_the_same)
{
    uint8_t label[] = {1, 1, 0, 0, 0, 0, 0, 0};
    double given[] = {1, 3, 1, 1, 1, 1, 1, 1};
    struct lka_learning learning = {.block.count = 8, .label = label, .seeds = 2, .pool = 6};
    ck_assert_int_eq(lka_weights_balance(&learning, NULL), LKA_OK);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq_tol(learning.weight[i], i < 2 ? 2 : 2. / 3, 1e-12);
    }
    memcpy(learning.weight, given, sizeof given);
    ck_assert_int_eq(lka_weights_balance(&learning, NULL), LKA_OK);
    ck_assert_double_eq_tol(learning.weight[0] + learning.weight[1], 5, 1e-12);
    ck_assert_double_eq_tol(learning.weight[1], 3 * learning.weight[0], 1e-12);
    ck_assert_double_eq_tol(learning.weight[7], 5. / 6, 1e-12);
    lka_free(learning.weight);
}
END_TEST

START_TEST(balance_changes_the_model)
{
    double auc[2];
    static const char *const flags[] = {"balance=false", "balance=true"};
    for (size_t i = 0; i < 2; i++) {
        json_t *document = NULL;
        ck_assert_msg(TRAIN(&document, "family=logistic", flags[i]) == LKA_OK, "%s", error.message);
        auc[i] = json_real_value(json_object_get(json_object_get(document, "evaluation"), "auc"));
        json_decref(document);
    }
    ck_assert_double_ne(auc[0], auc[1]);
    ck_assert_double_eq_tol(auc[0], auc[1], .05);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bags");
    TCase *tests = tcase_create("bags");
    tcase_add_checked_fixture(tests, start_train, remove_folder);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_member_is_the_mean_of_its_fits);
    tcase_add_test(tests, linear_fits_are_joined);
    tcase_add_test(tests, equal_classes_weigh_the_same);
    tcase_add_test(tests, balance_changes_the_model);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
