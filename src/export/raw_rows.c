#include "export/raw_rows.h"

#include "base/error.h"

enum { ROW_MOST = 1 << 20 };

lka_status lka_raw_rows_open(struct lka_raw_rows *rows, const char *path, bool csv, char separator,
                             struct lka_error *error)
{
    *rows = (struct lka_raw_rows){.csv = csv, .separator = separator ? separator : ','};
    LKA_TRY(lka_inputs_init(&rows->inputs, &path, 1, false, error));
    LKA_TRY(lka_digest_new(&rows->digest, error));
    LKA_TRY(lka_lines_open(&rows->lines, &rows->inputs.items[0], NULL, 1 << 16, 1, rows->digest, error));
    rows->lines.keep_rows = true;
    return LKA_OK;
}

void lka_raw_rows_release(struct lka_raw_rows *rows)
{
    lka_lines_release(&rows->lines);
    lka_digest_free(rows->digest);
    lka_inputs_release(&rows->inputs);
    lka_text_release(&rows->bytes);
}

/* A quote that nothing closes, or that of a later row does, would take many rows for one: the row is its first line,
 * and the next one begins behind it. */
static lka_status fall_back(struct lka_raw_rows *rows, struct lka_error *error)
{
    rows->problem = "a quote that is not closed; what follows is looked at from the next line on";
    rows->count = 1;
    rows->fields[0] = (struct lka_span){"", 0};
    return lka_lines_skip_first(&rows->lines, error);
}

/* Lines until the quotes are closed. *more is false at the end of the file. */
static lka_status gather(struct lka_raw_rows *rows, bool *more, struct lka_error *error)
{
    struct lka_piece piece = {0};
    bool inside = false;
    lka_text_clear(&rows->bytes);
    rows->problem = NULL;
    *more = false;
    lka_lines_mark(&rows->lines);
    do {
        LKA_TRY(lka_lines_next(&rows->lines, &piece, error));
        rows->line = *more ? rows->line : piece.line;
        *more = *more || piece.length > 0;
        lka_text_append(&rows->bytes, piece.length ? piece.bytes : "", piece.length);
        for (size_t i = 0; i < piece.length && rows->csv; i++) {
            inside ^= piece.bytes[i] == '"';
        }
    } while (piece.length > 0 && (inside || !piece.whole) && rows->bytes.length <= ROW_MOST);
    if (rows->bytes.failed) {
        return lka_fail_memory(error, rows->bytes.length);
    }
    if (!inside && rows->bytes.length > ROW_MOST) {
        return lka_fail_at(error, LKA_DATA, rows->lines.file, rows->line, 0, "a row of more than 1 MiB");
    }
    return inside ? fall_back(rows, error) : LKA_OK;
}

static void add_field(struct lka_raw_rows *rows, const char *first, const char *end)
{
    if (rows->count < LKA_RAW_FIELDS) {
        rows->fields[rows->count] = (struct lka_span){first, (uint32_t)(end - first)};
    }
    rows->count++;
}

/* A quoted field, whose bytes move to its start. Returns where the separator, or the row's end, stands. */
static char *take_quoted(struct lka_raw_rows *rows, char *at, const char *end)
{
    char *first = at;
    char *put = at++;
    while (at < end && (*at != '"' || (at + 1 < end && at[1] == '"'))) {
        at += *at == '"';
        *put++ = *at++;
    }
    at += at < end;
    add_field(rows, first, put);
    if (at < end && *at != rows->separator) {
        rows->problem = "text behind a closing quote";
    }
    while (at < end && *at != rows->separator) {
        at++;
    }
    return at;
}

static void split(struct lka_raw_rows *rows, char *at, char *end)
{
    bool more = true;
    while (more) {
        if (at < end && *at == '"') {
            at = take_quoted(rows, at, end);
        } else {
            char *separator = at < end ? memchr(at, rows->separator, (size_t)(end - at)) : NULL;
            char *stop = separator ? separator : end;
            if (stop > at && memchr(at, '"', (size_t)(stop - at))) {
                rows->problem = "a quote inside a field that has none around it";
            }
            add_field(rows, at, stop);
            at = stop;
        }
        more = at < end;
        at += more;
    }
}

lka_status lka_raw_rows_next(struct lka_raw_rows *rows, struct lka_error *error)
{
    bool more;
    rows->count = 0;
    LKA_TRY(gather(rows, &more, error));
    if (!more) {
        return LKA_OK;
    }
    char *end = rows->bytes.bytes + rows->bytes.length;
    end -= end > rows->bytes.bytes && end[-1] == '\n';
    end -= end > rows->bytes.bytes && end[-1] == '\r';
    if (rows->problem) {
        return LKA_OK;
    }
    if (!rows->csv) {
        add_field(rows, rows->bytes.bytes, end);
        return LKA_OK;
    }
    bool many_lines = end > rows->bytes.bytes && memchr(rows->bytes.bytes, '\n', (size_t)(end - rows->bytes.bytes));
    split(rows, rows->bytes.bytes, end);
    return rows->problem && many_lines ? fall_back(rows, error) : LKA_OK;
}
