/* The feature plan as YAML: round trips, edits, words for codes; failed allocations. */
#include "plan_by_hand.h"
#include "run_suite.h"

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
                                             "    values: [\"12\", Paris, St-Denis.1, \"\xC3\x89vry, sud\"]\n"));
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
    static const char *const words[] = {"null",
                                        "Yes",
                                        "~",
                                        "- a",
                                        "a: b",
                                        "#",
                                        "'",
                                        "\"",
                                        "\\",
                                        "\t",
                                        " x ",
                                        "[",
                                        "{}",
                                        "a,b",
                                        "1e3",
                                        "line\nbreak",
                                        "\x7F",
                                        "\xC2\x85",
                                        "a \xE2\x80\xA8 b",
                                        "\xEF\xBB\xBF",
                                        "\xF0\x9F\x98\x80",
                                        "\r",
                                        "%",
                                        "@",
                                        "`",
                                        "|",
                                        ">",
                                        "&a",
                                        "*a",
                                        "!t",
                                        "=",
                                        "...",
                                        "---",
                                        "\x01",
                                        "\xEF\xBF\xBE"};
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
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\"null\""));
    ck_assert_ptr_nonnull(strstr(yaml.bytes, "\"Yes\""));
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
    ck_assert_msg(
        read("\xEF\xBB\xBFlookalike_plan: 1\r\ncolumns:\r\n- name: b\r\n  type: boolean\r\n  missing: false\r\n") ==
            LKA_OK,
        "%s", error.message);
    ck_assert_str_eq(lka_plan_space(plan)->features[0].name, "b");
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
    ck_assert_str_eq(described("city", 3, 0), "Paris");
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
    ck_assert_msg(read("lookalike_plan: 1\ncolumns:\n"
                       "  - {name: n, type: number, missing: false, centre: 0, scale: 1, edges: [1, 2]}\n") == LKA_OK,
                  "%s", error.message);
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
    lka_status status = lka_plan_learn(&table.options, &table.schema, &table.seeds, &table.pool, &learned, &error);
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
    tcase_add_test(tests, codes_have_words);
    tcase_add_test(tests, numbers_are_described_in_their_own_unit);
    suite_add_tcase(suite, tests);
    TCase *memory = tcase_create("memory");
    tcase_set_timeout(memory, 60);
    tcase_add_test(memory, every_failed_allocation_is_told_and_nothing_leaks);
    suite_add_tcase(suite, memory);
    return run_suite(suite);
}
