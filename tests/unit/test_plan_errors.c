/* Every error of a plan's YAML, with its line and column, and all of them at once. */
#include "by_hand.h"
#include "run_suite.h"
#include "features/plan.h"

static struct lka_plan *plan;
static struct lka_error error;

static void teardown(void)
{
    lka_plan_free(plan);
}

static lka_status read(const char *text)
{
    lka_plan_free(plan);
    return lka_plan_read(text, strlen(text), "p.yaml", &plan, &error);
}

#define PLAN "lookalike_plan: 1\ncolumns:\n"
#define NUMBER "  - {name: n, type: number, missing: false, centre: 0, scale: 1, edges: [1, 2]}\n"
#define OF_NUMBER(text) PLAN "  - {name: n, type: number, missing: false, " text "}\n"
#define BOOLEAN "  - {name: b, type: boolean, missing: false}\n"

static const struct {
    const char *yaml;
    const char *message;
} bad_plans[] = {
    /* the document */
    {"", "p.yaml:1:1: no feature plan: the document is empty"},
    {"# only a comment\n", "p.yaml:1:1: no feature plan: the document is empty"},
    {"- 1\n", "p.yaml:1:1: the plan is a list; it must be a mapping (key: value)"},
    {"columns:\n" BOOLEAN, "p.yaml:1:1: no feature plan: the key lookalike_plan is missing; it must be 1"},
    {"lookalike_plan: 2\ncolumns:\n" BOOLEAN, "p.yaml:1:17: lookalike_plan: version 2 is not known; allowed: 1"},
    {"lookalike_plan: 1\n", "p.yaml:1:1: columns: at least one column is needed"},
    {PLAN "  []\n", "p.yaml:3:3: columns: at least one column is needed"},
    {PLAN "  n: 1\n", "p.yaml:3:3: columns is a mapping (key: value); it must be a list"},
    {"lookalike_plan: 1\ncolums:\n" BOOLEAN, "p.yaml:2:1: the plan has no key \"colums\"; did you mean "
                                             "\"columns\"?\np.yaml:1:1: columns: at least one column is needed"},
    {PLAN BOOLEAN "weights: 1\n",
     "p.yaml:4:1: the plan has no key \"weights\"; allowed: lookalike_plan, as_of, clip, columns, left_out"},
    {PLAN BOOLEAN "clip: 8\nclip: 9\n", "p.yaml:5:1: the plan: key \"clip\" is repeated; it was in line 4 already"},
    {PLAN BOOLEAN "clip: 0\n", "p.yaml:4:7: clip: 0 is not allowed; allowed: numbers above 0, at most 1000000"},
    {PLAN BOOLEAN "clip: [8]\n", "p.yaml:4:7: clip is a list; it must be a single value"},
    {PLAN BOOLEAN "[a]: 8\n", "p.yaml:4:1: a key is a list; it must be a single value"},
    {PLAN BOOLEAN "as_of: 2023-02-29\n",
     "p.yaml:4:8: as_of: \"2023-02-29\" is not allowed; allowed: a date, YYYY-MM-DD"},
    {PLAN BOOLEAN "as_of: 2023-02-28T10:00:00Z\n",
     "p.yaml:4:8: as_of: \"2023-02-28T10:00:00Z\" is not allowed; allowed: a date, YYYY-MM-DD"},
    {PLAN BOOLEAN "left_out: [{name: x}]\n", "p.yaml:4:12: reason is missing"},
    {PLAN BOOLEAN "left_out: [{name: b, reason: why}]\n", "p.yaml:4:19: column \"b\" is listed twice"},
    /* YAML itself */
    {"a: [1, 2\n", "p.yaml:2:1: while parsing a flow sequence, did not find expected ',' or ']'"},
    {"a: \"\\q\"\n", "p.yaml:1:5: while parsing a quoted scalar, found unknown escape character"},
    {"a: b\n  \xFF\n", "p.yaml:2:3: invalid leading UTF-8 octet"},
    {PLAN BOOLEAN "---\n" PLAN BOOLEAN, "p.yaml:4:1: a second document starts here; one is allowed"},
    {"a: &x 1\n", "p.yaml:1:4: anchors, aliases and tags are not allowed: write the value out"},
    {"a: !!str 1\n", "p.yaml:1:4: anchors, aliases and tags are not allowed: write the value out"},
    {"a: *x\n", "p.yaml:1:4: anchors, aliases and tags are not allowed: write the value out"},
    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]\n", "p.yaml:1:17: nested too deeply; at most 16 levels are allowed"},
    /* columns */
    {PLAN "  - b\n", "p.yaml:3:5: a column is a single value; it must be a mapping (key: value)"},
    {PLAN "  - {type: boolean, missing: true}\n", "p.yaml:3:5: name is missing"},
    {PLAN "  - {name: \"\", type: boolean, missing: true}\n", "p.yaml:3:12: name is empty or holds a NUL byte"},
    {PLAN "  - {name: \"a\\0\", type: boolean, missing: true}\n", "p.yaml:3:12: name is empty or holds a NUL byte"},
    {PLAN "  - {name: b, missing: true}\n", "p.yaml:3:5: type is missing"},
    {PLAN "  - {name: b, type: boolean}\n",
     "p.yaml:3:5: missing is missing: true if the column has empty values, else false"},
    {PLAN "  - {name: b, type: boolean, missing: yes}\n",
     "p.yaml:3:39: missing: \"yes\" is not allowed; allowed: true, false"},
    {PLAN "  - {name: b, type: numbr, missing: true}\n",
     "p.yaml:3:21: type: \"numbr\" is not allowed; allowed: number, category, list, date, boolean; did you mean "
     "\"number\"?"},
    {PLAN "  - {name: b, type: boolean, missing: true, nmae: b}\n",
     "p.yaml:3:45: a column has no key \"nmae\"; did you mean \"name\"?"},
    {PLAN "  - {name: b, type: boolean, missing: true, scale: 1}\n",
     "p.yaml:3:52: a column of type boolean has no key \"scale\""},
    {PLAN BOOLEAN BOOLEAN, "p.yaml:4:12: column \"b\" is listed twice"},
    {PLAN "  - {name: d, type: date, missing: true, centre: 0, scale: 1, edges: []}\n",
     "p.yaml:3:21: a date needs the day that its age is counted to: as_of: YYYY-MM-DD at the top"},
    {PLAN "  - {name: c, type: category, missing: true}\n",
     "p.yaml:3:5: values is missing, which a column of type category needs: it was learned from the data; to add a "
     "column, "
     "learn the plan again"},
    /* numbers */
    {OF_NUMBER("centre: 1,5, scale: 1, edges: []"),
     "p.yaml:3:55: a column has no key \"5\"; allowed: name, type, missing, "
     "centre, scale, edges, values, items"},
    {OF_NUMBER("centre: nan, scale: 1, edges: []"), "p.yaml:3:53: centre: \"nan\" is no number"},
    {OF_NUMBER("centre: 1e999, scale: 1, edges: []"), "p.yaml:3:53: centre: \"1e999\" is no number"},
    {OF_NUMBER("centre: 0, scale: 0, edges: []"), "p.yaml:3:63: scale: 0 is not allowed; allowed: numbers above 0"},
    {OF_NUMBER("centre: 0, scale: -1, edges: []"), "p.yaml:3:63: scale: -1 is not allowed; allowed: numbers above 0"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, 3, 2]"),
     "p.yaml:3:80: edges: 2 follows 3; each must be above the one before it"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, 1]"),
     "p.yaml:3:77: edges: 1 follows 1; each must be above the one before it"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, x]"), "p.yaml:3:77: edges: \"x\" is no number"},
    {OF_NUMBER("centre: 0, scale: 1, edges: 3"), "p.yaml:3:73: edges is a single value; it must be a list"},
    /* words */
    {PLAN "  - {name: c, type: category, missing: true, values: []}\n",
     "p.yaml:3:54: values is empty: delete the column instead"},
    {PLAN "  - {name: c, type: category, missing: true, values: [a, b, a]}\n",
     "p.yaml:3:61: values: \"a\" is listed twice"},
    {PLAN "  - {name: c, type: list, missing: true, items: [a, [b]]}\n",
     "p.yaml:3:53: items is a list; it must be a single value"},
    {PLAN "  - {name: c, type: category, missing: true, values: [\"\"]}\n",
     "p.yaml:3:55: values: \"\" has 0 bytes or holds a NUL byte; 1 to 1024 bytes are allowed"},
};

START_TEST(each_error_has_its_place)
{
    ck_assert_int_eq(read(bad_plans[_i].yaml), LKA_USAGE);
    ck_assert_ptr_null(plan);
    ck_assert_str_eq(error.message, bad_plans[_i].message);
    ck_assert_str_eq(error.file, "");
    unsigned line = 0;
    unsigned column = 0;
    ck_assert_int_eq(sscanf(bad_plans[_i].message, "p.yaml:%u:%u:", &line, &column), 2);
    ck_assert_uint_eq(error.line, line);
    ck_assert_uint_eq(error.column, column);
}
END_TEST

START_TEST(all_errors_come_at_once)
{
    ck_assert_int_eq(read("lookalike_plan: 1\n"
                          "clip: -1\n"
                          "columns:\n"
                          "  - {name: n, type: number, missing: no, centre: 0, scale: 0, edges: [2, 1]}\n"
                          "  - {name: n, type: text, missing: true}\n"),
                     LKA_USAGE);
    ck_assert_str_eq(error.message,
                     "p.yaml:2:7: clip: -1 is not allowed; allowed: numbers above 0, at most 1000000\n"
                     "p.yaml:4:38: missing: \"no\" is not allowed; allowed: true, false\n"
                     "p.yaml:4:60: scale: 0 is not allowed; allowed: numbers above 0\n"
                     "p.yaml:4:74: edges: 1 follows 2; each must be above the one before it\n"
                     "p.yaml:5:12: column \"n\" is listed twice\n"
                     "p.yaml:5:21: type: \"text\" is not allowed; allowed: number, category, list, date, boolean");
}
END_TEST

START_TEST(what_does_not_fit_is_counted)
{
    struct lka_text text = {0};
    lka_text_string(&text, PLAN);
    for (int i = 0; i < 100; i++) {
        lka_text_string(&text, BOOLEAN);
    }
    ck_assert_int_eq(read(text.bytes), LKA_USAGE);
    const char *line = "p.yaml:4:12: column \"b\" is listed twice\n";
    size_t fit = 1 + (1000 - strlen(line)) / (strlen(line) + 1); /* later lines have two digits or three */
    const char *more = strstr(error.message, "\nand ");
    ck_assert_ptr_nonnull(more);
    unsigned left = 0;
    ck_assert_int_eq(sscanf(more, "\nand %u more", &left), 1);
    size_t lines = 1;
    for (const char *at = error.message; at < more; at++) {
        lines += *at == '\n';
    }
    ck_assert_uint_eq(lines + left, 99);
    ck_assert_uint_ge(lines + 1, fit);
    lka_text_release(&text);
}
END_TEST

/* PLAN and one column with `count` values (or edges) named by `format`. */
static void write_large(struct lka_text *text, const char *column, unsigned count, const char *format)
{
    lka_text_string(text, PLAN);
    lka_text_string(text, column);
    for (unsigned i = 0; i < count; i++) {
        lka_text_string(text, i ? ", " : "");
        lka_text_format(text, "%s%u", format, i);
    }
    lka_text_string(text, "]}\n");
}

START_TEST(codes_stop_at_65535)
{
    struct lka_text text = {0};
    const char *category = "  - {name: c, type: category, missing: true, values: [";
    write_large(&text, category, 65533, "v");
    ck_assert_msg(read(text.bytes) == LKA_OK, "%s", error.message);
    ck_assert_uint_eq(lka_plan_space(plan)->features[0].codes, 65535);
    lka_text_clear(&text);
    write_large(&text, category, 65534, "v");
    ck_assert_int_eq(read(text.bytes), LKA_USAGE);
    ck_assert_str_eq(error.message, "p.yaml:3:54: values: 65534 entries; at most 65533 are allowed");
    lka_text_clear(&text);
    write_large(&text, "  - {name: n, type: number, missing: true, centre: 0, scale: 1, edges: [", 65534, "");
    ck_assert_int_eq(read(text.bytes), LKA_USAGE);
    ck_assert_str_eq(error.message, "p.yaml:3:72: edges: 65534 entries; at most 65533 are allowed");
    lka_text_release(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_errors");
    TCase *tests = tcase_create("errors");
    tcase_add_checked_fixture(tests, NULL, teardown);
    tcase_add_loop_test(tests, each_error_has_its_place, 0, sizeof bad_plans / sizeof *bad_plans);
    tcase_add_test(tests, all_errors_come_at_once);
    tcase_add_test(tests, what_does_not_fit_is_counted);
    tcase_add_test(tests, codes_stop_at_65535);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
