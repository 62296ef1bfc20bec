/* What scoring refuses, and that nothing is left behind then. */
#include "score_by_hand.h"
#include "run_suite.h"

#include <math.h>

/* The pool that was there, and nothing else. */
static void check_nothing_written(void)
{
    ck_assert_uint_eq(files_in_directory(false), 1);
}

static void check_message(const char *part)
{
    char told[1600];
    lka_error_format(&error, told, sizeof told);
    ck_assert_msg(strstr(told, part) != NULL, "%s", told);
}

/* ---- ids -------------------------------------------------------------------------------------- */

START_TEST(an_id_that_appears_twice_stops_the_work)
{
    write_file("pool.csv", "prospect_id,points,city\nanna,1,A\nbob,2,A\nanna,3,B\n");
    ck_assert_int_eq(SCORE("top=100%"), LKA_DATA);
    check_message("pool.csv:4: an id appears twice");
    check_message("pool.csv line 2");
    ck_assert_ptr_null(strstr(error.message, "anna"));
    check_nothing_written();
    ck_assert_msg(SCORE("top=100%", "ids-unique") == LKA_OK, "%s", error.message);
    check_count("eligible", NULL, 3);
}
END_TEST

/* Also where the rows themselves are left out. */
START_TEST(ids_of_people_without_consent_count_too)
{
    write_file("pool.csv", "prospect_id,consents,points,city\nanna,,1,A\nbob,profiling,2,A\nanna,,3,B\n");
    ck_assert_int_eq(SCORE("top=100%"), LKA_DATA);
    check_message("pool.csv:4: an id appears twice");
}
END_TEST

/* Also before one that the reader itself meets, a few rows or many blocks behind. */
START_TEST(the_first_problem_of_the_file_is_told)
{
    static const char *const threads[] = {"threads=1", "threads=2", "threads=8"};
    size_t behind = _i < 3 ? 25003 : 50000;
    FILE *file = fopen(path_of("pool.csv"), "wb");
    fputs("prospect_id,points,city\n", file);
    for (size_t i = 0; i < 60000; i++) {
        const char *good = i == 25000 ? "P%zu,one,A\n" : "P%zu,1,B\n";
        const char *bad = i == 30000 ? ",1,A\n" : i > behind ? "P%zu,1\n" : good;
        fprintf(file, bad, i);
    }
    fclose(file);
    ck_assert_int_eq(SCORE(threads[_i % 3]), LKA_DATA);
    check_message("pool.csv:25002:");
    check_message("points");
    check_nothing_written();
}
END_TEST

START_TEST(an_empty_id_stops_the_work)
{
    write_file("pool.csv", "prospect_id,points,city\nP1,1,A\n,2,A\n");
    ck_assert_int_eq(SCORE("top=100%"), LKA_DATA);
    check_message("pool.csv:3: the row's id is empty");
    check_nothing_written();
}
END_TEST

/* ---- nothing to rank -------------------------------------------------------------------------- */

START_TEST(a_header_alone_gives_nothing_to_rank)
{
    write_file("pool.csv", "prospect_id,points,city\n");
    ck_assert_int_eq(SCORE("top=100%"), LKA_DATA);
    check_message("no rows");
    check_nothing_written();
}
END_TEST

START_TEST(a_pool_without_consent_gives_nothing_to_rank)
{
    write_file("pool.csv", "prospect_id,consents,points,city\nP1,,1,A\nP2,advertising,2,B\n");
    ck_assert_int_eq(SCORE("top=100%"), LKA_DATA);
    check_message("2 without consent to profiling");
    check_nothing_written();
}
END_TEST

START_TEST(more_than_there_are_gives_all_with_a_warning)
{
    write_file("pool.csv", "prospect_id,points,city\nP1,1,A\nP2,2,B\n");
    ck_assert_msg(SCORE("top=10") == LKA_OK, "%s", error.message);
    ck_assert_ptr_nonnull(strstr(warnings, "--top 10 is more than the 2 eligible rows"));
    ck_assert_uint_eq(json_array_size(json_object_get(document, "warnings")), 1);
    check_count("top", NULL, 2);
}
END_TEST

/* ---- columns ---------------------------------------------------------------------------------- */

START_TEST(a_column_that_the_pool_lacks_is_missing_in_every_row)
{
    write_file("pool.csv", "prospect_id,points\nP1,1\nP2,2\n");
    ck_assert_int_eq(SCORE("strict"), LKA_USAGE);
    check_message("\"city\"");
    check_nothing_written();
    ck_assert_msg(SCORE("top=1") == LKA_OK, "%s", error.message);
    ck_assert_ptr_nonnull(strstr(warnings, "lacks 1 of the 2 columns that the model reads"));
    ck_assert_ptr_nonnull(strstr(warnings, "they count as missing: \"city\""));
}
END_TEST

START_TEST(none_of_the_columns_is_an_error)
{
    write_file("pool.csv", "prospect_id,x\nP1,1\n");
    ck_assert_int_eq(SCORE("top=1"), LKA_USAGE);
    check_message("none of the 2 columns that the model reads: \"points\", \"city\"");
    check_nothing_written();
}
END_TEST

/* ---- drift ------------------------------------------------------------------------------------ */

static void write_drifted_pool(void)
{
    FILE *file = fopen(path_of("pool.csv"), "wb");
    fputs("prospect_id,points,city\n", file);
    for (size_t i = 0; i < 2000; i++) {
        fprintf(file, "P%zu,%zu,%s\n", i, i % 40, i % 3 ? "Nowhere" : "A");
    }
    fclose(file);
}

START_TEST(drift_is_told)
{
    write_drifted_pool();
    ck_assert_msg(SCORE("top=1") == LKA_OK, "%s", error.message);
    ck_assert_ptr_nonnull(strstr(warnings, "\"city\""));
    ck_assert_ptr_nonnull(strstr(warnings, "unseen 67% against 2%"));
    const json_t *drift = json_object_get(document, "drift");
    const json_t *drifted = json_object_get(drift, "drifted");
    ck_assert_uint_eq(json_array_size(drifted), 1);
    ck_assert_str_eq(json_string_value(json_array_get(drifted, 0)), "city");
    const json_t *points = json_array_get(json_object_get(drift, "columns"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(points, "column")), "points");
    ck_assert(json_number_value(json_object_get(points, "index")) < .05);
}
END_TEST

START_TEST(the_gate_refuses_a_drifted_pool)
{
    write_drifted_pool();
    ck_assert_int_eq(SCORE("top=1", "gate"), LKA_REFUSED);
    check_message("\"city\"");
    check_nothing_written();
    ck_assert_msg(SCORE("top=1", "gate", "drift-limit=50") == LKA_OK, "%s", error.message);
}
END_TEST

START_TEST(a_pool_like_the_training_sample_has_not_drifted)
{
    write_pool("pool.csv", 3000, 77);
    ck_assert_msg(SCORE("top=1%", "gate") == LKA_OK, "%s", error.message);
    ck_assert_ptr_null(warnings);
}
END_TEST

/* ---- accidents -------------------------------------------------------------------------------- */

START_TEST(an_interrupt_leaves_the_old_output_whole)
{
    write_pool("pool.csv", 20000, 1);
    write_file("out.csv", "the old one\n");
    session.interrupted = always;
    ck_assert_int_eq(SCORE("threads=4"), LKA_INTERRUPTED);
    ck_assert_uint_eq(files_in_directory(false), 2);
    check_file("out.csv", "the old one\n");
}
END_TEST

START_TEST(a_full_disk_leaves_nothing)
{
    write_pool("pool.csv", 20000, 1);
    ck_assert_int_eq(SCORE("top=100%", "out=/dev/full"), LKA_IO);
    check_nothing_written();
}
END_TEST

START_TEST(an_output_that_cannot_be_made_is_told_before_any_work)
{
    write_pool("pool.csv", 100, 1);
    ck_assert_int_eq(SCORE("out=/nowhere/at/all.csv"), LKA_USAGE);
    check_nothing_written();
}
END_TEST

/* Somebody tidies up while we score: the finished output has no temporary any more. */
static void remove_temporaries(void *user, const char *step, const char *text)
{
    (void)user, (void)step, (void)text;
    DIR *open = opendir(directory);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (strncmp(entry->d_name, ".out.csv.tmp", 12) == 0) {
            unlink(path_of(entry->d_name));
        }
    }
    closedir(open);
}

START_TEST(documents_without_their_output_are_taken_back)
{
    write_pool("pool.csv", 100, 1);
    session.log = remove_temporaries;
    ck_assert_int_eq(SCORE("top=1"), LKA_IO);
    check_nothing_written();
}
END_TEST

static lka_status no_number(const struct lka_family_model *family, const struct lka_block *block,
                            struct lka_arena *scratch, double *scores, struct lka_error *problem)
{
    (void)family, (void)scratch, (void)problem;
    for (size_t i = 0; i < block->count; i++) {
        scores[i] = i == 2 ? (double)NAN : 1;
    }
    return LKA_OK;
}

START_TEST(a_model_that_gives_no_number_is_damaged)
{
    struct lka_model_family broken = points_family;
    broken.score_block = no_number;
    model.family = &broken;
    write_pool("pool.csv", 100, 1);
    ck_assert_int_eq(SCORE("top=1"), LKA_DATA);
    check_message("pool.csv:4:");
    check_nothing_written();
}
END_TEST

/* One scoring in which the k-th allocation fails, if there are so many. */
static lka_status score_short_of_memory(struct ledger *ledger, size_t k)
{
    static const char *const flags[] = {"threads=1", "top=20%", "explore=.5", "hash=email", "max-bad-rows=3"};
    ledger_install(ledger);
    ck_assert_int_eq(lka_plan_read(points_plan, sizeof points_plan - 1, "plan", &model.plan, NULL), LKA_OK);
    size_t before = ledger->alive;
    failing = ledger;
    fails_at = k;
    lka_status status = score(flags, sizeof flags / sizeof *flags);
    ledger->fail_at = 0;
    json_decref(document);
    document = NULL;
    ck_assert_msg(ledger->alive == before, "allocation %zu: %zu pieces lost", k, ledger->alive - before);
    lka_plan_free(model.plan);
    model.plan = NULL;
    lka_set_allocator(NULL);
    return status;
}

/* Every allocation of ours may fail: a clean error then, and nothing lost or left. */
START_TEST(a_failed_allocation_is_an_error)
{
    write_pool("pool.csv", 300, 1);
    lka_plan_free(model.plan);
    static struct ledger ledger;
    lka_status status = LKA_MEMORY;
    for (size_t k = 1; status != LKA_OK || ledger.calls >= k; k++) {
        status = score_short_of_memory(&ledger, k);
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, error.message);
        if (status == LKA_MEMORY) {
            check_nothing_written();
        }
        unlink(path_of("out.csv"));
        unlink(path_of("out.csv.score.json"));
        unlink(path_of("out.csv.score.run.json"));
        ck_assert_uint_lt(k, 20000);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score refusals");
    TCase *cases = tcase_create("refusals");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, an_id_that_appears_twice_stops_the_work);
    tcase_add_test(cases, ids_of_people_without_consent_count_too);
    tcase_add_loop_test(cases, the_first_problem_of_the_file_is_told, 0, 6);
    tcase_add_test(cases, an_empty_id_stops_the_work);
    tcase_add_test(cases, a_header_alone_gives_nothing_to_rank);
    tcase_add_test(cases, a_pool_without_consent_gives_nothing_to_rank);
    tcase_add_test(cases, more_than_there_are_gives_all_with_a_warning);
    tcase_add_test(cases, a_column_that_the_pool_lacks_is_missing_in_every_row);
    tcase_add_test(cases, none_of_the_columns_is_an_error);
    tcase_add_test(cases, drift_is_told);
    tcase_add_test(cases, the_gate_refuses_a_drifted_pool);
    tcase_add_test(cases, a_pool_like_the_training_sample_has_not_drifted);
    tcase_add_test(cases, an_interrupt_leaves_the_old_output_whole);
    tcase_add_test(cases, a_full_disk_leaves_nothing);
    tcase_add_test(cases, an_output_that_cannot_be_made_is_told_before_any_work);
    tcase_add_test(cases, documents_without_their_output_are_taken_back);
    tcase_add_test(cases, a_model_that_gives_no_number_is_damaged);
    tcase_add_test(cases, a_failed_allocation_is_an_error);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
