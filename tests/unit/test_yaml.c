/* The reader of YAML that all files share: the tree, its places, what it refuses, and how complaints are told. */
#include "base/yaml.h"

#include "base/error.h"
#include "by_hand.h"
#include "run_suite.h"

static struct lka_yaml yaml;
static struct lka_complaints complaints;
static struct lka_error error;
static struct ledger ledger;

static void setup(void)
{
    yaml = (struct lka_yaml){0};
    complaints = (struct lka_complaints){.file = "f.yaml"};
    error = (struct lka_error){0};
}

static void teardown(void)
{
    lka_yaml_release(&yaml);
}

static lka_status load(const char *text, size_t length)
{
    lka_status status = lka_yaml_load(&yaml, text, length, &complaints, &error);
    return status == LKA_OK ? lka_complaints_status(&complaints, &error) : status;
}

/* ---- the tree --------------------------------------------------------------------------------- */

START_TEST(nodes_know_their_kind_count_and_place)
{
    static const char text[] = "a: 1\nb:\n  - x\n  - {c: [], d: \"\\0y\"}\n";
    ck_assert_int_eq(load(text, strlen(text)), LKA_OK);
    const struct lka_yaml_node *root = lka_yaml_root(&yaml);
    ck_assert_int_eq(root->kind, LKA_YAML_MAPPING);
    ck_assert_uint_eq(root->count, 2);
    ck_assert_str_eq(lka_yaml_key(&yaml, root, 1)->text.text, "b");
    const struct lka_yaml_node *list = lka_yaml_value(&yaml, root, 1);
    ck_assert_int_eq(list->kind, LKA_YAML_SEQUENCE);
    ck_assert_uint_eq(list->count, 2);
    ck_assert_str_eq(lka_yaml_item(&yaml, list, 0)->text.text, "x");
    const struct lka_yaml_node *inner = lka_yaml_item(&yaml, list, 1);
    ck_assert_uint_eq(inner->line, 4);
    ck_assert_uint_eq(inner->column, 5);
    ck_assert_uint_eq(lka_yaml_value(&yaml, inner, 0)->count, 0);
    ck_assert_uint_eq(lka_yaml_value(&yaml, inner, 1)->text.length, 2);
    ck_assert_uint_eq(lka_yaml_value(&yaml, inner, 1)->column, 16);
}
END_TEST

START_TEST(an_empty_document_has_no_root)
{
    ck_assert_int_eq(load("# nothing\n", 10), LKA_OK);
    ck_assert_ptr_null(lka_yaml_root(&yaml));
}
END_TEST

static const struct {
    const char *text;
    enum lka_yaml_fault_kind kind;
    unsigned line;
    unsigned column;
} faults[] = {
    {"a: [1\n", LKA_YAML_SYNTAX, 2, 1},        {"a: 1\nb: \xFF\n", LKA_YAML_ENCODING, 2, 4},
    {"a: &x 1\n", LKA_YAML_ANCHOR, 1, 4},      {"- *x\n", LKA_YAML_ALIAS, 1, 3},
    {"&x [*x]\n", LKA_YAML_ANCHOR, 1, 1},      {"- !!str 1\n", LKA_YAML_TAG, 1, 3},
    {"a\n--- \n\nb\n", LKA_YAML_SECOND, 2, 1}, {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]\n", LKA_YAML_DEEP, 1, 17},
};

START_TEST(what_is_refused_has_its_place)
{
    ck_assert_int_eq(lka_yaml_parse(&yaml, faults[_i].text, strlen(faults[_i].text), &error), LKA_OK);
    ck_assert_int_eq(yaml.fault.kind, faults[_i].kind);
    ck_assert_uint_eq(yaml.fault.line, faults[_i].line);
    ck_assert_uint_eq(yaml.fault.column, faults[_i].column);
    ck_assert_uint_eq(yaml.fault.next_line, faults[_i].kind == LKA_YAML_SECOND ? 4 : 0);
    lka_yaml_complain_fault(&yaml.fault, &complaints);
    ck_assert_uint_eq(complaints.count, 1);
}
END_TEST

START_TEST(too_many_bytes_are_refused_unread)
{
    ck_assert_int_eq(lka_yaml_parse(&yaml, NULL, (size_t)LKA_YAML_BYTES + 1, &error), LKA_OK);
    ck_assert_int_eq(yaml.fault.kind, LKA_YAML_LARGE);
}
END_TEST

START_TEST(too_many_values_are_refused)
{
    struct lka_text text = {0};
    lka_text_string(&text, "[");
    for (size_t i = 0; i < LKA_YAML_NODES; i++) {
        lka_text_append(&text, "1,", 2);
    }
    lka_text_string(&text, "]");
    ck_assert_int_eq(load(text.bytes, text.length), LKA_USAGE);
    ck_assert_int_eq(yaml.fault.kind, LKA_YAML_LARGE);
    ck_assert_uint_eq(yaml.fault.column, text.length - 2);
    lka_text_release(&text);
}
END_TEST

/* ---- checks ----------------------------------------------------------------------------------- */

START_TEST(an_unknown_key_names_the_nearest)
{
    static const char *const keys[] = {"columns", "clip"};
    const struct lka_yaml_node *values[2];
    static const char text[] = "clop: 1\nclip: 2\nclip: 3\n";
    ck_assert_int_eq(load(text, strlen(text)), LKA_OK);
    ck_assert(lka_yaml_fields(&yaml, lka_yaml_root(&yaml), "the file", keys, 2, values, &complaints));
    ck_assert_ptr_null(values[0]);
    ck_assert_str_eq(values[1]->text.text, "2");
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "f.yaml:1:1: the file has no key \"clop\"; did you mean \"clip\"?\n"
                                    "f.yaml:3:1: the file: key \"clip\" is repeated; it was in line 2 already");
}
END_TEST

/* All of them would not fit: the list ends between two keys, and says that there are more. */
START_TEST(a_long_list_of_keys_is_cut_between_two)
{
    static const char text[] = "zzzzz: 1\n";
    static char names[40][40];
    const char *keys[40];
    const struct lka_yaml_node *values[40];
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "a-key-with-its-number-%d", 10 + i);
        keys[i] = names[i];
    }
    ck_assert_int_eq(load(text, strlen(text)), LKA_OK);
    ck_assert(lka_yaml_fields(&yaml, lka_yaml_root(&yaml), "the file", keys, 40, values, &complaints));
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    size_t length = strlen(error.message);
    static const char end[] = ", a-key-with-its-number-24, ...";
    ck_assert_msg(strcmp(error.message + length - strlen(end), end) == 0, "%s", error.message);
}
END_TEST

START_TEST(repeated_keys_are_found_at_any_depth)
{
    static const char text[] = "a: {b: 1, c: 2, b: 3}\nd: 1\na: 1\n[e]: 1\n[e]: 2\n";
    ck_assert_int_eq(load(text, strlen(text)), LKA_OK);
    complaints.by_place = true;
    lka_yaml_refuse_repeats(&yaml, &complaints);
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    ck_assert_str_eq(error.message, "f.yaml:1:17: the key \"b\" is repeated; the first is in line 1\n"
                                    "f.yaml:3:1: the key \"a\" is repeated; the first is in line 1");
}
END_TEST

/* ---- complaints ------------------------------------------------------------------------------- */

START_TEST(complaints_come_in_the_order_asked_for)
{
    for (int by_place = 0; by_place < 2; by_place++) {
        complaints = (struct lka_complaints){.file = "f.yaml", .by_place = by_place};
        lka_complain_at(&complaints, 2, 5, "b");
        lka_complain_at(&complaints, 2, 1, "a");
        lka_complain_at(&complaints, 2, 5, "c");
        ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
        ck_assert_str_eq(error.message, by_place ? "f.yaml:2:1: a\nf.yaml:2:5: b\nf.yaml:2:5: c"
                                                 : "f.yaml:2:5: b\nf.yaml:2:1: a\nf.yaml:2:5: c");
        ck_assert_uint_eq(error.column, by_place ? 1 : 5);
    }
}
END_TEST

START_TEST(the_earliest_push_out_the_latest)
{
    complaints.by_place = true;
    for (unsigned line = 500; line > 0; line--) {
        lka_complain_at(&complaints, line, 1, "no");
    }
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    ck_assert_int_eq(strncmp(error.message, "f.yaml:1:1: no\nf.yaml:2:1: no\n", 30), 0);
    size_t shown = 1;
    for (const char *at = error.message; *at; at++) {
        shown += *at == '\n';
    }
    shown--; /* the closing line */
    ck_assert_uint_eq(shown, complaints.shown);
    char closing[40];
    snprintf(closing, sizeof closing, "f.yaml:%zu:1: no\nand %zu more", shown, 500 - shown);
    ck_assert_ptr_nonnull(strstr(error.message, closing));
}
END_TEST

START_TEST(a_long_complaint_is_cut_and_stays_alone)
{
    char text[3000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    lka_complain_at(&complaints, 0, 0, "%s", text);
    lka_complain_at(&complaints, 1, 1, "short");
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    ck_assert_int_eq(strncmp(error.message, "f.yaml: xxx", 11), 0);
    ck_assert_uint_eq(strlen(error.message), 1000 + strlen("\nand 1 more"));
    ck_assert_str_eq(error.message + 998, "xx\nand 1 more");
}
END_TEST

START_TEST(nothing_stands_behind_what_did_not_fit)
{
    lka_complain_at(&complaints, 1, 1, "%0600d", 0);
    lka_complain_at(&complaints, 2, 1, "%0600d", 0);
    lka_complain_at(&complaints, 3, 1, "short");
    ck_assert_int_eq(lka_complaints_status(&complaints, &error), LKA_USAGE);
    ck_assert_str_eq(error.message + strlen("f.yaml:1:1: ") + 600, "\nand 2 more");
}
END_TEST

/* ---- failed allocations ----------------------------------------------------------------------- */

START_TEST(every_failed_allocation_is_told_and_nothing_leaks)
{
    static const char text[] = "a: [1, 2, {b: c, d: [e, f]}]\ng: {h: i}\n";
    ledger_install(&ledger);
    ledger_fail(&ledger, 0);
    ck_assert_int_eq(load(text, strlen(text)), LKA_OK);
    size_t needed = ledger.calls;
    ck_assert_uint_gt(needed, 3);
    lka_yaml_release(&yaml);
    for (size_t k = 1; k <= needed; k++) {
        ledger_fail(&ledger, k);
        ck_assert_int_eq(load(text, strlen(text)), LKA_MEMORY);
        lka_yaml_release(&yaml);
        ck_assert_uint_eq(ledger.alive, 0);
    }
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("yaml");
    TCase *tests = tcase_create("yaml");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, nodes_know_their_kind_count_and_place);
    tcase_add_test(tests, an_empty_document_has_no_root);
    tcase_add_loop_test(tests, what_is_refused_has_its_place, 0, sizeof faults / sizeof *faults);
    tcase_add_test(tests, too_many_bytes_are_refused_unread);
    tcase_add_test(tests, too_many_values_are_refused);
    tcase_add_test(tests, an_unknown_key_names_the_nearest);
    tcase_add_test(tests, a_long_list_of_keys_is_cut_between_two);
    tcase_add_test(tests, repeated_keys_are_found_at_any_depth);
    tcase_add_test(tests, complaints_come_in_the_order_asked_for);
    tcase_add_test(tests, the_earliest_push_out_the_latest);
    tcase_add_test(tests, a_long_complaint_is_cut_and_stays_alone);
    tcase_add_test(tests, nothing_stands_behind_what_did_not_fit);
    tcase_add_test(tests, every_failed_allocation_is_told_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
