/* The rows of one file. */
#include "source/reader.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/short_text.h"

enum { SLAB = 1 << 15 /* bytes taken from the rows' arena at a time */ };

/* ---- rows ------------------------------------------------------------------------------------- */

/* Of the rows' arena, which rounds each of its pieces up; so it is asked for big ones. Behind the last piece stays
 * padding. */
bool lka_reader_make_room(struct lka_reader *reader, size_t length)
{
    if (length + LKA_TEXT_PADDING > reader->slab_left) {
        size_t padded = length + LKA_TEXT_PADDING;
        size_t size = padded > SLAB ? padded : SLAB;
        reader->slab = lka_arena_take(&reader->rows->arena, size);
        reader->slab_left = reader->slab ? size : 0;
        reader->out_of_memory |= !reader->slab;
    }
    return !reader->out_of_memory;
}

static char *carve(struct lka_reader *reader, size_t length)
{
    if (!lka_reader_make_room(reader, length)) {
        return NULL;
    }
    char *bytes = reader->slab;
    reader->slab += length;
    reader->slab_left -= length;
    return bytes;
}

struct lka_span lka_reader_keep(struct lka_reader *reader, struct lka_span bytes)
{
    static const char nothing[LKA_TEXT_PADDING] = "";
    char *copy = bytes.length > 0 ? carve(reader, bytes.length) : NULL;
    if (!copy) {
        return (struct lka_span){nothing, 0};
    }
    memcpy(copy, bytes.text, bytes.length);
    return (struct lka_span){copy, bytes.length};
}

static void start_row(struct lka_reader *reader)
{
    lka_lines_mark(&reader->lines);
    reader->row_line = reader->field_line = reader->lines.line;
    reader->fields = 0;
    reader->begun = reader->complete = reader->bad = reader->broken = false;
    reader->ascii = true;
}

static lka_status read_row(struct lka_reader *reader, bool *found, struct lka_error *error)
{
    start_row(reader);
    while (!reader->complete && !reader->broken && !reader->out_of_memory) {
        struct lka_piece piece;
        LKA_TRY(lka_lines_next(&reader->lines, &piece, error));
        if (piece.length > 0) {
            lka_reader_take_piece(reader, &piece);
        } else if (reader->begun) {
            lka_reader_take_end(reader);
        } else {
            *found = false;
            return LKA_OK;
        }
    }
    *found = true;
    return reader->out_of_memory ? lka_fail_memory(error, SLAB) : LKA_OK;
}

void lka_reader_count(struct lka_reader *reader)
{
    struct lka_rows *rows = reader->rows;
    rows->raw[rows->count] = reader->options.keep_rows ? lka_reader_keep(reader, lka_lines_marked(&reader->lines))
                                                       : (struct lka_span){"", 0};
    rows->lines[rows->count++] = reader->row_line;
}

lka_status lka_reader_next(struct lka_reader *reader, enum lka_reader_result *result, struct lka_error *error)
{
    bool found;
    lka_scan_forget(&reader->scan);
    LKA_TRY(read_row(reader, &found, error));
    if (!found) {
        *result = LKA_READER_END;
        return LKA_OK;
    }
    bool is_empty_line = reader->fields == 0;
    if (reader->schema && !reader->broken && !is_empty_line && reader->fields != reader->schema->count) {
        lka_reader_note_shape(reader);
    }
    *result = reader->bad || reader->broken ? LKA_READER_BAD_ROW : LKA_READER_ROW;
    if (*result == LKA_READER_ROW && reader->schema) {
        lka_reader_count(reader);
    }
    return reader->out_of_memory ? lka_fail_memory(error, SLAB) : LKA_OK;
}

lka_status lka_reader_resume(struct lka_reader *reader, struct lka_span *raw, struct lka_error *error)
{
    if (reader->broken) {
        csv_free(&reader->parser);
        lka_reader_start_parser(reader);
        LKA_TRY(lka_lines_skip_first(&reader->lines, error));
    }
    *raw = lka_lines_marked(&reader->lines);
    return LKA_OK;
}

/* ---- the file --------------------------------------------------------------------------------- */

lka_status lka_reader_open(struct lka_reader *reader, struct lka_input *input, const struct lka_reader_options *options,
                           struct lka_digest *digest, struct lka_schema *schema, struct lka_error *error)
{
    *reader = (struct lka_reader){.options = *options, .file = input->name};
    lka_scan_open(&reader->scan, options->kind);
    LKA_TRY(lka_lines_open(&reader->lines, input, options->temporary_directory, options->read_size, options->threads,
                           digest, error));
    lka_status status = lka_header_separator(reader, error);
    if (status == LKA_OK) {
        lka_reader_start_parser(reader);
        status = lka_header_read(reader, schema, error);
    }
    if (status != LKA_OK) {
        lka_reader_release(reader);
        return status;
    }
    reader->lines.keep_rows = options->keep_rows;
    return LKA_OK;
}

void lka_reader_release(struct lka_reader *reader)
{
    csv_free(&reader->parser);
    lka_lines_release(&reader->lines);
    lka_scan_release(&reader->scan);
    lka_text_release(&reader->names);
    lka_free(reader->name_lengths);
    *reader = (struct lka_reader){0};
}

void lka_reader_target(struct lka_reader *reader, const struct lka_schema *schema,
                       const struct lka_selection *selection, struct lka_rows *rows)
{
    reader->schema = schema;
    reader->selection = selection;
    reader->rows = rows;
    reader->slab = NULL;
    reader->slab_left = 0;
}
