/* The family forest. That its scores are XGBoost's own predictions, every fit checks itself (models/forest/family.c:
 * compare), so a fit that succeeds has shown it; here numbers go missing in both directions and categories are split. */
#include "crowd_by_hand.h"
#include "models/forest/forest.h"
#include "models/forest/xgboost.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

#include <math.h>

extern const struct lka_model_family lka_forest_family;

enum { SEEDS = 60, OTHERS = 240, PEOPLE = SEEDS + OTHERS };

struct grown {
    struct crowd crowd;
    struct lka_options *options;
    struct lka_family_model *model;
    double scores[PEOPLE];
};

/* The crowd's numbers have one bin each: here their codes follow their values, and missing ones are often seeds. */
static void spread_codes(struct crowd *crowd)
{
    for (size_t row = 0; row < PEOPLE; row++) {
        for (size_t f = 0; f < CROWD_FEATURES; f++) {
            uint16_t *code = &lka_block_codes(&crowd->block, f)[row];
            if (crowd->features[f].kind == LKA_FEATURE_NUMBER && *code > 0) {
                double place = 4 + 1.5 * lka_block_values(&crowd->block, f)[row];
                *code = (uint16_t)(place < 0 ? 1 : place > 7 ? 8 : 1 + place);
            }
        }
        if (crowd->label[row] && row % 3 == 0) {
            lka_block_codes(&crowd->block, 1)[row] = 0;
        }
    }
}

static void grow(struct grown *grown, const char *const settings[][2])
{
    crowd_init(&grown->crowd, SEEDS, OTHERS);
    grown->crowd.features[0].name = "first";
    spread_codes(&grown->crowd);
    ck_assert_int_eq(lka_options_new(lka_forest_family.params, &grown->options, NULL), LKA_OK);
    for (size_t i = 0; settings && settings[i][0]; i++) {
        ck_assert_int_eq(lka_options_set(grown->options, settings[i][0], settings[i][1], NULL), LKA_OK);
    }
    struct lka_fit_input input = crowd_input(&grown->crowd, grown->options);
    struct lka_fit_info info;
    struct lka_error error = {0};
    lka_status status = lka_forest_family.fit(&input, &grown->model, &info, &error);
    ck_assert_msg(status == LKA_OK, "%s", error.message);
    ck_assert_int_eq(lka_forest_score((const struct lka_forest *)(const void *)grown->model, &grown->crowd.block,
                                      grown->scores, NULL),
                     LKA_OK);
}

static void cut(struct grown *grown)
{
    lka_forest_family.free(grown->model);
    lka_options_free(grown->options);
    crowd_release(&grown->crowd);
}

static const struct lka_forest *forest_of(const struct grown *grown)
{
    return (const struct lka_forest *)(const void *)grown->model;
}

START_TEST(every_kind_of_split_is_imported)
{
    struct grown grown;
    grow(&grown, NULL);
    size_t missing_left = 0;
    size_t missing_right = 0;
    size_t by_category = 0;
    for (size_t n = 0; n < forest_of(&grown)->nodes; n++) {
        const struct lka_forest_node *node = &forest_of(&grown)->node[n];
        by_category += node->left && node->limit == UINT16_MAX;
        missing_left += node->left && node->feature == 1 && node->shift == 0;
        missing_right += node->left && node->feature == 1 && node->shift == 1;
    }
    ck_assert_uint_gt(by_category, 0);
    ck_assert_uint_gt(missing_left, 0);
    ck_assert_uint_gt(missing_right, 0);
    ck_assert_uint_eq(forest_of(&grown)->trees, 80);
    cut(&grown);
}
END_TEST

START_TEST(seeds_score_higher)
{
    struct grown grown;
    grow(&grown, NULL);
    double mean[2] = {0, 0};
    for (size_t i = 0; i < PEOPLE; i++) {
        mean[grown.crowd.label[i]] += grown.scores[i] / (grown.crowd.label[i] ? SEEDS : OTHERS);
    }
    ck_assert_double_gt(mean[1], mean[0] + 1);
    cut(&grown);
}
END_TEST

/* What a tree gives when only the features in `known` are known: the others go both ways by cover. */
static double expectation(const struct lka_forest *forest, uint32_t at, const struct lka_block *block, size_t row,
                          unsigned known)
{
    const struct lka_forest_node *node = &forest->node[at];
    if (!node->left) {
        return (double)node->value;
    }
    if (known >> node->feature & 1) {
        uint16_t code = lka_block_codes(block, node->feature)[row];
        uint32_t child = node->left + ((uint16_t)(code - node->shift) >= node->limit);
        return expectation(forest, child, block, row, known);
    }
    double left = (double)forest->cover[node->left];
    double right = (double)forest->cover[node->left + 1];
    return (left * expectation(forest, node->left, block, row, known) +
            right * expectation(forest, node->left + 1, block, row, known)) /
           (left + right);
}

static double game(const struct lka_forest *forest, const struct lka_block *block, size_t row, unsigned known)
{
    double sum = 0;
    for (size_t tree = 0; tree < forest->trees; tree++) {
        sum += expectation(forest, forest->root[tree], block, row, known);
    }
    return sum;
}

/* Shapley's formula over all subsets. */
static double shapley(const struct lka_forest *forest, const struct lka_block *block, size_t row, unsigned feature)
{
    double factorial[CROWD_FEATURES + 1] = {1};
    for (int i = 1; i <= CROWD_FEATURES; i++) {
        factorial[i] = factorial[i - 1] * i;
    }
    double sum = 0;
    for (unsigned set = 0; set < 1U << CROWD_FEATURES; set++) {
        if (!(set >> feature & 1)) {
            int size = __builtin_popcount(set);
            double weight = factorial[size] * factorial[CROWD_FEATURES - 1 - size] / factorial[CROWD_FEATURES];
            sum += weight * (game(forest, block, row, set | 1U << feature) - game(forest, block, row, set));
        }
    }
    return sum;
}

/* Also of paths with more features than are laid out for all cases. */
START_TEST(contributions_are_shapley_values)
{
    static const char *const depths[] = {"1", "5", "12"};
    struct grown grown;
    grow(&grown, (const char *const[][2]){
                     {"trees", "5"}, {"depth", depths[_i]}, {"columns", "1"}, {"people", "0"}, {NULL, NULL}});
    const struct lka_forest *forest = forest_of(&grown);
    double *out = lka_new(PEOPLE * CROWD_FEATURES, sizeof *out);
    double base = 0;
    ck_assert_int_eq(lka_forest_contributions(forest, &grown.crowd.block, out, &base, NULL), LKA_OK);
    for (size_t row = 0; row < PEOPLE; row += 37) {
        for (unsigned f = 0; f < CROWD_FEATURES; f++) {
            ck_assert_double_eq_tol(out[row * CROWD_FEATURES + f], shapley(forest, &grown.crowd.block, row, f), 1e-6);
        }
    }
    double start = (double)forest->start - forest->log_ratio;
    ck_assert_double_eq_tol(base, start + game(forest, &grown.crowd.block, 0, 0), 1e-9);
    lka_free(out);
    cut(&grown);
}
END_TEST

/* No split is worth it, as in a pool of a few rows. */
START_TEST(trees_of_a_single_leaf_add_nothing)
{
    struct grown grown;
    grow(&grown, (const char *const[][2]){{"trees", "3"}, {"people", "100000"}, {NULL, NULL}});
    double *out = lka_new(PEOPLE * CROWD_FEATURES, sizeof *out);
    double base = 0;
    ck_assert_uint_eq(forest_of(&grown)->nodes, forest_of(&grown)->trees);
    ck_assert_int_eq(lka_forest_contributions(forest_of(&grown), &grown.crowd.block, out, &base, NULL), LKA_OK);
    for (size_t i = 0; i < PEOPLE * CROWD_FEATURES; i++) {
        ck_assert_double_eq_tol(out[i], 0, 1e-6);
    }
    ck_assert_double_eq_tol(base, grown.scores[0], 1e-6);
    lka_free(out);
    cut(&grown);
}
END_TEST

START_TEST(contributions_short_of_memory_fail_and_leak_nothing)
{
    struct grown grown;
    double base;
    grow(&grown, NULL);
    double *out = lka_new(PEOPLE * CROWD_FEATURES, sizeof *out);
    lka_status status = LKA_MEMORY;
    for (size_t calls = 0; status != LKA_OK; calls++) {
        ck_assert_uint_lt(calls, 1000);
        memory_ends_after(calls);
        status = lka_forest_contributions(forest_of(&grown), &grown.crowd.block, out, &base, NULL);
        memory_give_back();
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
    }
    lka_free(out);
    cut(&grown);
}
END_TEST

START_TEST(monotone_features_never_turn)
{
    struct grown grown;
    grow(&grown, (const char *const[][2]){{"monotone", "first:-"}, {"depth", "5"}, {NULL, NULL}});
    struct lka_block *block = &grown.crowd.block;
    double last[PEOPLE];
    double scores[PEOPLE];
    for (uint16_t bin = 1; bin < 9; bin++) {
        for (size_t row = 0; row < PEOPLE; row++) {
            lka_block_codes(block, 0)[row] = bin;
        }
        ck_assert_int_eq(lka_forest_score(forest_of(&grown), block, scores, NULL), LKA_OK);
        for (size_t row = 0; row < PEOPLE && bin > 1; row++) {
            ck_assert_double_le(scores[row], last[row]);
        }
        memcpy(last, scores, sizeof last);
    }
    cut(&grown);
}
END_TEST

START_TEST(monotone_names_what_the_plan_has)
{
    struct grown grown;
    grow(&grown, NULL);
    struct lka_error error = {0};
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    ck_assert_int_eq(lka_options_set(grown.options, "monotone", "hight:+", NULL), LKA_OK);
    struct lka_fit_input input = crowd_input(&grown.crowd, grown.options);
    ck_assert_int_eq(lka_forest_family.fit(&input, &model, &info, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "\"hight:+\""));
    cut(&grown);
}
END_TEST

START_TEST(weights_shift_the_trees)
{
    struct grown plain;
    grow(&plain, NULL);
    double weight[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++) {
        /* Seeds with a high first number count little: being one is then no longer told by it. */
        weight[i] = plain.crowd.label[i] && lka_block_codes(&plain.crowd.block, 0)[i] > 5 ? .01 : 1;
    }
    struct lka_fit_input input = crowd_input(&plain.crowd, plain.options);
    input.weight = weight;
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    ck_assert_int_eq(lka_forest_family.fit(&input, &model, &info, NULL), LKA_OK);
    double scores[PEOPLE];
    ck_assert_int_eq(lka_forest_score((const struct lka_forest *)(const void *)model, &plain.crowd.block, scores, NULL),
                     LKA_OK);
    double fell = 0;
    double count = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        bool light = weight[i] < 1;
        fell += light ? plain.scores[i] - scores[i] : 0;
        count += light;
    }
    ck_assert_double_gt(fell / count, .5);
    lka_forest_family.free(model);
    cut(&plain);
}
END_TEST

/* A tree of one split below the other, its leaves to the left. */
static lka_status import_chain(const struct lka_forest_columns *columns, size_t depth, struct lka_error *error)
{
    static const char *const keys[] = {"left_children", "right_children", "split_indices", "split_conditions",
                                       "default_left",  "split_type",     "sum_hessian"};
    struct lka_text json = {0};
    struct lka_forest *forest = NULL;
    lka_text_string(&json, "{\"learner\":{\"gradient_booster\":{\"model\":{\"trees\":[{");
    for (size_t k = 0; k < 7; k++) {
        lka_text_format(&json, "%s\"%s\":[", k ? "," : "", keys[k]);
        for (size_t n = 0; n <= 2 * depth; n++) {
            bool split = n % 2 == 0 && n < 2 * depth;
            size_t child = split ? n + k + 1 : 0;
            lka_text_format(&json, "%s%d", n ? "," : "", k > 1 ? k == 3 : split ? (int)child : -1);
        }
        lka_text_string(&json, "]");
    }
    lka_text_string(&json, "}]}}}}");
    lka_status status = lka_forest_import(json.bytes, columns, &forest, error);
    lka_forest_free(forest);
    lka_text_release(&json);
    return status;
}

START_TEST(a_tree_may_be_so_deep_and_no_deeper)
{
    struct crowd crowd;
    struct lka_error error = {0};
    crowd_init(&crowd, 10, 10);
    uint32_t first = 0;
    const struct lka_forest_columns columns = {&crowd.space, &first, 1};
    ck_assert_int_eq(import_chain(&columns, LKA_FOREST_DEEPEST, &error), LKA_OK);
    ck_assert_int_eq(import_chain(&columns, LKA_FOREST_DEEPEST + 1, &error), LKA_DATA);
    crowd_release(&crowd);
}
END_TEST

START_TEST(a_saved_model_of_another_shape_is_refused)
{
    struct crowd crowd;
    crowd_init(&crowd, 10, 10);
    uint32_t first = 0;
    const struct lka_forest_columns columns = {&crowd.space, &first, 1};
    static const char *const bad[] = {
        "no JSON",
        "{}",
        "{\"learner\":{\"gradient_booster\":{\"model\":{\"trees\":[{\"left_children\":[1,-1,-1]}]}}}}",
        /* the left child is the root */
        "{\"learner\":{\"gradient_booster\":{\"model\":{\"trees\":[{\"left_children\":[0],\"right_children\":[0],"
        "\"split_indices\":[0],\"split_conditions\":[1],\"default_left\":[0],\"split_type\":[0],\"sum_hessian\":[1]}]}}"
        "}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lka_forest *forest = NULL;
        struct lka_error error = {0};
        ck_assert_int_eq(lka_forest_import(bad[i], &columns, &forest, &error), LKA_DATA);
        ck_assert_ptr_nonnull(strstr(error.message, "cannot be read"));
        ck_assert_ptr_null(forest);
    }
    crowd_release(&crowd);
}
END_TEST

int main(void)
{
    lka_init();
    if (!lka_xgboost_there()) {
        printf("test_forest skipped here: libxgboost is not installed\n100%%: Checks: 0, Failures: 0, Errors: 0\n");
        return 0;
    }
    TCase *tests = tcase_create("forest");
    tcase_add_test(tests, every_kind_of_split_is_imported);
    tcase_add_test(tests, seeds_score_higher);
    tcase_add_loop_test(tests, contributions_are_shapley_values, 0, 3);
    tcase_add_test(tests, trees_of_a_single_leaf_add_nothing);
    tcase_add_test(tests, contributions_short_of_memory_fail_and_leak_nothing);
    tcase_add_test(tests, monotone_features_never_turn);
    tcase_add_test(tests, monotone_names_what_the_plan_has);
    tcase_add_test(tests, weights_shift_the_trees);
    tcase_add_test(tests, a_tree_may_be_so_deep_and_no_deeper);
    tcase_add_test(tests, a_saved_model_of_another_shape_is_refused);
    Suite *suite = suite_create("forest");
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
