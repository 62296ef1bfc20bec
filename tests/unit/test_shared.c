/* Several plans, one encoding: each plan sees what it would have encoded alone, and no column is encoded twice. */
#include "by_hand.h"
#include "run_suite.h"
#include "features/shared.h"

enum { ROWS = 40, COLUMNS = 4 };

#define HEAD "lookalike_plan: 1\nas_of: 2025-06-30\nclip: 8\ncolumns:\n"
#define AGE(edges) \
    "  - name: age\n    type: number\n    missing: true\n    centre: 40\n    scale: 10\n    edges: [" edges "]\n"
#define CITY(words) "  - name: city\n    type: category\n    missing: false\n    values: [" words "]\n"
#define SINCE \
    "  - name: since\n    type: date\n    missing: true\n    centre: 500\n    scale: 300\n    edges: [100, 900]\n"
#define TAGS "  - name: tags\n    type: list\n    missing: true\n    items: [x, y]\n"
#define TAIL "left_out: []\n"

static const char *const texts[] = {
    HEAD AGE("30, 50") CITY("A, B") SINCE TAIL,
    HEAD AGE("30, 50") CITY("A, B") SINCE TAIL,
    HEAD SINCE AGE("30, 50") TAIL,
    HEAD CITY("B, A") AGE("30, 51") TAGS TAIL,
    "lookalike_plan: 1\nas_of: 2025-01-31\nclip: 8\ncolumns:\n" SINCE CITY("A, B") TAIL,
    "lookalike_plan: 1\nas_of: 2025-06-30\nclip: 1\ncolumns:\n" AGE("30, 50") TAIL,
};
enum { PLANS = sizeof texts / sizeof *texts };
static const char *const columns[COLUMNS] = {"age", "city", "since", "tags"};

static struct lka_plan *plans[PLANS];
static struct lka_shared_plans shared;
static struct lka_rows rows;

static void setup(void)
{
    struct lka_error error = {0};
    for (size_t p = 0; p < PLANS; p++) {
        lka_status status = lka_plan_read(texts[p], strlen(texts[p]), "plan", &plans[p], &error);
        ck_assert_msg(status == LKA_OK, "%s", error.message);
    }
    ck_assert_int_eq(lka_shared_plans_init(&shared, (const struct lka_plan *const *)plans, PLANS, NULL), LKA_OK);
    make_rows(&rows, COLUMNS, ROWS, "pool.csv");
    for (size_t i = 0; i < ROWS; i++) {
        if (i % 9) {
            put(&rows, 0, i, "%zu", 20 + i);
        }
        put(&rows, 1, i, "%c", "ABC"[i % 3]);
        put(&rows, 2, i, "2024-%02zu-11", 1 + i % 12);
        put(&rows, 3, i, "%s", i % 4 ? "y|x" : i % 8 ? "y" : "");
    }
}

static void teardown(void)
{
    lka_shared_plans_release(&shared);
    lka_rows_release(&rows);
    for (size_t p = 0; p < PLANS; p++) {
        lka_plan_free(plans[p]);
    }
}

static void find_cells(const struct lka_plan *plan, ptrdiff_t *cells)
{
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        for (size_t i = 0; i < COLUMNS; i++) {
            cells[c] = strcmp(columns[i], lka_plan_column_name(plan, c)) == 0 ? (ptrdiff_t)i : cells[c];
        }
    }
}

START_TEST(columns_that_agree_are_one)
{
    /* age, city, since; city and age of the fourth, tags; since of an earlier day; age of another clip */
    ck_assert_uint_eq(shared.columns, 8);
    ck_assert_uint_eq(shared.view_of[0], shared.view_of[1]);
    ck_assert_uint_eq(shared.view_count, PLANS - 1);
}
END_TEST

START_TEST(each_plan_sees_what_it_encodes_alone)
{
    ptrdiff_t places[8][16];
    ptrdiff_t *cells[8];
    uint32_t kept[] = {0, 3, 4, 11, 17, 39};
    enum { KEPT = sizeof kept / sizeof *kept };
    struct lka_shared_block block;
    struct lka_problems problems = {0};
    for (size_t w = 0; w < shared.whole_count; w++) {
        cells[w] = places[w];
        find_cells(shared.wholes[w], cells[w]);
    }
    ck_assert_int_eq(lka_shared_block_init(&block, &shared, ROWS, NULL), LKA_OK);
    ck_assert_int_eq(lka_shared_encode(&rows, cells, &block, &problems, NULL), LKA_OK);
    ck_assert_uint_eq(problems.count, 0);
    lka_shared_pick(&block, kept, KEPT);
    for (size_t p = 0; p < PLANS; p++) {
        struct lka_block alone;
        ptrdiff_t own[16];
        const struct lka_space *space = lka_plan_space(plans[p]);
        const struct lka_block *view = &block.views[shared.view_of[p]];
        find_cells(plans[p], own);
        ck_assert_int_eq(lka_block_init(&alone, space, ROWS, NULL), LKA_OK);
        ck_assert_int_eq(lka_plan_encode(plans[p], &rows, own, &alone, &problems, NULL), LKA_OK);
        for (size_t f = 0; f < space->count; f++) {
            for (size_t i = 0; i < KEPT; i++) {
                ck_assert_uint_eq(lka_block_codes(view, f)[i], lka_block_codes(&alone, f)[kept[i]]);
                ck_assert(lka_block_values(view, f)[i] == lka_block_values(&alone, f)[kept[i]] ||
                          space->features[f].kind == LKA_FEATURE_CODE);
            }
        }
        lka_block_release(&alone);
    }
    lka_shared_block_release(&block);
    lka_problems_release(&problems);
}
END_TEST

START_TEST(a_row_has_one_problem_whatever_the_plans_that_read_it)
{
    ptrdiff_t places[8][16];
    ptrdiff_t *cells[8];
    struct lka_shared_block block;
    struct lka_problems problems = {0};
    put(&rows, 0, 5, "old");
    put(&rows, 2, 5, "never");
    put(&rows, 2, 2, "once");
    for (size_t w = 0; w < shared.whole_count; w++) {
        cells[w] = places[w];
        find_cells(shared.wholes[w], cells[w]);
    }
    ck_assert_int_eq(lka_shared_block_init(&block, &shared, ROWS, NULL), LKA_OK);
    ck_assert_int_eq(lka_shared_encode(&rows, cells, &block, &problems, NULL), LKA_OK);
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_uint_eq(problems.items[0].row, 2);
    ck_assert_uint_eq(problems.items[1].row, 5);
    lka_shared_block_release(&block);
    lka_problems_release(&problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shared");
    TCase *test = tcase_create("shared");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, columns_that_agree_are_one);
    tcase_add_test(test, each_plan_sees_what_it_encodes_alone);
    tcase_add_test(test, a_row_has_one_problem_whatever_the_plans_that_read_it);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
