/* source/reader.h: the rows of one CSV file, to the grammar that docs/source.md gives. The scanner (scan.h) takes those
 * in which nothing is unusual; the others, and the header, are libcsv's.
 *
 * libcsv splits fields and finds stray quotes. What its events cannot tell is seen here, in the lines before they are
 * given to it: empty lines, a lone CR, a NUL byte. It gets a line at a time, so that the reader can stop behind any
 * row.
 */
#ifndef LKA_SOURCE_READER_H
#define LKA_SOURCE_READER_H

#include "source/lines.h"
#include "source/scan.h"
#include "table/rows.h"
#include "table/schema.h"

#include <csv.h>

enum { LKA_COLUMNS_MAX = 65535 };

/* Which cells a field goes to: first[column], then next[cell] until -1. A column may be selected twice. */
struct lka_selection {
    int32_t *first; /* of every column of the schema */
    int32_t *next;  /* of every cell */
    size_t *fields; /* of every cell: its 1-based field number */
    size_t cells;
    size_t *columns; /* those that have a cell, ascending */
    size_t column_count;
};

struct lka_reader_options {
    char separator; /* 0: from the header line */
    size_t max_field;
    size_t read_size;
    bool any_bytes;
    bool keep_rows; /* bad rows can be left out, and rows->raw is filled */
    const char *temporary_directory;
    enum lka_reader_kind kind;
    size_t threads; /* more than one: decompression has its own */
};

struct lka_scan {
    lka_scan_kernel *kernel; /* NULL: libcsv reads every row */
    struct lka_scan_index index;
    uint32_t *ends;         /* the index's, from the place before its first */
    size_t base;            /* offset in the lines' bytes where the index begins */
    size_t row;             /* of the index, the next one */
    size_t reach;           /* bytes to index at a time */
    bool stuck;             /* the next row is for libcsv */
    struct lka_span **to;   /* by column: where its fields go */
    struct lka_span *spare; /* ... those that nobody wants */
    size_t to_capacity;
    size_t spare_capacity;
};

struct lka_reader {
    struct lka_lines lines;
    struct lka_scan scan;
    struct csv_parser parser;
    struct lka_reader_options options;
    const char *file;
    const struct lka_schema *schema; /* NULL while the header is read */
    const struct lka_selection *selection;

    /* The header's names, end to end, while it is read. */
    struct lka_text names;
    uint32_t *name_lengths;
    size_t name_capacity;

    struct lka_rows *rows;
    char *slab; /* the free rest of what was taken from the rows' arena */
    size_t slab_left;

    /* The row being read. */
    uint64_t line;       /* of the piece that the parser is in */
    uint64_t row_line;   /* where the row begins */
    uint64_t field_line; /* where the next field begins */
    size_t fields;       /* complete ones */
    bool begun;
    bool complete;
    bool ascii;  /* no byte above 127 so far */
    bool bad;    /* it cannot be used, `problem` says why; its end is known */
    bool broken; /* the same, and so is the grammar: where the next row begins is a guess */
    bool out_of_memory;
    struct lka_error problem;
};

/* Opens the file and reads its header into `schema`. LKA_USAGE if it cannot be opened, LKA_DATA for a bad header. */
lka_status lka_reader_open(struct lka_reader *reader, struct lka_input *input, const struct lka_reader_options *options,
                           struct lka_digest *digest, struct lka_schema *schema, struct lka_error *error);
void lka_reader_release(struct lka_reader *reader);

/* Where the rows go. Again whenever they were cleared. */
void lka_reader_target(struct lka_reader *reader, const struct lka_schema *schema,
                       const struct lka_selection *selection, struct lka_rows *rows);

/* ---- scan.c ----------------------------------------------------------------------------------- */

void lka_scan_open(struct lka_scan *scan, enum lka_reader_kind kind);
void lka_scan_forget(struct lka_scan *scan); /* the index is no longer that of what comes */
void lka_scan_release(struct lka_scan *scan);

/* Puts rows behind the target's last until it is full, or one comes that lka_reader_next must take: it is bad, or may
 * be, or is not in memory to its end. */
lka_status lka_reader_scan(struct lka_reader *reader, struct lka_error *error);

/* ---- reader.c --------------------------------------------------------------------------------- */

enum lka_reader_result { LKA_READER_ROW, LKA_READER_BAD_ROW, LKA_READER_END };

/* Puts the next row behind the target's last. reader->problem says what is wrong with a bad one; with keep_rows,
 * lka_reader_resume may follow then, else nothing. */
lka_status lka_reader_next(struct lka_reader *reader, enum lka_reader_result *result, struct lka_error *error);

/* Passes over the bad row; its raw text lives until the next row. Where the grammar broke, only the first line of the
 * row is given up: most often a quote was opened in it and not closed, and the lines that it swallowed are good. */
lka_status lka_reader_resume(struct lka_reader *reader, struct lka_span *raw, struct lka_error *error);

/* Makes sure of slab_left; false when memory is short. */
bool lka_reader_make_room(struct lka_reader *reader, size_t length);
void lka_reader_count(struct lka_reader *reader); /* the row is complete */

/* ---- header.c --------------------------------------------------------------------------------- */

lka_status lka_header_separator(struct lka_reader *reader, struct lka_error *error);
void lka_header_field(struct lka_reader *reader, const char *bytes, size_t length); /* number reader->fields */
lka_status lka_header_read(struct lka_reader *reader, struct lka_schema *schema, struct lka_error *error);

/* ---- parse.c ---------------------------------------------------------------------------------- */

void lka_reader_start_parser(struct lka_reader *reader);
void lka_reader_take_piece(struct lka_reader *reader, const struct lka_piece *piece);
/* The file ends behind a row without a newline, or inside quotes. */
void lka_reader_take_end(struct lka_reader *reader);

/* A copy in the rows' arena. */
struct lka_span lka_reader_keep(struct lka_reader *reader, struct lka_span bytes);

/* ---- problem.c -------------------------------------------------------------------------------- */

/* The grammar breaks in field `column`: "<what> field <name>; <advice>". The first break of a row counts, and goes
 * before what is only bad. */
void lka_reader_break(struct lka_reader *reader, uint64_t line, size_t column, const char *what, const char *advice);
/* In the field that the parser is in. That it is too long goes first, as it does when that is seen earlier. */
void lka_reader_break_here(struct lka_reader *reader, uint64_t line, const char *what, const char *advice);
void lka_reader_break_too_long(struct lka_reader *reader, size_t column);
bool lka_reader_too_long(const struct lka_reader *reader); /* what waits in the parser */

void lka_reader_note_text(struct lka_reader *reader, size_t column);
void lka_reader_note_shape(struct lka_reader *reader);
void lka_reader_note_empty(struct lka_reader *reader);

#endif
