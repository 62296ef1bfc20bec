/* Unique ids: exact at any size and budget. */
#include "source/unique.h"

#include "by_hand.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <signal.h>
#include <sys/resource.h>

static struct lka_error error;

/* Adds ids 0 .. count-1 as text, of which id i stands again at place count + i where i is a multiple of `every`. */
static void fill(struct lka_unique *unique, size_t count, size_t every)
{
    char id[32];
    for (size_t place = 0; place < count; place++) {
        snprintf(id, sizeof id, "person %zu", place);
        ck_assert_int_eq(lka_unique_add(unique, lka_span_of(id), place, &error), LKA_OK);
    }
    for (size_t i = 0; i < count && every; i += every) {
        snprintf(id, sizeof id, "person %zu", i);
        ck_assert_int_eq(lka_unique_add(unique, lka_span_of(id), count + i, &error), LKA_OK);
    }
}

static struct lka_unique *make(size_t memory)
{
    struct lka_unique *unique;
    ck_assert_int_eq(lka_unique_new(memory, folder, &unique, &error), LKA_OK);
    return unique;
}

/* In memory, in some runs, in more runs than one merge takes. */
static const struct {
    size_t memory;
    size_t ids;
} sizes[] = {{1 << 20, 5}, {1 << 20, 3000}, {1, 10000}, {1, 200000}, {1 << 17, 200000}};

START_TEST(repetitions_are_found_in_the_order_of_their_places)
{
    size_t ids = sizes[_i].ids;
    struct lka_unique *unique = make(sizes[_i].memory);
    fill(unique, ids, 2);
    struct lka_duplicate *duplicates;
    size_t count;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, (ids + 1) / 2);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(duplicates[i].first, 2 * i);
        ck_assert_uint_eq(duplicates[i].place, ids + 2 * i);
    }
    lka_free(duplicates);
    lka_unique_free(unique);
    ck_assert_uint_eq(entries_of(folder), 0);
}
END_TEST

START_TEST(unique_ids_have_no_repetition)
{
    struct lka_unique *unique = make(sizes[_i].memory);
    fill(unique, sizes[_i].ids, 0);
    struct lka_duplicate *duplicates;
    size_t count;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, 0);
    lka_free(duplicates);
    lka_unique_free(unique);
}
END_TEST

START_TEST(one_id_for_all)
{
    struct lka_unique *unique = make(1);
    for (uint64_t place = 0; place < 10000; place++) {
        ck_assert_int_eq(lka_unique_add(unique, LKA_SPAN("x"), lka_place(1, place + 2), &error), LKA_OK);
    }
    struct lka_duplicate *duplicates;
    size_t count;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, 9999);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(lka_place_line(duplicates[i].first), 2);
        ck_assert_uint_eq(lka_place_line(duplicates[i].place), i + 3);
        ck_assert_uint_eq(lka_place_file(duplicates[i].place), 1);
    }
    lka_free(duplicates);
    lka_unique_free(unique);
}
END_TEST

/* Fifty ids in turn. */
START_TEST(the_first_of_many_equal_ids_is_the_one_told)
{
    struct lka_unique *unique = make(1 << 20);
    char id[16];
    for (size_t place = 0; place < 5000; place++) {
        snprintf(id, sizeof id, "%zu", place % 50);
        ck_assert_int_eq(lka_unique_add(unique, lka_span_of(id), place, &error), LKA_OK);
    }
    struct lka_duplicate *duplicates;
    size_t count;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, 4950);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(duplicates[i].place, 50 + i);
        ck_assert_uint_eq(duplicates[i].first, i % 50);
    }
    lka_free(duplicates);
    lka_unique_free(unique);
}
END_TEST

START_TEST(nothing_at_all)
{
    struct lka_unique *unique = make(0);
    struct lka_duplicate *duplicates;
    size_t count = 1;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, 0);
    lka_free(duplicates);
    lka_unique_free(unique);
    lka_unique_free(NULL);
}
END_TEST

/* Counts bytes by what each block was last resized to. */
static size_t most;

static void *widest_resize(void *user, void *memory, size_t size)
{
    (void)user;
    most = size > most ? size : most;
    return realloc(memory, size);
}

static void plain_release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

START_TEST(the_budget_is_kept)
{
    lka_set_allocator(&(struct lka_allocator){widest_resize, plain_release, NULL});
    struct lka_unique *unique = make(1 << 17);
    fill(unique, 100000, 1000);
    struct lka_duplicate *duplicates;
    size_t count;
    ck_assert_int_eq(lka_unique_finish(unique, &duplicates, &count, &error), LKA_OK);
    ck_assert_uint_eq(count, 100);
    ck_assert_uint_le(most, 1 << 17);
    lka_free(duplicates);
    lka_unique_free(unique);
    lka_set_allocator(NULL);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){60000, 60000}), 0);
    struct lka_unique *unique = make(1);
    lka_status status = LKA_OK;
    for (uint64_t place = 0; place < 10000 && status == LKA_OK; place++) {
        char id[32];
        snprintf(id, sizeof id, "%llu", (unsigned long long)place);
        status = lka_unique_add(unique, lka_span_of(id), place, &error);
    }
    ck_assert_int_eq(status, LKA_IO);
    ck_assert_str_eq(error.file, folder);
    lka_unique_free(unique);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    struct ledger ledger;
    ledger_install(&ledger);
    bool done = false;
    for (size_t k = 1; !done; k++) {
        ledger_fail(&ledger, k);
        struct lka_unique *unique = NULL;
        struct lka_duplicate *duplicates = NULL;
        size_t count;
        lka_status status = lka_unique_new(1, folder, &unique, &error);
        for (uint64_t place = 0; place < 5000 && status == LKA_OK; place++) {
            status = lka_unique_add(unique, LKA_SPAN("x"), place, &error);
        }
        status = status == LKA_OK ? lka_unique_finish(unique, &duplicates, &count, &error) : status;
        lka_free(duplicates);
        lka_unique_free(unique);
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
        ck_assert_uint_eq(ledger.alive, 0);
        done = status == LKA_OK;
    }
    lka_set_allocator(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *unique = suite_create("unique");
    TCase *tests = tcase_create("unique");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, repetitions_are_found_in_the_order_of_their_places, 0, 5);
    tcase_add_loop_test(tests, unique_ids_have_no_repetition, 0, 5);
    tcase_add_test(tests, one_id_for_all);
    tcase_add_test(tests, the_first_of_many_equal_ids_is_the_one_told);
    tcase_add_test(tests, nothing_at_all);
    tcase_add_test(tests, the_budget_is_kept);
    tcase_add_test(tests, a_full_disk_is_an_error);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(unique, tests);
    return unique;
}

int main(void)
{
    return run_suite(suite());
}
