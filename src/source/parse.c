/* Giving lines to libcsv, and taking fields and rows from it. */
#include "source/reader.h"

#include "base/error.h"
#include "base/memory.h"

enum { PARSER_BLOCK = 1 << 16 /* bytes by which libcsv's field buffer grows */ };

/* ---- libcsv's events -------------------------------------------------------------------------- */

static void store(struct lka_reader *reader, size_t column, struct lka_span field)
{
    int32_t cell = reader->selection->first[column];
    if (cell < 0) {
        return;
    }
    if (!reader->ascii && !reader->options.any_bytes && !lka_utf8_valid(field)) {
        lka_reader_note_text(reader, column + 1);
        return;
    }
    struct lka_rows *rows = reader->rows;
    struct lka_span kept = lka_reader_keep(reader, field);
    for (; cell >= 0; cell = reader->selection->next[cell]) {
        rows->cells[(size_t)cell * rows->capacity + rows->count] = kept;
    }
}

static void on_field(void *bytes, size_t length, void *user)
{
    struct lka_reader *reader = user;
    size_t column = reader->fields++;
    struct lka_span field = {bytes, (uint32_t)length};
    if (length > reader->options.max_field) {
        lka_reader_break_too_long(reader, column + 1);
    } else if (reader->schema) {
        if (column < reader->schema->count) {
            store(reader, column, field);
        }
    } else if (column >= LKA_COLUMNS_MAX) {
        lka_reader_break(reader, reader->line, column + 1, "too many columns:", "the limit is 65535 columns");
    } else if (!reader->ascii && !lka_utf8_valid(field)) {
        lka_reader_note_text(reader, column + 1);
    } else {
        lka_header_field(reader, bytes, length);
    }
    reader->field_line = reader->line;
}

static void on_row(int terminator, void *user)
{
    (void)terminator;
    ((struct lka_reader *)user)->complete = true;
}

/* ---- feeding libcsv --------------------------------------------------------------------------- */

/* What libcsv takes for spaces, it trims. Its own test (NULL) is inline and so faster: it serves where there is nothing
 * to trim. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void *resize_parser(void *memory, size_t size)
{
    return lka_resize(memory, size, 1);
}

void lka_reader_start_parser(struct lka_reader *reader)
{
    struct csv_parser *parser = &reader->parser;
    csv_init(parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(parser, (unsigned char)reader->options.separator);
    csv_set_realloc_func(parser, resize_parser);
    csv_set_free_func(parser, lka_free);
    csv_set_blk_size(parser, PARSER_BLOCK);
}

/* Bytes without NUL, whose only CR outside quotes, if any, ends the row. */
static void feed(struct lka_reader *reader, const char *bytes, size_t length)
{
    size_t used = csv_parse(&reader->parser, bytes, length, on_field, on_row, reader);
    if (used == length) {
        return;
    }
    if (csv_error(&reader->parser) != CSV_EPARSE) {
        reader->out_of_memory = true;
    } else if (bytes[used] == '"') {
        lka_reader_break_here(reader, reader->line, "quote inside unquoted",
                              "quote the whole field and double the quote");
    } else {
        lka_reader_break_here(reader, reader->line, "text after the closing quote of",
                              "double a quote that belongs to the text");
    }
}

static bool is_lone_cr(const struct lka_piece *piece, size_t i)
{
    return piece->bytes[i] == '\r' && (i + 1 == piece->length || piece->bytes[i + 1] != '\n');
}

/* A CR that is alone is text inside quotes and an error outside; libcsv ends the row there in the second case. */
static void feed_lone_cr(struct lka_reader *reader)
{
    bool outside = !reader->begun;
    if (!outside) {
        size_t before = reader->fields;
        feed(reader, "\r", 1);
        outside = reader->complete;
        reader->fields = before;
    }
    if (outside && !reader->broken) {
        reader->complete = false;
        lka_reader_break_here(reader, reader->line, "carriage return outside quotes in", "a line ends with LF or CRLF");
    }
}

static void feed_with_care(struct lka_reader *reader, const struct lka_piece *piece)
{
    size_t fed = 0;
    for (size_t i = 0; i < piece->length && !reader->broken; i++) {
        bool nul = piece->bytes[i] == '\0' && !reader->options.any_bytes;
        if (!nul && !is_lone_cr(piece, i)) {
            continue;
        }
        if (i > fed) {
            feed(reader, piece->bytes + fed, i - fed);
            reader->begun = true;
        }
        if (!reader->broken && nul) {
            lka_reader_break_here(reader, reader->line, "NUL byte in", "UTF-8 text is needed");
        } else if (!reader->broken) {
            feed_lone_cr(reader);
        }
        fed = i + 1;
    }
    if (!reader->broken && fed < piece->length) {
        feed(reader, piece->bytes + fed, piece->length - fed);
    }
    reader->begun = true;
}

/* What bytes a piece has. One plain loop over it, which compilers turn into vector code. */
struct traits {
    bool high;    /* above 127 */
    bool space;   /* or tab */
    bool control; /* NUL or CR */
};

static struct traits look_at(const struct lka_piece *piece)
{
    unsigned char high = 0;
    unsigned char space = 0;
    unsigned char control = 0;
    for (size_t i = 0; i < piece->length; i++) {
        unsigned char c = (unsigned char)piece->bytes[i];
        high |= c;
        space |= (unsigned char)((c == ' ') | (c == '\t'));
        control |= (unsigned char)((c == '\0') | (c == '\r'));
    }
    return (struct traits){high >= 0x80, space, control};
}

/* A NUL, or a CR that is not the line's end. */
static bool needs_care(const struct lka_piece *piece)
{
    const char *cr = memchr(piece->bytes, '\r', piece->length);
    return memchr(piece->bytes, '\0', piece->length) || (cr && is_lone_cr(piece, (size_t)(cr - piece->bytes)));
}

static bool is_newline(const struct lka_piece *piece)
{
    return piece->bytes[0] == '\n' || (piece->length == 2 && piece->bytes[0] == '\r' && piece->bytes[1] == '\n');
}

/* libcsv has no event for an empty line. In a table of one column it is a row with a missing value. */
static void take_empty_line(struct lka_reader *reader)
{
    reader->complete = true;
    if (reader->schema && reader->schema->count == 1) {
        on_field("", 0, reader);
        return;
    }
    lka_reader_note_empty(reader);
}

void lka_reader_take_piece(struct lka_reader *reader, const struct lka_piece *piece)
{
    reader->line = piece->line;
    if (!reader->begun && is_newline(piece)) {
        take_empty_line(reader);
        return;
    }
    struct traits traits = look_at(piece);
    reader->ascii = reader->ascii && !traits.high;
    csv_set_space_func(&reader->parser, traits.space ? no_space : NULL);
    if (traits.control && needs_care(piece)) {
        feed_with_care(reader, piece);
    } else {
        reader->begun = true;
        feed(reader, piece->bytes, piece->length);
    }
    if (!reader->complete && lka_reader_too_long(reader)) {
        lka_reader_break_too_long(reader, reader->fields + 1);
    }
}

void lka_reader_take_end(struct lka_reader *reader)
{
    if (csv_fini(&reader->parser, on_field, on_row, reader) != 0) {
        lka_reader_break(reader, reader->field_line, reader->fields + 1, "unclosed quote in",
                         "it opens in this line, and the file ends inside it");
    }
}
