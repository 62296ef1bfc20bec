/* Scoring many rows at once (models/forest/slices.h) beside a walk from each root to its leaf, on forests of all shapes: the same
 * bits in every form that this CPU runs. */
#include "base/random.h"
#include "by_hand.h"
#include "run_suite.h"
#include "models/forest/slices.h"

#include <math.h>

enum { FEATURES = 6, MOST_ROWS = 1100, TREES = 40, MOST_NODES = TREES * 1024 };

static struct lka_feature features[FEATURES] = {
    {"few bins", LKA_FEATURE_NUMBER, 9, 0, true},        {"many bins", LKA_FEATURE_NUMBER, 256, 1, true},
    {"too many bins", LKA_FEATURE_NUMBER, 257, 2, true}, {"category", LKA_FEATURE_CODE, 40, 3, true},
    {"many values", LKA_FEATURE_CODE, 60000, 4, true},   {"yes or no", LKA_FEATURE_CODE, 2, 5, false}};
static const struct lka_space space = {features, FEATURES};

/* A split as import makes it; now and then one of a file that nobody made. */
static struct lka_forest_node draw_split(struct lka_random *random)
{
    uint32_t f = (uint32_t)lka_random_below(random, FEATURES);
    uint16_t code = (uint16_t)lka_random_below(random, features[f].codes);
    struct lka_forest_node node = {.feature = f, .shift = 0, .limit = code};
    if (lka_random_below(random, 20) == 0) {
        node.shift = (uint16_t)lka_random_below(random, 65536);
        node.limit = (uint16_t)lka_random_below(random, 65536);
    } else if (features[f].kind == LKA_FEATURE_CODE && features[f].codes > 2) {
        node.shift = (uint16_t)(code + 1);
        node.limit = UINT16_MAX;
    } else if (code > 0 && lka_random_below(random, 2)) {
        node.shift = 1;
        node.limit = (uint16_t)(code - 1);
    }
    return node;
}

/* Level by level, as import lays trees out; `bushy` in 100 nodes above the last level are split. */
static void draw_tree(struct lka_forest *forest, size_t tree, size_t depth, uint64_t bushy, struct lka_random *random)
{
    uint32_t level_end = (uint32_t)forest->nodes + 1;
    uint32_t end = level_end;
    size_t level = 0;
    forest->root[tree] = (uint32_t)forest->nodes;
    for (uint32_t at = forest->root[tree]; at < end; at++) {
        if (at == level_end) {
            level_end = end;
            level++;
        }
        bool split = level < depth && end - forest->root[tree] < 1000 && lka_random_below(random, 100) < bushy;
        forest->node[at] = split ? draw_split(random) : (struct lka_forest_node){0};
        forest->node[at].left = split ? end : 0;
        forest->node[at].value = split ? 0 : (float)lka_random_normal(random);
        end += split ? 2 : 0;
    }
    forest->nodes = end;
    forest->root[tree + 1] = end;
}

static struct lka_forest *draw_forest(size_t depth, uint64_t bushy, uint64_t seed)
{
    struct lka_random random = lka_random_start(seed, 0);
    struct lka_forest *forest;
    ck_assert_int_eq(lka_forest_new(FEATURES, TREES, MOST_NODES, &forest, NULL), LKA_OK);
    forest->nodes = 0;
    for (size_t tree = 0; tree < TREES; tree++) {
        draw_tree(forest, tree, depth, bushy, &random);
    }
    forest->start = -.3F;
    forest->log_ratio = .1;
    ck_assert_int_eq(lka_slices_new(forest, &space, &forest->slices, NULL), LKA_OK);
    ck_assert_ptr_nonnull(forest->slices);
    return forest;
}

static void draw_rows(struct lka_block *block, uint64_t seed)
{
    struct lka_random random = lka_random_start(seed, 1);
    ck_assert_int_eq(lka_block_init(block, &space, MOST_ROWS, NULL), LKA_OK);
    for (size_t f = 0; f < FEATURES; f++) {
        for (size_t row = 0; row < MOST_ROWS; row++) {
            bool missing = lka_random_below(&random, 10) == 0;
            lka_block_codes(block, f)[row] = missing ? 0 : (uint16_t)lka_random_below(&random, features[f].codes);
        }
    }
}

static double by_path(const struct lka_forest *forest, const struct lka_block *block, size_t row)
{
    float margin = forest->start;
    for (size_t tree = 0; tree < forest->trees; tree++) {
        uint32_t at = forest->root[tree];
        while (forest->node[at].left) {
            const struct lka_forest_node *node = &forest->node[at];
            uint16_t moved = (uint16_t)(lka_block_codes(block, node->feature)[row] - node->shift);
            at = moved < node->limit ? node->left : node->left + 1;
        }
        margin += forest->node[at].value;
    }
    return (double)margin - forest->log_ratio;
}

static void check_forms(const struct lka_forest *forest, struct lka_block *block, size_t count)
{
    double scores[MOST_ROWS];
    struct lka_arena scratch = {0};
    block->count = count;
    for (enum lka_slices_kind kind = LKA_SLICES_FASTEST; kind < LKA_SLICES_KINDS; kind++) {
        lka_arena_rewind(&scratch);
        ck_assert_int_eq(lka_forest_score_as(kind, forest, block, &scratch, scores, NULL), LKA_OK);
        for (size_t row = 0; row < count; row++) {
            double expected = by_path(forest, block, row);
            ck_assert_msg(memcmp(&scores[row], &expected, sizeof expected) == 0, "form %d, row %zu of %zu: %a, not %a",
                          (int)kind, row, count, scores[row], expected);
        }
    }
    lka_arena_release(&scratch);
}

START_TEST(every_form_gives_the_bits_of_a_walk)
{
    size_t depth = (size_t)_i;
    struct lka_block block;
    draw_rows(&block, (uint64_t)_i);
    for (uint64_t bushy = 60; bushy <= 100; bushy += 20) {
        struct lka_forest *forest = draw_forest(depth, bushy, bushy + depth);
        check_forms(forest, &block, MOST_ROWS);
        lka_forest_free(forest);
    }
    lka_block_release(&block);
}
END_TEST

START_TEST(every_count_of_rows_is_scored)
{
    static const size_t counts[] = {1, 15, 16, 17, 255, 256, 257, 271, 272, 511, 512, 513, 1024};
    struct lka_block block;
    draw_rows(&block, 1);
    struct lka_forest *forest = draw_forest(7, 90, 1);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check_forms(forest, &block, counts[i]);
    }
    lka_forest_free(forest);
    lka_block_release(&block);
}
END_TEST

START_TEST(equal_splits_are_asked_once)
{
    struct lka_forest *forest = draw_forest(6, 100, 3);
    size_t splits = 0;
    for (size_t n = 0; n < forest->nodes; n++) {
        splits += forest->node[n].left != 0;
    }
    ck_assert_uint_eq(splits, TREES * 63);
    ck_assert_uint_lt(forest->slices->tests, splits);
    ck_assert_uint_eq(forest->slices->columns, FEATURES);
    ck_assert_uint_eq(forest->slices->pieces, TREES);
    lka_forest_free(forest);
}
END_TEST

int main(void)
{
    lka_init();
    TCase *tests = tcase_create("slices");
    tcase_add_loop_test(tests, every_form_gives_the_bits_of_a_walk, 0, LKA_FOREST_DEEPEST + 1);
    tcase_add_test(tests, every_count_of_rows_is_scored);
    tcase_add_test(tests, equal_splits_are_asked_once);
    Suite *suite = suite_create("slices");
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
