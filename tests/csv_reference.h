/* The CSV grammar of docs/source.md once more, a byte at a time and without regard to speed: what the source must agree
 * with, whatever the size of its reads. Reads a text and writes a transcript: a line "a|b" a row, and at the end "." or
 * "line:column kind" of what breaks the grammar.
 */
#ifndef LKA_TESTS_CSV_REFERENCE_H
#define LKA_TESTS_CSV_REFERENCE_H

#include "base/text.h"

#include <string.h>

struct reference {
    const char *text;
    size_t length;
    size_t at;
    uint64_t line;
    char separator;
    size_t max_field;
    size_t columns; /* 0 in the header */
    /* what broke */
    uint64_t error_line;
    size_t error_column;
    const char *kind;
};

static inline int reference_peek(const struct reference *r, size_t ahead)
{
    return r->at + ahead < r->length ? (unsigned char)r->text[r->at + ahead] : -1;
}

static inline bool reference_fail(struct reference *r, uint64_t line, size_t column, const char *kind)
{
    r->error_line = line;
    r->error_column = column;
    r->kind = kind;
    return false;
}

/* LF or CRLF: its length; 0 for anything else. */
static inline size_t reference_newline(const struct reference *r)
{
    return reference_peek(r, 0) == '\n' ? 1 : reference_peek(r, 0) == '\r' && reference_peek(r, 1) == '\n' ? 2 : 0;
}

/* Adds one byte to a field. Far beyond the limit the field is refused before its end is known. */
static inline bool reference_add(struct reference *r, struct lka_text *field, uint64_t line, size_t column)
{
    lka_text_append(field, r->text + r->at, 1);
    r->line += r->text[r->at] == '\n';
    r->at++;
    return field->length <= r->max_field + 1 || reference_fail(r, line, column, "long");
}

static inline bool reference_quoted(struct reference *r, struct lka_text *field, size_t column)
{
    uint64_t opened = r->line;
    r->at++;
    for (;;) {
        int c = reference_peek(r, 0);
        if (c < 0) {
            return reference_fail(r, opened, column, "unclosed");
        }
        if (c == '\0') {
            return reference_fail(r, r->line, column, "nul");
        }
        if (c == '"' && reference_peek(r, 1) != '"') {
            r->at++;
            break;
        }
        r->at += c == '"';
        if (!reference_add(r, field, opened, column)) {
            return false;
        }
    }
    int c = reference_peek(r, 0);
    if (field->length > r->max_field) {
        return reference_fail(r, opened, column, "long");
    }
    if (c < 0 || c == r->separator || reference_newline(r) > 0) {
        return true;
    }
    return reference_fail(r, r->line, column, c == '\r' ? "cr" : c == '\0' ? "nul" : "text");
}

static inline bool reference_plain(struct reference *r, struct lka_text *field, size_t column)
{
    for (;;) {
        int c = reference_peek(r, 0);
        bool end = c < 0 || c == r->separator || c == '\n' || c == '\r';
        if (end && field->length > r->max_field) {
            return reference_fail(r, r->line, column, "long");
        }
        if (c == '"' || c == '\0') {
            return reference_fail(r, r->line, column, c == '"' ? "quote" : "nul");
        }
        if (end) {
            return c != '\r' || reference_newline(r) > 0 || reference_fail(r, r->line, column, "cr");
        }
        if (!reference_add(r, field, r->line, column)) {
            return false;
        }
    }
}

/* One row into `row`, as "a|b". False: `kind` says why, and is NULL at the end of the text. */
static inline bool reference_row(struct reference *r, struct lka_text *row, size_t *fields)
{
    uint64_t begin = r->line;
    uint64_t bad_line = 0;
    size_t bad_column = 0;
    r->kind = NULL;
    *fields = 0;
    if (r->at >= r->length) {
        return false;
    }
    if (reference_newline(r) > 0 && r->columns != 1) {
        return reference_fail(r, begin, 1, "empty");
    }
    for (bool more = true; more;) {
        struct lka_text field = {0};
        uint64_t field_line = r->line;
        size_t column = ++*fields;
        bool good = reference_peek(r, 0) == '"' ? reference_quoted(r, &field, column)
                                                : reference_plain(r, &field, column);
        struct lka_span span = {field.bytes, (uint32_t)field.length};
        if (good && !bad_line && !lka_utf8_valid(span)) {
            bad_line = field_line;
            bad_column = column;
        }
        lka_text_append(row, field.length ? field.bytes : "", field.length);
        lka_text_release(&field);
        if (!good) {
            return false;
        }
        more = reference_peek(r, 0) == r->separator;
        lka_text_append(row, more ? "|" : "\n", 1);
        r->at += more;
    }
    r->line += reference_newline(r) > 0;
    r->at += reference_newline(r);
    if (r->columns && *fields != r->columns) {
        return reference_fail(r, begin, (*fields < r->columns ? *fields : r->columns) + 1, "ragged");
    }
    return !bad_line || reference_fail(r, bad_line, bad_column, "utf-8");
}

/* The transcript of the rows behind the header. False if the header itself breaks the grammar, or there is none. */
static inline bool reference_read(const char *text, size_t length, char separator, size_t max_field,
                                  struct lka_text *transcript)
{
    struct reference r = {.text = text, .length = length, .line = 1, .separator = separator, .max_field = max_field};
    r.at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct lka_text row = {0};
    size_t fields;
    bool has_header = reference_row(&r, &row, &r.columns);
    while (has_header) {
        lka_text_clear(&row);
        if (!reference_row(&r, &row, &fields)) {
            break;
        }
        lka_text_append(transcript, row.bytes, row.length);
    }
    lka_text_release(&row);
    if (r.kind) {
        lka_text_format(transcript, "%llu:%zu %s", (unsigned long long)r.error_line, r.error_column, r.kind);
    } else {
        lka_text_string(transcript, ".");
    }
    return has_header;
}

#endif
