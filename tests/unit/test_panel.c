/* Models side by side: no row that reaches a threshold is missed, in any form of the loop; few others are found; a shortlist
 * keeps exactly the first rows of the order. */
#include "base/random.h"
#include "by_hand.h"
#include "score/panel.h"
#include "score/shortlist.h"
#include "score/top.h"

#include <math.h>

enum { FEATURES = 5, CODES = 7, ROWS = 1001, LANES = 61 };

/* ---- panels ------------------------------------------------------------------------------------ */

struct linear {
    double intercept;
    double slope[FEATURES];
    double table[FEATURES * CODES];
};

static const size_t starts[FEATURES + 1] = {0, CODES, 2 * CODES, 3 * CODES, 4 * CODES, 5 * CODES};
static struct linear models[LANES];
static struct lka_feature features[FEATURES];
static struct lka_space space = {features, FEATURES};
static struct lka_block block;
static struct lka_panel_shape shape;
static struct lka_panel panel;
static struct lka_panel_rows rows;
static struct lka_panel_hits hits;

/* Each model has a size of its own, from 1e-90 to 1e90, and steps that nearly cancel out. */
static void make_models(struct lka_linear_terms *terms)
{
    struct lka_random random = lka_random_start(3, 0);
    for (size_t m = 0; m < LANES; m++) {
        double size = pow(10, 3 * ((double)m - LANES / 2));
        models[m].intercept = size * lka_random_normal(&random);
        for (size_t f = 0; f < FEATURES; f++) {
            models[m].slope[f] = f == 3 ? 0 : size * lka_random_normal(&random) * (f == 1 ? 1000 : 1);
            for (size_t c = 0; c < CODES; c++) {
                models[m].table[f * CODES + c] = f == 0 ? 0 : size * lka_random_normal(&random);
            }
        }
        models[m].slope[2] = -models[m].slope[1];
        terms[m] = (struct lka_linear_terms){models[m].intercept, models[m].slope, models[m].table, starts};
    }
}

static void make_rows_of_values(void)
{
    struct lka_random random = lka_random_start(4, 0);
    ck_assert_int_eq(lka_block_init(&block, &space, ROWS, NULL), LKA_OK);
    block.count = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t f = 0; f < FEATURES; f++) {
            lka_block_values(&block, f)[i] = lka_random_normal(&random);
            lka_block_codes(&block, f)[i] = (uint16_t)lka_random_below(&random, CODES);
        }
        lka_block_values(&block, 2)[i] = lka_block_values(&block, 1)[i] * (1 + 1e-6 * lka_random_normal(&random));
    }
    lka_block_values(&block, 0)[7] = 1e300;
    lka_block_values(&block, 0)[8] = -1e300;
}

static void panel_setup(void)
{
    struct lka_linear_terms terms[LANES];
    for (uint32_t f = 0; f < FEATURES; f++) {
        features[f] = (struct lka_feature){"f", f == 3 ? LKA_FEATURE_CODE : LKA_FEATURE_NUMBER, CODES, f, true};
    }
    make_models(terms);
    make_rows_of_values();
    ck_assert_int_eq(lka_panel_shape_init(&shape, &space, terms, LANES, NULL), LKA_OK);
    ck_assert_int_eq(lka_panel_init(&panel, &shape, terms, LANES, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_panel_rows_init(&rows, &shape, ROWS, NULL), LKA_OK);
    ck_assert_int_eq(lka_panel_hits_init(&hits, ROWS, NULL), LKA_OK);
    lka_panel_rows_set(&rows, &block);
}

static void panel_teardown(void)
{
    lka_panel_hits_release(&hits);
    lka_panel_rows_release(&rows);
    lka_panel_release(&panel);
    lka_panel_shape_release(&shape);
    lka_block_release(&block);
}

static double score_of(size_t m, size_t row)
{
    double score = models[m].intercept;
    for (size_t f = 0; f < FEATURES; f++) {
        score += models[m].slope[f] * lka_bounded(lka_block_values(&block, f)[row]);
        score += models[m].table[f * CODES + lka_block_codes(&block, f)[row]];
    }
    return score;
}

static bool is_hit(size_t lane, uint32_t row)
{
    bool found = false;
    for (size_t i = 0; i < hits.count[lane]; i++) {
        found = found || hits.rows[lane * hits.capacity + i] == row;
    }
    return found;
}

/* Every threshold is some row's very score. */
START_TEST(no_row_that_reaches_its_threshold_is_missed)
{
    enum lka_panel_kind kind = (enum lka_panel_kind)_i;
    double thresholds[LKA_PANEL_LANES];
    uint32_t listed[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        listed[i] = i;
    }
    if (!lka_panel_kind_runs(kind)) {
        return;
    }
    for (size_t of = 0; of < ROWS; of += 97) {
        for (size_t m = 0; m < LANES; m++) {
            thresholds[m] = score_of(m, of);
        }
        lka_panel_find(&panel, 0, &rows, listed, ROWS, thresholds, kind, &hits);
        for (size_t m = 0; m < LANES; m++) {
            for (uint32_t i = 0; i < ROWS; i++) {
                ck_assert_msg(score_of(m, i) < thresholds[m] || is_hit(m, i), "model %zu misses row %u", m, i);
            }
        }
        ck_assert_uint_eq(hits.count[LANES], 0); /* no such model */
    }
}
END_TEST

START_TEST(few_rows_are_found_in_vain)
{
    uint32_t listed[ROWS];
    double thresholds[LKA_PANEL_LANES];
    /* Without the outlier, whose size the bound must allow for. */
    block.count = 7;
    lka_panel_rows_set(&rows, &block);
    size_t found = 0;
    size_t wanted = 0;
    for (uint32_t i = 0; i < block.count; i++) {
        listed[i] = i;
    }
    for (uint32_t of = 0; of < block.count; of++) {
        for (size_t m = 0; m < LANES; m++) {
            thresholds[m] = score_of(m, of);
        }
        lka_panel_find(&panel, 0, &rows, listed, block.count, thresholds, LKA_PANEL_FASTEST, &hits);
        for (size_t m = 0; m < LANES; m++) {
            found += hits.count[m];
            for (uint32_t i = 0; i < block.count; i++) {
                wanted += score_of(m, i) >= thresholds[m];
            }
        }
    }
    ck_assert_uint_le(found, wanted + wanted / 50);
}
END_TEST

/* ---- shortlists -------------------------------------------------------------------------------- */

static int by_order(const void *a, const void *b)
{
    const struct lka_shortlist_entry *x = a;
    const struct lka_shortlist_entry *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->tie > y->tie) - (x->tie < y->tie);
}

/* How rows come: at random, the best first, the best last, all of one score, of three. */
enum arrival { ANY, BEST_FIRST, BEST_LAST, ONE_SCORE, THREE_SCORES, ARRIVALS };

static struct lka_shortlist_entry *make_entries(enum arrival arrival, size_t count)
{
    struct lka_random random = lka_random_start(9, arrival);
    struct lka_shortlist_entry *entries = calloc(count, sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        uint64_t draw = lka_random_next(&random) >> 1;
        entries[i] = (struct lka_shortlist_entry){arrival == ONE_SCORE      ? 5
                                                  : arrival == THREE_SCORES ? draw % 3
                                                                            : draw,
                                                  lka_random_next(&random), i};
    }
    if (arrival == BEST_FIRST || arrival == BEST_LAST) {
        qsort(entries, count, sizeof *entries, by_order);
    }
    for (size_t i = 0; arrival == BEST_LAST && i < count / 2; i++) {
        struct lka_shortlist_entry held = entries[i];
        entries[i] = entries[count - 1 - i];
        entries[count - 1 - i] = held;
    }
    return entries;
}

static bool fill(struct lka_shortlist *list, const struct lka_shortlist_entry *entries, size_t count, size_t wanted)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        if (lka_shortlist_takes(list, entries[i].key, entries[i].tie)) {
            ck_assert_int_eq(lka_shortlist_add(list, &entries[i], NULL), LKA_OK);
        }
        most = list->count > most ? list->count : most;
        if (i % 1000 == 999) {
            lka_shortlist_saw(list, i + 1);
        }
    }
    ck_assert_uint_le(most, list->most > 0 ? 2 * (wanted + 600) : count);
    return lka_shortlist_finish(list, wanted);
}

START_TEST(a_shortlist_has_the_first_rows_or_says_that_it_may_not)
{
    enum { COUNT = 50000, WANTED = 500 };
    struct lka_shortlist_entry *entries = make_entries((enum arrival)_i, COUNT);
    struct lka_shortlist list;
    lka_shortlist_init(&list, .01, 0);
    bool right = fill(&list, entries, COUNT, WANTED);
    ck_assert(right == (_i != BEST_FIRST)); /* the first rows tell nothing of the others */
    if (!right) {
        lka_shortlist_release(&list);
        lka_shortlist_init(&list, 0, WANTED);
        ck_assert(fill(&list, entries, COUNT, WANTED));
    }
    qsort(entries, COUNT, sizeof *entries, by_order);
    qsort(list.entries, list.count, sizeof *entries, by_order);
    ck_assert_uint_eq(list.count, WANTED);
    for (size_t i = 0; i < WANTED; i++) {
        ck_assert_uint_eq(list.entries[i].place, entries[i].place);
    }
    lka_shortlist_release(&list);
    free(entries);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("panel");
    TCase *panels = tcase_create("panels");
    tcase_add_checked_fixture(panels, panel_setup, panel_teardown);
    tcase_add_loop_test(panels, no_row_that_reaches_its_threshold_is_missed, 0, LKA_PANEL_KINDS);
    tcase_add_test(panels, few_rows_are_found_in_vain);
    suite_add_tcase(suite, panels);
    TCase *shortlists = tcase_create("shortlists");
    tcase_add_loop_test(shortlists, a_shortlist_has_the_first_rows_or_says_that_it_may_not, 0, ARRIVALS);
    suite_add_tcase(suite, shortlists);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
