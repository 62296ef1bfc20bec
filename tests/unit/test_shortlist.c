/* A shortlist keeps exactly the first rows of the order, or says that it may not. */
#include "base/random.h"
#include "by_hand.h"
#include "run_suite.h"
#include "score/shortlist.h"

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
    Suite *suite = suite_create("shortlist");
    TCase *cases = tcase_create("shortlist");
    suite_add_tcase(suite, cases);
    tcase_add_loop_test(cases, a_shortlist_has_the_first_rows_or_says_that_it_may_not, 0, ARRIVALS);
    return run_suite(suite);
}
