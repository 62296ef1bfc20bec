/* Rules in SQL: what a row's values compare as, which columns are read, and everything that a rule may not do. */
#include "table/where.h"

#include "by_hand.h"
#include "run_suite.h"

static struct lka_error error;

static struct lka_column columns[] = {
    {.name = "contact_id", .role = LKA_ROLE_ID},
    {.name = "segment", .type = LKA_TYPE_CATEGORY},
    {.name = "age", .type = LKA_TYPE_NUMBER},
    {.name = "visits"},
    {.name = "order"},
    {.name = "a \"b\""},
    {.name = "phone", .role = LKA_ROLE_PHONE},
};
enum { COLUMNS = sizeof columns / sizeof *columns };
static const struct lka_schema schema = {columns, COLUMNS};

static const char *const table[][COLUMNS] = {
    {"007", "at_risk", "30", "9", "x", "q", "030"}, {"8", "active", "9", "10", "", "", "30"},
    {"9", "at_risk", "", "", "y", "", ""},          {"10", "", "old", "many", "x", "", ""},
    {"11", "active", "30.50", "007", "", "", ""},
};
enum { ROWS = sizeof table / sizeof *table };

static void fill(struct lka_rows *rows, const size_t *chosen, size_t count)
{
    make_rows(rows, count, ROWS, "t.csv");
    for (size_t c = 0; c < count; c++) {
        for (size_t row = 0; row < ROWS; row++) {
            put(rows, c, row, "%s", table[row][chosen[c]]);
        }
    }
}

/* "10010": which rows are kept; the error's message if the rule is refused. */
static const char *kept_by(const char *rule)
{
    static char text[ROWS + 1];
    struct lka_where *where;
    error = (struct lka_error){0};
    if (lka_where_new(rule, &schema, &where, &error) != LKA_OK) {
        return error.message;
    }
    size_t count;
    const size_t *chosen = lka_where_columns(where, &count);
    size_t cells[COLUMNS];
    for (size_t i = 0; i < count; i++) {
        cells[i] = i;
    }
    struct lka_rows rows;
    fill(&rows, chosen, count);
    bool kept[ROWS] = {false};
    lka_status status = lka_where_rows(where, &rows, cells, kept, &error);
    for (size_t row = 0; row < ROWS; row++) {
        text[row] = kept[row] ? '1' : '0';
    }
    lka_rows_release(&rows);
    lka_where_free(where);
    return status == LKA_OK ? text : error.message;
}

START_TEST(values_compare_as_what_they_are)
{
    ck_assert_str_eq(kept_by("segment = 'at_risk'"), "10100");
    ck_assert_str_eq(kept_by("age >= 30"), "10001"); /* 9 < 30: no texts; "old" is not known */
    ck_assert_str_eq(kept_by("age between 9 and 30"), "11000");
    ck_assert_str_eq(kept_by("coalesce(age, 0) = 0"), "00110");
    ck_assert_str_eq(kept_by("visits < 10"), "10001"); /* written 007, and yet less */
    ck_assert_str_eq(kept_by("visits like '00%'"), "00001");
    ck_assert_str_eq(kept_by("coalesce(visits, 0) < 10"), "10100");
    ck_assert_str_eq(kept_by("contact_id = '7' or contact_id = '007'"), "10000");
    ck_assert_str_eq(kept_by("phone = '30'"), "01000");
}
END_TEST

START_TEST(what_is_missing_is_null_and_null_keeps_nobody)
{
    ck_assert_str_eq(kept_by("segment is null"), "00010");
    ck_assert_str_eq(kept_by("segment <> 'active'"), "10100");
    ck_assert_str_eq(kept_by("age is null"), "00110");
    ck_assert_str_eq(kept_by("not (age > 0)"), "00000");
    ck_assert_str_eq(kept_by("1"), "11111");
}
END_TEST

START_TEST(names_are_found_in_any_case_and_in_quotes)
{
    ck_assert_str_eq(kept_by("SEGMENT = 'active' AND Age > 10 -- the older ones"), "00001");
    ck_assert_str_eq(kept_by("\"order\" = 'x' and \"a \"\"b\"\"\" is null"), "00010");
    ck_assert_str_eq(kept_by("[order] in ('x', 'y') and age is null"), "00110");
}
END_TEST

START_TEST(only_what_is_read_is_asked_for)
{
    struct lka_where *where;
    size_t count;
    ck_assert_int_eq(lka_where_new("visits > 1 and segment <> 'age'", &schema, &where, &error), LKA_OK);
    const size_t *chosen = lka_where_columns(where, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(chosen[0], 1);
    ck_assert_uint_eq(chosen[1], 3);
    lka_where_free(where);
}
END_TEST

/* A block after the other, in cells elsewhere. */
START_TEST(one_rule_takes_many_blocks)
{
    struct lka_where *where;
    struct lka_rows rows;
    ck_assert_int_eq(lka_where_new("age > 10", &schema, &where, &error), LKA_OK);
    for (size_t block = 0; block < 3; block++) {
        make_rows(&rows, 3, block, "t.csv");
        put_many(&rows, 2, 0, block, block == 1 ? "5" : "50");
        bool kept[3] = {false};
        ck_assert_int_eq(lka_where_rows(where, &rows, &(size_t){2}, kept, &error), LKA_OK);
        ck_assert_int_eq(kept[0], block == 2);
        lka_rows_release(&rows);
    }
    lka_where_free(where);
}
END_TEST

static const struct {
    const char *rule;
    const char *says;
} refused[] = {
    {"", "empty"},
    {"  \n", "empty"},
    {"age >", "not complete"},
    {"(age > 1", "not complete"},
    {"age > 1)", "brackets do not match"},
    {"age >> > 1", "near \">\": syntax error (character 8)"},
    {"order = 'x'", "near \"order\""},
    {"agee > 1", "no column \"agee\"; did you mean \"age\"?"},
    {"segment = \"at_risk\"", "no column \"at_risk\"; text stands in single quotes"},
    {"rowid = 1", "no column"},
    {"age > 1; drop table rows", "syntax error"},
    {"1), (2", "one condition"},
    {"1) from rows limit (1", "brackets do not match"},
    {"1) from rows union select (1", "too many terms"},
    {"(select 1)", "no SELECT of its own"},
    {"exists (select * from rows)", "no SELECT of its own"},
    {"age in rows", "sub-select"},
    {"(with recursive c(x) as (select 1 union all select x + 1 from c) select x from c)", "SELECT"},
    {"age in (select value from json_each('[1]'))", "only reads"},
    {"age in pragma_table_list", "only reads"},
    {"(select name from sqlite_schema)", "can't be read"},
    {"count(*) > 1", "the function count is not allowed"},
    {"max(age) over () = age", "the function max is not allowed"},
    {"load_extension('x')", "the function load_extension is not allowed"},
    {"random() > 0", "the function random is not allowed"},
    {"date('now') > '2020-01-01'", "the function date is not allowed"},
    {"current_date > '2020-01-01'", "current_date"},
    {"nosuch(age)", "no such function: nosuch"},
    {"age match 'x'", "match"},
    {"age = ?", "variable"},
    {"age = :who", "variable"},
    {"raise(abort, 'x')", "RAISE"},
    {"abs(-9223372036854775807 - 1 + coalesce(age, 0) * 0) > 1", "overflow"},
};

START_TEST(what_a_rule_may_not_do_is_told)
{
    const char *message = kept_by(refused[_i].rule);
    ck_assert_msg(strstr(message, refused[_i].says) != NULL, "%s: %s", refused[_i].rule, message);
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

START_TEST(depth_and_length_have_limits)
{
    char rule[20000];
    memset(rule, '(', 5000);
    strcpy(rule + 5000, "1");
    memset(rule + 5001, ')', 5000);
    rule[10001] = 0;
    kept_by(rule);
    ck_assert_int_eq(error.code, LKA_USAGE);
    memset(rule, ' ', 17000);
    strcpy(rule + 17000, "1");
    ck_assert_ptr_nonnull(strstr(kept_by(rule), "17001 bytes; at most 16384"));
    ck_assert_ptr_nonnull(strstr(kept_by("length(replace(replace(replace(replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
                                         "'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', 'cccccccccccccccccccccccccc"
                                         "cccccccccccccccccccc'), 'c', 'dddddddddddddddddddddddddddddddddd'), 'd', "
                                         "'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'))"),
                                 "too big"));
}
END_TEST

START_TEST(columns_that_differ_by_case_alone_are_told_apart_by_spelling)
{
    struct lka_column twins[] = {{.name = "Age"}, {.name = "age"}};
    struct lka_schema both = {twins, 2};
    struct lka_where *where;
    size_t count;
    ck_assert_int_eq(lka_where_new("age > 1", &both, &where, &error), LKA_OK);
    ck_assert_uint_eq(lka_where_columns(where, &count)[0], 1);
    lka_where_free(where);
    ck_assert_int_eq(lka_where_new("age > 1 and Age > 1", &both, &where, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "differ by case alone"));
}
END_TEST

START_TEST(a_table_may_be_wider_than_sqlite_allows)
{
    enum { WIDE = 65535 };
    struct lka_column *wide = calloc(WIDE, sizeof *wide);
    static char names[WIDE][8];
    for (size_t i = 0; i < WIDE; i++) {
        snprintf(names[i], sizeof names[i], "c%05zu", i);
        wide[i].name = names[i];
    }
    struct lka_schema all = {wide, WIDE};
    struct lka_where *where;
    size_t count;
    ck_assert_int_eq(lka_where_new("c65534 > c00001", &all, &where, &error), LKA_OK);
    ck_assert_uint_eq(lka_where_columns(where, &count)[1], 65534);
    lka_where_free(where);
    free(wide);
}
END_TEST

static bool always(void *user)
{
    (void)user;
    return true;
}

START_TEST(a_rule_can_be_interrupted)
{
    struct lka_where *where;
    ck_assert_int_eq(lka_where_new("age > 10", &schema, &where, &error), LKA_OK);
    lka_where_watch(where, &(struct lka_session){.interrupted = always});
    enum { MANY = 50000 };
    struct lka_rows rows;
    make_rows(&rows, 1, MANY, "t.csv");
    bool *kept = calloc(MANY, 1);
    ck_assert_int_eq(lka_where_rows(where, &rows, &(size_t){0}, kept, &error), LKA_INTERRUPTED);
    lka_where_watch(where, NULL);
    ck_assert_int_eq(lka_where_rows(where, &rows, &(size_t){0}, kept, &error), LKA_OK);
    free(kept);
    lka_rows_release(&rows);
    lka_where_free(where);
}
END_TEST

START_TEST(every_allocation_of_ours_can_fail)
{
    struct ledger ledger;
    ledger_install(&ledger);
    lka_status status = LKA_MEMORY;
    for (size_t k = 1; status != LKA_OK; k++) {
        struct lka_where *where = NULL;
        ledger_fail(&ledger, k);
        status = lka_where_new("age > 10 and segment = 'x'", &schema, &where, &error);
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
        lka_where_free(where);
        ck_assert_uint_eq(ledger.alive, 0);
    }
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("where");
    TCase *rules = tcase_create("rules");
    tcase_add_test(rules, values_compare_as_what_they_are);
    tcase_add_test(rules, what_is_missing_is_null_and_null_keeps_nobody);
    tcase_add_test(rules, names_are_found_in_any_case_and_in_quotes);
    tcase_add_test(rules, only_what_is_read_is_asked_for);
    tcase_add_test(rules, one_rule_takes_many_blocks);
    tcase_add_loop_test(rules, what_a_rule_may_not_do_is_told, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(rules, depth_and_length_have_limits);
    tcase_add_test(rules, columns_that_differ_by_case_alone_are_told_apart_by_spelling);
    tcase_add_test(rules, a_table_may_be_wider_than_sqlite_allows);
    tcase_add_test(rules, a_rule_can_be_interrupted);
    tcase_add_test(rules, every_allocation_of_ours_can_fail);
    suite_add_tcase(suite, rules);
    return run_suite(suite);
}
