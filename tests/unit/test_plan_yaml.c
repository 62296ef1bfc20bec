/* The feature plan as YAML: round trips, edits, every error with its place; words for codes; failed allocations. */
#include "plan_by_hand.h"

#include <math.h>

static struct table table;
static struct lka_text yaml;
static struct lka_plan *plan;
static struct lka_error error;
static struct ledger ledger;

static void setup(void)
{
    table_init_mixed(&table);
    ck_assert_msg(table_learn(&table) == LKA_OK, "%s", table.error.message);
    yaml = (struct lka_text){0};
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    plan = NULL;
    error = (struct lka_error){0};
}

static void teardown(void)
{
    lka_plan_free(plan);
    lka_text_release(&yaml);
    table_release(&table);
}

static lka_status read(const char *text)
{
    lka_plan_free(plan);
    return lka_plan_read(text, strlen(text), "p.yaml", &plan, &error);
}

/* ---- round trips ------------------------------------------------------------------------------- */

START_TEST(a_plan_is_readable)
{
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\nlookalike_plan: 1\nas_of: 2024-12-28\nclip: 8\ncolumns:\n"));
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "  - name: city\n"
                                             "    type: category\n"
                                             "    missing: false\n"
                                             "    values: [\"12\", Lyon, Paris, \"\xC3\x89vry, sud\"]\n"));
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "    items: [music, games, sport]\n"));
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "left_out:\n  - name: mail\n    reason: \"its role is email\"\n"));
    ck_assert_ptr_null(strstr(yaml.bytes, "example.org"));
    ck_assert_ptr_null(strstr(yaml.bytes, "Nowhere"));
}
END_TEST

START_TEST(reading_and_writing_give_the_same_bytes)
{
    ck_assert_msg(read(yaml.bytes) == LKA_OK, "%s", error.message);
    struct lka_text again = {0};
    ck_assert_int_eq(lka_plan_write(plan, &again, NULL), LKA_OK);
    ck_assert_str_eq(again.bytes, yaml.bytes);
    lka_text_release(&again);
}
END_TEST

START_TEST(a_plan_that_was_read_encodes_alike)
{
    table_encode(&table);
    ck_assert_msg(read(yaml.bytes) == LKA_OK, "%s", error.message);
    const struct lka_space *learned = lka_plan_space(table.plan);
    const struct lka_space *back = lka_plan_space(plan);
    ck_assert_uint_eq(back->count, learned->count);
    ptrdiff_t cell_of[TABLE_COLUMNS];
    table_cells(&table, cell_of);
    struct lka_block block;
    ck_assert_int_eq(lka_block_init(&block, back, table.pool.count, NULL), LKA_OK);
    ck_assert_int_eq(lka_plan_encode(plan, &table.pool, cell_of, &block, &table.problems, NULL), LKA_OK);
    for (size_t f = 0; f < back->count; f++) {
        ck_assert_str_eq(back->features[f].name, learned->features[f].name);
        ck_assert_uint_eq(back->features[f].codes, learned->features[f].codes);
        ck_assert_uint_eq(back->features[f].column, learned->features[f].column);
        ck_assert_int_eq(back->features[f].has_missing, learned->features[f].has_missing);
        ck_assert_mem_eq(lka_block_codes(&block, f), lka_block_codes(&table.block, f), block.count * sizeof(uint16_t));
        ck_assert_mem_eq(lka_block_values(&block, f), lka_block_values(&table.block, f), block.count * sizeof(double));
    }
    lka_block_release(&block);
}
END_TEST

START_TEST(hostile_words_survive)
{
    static const char *const words[] = {"null", "Yes", "~",  "- a", "a: b", "#", "'", "\"", "\\", "\t", " x ", "[", "{}", "a,b",
                                        "1e3", "line\nbreak", "\x7F", "\xC2\x85", "\xE2\x80\xA8", "\xEF\xBB\xBF", "\xF0\x9F\x98\x80",
                                        "\r", "%", "@", "`", "|", ">", "&a", "*a", "!t", "=", "...", "---", "\x01", "\xEF\xBF\xBE"};
    enum { WORDS = sizeof words / sizeof *words };
    struct lka_column schema[] = {feature_of("c: \"x\"\n", LKA_TYPE_CATEGORY)};
    table_release(&table);
    table_init(&table, 0, 10 * WORDS, 1, schema);
    for (size_t i = 0; i < WORDS; i++) {
        put_many(&table.pool, 0, 10 * i, 10, words[i]);
    }
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "c: \"x\"\n")->codes, 2 + WORDS);
    lka_text_clear(&yaml);
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    ck_assert_msg(read(yaml.bytes) == LKA_OK, "%s", error.message);
    struct lka_block block;
    ptrdiff_t cell_of[] = {0};
    ck_assert_int_eq(lka_block_init(&block, lka_plan_space(plan), table.pool.count, NULL), LKA_OK);
    ck_assert_int_eq(lka_plan_encode(plan, &table.pool, cell_of, &block, &table.problems, NULL), LKA_OK);
    ck_assert_mem_eq(block.codes, table.block.codes, block.count * sizeof(uint16_t));
    lka_block_release(&block);
}
END_TEST

START_TEST(words_that_yaml_cannot_hold_count_as_rare)
{
    struct lka_column schema[] = {feature_of("c", LKA_TYPE_CATEGORY)};
    char longest[1026];
    memset(longest, 'x', sizeof longest);
    longest[1024] = '\0';
    table_release(&table);
    table_init(&table, 0, 40, 1, schema);
    put_many(&table.pool, 0, 0, 10, "good");
    put_many(&table.pool, 0, 10, 10, "\xFF\xFE");
    put_many(&table.pool, 0, 20, 10, longest);
    longest[1024] = 'x';
    longest[1025] = '\0';
    put_many(&table.pool, 0, 30, 10, longest);
    table_encode(&table);
    ck_assert_uint_eq(feature_named(&table, "c")->codes, 4);
    ck_assert_uint_eq(code_at(&table, "c", 10), 1);
    ck_assert_uint_gt(code_at(&table, "c", 20), 1);
    ck_assert_uint_eq(code_at(&table, "c", 30), 1);
}
END_TEST

START_TEST(long_sequences_are_wrapped)
{
    struct lka_column schema[] = {feature("n")};
    table_release(&table);
    table_init(&table, 0, 10000, 1, schema);
    table.options.bins = 200;
    for (size_t i = 0; i < 10000; i++) {
        put(&table.pool, 0, i, "%.3f", (double)(i * 7919 % 10000) / 3);
    }
    ck_assert_int_eq(table_learn(&table), LKA_OK);
    lka_text_clear(&yaml);
    ck_assert_int_eq(lka_plan_write(table.plan, &yaml, NULL), LKA_OK);
    for (const char *line = yaml.bytes; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        ck_assert_uint_lt(strcspn(line, "\n"), 130);
    }
    ck_assert_msg(read(yaml.bytes) == LKA_OK, "%s", error.message);
    ck_assert_uint_eq(lka_plan_space(plan)->features[0].codes, 201);
}
END_TEST

/* ---- edits ------------------------------------------------------------------------------------- */

START_TEST(a_column_can_be_deleted)
{
    char *start = strstr(yaml.bytes, "  - name: city");
    char *end = strstr(yaml.bytes, "  - name: tags");
    memmove(start, end, strlen(end) + 1);
    ck_assert_msg(read(yaml.bytes) == LKA_OK, "%s", error.message);
    ck_assert_uint_eq(lka_plan_column_count(plan), lka_plan_column_count(table.plan) - 1);
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        ck_assert_str_ne(lka_plan_column_name(plan, c), "city");
    }
}
END_TEST

START_TEST(other_styles_of_yaml_are_read)
{
    ck_assert_msg(read("%YAML 1.1\n"
                       "---\n"
                       "{lookalike_plan: 1, columns: [{name: 'a b', type: category, missing: true,\n"
                       "  values: [x, 'y''s', 75001]}]}\n"
                       "...\n") == LKA_OK,
                  "%s", error.message);
    ck_assert_uint_eq(lka_plan_space(plan)->features[0].codes, 5);
    ck_assert(lka_plan_space(plan)->features[0].has_missing);
    ck_assert_msg(read("\xEF\xBB\xBFlookalike_plan: 1\r\ncolumns:\r\n- name: b\r\n  type: boolean\r\n  missing: false\r\n") ==
                      LKA_OK, "%s", error.message);
    ck_assert_str_eq(lka_plan_space(plan)->features[0].name, "b");
}
END_TEST

/* ---- errors ------------------------------------------------------------------------------------ */

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
    {"lookalike_plan: 1\ncolums:\n" BOOLEAN,
     "p.yaml:2:1: the plan has no key \"colums\"; did you mean \"columns\"?\np.yaml:1:1: columns: at least one column is needed"},
    {PLAN BOOLEAN "weights: 1\n",
     "p.yaml:4:1: the plan has no key \"weights\"; allowed: lookalike_plan, as_of, clip, columns, left_out"},
    {PLAN BOOLEAN "clip: 8\nclip: 9\n", "p.yaml:5:1: the plan: key \"clip\" is repeated; it was in line 4 already"},
    {PLAN BOOLEAN "clip: 0\n", "p.yaml:4:7: clip: 0 is not allowed; allowed: numbers above 0, at most 1000000"},
    {PLAN BOOLEAN "clip: [8]\n", "p.yaml:4:7: clip is a list; it must be a single value"},
    {PLAN BOOLEAN "[a]: 8\n", "p.yaml:4:1: a key is a list; it must be a single value"},
    {PLAN BOOLEAN "as_of: 2023-02-29\n", "p.yaml:4:8: as_of: \"2023-02-29\" is not allowed; allowed: a date, YYYY-MM-DD"},
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
    {PLAN "  - {name: b, type: boolean, missing: yes}\n", "p.yaml:3:39: missing: \"yes\" is not allowed; allowed: true, false"},
    {PLAN "  - {name: b, type: numbr, missing: true}\n",
     "p.yaml:3:21: type: \"numbr\" is not allowed; allowed: number, category, list, date, boolean; did you mean \"number\"?"},
    {PLAN "  - {name: b, type: boolean, missing: true, nmae: b}\n",
     "p.yaml:3:45: a column has no key \"nmae\"; did you mean \"name\"?"},
    {PLAN "  - {name: b, type: boolean, missing: true, scale: 1}\n",
     "p.yaml:3:52: a column of type boolean has no key \"scale\""},
    {PLAN BOOLEAN BOOLEAN, "p.yaml:4:12: column \"b\" is listed twice"},
    {PLAN "  - {name: d, type: date, missing: true, centre: 0, scale: 1, edges: []}\n",
     "p.yaml:3:21: a date needs the day that its age is counted to: as_of: YYYY-MM-DD at the top"},
    {PLAN "  - {name: c, type: category, missing: true}\n",
     "p.yaml:3:5: values is missing, which a column of type category needs: it was learned from the data; to add a column, "
     "learn the plan again"},
    /* numbers */
    {OF_NUMBER("centre: 1,5, scale: 1, edges: []"), "p.yaml:3:55: a column has no key \"5\"; allowed: name, type, missing, "
                                                    "centre, scale, edges, values, items"},
    {OF_NUMBER("centre: nan, scale: 1, edges: []"), "p.yaml:3:53: centre: \"nan\" is no number"},
    {OF_NUMBER("centre: 1e999, scale: 1, edges: []"), "p.yaml:3:53: centre: \"1e999\" is no number"},
    {OF_NUMBER("centre: 0, scale: 0, edges: []"), "p.yaml:3:63: scale: 0 is not allowed; allowed: numbers above 0"},
    {OF_NUMBER("centre: 0, scale: -1, edges: []"), "p.yaml:3:63: scale: -1 is not allowed; allowed: numbers above 0"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, 3, 2]"), "p.yaml:3:80: edges: 2 follows 3; each must be above the one before it"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, 1]"), "p.yaml:3:77: edges: 1 follows 1; each must be above the one before it"},
    {OF_NUMBER("centre: 0, scale: 1, edges: [1, x]"), "p.yaml:3:77: edges: \"x\" is no number"},
    {OF_NUMBER("centre: 0, scale: 1, edges: 3"), "p.yaml:3:73: edges is a single value; it must be a list"},
    /* words */
    {PLAN "  - {name: c, type: category, missing: true, values: []}\n", "p.yaml:3:54: values is empty: delete the column instead"},
    {PLAN "  - {name: c, type: category, missing: true, values: [a, b, a]}\n", "p.yaml:3:61: values: \"a\" is listed twice"},
    {PLAN "  - {name: c, type: list, missing: true, items: [a, [b]]}\n", "p.yaml:3:53: items is a list; it must be a single value"},
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

/* ---- words for codes --------------------------------------------------------------------------- */

static const char *described(const char *feature, uint16_t code, double value)
{
    lka_text_clear(&yaml);
    lka_plan_describe(table.plan, feature_index(&table, feature), code, value, &yaml);
    return yaml.bytes;
}

START_TEST(codes_have_words)
{
    ck_assert_str_eq(described("city", 0, 0), "missing");
    ck_assert_str_eq(described("city", 1, 0), "rare or unseen");
    ck_assert_str_eq(described("city", 3, 0), "Lyon");
    ck_assert_str_eq(described("tags=music", 1, 0), "present");
    ck_assert_str_eq(described("tags=music", 0, 0), "absent");
    ck_assert_str_eq(described("tags missing", 1, 0), "missing");
    ck_assert_str_eq(described("opt_in", 2, 0), "yes");
    ck_assert_str_eq(described("opt_in", 1, 0), "no");
    ck_assert_str_eq(described("signed_up month", 2, 0), "February");
    ck_assert_str_eq(described("signed_up weekday", 7, 0), "Sunday");
}
END_TEST

START_TEST(numbers_are_described_in_their_own_unit)
{
    ck_assert_msg(read(PLAN NUMBER) == LKA_OK, "%s", error.message);
    lka_plan_free(table.plan);
    table.plan = plan;
    plan = NULL;
    ck_assert_str_eq(described("n", 0, 0), "missing");
    ck_assert_str_eq(described("n", 1, -3.5), "-3.5 (up to 1)");
    ck_assert_str_eq(described("n", 2, 1.5), "1.5 (over 1, up to 2)");
    ck_assert_str_eq(described("n", 3, 3), "3 (over 2)");
    ck_assert_str_eq(described("n", 2, NAN), "over 1, up to 2");
}
END_TEST

/* ---- failed allocations ------------------------------------------------------------------------ */

/* Learns, writes, reads and encodes with the k-th allocation failing. */
static lka_status work(size_t k)
{
    struct lka_text text = {0};
    struct lka_plan *learned = NULL;
    struct lka_plan *back = NULL;
    struct lka_block block = {0};
    struct lka_problems problems = {0};
    ptrdiff_t cell_of[TABLE_COLUMNS] = {1, 2, 3, 4, 0}; /* addresses as booleans: every row is a problem */
    ledger_fail(&ledger, k);
    lka_status status =
        lka_plan_learn(&table.options, &table.schema, &table.seeds, &table.pool, &learned, &error);
    if (status == LKA_OK) {
        status = lka_plan_write(learned, &text, &error);
    }
    if (status == LKA_OK) {
        status = lka_plan_read(text.bytes, text.length, "p.yaml", &back, &error);
    }
    if (status == LKA_OK) {
        status = lka_block_init(&block, lka_plan_space(back), table.pool.count, &error);
    }
    if (status == LKA_OK) {
        status = lka_plan_encode(back, &table.pool, cell_of, &block, &problems, &error);
    }
    ck_assert(status != LKA_OK || problems.count == table.pool.count);
    lka_problems_release(&problems);
    lka_block_release(&block);
    lka_plan_free(back);
    lka_plan_free(learned);
    lka_text_release(&text);
    return status;
}

START_TEST(every_failed_allocation_is_told_and_nothing_leaks)
{
    ledger_install(&ledger);
    table_init_mixed(&table);
    size_t before = ledger.alive;
    ck_assert_msg(work(0) == LKA_OK, "%s", error.message);
    size_t needed = ledger.calls;
    ck_assert_uint_gt(needed, 50);
    for (size_t k = 1; k <= 500; k++) {
        error = (struct lka_error){0};
        lka_status status = work(k);
        ck_assert_msg(status == (k <= needed ? LKA_MEMORY : LKA_OK), "k = %zu: %d %s", k, (int)status, error.message);
        ck_assert_int_eq(error.code, status);
        ck_assert_uint_eq(ledger.alive, before);
    }
    table_release(&table);
    ck_assert_uint_eq(ledger.alive, 0);
    lka_set_allocator(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_yaml");
    TCase *tests = tcase_create("yaml");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_plan_is_readable);
    tcase_add_test(tests, reading_and_writing_give_the_same_bytes);
    tcase_add_test(tests, a_plan_that_was_read_encodes_alike);
    tcase_add_test(tests, hostile_words_survive);
    tcase_add_test(tests, words_that_yaml_cannot_hold_count_as_rare);
    tcase_add_test(tests, long_sequences_are_wrapped);
    tcase_add_test(tests, a_column_can_be_deleted);
    tcase_add_test(tests, other_styles_of_yaml_are_read);
    tcase_add_loop_test(tests, each_error_has_its_place, 0, sizeof bad_plans / sizeof *bad_plans);
    tcase_add_test(tests, all_errors_come_at_once);
    tcase_add_test(tests, what_does_not_fit_is_counted);
    tcase_add_test(tests, codes_stop_at_65535);
    tcase_add_test(tests, codes_have_words);
    tcase_add_test(tests, numbers_are_described_in_their_own_unit);
    suite_add_tcase(suite, tests);
    TCase *memory = tcase_create("memory");
    tcase_set_timeout(memory, 60);
    tcase_add_test(memory, every_failed_allocation_is_told_and_nothing_leaks);
    suite_add_tcase(suite, memory);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
