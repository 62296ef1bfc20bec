/* The source: its grammar, where errors are, limits, and the same rows at any size of reads. */
#include "base/random.h"
#include "source_by_hand.h"

/* ---- what the grammar accepts ----------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *rows;
} accepted[] = {
    {"a,b\n1,2\n3,4\n", "1|2\n3|4\n."},
    {"a,b\r\n1,2\r\n", "1|2\n."},
    {"a,b\n1,2", "1|2\n."},
    {"a,b\n1,\"2\"", "1|2\n."},
    {"a,b\n1,", "1|\n."},
    {"\xEF\xBB\xBF"
     "a,b\n1,2\n",
     "1|2\n."},
    {"a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "x,y|say \"hi\"\n."},
    {"a,b\n\"two\nlines\",\"CR\rand CRLF\r\n\"\n", "two\nlines|CR\rand CRLF\r\n\n."},
    {"a,b\n  x ,\t\n", "  x |\t\n."},
    {"a,b\n,\"\"\n", "|\n."},
    {"a;b\n1,5;2\n", "1,5|2\n."},
    {"a\tb\n1\t2\n", "1|2\n."},
    {"\"a,x\";b\n1;2\n", "1|2\n."},
    {"a,b;c,d\n1,2;2,3\n", "1|2;2|3\n."},
    {"a\n\n1\n\"\"\n\r\n", "\n1\n\n\n."},
    {"a,b\n", "."},
    {"a,b", "."},
    {"a,b\n\xC3\xA9,\xF0\x9F\x98\x80\n", "\xC3\xA9|\xF0\x9F\x98\x80\n."},
};

START_TEST(the_grammar_accepts)
{
    ck_assert_str_eq(read_text(accepted[_i].text), accepted[_i].rows);
}
END_TEST

START_TEST(a_separator_given_goes_before_the_header)
{
    ck_assert_str_eq(read_with("a|b;c\n1|2;3\n", (struct lka_source_options){.separator = '|'}), "1|2;3\n.");
}
END_TEST

START_TEST(impossible_separators_are_refused)
{
    static const char separators[] = {'"', '\n', '\r', (char)0xA7};
    ck_assert_ptr_null(open_with(write_file("t.csv", "a\n"), (struct lka_source_options){.separator = separators[_i]}));
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

START_TEST(names_are_kept_as_they_are)
{
    struct lka_source *source = open_path(write_file("t.csv", "\"e-mail, or none\", Id\n"));
    const struct lka_schema *schema = lka_source_schema(source);
    ck_assert_uint_eq(schema->count, 2);
    ck_assert_str_eq(schema->columns[0].name, "e-mail, or none");
    ck_assert_str_eq(schema->columns[1].name, " Id");
    lka_source_close(source);
}
END_TEST

/* ---- what it refuses -------------------------------------------------------------------------- */

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t length;
    const char *message;
} refused[] = {
    {TEXT(""), "0:0: is empty; a header line is needed"},
    {TEXT("\xEF\xBB\xBF"), "0:0: is empty; a header line is needed"},
    {TEXT("\n1\n"), "1:1: the header line is empty; it must name the columns"},
    {TEXT("a,,b\n"), "1:2: field 2 of the header is empty; every column needs a name"},
    {TEXT("a,b,c,b,a\n"),
     "1:4: the header names column \"b\" twice, first as field 2; every column needs a name of its own"},
    {TEXT("a,b\"\n"), "1:2: quote inside unquoted field 2 of the header; quote the whole field and double the quote"},
    {TEXT("a,\xE9\n"), "1:2: field 2 of the header is not UTF-8; save the file as UTF-8"},
    {TEXT("id,city\n1,x\n2,Saint \"Denis\"\n"),
     "3:2: quote inside unquoted field \"city\"; quote the whole field and double the quote"},
    {TEXT("id,city\n\"1\"x,y\n"),
     "2:1: text after the closing quote of field \"id\"; double a quote that belongs to the text"},
    {TEXT("id,city\n1,\"a\nb\" \n"),
     "3:2: text after the closing quote of field \"city\"; double a quote that belongs to the text"},
    {TEXT("id,city\n1,x\ry\n"), "2:2: carriage return outside quotes in field \"city\"; a line ends with LF or CRLF"},
    {TEXT("id,city\n1,x\r\r\n"), "2:2: carriage return outside quotes in field \"city\"; a line ends with LF or CRLF"},
    {TEXT("id,city\n\r1,x\n"), "2:1: carriage return outside quotes in field \"id\"; a line ends with LF or CRLF"},
    {TEXT("id,city\r1,x\r"),
     "1:2: carriage return outside quotes in field 2 of the header; a line ends with LF or CRLF"},
    {TEXT("id,city\n1,x\n2,y\r"), "3:2: carriage return outside quotes in field \"city\"; a line ends with LF or CRLF"},
    {TEXT("id,city\n1,x\0y\n"), "2:2: NUL byte in field \"city\"; UTF-8 text is needed"},
    {TEXT("id,city\n1,\"\0\"\n"), "2:2: NUL byte in field \"city\"; UTF-8 text is needed"},
    {TEXT("id,city,zip\n1,x,2\n\"3\n3\",y\n4,y,5\n"),
     "3:3: row has 2 fields, the header has 3; field \"zip\" is missing"},
    {TEXT("id,city\n1,x,\n"), "2:3: row has 3 fields, the header has 2; quote a field that contains the separator"},
    {TEXT("id,city\n1,x,y\"\n"),
     "2:3: quote inside unquoted field 3 (the header has 2); quote the whole field and double the quote"},
    {TEXT("id,city\n1,x\n\n2,y\n"), "3:1: empty line; the header has 2 fields, and so must every row"},
    {TEXT("id,city\n1,x\n\r\n"), "3:1: empty line; the header has 2 fields, and so must every row"},
    {TEXT("id,city\n1,x\n2,\"y\n3,z\n"),
     "3:2: unclosed quote in field \"city\"; it opens in this line, and the file ends inside it"},
    {TEXT("id,city\n1,\""),
     "2:2: unclosed quote in field \"city\"; it opens in this line, and the file ends inside it"},
    {TEXT("id,city\n\"1\n\",\xFFx\n"), "3:2: field \"city\" is not UTF-8; save the file as UTF-8"},
    {TEXT("\xFF\xFEi\0d\0\n\0"), "0:0: is UTF-16 text; convert it to UTF-8"},
    {TEXT("\x1F\x8B\x08\0"), "0:0: is compressed by gzip; give it a name that ends in .gz, or decompress it before"},
    {TEXT("PAR1...."), "0:0: is Parquet; export it as CSV"},
};

START_TEST(the_grammar_refuses)
{
    ck_assert_str_eq(failure_of(refused[_i].text, refused[_i].length, (struct lka_source_options){0}),
                     refused[_i].message);
    /* ... in the same words at any size of reads. (Where the separator is sniffed, the first read is longer.) */
    for (size_t read_size = 1; read_size < 8; read_size++) {
        struct lka_source_options options = {.separator = ',', .read_size = read_size};
        ck_assert_str_eq(failure_of(refused[_i].text, refused[_i].length, options), refused[_i].message);
    }
}
END_TEST

START_TEST(an_error_at_the_end_of_a_big_file_has_its_line)
{
    struct lka_text text = {0};
    lka_text_string(&text, "id,city\n");
    for (int i = 0; i < 100000; i++) {
        lka_text_format(&text, "%d,\"x\ny\"\n", i);
    }
    lka_text_string(&text, "1,2,3\n");
    ck_assert_str_eq(failure_of(text.bytes, text.length, (struct lka_source_options){0}),
                     "200002:3: row has 3 fields, the header has 2; quote a field that contains the separator");
    lka_text_release(&text);
}
END_TEST

START_TEST(only_selected_columns_are_checked_for_utf8)
{
    struct lka_source *source = open_path(write_file("t.csv", "id,city\n\xFF,x\n"));
    size_t city = 1;
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 1, 10, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_select(source, &city, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 1);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

/* ---- limits ----------------------------------------------------------------------------------- */

START_TEST(rows_before_a_bad_one_come_first)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n3,4\n5\n6,7\n"));
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 0, 10, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_OK);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_DATA);
    ck_assert_uint_eq(error.line, 4);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(the_longest_field)
{
    struct lka_source_options limit = {.max_field = 4};
    ck_assert_str_eq(read_with("a,b\n1234,\"1\"\"34\"\n", limit), "1234|1\"34\n.");
    ck_assert_str_eq(failure_of(TEXT("a,b\n1,\"x\n345\"\n"), limit),
                     "2:2: too many bytes in field \"b\"; the limit is 4 bytes (--max-field)");
    ck_assert_str_eq(failure_of(TEXT("a,b\n12345,2\n"), limit),
                     "2:1: too many bytes in field \"a\"; the limit is 4 bytes (--max-field)");
}
END_TEST

START_TEST(a_field_of_ten_megabytes_is_not_read_to_its_end)
{
    struct lka_text text = {0};
    lka_text_string(&text, "a\n");
    for (int i = 0; i < 10000; i++) {
        lka_text_format(&text, "%01000d", i);
    }
    struct lka_source *source = open_path(write_bytes("t.csv", text.bytes, text.length));
    ck_assert_str_eq(transcript_of(source), "2:1 long");
    ck_assert_uint_lt(lka_source_counts(source).bytes, 2 << 20);
    lka_source_close(source);
    lka_text_release(&text);
}
END_TEST

static const char *wide_table(size_t columns)
{
    struct lka_text text = {0};
    for (size_t line = 0; line < 2; line++) {
        for (size_t c = 0; c < columns; c++) {
            lka_text_format(&text, "%sc%zu", c ? "," : "", c);
        }
        lka_text_string(&text, "\n");
    }
    const char *path = write_bytes("t.csv", text.bytes, text.length);
    lka_text_release(&text);
    return path;
}

START_TEST(five_thousand_columns)
{
    struct lka_source *source = open_path(wide_table(5000));
    struct lka_rows rows;
    size_t columns[] = {4999, 0, 4999};
    ck_assert_int_eq(lka_rows_init(&rows, 3, 10, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_select(source, columns, 3, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert(lka_span_equal(lka_cell(&rows, 0, 0), LKA_SPAN("c4999")));
    ck_assert(lka_span_equal(lka_cell(&rows, 1, 0), LKA_SPAN("c0")));
    ck_assert(lka_span_equal(lka_cell(&rows, 2, 0), LKA_SPAN("c4999")));
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(too_many_columns)
{
    ck_assert_ptr_null(open_path(wide_table(70000)));
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_uint_eq(error.column, 65536);
    ck_assert_str_eq(error.message, "too many columns: field 65536 of the header; the limit is 65535 columns");
}
END_TEST

/* ---- the same at any size of reads ------------------------------------------------------------ */

static void check_sizes(const char *text, size_t length, size_t max_field)
{
    struct lka_text expected = {0};
    if (!reference_read(text, length, ',', max_field, &expected)) {
        lka_text_release(&expected);
        return;
    }
    const char *path = write_bytes("t.csv", text, length);
    struct lka_text seen = {0};
    for (size_t read_size = 1; read_size <= 34; read_size += read_size < 4 ? 1 : 5) {
        lka_text_clear(&seen);
        struct lka_source *source = open_with(
            path, (struct lka_source_options){.separator = ',', .max_field = max_field, .read_size = read_size});
        ck_assert_msg(source != NULL, "%s", error.message);
        select_columns(source);
        append_source(source, read_size % 4 + 1, &seen);
        lka_source_close(source);
        ck_assert_msg(strcmp(seen.bytes, expected.bytes) == 0, "read size %zu: %s\nwanted: %s\ntext: %s", read_size,
                      seen.bytes, expected.bytes, text);
    }
    lka_text_release(&expected);
    lka_text_release(&seen);
}

/* Random texts of the bytes that the grammar turns on, against the reference. */
START_TEST(any_text_is_read_as_the_grammar_says)
{
    static const char *const pieces[] = {",", ",",  "\"", "\"",       "\"\"", "\n",        "\n", "\r\n", "\r",
                                         "x", "yz", " ",  "\xC3\xA9", "\xE9", "long text", ";",  "\0"};
    struct lka_random random = lka_random_start(7, (uint64_t)_i);
    for (int round = 0; round < 40; round++) {
        struct lka_text text = {0};
        lka_text_string(&text, _i % 4 == 0 ? "h\n" : "h,i\n");
        size_t length = 1 + lka_random_below(&random, 24);
        for (size_t i = 0; i < length; i++) {
            /* Mostly well-formed rows; else every text breaks at its start. */
            if (lka_random_below(&random, 3) > 0) {
                lka_text_string(&text, _i % 4 == 0 ? "\"a\"\n" : i % 2 ? "1,\"a\nb\"\n" : "\"\"\"\",2\r\n");
            } else {
                const char *piece = pieces[lka_random_below(&random, sizeof pieces / sizeof *pieces)];
                lka_text_append(&text, piece, *piece ? strlen(piece) : 1);
            }
        }
        check_sizes(text.bytes, text.length, _i % 3 == 0 ? 5 : 100);
        lka_text_release(&text);
    }
}
END_TEST

START_TEST(fields_that_were_written_are_read_back)
{
    static const char *const fields[] = {"",     "x",    "a,b", "say \"hi\"", "\"", "two\nlines",
                                         "CR\r", "\r\n", " x ", ";",          "\t"};
    enum { FIELDS = sizeof fields / sizeof *fields };
    struct lka_text text = {0};
    struct lka_text expected = {0};
    lka_text_string(&text, "a,b\n");
    for (size_t i = 0; i < FIELDS * FIELDS; i++) {
        const char *left = fields[i / FIELDS];
        const char *right = fields[i % FIELDS];
        lka_text_csv_field(&text, lka_span_of(left), ',');
        lka_text_append(&text, ",", 1);
        lka_text_csv_field(&text, lka_span_of(right), ',');
        lka_text_append(&text, "\n", 1);
        lka_text_format(&expected, "%s|%s\n", left, right);
    }
    lka_text_append(&expected, ".", 1);
    ck_assert_str_eq(read_text(text.bytes), expected.bytes);
    lka_text_release(&text);
    lka_text_release(&expected);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, the_grammar_accepts, 0, sizeof accepted / sizeof *accepted);
    tcase_add_test(tests, a_separator_given_goes_before_the_header);
    tcase_add_loop_test(tests, impossible_separators_are_refused, 0, 4);
    tcase_add_test(tests, names_are_kept_as_they_are);
    tcase_add_loop_test(tests, the_grammar_refuses, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tests, an_error_at_the_end_of_a_big_file_has_its_line);
    tcase_add_test(tests, only_selected_columns_are_checked_for_utf8);
    tcase_add_test(tests, rows_before_a_bad_one_come_first);
    tcase_add_test(tests, the_longest_field);
    tcase_add_test(tests, a_field_of_ten_megabytes_is_not_read_to_its_end);
    tcase_add_test(tests, five_thousand_columns);
    tcase_add_test(tests, too_many_columns);
    tcase_add_loop_test(tests, any_text_is_read_as_the_grammar_says, 0, 24);
    tcase_add_test(tests, fields_that_were_written_are_read_back);
}

int main(void)
{
    return run_by_both_readers("source", add_tests);
}
