/* The allocator: overflow, growth, arenas, and what happens when an allocation fails. */
#include "by_hand.h"
#include "run_suite.h"

#include "base/error.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static struct ledger ledger;

static void setup(void)
{
    ledger_install(&ledger);
}

static void teardown(void)
{
    lka_set_allocator(NULL);
    ck_assert_uint_eq(ledger.alive, 0);
}

START_TEST(new_memory_is_zero)
{
    uint32_t *numbers = lka_new(1000, sizeof *numbers);
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(numbers[i], 0);
    }
    lka_free(numbers);
}
END_TEST

START_TEST(a_size_that_overflows_is_refused)
{
    ck_assert_ptr_null(lka_new(SIZE_MAX / 2, 3));
    ck_assert_ptr_null(lka_resize(NULL, SIZE_MAX, 2));
    ck_assert_uint_eq(ledger.calls, 0);
}
END_TEST

START_TEST(nothing_asked_for_is_a_valid_pointer)
{
    void *memory = lka_new(0, 8);
    ck_assert_ptr_nonnull(memory);
    lka_free(memory);
    lka_free(NULL);
}
END_TEST

START_TEST(copies_end_with_nul)
{
    char *copy = lka_copy_text("abcdef", 3);
    ck_assert_str_eq(copy, "abc");
    lka_free(copy);
    copy = lka_copy_text(NULL, 0);
    ck_assert_str_eq(copy, "");
    lka_free(copy);
    ck_assert_ptr_null(lka_copy_string(NULL));
}
END_TEST

START_TEST(an_array_doubles_and_keeps_what_it_holds)
{
    int *numbers = NULL;
    size_t capacity = 0;
    struct lka_error error;
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(lka_reserve(&numbers, &capacity, (size_t)i + 1, sizeof *numbers, &error), LKA_OK);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(numbers[i], i);
    }
    ck_assert_uint_le(ledger.calls, 8);
    lka_free(numbers);
}
END_TEST

START_TEST(a_failed_growth_leaves_the_array_as_it_was)
{
    int *numbers = NULL;
    size_t capacity = 0;
    struct lka_error error;
    ck_assert_int_eq(lka_reserve(&numbers, &capacity, 16, sizeof *numbers, &error), LKA_OK);
    numbers[15] = 7;
    size_t before = capacity;
    ck_assert_int_eq(lka_reserve(&numbers, &capacity, SIZE_MAX / 2, sizeof *numbers, &error), LKA_MEMORY);
    ledger.fail_at = ledger.calls + 1;
    ck_assert_int_eq(lka_reserve(&numbers, &capacity, before + 1, sizeof *numbers, &error), LKA_MEMORY);
    ck_assert_int_eq(error.code, LKA_MEMORY);
    ck_assert_uint_eq(capacity, before);
    ck_assert_int_eq(numbers[15], 7);
    lka_free(numbers);
}
END_TEST

/* ---- arenas ------------------------------------------------------------------------------------ */

START_TEST(an_arena_hands_out_aligned_memory_that_does_not_overlap)
{
    struct lka_arena arena = {0};
    unsigned char *pieces[500];
    for (size_t i = 0; i < 500; i++) {
        pieces[i] = lka_arena_take(&arena, i + 1);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i % 251), i + 1);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t j = 0; j <= i; j++) {
            ck_assert_uint_eq(pieces[i][j], i % 251);
        }
    }
    lka_arena_release(&arena);
}
END_TEST

START_TEST(an_arena_that_is_rewound_asks_for_nothing_new)
{
    struct lka_arena arena = {0};
    for (int i = 0; i < 40; i++) {
        ck_assert_ptr_nonnull(lka_arena_take(&arena, 10000));
    }
    size_t calls = ledger.calls;
    for (int round = 0; round < 3; round++) {
        lka_arena_rewind(&arena);
        for (int i = 0; i < 40; i++) {
            ck_assert_ptr_nonnull(lka_arena_take(&arena, 10000));
        }
    }
    ck_assert_uint_eq(ledger.calls, calls);
    lka_arena_release(&arena);
}
END_TEST

START_TEST(an_arena_takes_one_piece_larger_than_its_chunks)
{
    struct lka_arena arena = {0};
    char *large = lka_arena_take(&arena, 1 << 20);
    memset(large, 1, 1 << 20);
    ck_assert_ptr_null(lka_arena_take(&arena, SIZE_MAX - 8));
    lka_arena_release(&arena);
}
END_TEST

START_TEST(an_arena_without_memory_says_so)
{
    struct lka_arena arena = {0};
    ledger.fail_at = 1;
    ck_assert_ptr_null(lka_arena_take(&arena, 10));
    ck_assert_ptr_nonnull(lka_arena_take(&arena, 10));
    lka_arena_release(&arena);
}
END_TEST

/* ---- jansson stands on the same allocator ------------------------------------------------------- */

START_TEST(the_doctor_survives_every_failed_allocation)
{
    lka_init();
    struct lka_error error;
    char *json = NULL;
    ck_assert_int_eq(lka_doctor(&json, &error), LKA_OK);
    lka_free(json);
    size_t needed = ledger.calls;
    ck_assert_uint_gt(needed, 20);
    for (size_t k = 1; k <= needed; k++) {
        size_t alive = ledger.alive;
        ledger_fail(&ledger, k);
        ck_assert_int_eq(lka_doctor(&json, &error), LKA_MEMORY);
        ck_assert_ptr_null(json);
        ck_assert_uint_eq(ledger.alive, alive);
    }
}
END_TEST

/* A long key: jansson takes back what it could not keep of it, and would abort. */
START_TEST(json_survives_every_failed_allocation)
{
    struct lka_error error;
    json_t *json = NULL;
    char text[600];
    snprintf(text, sizeof text, "{\"%0300d\": [1.5, \"%0100d\", {\"b\": null}], \"c\": 12}", 7, 8);
    lka_init();
    ledger.fail_at = 0;
    ledger.calls = 0;
    ck_assert_int_eq(lka_json_read(text, strlen(text), 0, &json, &error), LKA_OK);
    size_t needed = ledger.calls;
    ck_assert_uint_gt(needed, 20);
    ck_assert_uint_eq(json_object_size(json), 2);
    json_decref(json);
    for (size_t k = 1; k <= needed; k++) {
        size_t alive = ledger.alive;
        ledger_fail(&ledger, k);
        ck_assert_int_eq(lka_json_read(text, strlen(text), 0, &json, &error), LKA_MEMORY);
        ck_assert_ptr_null(json);
        ck_assert_uint_eq(ledger.alive, alive);
    }
    ledger.fail_at = 0;
    ck_assert_int_eq(lka_json_read("{\"a\": ", 6, 0, &json, &error), LKA_OK);
    ck_assert_ptr_null(json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("allocator");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, new_memory_is_zero);
    tcase_add_test(tests, a_size_that_overflows_is_refused);
    tcase_add_test(tests, nothing_asked_for_is_a_valid_pointer);
    tcase_add_test(tests, copies_end_with_nul);
    tcase_add_test(tests, an_array_doubles_and_keeps_what_it_holds);
    tcase_add_test(tests, a_failed_growth_leaves_the_array_as_it_was);
    tcase_add_test(tests, an_arena_hands_out_aligned_memory_that_does_not_overlap);
    tcase_add_test(tests, an_arena_that_is_rewound_asks_for_nothing_new);
    tcase_add_test(tests, an_arena_takes_one_piece_larger_than_its_chunks);
    tcase_add_test(tests, an_arena_without_memory_says_so);
    tcase_add_test(tests, the_doctor_survives_every_failed_allocation);
    tcase_add_test(tests, json_survives_every_failed_allocation);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
