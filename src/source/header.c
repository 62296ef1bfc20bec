/* The header line: its separator and its names. */
#include "source/reader.h"

#include "base/error.h"
#include "base/memory.h"

enum { SNIFFED = 1 << 16 };

/* Comma, semicolon or tab: the one most frequent outside quotes; comma where there is none of them. */
static char sniff(struct lka_span start)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[sizeof candidates] = {0};
    bool inside = false;
    for (uint32_t i = 0; i < start.length && (inside || start.text[i] != '\n'); i++) {
        inside ^= start.text[i] == '"';
        for (size_t c = 0; c < sizeof candidates && !inside; c++) {
            counts[c] += start.text[i] == candidates[c];
        }
    }
    size_t best = 0;
    for (size_t c = 1; c < sizeof candidates; c++) {
        best = counts[c] > counts[best] ? c : best;
    }
    return candidates[best];
}

lka_status lka_header_separator(struct lka_reader *reader, struct lka_error *error)
{
    if (reader->options.separator == 0) {
        struct lka_span start;
        LKA_TRY(lka_lines_peek(&reader->lines, SNIFFED, &start, error));
        reader->options.separator = sniff(start);
    }
    return LKA_OK;
}

void lka_header_field(struct lka_reader *reader, const char *bytes, size_t length)
{
    if (lka_reserve(&reader->name_lengths, &reader->name_capacity, reader->fields, sizeof(uint32_t), NULL) != LKA_OK) {
        reader->out_of_memory = true;
        return;
    }
    reader->name_lengths[reader->fields - 1] = (uint32_t)length;
    lka_text_append(&reader->names, bytes, length);
    reader->out_of_memory |= reader->names.failed;
}

static lka_status to_schema(const struct lka_reader *reader, struct lka_schema *schema, struct lka_error *error)
{
    struct lka_span *names;
    LKA_TRY(LKA_NEW(names, reader->fields, error));
    const char *at = reader->names.bytes;
    for (size_t i = 0; i < reader->fields; i++) {
        names[i] = (struct lka_span){at, reader->name_lengths[i]};
        at += reader->name_lengths[i];
    }
    lka_status status = lka_schema_init(schema, names, reader->fields, reader->file, error);
    lka_free(names);
    return status;
}

lka_status lka_header_read(struct lka_reader *reader, struct lka_schema *schema, struct lka_error *error)
{
    enum lka_reader_result result;
    LKA_TRY(lka_reader_next(reader, &result, error));
    if (result == LKA_READER_END) {
        return lka_fail_at(error, LKA_DATA, reader->file, 0, 0, "is empty; a header line is needed");
    }
    if (result == LKA_READER_BAD_ROW) {
        if (error) {
            *error = reader->problem;
        }
        return LKA_DATA;
    }
    lka_status status = to_schema(reader, schema, error);
    lka_text_release(&reader->names);
    lka_free(reader->name_lengths);
    reader->name_lengths = NULL;
    return status;
}
