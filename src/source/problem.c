/* What can be wrong with a row, in words. Values are never shown: the reader does not know which are identifiers. */
#include "source/reader.h"

#include "base/error.h"

#include <stdio.h>

/* 'field "city"', or a number where there is no name. */
static const char *describe(const struct lka_reader *reader, size_t column, char buffer[128])
{
    char name[64];
    if (!reader->schema) {
        snprintf(buffer, 128, "field %zu of the header", column);
    } else if (column <= reader->schema->count) {
        snprintf(buffer, 128, "field %s", lka_show(lka_span_of(reader->schema->columns[column - 1].name), false, name));
    } else {
        snprintf(buffer, 128, "field %zu (the header has %zu)", column, reader->schema->count);
    }
    return buffer;
}

void lka_reader_break(struct lka_reader *reader, uint64_t line, size_t column, const char *what, const char *advice)
{
    if (!reader->broken) {
        char field[128];
        reader->broken = true;
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, line, column, "%s %s; %s", what,
                    describe(reader, column, field), advice);
    }
}

void lka_reader_break_too_long(struct lka_reader *reader, size_t column)
{
    char advice[64];
    snprintf(advice, sizeof advice, "the limit is %zu bytes (--max-field)", reader->options.max_field);
    lka_reader_break(reader, reader->field_line, column, "too many bytes in", advice);
}

bool lka_reader_too_long(const struct lka_reader *reader)
{
    /* One of the bytes that wait there can be the closing quote. */
    return reader->parser.entry_pos > reader->options.max_field + 1;
}

void lka_reader_break_here(struct lka_reader *reader, uint64_t line, const char *what, const char *advice)
{
    if (lka_reader_too_long(reader)) {
        lka_reader_break_too_long(reader, reader->fields + 1);
    } else {
        lka_reader_break(reader, line, reader->fields + 1, what, advice);
    }
}

void lka_reader_note_text(struct lka_reader *reader, size_t column)
{
    if (!reader->bad && !reader->broken) {
        char field[128];
        reader->bad = true;
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, reader->field_line, column,
                    "%s is not UTF-8; save the file as UTF-8", describe(reader, column, field));
    }
}

void lka_reader_note_shape(struct lka_reader *reader)
{
    size_t wanted = reader->schema->count;
    size_t column = (reader->fields < wanted ? reader->fields : wanted) + 1;
    char field[128] = "";
    reader->bad = true;
    if (reader->fields < wanted) {
        describe(reader, column, field);
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, reader->row_line, column,
                    "row has %zu fields, the header has %zu; %s is missing", reader->fields, wanted, field);
    } else {
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, reader->row_line, column,
                    "row has %zu fields, the header has %zu; quote a field that contains the separator", reader->fields,
                    wanted);
    }
}

void lka_reader_note_empty(struct lka_reader *reader)
{
    reader->bad = true;
    if (reader->schema) {
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, reader->line, 1,
                    "empty line; the header has %zu fields, and so must every row", reader->schema->count);
    } else {
        lka_fail_at(&reader->problem, LKA_DATA, reader->file, reader->line, 1,
                    "the header line is empty; it must name the columns");
    }
}
