/* The seeds' report: what differs is found and what does not is not, repeats are counted, groups are found where there are
 * some, and no group of fewer than 100 people has figures. */
#include "trained_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

#include "eligibility/platforms.h"
#include "table/information.h"
#include "train/groups.h"

static json_t *report_of(json_t *document)
{
    json_t *report = json_object_get(document, "seeds_report");
    ck_assert_ptr_nonnull(report);
    return report;
}

static double number_in(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    ck_assert_msg(json_is_number(value), "%s is no number", key);
    return json_number_value(value);
}

static const json_t *column_in(const json_t *report, const char *name)
{
    size_t at;
    json_t *column;
    json_array_foreach(json_object_get(report, "columns"), at, column)
    {
        if (strcmp(json_string_value(json_object_get(column, "column")), name) == 0) {
            return column;
        }
    }
    ck_abort_msg("no column %s", name);
    return NULL;
}

/* Each row is written by `write`, from its number. */
static void table(const char *name, const char *header, size_t count, void (*write)(FILE *file, size_t i))
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "%s\n", header);
    for (size_t i = 0; i < count; i++) {
        write(file, i);
    }
    fclose(file);
}

static json_t *trained(void)
{
    json_t *document;
    ck_assert_msg(TRAIN(&document, "family=centroid", "set=centroid.metric=cosine", "repeats=1") == LKA_OK, "%s",
                  error.message);
    return document;
}

/* ---- one feature ------------------------------------------------------------------------------ */

/* By hand: p = 30.5/101, 70.5/101; q = 60.5/101, 40.5/101. */
START_TEST(information_is_kullbacks_divergence_less_chance)
{
    const double first[] = {30, 70};
    const double second[] = {60, 40};
    struct lka_information found = lka_information_of((const double *const[]){first, second}, 2);
    double by_hand = (30.5 - 60.5) / 101 * log(30.5 / 60.5) + (70.5 - 40.5) / 101 * log(70.5 / 40.5);
    ck_assert_double_eq_tol(found.sum, by_hand, 1e-12);
    ck_assert_double_eq_tol(found.value, by_hand - .02, 1e-12);
    ck_assert_double_gt(found.z, 3);
    struct lka_information none = lka_information_of((const double *const[]){first, first}, 2);
    ck_assert_double_eq(none.value, 0);
    ck_assert_double_lt(none.z, 0);
}
END_TEST

START_TEST(the_columns_that_differ_come_first)
{
    json_t *document = trained();
    const json_t *report = report_of(document);
    ck_assert_double_eq(number_in(report, "usable"), 120);
    ck_assert_double_eq(number_in(report, "columns_distinctive"), 2);
    ck_assert_double_gt(number_in(column_in(report, "age"), "auc_alone"), .65);
    ck_assert_double_lt(number_in(column_in(report, "noise"), "auc_alone"), .58);
    ck_assert_double_eq(number_in(column_in(report, "noise"), "filled"), 1);
    ck_assert_uint_eq(json_array_size(json_object_get(report, "suspects")), 0);
    json_decref(document);
}
END_TEST

/* ---- repeats and what follows from being a seed ------------------------------------------------- */

static void write_doubled(FILE *file, size_t i)
{
    fprintf(file, "C%zu,%s%zu@Example.org,%zu,%s\n", i, i % 2 ? "Ann" : "ann", i / 2, i / 2 % 50 + 20, "crm");
}

static void write_other(FILE *file, size_t i)
{
    fprintf(file, "P%zu,p%zu@example.org,%zu,%s\n", i, i, i % 61 + 15, i % 2 ? "web" : "crm2");
}

START_TEST(the_same_person_under_two_ids_is_counted)
{
    table("seeds.csv", "contact_id,email,age,way", 80, write_doubled);
    table("pool.csv", "prospect_id,email,age,way", 600, write_other);
    json_t *document = trained();
    const json_t *repeats = json_object_get(report_of(document), "repeats");
    ck_assert_double_eq(number_in(repeats, "equal_emails"), 40);
    ck_assert_double_eq(number_in(repeats, "equal_rows"), 40);
    json_decref(document);
}
END_TEST

START_TEST(a_column_that_gives_seeds_away_is_suspected)
{
    table("seeds.csv", "contact_id,email,age,way", 80, write_doubled);
    table("pool.csv", "prospect_id,email,age,way", 600, write_other);
    json_t *document = trained();
    const json_t *report = report_of(document);
    const json_t *suspects = json_object_get(report, "suspects");
    ck_assert_uint_eq(json_array_size(suspects), 1);
    ck_assert_str_eq(json_string_value(json_array_get(suspects, 0)), "way");
    const json_t *value = json_object_get(column_in(report, "way"), "seeds_alone_have");
    ck_assert_str_eq(json_string_value(value), "crm");
    json_decref(document);
}
END_TEST

/* ---- empty cells ------------------------------------------------------------------------------ */

static void write_filled(FILE *file, size_t i)
{
    fprintf(file, "C%zu,%zu,%s\n", i, i % 43, i % 10 ? "1" : "");
}

static void write_half_filled(FILE *file, size_t i)
{
    fprintf(file, "P%zu,%zu,%s\n", i, i % 43, i % 2 ? "1" : "");
}

START_TEST(empty_cells_tell_where_a_row_is_from)
{
    table("seeds.csv", "contact_id,a,b", 100, write_filled);
    table("pool.csv", "prospect_id,a,b", 1000, write_half_filled);
    json_t *document = trained();
    const json_t *empty = json_object_get(report_of(document), "empty_cells");
    ck_assert_double_eq_tol(number_in(empty, "auc"), .7, .02); /* (.9 - .5 + 1) / 2 */
    ck_assert_double_eq_tol(number_in(empty, "auc_of_halves"), .5, .05);
    json_decref(document);
}
END_TEST

/* ---- groups ----------------------------------------------------------------------------------- */

static size_t first_kind; /* in ten seeds */

static void write_kind(FILE *file, size_t i)
{
    struct lka_random random = lka_random_start(11, i);
    bool first = i % 10 < first_kind;
    fprintf(file, "C%zu,%.1f,%.1f,%s\n", i, (first ? 30 : 60) + 3 * lka_random_normal(&random),
            (first ? 10 : 40) + 3 * lka_random_normal(&random), first ? "books" : "games");
}

static void write_any(FILE *file, size_t i)
{
    struct lka_random random = lka_random_start(12, i);
    fprintf(file, "P%zu,%.1f,%.1f,%s\n", i, 20 + 50 * lka_random_uniform(&random), 50 * lka_random_uniform(&random),
            lka_random_below(&random, 2) ? "books" : "games");
}

static json_t *groups_of(size_t seeds, size_t of_ten, json_t **document)
{
    first_kind = of_ten;
    table("seeds.csv", "contact_id,age,spend,topic", seeds, write_kind);
    table("pool.csv", "prospect_id,age,spend,topic", 800, write_any);
    *document = trained();
    return json_object_get(report_of(*document), "groups");
}

START_TEST(two_kinds_of_seeds_are_two_groups)
{
    json_t *document;
    const json_t *groups = groups_of(500, 7, &document);
    ck_assert_double_eq(number_in(groups, "count"), 2);
    const json_t *largest = json_array_get(json_object_get(groups, "groups"), 0);
    ck_assert_double_eq(number_in(largest, "people"), 350);
    ck_assert_uint_ge(json_array_size(json_object_get(largest, "like")), 2);
    json_decref(document);
}
END_TEST

START_TEST(a_group_under_the_floor_has_no_figures)
{
    json_t *document;
    const json_t *groups = groups_of(500, 9, &document);
    ck_assert_uint_eq(json_array_size(json_object_get(groups, "groups")), 0);
    json_decref(document);
    groups = groups_of(190, 5, &document);
    ck_assert_double_eq(number_in(groups, "looked_at"), 0);
    json_decref(document);
}
END_TEST

/* ---- out of memory ---------------------------------------------------------------------------- */

/* Two kinds of seeds, in both features. */
static void fill_kinds(struct lka_block *block)
{
    for (size_t i = 0; i < block->capacity; i++) {
        bool first = i % 20 < 11;
        lka_block_codes(block, 0)[i] = first ? 2 : 3;
        lka_block_codes(block, 1)[i] = first ? 1 : 2;
        lka_block_values(block, 1)[i] = (first ? -1 : 1) + (double)(i % 7) / 50;
    }
    block->count = block->capacity;
}

START_TEST(groups_without_memory_leave_nothing_behind)
{
    const struct lka_feature features[] = {{.name = "topic", .kind = LKA_FEATURE_CODE, .codes = 4, .column = 0},
                                           {.name = "age", .kind = LKA_FEATURE_NUMBER, .codes = 3, .column = 1}};
    const struct lka_space space = {features, 2};
    struct lka_learning learning = {.seeds = 300};
    struct lka_seed_groups groups;
    ck_assert_int_eq(lka_block_init(&learning.block, &space, 300, &error), LKA_OK);
    fill_kinds(&learning.block);
    size_t allowed = 0;
    lka_status status = LKA_MEMORY;
    for (; status == LKA_MEMORY && allowed < 10000; allowed++) {
        memory_ends_after(allowed);
        status = lka_seed_groups_find(&learning, &groups, &error);
    }
    memory_give_back();
    ck_assert_int_eq(status, LKA_OK);
    ck_assert_uint_gt(allowed, 20);
    ck_assert_uint_eq(groups.count, 2);
    ck_assert_uint_eq(groups.groups[0].people, 165);
    lka_block_release(&learning.block);
}
END_TEST

/* ---- more of them, and for whom --------------------------------------------------------------- */

START_TEST(the_curve_compares_half_the_seeds_with_all)
{
    json_t *document = trained();
    const json_t *curve = json_object_get(report_of(document), "curve");
    double half = number_in(json_object_get(curve, "half"), "seeds");
    double all = number_in(json_object_get(curve, "all"), "seeds");
    ck_assert_double_eq_tol(all, 96, 1); /* of 120, those outside a fold */
    ck_assert_double_eq_tol(half, 48, 1);
    ck_assert_double_eq_tol(
        number_in(curve, "gain"),
        number_in(json_object_get(curve, "all"), "auc") - number_in(json_object_get(curve, "half"), "auc"), 2e-6);
    json_decref(document);
}
END_TEST

START_TEST(platforms_are_told_by_their_minimum)
{
    json_t *told;
    ck_assert_int_eq(lka_platforms_tell(300, &told, &error), LKA_OK);
    size_t count = json_array_size(json_object_get(told, "reached")) + json_array_size(json_object_get(told, "short"));
    ck_assert_uint_ge(count, 11);
    size_t at;
    json_t *platform;
    json_array_foreach(json_object_get(told, "short"), at, platform)
    {
        ck_assert_double_gt(number_in(platform, "minimum"), 300);
    }
    json_decref(told);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seeds report");
    TCase *test = tcase_create("report");
    tcase_add_checked_fixture(test, start_train, remove_folder);
    tcase_add_test(test, information_is_kullbacks_divergence_less_chance);
    tcase_add_test(test, the_columns_that_differ_come_first);
    tcase_add_test(test, the_same_person_under_two_ids_is_counted);
    tcase_add_test(test, a_column_that_gives_seeds_away_is_suspected);
    tcase_add_test(test, empty_cells_tell_where_a_row_is_from);
    tcase_add_test(test, two_kinds_of_seeds_are_two_groups);
    tcase_add_test(test, a_group_under_the_floor_has_no_figures);
    tcase_add_test(test, groups_without_memory_leave_nothing_behind);
    tcase_add_test(test, the_curve_compares_half_the_seeds_with_all);
    tcase_add_test(test, platforms_are_told_by_their_minimum);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
