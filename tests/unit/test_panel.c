/* Models side by side: the rows that reach a threshold, no others, each with the score of the model alone to the bit, in the form
 * for each CPU; whoever a model learned from is scored by one member. */
#include "base/cpu.h"
#include "base/random.h"
#include "by_hand.h"
#include "score/panel_group.h"
#include "score/top.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

#include <math.h>

/* More models than a panel has lanes; rows that fill no whole group. */
enum { FEATURES = 5, CODES = 7, ROWS = 1001, MODELS = 19, FOLDS = 3, MOST_BAGS = 3, ID = 8 };

#include "logistic_by_hand.h"

static struct lka_plan *plan;
static struct lka_block block;
static char texts[ROWS][ID];
static struct lka_span ids[ROWS];
static struct lka_span learned_as[ROWS];
static struct lka_model models[MODELS];
static struct lka_contender contenders[MODELS];

/* ---- models and rows --------------------------------------------------------------------------- */

/* Numbers of 7 codes each; the model's tables and slopes say which of them counts how. */
static void make_plan(void)
{
    static const char head[] = "lookalike_plan: 1\nas_of: 2025-06-30\nclip: 8\ncolumns:\n";
    struct lka_text yaml = {0};
    lka_text_string(&yaml, head);
    for (int f = 0; f < FEATURES; f++) {
        lka_text_format(&yaml, "  - name: x%d\n    type: number\n    missing: true\n    centre: 0\n    scale: 1\n", f);
        lka_text_string(&yaml, "    edges: [-2, -1, 0, 1, 2]\n");
    }
    lka_text_string(&yaml, "left_out: []\n");
    ck_assert_int_eq(lka_plan_read(yaml.bytes, yaml.length, "plan", &plan, NULL), LKA_OK);
    ck_assert_uint_eq(lka_plan_space(plan)->features[0].codes, CODES);
    lka_text_release(&yaml);
}

static void make_rows_of_values(void)
{
    struct lka_random random = lka_random_start(4, 0);
    ck_assert_int_eq(lka_block_init(&block, lka_plan_space(plan), ROWS, NULL), LKA_OK);
    block.count = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t f = 0; f < FEATURES; f++) {
            lka_block_values(&block, f)[i] = lka_random_normal(&random);
            lka_block_codes(&block, f)[i] = (uint16_t)lka_random_below(&random, CODES);
        }
        snprintf(texts[i], ID, "p%zu", i);
        ids[i] = (struct lka_span){texts[i], (uint32_t)strlen(texts[i])};
        bool is_seed = i % 50 == 3;
        learned_as[i] = (struct lka_span){is_seed ? "seed" : NULL, is_seed && i % 100 == 3 ? 4 : 0};
    }
    lka_block_values(&block, 0)[7] = 1e300;
    lka_block_values(&block, 0)[8] = -1e300;
}

/* Each model has a size of its own, from 1e-90 to 1e80, and lacks some slopes and tables; the last one gives
 * everybody the same. */
static struct lka_family_model *make_fit(size_t m, struct lka_random *random)
{
    struct logistic_tensors tensors = {0};
    struct lka_tensor_store store = {&tensors, logistic_tensor};
    struct lka_family_model *fit = NULL;
    double size = m + 1 < MODELS ? pow(10, 10 * ((double)m - MODELS / 2)) : 0;
    for (size_t f = 0; f < FEATURES; f++) {
        tensors.slope[f] = f == 3 || (m + f) % 4 == 0 ? 0 : size * lka_random_normal(random);
        for (size_t c = 0; c < CODES; c++) {
            tensors.table[f * CODES + c] = f == 0 || (m + f) % 3 == 0 ? 0 : size * lka_random_normal(random);
        }
    }
    ck_assert_int_eq(lka_family_find("logistic")->load(lka_plan_space(plan), &store, &fit, NULL), LKA_OK);
    return fit;
}

/* Models learned from samples of two sizes. */
static void make_models(size_t bags)
{
    struct lka_random random = lka_random_start(3, 0);
    for (size_t m = 0; m < MODELS; m++) {
        models[m] = (struct lka_model){.plan = plan,
                                       .family = lka_family_find("logistic"),
                                       .member_count = FOLDS,
                                       .bags = bags,
                                       .fold_key = 5,
                                       .sample_key = 6,
                                       .sample_threshold = m % 2 ? UINT64_MAX / 3 : UINT64_MAX / 8};
        for (size_t fit = 0; fit < FOLDS * bags; fit++) {
            models[m].members[fit] = make_fit(m, &random);
        }
        ck_assert_int_eq(lka_model_average(&models[m], NULL), LKA_OK);
        contenders[m] = (struct lka_contender){.model = &models[m], .active = true};
        atomic_init(&contenders[m].key, UINT64_MAX);
    }
}

static void free_models(void)
{
    for (size_t m = 0; m < MODELS; m++) {
        for (size_t fit = 0; fit < FOLDS * MOST_BAGS; fit++) {
            models[m].family->free(models[m].members[fit]);
        }
        models[m].family->free(models[m].mean);
    }
}

static void setup(void)
{
    make_plan();
    make_rows_of_values();
}

static void teardown(void)
{
    lka_cpu_limit(LKA_CPU_SHA);
    lka_block_release(&block);
    lka_plan_free(plan);
}

/* ---- the same as alone ------------------------------------------------------------------------- */

static double alone[MODELS][ROWS];

static void score_alone(void)
{
    struct lka_arena scratch = {0};
    for (size_t m = 0; m < MODELS; m++) {
        uint8_t member[ROWS];
        for (size_t i = 0; i < ROWS; i++) {
            struct lka_span id = learned_as[i].length > 0 ? learned_as[i] : ids[i];
            member[i] = (uint8_t)lka_model_member(&models[m], id, learned_as[i].text != NULL);
        }
        ck_assert_int_eq(lka_model_score_by(&models[m], &block, member, &scratch, alone[m], NULL), LKA_OK);
    }
    lka_arena_release(&scratch);
}

/* Every model wants the rows that score as `of` does, or better; model 2 wants none. */
static void set_wanted(size_t of)
{
    for (size_t m = 0; m < MODELS; m++) {
        contenders[m].active = m != 2;
        atomic_store(&contenders[m].key, of < ROWS ? lka_score_key(alone[m][of] + 0.0) : UINT64_MAX);
    }
}

/* Asserted once a pass: there are too many rows to tell Check of each. */
static void expect_hits(const struct lka_panel_pass *pass, size_t of)
{
    static uint8_t found[MODELS][ROWS];
    size_t other_bits = 0;
    size_t misplaced = 0;
    memset(found, 0, sizeof found);
    for (size_t h = 0; h < pass->hit_count; h++) {
        const struct lka_hit *hit = &pass->hits[h];
        double expected = alone[hit->model][hit->row] + 0.0;
        found[hit->model][hit->row]++;
        other_bits += memcmp(&hit->score, &expected, sizeof expected) != 0;
    }
    for (size_t m = 0; m < MODELS; m++) {
        for (size_t i = 0; i < ROWS; i++) {
            misplaced += found[m][i] != (m != 2 && (of == ROWS || alone[m][i] >= alone[m][of]));
        }
    }
    ck_assert_uint_eq(other_bits, 0);
    ck_assert_uint_eq(misplaced, 0);
}

static void expect_the_same(size_t bags)
{
    struct lka_panel_groups groups;
    struct lka_panel_pass pass = {0};
    const struct lka_row_ids rows = {ids, learned_as};
    make_models(bags);
    score_alone();
    ck_assert_int_eq(lka_panel_groups_init(&groups, contenders, MODELS, NULL), LKA_OK);
    ck_assert_uint_eq(groups.count, 1);
    ck_assert_int_eq(lka_panel_pass_init(&pass, &groups, ROWS, NULL), LKA_OK);
    for (size_t of = 0; of <= ROWS; of += 91) {
        set_wanted(of);
        pass.hit_count = 0;
        ck_assert_int_eq(lka_panel_group_score(&groups.items[0], &block, &rows, &pass, NULL), LKA_OK);
        expect_hits(&pass, of);
    }
    lka_panel_pass_release(&pass);
    lka_panel_groups_release(&groups);
    free_models();
}

START_TEST(hits_are_the_rows_of_the_model_alone_to_the_bit)
{
    lka_cpu_limit((enum lka_cpu_form)_i);
    expect_the_same(1);
}
END_TEST

START_TEST(members_of_several_fits_score_as_alone)
{
    lka_cpu_limit((enum lka_cpu_form)_i);
    expect_the_same(MOST_BAGS);
}
END_TEST

static lka_status find_all(struct lka_panel_groups *groups, struct lka_panel_pass *pass)
{
    const struct lka_row_ids rows = {ids, learned_as};
    LKA_TRY(lka_panel_groups_init(groups, contenders, MODELS, NULL));
    LKA_TRY(lka_panel_pass_init(pass, groups, ROWS, NULL));
    return lka_panel_group_score(&groups->items[0], &block, &rows, pass, NULL);
}

START_TEST(every_allocation_may_fail)
{
    make_models(1);
    size_t place = 0;
    lka_status status = LKA_MEMORY;
    while (status == LKA_MEMORY) {
        struct lka_panel_groups groups = {0};
        struct lka_panel_pass pass = {0};
        memory_fails_at(++place);
        status = find_all(&groups, &pass);
        ck_assert_int_eq(status, short_memory.calls < place ? LKA_OK : LKA_MEMORY);
        lka_panel_pass_release(&pass);
        lka_panel_groups_release(&groups);
        memory_give_back();
    }
    ck_assert_uint_gt(place, 10);
    free_models();
}
END_TEST

START_TEST(what_fills_up_the_last_rows_is_no_hit)
{
    enum { FEW = 3 };
    struct lka_panel_groups groups;
    struct lka_panel_rows rows;
    struct lka_hit hits[LKA_PANEL_ROWS * LKA_PANEL_LANES];
    const uint32_t listed[FEW] = {4, 5, 900};
    double thresholds[LKA_PANEL_LANES];
    for (size_t lane = 0; lane < LKA_PANEL_LANES; lane++) {
        thresholds[lane] = -(double)INFINITY;
    }
    lka_cpu_limit((enum lka_cpu_form)_i);
    make_models(1);
    ck_assert_int_eq(lka_panel_groups_init(&groups, contenders, MODELS, NULL), LKA_OK);
    ck_assert_int_eq(lka_panel_rows_init(&rows, FEATURES, FEATURES, FEW, NULL), LKA_OK);
    lka_panel_rows_set(&rows, &groups.items[0].shape, &block, listed, FEW);
    size_t found = lka_panel_find(&groups.items[0].panels[0], 0, 1, &rows, thresholds, hits);
    ck_assert_uint_eq(found, FEW * LKA_PANEL_LANES);
    lka_panel_rows_release(&rows);
    lka_panel_groups_release(&groups);
    free_models();
}
END_TEST

/* ---- who goes together ------------------------------------------------------------------------- */

START_TEST(models_of_another_rule_go_elsewhere_and_few_of_one_go_alone)
{
    struct lka_panel_groups groups;
    make_models(1);
    for (size_t m = 0; m < MODELS; m++) {
        models[m].fold_key = m < 3 ? 9 : m < 8 ? 10 : 11;
    }
    ck_assert_int_eq(lka_panel_groups_init(&groups, contenders, MODELS, NULL), LKA_OK);
    ck_assert_uint_eq(groups.count, 2);
    for (size_t m = 0; m < MODELS; m++) {
        ck_assert(contenders[m].panelled == (m >= 3));
    }
    lka_panel_groups_release(&groups);
    free_models();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("panel");
    TCase *cases = tcase_create("panel");
    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, hits_are_the_rows_of_the_model_alone_to_the_bit, LKA_CPU_PLAIN, LKA_CPU_AVX512 + 1);
    tcase_add_loop_test(cases, members_of_several_fits_score_as_alone, LKA_CPU_PLAIN, LKA_CPU_AVX512 + 1);
    tcase_add_loop_test(cases, what_fills_up_the_last_rows_is_no_hit, LKA_CPU_PLAIN, LKA_CPU_AVX512 + 1);
    tcase_add_test(cases, every_allocation_may_fail);
    tcase_add_test(cases, models_of_another_rule_go_elsewhere_and_few_of_one_go_alone);
    return run_suite(suite);
}
