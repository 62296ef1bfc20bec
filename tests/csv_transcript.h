/* What the source makes of a file, in the form of csv_reference.h: a line "a|b" a row, then "." or "line:column kind".
 */
#ifndef LKA_TESTS_CSV_TRANSCRIPT_H
#define LKA_TESTS_CSV_TRANSCRIPT_H

#include "base/text.h"
#include "source/source.h"

#include <stdlib.h>
#include <string.h>

static inline const char *kind_of(const char *message)
{
    static const char *const kinds[][2] = {
        {"quote inside", "quote"},  {"text after", "text"},         {"carriage return", "cr"}, {"NUL byte", "nul"},
        {"too many bytes", "long"}, {"unclosed quote", "unclosed"}, {"empty line", "empty"},   {"row has", "ragged"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(message, kinds[i][0], strlen(kinds[i][0])) == 0) {
            return kinds[i][1];
        }
    }
    return strstr(message, "not UTF-8") ? "utf-8" : message;
}

/* Selects every column, in order. */
static inline lka_status select_all(struct lka_source *source, struct lka_error *error)
{
    size_t count = lka_source_schema(source)->count;
    size_t *columns = malloc(count * sizeof *columns);
    for (size_t c = 0; c < count; c++) {
        columns[c] = c;
    }
    lka_status status = lka_source_select(source, columns, count, error);
    free(columns);
    return status;
}

static inline void append_rows(const struct lka_rows *rows, struct lka_text *transcript)
{
    for (size_t row = 0; row < rows->count; row++) {
        for (size_t c = 0; c < rows->columns; c++) {
            struct lka_span cell = lka_cell(rows, c, row);
            lka_text_append(transcript, cell.text, cell.length);
            lka_text_append(transcript, c + 1 < rows->columns ? "|" : "\n", 1);
        }
    }
}

/* Reads on to the end, in blocks of `capacity` rows. */
static inline void append_source(struct lka_source *source, size_t capacity, struct lka_text *transcript)
{
    struct lka_rows rows;
    struct lka_error error = {0};
    lka_status status = lka_rows_init(&rows, lka_source_schema(source)->count, capacity, &error);
    do {
        status = status == LKA_OK ? lka_source_next(source, &rows, &error) : status;
        append_rows(&rows, transcript); /* those before an error, too */
    } while (status == LKA_OK && rows.count > 0);
    if (status == LKA_OK) {
        lka_text_string(transcript, ".");
    } else {
        lka_text_format(transcript, "%llu:%llu %s", (unsigned long long)error.line, (unsigned long long)error.column,
                        kind_of(error.message));
    }
    lka_rows_release(&rows);
}

#endif
