/* Who may be used for a purpose: no column lets all pass, an unknown value nobody. */
#include "by_hand.h"
#include "run_suite.h"
#include "eligibility/consent.h"

/* Whether a row with these values (NULL-terminated, one a deciding column) passes for profiling. */
static bool granted(const struct lka_schema *schema, const char *first, const char *second)
{
    struct lka_consent consent = lka_consent_for(schema, "profiling");
    struct lka_rows rows;
    make_rows(&rows, consent.count + 1, 1, "c.csv");
    put(&rows, 0, 0, "no"); /* a cell before the consents: first_cell is 1 */
    for (size_t i = 0; i < consent.count; i++) {
        put(&rows, 1 + i, 0, "%s", i == 0 ? first : second);
    }
    bool result = lka_consent_granted(&consent, &rows, 1, 0);
    lka_rows_release(&rows);
    return result;
}

START_TEST(without_a_consent_column_all_pass)
{
    struct lka_column columns[] = {feature("age"), column_as("id", LKA_ROLE_ID, NULL)};
    struct lka_schema schema = {columns, 2};
    ck_assert_uint_eq(lka_consent_for(&schema, "profiling").count, 0);
    ck_assert(granted(&schema, "", ""));
}
END_TEST

START_TEST(a_column_of_its_own_must_say_yes)
{
    struct lka_column columns[] = {feature("age"), column_as("may_profile", LKA_ROLE_CONSENT, "profiling")};
    struct lka_schema schema = {columns, 2};
    ck_assert_uint_eq(lka_consent_for(&schema, "profiling").columns[0], 1);
    ck_assert(granted(&schema, "yes", ""));
    ck_assert(granted(&schema, "TRUE", ""));
    ck_assert(granted(&schema, "1", ""));
    ck_assert(granted(&schema, "GRANTED", ""));
    ck_assert(granted(&schema, "consent_granted", ""));
    ck_assert(granted(&schema, "CONSENT_STATUS_GRANTED", ""));
    ck_assert(!granted(&schema, "DENIED", ""));
    ck_assert(!granted(&schema, "not granted", ""));
    ck_assert(!granted(&schema, "CONSENT_STATUS_UNSPECIFIED", ""));
    ck_assert(!granted(&schema, "no", ""));
    ck_assert(!granted(&schema, "", ""));
    ck_assert(!granted(&schema, "perhaps", ""));
    ck_assert(!granted(&schema, " yes", ""));
    ck_assert(!granted(&schema, "profiling", ""));
}
END_TEST

START_TEST(a_list_must_hold_the_purpose)
{
    struct lka_column columns[] = {column_as("consents", LKA_ROLE_CONSENT, NULL)};
    struct lka_schema schema = {columns, 1};
    ck_assert(granted(&schema, "profiling", ""));
    ck_assert(granted(&schema, "advertising:meta|Profiling", ""));
    ck_assert(!granted(&schema, "advertising", ""));
    ck_assert(!granted(&schema, "profiling:meta", ""));
    ck_assert(!granted(&schema, "profilingx|xprofiling", ""));
    ck_assert(!granted(&schema, "||", ""));
    ck_assert(!granted(&schema, "", ""));
    ck_assert(!granted(&schema, "yes", ""));
    columns[0].role_argument = (char *)(uintptr_t) "";
    ck_assert(granted(&schema, "profiling", ""));
}
END_TEST

START_TEST(other_purposes_decide_nothing)
{
    struct lka_column columns[] = {column_as("ads", LKA_ROLE_CONSENT, "advertising"),
                                   column_as("meta", LKA_ROLE_CONSENT, "profiling,meta"),
                                   column_as("me", LKA_ROLE_CONSENT, "profiling")};
    struct lka_schema schema = {columns, 3};
    struct lka_consent consent = lka_consent_for(&schema, "profiling");
    ck_assert_uint_eq(consent.count, 1);
    ck_assert_uint_eq(consent.columns[0], 2);
    ck_assert(!consent.is_list[0]);
}
END_TEST

START_TEST(several_columns_must_all_grant)
{
    struct lka_column columns[] = {column_as("consents", LKA_ROLE_CONSENT, NULL),
                                   column_as("may_profile", LKA_ROLE_CONSENT, "profiling")};
    struct lka_schema schema = {columns, 2};
    ck_assert(granted(&schema, "profiling", "yes"));
    ck_assert(!granted(&schema, "profiling", "no"));
    ck_assert(!granted(&schema, "profiling", ""));
    ck_assert(!granted(&schema, "", "yes"));
}
END_TEST

START_TEST(more_columns_than_fit_let_nobody_pass)
{
    struct lka_column columns[9];
    for (size_t i = 0; i < 9; i++) {
        columns[i] = column_as("consents", LKA_ROLE_CONSENT, NULL);
    }
    struct lka_schema eight = {columns, 8};
    struct lka_schema nine = {columns, 9};
    ck_assert(granted(&eight, "profiling", "profiling"));
    ck_assert(!granted(&nine, "profiling", "profiling"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("consent");
    TCase *tests = tcase_create("consent");
    tcase_add_test(tests, without_a_consent_column_all_pass);
    tcase_add_test(tests, a_column_of_its_own_must_say_yes);
    tcase_add_test(tests, a_list_must_hold_the_purpose);
    tcase_add_test(tests, other_purposes_decide_nothing);
    tcase_add_test(tests, several_columns_must_all_grant);
    tcase_add_test(tests, more_columns_than_fit_let_nobody_pass);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
