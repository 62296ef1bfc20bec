/* Every allocation of a training fails once: LKA_MEMORY, no leak (under ASan), no temporary left. */
#include "contacts_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

/* Trains while the k-th allocation fails; 0: none. `family` NULL: centroid, from a CRM. */
static lka_status train_failing_at(const char *family, size_t k)
{
    const char *const settings[] = {family ? family : "family=centroid", "folds=2", "repeats=1", "threads=1", NULL};
    memory_plenty();
    struct lka_options *options = family ? train_options(settings) : crm_options(true, settings);
    memory_fails_at(k);
    char *summary = NULL;
    lka_status status = lka_train(options, NULL, &summary, &error);
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    size_t calls = short_memory.calls;
    lka_options_free(options);
    short_memory.calls = calls;
    return status;
}

static void try_allocations(const char *family, size_t most)
{
    ck_assert_msg(train_failing_at(family, 0) == LKA_OK, "%s", error.message);
    size_t calls = short_memory.calls;
    size_t refused = 0;
    for (size_t k = 1; k <= calls; k += k < most ? 1 : 1 + k / 5) {
        lka_status status = train_failing_at(family, k);
        ck_assert_msg(status == LKA_MEMORY || status == LKA_OK, "allocation %zu of %zu: %d %s", k, calls, status,
                      error.message);
        refused += status == LKA_MEMORY;
    }
    memory_give_back();
    ck_assert_uint_gt(refused, 100);
    ck_assert_uint_eq(entries_of(folder), 3); /* seeds, pool, model: no temporary is left */
}

START_TEST(every_allocation_may_fail)
{
    write_people("seeds.csv", "contact_id", "C", 24, 1);
    write_people("pool.csv", "prospect_id", "P", 60, .2);
    try_allocations("family=centroid", 2000);
    try_allocations("family=logistic", 300);
}
END_TEST

START_TEST(every_allocation_may_fail_with_a_crm)
{
    write_contacts("crm.csv", 5, 400);
    write_prospects(6, 60);
    remove(path_of("truth.csv"));
    remove(path_of("seeds.csv"));
    try_allocations(NULL, 300);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train, short of memory");
    TCase *tests = tcase_create("memory");
    tcase_add_checked_fixture(tests, start_train, remove_folder);
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, every_allocation_may_fail);
    tcase_add_test(tests, every_allocation_may_fail_with_a_crm);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
