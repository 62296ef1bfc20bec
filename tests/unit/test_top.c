/* The first rows of an order, in any amount of memory; and who is written: top, explored, both. */
#include "base/random.h"
#include "score/selection.h"
#include "score/top.h"

#include "run_suite.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 3000 };

/* Rows with few keys, so that ties abound, and payloads of many lengths. */
struct made {
    uint64_t key;
    uint64_t tie;
    char id[16];
    char payload[80];
};

static struct made made[ROWS];

static int by_order(const void *a, const void *b)
{
    const struct made *x = a;
    const struct made *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    if (x->tie != y->tie) {
        return x->tie < y->tie ? -1 : 1;
    }
    return strcmp(x->id, y->id);
}

static void make(uint64_t seed)
{
    struct lka_random random = lka_random_start(seed, 0);
    for (size_t i = 0; i < ROWS; i++) {
        made[i].key = lka_random_below(&random, 50);
        made[i].tie = lka_random_below(&random, 10);
        snprintf(made[i].id, sizeof made[i].id, "P%05zu", i);
        size_t length = (size_t)lka_random_below(&random, sizeof made[i].payload);
        memset(made[i].payload, 0, sizeof made[i].payload);
        memset(made[i].payload, 'a' + (int)(i % 26), length);
    }
    uint32_t order[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        order[i] = i;
    }
    lka_random_shuffle(&random, order, ROWS);
    static struct made shuffled[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        shuffled[i] = made[order[i]];
    }
    memcpy(made, shuffled, sizeof made);
}

static struct lka_top *collect(struct lka_top_options options)
{
    struct lka_top *top;
    options.fields = 2;
    ck_assert_int_eq(lka_top_new(&options, &top, NULL), LKA_OK);
    for (size_t i = 0; i < ROWS; i++) {
        struct lka_span fields[] = {lka_span_of(made[i].id), lka_span_of(made[i].payload)};
        struct lka_top_row row = {made[i].key, made[i].tie, fields};
        ck_assert_int_eq(lka_top_add(top, &row, NULL), LKA_OK);
    }
    ck_assert_int_eq(lka_top_finish(top, NULL), LKA_OK);
    return top;
}

static void check_first(struct lka_top *top, size_t count)
{
    qsort(made, ROWS, sizeof *made, by_order);
    for (size_t i = 0; i < count; i++) {
        struct lka_top_row row;
        bool found = false;
        ck_assert_int_eq(lka_top_next(top, &row, &found, NULL), LKA_OK);
        ck_assert(found);
        ck_assert_uint_eq(row.key, made[i].key);
        ck_assert_uint_eq(row.tie, made[i].tie);
        ck_assert(lka_span_equal(row.fields[0], lka_span_of(made[i].id)));
        ck_assert(lka_span_equal(row.fields[1], lka_span_of(made[i].payload)));
    }
}

/* From one run after every row, over some hundred runs, to all in memory. */
static const size_t budgets[] = {1, 2000, 20000, 1 << 24};

START_TEST(all_rows_come_in_order_whatever_the_memory)
{
    make(7 + (uint64_t)_i);
    struct lka_top *top = collect((struct lka_top_options){.memory = budgets[_i]});
    check_first(top, ROWS);
    struct lka_top_row row;
    bool found = true;
    ck_assert_int_eq(lka_top_next(top, &row, &found, NULL), LKA_OK);
    ck_assert(!found);
    lka_top_free(top);
}
END_TEST

START_TEST(a_limit_gives_the_first_rows_and_no_more)
{
    static const uint64_t limits[] = {1, 10, 777, ROWS - 1, ROWS, ROWS + 5};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        make(70 + i);
        struct lka_top *top = collect((struct lka_top_options){.limit = limits[i], .memory = budgets[_i]});
        check_first(top, limits[i] < ROWS ? (size_t)limits[i] : ROWS);
        struct lka_top_row row;
        bool found = true;
        ck_assert_int_eq(lka_top_next(top, &row, &found, NULL), LKA_OK);
        ck_assert(!found);
        lka_top_free(top);
    }
}
END_TEST

START_TEST(a_row_may_be_larger_than_the_memory)
{
    struct lka_top *top;
    struct lka_top_options options = {.memory = 4096, .fields = 1};
    ck_assert_int_eq(lka_top_new(&options, &top, NULL), LKA_OK);
    enum { LONG = 700000 };
    char *bytes = malloc(LONG);
    for (uint64_t i = 0; i < 8; i++) {
        memset(bytes, 'a' + (int)i, LONG);
        struct lka_span field = {bytes, (uint32_t)(LONG - i)};
        ck_assert_int_eq(lka_top_add(top, &(struct lka_top_row){8 - i, 0, &field}, NULL), LKA_OK);
    }
    free(bytes);
    ck_assert_int_eq(lka_top_finish(top, NULL), LKA_OK);
    for (uint64_t i = 8; i-- > 0;) {
        struct lka_top_row row;
        bool found = false;
        ck_assert_int_eq(lka_top_next(top, &row, &found, NULL), LKA_OK);
        ck_assert(found);
        ck_assert_uint_eq(row.fields[0].length, LONG - i);
        ck_assert_int_eq(row.fields[0].text[LONG - i - 1], 'a' + (int)i);
    }
    lka_top_free(top);
}
END_TEST

START_TEST(no_rows_give_none)
{
    struct lka_top *top;
    struct lka_top_options options = {.memory = 100, .fields = 1};
    ck_assert_int_eq(lka_top_new(&options, &top, NULL), LKA_OK);
    ck_assert_int_eq(lka_top_finish(top, NULL), LKA_OK);
    struct lka_top_row row;
    bool found = true;
    ck_assert_int_eq(lka_top_next(top, &row, &found, NULL), LKA_OK);
    ck_assert(!found);
    lka_top_free(top);
}
END_TEST

START_TEST(keys_ascend_as_scores_descend)
{
    static const double scores[] = {INFINITY, 1e300, 2, 1.5, 1e-310, 0, -1e-310, -1.5, -2, -1e300, -INFINITY};
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        ck_assert(lka_key_score(lka_score_key(scores[i])) == scores[i]);
        ck_assert(i == 0 || lka_score_key(scores[i - 1]) < lka_score_key(scores[i]));
    }
}
END_TEST

/* ---- selection -------------------------------------------------------------------------------- */

enum { PEOPLE = 1000 };
static const uint64_t tie_key = 11;
static const uint64_t explore_key = 12;

struct person {
    double score;
    uint64_t tie;
    uint64_t explore;
    char id[16];
};

static struct person people[PEOPLE];

static int by_rank(const void *a, const void *b)
{
    const struct person *x = a;
    const struct person *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->tie > y->tie) - (x->tie < y->tie);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_score(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x < y) - (x > y);
}
static bool takes(struct lka_selection *selection, double score)
{
    uint32_t picked;
    return lka_selection_pick(selection, &score, 1, &picked) == 1;
}

static struct lka_selection *select_people(struct lka_selection_options options, struct lka_selection_counts *counts)
{
    struct lka_selection *selection;
    options.tie_key = tie_key;
    options.explore_key = explore_key;
    options.fields = 1;
    ck_assert_int_eq(lka_selection_new(&options, &selection, NULL), LKA_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct person *person = &people[i];
        snprintf(person->id, sizeof person->id, "C%zu", i * 37 % PEOPLE);
        struct lka_span id = lka_span_of(person->id);
        person->score = (double)(i % 90) / 7 - 3;
        person->tie = lka_hash(tie_key, id);
        person->explore = lka_hash(explore_key, id);
        ck_assert(takes(selection, person->score));
        ck_assert_int_eq(lka_selection_add(selection, person->score, &id, NULL), LKA_OK);
    }
    ck_assert_int_eq(lka_selection_finish(selection, counts, NULL), LKA_OK);
    qsort(people, PEOPLE, sizeof *people, by_rank);
    return selection;
}

/* The explore hash of the m-th sampled person. */
static uint64_t threshold(size_t m)
{
    uint64_t hashes[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++) {
        hashes[i] = people[i].explore;
    }
    qsort(hashes, PEOPLE, sizeof *hashes, by_number);
    return m ? hashes[m - 1] : 0;
}

static void check_selected(struct lka_selection *selection, size_t top, size_t explored)
{
    uint64_t last = threshold(explored);
    size_t seen = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        bool sampled = explored > 0 && people[i].explore <= last;
        seen += sampled;
        if (i >= top && !sampled) {
            continue;
        }
        struct lka_ranked_row row;
        bool found = false;
        ck_assert_int_eq(lka_selection_next(selection, &row, &found, NULL), LKA_OK);
        ck_assert(found);
        ck_assert_uint_eq(row.rank, i + 1);
        ck_assert(row.score == people[i].score);
        ck_assert(lka_span_equal(row.fields[0], lka_span_of(people[i].id)));
        ck_assert_str_eq(row.source, i >= top ? "explore" : sampled ? "both" : "top");
    }
    ck_assert_uint_eq(seen, explored);
    struct lka_ranked_row row;
    bool found = true;
    ck_assert_int_eq(lka_selection_next(selection, &row, &found, NULL), LKA_OK);
    ck_assert(!found);
}

struct wish {
    struct lka_amount top;
    struct lka_amount explore;
    size_t k;
    size_t m;
};

static const struct wish wishes[] = {
    {{.01, 0}, {0, 0}, 10, 0},      {{.0101, 0}, {0, 0}, 11, 0},   {{0, 57}, {0, 0}, 57, 0},
    {{0, 5000}, {0, 0}, PEOPLE, 0}, {{1, 0}, {0, 0}, PEOPLE, 0},   {{.1, 0}, {.2, 0}, 100, 20},
    {{0, 300}, {.5, 0}, 300, 150},  {{.1, 0}, {0, 333}, 100, 333}, {{0, 5}, {0, 99999}, 5, PEOPLE},
};

START_TEST(top_and_sample_are_exact)
{
    static const size_t memories[] = {3000, 1 << 22};
    for (size_t i = 0; i < 2; i++) {
        const struct wish *wish = &wishes[_i];
        struct lka_selection_options options = {.top = wish->top, .explore = wish->explore, .memory = memories[i]};
        struct lka_selection_counts counts;
        struct lka_selection *selection = select_people(options, &counts);
        ck_assert_uint_eq(counts.eligible, PEOPLE);
        ck_assert_uint_eq(counts.top, wish->k);
        ck_assert_uint_eq(counts.explored, wish->m);
        check_selected(selection, wish->k, wish->m);
        lka_selection_free(selection);
    }
}
END_TEST

START_TEST(a_bound_on_the_rows_changes_nothing)
{
    static const uint64_t bounds[] = {PEOPLE, PEOPLE + 1, 5 * PEOPLE};
    for (size_t i = 0; i < 3; i++) {
        const struct wish *wish = &wishes[_i];
        struct lka_selection_options options = {
            .top = wish->top, .explore = wish->explore, .memory = 1 << 16, .most = bounds[i]};
        struct lka_selection_counts counts;
        struct lka_selection *selection = select_people(options, &counts);
        ck_assert_uint_eq(counts.top, wish->k);
        check_selected(selection, wish->k, wish->m);
        lka_selection_free(selection);
    }
}
END_TEST

START_TEST(more_rows_than_there_can_be_are_an_error)
{
    struct lka_selection *selection;
    struct lka_selection_options options = {.top = {.share = .5}, .memory = 1 << 16, .fields = 1, .most = 2};
    struct lka_selection_counts counts;
    struct lka_error error = {0};
    ck_assert_int_eq(lka_selection_new(&options, &selection, NULL), LKA_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert(takes(selection, i));
        ck_assert_int_eq(lka_selection_add(selection, i, &LKA_SPAN("id"), NULL), LKA_OK);
    }
    ck_assert_int_eq(lka_selection_finish(selection, &counts, &error), LKA_DATA);
    ck_assert_msg(strstr(error.message, "3 rows came of files that could hold 2"), "%s", error.message);
    lka_selection_free(selection);
}
END_TEST

enum { CROWD = 200000 };

static double score_in_order(size_t i, int order)
{
    double falling = (double)(CROWD - i) / 7;
    double mixed = (double)(i * 7919 % CROWD);
    return order == 0 ? mixed : order == 1 ? falling : order == 2 ? -falling : 5;
}

/* The best first: what is guessed from them is too strict, and a second pass is needed. The best last, or all
 * alike: everybody is taken. */
START_TEST(a_guessed_threshold_changes_nothing)
{
    int order = _i % 4;
    bool bounded = _i / 4;
    struct lka_selection_options options = {
        .top = {.share = .01}, .memory = 1 << 22, .fields = 1, .again = true, .most = bounded ? 3 * CROWD : 0};
    struct lka_selection *selection;
    struct lka_selection_counts counts;
    double *sorted = lka_new(CROWD, sizeof *sorted);
    ck_assert_int_eq(lka_selection_new(&options, &selection, NULL), LKA_OK);
    size_t passes = 0;
    size_t added = 0;
    for (bool again = true; again; passes++) {
        for (size_t i = 0; i < CROWD; i++) {
            char id[24];
            snprintf(id, sizeof id, "%zu", i);
            sorted[i] = score_in_order(i, order);
            if (takes(selection, sorted[i])) {
                added++;
                ck_assert_int_eq(
                    lka_selection_add(selection, sorted[i], &(struct lka_span){id, (uint32_t)strlen(id)}, NULL),
                    LKA_OK);
            }
        }
        ck_assert_int_eq(lka_selection_retry(selection, &again, NULL), LKA_OK);
    }
    ck_assert_uint_eq(passes, order == 1 ? 2 : 1);
    ck_assert(order > 1 || added < CROWD / 5);
    ck_assert_int_eq(lka_selection_finish(selection, &counts, NULL), LKA_OK);
    ck_assert_uint_eq(counts.top, CROWD / 100);
    qsort(sorted, CROWD, sizeof *sorted, by_score);
    for (size_t i = 0; i < counts.top; i++) {
        struct lka_ranked_row row;
        bool found;
        ck_assert_int_eq(lka_selection_next(selection, &row, &found, NULL), LKA_OK);
        ck_assert(found && row.score == sorted[i]);
    }
    lka_selection_free(selection);
    lka_free(sorted);
}
END_TEST

START_TEST(percentiles_and_tiers)
{
    ck_assert(lka_percentile(1, 1) == 50);
    ck_assert(lka_percentile(1, 200) == 99.75);
    ck_assert(lka_percentile(2, 3) == 50);
    ck_assert(lka_percentile(1, 3) == 83.333333);
    /* Of 150 people the first 2 are the top 1%, rounded up. */
    static const struct {
        uint64_t rank;
        int tier;
    } expected[] = {{1, 1}, {2, 1}, {3, 2}, {4, 5}, {8, 5}, {9, 10}, {15, 10}, {16, 100}, {150, 100}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ck_assert_int_eq(lka_tier_of(expected[i].rank, 150), expected[i].tier);
    }
    ck_assert_int_eq(lka_tier_of(1, 1), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("top");
    TCase *top = tcase_create("top");
    tcase_set_timeout(top, 60);
    tcase_add_loop_test(top, all_rows_come_in_order_whatever_the_memory, 0, sizeof budgets / sizeof *budgets);
    tcase_add_loop_test(top, a_limit_gives_the_first_rows_and_no_more, 0, sizeof budgets / sizeof *budgets);
    tcase_add_test(top, a_row_may_be_larger_than_the_memory);
    tcase_add_test(top, no_rows_give_none);
    tcase_add_test(top, keys_ascend_as_scores_descend);
    suite_add_tcase(suite, top);
    TCase *selection = tcase_create("selection");
    tcase_set_timeout(selection, 60);
    tcase_add_loop_test(selection, top_and_sample_are_exact, 0, sizeof wishes / sizeof *wishes);
    tcase_add_loop_test(selection, a_bound_on_the_rows_changes_nothing, 0, sizeof wishes / sizeof *wishes);
    tcase_add_test(selection, more_rows_than_there_can_be_are_an_error);
    tcase_add_loop_test(selection, a_guessed_threshold_changes_nothing, 0, 8);
    tcase_add_test(selection, percentiles_and_tiers);
    suite_add_tcase(suite, selection);
    return run_suite(suite);
}
