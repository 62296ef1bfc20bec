/* The source: its grammar, where errors are, bad rows, several files, compressed ones, and reading twice. */
#include "base/error.h"
#include "base/random.h"
#include "source/source.h"

#include "by_hand.h"
#include "csv_reference.h"
#include "csv_transcript.h"
#include "files_by_hand.h"
#include "run_suite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

static struct lka_error error;
static enum lka_reader_kind reader; /* every test runs with the scanner and with libcsv alone */

static bool beside; /* what is compressed is decompressed by another thread */

static struct lka_source *open_files(const struct lka_source_options *options, const char *const *paths, size_t count)
{
    struct lka_source *source = NULL;
    struct lka_source_options all = *options;
    all.reader = reader;
    all.threads = beside ? 2 : 1;
    error = (struct lka_error){0};
    lka_status status = lka_source_open(paths, count, &all, &source, &error);
    ck_assert_msg((status == LKA_OK) == (source != NULL), "%s", error.message);
    return source;
}

static struct lka_source *open_with(const char *path, struct lka_source_options options)
{
    return open_files(&options, &path, 1);
}

static struct lka_source *open_path(const char *path)
{
    return open_with(path, (struct lka_source_options){0});
}

static void select_columns(struct lka_source *source)
{
    ck_assert_int_eq(select_all(source, &error), LKA_OK);
}

/* What is left of the source, all columns; until the next call. */
static const char *transcript_of(struct lka_source *source)
{
    static struct lka_text transcript;
    lka_text_clear(&transcript);
    select_columns(source);
    append_source(source, 3, &transcript);
    return transcript.bytes;
}

static const char *read_with(const char *text, struct lka_source_options options)
{
    struct lka_source *source = open_with(write_file("t.csv", text), options);
    ck_assert_msg(source != NULL, "%s", error.message);
    const char *transcript = transcript_of(source);
    lka_source_close(source);
    return transcript;
}

static const char *read_text(const char *text)
{
    return read_with(text, (struct lka_source_options){0});
}

/* "line:column: message" of the error that reading `length` bytes ends with, all columns selected. */
static const char *failure_of(const void *bytes, size_t length, struct lka_source_options options)
{
    static char text[1100];
    struct lka_source *source = open_with(write_bytes("t.csv", bytes, length), options);
    if (source) {
        struct lka_rows rows;
        ck_assert_int_eq(lka_rows_init(&rows, lka_source_schema(source)->count, 100, NULL), LKA_OK);
        select_columns(source);
        while (lka_source_next(source, &rows, &error) == LKA_OK) {
            ck_assert_msg(rows.count > 0, "no error");
        }
        lka_rows_release(&rows);
        lka_source_close(source);
    }
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_str_eq(error.file, path_of("t.csv"));
    snprintf(text, sizeof text, "%llu:%llu: %s", (unsigned long long)error.line, (unsigned long long)error.column,
             error.message);
    return text;
}

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

/* ---- compressed files ------------------------------------------------------------------------- */

/* Appends one gzip member, or one zstd frame. */
static void compress_more(struct lka_text *to, bool gzip, const char *text)
{
    static unsigned char buffer[1 << 16];
    size_t size;
    if (gzip) {
        z_stream stream = {0};
        ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        stream.next_in = (z_const Bytef *)(uintptr_t)text;
        stream.avail_in = (uInt)strlen(text);
        stream.next_out = buffer;
        stream.avail_out = sizeof buffer;
        ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
        size = stream.total_out;
        deflateEnd(&stream);
    } else {
        ZSTD_CCtx *context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
        size = ZSTD_compress2(context, buffer, sizeof buffer, text, strlen(text));
        ck_assert(!ZSTD_isError(size));
        ZSTD_freeCCtx(context);
    }
    lka_text_append(to, (char *)buffer, size);
}

static const char *const names[] = {"t.csv.zst", "t.csv.gz"};

/* Cut short, longer, and written over. */
START_TEST(a_file_that_changes_while_it_is_read_is_an_error)
{
    struct lka_text text = {0};
    lka_text_string(&text, "a,b\n");
    while (text.length < 100000) {
        lka_text_string(&text, "1,2\n");
    }
    const char *path = write_bytes("t.csv", text.bytes, text.length);
    struct timespec past[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, past, 0), 0);
    struct lka_source *source = open_with(path, (struct lka_source_options){.read_size = 1000});
    ck_assert_ptr_nonnull(source);
    FILE *file = fopen(path, _i == 1 ? "a" : "r+");
    ck_assert(_i != 0 || ftruncate(fileno(file), 50000) == 0);
    ck_assert(_i == 0 || fputs("9,9\n", file) >= 0);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed while it was read (100000 bytes at first"));
    lka_source_close(source);
    lka_text_release(&text);
}
END_TEST

/* Where the writing ends, a row does: not it is to blame. */
START_TEST(a_file_that_changes_is_told_before_its_broken_rows)
{
    struct lka_text text = {0};
    lka_text_string(&text, "a,b\n");
    while (text.length < 5000) {
        lka_text_string(&text, "1,2\n");
    }
    lka_text_string(&text, _i == 0 ? "1\n" : "1,2\n");
    struct lka_source *source = open_with(write_bytes("t.csv", text.bytes, text.length),
                                          (struct lka_source_options){.read_size = 1000});
    struct timespec past[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path_of("t.csv"), past, 0), 0);
    if (_i == 0) {
        ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed while it was read"));
    } else {
        struct lka_rows rows;
        struct lka_error problem = {.code = LKA_DATA, .message = "a bad number"};
        select_columns(source);
        ck_assert_int_eq(lka_rows_init(&rows, 2, 10, NULL), LKA_OK);
        ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_OK);
        ck_assert_int_eq(lka_source_reject(source, &rows, 0, &problem, &error), LKA_DATA);
        ck_assert_ptr_nonnull(strstr(error.message, "changed while it was read"));
        lka_rows_release(&rows);
    }
    lka_source_close(source);
    lka_text_release(&text);
}
END_TEST

START_TEST(compressed_files_read_as_plain_ones)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,\"x");
    compress_more(&bytes, gzip, "\ny\"\n");
    compress_more(&bytes, gzip, "");
    struct lka_source *source = open_with(write_bytes(names[gzip], bytes.bytes, bytes.length),
                                          (struct lka_source_options){.separator = ',', .read_size = 5});
    ck_assert_str_eq(transcript_of(source), "1|x\ny\n.");
    char packed[33];
    lka_source_digest(source, packed);
    ck_assert_uint_eq(lka_source_counts(source).bytes, bytes.length);
    ck_assert_uint_eq(lka_source_counts(source).total_bytes, bytes.length);
    lka_source_close(source);

    source = open_path(write_file("t.csv", "a,b\n1,\"x\ny\"\n"));
    transcript_of(source);
    char plain[33];
    lka_source_digest(source, plain);
    ck_assert_str_eq(packed, plain);
    lka_source_close(source);
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

/* Every way to cut it short. */
START_TEST(a_truncated_stream_is_an_error)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,2\n");
    for (size_t length = 1; length < bytes.length; length++) {
        struct lka_source *source = open_path(write_bytes(names[gzip], bytes.bytes, length));
        if (source) {
            const char *end = strchr(transcript_of(source), ':');
            ck_assert_ptr_nonnull(end);
            lka_source_close(source);
        }
    }
    ck_assert_ptr_null(open_path(write_bytes(names[gzip], bytes.bytes, 5)));
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_ptr_nonnull(
        strstr(error.message, gzip ? "the gzip stream ends in the middle" : "the zstd stream ends in the middle"));
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

START_TEST(a_damaged_stream_is_an_error)
{
    bool gzip = _i % 2;
    beside = _i / 2;
    struct lka_text bytes = {0};
    compress_more(&bytes, gzip, "a,b\n1,2\n");
    bytes.bytes[bytes.length - 6] ^= 0x55;
    struct lka_source *source = open_path(write_bytes(names[gzip], bytes.bytes, bytes.length));
    if (source) {
        ck_assert_ptr_nonnull(strstr(transcript_of(source), "stream is damaged"));
        lka_source_close(source);
    } else {
        ck_assert_ptr_nonnull(strstr(error.message, "stream is damaged"));
    }
    ck_assert_ptr_null(open_path(write_file(names[gzip], "a,b\n1,2\n")));
    ck_assert_ptr_nonnull(strstr(error.message, "stream is damaged"));
    lka_text_release(&bytes);
    beside = false;
}
END_TEST

/* ---- files ------------------------------------------------------------------------------------ */

START_TEST(several_files_are_one_table)
{
    const char *paths[] = {write_file("1.csv", "a,b\n1,2\n3,4\n"), write_file("2.csv", "a;b\n"),
                           write_file("3.csv", "a;b\n5;6\n")};
    struct lka_source *source = open_files(&(struct lka_source_options){0}, paths, 3);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 2, 100, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert_str_eq(rows.file, paths[0]);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_uint_eq(rows.first, 2);
    ck_assert_uint_eq(rows.file_index, 2);
    ck_assert_uint_eq(rows.lines[0], 2);
    ck_assert_str_eq(lka_source_file(source, rows.file_index), paths[2]);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 0);
    ck_assert_uint_eq(lka_source_counts(source).rows, 3);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(a_glob_stands_for_its_files_in_order)
{
    write_file("other.csv", "x\n");
    for (int i = 0; i < 10; i++) {
        char name[16];
        char text[16];
        snprintf(name, sizeof name, "b%d.csv", 7 * i % 10);
        snprintf(text, sizeof text, "a\n%d\n", 7 * i % 10);
        write_file(name, text);
    }
    struct lka_source *source = open_path(path_of("b*.csv"));
    ck_assert_str_eq(lka_source_name(source), path_of("b0.csv"));
    ck_assert_str_eq(transcript_of(source), "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n.");
    lka_source_close(source);
}
END_TEST

START_TEST(a_file_may_be_called_like_a_glob)
{
    write_file("a1.csv", "a\n1\n");
    struct lka_source *source = open_path(write_file("a[1].csv", "a\n2\n"));
    ck_assert_str_eq(transcript_of(source), "2\n.");
    lka_source_close(source);
}
END_TEST

static const struct {
    const char *second;
    const char *message;
} other_headers[] = {
    {"a,c\n1,2\n", "column \"c\" where %s has \"b\"; all files must have the same header"},
    {"a\n1\n", "1 columns where %s has 2: \"b\" is missing; all files must have the same header"},
    {"a,b,c\n1\n", "3 columns where %s has 2: \"c\" is new; all files must have the same header"},
};

START_TEST(another_header_is_an_error)
{
    const char *paths[] = {write_file("1.csv", "a,b\n"), write_file("2.csv", other_headers[_i].second)};
    struct lka_source *source = open_files(&(struct lka_source_options){0}, paths, 2);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 2, 10, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, &error), LKA_DATA);
    char expected[512];
    const char *message = other_headers[_i].message;
    const char *cut = strstr(message, "%s");
    snprintf(expected, sizeof expected, "%.*s%s%s", (int)(cut - message), message, paths[0], cut + 2);
    ck_assert_str_eq(error.message, expected);
    ck_assert_str_eq(error.file, paths[1]);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

static void check_cannot_open(const char *path, const char *message)
{
    ck_assert_ptr_null(open_path(path));
    ck_assert_int_eq(error.code, LKA_USAGE);
    ck_assert_str_eq(error.file, path);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
}

START_TEST(files_that_cannot_be_opened)
{
    check_cannot_open(path_of("missing.csv"), "cannot open: No such file or directory");
    check_cannot_open(path_of("none*.csv"), "no file matches this pattern");
    check_cannot_open(folder, "is a directory");
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, NULL, 0));
    ck_assert_int_eq(error.code, LKA_USAGE);
    const char *paths[] = {write_file("1.csv", "a\n"), path_of("missing.csv")};
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, paths, 2));
    ck_assert_int_eq(error.code, LKA_USAGE);
    if (geteuid() != 0) {
        chmod(write_file("secret.csv", "a\n"), 0);
        check_cannot_open(path_of("secret.csv"), "Permission denied");
    }
}
END_TEST

/* ---- reading twice ---------------------------------------------------------------------------- */

START_TEST(a_file_is_read_again_from_its_first_row)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n3,4\n"));
    for (int pass = 0; pass < 3; pass++) {
        ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
        ck_assert_uint_eq(lka_source_counts(source).rows, 2);
        ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    }
    lka_source_close(source);
}
END_TEST

START_TEST(a_file_that_changes_in_between_is_an_error)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n"));
    transcript_of(source);
    write_file("t.csv", "a,b\n1,3\n");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_ptr_nonnull(strstr(transcript_of(source), "changed between the first and the second reading"));
    lka_source_close(source);
}
END_TEST

/* Puts a pipe that holds the text in the place of stdin. Tests run in processes of their own. */
static void feed_stdin(const char *text)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
}

START_TEST(stdin_is_read_once)
{
    feed_stdin("a,b\n1,2\n");
    struct lka_source *source = open_path("-");
    ck_assert_str_eq(lka_source_name(source), "stdin");
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    ck_assert_int_eq(lka_source_rewind(source, &error), LKA_USAGE);
    lka_source_close(source);
    const char *twice[] = {"-", "-"};
    ck_assert_ptr_null(open_files(&(struct lka_source_options){0}, twice, 2));
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

START_TEST(stdin_is_spooled_to_be_read_twice)
{
    feed_stdin("a,b\n1,2\n3,4\n");
    struct lka_source *source = open_with(
        "-",
        (struct lka_source_options){.separator = ',', .twice = true, .temporary_directory = folder, .read_size = 4});
    if (_i == 0) { /* else: back before the end was reached */
        ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    }
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n3|4\n.");
    ck_assert_uint_eq(entries_of(folder), 0);
    lka_source_close(source);
}
END_TEST

START_TEST(a_named_pipe_is_spooled_as_well)
{
    const char *path = path_of("pipe");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    if (fork() == 0) {
        write_file("pipe", "a,b\n1,2\n");
        _exit(0);
    }
    struct lka_source *source = open_with(path, (struct lka_source_options){.twice = true});
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1|2\n.");
    lka_source_close(source);
}
END_TEST

/* ---- bad rows --------------------------------------------------------------------------------- */

static const char dirty[] = "id,city\n"
                            "1,Paris\n"
                            "2,Lyon,3\n"
                            "3,\"Nan\"cy\n"
                            "4,Li\xFFlle\n"
                            "5,\"Brest\n"
                            "6,Metz\n"
                            "7,\"Nice\"\n"
                            "\n"
                            "9,Pau\n";

static struct lka_source_options tolerant(uint64_t rows)
{
    return (struct lka_source_options){.max_bad_rows = rows, .rejected = path_of("out.rejected.csv")};
}

static const char rejected_rows[] =
    "line,reason,row\n"
    "3,\"row has 3 fields, the header has 2; quote a field that contains the separator\",\"2,Lyon,3\"\n"
    "4,\"text after the closing quote of field \"\"city\"\"; double a quote that belongs to the text\","
    "\"3,\"\"Nan\"\"cy\"\n"
    "5,\"field \"\"city\"\" is not UTF-8; save the file as UTF-8\",\"4,Li\xFFlle\"\n"
    "6,\"text after the closing quote of field \"\"city\"\"; double a quote that belongs to the "
    "text\",\"5,\"\"Brest\"\n"
    "9,\"empty line; the header has 2 fields, and so must every row\",\n";

START_TEST(bad_rows_are_left_out_and_told)
{
    struct lka_source_options options = tolerant(5);
    options.read_size = (size_t)_i;
    options.separator = ',';
    ck_assert_str_eq(read_with(dirty, options), "1|Paris\n6|Metz\n7|Nice\n9|Pau\n.");
    ck_assert_str_eq(read_file(options.rejected), rejected_rows);
    ck_assert_uint_eq(mode_of(options.rejected), 0600);
    ck_assert_uint_eq(entries_of(folder), 2);
}
END_TEST

START_TEST(one_bad_row_too_many_stops)
{
    ck_assert_str_eq(read_with(dirty, tolerant(2)), "1|Paris\n5:2 utf-8");
    ck_assert_ptr_nonnull(strstr(read_file(path_of("out.rejected.csv")), "\"2,Lyon,3\""));
}
END_TEST

START_TEST(without_a_file_for_them_no_bad_row_is_left_out)
{
    struct lka_source_options options = {.max_bad_rows = 10};
    ck_assert_str_eq(read_with(dirty, options), "1|Paris\n3:3 ragged");
}
END_TEST

START_TEST(an_unclosed_quote_costs_its_own_line_only)
{
    ck_assert_str_eq(read_with("a,b\n1,\"x\n2,y\n3,z\n", tolerant(1)), "2|y\n3|z\n.");
    ck_assert_str_eq(read_with("a,b\n1,\"x", tolerant(1)), ".");
    struct lka_source_options options = tolerant(1);
    options.max_field = 8;
    options.read_size = 3;
    options.separator = ',';
    ck_assert_str_eq(read_with("a,b\n1,\"x\n2,y\n3,z\n4,z\n", options), "2|y\n3|z\n4|z\n.");
}
END_TEST

START_TEST(rows_carry_their_raw_text_where_they_can_be_rejected)
{
    struct lka_source *source = open_with(write_file("t.csv", "a,b\n1,\"x\ny\"\r\n2,z\n"), tolerant(1));
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 0, 10, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert(lka_span_equal(rows.raw[0], LKA_SPAN("1,\"x\ny\"")));
    ck_assert(lka_span_equal(rows.raw[1], LKA_SPAN("2,z")));
    ck_assert_uint_eq(rows.lines[1], 4);
    lka_rows_release(&rows);
    lka_source_close(source);
}
END_TEST

START_TEST(the_user_of_a_row_rejects_it_too)
{
    struct lka_source *source = open_with(write_file("t.csv", "a\n1\n2\n1,5\n4\n"), tolerant(2));
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 1, 10, NULL), LKA_OK);
    select_columns(source);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_uint_eq(rows.count, 3);
    struct lka_error problem = {0};
    lka_fail_at(&problem, LKA_DATA, "t.csv", 3, 1, "two, which is bad");
    ck_assert_int_eq(lka_source_reject(source, &rows, 1, &problem, &error), LKA_OK);
    ck_assert_int_eq(lka_source_reject(source, &rows, 0, &problem, &error), LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "two, which is bad (bad rows left out before this one: 2,"));
    ck_assert_uint_eq(lka_source_counts(source).rejected, 2);
    lka_rows_release(&rows);

    /* Those that were left out stay out, and are not counted again. */
    ck_assert_int_eq(lka_source_rewind(source, NULL), LKA_OK);
    ck_assert_str_eq(transcript_of(source), "1\n4\n.");
    ck_assert_uint_eq(lka_source_counts(source).rejected, 2);
    ck_assert_int_eq(lka_source_finish(source, &error), LKA_OK);
    ck_assert_str_eq(read_file(path_of("out.rejected.csv")),
                     "line,reason,row\n"
                     "4,\"row has 2 fields, the header has 1; quote a field that contains the separator\",\"1,5\"\n"
                     "3,\"two, which is bad\",2\n");
    lka_source_close(source);
}
END_TEST

START_TEST(with_several_files_the_reason_names_the_file)
{
    const char *paths[] = {write_file("1.csv", "a,b\n1,2\n"), write_file("2.csv", "a,b\n1\n")};
    struct lka_source_options options = tolerant(1);
    struct lka_source *source = open_files(&options, paths, 2);
    transcript_of(source);
    lka_source_close(source);
    char expected[600];
    snprintf(expected, sizeof expected,
             "line,reason,row\n2,\"%s: row has 1 fields, the header has 2; field \"\"b\"\" is missing\",1\n", paths[1]);
    ck_assert_str_eq(read_file(options.rejected), expected);
}
END_TEST

START_TEST(the_rejected_file_of_an_earlier_run_goes)
{
    struct lka_source_options options = tolerant(1);
    read_with("a,b\n1\n", options);
    ck_assert(exists(options.rejected));
    read_with("a,b\n1,2\n", options);
    ck_assert(!exists(options.rejected));
    write_file("out.rejected.csv", "somebody else's\n");
    read_with("a,b\n1,2\n", options);
    ck_assert_str_eq(read_file(options.rejected), "somebody else's\n");
}
END_TEST

/* ---- misuse, memory --------------------------------------------------------------------------- */

START_TEST(misuse_is_an_error)
{
    struct lka_source *source = open_path(write_file("t.csv", "a,b\n1,2\n1\n"));
    size_t column = 2;
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_USAGE);
    struct lka_rows rows;
    ck_assert_int_eq(lka_rows_init(&rows, 1, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_USAGE);
    column = 1;
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_select(source, &column, 1, NULL), LKA_USAGE);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_DATA);
    ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_USAGE);
    char digest[33];
    lka_source_digest(source, digest);
    ck_assert_str_eq(digest, "");
    lka_rows_release(&rows);
    lka_source_close(source);
    lka_source_close(NULL);
}
END_TEST

/* The whole life of a source, with bad rows, two passes and compression. */
static lka_status live(const char *path, const struct lka_source_options *options, struct lka_error *failure)
{
    struct lka_source *source;
    LKA_TRY(lka_source_open(&path, 1, options, &source, failure));
    struct lka_rows rows = {0};
    lka_status status = select_all(source, failure);
    for (int pass = 0; pass < 2 && status == LKA_OK; pass++) {
        status = lka_rows_init(&rows, lka_source_schema(source)->count, 2, failure);
        do {
            status = status == LKA_OK ? lka_source_next(source, &rows, failure) : status;
        } while (status == LKA_OK && rows.count > 0);
        lka_rows_release(&rows);
        status = status == LKA_OK ? lka_source_rewind(source, failure) : status;
        status = status == LKA_OK ? select_all(source, failure) : status;
    }
    status = status == LKA_OK ? lka_source_finish(source, failure) : status;
    lka_source_close(source);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    struct lka_text bytes = {0};
    compress_more(&bytes, true, dirty);
    const char *path = write_bytes("t.csv.gz", bytes.bytes, bytes.length);
    struct lka_source_options options = tolerant(9);
    options.read_size = 16;
    options.separator = ',';
    options.reader = reader;
    struct ledger ledger;
    ledger_install(&ledger);
    size_t done = 0;
    for (size_t k = 1; k <= 300; k++) {
        ledger_fail(&ledger, k);
        struct lka_error failure = {0};
        lka_status status = live(path, &options, &failure);
        ck_assert_uint_eq(ledger.alive, 0);
        /* libcsv tries again with half the size, and then the work goes on. */
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, failure.message);
        ck_assert(status == LKA_OK || failure.code == LKA_MEMORY);
        done += status == LKA_OK && ledger.calls < k;
    }
    ck_assert_uint_gt(done, 0); /* all of them were reached */
    lka_set_allocator(NULL);
    lka_text_release(&bytes);
}
END_TEST

static void with_scanner(void)
{
    reader = LKA_READER_FASTEST;
    make_folder();
}

static void with_libcsv(void)
{
    reader = LKA_READER_LIBCSV;
    make_folder();
}

static void add_tests(Suite *suite, TCase *tests, void (*begin)(void))
{
    tcase_add_checked_fixture(tests, begin, remove_folder);
    tcase_set_timeout(tests, 60);
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
    tcase_add_loop_test(tests, a_file_that_changes_while_it_is_read_is_an_error, 0, 3);
    tcase_add_loop_test(tests, a_file_that_changes_is_told_before_its_broken_rows, 0, 2);
    tcase_add_loop_test(tests, compressed_files_read_as_plain_ones, 0, 4);
    tcase_add_loop_test(tests, a_truncated_stream_is_an_error, 0, 4);
    tcase_add_loop_test(tests, a_damaged_stream_is_an_error, 0, 4);
    tcase_add_test(tests, several_files_are_one_table);
    tcase_add_test(tests, a_glob_stands_for_its_files_in_order);
    tcase_add_test(tests, a_file_may_be_called_like_a_glob);
    tcase_add_loop_test(tests, another_header_is_an_error, 0, 3);
    tcase_add_test(tests, files_that_cannot_be_opened);
    tcase_add_test(tests, a_file_is_read_again_from_its_first_row);
    tcase_add_test(tests, a_file_that_changes_in_between_is_an_error);
    tcase_add_test(tests, stdin_is_read_once);
    tcase_add_loop_test(tests, stdin_is_spooled_to_be_read_twice, 0, 2);
    tcase_add_test(tests, a_named_pipe_is_spooled_as_well);
    tcase_add_loop_test(tests, bad_rows_are_left_out_and_told, 1, 70);
    tcase_add_test(tests, one_bad_row_too_many_stops);
    tcase_add_test(tests, without_a_file_for_them_no_bad_row_is_left_out);
    tcase_add_test(tests, an_unclosed_quote_costs_its_own_line_only);
    tcase_add_test(tests, rows_carry_their_raw_text_where_they_can_be_rejected);
    tcase_add_test(tests, the_user_of_a_row_rejects_it_too);
    tcase_add_test(tests, with_several_files_the_reason_names_the_file);
    tcase_add_test(tests, the_rejected_file_of_an_earlier_run_goes);
    tcase_add_test(tests, misuse_is_an_error);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
}

static Suite *suite(void)
{
    Suite *source = suite_create("source");
    add_tests(source, tcase_create("scanner"), with_scanner);
    add_tests(source, tcase_create("libcsv"), with_libcsv);
    return source;
}

int main(void)
{
    return run_suite(suite());
}
